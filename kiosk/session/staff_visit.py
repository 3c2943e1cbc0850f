"""Staff lend and take back for a reader: the visit is the reader's own, with somebody of the staff beside it.

It goes through the very states of a patron's visit, with ``around.staff`` set: no loan is made another way, and no
alarm is switched another way. What is different: it needs no PIN, goes on outside the hours, may go beyond what patrons
may alone, and ends at the staff's desk.
"""

from dataclasses import replace

from kiosk.session.effects import Effect
from kiosk.session.return_begin import begin_return
from kiosk.session.staff_effects import ReadDesk
from kiosk.session.staff_events import OverrideTouched, StaffServiceTouched
from kiosk.session.staff_state import AtStaffDesk, Closed
from kiosk.session.staff_values import EmergencyDesk, StaffId
from kiosk.session.state import Around, AwaitingCard, Entry, EntryStatus, Idle, OutOfOrder, State, Visit
from kiosk.session.surroundings import Step, may_begin
from kiosk.session.values import Service
from library.lending.overrides import Override, OverrideReason
from library.lending.refusals import Refusal


def offered(state: AtStaffDesk) -> tuple[Service, ...]:
    """Give what staff may do for a reader now.

    With the library system patrons do it themselves: staff are needed for what is refused. Without it, where the site
    has an emergency desk.
    """
    around = replace(state.around, staff=state.staff_id)
    wanted: tuple[Service, ...] = ()
    if around.library_system:
        wanted = (Service.BORROW,) if around.limits.may_override else ()
    elif around.limits.emergency_desk is not EmergencyDesk.OFF:
        wanted = (Service.BORROW, Service.RETURN)
    return tuple(each for each in wanted if may_begin(around, each))


def for_a_reader(state: AtStaffDesk, touch: StaffServiceTouched) -> Step | None:
    """Begin; ``None`` where that cannot be now: something else is under way, or it is not offered."""
    if state.doing is not None or state.leaving or touch.service not in offered(state):
        return None
    around = replace(state.around, staff=state.staff_id)
    if touch.service is Service.RETURN:
        return None if touch.visit_id is None else begin_return(around, touch.visit_id)
    return AwaitingCard(around, around.now + around.limits.card_wait_s, service=touch.service), ()


def back_to_desk(state: State, effects: tuple[Effect, ...]) -> Step:
    """Where a visit of staff ends, their desk is home: what was done there is read anew."""
    staff_id = state.around.staff
    if staff_id is None or not isinstance(state, Idle | OutOfOrder | Closed):
        return state, effects
    around = replace(state.around, staff=None)
    return AtStaffDesk(around, staff_id, around.now), (*effects, ReadDesk())


def may_override(entry: Entry, around: Around) -> bool:
    """Say whether staff may let this loan through: a no that may be overridden, and was not in vain before."""
    return _overridable(entry, around) is not None


def overridden(visit: Visit, touch: OverrideTouched, around: Around) -> Visit:
    """Ask for the loan once more, with who overrides which refusals and why."""
    staff_id = around.staff
    if staff_id is None:
        return visit
    entries = (
        _overridden(each, _overridable(each, around), staff_id, touch.reason) if each.item_id == touch.item_id else each
        for each in visit.entries
    )
    return replace(visit, entries=tuple(entries))


def _overridable(entry: Entry, around: Around) -> Refusal | None:
    if around.staff is None or not around.library_system or entry.status is not EntryStatus.REFUSED:
        return None
    tried = () if entry.override is None else entry.override.refusals
    return entry.refusal if entry.refusal in around.limits.may_override and entry.refusal not in tried else None


def _overridden(entry: Entry, refusal: Refusal | None, staff_id: StaffId, reason: OverrideReason) -> Entry:
    if refusal is None:
        return entry
    before = () if entry.override is None else entry.override.refusals
    override = Override(staff_id, reason, (*before, refusal))
    return replace(entry, status=EntryStatus.WAITING, override=override, counted=True, refusal=None, words="")
