"""What the session knows whoever stands in front of it: time, devices, library system and pad; and the way home."""

from dataclasses import dataclass, replace

from kiosk.session.effects import Effect
from kiosk.session.events import (
    DeviceBack,
    DeviceLost,
    Event,
    LibrarySystemBack,
    LibrarySystemLost,
    PadChanged,
    PrinterChanged,
    Ticked,
)
from kiosk.session.state import Around, Idle, Notice, NoticeKind, OutOfOrder, State
from kiosk.session.values import (
    Device,
    ItemId,
    LabelFault,
    Pad,
    PadItem,
    PadNumber,
    PadOddity,
    PrinterFault,
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


def heard(around: Around, event: Event) -> Around:
    """Take note of what an event says about the surroundings, in whatever state the session is."""
    after = _told(around, event)
    if can_lend(after) is not can_lend(around):
        return replace(after, can_lend_since=after.now)
    return after


def can_lend(around: Around) -> bool:
    """Say whether a loan may be asked for: its answer would come, and its alarm could be switched off."""
    return around.library_system and Device.PAD not in around.limits.unmet(around.lost)


def newly_laid(before: Pad, after: Pad) -> Laid:
    """Tell what is on the pad now and was not; a tag that could not be read before counts as new once it can."""
    known_items = {item.tag_uid for item in before.items}
    known_oddities = set(before.oddities)
    known_numbers = {number.tag_uid for number in before.numbers}
    named = {item.tag_uid for item in after.items}
    return Laid(
        items=tuple(item for item in after.items if item.tag_uid not in known_items),
        oddities=tuple(oddity for uid, oddity in after.oddities if (uid, oddity) not in known_oddities),
        numbers=tuple(each for each in after.numbers if each.tag_uid not in known_numbers | named),
    )


def with_names(pad: Pad, named: tuple[tuple[TagUid, ItemId], ...]) -> Pad:
    """Give the pad on which, of the tags without a library, just these are items."""
    numbers = {number.tag_uid for number in pad.numbers}
    own = tuple(item for item in pad.items if item.tag_uid not in numbers)
    found = dict(named)
    items = (number.item(found[number.tag_uid]) for number in pad.numbers if number.tag_uid in found)
    return replace(pad, items=(*own, *items))


def in_service(around: Around) -> bool:
    """Say whether a visit may begin: the library system answers, and cards and items can be read."""
    return around.library_system and not around.limits.unmet(around.lost)


def home(around: Around) -> State:
    """Give the state in which nobody is there, in the default language."""
    fresh = replace(around, language=around.limits.default_language, pad=with_names(around.pad, ()))
    return Idle(fresh) if in_service(fresh) else OutOfOrder(fresh)


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


def _told(around: Around, event: Event) -> Around:  # noqa: PLR0911 - one return for each event
    match event:
        case Ticked(now):
            return replace(around, now=max(around.now, now))
        case DeviceLost(device):
            fault = PrinterFault.LOST if device is Device.PRINTER else around.printer_fault
            return replace(around, lost=around.lost | {device}, printer_fault=fault)
        case DeviceBack(device):
            back = None if device is Device.PRINTER else around.printer_fault
            return replace(around, lost=around.lost - {device}, printer_fault=back)
        case PrinterChanged(fault) if Device.PRINTER not in around.lost:
            return replace(around, printer_fault=fault)
        case LibrarySystemLost():
            return replace(around, library_system=False)
        case LibrarySystemBack():
            return replace(around, library_system=True)
        case PadChanged(pad) if pad.tags or Device.PAD not in around.lost:
            return replace(around, pad=pad)
        case _:
            # An empty pad told while the pad is lost is no reading: what lay there may still lie there.
            return around
