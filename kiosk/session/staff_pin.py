"""Somebody comes with a staff card or the service key, and proves by a PIN who it is."""

from dataclasses import replace
from typing import assert_never

from kiosk.session.events import Event, Ticked
from kiosk.session.hold_state import Reserving
from kiosk.session.number_pad import typed_after
from kiosk.session.search_state import Searching
from kiosk.session.staff_effects import CheckStaffPin, ReadDesk
from kiosk.session.staff_events import ServiceKeyTurned, StaffCardPresented, StaffPinChecked
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.staff_values import StaffId, StaffLock
from kiosk.session.state import (
    Around,
    AskingPin,
    AtAccount,
    AwaitingCard,
    Borrowing,
    Idle,
    NoticeKind,
    OutOfOrder,
    Returning,
    State,
)
from kiosk.session.surroundings import Step, home, notice
from kiosk.session.touches import CancelTouched, EnterTouched, EraseTouched, KeyTouched, ScreenTouched
from kiosk.session.values import Pin

_Typing = KeyTouched | EraseTouched | EnterTouched


def staff_called(state: State, event: Event) -> Step | None:
    """Ask for the PIN where nobody is there; during a visit say that it has to wait. ``None``: nobody called.

    The visit goes on as if nothing had been shown: whose it is, is still who was there before.
    """
    match event:
        case StaffCardPresented(staff_id):
            called: StaffId | None = staff_id
        case ServiceKeyTurned():
            called = None
        case _:
            return None
    match state:
        case AskingStaffPin() | AtStaffDesk():
            return None
        case Idle() | OutOfOrder() | Closed() | Searching() if state.around.limits.has_staff:
            return _asked(state.around, called), ()
        case AwaitingCard() | Borrowing() | AtAccount() | AskingPin() | Returning() | Reserving():
            return replace(state, notice=notice(state.around, NoticeKind.STAFF_CARD)), ()
        case _:
            return state, ()


def asking_staff_pin(state: AskingStaffPin, event: Event) -> Step:  # noqa: PLR0911 - one return for each event
    """Take the digits and let them be checked; a patron has no way on from here."""
    around = state.around
    match event:
        case StaffPinChecked() if state.checking:
            return _checked(replace(state, checking=False), event)
        case _ if state.checking:
            return (replace(state, cancelled=True) if isinstance(event, CancelTouched) else state), ()
        case CancelTouched():
            return home(around), ()
        case StaffCardPresented(staff_id):
            return _asked(around, staff_id), ()
        case ServiceKeyTurned():
            return _asked(around, None), ()
        case KeyTouched() | EraseTouched() | EnterTouched() if not is_staff_locked(around, state.staff_id):
            return _typed(replace(state, until=_until(around, state.staff_id)), event)
        case ScreenTouched():
            return replace(state, until=_until(around, state.staff_id)), ()
        case Ticked() if around.now >= state.until:
            return home(around), ()
        case _:
            return state, ()


def is_staff_locked(around: Around, staff_id: StaffId | None) -> bool:
    """Say whether this card, or the service key, cannot be used here now."""
    return wrong_staff_pins(around, staff_id) >= around.limits.staff_pin_tries


def wrong_staff_pins(around: Around, staff_id: StaffId | None) -> int:
    """Give the wrong PINs that are not forgotten yet."""
    return next((lock.wrong for lock in around.staff_locks if lock.staff_id == staff_id), 0)


def _asked(around: Around, staff_id: StaffId | None) -> AskingStaffPin:
    return AskingStaffPin(around, staff_id, _until(around, staff_id))


def _until(around: Around, staff_id: StaffId | None) -> float:
    limits = around.limits
    return around.now + (limits.message_s if is_staff_locked(around, staff_id) else limits.card_wait_s)


def _typed(state: AskingStaffPin, touch: _Typing) -> Step:
    match touch:
        case KeyTouched() | EraseTouched():
            return replace(state, typed=typed_after(state.typed, touch, state.around.limits.pin_longest)), ()
        case EnterTouched():
            return _check(state) if state.typed else (state, ())
        case _:
            assert_never(touch)


def _check(state: AskingStaffPin) -> Step:
    """Have it checked, once; what was typed is kept no longer than until here."""
    wrong, limits = wrong_staff_pins(state.around, state.staff_id), state.around.limits
    question = CheckStaffPin(state.staff_id, Pin(state.typed), last_try=wrong + 1 >= limits.staff_pin_tries)
    return replace(state, typed="", wrong=False, failed=False, checking=True), (question,)


def _checked(state: AskingStaffPin, answer: StaffPinChecked) -> Step:
    around = state.around
    right = answer.staff_id is not None and state.staff_id in {None, answer.staff_id}
    if not right and not answer.failed:
        around = _with_wrong(around, state.staff_id)
    if state.cancelled:
        return home(around), ()
    if right and answer.staff_id is not None:
        locks = tuple(lock for lock in around.staff_locks if lock.staff_id != state.staff_id)
        return AtStaffDesk(replace(around, staff_locks=locks), answer.staff_id, around.now), (ReadDesk(),)
    until = _until(around, state.staff_id)
    return replace(state, around=around, wrong=not answer.failed, failed=answer.failed, until=until), ()


def _with_wrong(around: Around, staff_id: StaffId | None) -> Around:
    """Count one more; the time runs anew from each."""
    lock = StaffLock(staff_id, wrong_staff_pins(around, staff_id) + 1, around.now + around.limits.staff_lock_s)
    others = (each for each in around.staff_locks if each.staff_id != staff_id)
    return replace(around, staff_locks=(*others, lock))
