"""Walks the session through every kind of state and draws the ways it found: the source of docs/session.md."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any

from kiosk.session.answers import (
    AccountRead,
    AccountUnread,
    AlarmStillOff,
    AlarmStillOn,
    AlarmSwitchedOff,
    AlarmSwitchedOn,
    IdentifyFailed,
    ItemsFound,
    LoanMade,
    LoanRefused,
    LoanRenewed,
    LoanUnknown,
    PatronAccepted,
    PatronRefused,
    ReceiptFailed,
    ReceiptNotShared,
    ReceiptPrinted,
    ReceiptShared,
    RenewalRefused,
    ReturnMade,
    ReturnRefused,
    ReturnUnknown,
)
from kiosk.session.citizen_events import CitizenCardPresented, CitizenFound, CitizenNotAsked, CitizenUnknown
from kiosk.session.citizen_values import NOBODYS_CARD
from kiosk.session.diagram_hold import hold_walk
from kiosk.session.effects import ReportVisit
from kiosk.session.events import (
    CardPresented,
    DeviceBack,
    DeviceLost,
    Event,
    ItemScanned,
    LibrarySystemBack,
    LibrarySystemLost,
    NumberRead,
    PadChanged,
    Ticked,
)
from kiosk.session.limits import Limits
from kiosk.session.machine import initial, step
from kiosk.session.receipt_rules import ReceiptKind, ReceiptRules
from kiosk.session.search_events import CatalogueChanged, SearchTouched
from kiosk.session.staff_events import (
    ActDone,
    DeskRead,
    DeskUnread,
    HoursChanged,
    ServiceKeyTurned,
    StaffCardPresented,
    StaffPinChecked,
    StaffServiceTouched,
    StaffTouched,
)
from kiosk.session.staff_values import ActKind, ActResult, Desk, EmergencyDesk, StaffAct, StaffId
from kiosk.session.state import State
from kiosk.session.touches import (
    CancelTouched,
    CandidateTouched,
    DoneTouched,
    EnterTouched,
    FinishTouched,
    KeyTouched,
    LendLyingTouched,
    NoCandidateTouched,
    ReceiptTouched,
    RenewTouched,
    ScreenTouched,
    ServiceTouched,
    StartTouched,
    TypeCardTouched,
)
from kiosk.session.values import (
    Account,
    AlarmFault,
    AlarmState,
    Candidate,
    Device,
    Finding,
    Hold,
    HoldStage,
    ItemId,
    Loan,
    OwnLoan,
    Pad,
    PadItem,
    Patron,
    PatronId,
    PinStanding,
    PrinterFault,
    Returned,
    ReturnKind,
    Service,
    TagUid,
    VisitId,
)
from library.lending.refusals import Refusal

Way = tuple[str, str, str]
"""From a kind of state, by a kind of event, to a kind of state."""

_VISIT = VisitId("visit")
_ITEM = ItemId("item")
_CANDIDATE = Candidate(_ITEM, "")
_PATRON = Patron(PatronId("patron"), "", 0)
_STAFF = StaffId("staff")
_OPENING, _CLOSING = StaffAct(ActKind.OPENED), StaffAct(ActKind.CLOSED)
_LONG = 1000.0
"""Seconds, more than any limit."""

_READ = Account(loans=(OwnLoan(_ITEM, "", None, overdue=False),), holds=(Hold(_ITEM, "", HoldStage.WAITING),))
_RIGHT = replace(_PATRON, pin=PinStanding.RIGHT)

_ALWAYS: tuple[Event, ...] = (
    PadChanged(Pad()),
    FinishTouched(),
    CancelTouched(),
    ReceiptTouched(wanted=True),
    ReceiptTouched(wanted=False),
    ReceiptPrinted(_VISIT),
    ReceiptFailed(_VISIT, PrinterFault.OTHER),
    ReceiptTouched(wanted=True, kind=ReceiptKind.QR),
    ReceiptShared(_VISIT, ""),
    ReceiptNotShared(_VISIT),
    DoneTouched(),
    ScreenTouched(),
    DeviceLost(Device.PAD),
    DeviceBack(Device.PAD),
    DeviceBack(Device.PRINTER),
    LibrarySystemLost(),
    LibrarySystemBack(),
)
_WITH_A_CARD: tuple[Event, ...] = (
    CardPresented(_VISIT, _PATRON.patron_id),
    PatronAccepted(_VISIT, _PATRON),
    PatronRefused(_VISIT, Refusal.OTHER),
    IdentifyFailed(_VISIT),
)
_LAID = PadChanged(Pad((PadItem(TagUid("tag"), _ITEM, AlarmState.SECURED),)))
_WALKS: tuple[tuple[Service, tuple[Event, ...]], ...] = (
    (
        Service.BORROW,
        (
            *_WITH_A_CARD,
            StartTouched(),
            _LAID,
            ItemScanned(_ITEM),
            NumberRead((_CANDIDATE,)),
            ItemsFound(_VISIT, (Finding(_CANDIDATE, known=True),)),
            ItemsFound(_VISIT, (Finding(_CANDIDATE, known=False),)),
            ItemsFound(_VISIT, (Finding(_CANDIDATE, known=None),)),
            CandidateTouched(_ITEM),
            NoCandidateTouched(),
            LendLyingTouched(),
            LoanMade(_VISIT, Loan(_ITEM, "", None, may_leave=True)),
            LoanRefused(_VISIT, _ITEM, Refusal.OTHER),
            LoanUnknown(_VISIT, _ITEM),
            AlarmSwitchedOff(_VISIT, _ITEM),
            AlarmStillOn(_VISIT, _ITEM, AlarmFault.LOCKED),
        ),
    ),
    (
        Service.ACCOUNT,
        (
            *_WITH_A_CARD,
            StartTouched(Service.ACCOUNT),
            ServiceTouched(Service.BORROW),
            ServiceTouched(Service.ACCOUNT),
            KeyTouched("1"),
            EnterTouched(),
            PatronAccepted(_VISIT, replace(_PATRON, pin=PinStanding.RIGHT)),
            AccountRead(_VISIT, Account(loans=(OwnLoan(_ITEM, "", None, overdue=False),))),
            AccountUnread(_VISIT),
            RenewTouched((_ITEM,)),
            LoanRenewed(_VISIT, Loan(_ITEM, "", None, may_leave=False)),
            RenewalRefused(_VISIT, _ITEM, Refusal.OTHER),
        ),
    ),
    (
        Service.RETURN,
        (
            StartTouched(Service.RETURN, _VISIT),
            CardPresented(_VISIT, _PATRON.patron_id),
            _LAID,
            ItemScanned(_ITEM),
            ReturnMade(_VISIT, Returned(_ITEM, "", ReturnKind.SHELF, arm=True)),
            ReturnRefused(_VISIT, _ITEM, Refusal.ITEM_UNKNOWN),
            ReturnUnknown(_VISIT, _ITEM),
            AlarmSwitchedOn(_VISIT, _ITEM),
            AlarmStillOff(_VISIT, _ITEM, AlarmFault.LOCKED),
        ),
    ),
)
"""What may happen, service by service: the ways of one do not depend on the other's items."""
_OF_STAFF: tuple[Event, ...] = (
    StartTouched(),
    CancelTouched(),
    DoneTouched(),
    DeviceBack(Device.PAD),
    LibrarySystemBack(),
    HoursChanged(in_hours=False),
    HoursChanged(in_hours=True),
    StaffCardPresented(_STAFF),
    ServiceKeyTurned(),
    KeyTouched("1"),
    EnterTouched(),
    StaffPinChecked(_STAFF),
    StaffPinChecked(None),
    DeskRead(Desk(datetime(2026, 11, 23, tzinfo=UTC), agent=True)),
    DeskUnread(),
    StaffTouched(_CLOSING),
    ActDone(_CLOSING, ActResult.DONE),
    StaffTouched(_OPENING),
    StaffServiceTouched(Service.BORROW),
    StaffServiceTouched(Service.RETURN, _VISIT),
    ActDone(_OPENING, ActResult.DONE),
)
_OF_SEARCH: tuple[Event, ...] = (
    CatalogueChanged(there=True),
    CatalogueChanged(there=False),
    SearchTouched(),
    CancelTouched(),
    CardPresented(_VISIT, _PATRON.patron_id),
    DeviceBack(Device.PAD),
    LibrarySystemBack(),
    LibrarySystemLost(),
    StaffCardPresented(_STAFF),
    ServiceKeyTurned(),
    HoursChanged(in_hours=False),
)
_OF_A_TYPED_CARD: tuple[Event, ...] = (
    StartTouched(Service.ACCOUNT),
    TypeCardTouched(_VISIT),
    KeyTouched("1"),
    EnterTouched(),
    CancelTouched(),
    PatronAccepted(_VISIT, _PATRON),
    PatronAccepted(_VISIT, _RIGHT),
    PatronRefused(_VISIT, Refusal.OTHER),
    IdentifyFailed(_VISIT),
    DeviceBack(Device.PAD),
    LibrarySystemLost(),
    LibrarySystemBack(),
)
_OF_A_CITIZEN: tuple[Event, ...] = (
    StartTouched(),
    CitizenCardPresented(_VISIT, NOBODYS_CARD, minor=False),
    CitizenFound(_VISIT, _PATRON.patron_id),
    CitizenUnknown(_VISIT),
    CitizenNotAsked(_VISIT),
    CancelTouched(),
    DoneTouched(),
    PatronRefused(_VISIT, Refusal.OTHER),
    CardPresented(_VISIT, _PATRON.patron_id),
    DeviceBack(Device.PAD),
    LibrarySystemBack(),
)
_NO_MATTER = frozenset(
    {
        "limits",
        "language",
        "notice",
        "words",
        "title",
        "asked",
        "receipt",
        "refusal",
        "due",
        "alarm_fault",
        "said",
        "awaited",
        "awaited_book",
        "is_missed",
        "is_old",
    }
)
"""Fields that no way depends on."""
_LIMITS = Limits(
    needs=(frozenset({Device.PAD}),),
    pin_longest=1,
    pin_tries=1,
    alarm_tries=1,
    has_staff=True,
    receipts=ReceiptRules(kinds=tuple(ReceiptKind)),
    may_override=frozenset({Refusal.PATRON_LIMIT_REACHED}),
    emergency_desk=EmergencyDesk.BEYOND_RULES,
)


