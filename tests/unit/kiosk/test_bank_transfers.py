"""Bank transfers between kiosk and our server: what is offered, what is begun, and what a server that lies gets."""

import http.client
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kiosk.ils.bank_transfers import KNOWN_FOR_S, BankTransfers
from kiosk.performer import Performer
from kiosk.session.answers import AccountRead
from kiosk.session.effects import ReadAccount
from kiosk.session.paying_values import BankTransfer
from kiosk.session.values import Account, Language, Money, PatronId, VisitId
from library.api.payments import PAYMENTS_PATH, TransferBegun, TransferWish

CARD = PatronId("QN0000001")
BEGUN = TransferBegun(
    reference="TV23456789A",
    amount=50_000,
    payload="000201",
    bank_name="Vietcombank",
    account="0123456789",
    holder="THU VIEN XA",
    until=datetime(2026, 11, 23, 9, 15, tzinfo=UTC),
)


@dataclass
class FakeTime:
    """Goes on when it is told."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class FakeServer:
    """Gives one answer after the other, or raises it."""

    answers: list[tuple[int, bytes] | Exception]
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        self.asked.append((method, path, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def payment(*answers: tuple[int, bytes] | Exception) -> tuple[BankTransfers, FakeServer, FakeTime]:
    server, time = FakeServer(list(answers)), FakeTime()
    return BankTransfers(server, time), server, time


async def test_what_the_server_gives_is_what_the_screen_shows() -> None:
    kiosk, server, _ = payment((201, BEGUN.model_dump_json().encode()))

    assert await kiosk.begin(CARD) == BankTransfer(
        "TV23456789A", Money(Decimal(50_000), "VND"), "000201", "Vietcombank", "0123456789", "THU VIEN XA"
    )
    assert server.asked == [("POST", PAYMENTS_PATH, TransferWish(card="QN0000001").model_dump_json().encode())]


@pytest.mark.parametrize(
    "answer",
    [(409, b""), (200, BEGUN.model_dump_json().encode()), (201, b"{}"), OSError(), http.client.BadStatusLine("")],
)
async def test_anything_else_is_no_transfer(answer: tuple[int, bytes] | Exception) -> None:
    kiosk, _, _ = payment(answer)

    assert await kiosk.begin(CARD) is None


async def test_a_card_that_cannot_be_sent_is_not() -> None:
    kiosk, server, _ = payment()

    assert await kiosk.begin(PatronId("9" * 65)) is None
    assert server.asked == []


async def test_the_server_is_asked_now_and_then_whether_it_takes_transfers() -> None:
    kiosk, server, time = payment((204, b""), (404, b""))
    first, again = await kiosk.offered(), await kiosk.offered()
    time.now = KNOWN_FOR_S + 1
    later = await kiosk.offered()

    assert (first, again, later, len(server.asked)) == (True, True, False, 2)


async def test_a_server_that_is_not_heard_is_asked_again_the_next_time() -> None:
    kiosk, _, _ = payment(OSError(), (204, b""))

    assert (await kiosk.offered(), await kiosk.offered()) == (False, True)


async def test_a_transfer_that_was_not_given_puts_what_was_said_before_in_doubt() -> None:
    kiosk, _, _ = payment((204, b""), (404, b""), (404, b""))

    assert await kiosk.offered()
    assert await kiosk.begin(CARD) is None
    assert not await kiosk.offered()


@dataclass
class FakeAccounts:
    """A library system that tells one account."""

    told: Account

    async def account(self, _patron_id: PatronId, _language: Language) -> Account:
        return self.told


@pytest.mark.parametrize(
    ("owed", "status", "by_bank"),
    [(Money(Decimal(5), "VND"), 204, True), (Money(Decimal(5), "VND"), 404, False), (None, 204, False)],
)
async def test_an_account_says_whether_its_fees_can_be_paid_by_bank(
    owed: Money | None, status: int, *, by_bank: bool
) -> None:
    kiosk, _, time = payment((status, b""))
    port: object = FakeAccounts(Account(owed=owed))
    performer = Performer(
        library_system=port,  # type: ignore[arg-type]  # only its account is asked for
        offline=port,  # type: ignore[arg-type]  # never asked
        alarm=port,  # type: ignore[arg-type]  # the same
        printer=port,  # type: ignore[arg-type]  # the same
        telemetry=port,  # type: ignore[arg-type]  # the same
        clock=time,
        payment=kiosk,
    )
    answer = await performer.perform(ReadAccount(VisitId("v1"), CARD))

    assert isinstance(answer, AccountRead)
    assert answer.account.by_bank is by_bank
