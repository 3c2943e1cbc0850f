"""A line is opened, watched, kept alive, encrypted and opened again."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.demo.pki import Authority
from kiosk.config import AgentSection, DevicesSection, KioskConfig, TagsSection
from kiosk.config_line import LibrarySystemSection
from kiosk.ils.line import open_library_system
from kiosk.ils.profiles import Profile
from kiosk.ils.wire import NoLine, NoLineError, Sip2Line
from kiosk.ports import Unanswered
from kiosk.session.values import Patron
from sip2.agreement import Agreement
from sip2.messages import (
    AcsStatus,
    LoginRequest,
    PatronInformationRequest,
    ScStatusRequest,
)
from tests.support import acs_acts as acts
from tests.support.acs import LOGIN, PASSWORD, FakeAcs
from tests.support.sip2_kiosk import (
    BOOK,
    LOAN,
    MAI,
    STANDS,
    STATUS,
    FakeJournal,
    FixedClock,
    system_for,
)
from tests.support.waiting import eventually, in_time
from tests.support.watched import Watched


async def test_the_line_is_told_there_lost_and_there_again_once_each() -> None:
    async with FakeAcs() as acs, Watched(system_for(acs, pause=lambda _s: asyncio.sleep(0.01))) as watched:
        await eventually(lambda: watched.told == [True])
        await acs.go_away()
        await eventually(lambda: watched.told == [True, False])
        await acs.come_back()
        await eventually(lambda: watched.told == [True, False, True])


async def test_a_line_that_only_idled_out_is_opened_again_and_nothing_is_told() -> None:
    async with FakeAcs() as acs, Watched(system_for(acs)) as watched:
        await eventually(lambda: watched.told == [True])
        acs.hang_up_all()
        await eventually(lambda: acs.connections == 2)
        await eventually(lambda: acs.count(ScStatusRequest) == 2)

        assert watched.told == [True]


async def test_an_idle_line_is_kept_alive_and_a_half_open_one_noticed() -> None:
    async with FakeAcs() as acs, Watched(system_for(acs, keep_alive_s=0.02, answer_s=0.1)) as watched:
        await eventually(lambda: acs.count(ScStatusRequest) >= 4)
        acs.plan("99", acts.be_silent)
        await eventually(lambda: acs.connections == 2)

        assert watched.told == [True]


async def test_a_system_out_of_service_is_lost_until_it_is_back() -> None:
    async with FakeAcs() as acs, Watched(system_for(acs, keep_alive_s=0.02)) as watched:
        await eventually(lambda: watched.told == [True])
        acs.online = False
        await eventually(lambda: watched.told == [True, False])
        acs.online = True
        await eventually(lambda: watched.told == [True, False, True])


@pytest.mark.parametrize("password", ["wrong", "pa|55"])
async def test_a_refused_login_is_no_line_and_is_tried_again_with_pauses(password: str) -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    async with FakeAcs() as acs:
        system = system_for(acs, password=password, pause=note)
        async with Watched(system) as watched:
            await eventually(lambda: len(pauses) >= 12)
        answer = await system.identify(MAI)

    assert watched.told == [False]
    assert answer == Unanswered()
    assert pauses[0] < 0.4
    assert 20 < max(pauses) < 40


async def test_a_server_that_hangs_up_after_its_940_is_no_line_and_the_kiosk_says_so_once() -> None:
    async with FakeAcs() as acs:
        acs.plan("93", *[acts.answer_and_hang_up] * 200)
        system = system_for(acs, password="wrong")
        async with Watched(system) as watched:
            await eventually(lambda: acs.count(LoginRequest) >= 3)
        answer = await system.identify(MAI)

    assert watched.told == [False]
    assert answer == Unanswered()


async def test_a_server_that_fails_during_the_greeting_is_no_line() -> None:
    async with FakeAcs() as acs:
        acs.plan("93", acts.hang_up, acts.be_silent)
        acs.plan("99", acts.hang_up)
        system = system_for(acs, answer_s=0.1)
        answers = [await system.identify(MAI) for _ in range(4)]
        system.close()

    assert [type(answer) for answer in answers] == [Unanswered, Unanswered, Unanswered, Patron]


@pytest.mark.parametrize("tls", [None, ssl.create_default_context()], ids=["plain", "tls"])
async def test_a_server_that_takes_the_connection_and_never_speaks_is_given_up(tls: ssl.SSLContext | None) -> None:
    async with FakeAcs(mute=True) as acs:
        answer = await in_time(system_for(acs, answer_s=0.1, tls=tls).identify(MAI), 5)

    assert answer == Unanswered()


async def test_a_line_that_is_gone_takes_no_question() -> None:
    async with FakeAcs() as acs:
        _, line = await asyncio.get_running_loop().create_connection(
            lambda: Sip2Line(Agreement()), "127.0.0.1", acs.port
        )
        line.close()
        line.close()
        with pytest.raises(NoLineError) as caught:
            await line.ask(STATUS, AcsStatus, 1)

    assert caught.value.reason is NoLine.HUNG_UP
    assert acs.seen == []


async def test_a_profile_without_login_and_status_asks_at_once() -> None:
    bare = Profile(logs_in=False, asks_status=False)
    async with FakeAcs() as acs:
        system = system_for(acs, profile=bare, keep_alive_s=0.01)
        async with Watched(system) as watched:
            await eventually(lambda: watched.told == [True])
            answer = await system.identify(MAI)
        system.close()

    assert isinstance(answer, Patron)
    assert [type(message) for message in acs.seen] == [PatronInformationRequest]


def contexts(folder: Path) -> tuple[ssl.SSLContext, KioskConfig]:
    """Make a server that wants a client certificate, and the configuration of a kiosk that has one."""
    authority = Authority(folder, datetime.now(UTC))
    server, kiosk = authority.server("server", "127.0.0.1"), authority.kiosk("kiosk-1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.certificate)
    context.load_cert_chain(server.certificate, server.key)
    context.verify_mode = ssl.CERT_REQUIRED
    secret = folder / "password"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    secret.chmod(0o600)
    section = LibrarySystemSection(
        url="sip2+tls://127.0.0.1:1",
        login=LOGIN,
        password_file=secret,
        institution="HUB",
        server_ca=authority.certificate,
        certificate=kiosk.certificate,
        certificate_key=kiosk.key,
        answer_s=2.0,
    )
    return context, configuration(folder, section)


def configuration(folder: Path, section: LibrarySystemSection) -> KioskConfig:
    return KioskConfig(
        schema_version=1,
        kiosk_id="kiosk-1",
        site_name="Test",
        state_folder=folder,
        library_system=section,
        devices=DevicesSection(rfid="sim://rfid", barcode="sim://scanner"),
        tags=TagsSection(owners=("VN-QN01",)),
        agent=AgentSection(socket=folder / "agent.sock"),
    )


def with_port(config: KioskConfig, port: int, **changes: object) -> KioskConfig:
    section = config.library_system.model_copy(update={"url": f"sip2+tls://127.0.0.1:{port}", **changes})
    return config.model_copy(update={"library_system": section})


async def test_the_configured_line_is_tls_with_the_kiosk_s_certificate(tmp_path: Path) -> None:
    context, config = contexts(tmp_path)
    async with FakeAcs(tls=context) as acs:
        system = open_library_system(with_port(config, acs.port), FakeJournal(), FixedClock())
        acs.plan("11", acts.commit_and_hang_up)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert outcome == STANDS


async def test_a_kiosk_without_a_certificate_or_with_another_authority_has_no_line(tmp_path: Path) -> None:
    context, config = contexts(tmp_path)
    stranger = Authority(tmp_path / "stranger", datetime.now(UTC))
    async with FakeAcs(tls=context) as acs:
        bare = with_port(config, acs.port, certificate=None, certificate_key=None)
        misled = with_port(config, acs.port, server_ca=stranger.certificate)
        answers = [
            await in_time(open_library_system(each, FakeJournal(), FixedClock()).identify(MAI))
            for each in (bare, misled)
        ]

    assert answers == [Unanswered(), Unanswered()]
    assert acs.seen == []


async def test_a_plain_line_needs_no_certificates(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        section = LibrarySystemSection(url=f"sip2://127.0.0.1:{acs.port}", login="")
        system = open_library_system(configuration(tmp_path, section), FakeJournal(), FixedClock())
        answer = await system.identify(MAI)
        system.close()

    assert isinstance(answer, Patron)
    assert acs.count(LoginRequest) == 0
