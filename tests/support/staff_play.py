"""A session with staff, played by hand; effects of staff are answered by the test."""

from datetime import datetime, timedelta, timezone

from kiosk.session.limits import Limits
from kiosk.session.staff_effects import CarryOut, CheckStaffPin, ReadDesk
from kiosk.session.staff_events import ActDone, DeskRead, StaffCardPresented, StaffPinChecked, StaffTouched
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk
from kiosk.session.staff_values import ActKind, ActResult, Desk, ListedAlarm, ListedReason, StaffAct, StaffId
from kiosk.session.touches import EnterTouched, KeyTouched
from kiosk.session.values import Device, ItemId, Service
from tests.support.session_play import Play, item

LAN = StaffId("quay-1")
MAI = StaffId("quay-2")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=timezone(timedelta(hours=7)))
LIMITS = Limits(services=(Service.BORROW, Service.RETURN), has_staff=True)
OPENING, CLOSING, RESTART = (StaffAct(kind) for kind in (ActKind.OPENED, ActKind.CLOSED, ActKind.RESTARTED))


def alarm(item_id: ItemId, reason: ListedReason = ListedReason.RETURNED) -> ListedAlarm:
    """Give an item of the alarm list."""
    return ListedAlarm(item_id, on_loan=False, reason=reason, since=NOW)


def desk_of(*alarms: ListedAlarm) -> Desk:
    """Give what staff are shown."""
    return Desk(NOW, agent=True, alarms=alarms)


def trial(device: Device) -> StaffAct:
    """Give the act of trying a device."""
    return StaffAct(ActKind.DEVICE_TRIED, device)


def seen(number: int) -> StaffAct:
    """Give the act of marking the n-th item as seen."""
    return StaffAct(ActKind.ALARM_SEEN, item_id=item(number))


def staff_play(limits: Limits = LIMITS) -> Play:
    """Give a kiosk that is open and idle."""
    return Play(limits).open()


def at_pin(play: Play | None = None) -> Play:
    """Show a staff card."""
    play = staff_play() if play is None else play
    play.tell(StaffCardPresented(LAN))
    return play


def type_pin(play: Play) -> None:
    """Type some PIN."""
    play.tell(*map(KeyTouched, "274193"), EnterTouched())


def at_desk(*alarms: ListedAlarm, limits: Limits = LIMITS) -> Play:
    """Come to the desk and let it be read."""
    play = at_pin(staff_play(limits))
    type_pin(play)
    play.tell(StaffPinChecked(LAN), DeskRead(desk_of(*alarms)))
    return play


def do(play: Play, act: StaffAct, result: ActResult = ActResult.DONE, desk: Desk | None = None) -> None:
    """Want an act, let it be carried out, and let the desk be read again."""
    play.tell(StaffTouched(act), ActDone(act, result), DeskRead(desk or desk_of()))


def pin_page(play: Play) -> AskingStaffPin:
    """Give the page that asks for the PIN."""
    assert isinstance(play.state, AskingStaffPin)
    return play.state


def desk_page(play: Play) -> AtStaffDesk:
    """Give the desk."""
    assert isinstance(play.state, AtStaffDesk)
    return play.state


def orders(play: Play) -> list[CarryOut]:
    """Give the acts that were ordered."""
    return [effect for effect in play.of_staff if isinstance(effect, CarryOut)]


def questions(play: Play) -> list[CheckStaffPin]:
    """Give the PINs that were asked about."""
    return [effect for effect in play.of_staff if isinstance(effect, CheckStaffPin)]


def readings(play: Play) -> int:
    """Say how often the desk was read."""
    return sum(isinstance(effect, ReadDesk) for effect in play.of_staff)
