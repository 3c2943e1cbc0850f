"""Receipts by e-mail: on disk at once, sent once, tried for a day, and nothing of a reader where it has no business."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from library.api.mailed_receipts import LONGEST_WISH, MAILS_PATH, MailWish
from library.api.receipts import SharedLine, SharedReceipt
from library.lending.patterns import NumberPatterns
from server.circulation.values import Counter
from server.mailing.letter import Letterhead
from server.mailing.postbox import NotSentError
from server.mailing.receipt_mails import DAY, FIRST_WAIT, MOST_OF_A_READER, ReceiptMails
from server.patrons.addresses import NO_ADDRESS, is_address, put_address
from server.patrons.importing import import_patrons
from server.patrons.register import find_card
from server.selfcheck.patron_answers import PatronAnswers
from server.selfcheck.throttle import LoginThrottle
from server.store.engine import open_engine, transaction
from server.store.mail_models import MailAddress, ReceiptMail
from server.store.secrets import hash_secret
from server.store.writer import WriterQueue
from server.web.kiosk_api import Doorkeeper
from server.web.mails_api import take_mails
from tests.support.sip2_lines import information
from tests.support.small_library import CHEAP, MAI, NAM, UNKNOWN_CARD, ZONE, SmallLibrary
from tests.unit.server.web.test_kiosk_api import GOOD, NOBODY

RECEIPT = SharedReceipt(language="vi", lines=(SharedLine(kind="lent", title="Số đỏ"),))
WISH = MailWish(mail_id="v1", card=MAI, receipt=RECEIPT)
HEAD = Letterhead("Thư viện", "phieu@thuvien.example", ZONE)


@dataclass
class FakePostbox:
    """Takes letters, or answers what it is told to."""

    answers: list[NotSentError | None] = field(default_factory=list)
    letters: list[tuple[str, bytes]] = field(default_factory=list)

    def send(self, to: str, letter: bytes) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.letters.append((to, letter))


@asynccontextmanager
async def mailing(library: SmallLibrary, postbox: FakePostbox) -> AsyncIterator[ReceiptMails]:
    with transaction(library.engine) as session:
        card = find_card(session, library.organisation_id, MAI)
        assert card is not None
        put_address(session, card.patron_id, "mai@example.com")
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        yield ReceiptMails(queue, library.clock, HEAD, postbox)


def kept(library: SmallLibrary) -> list[tuple[bool, int, bool]]:
    """Give of each: whether its lines are kept, how often it was tried, whether it is tried again."""
    with transaction(library.engine) as session:
        return [
            (bool(mail.body), mail.tries, mail.next_at is not None) for mail in session.scalars(select(ReceiptMail))
        ]


async def test_a_receipt_is_sent_once_and_its_lines_are_erased(library: SmallLibrary) -> None:
    postbox = FakePostbox()
    async with mailing(library, postbox) as mails:
        for _ in range(2):
            await mails.put(library.hub, WISH)
        waiting = kept(library)
        sent = [await mails.send_due() for _ in range(2)]
        await mails.put(library.hub, WISH)
        sent.append(await mails.send_due())

    assert waiting == [(True, 0, True)]
    assert (sent, kept(library)) == ([1, 0, 0], [(False, 0, False)])
    assert [to for to, _ in postbox.letters] == ["mai@example.com"]


async def test_a_mail_server_that_is_away_is_tried_again_with_longer_pauses(
    library: SmallLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    away = NotSentError("ConnectionRefusedError", for_good=False)
    postbox = FakePostbox([away, away])
    async with mailing(library, postbox) as mails:
        await mails.put(library.hub, WISH)
        sent = [await mails.send_due(), await mails.send_due()]
        for wait in (FIRST_WAIT, FIRST_WAIT, FIRST_WAIT):
            library.clock.advance(wait)
            sent.append(await mails.send_due())

    assert (sent, kept(library)) == ([0, 0, 0, 0, 1], [(False, 2, False)])
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert not {MAI, "mai@example.com", "Số đỏ"} & set(caplog.text.split())


async def test_a_receipt_is_given_up_after_a_day_and_at_once_where_the_address_is_nobodys(
    library: SmallLibrary,
) -> None:
    postbox = FakePostbox([NotSentError("recipient", for_good=True), NotSentError("x", for_good=False)])
    async with mailing(library, postbox) as mails:
        await mails.put(library.hub, WISH)
        await mails.send_due()
        at_once = kept(library)
        await mails.put(library.hub, WISH.model_copy(update={"mail_id": "v2"}))
        library.clock.advance(DAY)
        await mails.send_due()

    assert at_once == [(False, 0, False)]
    assert kept(library) == [(False, 0, False)] * 2
    assert postbox.letters == []


async def test_a_reader_who_wants_no_letters_any_more_gets_none(library: SmallLibrary) -> None:
    postbox = FakePostbox()
    async with mailing(library, postbox) as mails:
        await mails.put(library.hub, WISH)
        with transaction(library.engine) as session:
            for known in session.scalars(select(MailAddress)):
                put_address(session, known.patron_id, NO_ADDRESS)
                put_address(session, known.patron_id + 1, NO_ADDRESS)
        sent = await mails.send_due()

    assert (sent, postbox.letters, kept(library)) == (0, [], [(False, 0, False)])


class Broken(ReceiptMails):
    """Its disk is full."""

    async def put(self, counter: Counter, wish: MailWish) -> None:
        del counter, wish
        raise OperationalError("", None, Exception())


async def asked(library: SmallLibrary, mails: ReceiptMails, *bodies: str, login: dict[str, str] = GOOD) -> list[int]:
    async with WriterQueue(open_engine(library.url), "kiosks") as queue:
        app = FastAPI()
        take_mails(app, Doorkeeper(queue, LoginThrottle(lambda: 0.0), NOBODY, by_certificate=False), mails)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://library.example", headers=login) as client:
            return [(await client.post(MAILS_PATH, content=body)).status_code for body in bodies]


async def test_a_kiosk_is_told_whether_a_receipt_is_on_its_way(library: SmallLibrary) -> None:
    wishes = [WISH, WISH.model_copy(update={"card": NAM}), WISH.model_copy(update={"card": UNKNOWN_CARD})]
    many = [WISH.model_copy(update={"mail_id": f"m{number}"}) for number in range(MOST_OF_A_READER)]
    async with mailing(library, FakePostbox()) as mails:
        told = await asked(library, mails, *(wish.model_dump_json() for wish in wishes), "{}", " " * (LONGEST_WISH + 1))
        stranger = await asked(library, mails, WISH.model_dump_json(), login={"Authorization": "Basic eDp5"})
        flood = await asked(library, mails, *(wish.model_dump_json() for wish in many))
        library.clock.advance(timedelta(days=2))
        broken = Broken(None, library.clock, HEAD, FakePostbox())  # type: ignore[arg-type] # it asks for none
        full = await asked(library, broken, WISH.model_dump_json())

    assert (told, stranger, full) == ([202, 404, 404, 422, 413], [401], [503])
    assert flood == [202] * (MOST_OF_A_READER - 1) + [429]


def test_an_address_is_one_plain_address() -> None:
    bad = ["", "mai", "mai@", "@x.vn", "a b@x.vn", "a@x.vn,b@x.vn", "a@x.vn\nBcc: b@x.vn", "<a@x.vn>", "a@localhost"]

    assert is_address("mai.nguyen+sach@thuvien.example")
    assert not any(map(is_address, [*bad, "a" * 65 + "@x.vn", "a@" + "x" * 250 + ".vn"]))


def test_addresses_come_with_the_file_of_readers(library: SmallLibrary, tmp_path: Path) -> None:
    file = tmp_path / "readers.csv"
    row = f"{MAI},Nguyễn Thị Mai,adult,VN-QN,2026-12-31"

    def imported(email: str) -> tuple[int, list[str]]:
        file.write_text(f"card,name,category,place,expires,email\n{row},{email}\n", encoding="utf-8")
        report = import_patrons(library.engine, library.organisation_id, file, NumberPatterns())
        with transaction(library.engine) as session:
            return len(report.faults), list(session.scalars(select(MailAddress.address)))

    told = [imported(email) for email in ("mai@x.vn", "", "no address", "m@y.vn", "-")]

    assert told == [(0, ["mai@x.vn"]), (0, ["mai@x.vn"]), (1, ["mai@x.vn"]), (0, ["m@y.vn"]), (0, [])]


def test_a_64_says_that_there_is_an_address_and_never_which_one(library: SmallLibrary) -> None:
    told = {}
    for mail, pin in ((True, None), (False, None), (True, "0000")):
        answers = PatronAnswers(library.desk, "VN-QN", sends_mail=mail)
        with transaction(library.engine) as session:
            card = find_card(session, library.organisation_id, MAI)
            assert card is not None
            card.patron.pin_hash = hash_secret("1234", cost=CHEAP)
            put_address(session, card.patron_id, "mai@example.com")
            session.flush()
            request = replace(information(MAI), patron_password=pin)
            answer = answers.patron_information(session, library.hub, request, "vi")
            nobody = answers.patron_information(session, library.hub, information(NAM), "vi")
        told[mail, pin] = (answer.extension("XE"), answer.email, nobody.extension("XE"))

    assert told == {(True, None): ("Y", None, None), (False, None): (None,) * 3, (True, "0000"): (None,) * 3}
