"""Letters are handed to a real mail server over a socket, safely, and its no is told from its not now."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.demo.pki import Authority
from server.config_mail import MailSection
from server.mailing.postbox import NotSentError, Postbox, postbox_of
from settings.errors import SecretFileError
from tests.support.smtp_server import SmtpServer

LETTER = b"Subject: receipt\r\n\r\n1. Book\r\n.\r\n..two\r\n"


def section(port: int, **changes: object) -> MailSection:
    plain = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "phieu@thuvien.example"}
    return MailSection.model_validate({**plain, **changes})


async def sent(postbox: Postbox) -> None:
    await asyncio.to_thread(postbox.send, "mai@example.com", LETTER)


async def refused(server: SmtpServer) -> NotSentError:
    with pytest.raises(NotSentError) as caught:
        await sent(postbox_of(section(server.port)))
    assert "example.com" not in str(caught.value)
    return caught.value


async def test_a_letter_arrives_as_it_was_written() -> None:
    async with SmtpServer() as server:
        await sent(postbox_of(section(server.port)))

    assert server.letters == [("phieu@thuvien.example", "mai@example.com", LETTER)]


async def test_the_password_of_a_file_logs_in(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.touch(mode=0o600)
    file.write_text("m-k\n")
    async with SmtpServer(needs_login=True) as server:
        await sent(postbox_of(section(server.port, user="thu-vien", password_file=file)))

    assert len(server.letters) == 1


def test_a_password_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("m-k\n")
    file.chmod(0o644)

    with pytest.raises(SecretFileError):
        postbox_of(section(25, user="thu-vien", password_file=file))


@pytest.mark.parametrize(
    ("command", "answer", "for_good"),
    [
        ("RCPT", "550 no such reader", True),
        ("RCPT", "450 come back later", False),
        ("END", "554 not with us", True),
        ("END", "451 come back later", False),
        ("MAIL", "530 log in first", False),
        ("EHLO", "", False),
        ("DATA", "", False),
    ],
)
async def test_a_no_is_told_from_a_not_now(command: str, answer: str, *, for_good: bool) -> None:
    async with SmtpServer() as server:
        server.plan(command, answer)
        error = await refused(server)

    assert (error.for_good, server.letters) == (for_good, [])


async def test_a_server_that_is_not_there_and_a_password_that_cannot_travel_are_a_not_now() -> None:
    async with SmtpServer(needs_login=True) as server:
        strange = Postbox(section(server.port), None, "x")
        with pytest.raises(NotSentError) as nobody:
            await sent(strange)
        port = server.port
        user = section(port, user="thu-vien", password_file="x")
        with pytest.raises(NotSentError) as unsayable:
            await sent(Postbox(user, None, "mật khẩu"))
        with pytest.raises(NotSentError) as wrong:
            await sent(Postbox(user, None, "wrong"))
    with pytest.raises(NotSentError) as gone:
        await sent(strange)

    assert [each.value.for_good for each in (nobody, unsayable, wrong, gone)] == [False] * 4


async def test_a_letter_and_its_password_go_over_tls_to_a_server_that_is_trusted(tmp_path: Path) -> None:
    authority = Authority(tmp_path, datetime.now(UTC))
    server_files = authority.server("mail", "127.0.0.1")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(server_files.certificate, server_files.key)
    file = tmp_path / "password"
    file.touch(mode=0o600)
    file.write_text("m-k\n")
    async with SmtpServer(tls=tls, needs_login=True) as server:
        wanted = section(
            server.port,
            security="starttls",
            server_ca=authority.certificate,
            user="thu-vien",
            password_file=file,
        )
        await sent(postbox_of(wanted))

    assert [to for _, to, _ in server.letters] == ["mai@example.com"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_server_without_a_certificate_gets_no_letter(security: str) -> None:
    async with SmtpServer() as server:
        with pytest.raises(NotSentError):
            await sent(postbox_of(section(server.port, security=security)))

    assert server.letters == []


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": ""},
        {"sender": "no address"},
        {"user": "thu-vien"},
        {"host": "mail.example", "security": "none"},
    ],
)
def test_a_section_that_cannot_work_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"sender|user|security|pattern"):
        section(25, **changes)
