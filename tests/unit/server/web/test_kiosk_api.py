"""Who gets the policy of a kiosk by HTTP, and how."""

import base64
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI

from library.api.offline_policy import POLICY_PATH, Expected, read_policy
from server.circulation.offline_policies import PolicyMaker, put_key
from server.selfcheck.throttle import LoginThrottle
from server.store.engine import open_engine, transaction
from server.store.secrets import nobodys_hash
from server.store.writer import WriterQueue
from server.web.kiosk_api import Doorkeeper, create_kiosk_api
from tests.support.small_library import HUB_TERMINAL, PASSWORD, SCHOOL_TERMINAL, SmallLibrary
from tests.unit.server.circulation.test_offline_policies import CHEAP, config

NOBODY = nobodys_hash()
LOGIN = f"{HUB_TERMINAL}-login"


def basic(login: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{login}:{password}'.encode()).decode()}"}


GOOD = basic(LOGIN, PASSWORD)


@dataclass
class Api:
    """The kiosks' address over a real store; how long it let somebody wait."""

    app: FastAPI
    waits: list[float] = field(default_factory=list)

    async def get(self, headers: dict[str, str], path: str = POLICY_PATH, method: str = "GET") -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            plain = {"Accept-Encoding": "identity", **headers}
            return await client.request(method, f"https://library.example{path}", headers=plain)


@asynccontextmanager
async def api(library: SmallLibrary, *, by_certificate: bool = False) -> AsyncIterator[Api]:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        policies = PolicyMaker(config(library), library.desk, queue, CHEAP)
        door = Doorkeeper(queue, LoginThrottle(lambda: 0.0), NOBODY, by_certificate, sleep)
        yield Api(create_kiosk_api(door, policies), waits)
        await policies.aclose()


@pytest.fixture
def key(library: SmallLibrary) -> bytes:
    with transaction(library.engine) as session:
        return put_key(session, HUB_TERMINAL)


async def test_a_kiosk_gets_its_policy(library: SmallLibrary, key: bytes) -> None:
    async with api(library) as kiosks:
        answer = await kiosks.get(GOOD)

    policy = read_policy(answer.content, key, Expected(HUB_TERMINAL, library.clock()))
    assert (answer.status_code, answer.headers["etag"], policy.serial) == (200, '"1"', 1)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.usefixtures("key")
async def test_what_a_kiosk_has_already_is_not_sent_again(library: SmallLibrary) -> None:
    async with api(library) as kiosks:
        tags = ['"1"', 'W/"1"', '"0", "1"', "*"]
        same = [await kiosks.get({**GOOD, "If-None-Match": tag}) for tag in tags]
        other = await kiosks.get({**GOOD, "If-None-Match": '"0"'})

    assert [(one.status_code, one.content, one.headers["etag"]) for one in same] == [(304, b"", '"1"')] * 4
    assert other.status_code == 200


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("accepted", "packed"), [("gzip", True), ("br, GZIP;q=0.5", True), ("gzip;q=0", False), ("br", False)]
)
async def test_it_is_packed_where_that_was_asked_for(library: SmallLibrary, accepted: str, packed: bool) -> None:  # noqa: FBT001 - it comes from the table above
    async with api(library) as kiosks:
        plain = await kiosks.get(GOOD)
        answer = await kiosks.get({**GOOD, "Accept-Encoding": accepted})

    assert answer.headers.get("content-encoding") == ("gzip" if packed else None)
    assert answer.content == plain.content  # httpx has unpacked it
    assert len(gzip.compress(plain.content, mtime=0)) < len(plain.content)


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic(LOGIN, "wrong"),
        basic("nobody", PASSWORD),
        basic("", ""),
        basic(f"{LOGIN}\0", PASSWORD),
        {"Authorization": "Basic"},
        {"Authorization": "Basic ????"},
        {"Authorization": f"Basic {base64.b64encode(b'no colon').decode()}"},
        {"Authorization": f"Basic {base64.b64encode(bytes([0xFF, 0x3A])).decode()}"},
        {"Authorization": f"Basic {'A' * 2000}"},
        {"Authorization": f"Bearer {PASSWORD}"},
    ],
)
async def test_nobody_else_gets_anything(library: SmallLibrary, headers: dict[str, str]) -> None:
    async with api(library) as kiosks:
        answer = await kiosks.get(headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert "payload" not in answer.text


@pytest.mark.usefixtures("key")
async def test_wrong_logins_wait_longer_and_longer_until_a_right_one(library: SmallLibrary) -> None:
    async with api(library) as kiosks:
        for _ in range(4):
            await kiosks.get(basic(LOGIN, "wrong"))
        await kiosks.get(GOOD)
        await kiosks.get(GOOD)

    assert kiosks.waits == [0.0, 0.5, 1.0, 2.0, 4.0, 0.0]


@pytest.mark.usefixtures("key")
async def test_a_terminal_without_a_key_is_told_so(library: SmallLibrary) -> None:
    async with api(library) as kiosks:
        answer = await kiosks.get(basic(f"{SCHOOL_TERMINAL}-login", PASSWORD))

    assert answer.status_code == 404


@pytest.mark.usefixtures("key")
async def test_where_certificates_are_asked_for_no_login_is_looked_at(library: SmallLibrary) -> None:
    async with api(library, by_certificate=True) as kiosks:
        answer = await kiosks.get(GOOD)

    assert answer.status_code == 401


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", POLICY_PATH, 405),
        ("DELETE", POLICY_PATH, 405),
        ("GET", "/", 404),
        ("GET", "/docs", 404),
        ("GET", "/openapi.json", 404),
        ("GET", "/to-settle", 404),
    ],
)
async def test_nothing_else_is_there(library: SmallLibrary, method: str, path: str, status: int) -> None:
    async with api(library) as kiosks:
        answer = await kiosks.get(GOOD, path, method)

    assert answer.status_code == status


async def test_a_policy_names_no_card(library: SmallLibrary, key: bytes) -> None:
    del key
    async with api(library) as kiosks:
        answer = await kiosks.get(GOOD)

    payload = json.loads(answer.json()["payload"])
    payload["card_patterns"] = payload["item_patterns"] = []
    assert "235290000" not in json.dumps(payload)
