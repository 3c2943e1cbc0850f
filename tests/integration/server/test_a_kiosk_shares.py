"""What a kiosk hands to the real server: receipts for telephones, uses for the report, new readers; what goes wrong."""

import asyncio
import json
import ssl
import urllib.request
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from deploy.demo.pki import Authority
from kiosk.alone.machine_time import SystemClock
from kiosk.ils.bank_transfers import BankTransfers
from kiosk.ils.citizens import CitizensAtServer
from kiosk.ils.our_server import OurServer
from kiosk.ils.shared_receipts import SharedReceipts, travelling
from kiosk.ports import Shared, Stranger
from kiosk.session.citizen_effects import HandInReader
from kiosk.session.citizen_events import ReaderHandedIn
from kiosk.session.effects import LineKind, PrintReceipt, ReceiptLine
from kiosk.session.values import ItemId, Language, PatronId, VisitId
from library.api.item_uses import ITEM_USES_PATH, ItemUse, ItemUses
from library.identity.citizen_card import CitizenCard
from library.identity.purposes import Purpose
from library.lending.offline_events import ClockCertainty
from library.paying.vietqr import Transfer, read_transfer
from server.patrons.addresses import put_address
from server.store.account_models import Fee, FeeReason
from server.store.engine import opened, transaction
from server.store.models import Card
from tests.integration.server.test_a_kiosk_fetches import answering, authority, trusting
from tests.integration.server.test_kiosk_api import PROGRAM, _listen
from tests.support.programs import Program
from tests.support.small_library import DE_MEN, MAI, NAM, NOON, PASSWORD
from tests.support.smtp_server import SmtpServer
from tests.support.waiting import eventually
from tests.unit.server.web.test_kiosk_api import LOGIN

__all__ = ["authority"]  # a fixture

ACCOUNT = """[payment]
bank = "970436"
bank_name = "Vietcombank"
account = "0123456789"
holder = "THU VIEN XA"
"""
DUE = datetime(2026, 12, 14, 23, 59, tzinfo=UTC)
LINE = ReceiptLine("Dế Mèn phiêu lưu ký", DUE, show_at_desk=False, loan_known=True, item_id=ItemId(DE_MEN))
USE = ItemUse(use_id="u1", item=DE_MEN, at=None, clock=ClockCertainty.UNKNOWN)
CITIZEN = CitizenCard("001090777123", "", "Căn Cước Đánh Dấu", date(1990, 1, 1), None, "Thôn Mười Bảy")
NEW_CARD = "23529000000500"
ORDER = PrintReceipt(VisitId("v1"), Language.ENGLISH, "0001", (LINE, replace(LINE, kind=LineKind.RETURNED, due=None)))


def _owe(installed: Path, amount: int) -> None:
    """Let Mai owe something, and have an address."""
    with opened(f"sqlite:///{installed.parent / 'library.db'}") as engine, transaction(engine) as session:
        patron_id = session.scalars(select(Card.patron_id).where(Card.number == MAI)).one()
        put_address(session, patron_id, "mai@example.com")
        session.add(Fee(patron_id=patron_id, reason=FeeReason.LOST, amount=amount, created_at=NOON))


async def test_a_telephone_reads_what_the_kiosk_shared_the_report_what_it_counted_and_the_desk_who_joined(
    installed: Path, authority: Authority
) -> None:
    _listen(installed, authority.server("server-3", "127.0.0.1"), None)
    async with SmtpServer() as post:
        await _shared_and_counted(installed, authority, post)