def ways() -> dict[Way, frozenset[str]]:
    """Give every way from one kind of state to another, with the kinds of effects that may be ordered on it.

    One patron, one item, one tag and one essential device stand for all; states that differ only in moments, notices or
    the language count as one. Each service is walked by itself, beside borrowing, to which a patron may go on; then
    what staff and the opening hours do, looking for books, and having one kept.
    """
    found: dict[Way, frozenset[str]] = {}
    for service, events in _WALKS:
        offered = tuple(dict.fromkeys((service, Service.BORROW)))
        _add(found, _walked(replace(_LIMITS, services=offered), (*_ALWAYS, *events)))
    _add(found, _walked(_LIMITS, _OF_STAFF))
    _add(found, _walked(_LIMITS, _OF_SEARCH))
    _add(found, _walked(replace(_LIMITS, pin_for=frozenset()), hold_walk(_VISIT, _PATRON, _ITEM)))
    _add(found, _walked(replace(_LIMITS, types_card=True, card_longest=1), _OF_A_TYPED_CARD))
    _add(found, _walked(replace(_LIMITS, takes_citizens=True), _OF_A_CITIZEN))
    return found


def _add(found: dict[Way, frozenset[str]], more: Mapping[Way, frozenset[str]]) -> None:
    for way, effects in more.items():
        found[way] = found.get(way, frozenset()) | effects


