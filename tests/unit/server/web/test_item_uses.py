"""What was read in place: told by kiosks, counted once, given item by item to programs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from library.api.item_uses import ITEM_USES_PATH, LONGEST_USES, ItemUse, ItemUses
from library.lending.offline_events import ClockCertainty
from server.circulation.item_uses import AT_A_TIME, UseBook
from server.circulation.offline_policies import PolicyMaker
from server.selfcheck.throttle import LoginThrottle
from server.store.engine import open_engine, transaction
from server.store.writer import WriterQueue
from server.web.app import create_app
from server.web.kiosk_api import Doorkeeper, count_uses, create_kiosk_api
from server.web.site import Site
from tests.support.fleet_pages import FakeFleet, FakeLoans
from tests.support.small_library import (
    DE_MEN,
    KIEU,
    MAI,
    NOON,
    PASSWORD,
    SCHOOL_TERMINAL,
    TAT_DEN,
    UNKNOWN_ITEM,
    ZONE,
    SmallLibrary,
)
from tests.unit.server.circulation.test_offline_policies import CHEAP, config
from tests.unit.server.web.test_kiosk_api import GOOD, NOBODY, basic

SCHOOL = basic(f"{SCHOOL_TERMINAL}-login", PASSWORD)
_HOST = "127.0.0.1:8080"


def use(use_id: str, item: str = DE_MEN, at: datetime | None = NOON, clock: str = "sure") -> ItemUse:
    return ItemUse(use_id=use_id, item=item, at=at, clock=ClockCertainty(clock))


@dataclass
class Server:
    """The kiosks' listener and the pages, over one store."""

    kiosks: FastAPI
    pages: FastAPI

    async def tell(self, *uses: ItemUse, headers: dict[str, str] | None = None) -> int:
        """Tell uses; give how many the server had not known."""
        answer = await self.post(ItemUses(uses=uses).model_dump_json().encode(), headers)
        assert answer.status_code == 200
        return int(answer.json()["new"])

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        transport = httpx.ASGITransport(self.kiosks, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            url = f"https://library.example{ITEM_USES_PATH}"
            return await client.post(url, content=body, headers=GOOD if headers is None else headers)

    async def get(self, question: str = "") -> httpx.Response:
        transport = httpx.ASGITransport(self.pages, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get(f"http://{_HOST}/api/v1/item-uses{question}", headers={"Host": _HOST})

    async def read(self, question: str = "") -> Any:
        answer = await self.get(question)
        assert answer.status_code == 200
        return answer.json()

    async def counts(self, question: str = "") -> dict[tuple[str, str], int]:
        return {(one["item"], one["place"]): one["uses"] for one in (await self.read(question))["items"]}


@asynccontextmanager
async def server(library: SmallLibrary, *, counts: bool = True) -> AsyncIterator[Server]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        policies = PolicyMaker(config(library), library.desk, queue, CHEAP)
        book = UseBook(library.engine, queue, library.clock, ZONE)
        door = Doorkeeper(queue, LoginThrottle(lambda: 0.0), NOBODY, by_certificate=False)
        kiosks = create_kiosk_api(door, policies)
        if counts:
            count_uses(kiosks, door, book)
        pages = create_app(
            fleet=FakeFleet(),
            loans=FakeLoans(),
            clock=library.clock,
            site=Site("Thư viện xã", ZONE),
            item_uses=book,
        )
        yield Server(kiosks, pages)
        await policies.aclose()


async def test_what_was_read_in_place_is_counted_by_item_and_place_the_most_used_first(library: SmallLibrary) -> None:
    async with server(library) as running:
        new = await running.tell(use("1", TAT_DEN), use("2"), use("3"), use("4", KIEU), use("5", KIEU), use("6"))
        await running.tell(use("1", TAT_DEN), headers=SCHOOL)
        answer = await running.read()

    assert new == 6
    assert [(one["item"], one["title"], one["place"], one["uses"]) for one in answer["items"]] == [
        (DE_MEN, "Dế Mèn phiêu lưu ký", "VN-QN", 3),
        (KIEU, "Truyện Kiều", "VN-QN", 2),
        (TAT_DEN, "Tắt đèn", "VN-QN", 1),
        (TAT_DEN, "Tắt đèn", "VN-QN-TH1", 1),
    ]
    assert (answer["first"], answer["last"], answer["total"]) == ("2026-01-01", "2026-07-28", 7)


async def test_what_is_told_again_counts_once_also_days_later_and_beside_what_is_new(library: SmallLibrary) -> None:
    async with server(library) as running:
        first = await running.tell(use("1"), use("2", KIEU), use("1"))
        library.clock.now += timedelta(days=3)
        again = await running.tell(use("1"), use("2", KIEU), use("3"))
        answer = await running.counts()

    assert (first, again) == (2, 1)
    assert answer == {(DE_MEN, "VN-QN"): 2, (KIEU, "VN-QN"): 1}


async def test_a_use_told_after_days_counts_on_its_own_day(library: SmallLibrary) -> None:
    late = datetime(2026, 7, 24, 17, 30, tzinfo=UTC)  # half past midnight in the library
    async with server(library) as running:
        await running.tell(use("1", at=late, clock="corrected"))
        days = [await running.counts(f"?from=2026-07-{day}&to=2026-07-{day}") for day in (24, 25, 28)]

    assert days == [{}, {(DE_MEN, "VN-QN"): 1}, {}]


@pytest.mark.parametrize(
    ("at", "clock"),
    [
        (None, "unknown"),
        (NOON - timedelta(days=9), "unknown"),
        (NOON + timedelta(days=1), "sure"),
        (datetime(1970, 1, 1, tzinfo=UTC), "sure"),
    ],
)
async def test_a_use_of_an_unknown_day_counts_when_it_is_heard_of_and_says_so(
    library: SmallLibrary, at: datetime | None, clock: str
) -> None:
    async with server(library) as running:
        await running.tell(use("1", at=at, clock=clock), use("2"))
        answer = await running.read(f"?from={date(2026, 7, 28)}&to={date(2026, 7, 28)}")

    assert [(one["uses"], one["day_unknown"]) for one in answer["items"]] == [(2, 1)]


async def test_a_book_on_loan_counts_just_the_same_and_the_loan_stands(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)
    async with server(library) as running:
        of_both = await running.post(ItemUses(uses=(use("1"), use("2", KIEU))).model_dump_json().encode())

    assert (of_both.status_code, of_both.json()) == (200, {"new": 2})
    assert [loan.ended_at for loan in library.loans()] == [None]


async def test_an_item_that_the_library_does_not_have_is_counted_without_a_title(library: SmallLibrary) -> None:
    async with server(library) as running:
        await running.tell(use("1", UNKNOWN_ITEM))
        answer = await running.read()

    assert [(one["item"], one["title"], one["uses"]) for one in answer["items"]] == [(UNKNOWN_ITEM, "", 1)]


async def test_a_number_that_a_kiosk_gave_to_two_items_counts_for_both(library: SmallLibrary) -> None:
    async with server(library) as running:
        await running.tell(use("1"))
        new = await running.tell(use("1", KIEU))
        answer = await running.counts()

    assert (new, answer) == (1, {(DE_MEN, "VN-QN"): 1, (KIEU, "VN-QN"): 1})


async def test_one_place_is_asked_for_alone_and_the_rest_is_on_the_next_page(library: SmallLibrary) -> None:
    many = [use(str(number), f"VNM.9{number:05}") for number in range(AT_A_TIME + 1)]
    async with server(library) as running:
        for begin in range(0, len(many), 100):
            await running.tell(*many[begin : begin + 100])
        await running.tell(use("1"), headers=SCHOOL)
        pages = [await running.read(f"?place=VN-QN&page={number}") for number in (1, 2)]

    assert [(len(one["items"]), one["has_more"], one["total"]) for one in pages] == [(500, True, 501), (1, False, 501)]


async def test_wrong_days_and_pages_are_refused(library: SmallLibrary) -> None:
    async with server(library) as running:
        questions = ["?from=2026-07-02&to=2026-07-01", "?from=today", "?page=0"]
        refused = [(await running.get(one)).status_code for one in questions]

    assert refused == [422, 422, 422]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", None, 422),
        (b'{"uses":[]}', None, 422),
        (b" " * (LONGEST_USES + 1), None, 413),
        (ItemUses(uses=(use("1"),)).model_dump_json().encode(), {}, 401),
    ],
)
async def test_nothing_else_is_taken(
    library: SmallLibrary, body: bytes, headers: dict[str, str] | None, status: int
) -> None:
    async with server(library) as running:
        refused = await running.post(body, headers)
        counted = (await running.read())["total"]

    assert (refused.status_code, counted) == (status, 0)


async def test_a_store_that_cannot_be_written_takes_none_and_says_when_to_come_again(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        session.connection().exec_driver_sql("DROP TABLE item_use")
    async with server(library) as running:
        answer = await running.post(ItemUses(uses=(use("1"),)).model_dump_json().encode())

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "15")


async def test_without_a_book_of_uses_nothing_is_counted(library: SmallLibrary) -> None:
    async with server(library, counts=False) as running:
        answer = await running.post(ItemUses(uses=(use("1"),)).model_dump_json().encode())

    assert answer.status_code == 404
