"""A receipt from a kiosk's HTTPS to the page on a telephone."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from library.api.receipts import LONGEST_RECEIPT, RECEIPTS_PATH, SharedReceipt, read_address, shared_line
from server.circulation.offline_policies import PolicyMaker
from server.circulation.receipts import ReceiptShelf
from server.selfcheck.throttle import LoginThrottle
from server.store.engine import open_engine
from server.store.writer import WriterQueue
from server.web.kiosk_api import Doorkeeper, create_kiosk_api
from server.web.receipts import STYLE, create_receipts
from server.web.rendering import Renderer
from server.web.site import Site
from tests.support.markup import Markup
from tests.support.small_library import MAI, NOON, ZONE, SmallLibrary
from tests.unit.server.circulation.test_offline_policies import CHEAP, config
from tests.unit.server.circulation.test_receipts import PUBLIC, RECEIPT
from tests.unit.server.web.test_kiosk_api import GOOD, LOGIN, NOBODY, basic


@dataclass
class Server:
    """The kiosks' listener and the telephones'."""

    kiosks: FastAPI
    telephones: FastAPI

    async def share(self, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self._ask(self.kiosks, "POST", RECEIPTS_PATH, body, GOOD if headers is None else headers)

    async def look(self, path: str, method: str = "GET") -> httpx.Response:
        return await self._ask(self.telephones, method, path.removeprefix(PUBLIC))

    async def _ask(
        self, app: FastAPI, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, f"https://library.example{path}", content=body, headers=headers)


@asynccontextmanager
async def server(library: SmallLibrary, *, shares: bool = True) -> AsyncIterator[Server]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        policies = PolicyMaker(config(library), library.desk, queue, CHEAP)
        shelf = ReceiptShelf(library.engine, queue, library.clock, PUBLIC)
        door = Doorkeeper(queue, LoginThrottle(lambda: 0.0), NOBODY, by_certificate=False)
        kiosks = create_kiosk_api(door, policies, shelf if shares else None)
        yield Server(kiosks, create_receipts(shelf, Renderer(Site("Thư viện xã", ZONE))))
        await policies.aclose()


async def shared(running: Server, receipt: SharedReceipt) -> str:
    answer = await running.share(receipt.model_dump_json().encode())
    address = read_address(answer.content)
    assert (answer.status_code, address is not None) == (201, True)
    return address or ""


async def test_a_telephone_reads_what_was_done_and_nothing_more(library: SmallLibrary) -> None:
    lines = (
        RECEIPT.lines[0],
        shared_line("renewed", "Tắt đèn", NOON, loan_known=True, show_at_desk=False),
        shared_line("returned", "<b>Kiều</b>", None, loan_known=True, show_at_desk=True),
        shared_line("lent", "", None, loan_known=False, show_at_desk=True),
        shared_line("lent", "Số đỏ", None, loan_known=True, show_at_desk=False),
    )
    async with server(library) as running:
        address = await shared(running, SharedReceipt(language="en", last_four="0001", lines=lines))
        answer = await running.look(address)

    page = Markup(answer.text)
    said = [line.text for line in page.all("li")]
    assert answer.status_code == 200
    assert re.fullmatch(rf"{PUBLIC}/r/[A-Za-z0-9_-]{{22}}", address)
    assert said[0] == "Dế Mèn phiêu lưu ký Borrowed until 11/08/2026"
    assert said[1] == "Tắt đèn Renewed until 28/07/2026"
    assert said[2] == "<b>Kiều</b> Returned Please show this book at the desk."
    assert said[3] == "A book without a title Nobody knows whether this was done. Please ask at the desk."
    assert said[4] == "Số đỏ Borrowed"
    assert "12:00 29/07/2026" in page.one("main").text
    assert MAI not in answer.text


async def test_the_page_speaks_the_language_of_the_visit(library: SmallLibrary) -> None:
    async with server(library) as running:
        page = Markup((await running.look(await shared(running, RECEIPT))).text)

    assert page.one("h1").text == "Biên nhận của bạn"
    assert "Mượn đến 11/08/2026" in page.one("li").text


async def test_no_page_is_kept_indexed_framed_or_runs_anything(library: SmallLibrary) -> None:
    async with server(library) as running:
        there = await running.look(await shared(running, RECEIPT))
        answers = [
            there,
            await running.look("/r/" + "A" * 22),
            await running.look("/"),
            await running.look("/r/x", "POST"),
        ]

    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "set-cookie" not in answer.headers
    assert [answer.status_code for answer in answers] == [200, 404, 404, 405]
    assert STYLE in there.text


async def test_who_comes_too_late_reads_the_same_as_who_guesses(library: SmallLibrary) -> None:
    async with server(library) as running:
        address = await shared(running, RECEIPT)
        library.clock.advance(timedelta(hours=24))
        late = await running.look(address)
        guesses = [await running.look(path) for path in ("/r/" + "A" * 22, "/r/x", "/r/%00", "/r/" + "%C3%A1" * 22)]

    assert late.status_code == 404
    assert "Ở đây không có biên nhận nào" in late.text
    assert {(answer.status_code, answer.text) for answer in guesses} == {(late.status_code, late.text)}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b'{"language": "vi", "lines": []}', 422),
        (RECEIPT.model_dump_json().replace('"vi"', '"fr"').encode(), 422),
        (RECEIPT.model_dump_json().replace('"0001"', '"23529000000001"').encode(), 422),
        (RECEIPT.model_dump_json().replace('"lent"', '"stolen"').encode(), 422),
        (RECEIPT.model_dump_json().replace("}]", ', "item": "VNM.000001"}]').encode(), 422),
        (b" " * (LONGEST_RECEIPT + 1), 413),
    ],
)
async def test_what_is_no_receipt_is_not_kept(library: SmallLibrary, body: bytes, status: int) -> None:
    async with server(library) as running:
        answer = await running.share(body)

    assert answer.status_code == status
    assert read_address(answer.content) is None


@pytest.mark.parametrize("headers", [{}, basic(LOGIN, "wrong"), basic("nobody", "x")])
async def test_nobody_but_a_kiosk_puts_a_receipt_there(library: SmallLibrary, headers: dict[str, str]) -> None:
    async with server(library) as running:
        answer = await running.share(RECEIPT.model_dump_json().encode(), headers)

    assert answer.status_code == 401


async def test_a_server_without_a_public_address_takes_none(library: SmallLibrary) -> None:
    async with server(library, shares=False) as running:
        answer = await running.share(RECEIPT.model_dump_json().encode())

    assert answer.status_code == 404