def _walked(limits: Limits, events: tuple[Event, ...]) -> dict[Way, frozenset[str]]:
    start = initial(limits, 0.0)
    found: dict[Way, frozenset[str]] = {}
    seen = {_shape(start)}
    waiting: deque[State] = deque([start])
    while waiting:
        state = waiting.popleft()
        for event in (*events, Ticked(state.around.now + _LONG)):
            following, effects = step(state, event)
            if following == state:
                continue
            if type(following) is not type(state) or any(isinstance(effect, ReportVisit) for effect in effects):
                way = (type(state).__name__, type(event).__name__, type(following).__name__)
                found[way] = found.get(way, frozenset()) | {type(effect).__name__ for effect in effects}
            shape = _shape(following)
            if shape not in seen:
                seen.add(shape)
                waiting.append(following)
    return found


def page(found: Mapping[Way, frozenset[str]] | None = None) -> str:
    """Give docs/session.md: a picture of all ways and a table of what happens on each; walks unless that was done."""
    rows = sorted((ways() if found is None else found).items())
    return "\n".join(
        [
            "# The session",
            "",
            "Every way from one state of the session to another, found by walking `kiosk.session.machine.step` with",
            "one patron, one item and one tag. Written by `kiosk/session/diagram.py`, never by hand; a test compares.",
            "After a change of the session:",
            "",
            "    python -c 'from kiosk.session.diagram import page; print(page(), end=\"\")' > docs/session.md",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> OutOfOrder",
            *_arrows([way for way, _ in rows]),
            "```",
            "",
            "| from | when | to | effects |",
            "| --- | --- | --- | --- |",
            *(f"| {a} | {event} | {b} | {', '.join(sorted(effects))} |" for (a, event, b), effects in rows),
            "",
        ]
    )


def _arrows(found: list[Way]) -> Iterator[str]:
    for pair in sorted({(before, after) for before, _, after in found}):
        events = [event for before, event, after in found if (before, after) == pair]
        yield f"    {pair[0]} --> {pair[1]}: {', '.join(events)}"


def _shape(value: object) -> object:
    """Give all of a value that decides about the ways out of a state."""
    if isinstance(value, float):
        return "some time"
    if isinstance(value, tuple):
        return tuple([_shape(part) for part in value])
    kind: Any = type(value)
    names = _that_matter(kind)
    return (kind.__name__, *[_shape(getattr(value, name)) for name in names]) if names is not None else value


@cache
def _that_matter(kind: type) -> tuple[str, ...] | None:
    """Give the names of a dataclass's fields that decide; ``None`` for any other class, and for an enumeration's."""
    if not is_dataclass(kind) or issubclass(kind, Enum):
        return None
    return tuple(part.name for part in fields(kind) if part.name not in _NO_MATTER)
