"""The kiosks' HTTPS listener of the real program: certificates, a key from the command, a policy from the wire."""

import asyncio
import json
import ssl
import stat
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from deploy.demo.pki import Authority, Identity
from library.api.offline_policy import POLICY_PATH, Expected, read_policy
from library.lending.offline import is_barred, may_use_card_offline
from server.__main__ import main
from tests.support.programs import Program
from tests.support.small_library import BLOCKED, HUB_TERMINAL, MAI
from tests.unit.server.web.test_kiosk_api import GOOD

PROGRAM = ("-m", "server", "run", "--config")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), datetime.now(UTC))


def _make_key(installed: Path) -> bytes:
    out = installed.parent / "kiosk.key"
    assert main(["terminal", "key", HUB_TERMINAL, "--out", str(out), "--config", str(installed)]) == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    return bytes.fromhex(out.read_text(encoding="ascii").strip())


def _listen(installed: Path, certificate: Identity, client_ca: Path | None) -> None:
    words = [
        "\n[kiosk_api]",
        "port = 0",
        f"certificate = {json.dumps(str(certificate.certificate))}",
        f"certificate_key = {json.dumps(str(certificate.key))}",
    ]
    if client_ca is not None:
        words.append(f"client_ca = {json.dumps(str(client_ca))}")
    text = installed.read_text(encoding="utf-8").replace("[[lending.rules]]", "\n".join([*words, "[[lending.rules]]"]))
    installed.write_text(text, encoding="utf-8")


@asynccontextmanager
async def _running(installed: Path) -> AsyncIterator[str]:
    async with Program([*PROGRAM, str(installed)], installed.parent / "log") as program:
        yield f"https://127.0.0.1:{program.ready['kiosk_api_port']}{POLICY_PATH}"


async def _fetch(address: str, tls: ssl.SSLContext, headers: dict[str, str] | None = None) -> bytes:
    def ask() -> bytes:
        request = urllib.request.Request(address, headers=headers or {})  # noqa: S310 - the test's own https address
        with urllib.request.urlopen(request, context=tls, timeout=30) as answer:  # noqa: S310 - the same
            return bytes(answer.read())

    return await asyncio.to_thread(ask)


async def test_a_certificate_brings_the_policy_of_its_kiosk_and_nothing_else_does(
    installed: Path, authority: Authority
) -> None:
    key = _make_key(installed)
    _listen(installed, authority.server("server", "127.0.0.1"), authority.certificate)
    kiosk = authority.kiosk(HUB_TERMINAL)
    known = ssl.create_default_context(cafile=str(authority.certificate))
    known.load_cert_chain(kiosk.certificate, kiosk.key)
    stranger = ssl.create_default_context(cafile=str(authority.certificate))
    other = authority.kiosk("kiosk-of-nobody")
    unknown = ssl.create_default_context(cafile=str(authority.certificate))
    unknown.load_cert_chain(other.certificate, other.key)

    async with _running(installed) as address:
        body = await _fetch(address, known)
        with pytest.raises((URLError, OSError)):
            await _fetch(address, stranger, GOOD)
        with pytest.raises(HTTPError) as refused:
            await _fetch(address, unknown, GOOD)
        refused.value.close()

    policy = read_policy(body, key, Expected(HUB_TERMINAL, datetime.now(UTC)))
    assert is_barred(policy, BLOCKED)
    assert may_use_card_offline(policy, MAI) is None
    assert refused.value.code == 401


async def test_without_an_authority_the_login_of_sip2_brings_it(installed: Path, authority: Authority) -> None:
    key = _make_key(installed)
    _listen(installed, authority.server("server-2", "127.0.0.1"), None)
    tls = ssl.create_default_context(cafile=str(authority.certificate))

    async with _running(installed) as address:
        body = await _fetch(address, tls, GOOD)
        with pytest.raises(HTTPError) as refused:
            await _fetch(address, tls)
        refused.value.close()

    assert read_policy(body, key, Expected(HUB_TERMINAL, None)).terminal_id == HUB_TERMINAL
    assert refused.value.code == 401


def test_a_key_is_for_a_terminal_that_is_there_and_overwrites_no_file(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = installed.parent / "kiosk.key"
    words = ["--out", str(out), "--config", str(installed)]
    unknown = main(["terminal", "key", "kiosk-of-nobody", *words])
    before = out.exists()
    out.write_text("something else", encoding="ascii")
    taken = main(["terminal", "key", HUB_TERMINAL, *words])

    said = capsys.readouterr().err
    assert (unknown, before, taken) == (2, False, 2)
    assert out.read_text(encoding="ascii") == "something else"
    assert "there is no terminal kiosk-of-nobody" in said
    assert "File exists" in said


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('host = "0.0.0.0"\nport = 0', "other machines need certificate"),
        ('port = 0\ncertificate = "a.pem"', "go together"),
        ('port = 0\nclient_ca = "a.pem"', "client_ca needs"),
        ('port = 0\ncertificate = "a.pem"\ncertificate_key = "b.pem"', "b.pem"),
    ],
)
def test_a_listener_that_cannot_be_is_refused_with_words(
    installed: Path, capsys: pytest.CaptureFixture[str], lines: str, complaint: str
) -> None:
    text = installed.read_text(encoding="utf-8").replace(
        "[[lending.rules]]", f"[kiosk_api]\n{lines}\n[[lending.rules]]"
    )
    installed.write_text(text, encoding="utf-8")

    status = main(["check", "--config", str(installed)])

    assert (status, complaint in capsys.readouterr().err) == (2, True)
