"""Staff at the kiosk: one act after another, each noted; an item of the alarm list that lies there is settled."""

from dataclasses import replace

from kiosk.session.effects import Effect
from kiosk.session.events import CardPresented, Event, ItemScanned, LabelRejected, NumberRead, PadChanged, Ticked
from kiosk.session.opening import closed_by_staff, opened_by_staff
from kiosk.session.staff_effects import CarryOut, ReadDesk
from kiosk.session.staff_events import (
    ActDone,
    DeskRead,
    DeskUnread,
    StaffCardPresented,
    StaffServiceTouched,
    StaffTouched,
)
from kiosk.session.staff_state import AtStaffDesk
from kiosk.session.staff_values import ActKind, ActResult, ListedReason, StaffAct
from kiosk.session.staff_visit import for_a_reader
from kiosk.session.surroundings import Step, home
from kiosk.session.touches import CancelTouched, DoneTouched, ScreenTouched
from kiosk.session.values import Device, ItemId, PadItem

TRIAL_S = 30.0
"""Long enough to fetch a book from the next shelf."""
_READERS = frozenset({Device.PAD, Device.SCANNER, Device.CARD_READER})


def at_staff_desk(state: AtStaffDesk, event: Event) -> Step:
    """Let staff do one thing at a time; home, or what they do for a reader, follows when nothing is under way."""
    if isinstance(event, StaffServiceTouched):
        return for_a_reader(state, event) or (state, ())
    state, effects = _happened(state, event)
    state, more = _pursued(state)
    effects += more
    busy = state.reading or state.doing is not None
    return (home(state.around) if state.leaving and not busy else state), effects


def may_be_seen(state: AtStaffDesk, item_id: ItemId | None) -> bool:
    """Say whether staff may strike an item off the alarm list unread: of one in doubt the kiosk still has to ask."""
    alarms = () if state.desk is None else state.desk.alarms
    return any(each.item_id == item_id and each.reason is not ListedReason.RETURN_IN_DOUBT for each in alarms)


def _happened(state: AtStaffDesk, event: Event) -> tuple[AtStaffDesk, tuple[Effect, ...]]:  # noqa: PLR0911 - see above
    match event:
        case DeskRead(desk) if state.reading:
            return replace(state, desk=desk, reading=False, unread=False), ()
        case DeskUnread() if state.reading:
            return replace(state, reading=False, unread=True), ()
        case ActDone(act, result) if act == state.doing:
            return _done(state, act, result)
        case StaffTouched(act) if not state.leaving and state.doing is None:
            return _wanted(_alive(state), act)
        case CancelTouched() | DoneTouched():
            return replace(state, leaving=True, listening=None), ()
        case ScreenTouched():
            return _alive(state), ()
        case Ticked():
            return _passed(state), ()
        case _ if state.listening is not None and _heard(state, event, state.listening.device):
            return replace(_alive(state), listening=None, said=(state.listening, ActResult.DONE)), ()
        case _:
            return state, ()


def _alive(state: AtStaffDesk) -> AtStaffDesk:
    return replace(state, idle_since=state.around.now)


def _wanted(state: AtStaffDesk, act: StaffAct) -> tuple[AtStaffDesk, tuple[Effect, ...]]:
    opening = state.around.opening
    match act:
        case StaffAct(ActKind.OPENED):
            may = not opening.is_open
        case StaffAct(ActKind.CLOSED):
            may = opening.is_open
        case StaffAct(ActKind.DEVICE_TRIED, device=device):
            may = device is not None
        case StaffAct(ActKind.ALARM_SEEN, item_id=item_id):
            may = may_be_seen(state, item_id)
        case _:
            may = act.kind in {ActKind.PAPER_CHANGED, ActKind.RESTARTED}
    return _begun(state, act) if may else (state, ())


def _begun(state: AtStaffDesk, act: StaffAct, item: PadItem | None = None) -> tuple[AtStaffDesk, tuple[Effect, ...]]:
    tags = () if item is None else item.tags
    until = state.around.opening.opens_at if act.kind is ActKind.OPENED else None
    order = CarryOut(state.staff_id, act, tags, until)
    return replace(state, doing=act, said=None, listening=None), (order,)


def _done(state: AtStaffDesk, act: StaffAct, result: ActResult) -> tuple[AtStaffDesk, tuple[Effect, ...]]:
    around = state.around
    state = replace(_alive(state), doing=None, said=(act, result), reading=True)
    match act.kind:
        case ActKind.OPENED:
            state = replace(state, around=replace(around, opening=opened_by_staff(around.opening)))
        case ActKind.CLOSED:
            state = replace(state, around=replace(around, opening=closed_by_staff(around.opening)))
        case ActKind.DEVICE_TRIED if result is ActResult.DONE and act.device in _unproven(state):
            state = replace(state, said=None, listening=act, listening_until=around.now + TRIAL_S)
        case _:
            pass
    return state, (ReadDesk(),)


def _unproven(state: AtStaffDesk) -> frozenset[Device]:
    """Give the devices that must read something before anybody can say that they work."""
    return _READERS - {Device.PAD} if state.around.pad.tags else _READERS


def _passed(state: AtStaffDesk) -> AtStaffDesk:
    now = state.around.now
    if state.listening is not None and now >= state.listening_until:
        state = replace(state, listening=None, said=(state.listening, ActResult.SILENT))
    return replace(state, leaving=state.leaving or now - state.idle_since >= state.around.limits.staff_idle_s)


def _heard(state: AtStaffDesk, event: Event, device: Device | None) -> bool:
    """Say whether the device that is tried has read something; what, is nobody's business here."""
    if device is Device.PAD:
        return isinstance(event, PadChanged) and bool(state.around.pad.tags)
    return isinstance(event, CardPresented | ItemScanned | NumberRead | LabelRejected | StaffCardPresented)


def _pursued(state: AtStaffDesk) -> tuple[AtStaffDesk, tuple[Effect, ...]]:
    """Settle the next item that lies there and stands on the alarm list."""
    lying = state.around.pad.items
    state = replace(state, tried=state.tried & {item.item_id for item in lying})
    if state.reading or state.leaving or state.doing is not None or state.listening is not None:
        return state, ()
    waiting = (item for item in lying if item.item_id not in state.tried and may_be_seen(state, item.item_id))
    item = next(waiting, None)
    if item is None:
        return state, ()
    state = replace(_alive(state), tried=state.tried | {item.item_id})
    return _begun(state, StaffAct(ActKind.ALARM_SETTLED, item_id=item.item_id), item)
