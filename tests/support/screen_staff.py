"""Screens of staff mode and of a closed kiosk: states made by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from kiosk.session.limits import Limits
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.staff_values import (
    ActKind,
    ActResult,
    ByStaff,
    Desk,
    DeviceNow,
    DoneAlone,
    EmergencyDesk,
    KeptStage,
    ListedAlarm,
    ListedReason,
    Opening,
    PastAct,
    PastVisit,
    StaffAct,
    StaffId,
    StaffLock,
    Waiting,
    WaitingKind,
)
from kiosk.session.state import AwaitingCard, Borrowing, Entry, EntryStatus, Idle, Notice, NoticeKind, State
from kiosk.session.values import Device, ItemId, Language, Service
from library.lending.overrides import OVERRIDABLE
from library.lending.refusals import Refusal
from tests.support.screen_services import SERVICE_SCENES, around

NOW = datetime(2026, 11, 23, 8, 5, tzinfo=timezone(timedelta(hours=7)))
OPENS_AT = NOW.replace(hour=13, minute=30)
LAN = StaffId("quay-1")
LIMITS = Limits(has_staff=True, staff_pin_tries=3, may_override=OVERRIDABLE, emergency_desk=EmergencyDesk.BEYOND_RULES)
IN_HOURS = Opening()
OUTSIDE = Opening(in_hours=False, opens_at=OPENS_AT)
DESK = Desk(
    NOW,
    agent=True,
    waiting=(
        Waiting(WaitingKind.REPORTS, 12, NOW - timedelta(hours=2)),
        Waiting(WaitingKind.KEPT, 3, NOW - timedelta(hours=1)),
        Waiting(WaitingKind.FOR_STAFF, 1, NOW - timedelta(days=1)),
        Waiting(WaitingKind.IN_DOUBT, 0, None),
    ),
    alarms=tuple(
        ListedAlarm(ItemId(f"TV.00000{number}"), number % 2 == 0, reason, NOW - timedelta(hours=number))
        for number, reason in enumerate(ListedReason)
    ),
    visits=tuple(
        PastVisit(NOW - timedelta(minutes=7 * number), service, number, number % 3, number % 2)
        for number, service in enumerate((*Service, Service.BORROW))
    ),
    acts=tuple(
        PastAct(
            None if kind is ActKind.WRONG_PIN else LAN,
            StaffAct(
                kind,
                Device.PRINTER if kind is ActKind.DEVICE_TRIED else None,
                ItemId("TV.000001") if kind is ActKind.ALARM_SEEN else None,
            ),
            NOW - timedelta(minutes=number),
        )
        for number, kind in enumerate(ActKind)
    ),
    devices=tuple(DeviceNow(device, "3M 810 v4.2", 1234, 5) for device in (Device.PAD, Device.PRINTER)),
)
AT_WORK = Desk(
    NOW,
    agent=True,
    alone=tuple(
        DoneAlone(ItemId(f"TV.00000{number}"), number % 2 == 0, NOW - timedelta(minutes=number), who, stage)
        for number, (who, stage) in enumerate(
            ((LAN, KeptStage.WAITING), (LAN, KeptStage.WAITING), (None, KeptStage.LEARNED), (LAN, KeptStage.FOR_STAFF))
        )
    ),
)
CALM = Desk(NOW, agent=True, visits=(), acts=())


def closed(language: Language, opening: Opening = OUTSIDE) -> State:
    return Closed(replace(around(language, limits=LIMITS), opening=opening))


def asking(language: Language, typed: str = "", wrong: int = 0, *, checking: bool = False) -> AskingStaffPin:
    locks = (StaffLock(LAN, wrong, 1000.0),) if wrong else ()
    here = replace(around(language, limits=LIMITS), staff_locks=locks)
    return AskingStaffPin(here, LAN, 145.0, typed, checking=checking, wrong=bool(wrong))


def desk(language: Language, found: Desk | None = DESK, opening: Opening = IN_HOURS) -> AtStaffDesk:
    here = replace(around(language, limits=LIMITS), opening=opening, lost=frozenset({Device.SCANNER}))
    return AtStaffDesk(here, LAN, 99.0, reading=False, desk=found)


def said(
    language: Language,
    kind: ActKind,
    result: ActResult,
    *,
    device: Device | None = None,
    item_id: ItemId | None = None,
) -> AtStaffDesk:
    return replace(desk(language), said=(StaffAct(kind, device, item_id), result))


def emergency(language: Language) -> AtStaffDesk:
    """Open at the list of what was done alone, as if it were the first."""
    state = desk(language, AT_WORK)
    around_ = replace(state.around, library_system=False, lost=frozenset())
    return replace(state, around=around_)


def for_a_reader(language: Language, *refusals: Refusal, library_system: bool = True) -> Borrowing:
    """Show a visit of a reader with staff beside it, in which one book is lent and others are refused."""
    state = SERVICE_SCENES["borrow_own"](language)
    assert isinstance(state, Borrowing)
    here = replace(state.around, staff=LAN, limits=LIMITS, library_system=library_system)
    refused = tuple(
        Entry(ItemId(f"TV.00002{number}"), EntryStatus.REFUSED, title="Từ điển tiếng Việt", refusal=refusal)
        for number, refusal in enumerate(refusals)
    )
    return replace(state, around=here, visit=replace(state.visit, entries=refused))


def card_for_staff(language: Language) -> State:
    return AwaitingCard(replace(around(language, limits=LIMITS), staff=LAN), 145.0)


def borrowing_told(language: Language) -> State:
    state = SERVICE_SCENES["borrow_own"](language)
    assert isinstance(state, Borrowing)
    return replace(state, notice=Notice(NoticeKind.STAFF_CARD, 110.0))


def home_returns_only(language: Language) -> State:
    limits = replace(LIMITS, returns_when_closed=True)
    return Idle(replace(around(language, limits=limits), opening=OUTSIDE))


TRIAL = StaffAct(ActKind.DEVICE_TRIED, Device.SCANNER)
STAFF_SCENES: dict[str, Callable[[Language], State]] = {
    "closed": closed,
    "closed_unknown": lambda language: closed(language, Opening(in_hours=False)),
    "closed_staff": lambda language: closed(language, Opening(by_staff=ByStaff.CLOSED)),
    "home_returns_only": home_returns_only,
    "borrow_staff_card": borrowing_told,
    "staff_pin": lambda language: asking(language, "1234"),
    "staff_pin_wrong": lambda language: asking(language, wrong=1),
    "staff_pin_locked": lambda language: asking(language, wrong=3),
    "staff_pin_checking": lambda language: asking(language, checking=True),
    "staff_pin_failed": lambda language: replace(asking(language), failed=True),
    "staff": desk,
    "staff_calm": lambda language: desk(language, CALM),
    "staff_reading": lambda language: desk(language, None),
    "staff_unread": lambda language: replace(desk(language, None), unread=True),
    "staff_outside": lambda language: desk(language, opening=OUTSIDE),
    "staff_closed": lambda language: desk(language, opening=Opening(by_staff=ByStaff.CLOSED)),
    "staff_opened": lambda language: desk(language, opening=replace(OUTSIDE, by_staff=ByStaff.OPEN)),
    "staff_doing": lambda language: replace(desk(language), doing=TRIAL),
    "staff_listening": lambda language: replace(desk(language), listening=TRIAL),
    "staff_works": lambda language: said(language, ActKind.DEVICE_TRIED, ActResult.DONE, device=Device.PAD),
    "staff_paper_out": lambda language: said(language, ActKind.PAPER_CHANGED, ActResult.PAPER_OUT),
    "staff_emergency": emergency,
    "staff_card": card_for_staff,
    "borrow_override": lambda language: for_a_reader(language, *sorted(OVERRIDABLE), Refusal.ITEM_ON_LOAN),
    "staff_no_answer": lambda language: said(
        language, ActKind.ALARM_SETTLED, ActResult.NO_ANSWER, item_id=ItemId("TV.000001")
    ),
}
STAFF_DRAWN = (
    "closed",
    "closed_staff",
    "home_returns_only",
    "borrow_staff_card",
    "staff_pin_locked",
    "staff",
    "staff_no_answer",
    "staff_card",
    "borrow_override",
)
"""What is drawn on every panel; the words of all others are compared without a window."""
