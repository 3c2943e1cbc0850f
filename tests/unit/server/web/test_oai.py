"""The listener for other systems: two harvesters of other hands take the whole catalogue from it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest
from oaipmh_scythe import Scythe
from oaipmh_scythe.models import Header, Record
from sickle import Sickle  # type: ignore[import-untyped]  # it has no types

from server.catalogue.oai import OaiProvider
from server.web.oai import LONGEST_REQUEST, create_oai
from tests.support.http_server import make_server, serving
from tests.support.small_library import SmallLibrary
from tests.unit.server.catalogue.test_oai import REPOSITORY

ASKED = b"verb=ListRecords&metadataPrefix=marcxml"
TITLES = ["Dế Mèn phiêu lưu ký", "Tắt đèn", "Truyện Kiều", "Số đỏ", "Lão Hạc", "Từ điển tiếng Việt"]


@asynccontextmanager
async def client(provider: OaiProvider) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_oai(provider), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://library.example") as asking:
        yield asking


def provider_of(library: SmallLibrary) -> OaiProvider:
    return OaiProvider(library.engine, REPOSITORY, library.clock)


def by_sickle(address: str) -> tuple[str, list[str], list[str]]:
    sickle = Sickle(address)
    titles = [record.metadata["title"][0] for record in sickle.ListRecords(metadataPrefix="oai_dc")]
    stamped = [header.identifier for header in sickle.ListIdentifiers(metadataPrefix="marcxml")]
    return sickle.Identify().repositoryName, titles, stamped


def by_scythe(address: str) -> tuple[str, list[str], list[str]]:
    with Scythe(address) as scythe:
        records = [each for each in scythe.list_records(metadata_prefix="oai_dc") if isinstance(each, Record)]
        headers = [each for each in scythe.list_identifiers(metadata_prefix="marcxml") if isinstance(each, Header)]
        titles = [str(record.metadata["title"][0]) for record in records]
        return str(scythe.identify().repositoryName), titles, [str(header.identifier) for header in headers]


@pytest.mark.parametrize("harvest", [by_sickle, by_scythe])
async def test_a_harvester_takes_every_record_through_the_tokens(
    library: SmallLibrary, harvest: Callable[[str], tuple[str, list[str], list[str]]]
) -> None:
    two_or_so = 1_500
    provider = OaiProvider(library.engine, REPOSITORY, library.clock, two_or_so)
    server = make_server(create_oai(provider))

    async with serving(server) as port:
        name, titles, stamped = await asyncio.to_thread(harvest, f"http://127.0.0.1:{port}/oai")

    assert name == "Thư viện xã"
    assert titles == TITLES
    assert stamped == [f"oai:library.example:{number}" for number in range(1, 7)]


async def test_a_request_comes_by_address_or_by_form_and_is_answered_packed(library: SmallLibrary) -> None:
    async with client(provider_of(library)) as asking:
        by_address = await asking.get(f"/oai?{ASKED.decode()}")
        form = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
        by_form = await asking.post("/oai", content=ASKED, headers=form)

    assert by_address.text == by_form.text
    assert by_address.headers["content-type"] == "text/xml; charset=utf-8"
    assert by_address.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (("GET", "/", b"", ""), 404),
        (("GET", "/api/v1/records", b"", ""), 404),
        (("PUT", "/oai", b"", ""), 405),
        (("GET", "/oai?" + "&".join(["a=b"] * 21), b"", ""), 400),
        (("GET", "/oai?a=" + "b" * LONGEST_REQUEST, b"", ""), 413),
        (("POST", "/oai", b"<xml/>", "text/xml"), 415),
        (("POST", "/oai", b"a=" + b"b" * LONGEST_REQUEST, "application/x-www-form-urlencoded"), 413),
        (("POST", "/oai", b"verb=\xff", "application/x-www-form-urlencoded"), 400),
    ],
)
async def test_anything_else_is_refused(library: SmallLibrary, asked: tuple[str, str, bytes, str], status: int) -> None:
    method, path, body, kind = asked
    async with client(provider_of(library)) as asking:
        answer = await asking.request(method, path, content=body, headers={"content-type": kind} if kind else None)

    assert answer.status_code == status
    assert len(answer.content) < 60


class SlowProvider(OaiProvider):
    """Answers when it is told to."""

    def __init__(self, library: SmallLibrary) -> None:
        super().__init__(library.engine, REPOSITORY, library.clock)
        self.may_answer = threading.Event()

    def answer(self, pairs: Sequence[tuple[str, str]]) -> bytes:
        assert self.may_answer.wait(60)
        return super().answer(pairs)


async def test_whoever_comes_when_twenty_wait_is_told_to_come_again(library: SmallLibrary) -> None:
    provider = SlowProvider(library)
    async with client(provider) as asking, asyncio.TaskGroup() as group:
        asked = [group.create_task(asking.get("/oai?verb=Identify")) for _ in range(23)]
        done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        provider.may_answer.set()

    (refused,) = done
    assert (refused.result().status_code, refused.result().headers["retry-after"]) == (503, "10")
    assert sorted(task.result().status_code for task in asked) == [200] * 22 + [503]


class BrokenProvider(OaiProvider):
    """Has lost its store."""

    def answer(self, pairs: Sequence[tuple[str, str]]) -> bytes:
        raise OSError(str(pairs))


async def test_a_fault_of_ours_is_told_without_its_words(library: SmallLibrary) -> None:
    async with client(BrokenProvider(library.engine, REPOSITORY, library.clock)) as asking:
        answer = await asking.get("/oai?verb=Identify")

    assert (answer.status_code, answer.text) == (500, "Internal Server Error\n")