async def _shared_and_counted(installed: Path, authority: Authority, post: SmtpServer) -> None:
    mail = f'[mail]\nhost = "127.0.0.1"\nport = {post.port}\nsecurity = "none"\nsender = "phieu@thuvien.example"\n'
    mail += f"[citizens]\nkey_file = {json.dumps(str(installed.parent / 'citizen.key'))}\n"
    settings = f'\n[receipts]\npublic_url = "https://receipts.example"\nport = 0\n{mail}{ACCOUNT}[[lending.rules]]'
    _owe(installed, 50_000)
    text = installed.read_text(encoding="utf-8").replace("[[lending.rules]]", settings, 1)
    installed.write_text(text, encoding="utf-8")
    async with Program([*PROGRAM, str(installed)], installed.parent / "log") as program:
        address = f"https://127.0.0.1:{program.ready['kiosk_api_port']}"
        shared = await SharedReceipts(address, trusting(authority), LOGIN, PASSWORD).share(ORDER)
        sharing = SharedReceipts(address, trusting(authority), LOGIN, PASSWORD)
        mailed = [await sharing.share(ORDER, PatronId(card)) for card in (MAI, NAM)]
        await eventually(lambda: bool(post.letters))
        by_bank = BankTransfers(OurServer(address, trusting(authority), LOGIN, PASSWORD), SystemClock(UTC))
        paying = await by_bank.offered(), await by_bank.begin(PatronId(MAI)), await by_bank.begin(PatronId(NAM))
        ours, told = OurServer(address, trusting(authority), LOGIN, PASSWORD), ItemUses(uses=(USE,)).model_dump_json()
        new = [await asyncio.to_thread(ours.ask, "POST", ITEM_USES_PATH, told.encode()) for _ in range(2)]
        refused = await SharedReceipts(address, trusting(authority), LOGIN, "wrong").share(ORDER)
        link = "" if shared is None else shared.link
        here = f"http://127.0.0.1:{program.ready['receipts_port']}"

        def look(at: str) -> str:
            with urllib.request.urlopen(at, timeout=30) as answer:  # noqa: S310 - the test's own address
                return str(answer.read().decode())

        page = await asyncio.to_thread(look, link.replace("https://receipts.example", here))
        pages = f"http://127.0.0.1:{program.ready['web_port']}"
        counted = json.loads(await asyncio.to_thread(look, f"{pages}/api/v1/item-uses"))
        joined = await _joined(ours, pages)

    assert (new, counted["total"]) == ([(200, b'{"new":1}'), (200, b'{"new":0}')], 1)
    assert joined == (Stranger(), 303, PatronId(NEW_CARD))
    assert refused is None
    assert mailed == [Shared(""), None]
    assert [(to, b"Borrowed" in text) for _, to, text in post.letters] == [("mai@example.com", True)]
    assert (paying[0], paying[2]) == (True, None)
    assert paying[1] is not None
    code = read_transfer(paying[1].code)
    assert code == Transfer("970436", "0123456789", 50_000, paying[1].reference)
    assert link.startswith("https://receipts.example/r/")
    assert "Dế Mèn phiêu lưu ký" in page
    assert "Borrowed until 15/12/2026" in page
    assert DE_MEN not in page
    log = (installed.parent / "log").read_text(encoding="utf-8", errors="replace")
    assert not [secret for secret in (link.rpartition("/")[2], CITIZEN.number, CITIZEN.name, NEW_CARD) if secret in log]


async def _joined(ours: OurServer, pages: str) -> tuple[object, int, object]:
    """Hand somebody in as a kiosk does, finish it as the desk does, and ask again."""
    citizens = CitizensAtServer(ours)
    before = await citizens.find(CITIZEN.number)
    told = await citizens.hand_in(HandInReader(VisitId("v1"), CITIZEN, frozenset({Purpose.LENDING})))
    pick_up = told.pick_up if isinstance(told, ReaderHandedIn) else ""
    form = {"pick_up": pick_up, "name": CITIZEN.name, "card": NEW_CARD, "category": "adult", "by": "Hoa"}
    async with httpx.AsyncClient() as desk:
        done = await desk.post(f"{pages}/new-readers/finish", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    return before, done.status_code, await citizens.find(CITIZEN.number)


def answer(status: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"nothing\r\n\r\n",
        answer("201 Created", b"{}"),
        answer("201 Created", b'{"address": "javascript:alert(1)"}'),
        answer("201 Created", b'{"address": "https://x/' + b"a" * 400 + b'"}'),
        answer("200 OK", b'{"address": "https://receipts.example/r/x"}'),
        answer("302 Found", b""),
        answer("503 Service Unavailable", b""),
    ],
)
async def test_whatever_else_the_server_says_there_is_no_code(authority: Authority, said: bytes) -> None:
    async with answering(authority, said) as address:
        shared = await SharedReceipts(address, trusting(authority)).share(ORDER)

    assert shared is None


async def test_nothing_is_told_to_a_server_of_another_authority_or_to_none(authority: Authority) -> None:
    async with answering(authority, answer("201 Created", b"{}")) as address:
        stranger = await SharedReceipts(address, ssl.create_default_context()).share(ORDER)
    gone = await SharedReceipts(address, trusting(authority)).share(ORDER, PatronId(MAI))
    nonsense = await SharedReceipts("https://[", trusting(authority)).share(ORDER)

    assert (stranger, gone, nonsense) == (None, None, None)


def test_what_travels_names_no_item_and_no_title_is_too_long() -> None:
    sent = travelling(replace(ORDER, lines=(replace(LINE, title="x" * 500),)))

    assert DE_MEN not in travelling(ORDER).model_dump_json()
    assert len(sent.lines[0].title) == 200
    assert sent.lines[0].due == DUE
    assert travelling(replace(ORDER, lines=(replace(LINE, due=DUE + timedelta(days=1)),))).lines[0].due != DUE
