"""The kiosk's own way to its rules, against the real server: by certificate, by login, and what goes wrong on it."""

import asyncio
import contextlib
import gzip
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.demo.pki import Authority
from kiosk.alone.door import HttpsDoor, NotGivenError
from library.api.offline_policy import LONGEST_POLICY, Expected, read_policy
from tests.integration.server.test_kiosk_api import _listen, _make_key, _running
from tests.support.small_library import HUB_TERMINAL, PASSWORD
from tests.unit.server.web.test_kiosk_api import LOGIN


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), datetime.now(UTC))


def trusting(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.certificate))


async def test_a_policy_is_fetched_by_certificate_and_once_only(installed: Path, authority: Authority) -> None:
    key = _make_key(installed)
    _listen(installed, authority.server("server", "127.0.0.1"), authority.certificate)
    kiosk = authority.kiosk(HUB_TERMINAL)
    tls = trusting(authority)
    tls.load_cert_chain(kiosk.certificate, kiosk.key)
    async with _running(installed) as address:
        door = HttpsDoor(address, tls)
        body = await asyncio.to_thread(door.fetch, 0)
        policy = read_policy(body or b"", key, Expected(HUB_TERMINAL, datetime.now(UTC)))
        again = await asyncio.to_thread(door.fetch, policy.serial)

    assert again is None


async def test_without_an_authority_login_and_password_open_the_door_and_wrong_ones_do_not(
    installed: Path, authority: Authority
) -> None:
    _make_key(installed)
    _listen(installed, authority.server("server-2", "127.0.0.1"), None)
    async with _running(installed) as address:
        body = await asyncio.to_thread(HttpsDoor(address, trusting(authority), LOGIN, PASSWORD).fetch, 0)
        with pytest.raises(NotGivenError) as refused:
            await asyncio.to_thread(HttpsDoor(address, trusting(authority), LOGIN, "wrong").fetch, 0)

    assert body
    assert refused.value.status == 401


@asynccontextmanager
async def answering(authority: Authority, answer: bytes) -> AsyncIterator[str]:
    """Serve one answer to whoever asks, over TLS."""
    identity = authority.server("liar", "127.0.0.1")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(identity.certificate, identity.key)

    async def answer_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(answer_one, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def ok(body: bytes, *headers: str) -> bytes:
    head = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nothing\r\n\r\n",
        ok(b"no gzip", "Content-Encoding: gzip"),
        ok(gzip.compress(b"0" * (LONGEST_POLICY + 1)), "Content-Encoding: gzip"),
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
    ],
    ids=["silence", "no http", "no gzip", "a bomb", "elsewhere", "cut"],
)
async def test_whatever_else_stands_behind_the_door_it_is_an_error_of_one_kind(
    authority: Authority, answer: bytes
) -> None:
    async with answering(authority, answer) as address:
        with pytest.raises(OSError):  # noqa: PT011 - the port says no more
            await asyncio.to_thread(HttpsDoor(address, trusting(authority)).fetch, 0)


async def test_a_server_of_another_authority_is_not_asked(authority: Authority) -> None:
    async with answering(authority, ok(b"{}")) as address:
        with pytest.raises(ssl.SSLError):
            await asyncio.to_thread(HttpsDoor(address, ssl.create_default_context()).fetch, 0)
