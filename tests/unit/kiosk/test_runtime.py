"""The runtime: events in order, effects answered, adapters that fail."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from kiosk.performer import Performer
from kiosk.ports import (
    AlarmNotOff,
    AlarmOff,
    LibrarySystem,
    NotPrinted,
    OfflineLending,
    Payment,
    Printed,
    ReceiptPrinter,
    ReceiptSharing,
    Refused,
    Shared,
    TagAlarm,
    Telemetry,
    Unanswered,
)
from kiosk.runtime import Runtime
from kiosk.session.answers import (
    AlarmStillOn,
    AlarmSwitchedOff,
    IdentifyFailed,
    ItemsFound,
    LoanMade,
    LoanRefused,
    LoanUnknown,
    PatronAccepted,
    PatronRefused,
    ReceiptFailed,
    ReceiptNotShared,
    ReceiptPrinted,
    ReceiptShared,
)
from kiosk.session.effects import (
    Effect,
    FindItems,
    IdentifyPatron,
    LendItem,
    PrintReceipt,
    ReceiptEnd,
    ReportVisit,
    ShareReceipt,
    SwitchAlarmOff,
    VisitEnd,
    VisitOutcome,
)
from kiosk.session.events import Event, Ticked
from kiosk.session.limits import Limits
from kiosk.session.paying_effects import BeginTransfer
from kiosk.session.paying_events import TransferBegan, TransferNotBegun
from kiosk.session.state import Around, Idle, State
from kiosk.session.touches import ScreenTouched, StartTouched
from kiosk.session.values import (
    AlarmFault,
    Candidate,
    Finding,
    ItemId,
    Language,
    Loan,
    Pad,
    Patron,
    PatronId,
    Pin,
    PrinterFault,
    TagUid,
    TransactionId,
    VisitId,
)
from library.lending.overrides import Override
from library.lending.refusals import Refusal
from tests.support.session_play import TRANSFER

PortT = TypeVar("PortT")
VISIT = VisitId("v1")
CARD = PatronId("QN0000001")
BOOK = ItemId("TV.000001")
IDENTIFY = IdentifyPatron(VISIT, CARD)
WHOSE = (Candidate(BOOK, "VN-QN01"), Candidate(ItemId("TV.000002"), "VN-QN02"))
FIND = FindItems(VISIT, WHOSE)
FOUND = (Finding(WHOSE[0], known=True, title="Số đỏ"), Finding(WHOSE[1], known=False))
NOT_TOLD = ItemsFound(VISIT, tuple(Finding(each, known=None) for each in WHOSE))
LEND = LendItem(VISIT, TransactionId("t1"), CARD, BOOK)
ALARM = SwitchAlarmOff(VISIT, BOOK, TagUid("E004"))
PRINT = PrintReceipt(VISIT, Language.VIETNAMESE, "0001", ())
SHARE = ShareReceipt(VISIT, PRINT)
BEGIN = BeginTransfer(VISIT, CARD)
REPORT = ReportVisit(VisitOutcome(VISIT, VisitEnd.DONE, 1.0, Language.VIETNAMESE, 1, (), 0, 0, ReceiptEnd.PRINTED))
IDLE = Idle(Around(Limits(), 0.0, Language.VIETNAMESE, library_system=True, lost=frozenset(), pad=Pad()))


class FakeClock:
    """Stands still."""

    def monotonic(self) -> float:
        return 5.0

    def wall(self) -> datetime:
        return datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class FakeOutside:
    """Every port at once; answers what it was given, or raises it."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[object] = []

    def _answer(self, *words: object) -> object:
        self.asked.append(words)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def identify(
        self, patron_id: PatronId, pin: Pin | None = None, language: Language = Language.VIETNAMESE
    ) -> object:
        return self._answer(patron_id, pin, language)

    async def find(self, candidates: Sequence[Candidate]) -> object:
        return self._answer(candidates)

    async def lend(
        self,
        transaction_id: TransactionId,
        patron_id: PatronId,
        item_id: ItemId,
        *,
        fee_agreed: bool = False,
        override: Override | None = None,
    ) -> object:
        return self._answer(transaction_id, patron_id, item_id, fee_agreed, override)

    async def watch(self, on_change: object) -> None:
        self._answer(on_change)

    async def switch_off(self, item_id: ItemId, tags: Sequence[TagUid]) -> object:
        return self._answer(item_id, tags)

    async def print_receipt(self, order: PrintReceipt, printed_at: datetime) -> object:
        return self._answer(order, printed_at)

    async def share(self, order: PrintReceipt, mail_to: PatronId | None = None) -> object:
        return self._answer(order, *([] if mail_to is None else [mail_to]))

    async def begin(self, patron_id: PatronId) -> object:
        return self._answer(patron_id)

    async def report_visit(self, outcome: VisitOutcome) -> None:
        self._answer(outcome)


