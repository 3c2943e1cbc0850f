"""The page of things to settle: what it shows, and who may settle."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from library.lending.refusals import Refusal
from server.circulation.offline_list import AT_A_TIME, StaffList
from server.circulation.offline_matters import Case, note_card, note_matter
from server.store.account_models import CardBlock
from server.store.engine import open_engine, transaction
from server.store.models import Record
from server.store.offline_models import Matter, MatterKind
from server.store.writer import WriterQueue
from server.web import labels
from server.web.app import create_app
from server.web.site import Site
from tests.support.fleet_pages import FakeFleet, FakeLoans
from tests.support.markup import Markup
from tests.support.small_library import BLOCKED, DE_MEN, KIEU, MAI, NOON, UNKNOWN_ITEM, ZONE, SmallLibrary

_HOST = "127.0.0.1:8080"
_FROM_THE_PAGE = {"Sec-Fetch-Site": "same-origin"}
HOSTILE = '<script>alert("Dế Mèn")</script> '


@dataclass
class Desk:
    """The page over a real store, and a browser without scripts."""

    app: FastAPI

    async def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **more: str) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(
                method, f"http://{_HOST}{path}", headers={"Host": _HOST, **(headers or {})}, data=more or None
            )

    async def read(self, path: str = "/to-settle?lang=en") -> Markup:
        answer = await self.ask("GET", path)
        assert answer.status_code == 200
        return Markup(answer.text)

    async def settle(self, number: int, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        return await self.ask("POST", f"/to-settle/{number}", _FROM_THE_PAGE if headers is None else headers, **fields)


@asynccontextmanager
async def desk(library: SmallLibrary) -> AsyncIterator[Desk]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        yield Desk(
            create_app(
                fleet=FakeFleet(),
                loans=FakeLoans(),
                clock=library.clock,
                site=Site("Thư viện xã", ZONE),
                matters=StaffList(library.engine, queue),
            )
        )


@pytest.fixture
def listed(library: SmallLibrary) -> SmallLibrary:
    """Give a library whose staff have three things to settle."""
    with transaction(library.engine) as session:
        for kind, case in (
            (MatterKind.OVER_LIMIT, Case(NOON, DE_MEN, MAI, "a-1")),
            (MatterKind.CARD_BARRED, Case(NOON, KIEU, BLOCKED, "a-2", Refusal.PATRON_EXPIRED)),
            (MatterKind.ITEM_UNKNOWN, Case(NOON - timedelta(days=3), UNKNOWN_ITEM, None, "a-3")),
        ):
            library.clock.advance(timedelta(minutes=1))
            note_matter(session, library.hub, kind, case, library.clock())
    return library


def _kinds(page: Markup) -> list[str]:
    return [str(entry.attributes["data-kind"]) for entry in page.all("article")]


async def test_the_newest_comes_first_with_book_card_place_and_kiosk(listed: SmallLibrary) -> None:
    async with desk(listed) as staff:
        page = await staff.read()

    first, second, third = (entry.text for entry in page.all("article"))
    assert _kinds(page) == ["card_barred", "over_limit", "item_unknown"]
    assert all(word in first for word in ("Truyện Kiều", KIEU, BLOCKED, "expired", "Thư viện xã", "kiosk-hub"))
    assert all(word in second for word in ("Dế Mèn phiêu lưu ký", DE_MEN, MAI, "12:00"))
    assert UNKNOWN_ITEM in third
    assert "12:00, 25 Jul 2026" in third


async def test_one_kind_alone_is_shown_with_how_many_there_are(listed: SmallLibrary) -> None:
    async with desk(listed) as staff:
        page = await staff.read("/to-settle?lang=en&kind=over_limit")
        nothing = await staff.read("/to-settle?lang=en&kind=alarm_on")
        strange = await staff.read("/to-settle?lang=en&kind=%3Cb%3E")

    assert _kinds(page) == ["over_limit"]
    assert "All open 3" in page.one("nav", aria_label="Show").text
    assert "Nothing of this kind is open" in nothing.one("main").text
    assert "Nothing of this kind is open" in strange.one("main").text


async def test_what_is_settled_leaves_the_list_with_its_card_number(listed: SmallLibrary) -> None:
    async with desk(listed) as staff:
        answer = await staff.settle(1, note="  Đã gọi điện  ", kind="over_limit")
        again = await staff.settle(1, note="later")
        rest = await staff.read()
        done = await staff.read("/to-settle?lang=en&settled=true")

    with transaction(listed.engine) as session:
        matter = session.get_one(Matter, 1)
    assert (answer.status_code, answer.headers["location"]) == (303, "/to-settle?kind=over_limit")
    assert again.status_code == 303
    assert _kinds(rest) == ["card_barred", "item_unknown"]
    assert "Đã gọi điện" in done.one("article").text
    assert (matter.settled_by, matter.note, matter.card_number) == ("desk", "Đã gọi điện", None)


async def test_a_kept_card_is_good_again_when_it_is_settled(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        library.desk.cards.block(session, library.hub, MAI, retained=True, words="")
        note_card(session, library.hub, MAI, retained=True, now=library.clock())
    async with desk(library) as staff:
        await staff.settle(1)

    with transaction(library.engine) as session:
        assert [block.lifted_at for block in session.scalars(select(CardBlock))] == [library.clock()]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{_HOST}"},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1"},
    ],
)
async def test_nothing_is_settled_from_elsewhere(listed: SmallLibrary, headers: dict[str, str]) -> None:
    async with desk(listed) as staff:
        answer = await staff.settle(1, headers)
        page = await staff.read()

    assert answer.status_code == 403
    assert len(page.all("article")) == 3


async def test_an_older_browser_is_known_by_its_origin(listed: SmallLibrary) -> None:
    async with desk(listed) as staff:
        answer = await staff.settle(1, {"Origin": f"http://{_HOST}"})

    assert answer.status_code == 303


@pytest.mark.parametrize("number", ["99", "0", "-1", "9999999999999999999999", "x"])
async def test_what_is_not_there_cannot_be_settled(listed: SmallLibrary, number: str) -> None:
    async with desk(listed) as staff:
        answer = await staff.ask("POST", f"/to-settle/{number}", _FROM_THE_PAGE)

    assert answer.status_code in {404, 422}


async def test_a_note_that_is_too_long_settles_nothing(listed: SmallLibrary) -> None:
    async with desk(listed) as staff:
        answer = await staff.settle(1, note="x" * 501)
        page = await staff.read()

    assert answer.status_code == 422
    assert len(page.all("article")) == 3


async def test_an_empty_list_says_so_in_both_languages(library: SmallLibrary) -> None:
    async with desk(library) as staff:
        english, vietnamese = await staff.read(), await staff.read("/to-settle?lang=vi")
        settled = await staff.read("/to-settle?lang=en&settled=true")

    assert "Nothing is waiting for you" in english.one("main").text
    assert "Không có việc nào đang chờ" in vietnamese.one("main").text
    assert "Nothing has been settled yet" in settled.one("main").text


async def test_words_from_outside_are_shown_as_they_are(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        record = session.scalars(select(Record).where(Record.source_id == "r1")).one()
        record.title = HOSTILE
        note_matter(session, library.hub, MatterKind.ALARM_ON, Case(NOON, DE_MEN), NOON)
        note_matter(session, library.hub, MatterKind.CARD_UNKNOWN, Case(NOON, "<b>", "<i>"), NOON)
    async with desk(library) as staff:
        page = await staff.read()

    assert page.all("script") == []
    assert HOSTILE.strip() in page.all("article")[1].text
    assert "<b>" in page.all("article")[0].text


async def test_many_things_are_counted_and_the_newest_shown(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        for number in range(AT_A_TIME + 3):
            note_matter(session, library.hub, MatterKind.CLOCK_UNKNOWN, Case(NOON, f"X.{number}"), library.clock())
    async with desk(library) as staff:
        page = await staff.read()

    assert len(page.all("article")) == AT_A_TIME
    assert f"X.{AT_A_TIME + 2}" in page.all("article")[0].text
    assert "3 older entries are not shown" in page.one("main").text


@pytest.mark.parametrize("kind", MatterKind)
def test_every_kind_has_its_words_and_its_advice(kind: MatterKind) -> None:
    assert labels.MATTER[kind]
    assert labels.MATTER_ADVICE[kind]
