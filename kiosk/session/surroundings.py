"""What the session knows whoever stands in front of it: time, devices, library system and pad; and the way home."""

from dataclasses import dataclass, replace
from typing import assert_never

from kiosk.session.effects import Effect
from kiosk.session.events import (
    DeviceBack,
    DeviceLost,
    Event,
    LibrarySystemBack,
    LibrarySystemLost,
    OfflineLendingChanged,
    PadChanged,
    PrinterChanged,
    Ticked,
)
from kiosk.session.opening import opening_after, takes_back
from kiosk.session.search_events import CatalogueChanged
from kiosk.session.staff_events import HoursChanged, OpeningKept
from kiosk.session.staff_state import Closed
from kiosk.session.state import Around, Idle, Notice, NoticeKind, OutOfOrder, State
from kiosk.session.values import (
    Device,
    IncompleteSet,
    ItemId,
    LabelFault,
    Pad,
    PadItem,
    PadNumber,
    PadOddity,
    PrinterFault,
    Service,
    TagUid,
)

Step = tuple[State, tuple[Effect, ...]]
"""A new state and what is to be done."""


@dataclass(frozen=True, slots=True)
class Laid:
    """What came to lie on the pad with the last event, and was not there before."""

    items: tuple[PadItem, ...] = ()
    oddities: tuple[PadOddity, ...] = ()
    numbers: tuple[PadNumber, ...] = ()
    incomplete: tuple[IncompleteSet, ...] = ()


def heard(around: Around, event: Event) -> Around:
    """Take note of what an event says about the surroundings, in whatever state the session is."""
    after = _told(around, event)
    if after.library_system is not around.library_system:
        after = replace(after, library_system_since=after.now)
    if can_lend(after) is not can_lend(around):
        return replace(after, can_lend_since=after.now)
    return after


def can_lend(around: Around) -> bool:
    """Say whether a loan may be made: the library system or the kiosk's own rules answer, its alarm could go off."""
    return answers_loans(around) and Device.PAD not in around.limits.unmet(around.lost)


def answers_loans(around: Around) -> bool:
    """Say whether anything says yes or no to a loan: the library system, or without it the kiosk's own rules."""
    return around.library_system or lends_alone(around)


def lends_alone(around: Around) -> bool:
    """Say whether the kiosk lends by its own rules now."""
    alone = around.limits.lends_alone(ready=around.offline_ready, by_staff=around.staff is not None)
    return alone and not around.library_system


def can_serve(around: Around, service: Service) -> bool:
    """Say whether this is offered here, and a patron who comes for it can be served now."""
    limits, there, by_staff = around.limits, around.library_system, around.staff is not None
    if service not in limits.services:
        return False
    match service:
        case Service.BORROW:
            # Who is not known yet cannot prove a PIN without the line.
            proof = there or by_staff or service not in limits.pin_for
            return answers_loans(around) and proof and not limits.unmet(around.lost)
        case Service.RETURN:
            return (there or limits.returns_alone(by_staff=by_staff)) and not limits.items_group <= around.lost
        case Service.ACCOUNT:
            return there and not by_staff and not limits.cards_group <= around.lost
        case _:
            assert_never(service)


def newly_laid(before: Pad, after: Pad) -> Laid:
    """Tell what is on the pad now and was not; a tag that could not be read before counts as new once it can."""
    if after is before:
        return Laid()
    known_items = {item.tag_uid for item in before.items}
    known_oddities = set(before.oddities)
    known_sets = {each.tag_uid for each in before.incomplete}
    known_numbers = {number.tag_uid for number in before.numbers}
    named = {item.tag_uid for item in after.items}
    return Laid(
        items=tuple(item for item in after.items if item.tag_uid not in known_items),
        oddities=tuple(oddity for uid, oddity in after.oddities if (uid, oddity) not in known_oddities),
        numbers=tuple(each for each in after.numbers if each.tag_uid not in known_numbers | named),
        incomplete=tuple(each for each in after.incomplete if each.tag_uid not in known_sets),
    )


def with_names(pad: Pad, named: tuple[tuple[TagUid, ItemId], ...]) -> Pad:
    """Give the pad on which, of the tags without a library, just these are items."""
    if not pad.numbers:
        return pad
    numbers = {number.tag_uid for number in pad.numbers}
    own = tuple(item for item in pad.items if item.tag_uid not in numbers)
    found = dict(named)
    items = (number.item(found[number.tag_uid]) for number in pad.numbers if number.tag_uid in found)
    return replace(pad, items=(*own, *items))


def in_service(around: Around) -> bool:
    """Say whether any of the services can be had, if the kiosk is open for it."""
    return any(can_serve(around, service) for service in around.limits.services)


def may_begin(around: Around, service: Service) -> bool:
    """Say whether a patron who comes for it may begin now: it can be had, and the kiosk is open for it."""
    opening, limits = around.opening, around.limits
    returns = service is Service.RETURN and takes_back(opening, returns_when_closed=limits.returns_when_closed)
    return (opening.is_open or returns or around.staff is not None) and can_serve(around, service)


def begins(around: Around) -> bool:
    """Say whether a visit of any kind may begin."""
    return any(may_begin(around, service) for service in around.limits.services)


def home(around: Around) -> State:
    """Give the state in which nobody is there, in the default language."""
    fresh = replace(around, language=around.limits.default_language, pad=with_names(around.pad, ()))
    if begins(fresh):
        return Idle(fresh)
    return OutOfOrder(fresh) if fresh.opening.is_open else Closed(fresh)


def notice(
    around: Around,
    kind: NoticeKind,
    *,
    label_fault: LabelFault | None = None,
    device: Device | None = None,
    oddity: PadOddity | None = None,
) -> Notice:
    """Give a notice that goes by itself after the configured time."""
    return Notice(kind, around.now + around.limits.message_s, label_fault, device, oddity)


def still_shown(shown: Notice | None, around: Around) -> Notice | None:
    """Give the notice as long as its time has not come."""
    return shown if shown is not None and around.now < shown.until else None


def _told(around: Around, event: Event) -> Around:  # noqa: C901, PLR0911 - one return for each event
    match event:
        case Ticked(now):
            locks = tuple(lock for lock in around.locks if now < lock.until)
            staff_locks = tuple(lock for lock in around.staff_locks if now < lock.until)
            return replace(around, now=max(around.now, now), locks=locks, staff_locks=staff_locks)
        case DeviceLost(device):
            fault = PrinterFault.LOST if device is Device.PRINTER else around.printer_fault
            return replace(around, lost=around.lost | {device}, printer_fault=fault)
        case DeviceBack(device):
            back = None if device is Device.PRINTER else around.printer_fault
            return replace(around, lost=around.lost - {device}, printer_fault=back)
        case PrinterChanged(fault) if Device.PRINTER not in around.lost:
            return replace(around, printer_fault=fault)
        case OfflineLendingChanged(ready):
            return replace(around, offline_ready=ready)
        case CatalogueChanged(there, is_old):
            standing = replace(around.catalogue, there=there, is_missed=not there, is_old=is_old)
            return replace(around, catalogue=standing)
        case LibrarySystemLost():
            return replace(around, library_system=False)
        case LibrarySystemBack():
            return replace(around, library_system=True)
        case HoursChanged() | OpeningKept():
            return replace(around, opening=opening_after(around.opening, event))
        case PadChanged(pad) if pad.tags or Device.PAD not in around.lost:
            return replace(around, pad=pad)
        case _:
            # An empty pad told while the pad is lost is no reading: what lay there may still lie there.
            return around