def performer(answer: object) -> Performer:
    outside = FakeOutside(answer)

    def one(_port: type[PortT]) -> PortT:
        return outside  # type: ignore[return-value]  # the fake answers for every port

    return Performer(
        offline=one(OfflineLending),  # type: ignore[type-abstract]  # as below
        library_system=one(LibrarySystem),  # type: ignore[type-abstract]  # only names the port
        alarm=one(TagAlarm),  # type: ignore[type-abstract]  # as above
        printer=one(ReceiptPrinter),  # type: ignore[type-abstract]  # as above
        telemetry=one(Telemetry),  # type: ignore[type-abstract]  # as above
        clock=FakeClock(),
        sharing=one(ReceiptSharing),  # type: ignore[type-abstract]  # as above
        payment=one(Payment),  # type: ignore[type-abstract]  # as above
    )


PATRON = Patron(CARD, "N.T.M.", 0)
LOAN = Loan(BOOK, "Số đỏ", None, may_leave=True)


@pytest.mark.parametrize(
    ("effect", "answer", "event"),
    [
        (IDENTIFY, PATRON, PatronAccepted(VISIT, PATRON)),
        (IDENTIFY, Refused(Refusal.PATRON_EXPIRED, "hết hạn"), PatronRefused(VISIT, Refusal.PATRON_EXPIRED, "hết hạn")),
        (IDENTIFY, Unanswered(), IdentifyFailed(VISIT)),
        (IDENTIFY, RuntimeError("QN0000001"), IdentifyFailed(VISIT)),
        (FIND, FOUND, ItemsFound(VISIT, FOUND)),
        (FIND, RuntimeError(), NOT_TOLD),
        (LEND, LOAN, LoanMade(VISIT, LOAN)),
        (LEND, Refused(Refusal.ITEM_ON_LOAN, "w", "t"), LoanRefused(VISIT, BOOK, Refusal.ITEM_ON_LOAN, "w", "t")),
        (LEND, Unanswered(), LoanUnknown(VISIT, BOOK)),
        (LEND, OSError(), LoanUnknown(VISIT, BOOK)),
        (ALARM, AlarmOff(), AlarmSwitchedOff(VISIT, BOOK)),
        (ALARM, AlarmNotOff(AlarmFault.LOCKED), AlarmStillOn(VISIT, BOOK, AlarmFault.LOCKED)),
        (ALARM, RuntimeError(), AlarmStillOn(VISIT, BOOK, AlarmFault.NOT_VERIFIED)),
        (PRINT, Printed(), ReceiptPrinted(VISIT)),
        (PRINT, NotPrinted(PrinterFault.PAPER_OUT), ReceiptFailed(VISIT, PrinterFault.PAPER_OUT)),
        (PRINT, RuntimeError(), ReceiptFailed(VISIT, PrinterFault.OTHER)),
        (SHARE, Shared("https://receipts.example/r/x"), ReceiptShared(VISIT, "https://receipts.example/r/x")),
        (replace(SHARE, mail_to=CARD), Shared(""), ReceiptShared(VISIT, "")),
        (SHARE, None, ReceiptNotShared(VISIT)),
        (SHARE, RuntimeError(), ReceiptNotShared(VISIT)),
        (BEGIN, TRANSFER, TransferBegan(VISIT, TRANSFER)),
        (BEGIN, None, TransferNotBegun(VISIT)),
        (BEGIN, RuntimeError(), TransferNotBegun(VISIT)),
        (REPORT, None, None),
        (REPORT, RuntimeError(), None),
    ],
)
async def test_every_effect_is_answered_whatever_its_port_does(effect: Effect, answer: object, event: Event) -> None:
    assert await performer(answer).perform(effect) == event


