"""On TLS a terminal is known by its certificate, and nobody comes in without one."""

import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.pki import Authority
from server.config import SelfCheckSection
from server.selfcheck.tls import common_name, server_context
from settings.errors import SecretFileError
from sip2.messages import AcsStatus, CheckoutResponse, ScStatusRequest
from tests.support.sip2_lines import checkout, line_to, serving
from tests.support.small_library import DE_MEN, HUB_TERMINAL, MAI, SCHOOL_TERMINAL, SmallLibrary

STATUS = ScStatusRequest(status_code="0", max_print_width=80, protocol_version="2.00")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), datetime.now(UTC))


@pytest.fixture(scope="module")
def encrypted(authority: Authority) -> dict[str, str]:
    """Give the service's settings."""
    server = authority.server("server", "127.0.0.1")
    return {
        "certificate": str(server.certificate),
        "certificate_key": str(server.key),
        "client_ca": str(authority.certificate),
    }


def _terminal(trusted: Authority, signer: Authority | None = None, name: str = "") -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(trusted.certificate))
    if signer is not None:
        identity = signer.kiosk(name)
        context.load_cert_chain(identity.certificate, identity.key)
    return context


async def test_a_certificate_is_enough(library: SmallLibrary, authority: Authority, encrypted: dict[str, str]) -> None:
    tls = _terminal(authority, authority, HUB_TERMINAL)

    async with serving(library, **encrypted) as port, line_to(port, login=False, tls=tls) as line:
        status = await line.ask(STATUS, AcsStatus)
        answer = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert (status.checkout_ok, status.terminal_location, answer.ok) == (True, "Thư viện xã", True)
    assert [loan.terminal_id for loan in library.loans()] == [HUB_TERMINAL]


async def test_a_login_beside_the_certificate_must_be_the_same_terminals(
    library: SmallLibrary, authority: Authority, encrypted: dict[str, str]
) -> None:
    tls = _terminal(authority, authority, HUB_TERMINAL)

    async with serving(library, **encrypted) as port, line_to(port, login=False, tls=tls) as line:
        own, others, wrong = (
            await line.login(HUB_TERMINAL),
            await line.login(SCHOOL_TERMINAL),
            await line.login(HUB_TERMINAL, "wrong"),
        )
        answer = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert (own, others, wrong) == (True, False, False)
    assert answer.ok
    assert [loan.terminal_id for loan in library.loans()] == [HUB_TERMINAL]


async def test_a_certificate_of_an_unknown_terminal_is_hung_up_on(
    library: SmallLibrary, authority: Authority, encrypted: dict[str, str]
) -> None:
    tls = _terminal(authority, authority, "kiosk-nowhere")

    async with serving(library, **encrypted) as port, line_to(port, login=False, tls=tls) as line:
        said = await line.hung_up()

    assert said == b""


async def test_nobody_comes_in_without_a_certificate_of_ours(
    library: SmallLibrary, authority: Authority, encrypted: dict[str, str], tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "other", datetime.now(UTC))

    for tls in (_terminal(authority), _terminal(authority, stranger, HUB_TERMINAL)):
        async with serving(library, **encrypted) as port:
            with pytest.raises((ssl.SSLError, ConnectionResetError, AssertionError)):
                async with line_to(port, login=False, tls=tls) as line:
                    await line.ask(STATUS, AcsStatus)


async def test_nobody_comes_in_without_tls(library: SmallLibrary, encrypted: dict[str, str]) -> None:
    async with serving(library, **encrypted) as port, line_to(port, login=False) as line:
        await line.write(line.connection.send(STATUS))
        said = await line.hung_up()

    assert not said.startswith(b"98")


@pytest.mark.parametrize("missing", ["certificate", "certificate_key", "client_ca"])
def test_a_file_that_is_not_there_is_named(encrypted: dict[str, str], missing: str, tmp_path: Path) -> None:
    settings: dict[str, Any] = {**encrypted, missing: str(tmp_path / "gone")}

    with pytest.raises(SecretFileError) as refused:
        server_context(SelfCheckSection.model_validate(settings))

    assert refused.value.path == tmp_path / "gone"


def test_a_key_that_others_may_read_is_refused(encrypted: dict[str, str], tmp_path: Path) -> None:
    key = tmp_path / "server.key"
    key.write_bytes(Path(encrypted["certificate_key"]).read_bytes())
    key.chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IROTH)

    with pytest.raises(SecretFileError, match="0600") as refused:
        server_context(SelfCheckSection.model_validate({**encrypted, "certificate_key": str(key)}))

    assert refused.value.path == key


def test_a_service_on_loopback_needs_no_certificate() -> None:
    assert server_context(SelfCheckSection()) is None


@pytest.mark.parametrize(
    ("certificate", "name"),
    [
        ({"subject": ((("organizationName", "x"),), (("commonName", "kiosk-1"),))}, "kiosk-1"),
        ({"subject": ()}, None),
        (None, None),
    ],
)
def test_the_common_name_is_found(certificate: dict[str, Any] | None, name: str | None) -> None:
    found = common_name(certificate)

    assert found == name
