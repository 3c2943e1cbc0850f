"""Walks the session through every kind of state and draws the ways it found: the source of docs/session.md."""

from collections import deque
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum

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
    ReceiptPrinted,
)
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
from kiosk.session.state import State
from kiosk.session.touches import (
    CancelTouched,
    CandidateTouched,
    DoneTouched,
    FinishTouched,
    LendLyingTouched,
    NoCandidateTouched,
    ReceiptTouched,
    ScreenTouched,
    StartTouched,
)
from kiosk.session.values import (
    AlarmFault,
    AlarmState,
    Candidate,
    Device,
    Finding,
    ItemId,
    Loan,
    Pad,
    PadItem,
    Patron,
    PatronId,
    PrinterFault,
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
_LONG = 1000.0
"""Seconds, more than any limit."""

_EVENTS: tuple[Event, ...] = (
    StartTouched(),
    CardPresented(_VISIT, _PATRON.patron_id),
    PatronAccepted(_VISIT, _PATRON),
    PatronRefused(_VISIT, Refusal.OTHER),
    IdentifyFailed(_VISIT),
    PadChanged(Pad((PadItem(TagUid("tag"), _ITEM, AlarmState.SECURED),))),
    PadChanged(Pad()),
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
    FinishTouched(),
    CancelTouched(),
    ReceiptTouched(wanted=True),
    ReceiptTouched(wanted=False),
    ReceiptPrinted(_VISIT),
    ReceiptFailed(_VISIT, PrinterFault.OTHER),
    DoneTouched(),
    ScreenTouched(),
    DeviceLost(Device.PAD),
    DeviceBack(Device.PAD),
    DeviceBack(Device.PRINTER),
    LibrarySystemLost(),
    LibrarySystemBack(),
)
_NO_MATTER = frozenset({"limits", "language", "notice", "words", "title"})
"""Fields that no way depends on."""
_LIMITS = Limits(needs=(frozenset({Device.PAD}),))


def ways() -> dict[Way, frozenset[str]]:
    """Give every way from one kind of state to another, with the kinds of effects that may be ordered on it.

    One patron, one item, one tag and one essential device stand for all; states that differ only in moments, notices or
    the language count as one.
    """
    start = initial(_LIMITS, 0.0)
    found: dict[Way, frozenset[str]] = {}
    seen = {_shape(start)}
    waiting: deque[State] = deque([start])
    while waiting:
        state = waiting.popleft()
        for event in (*_EVENTS, Ticked(state.around.now + _LONG)):
            following, effects = step(state, event)
            if following == state:
                continue
            if type(following) is not type(state) or any(isinstance(effect, ReportVisit) for effect in effects):
                way = (type(state).__name__, type(event).__name__, type(following).__name__)
                found[way] = found.get(way, frozenset()) | {type(effect).__name__ for effect in effects}
            if _shape(following) not in seen:
                seen.add(_shape(following))
                waiting.append(following)
    return found


def page() -> str:
    """Give docs/session.md: a picture of all ways and a table of what happens on each."""
    found = sorted(ways().items())
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
            *_arrows([way for way, _ in found]),
            "```",
            "",
            "| from | when | to | effects |",
            "| --- | --- | --- | --- |",
            *(f"| {a} | {event} | {b} | {', '.join(sorted(effects))} |" for (a, event, b), effects in found),
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
        return tuple(_shape(part) for part in value)
    if is_dataclass(value) and not isinstance(value, Enum):
        return (
            type(value).__name__,
            *(_shape(getattr(value, part.name)) for part in fields(value) if part.name not in _NO_MATTER),
        )
    return value