async def test_what_a_failing_port_says_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    await performer(RuntimeError("QN0000001 Số đỏ")).perform(LEND)

    assert "RuntimeError" in caplog.text
    assert "QN0000001" not in caplog.text
    assert "Số đỏ" not in caplog.text


class Recorded:
    """A step that notes its events, and what it answers to each."""

    def __init__(self, effects: dict[type, tuple[Effect, ...]]) -> None:
        self.effects = effects
        self.events: list[Event] = []
        self.on_event: Callable[[Event], None] = lambda _: None

    def step(self, state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
        if not isinstance(event, Ticked):
            self.events.append(event)
            self.on_event(event)
        return state, self.effects.get(type(event), ())


async def run_until(runtime: Runtime, done: Callable[[], bool]) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(runtime.run())
        while not done():
            await asyncio.sleep(0)
        running.cancel()


async def test_an_effects_answer_comes_back_as_an_event() -> None:
    recorded = Recorded({StartTouched: (IDENTIFY,)})
    runtime = Runtime(
        IDLE, step=recorded.step, perform=performer(PATRON).perform, on_state=lambda _: None, clock=FakeClock()
    )
    runtime.post(StartTouched())

    await run_until(runtime, lambda: len(recorded.events) == 2)

    assert recorded.events == [StartTouched(), PatronAccepted(VISIT, PATRON)]


async def test_an_event_posted_from_within_a_step_waits_for_its_turn() -> None:
    recorded = Recorded({})
    runtime = Runtime(
        IDLE, step=recorded.step, perform=performer(None).perform, on_state=lambda _: None, clock=FakeClock()
    )
    depth: list[int] = []

    def again(event: Event) -> None:
        depth.append(1)
        if isinstance(event, StartTouched):
            runtime.post(ScreenTouched())
            assert recorded.events == [StartTouched()]

    recorded.on_event = again
    runtime.post(StartTouched())

    await run_until(runtime, lambda: len(recorded.events) == 2)

    assert recorded.events == [StartTouched(), ScreenTouched()]


async def test_each_event_is_preceded_by_the_time() -> None:
    told: list[Event] = []

    def step(state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
        told.append(event)
        return state, ()

    runtime = Runtime(IDLE, step=step, perform=performer(None).perform, on_state=lambda _: None, clock=FakeClock())
    runtime.post(StartTouched())

    await run_until(runtime, lambda: StartTouched() in told)

    assert told[:2] == [Ticked(5.0), StartTouched()]


async def test_the_first_state_is_shown_before_anything_happens() -> None:
    shown: list[State] = []
    runtime = Runtime(
        IDLE, step=Recorded({}).step, perform=performer(None).perform, on_state=shown.append, clock=FakeClock()
    )

    await run_until(runtime, lambda: bool(shown))

    assert shown == [IDLE]


async def test_a_session_that_is_to_rest_is_led_out_and_its_effects_are_awaited() -> None:
    answered = asyncio.Event()
    done: list[str] = []

    async def perform(effect: Effect) -> Event | None:
        await answered.wait()
        done.append(type(effect).__name__)
        return None

    left: list[Event] = []

    def step(state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
        if isinstance(event, ScreenTouched):
            left.append(event)
            return state, (REPORT,)
        return state, ()

    runtime = Runtime(IDLE, step=step, perform=perform, on_state=lambda _: None, clock=FakeClock())

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(runtime.run())
        resting = tasks.create_task(runtime.come_to_rest(lambda _: None if left else ScreenTouched()))
        while not left:
            await asyncio.sleep(0)
        early = resting.done()
        answered.set()
        await resting
        running.cancel()

    assert not early
    assert done == ["ReportVisit"]
