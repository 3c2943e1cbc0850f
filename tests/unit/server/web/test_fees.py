"""The page of fees, as staff use it in a browser without scripts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from server.circulation.fee_counter import FeeCounter, Trouble
from server.store.account_models import FeeReason
from server.store.engine import open_engine, transaction
from server.store.fee_models import FeeActKind
from server.store.models import Record
from server.store.writer import WriterQueue
from server.web import fees_view
from server.web.app import create_app
from server.web.site import Site
from tests.support.fleet_pages import FakeFleet, FakeLoans
from tests.support.markup import Markup
from tests.support.small_library import DE_MEN, MAI, UNKNOWN_CARD, ZONE, SmallLibrary

_HOST = "127.0.0.1:8080"
_FROM_THE_PAGE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Desk:
    """The page over a real store."""

    app: FastAPI

    async def ask(
        self, method: str, path: str, /, headers: dict[str, str] | None = None, **more: str
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            sent = {"Host": _HOST, **(_FROM_THE_PAGE if headers is None else headers)}
            return await client.request(method, f"http://{_HOST}{path}", headers=sent, data=more or None)

    async def find(self, card: str = MAI) -> str:
        """Give the address of a reader's page."""
        return (await self.ask("POST", "/fees", card=card)).headers["location"]

    async def form(self, address: str) -> str:
        page = Markup((await self.ask("GET", address)).text)
        return str(page.all("input", name="form")[0].attributes["value"])

    async def send(self, address: str, act: str, **fields: str) -> httpx.Response:
        number = await self.form(address)
        return await self.ask("POST", f"{address}/{act}?lang=en", None, form=number, **fields)


@asynccontextmanager
async def desk(library: SmallLibrary) -> AsyncIterator[Desk]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        book = FeeCounter(library.engine, queue, "VN-QN", ZONE)
        site = Site("Thư viện xã", ZONE)
        yield Desk(create_app(fleet=FakeFleet(), loans=FakeLoans(), clock=library.clock, site=site, fees=book))


async def test_a_fee_is_written_paid_in_part_and_the_rest_waived(library: SmallLibrary) -> None:
    async with desk(library) as staff:
        mai = await staff.find()
        written = await staff.send(mai, "write", reason="lost", amount="50.000", item=DE_MEN, by="Lan", words="rách")
        paid = await staff.send(mai, "take", amount="20,000", by="Lan")
        before = Markup((await staff.ask("GET", f"{mai}?lang=en")).text)
        line = before.one("article").attributes["data-fee"]
        waived = await staff.send(mai, f"waive/{line}", words="tìm thấy", by="Hoa")
        after = Markup((await staff.ask("GET", f"{mai}?lang=en")).text)

    assert [answer.status_code for answer in (written, paid, waived)] == [303] * 3
    assert "Lost book 30,000 VND" in before.one("article").text
    assert "Dế Mèn phiêu lưu ký" in before.one("article").text
    assert after.all("article") == []
    assert "Nothing to pay" in after.one("main").text
    assert sorted(str(act.attributes["data-act"]) for act in after.all("li") if "data-act" in act.attributes) == [
        "paid",
        "waived",
        "written",
    ]
    assert all(word in after.one("main").text for word in ("tìm thấy", "Hoa", "Lan", "rách", "Nguyễn Thị Mai", "0001"))
    assert MAI not in after.one("main").text


async def test_no_address_holds_a_card_number_and_an_unknown_card_is_said(library: SmallLibrary) -> None:
    async with desk(library) as staff:
        asked = await staff.ask("GET", "/fees?lang=en")
        found = await staff.find()
        unknown = await staff.ask("POST", "/fees?lang=en", card=UNKNOWN_CARD)
        empty = await staff.ask("POST", "/fees?lang=vi")
        nobody = await staff.ask("GET", "/fees/99999")
        huge = await staff.ask("GET", f"/fees/{2**40}")

    assert Markup(asked.text).one("input", name="card")
    assert MAI not in found
    assert (unknown.status_code, empty.status_code, nobody.status_code, huge.status_code) == (404, 404, 404, 404)
    assert "no card with this number" in unknown.text
    assert "không có thẻ nào" in empty.text
    assert UNKNOWN_CARD not in unknown.text


@pytest.mark.parametrize(
    ("act", "fields", "status", "words"),
    [
        ("write", {"reason": "lost", "amount": "20.5", "by": "Lan"}, 422, "whole đồng"),
        ("write", {"reason": "lost", "amount": "1000", "by": ""}, 422, "who you are"),
        ("write", {"reason": "lost", "amount": "1000", "by": "Lan", "item": "X"}, 422, "no book with this number"),
        ("write", {"reason": "stolen", "amount": "1000", "by": "Lan"}, 422, "does not work"),
        ("take", {"amount": "5001", "by": "Lan"}, 422, "more than the reader owes"),
        ("waive/1", {"words": "", "by": "Lan"}, 422, "Type the reason"),
        ("waive/77", {"words": "x", "by": "Lan"}, 409, "paid or waived already"),
        ("waive/1", {"words": "x" * 301, "by": "Lan"}, 422, "too long"),
    ],
)
async def test_wrong_input_is_answered_in_words_and_nothing_is_lost(
    library: SmallLibrary, act: str, fields: dict[str, str], status: int, words: str
) -> None:
    async with desk(library) as staff:
        mai = await staff.find()
        await staff.send(mai, "write", reason="other", amount="5000", by="Lan")
        answer = await staff.send(mai, act, **fields)
        after = Markup((await staff.ask("GET", f"{mai}?lang=en")).text)

    assert (answer.status_code, words in answer.text) == (status, True)
    assert [str(owed.attributes["data-owed"]) for owed in after.all("p") if "data-owed" in owed.attributes] == ["5000"]


async def test_what_was_typed_stands_there_again(library: SmallLibrary) -> None:
    async with desk(library) as staff:
        answer = await staff.send(
            await staff.find(), "write", reason="card", amount="x y", by='<b>"Lan', words="ghi chú"
        )

    page = Markup(answer.text)
    assert [str(field.attributes["value"]) for field in page.all("input", name="amount")] == ["x y"]
    assert [str(field.attributes["value"]) for field in page.all("input", name="by")] == ['<b>"Lan']
    assert page.all("b") == []


async def test_nothing_is_done_from_elsewhere(library: SmallLibrary) -> None:
    async with desk(library) as staff:
        mai = await staff.find()
        number = await staff.form(mai)
        answer = await staff.ask("POST", f"{mai}/write", {}, form=number, reason="lost", amount="1000", by="Lan")

    assert answer.status_code == 403


async def test_titles_are_shown_as_they_are(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        session.get_one(Record, 1).title = "<script>x</script>"
    async with desk(library) as staff:
        mai = await staff.find()
        await staff.send(mai, "write", reason="lost", amount="1000", item=DE_MEN, by="Lan")
        page = Markup((await staff.ask("GET", mai)).text)

    assert page.all("script") == []


def test_every_word_has_its_words() -> None:
    assert set(fees_view.FEE_REASON) == set(FeeReason)
    assert set(fees_view.ACT) == set(FeeActKind)
    assert set(fees_view.TROUBLE) == set(Trouble)
