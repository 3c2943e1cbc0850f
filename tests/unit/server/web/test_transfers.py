"""A bank transfer from the kiosk's HTTPS to the staff's page: begun, confirmed once, and what is left given back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from library.api.payments import LONGEST_REQUEST, PAYMENTS_PATH, TransferBegun, TransferWish, read_begun
from library.paying.vietqr import Transfer, read_transfer
from server.circulation.fee_counter import FeeCounter, Signed, WrittenFee
from server.circulation.offline_policies import PolicyMaker
from server.circulation.transfer_book import TransferBook
from server.config import PaymentSection
from server.selfcheck.throttle import LoginThrottle
from server.store.account_models import FeeReason
from server.store.engine import open_engine
from server.store.writer import WriterQueue
from server.web.app import create_app
from server.web.kiosk_api import Doorkeeper, create_kiosk_api
from server.web.site import Site
from server.web.transfer_codes import TransferMaker
from tests.support.fleet_pages import FakeFleet, FakeLoans
from tests.support.markup import Markup
from tests.support.small_library import MAI, UNKNOWN_CARD, ZONE, SmallLibrary
from tests.unit.server.circulation.test_offline_policies import CHEAP, config
from tests.unit.server.web.test_kiosk_api import GOOD, LOGIN, NOBODY, basic

ACCOUNT = PaymentSection(bank="970436", bank_name="Vietcombank", account="0123456789", holder="THU VIEN XA")
_HOST = "127.0.0.1:8080"
_FROM_THE_PAGE = {"Sec-Fetch-Site": "same-origin"}


class BrokenBook(TransferBook):
    """A store that does not answer."""

    async def open(self, *_: object) -> None:
        raise OperationalError("", None, Exception())


@dataclass
class Server:
    """The kiosks' listener, the pages, and Mai's fees."""

    library: SmallLibrary
    fees: FeeCounter
    kiosks: FastAPI
    pages: FastAPI

    async def owe(self, amount: str = "50.000", form: str = "f") -> None:
        mai = self.fees.patron_of(MAI)
        assert mai is not None
        fee = WrittenFee(FeeReason.LOST, amount)
        assert await self.fees.write(mai, fee, Signed("Lan", "", form), self.library.clock()) is None

    async def kiosk(
        self, method: str = "POST", body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        sent = TransferWish(card=MAI).model_dump_json().encode() if body is None else body
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.kiosks)) as client:
            address = f"https://library.example{PAYMENTS_PATH}"
            return await client.request(method, address, content=sent, headers=GOOD if headers is None else headers)

    async def begin(self) -> TransferBegun:
        begun = read_begun((await self.kiosk()).content)
        assert begun is not None
        return begun

    async def staff(
        self, method: str, path: str, /, headers: dict[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.pages)) as client:
            sent = {"Host": _HOST, **(_FROM_THE_PAGE if headers is None else headers)}
            return await client.request(method, f"http://{_HOST}{path}", headers=sent, data=fields or None)

    async def page(self, path: str = "/transfers?lang=en") -> Markup:
        return Markup((await self.staff("GET", path)).text)

    async def confirm(self, reference: str, amount: str, by: str = "Lan") -> httpx.Response:
        number = str((await self.page()).all("input", name="form")[0].attributes["value"])
        return await self.staff("POST", "/transfers?lang=en", reference=reference, amount=amount, by=by, form=number)


@asynccontextmanager
async def server(
    library: SmallLibrary, book: type[TransferBook] = TransferBook, *, by_bank: bool = True
) -> AsyncIterator[Server]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        policies = PolicyMaker(config(library), library.desk, queue, CHEAP)
        door = Doorkeeper(queue, LoginThrottle(lambda: 0.0), NOBODY, by_certificate=False)
        transfers = book(library.engine, queue, library.clock)
        maker = TransferMaker(transfers, ACCOUNT) if by_bank else None
        fees = FeeCounter(library.engine, queue, "VN-QN", ZONE)
        pages = create_app(
            fleet=FakeFleet(),
            loans=FakeLoans(),
            clock=library.clock,
            site=Site("Thư viện xã", ZONE),
            fees=fees,
            transfers=transfers,
        )
        yield Server(library, fees, create_kiosk_api(door, policies, None, maker), pages)
        await policies.aclose()


async def test_a_kiosk_gets_a_code_that_a_bank_reads_and_that_names_nobody(library: SmallLibrary) -> None:
    async with server(library) as both:
        await both.owe()
        offered = await both.kiosk("GET", b"")
        begun = await both.begin()
        again = await both.begin()

    assert (offered.status_code, offered.content) == (204, b"")
    assert read_transfer(begun.payload) == Transfer("970436", "0123456789", 50_000, begun.reference)
    assert (begun.amount, begun.bank_name, begun.holder) == (50_000, "Vietcombank", "THU VIEN XA")
    assert again.reference == begun.reference
    assert MAI not in begun.model_dump_json()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{}", 422),
        (b"\xff", 422),
        (b"x" * (LONGEST_REQUEST + 1), 413),
        (TransferWish(card=UNKNOWN_CARD).model_dump_json().encode(), 409),
    ],
)
async def test_what_no_transfer_can_be_begun_for_is_refused(library: SmallLibrary, body: bytes, status: int) -> None:
    async with server(library) as both:
        answer = await both.kiosk(body=body)
        nothing_owed = await both.kiosk()

    assert (answer.status_code, nothing_owed.status_code) == (status, 409)


async def test_a_stranger_begins_nothing_and_is_not_told_whether_one_may_pay_by_bank(library: SmallLibrary) -> None:
    async with server(library) as both:
        await both.owe()
        answers = [await both.kiosk(method, headers=basic(LOGIN, "wrong")) for method in ("GET", "POST")]
        listed = await both.page()

    assert [answer.status_code for answer in answers] == [401, 401]
    assert [each for each in listed.all("li") if "data-awaited" in each.attributes] == []


async def test_without_an_account_or_a_store_nobody_pays_by_bank(library: SmallLibrary) -> None:
    async with server(library, by_bank=False) as none:
        absent = [await none.kiosk("GET", b""), await none.kiosk()]
    async with server(library, BrokenBook) as broken:
        away = await broken.kiosk()

    assert [answer.status_code for answer in absent] == [404, 404]
    assert (away.status_code, away.headers["retry-after"]) == (503, "15")


async def test_staff_confirm_what_arrived_and_it_is_paid_once(library: SmallLibrary) -> None:
    async with server(library) as both:
        await both.owe()
        begun = await both.begin()
        waiting = await both.page()
        done = await both.confirm(begun.reference.lower(), "50.000")
        said = await both.page(done.headers["location"] + "&lang=en")
        again = await both.confirm(begun.reference, "50.000")
        reader = await both.page(str((await both.staff("POST", "/fees", card=MAI)).headers["location"]) + "?lang=en")

    (awaited,) = [each for each in waiting.all("li") if "data-awaited" in each.attributes]
    assert begun.reference in awaited.text
    assert "50,000 VND" in awaited.text
    assert MAI not in waiting.one("main").text
    assert "Nguyễn" not in waiting.one("main").text
    assert (done.status_code, again.status_code) == (303, 409)
    assert "Written down. It paid" in said.one("main").text
    assert "No transfer is waited for." in said.one("main").text
    assert "written down before" in Markup(again.text).one("main").text
    assert "Nothing to pay" in reader.one("main").text
    assert begun.reference in reader.one("main").text


async def test_more_than_was_owed_is_given_back_by_somebody_who_signs(library: SmallLibrary) -> None:
    async with server(library) as both:
        await both.owe()
        begun = await both.begin()
        await both.confirm(begun.reference, "70.000")
        listed = await both.page()
        left = listed.one("article").attributes["data-left-over"]
        unsigned = await both.staff("POST", f"/transfers/{left}/given-back?lang=en", by=" ")
        unknown = await both.staff("POST", "/transfers/99/given-back?lang=en", by="Lan")
        signed = await both.staff("POST", f"/transfers/{left}/given-back", by="Lan")
        after = await both.page()

    assert "20,000 VND of 70,000 VND" in listed.one("article").text
    assert (unsigned.status_code, unknown.status_code, signed.status_code) == (422, 422, 303)
    assert "Type who you are" in Markup(unsigned.text).one("article").text
    assert "No transfer has this reference" in Markup(unknown.text).one("main").text
    assert after.all("article") == []


async def test_what_was_typed_wrongly_is_shown_again_with_the_reason(library: SmallLibrary) -> None:
    async with server(library) as both:
        answer = await both.confirm("TV-nonsense <b>", "50.000")

    page = Markup(answer.text)
    assert answer.status_code == 422
    assert "it has a slip" in page.one("main").text
    assert page.all("input", name="reference")[0].attributes["value"] == "TV-nonsense <b>"
    assert page.all("input", name="by")[0].attributes["value"] == "Lan"


async def test_another_site_confirms_nothing(library: SmallLibrary) -> None:
    async with server(library) as both:
        await both.owe()
        begun = await both.begin()
        fields = {"reference": begun.reference, "amount": "50.000", "by": "x", "form": "x"}
        answer = await both.staff("POST", "/transfers", {"Sec-Fetch-Site": "cross-site"}, **fields)
        listed = await both.page()

    assert answer.status_code == 403
    assert begun.reference in listed.one("main").text
