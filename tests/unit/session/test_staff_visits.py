"""Staff lend and take back for a reader: by the reader's own way, with somebody of the staff beside it."""

from dataclasses import replace

import pytest

from kiosk.session.answers import LoanAsksFee, LoanMade, LoanRefused, PatronAccepted
from kiosk.session.effects import (
    IdentifyPatron,
    IdentifyPatronOffline,
    LendItem,
    LendItemOffline,
    SwitchAlarmOff,
    SwitchAlarmOn,
    TakeBackItemOffline,
)
from kiosk.session.events import CardPresented, LibrarySystemLost
from kiosk.session.leaving import way_out
from kiosk.session.limits import Limits
from kiosk.session.staff_events import DeskRead, HoursChanged, OverrideTouched, StaffCardPresented, StaffServiceTouched
from kiosk.session.staff_state import AtStaffDesk
from kiosk.session.staff_values import EmergencyDesk
from kiosk.session.staff_visit import offered
from kiosk.session.state import AwaitingCard, Borrowing, EntryStatus, Finished, Idle, Returning
from kiosk.session.touches import DoneTouched, FeeTouched, FinishTouched, StartTouched
from kiosk.session.values import Money, Service, VisitId
from library.lending.overrides import OVERRIDABLE, Override, OverrideReason
from library.lending.refusals import Refusal
from tests.support.session_play import DUE, MINH, Play, item, loan, pad_of
from tests.support.staff_play import LAN, LIMITS, MAI, at_desk, desk_of, desk_page

WITH_DESK = replace(LIMITS, may_override=OVERRIDABLE, emergency_desk=EmergencyDesk.BEYOND_RULES)
LEND, TAKE = StaffServiceTouched(Service.BORROW), StaffServiceTouched(Service.RETURN, VisitId("v1"))
STUDY = OverrideReason.STUDY
TOO_MANY = Refusal.PATRON_LIMIT_REACHED


def lending(limits: Limits = WITH_DESK, *, there: bool = True, pin: bool = False) -> Play:
    """Let staff begin to lend for a reader."""
    play = at_desk(limits=replace(limits, pin_for=frozenset({Service.BORROW})) if pin else limits)
    if not there:
        play.tell(LibrarySystemLost())
    play.tell(LEND, CardPresented(VisitId("v1"), MINH.patron_id))
    return play


def refused(refusal: Refusal = TOO_MANY, limits: Limits = WITH_DESK) -> Play:
    """Let the library system refuse the first book."""
    play = lending(limits)
    play.tell(PatronAccepted(VisitId("v1"), MINH), pad_of(1), LoanRefused(VisitId("v1"), item(1), refusal))
    return play


def entry(play: Play, number: int = 1) -> tuple[EntryStatus, Refusal | None]:
    assert isinstance(play.state, Borrowing | Finished)
    found = next(each for each in play.state.visit.entries if each.item_id == item(number))
    return found.status, found.refusal


def loans(play: Play) -> list[LendItem]:
    return [each for each in play.ordered if isinstance(each, LendItem)]


def test_a_refused_loan_is_asked_for_once_more_with_who_overrides_what_and_why() -> None:
    play = refused()
    play.tell(OverrideTouched(item(1), STUDY))
    first, second = loans(play)
    play.tell(LoanMade(VisitId("v1"), loan(1)))

    assert first.override is None
    assert second.override == Override(LAN, STUDY, (TOO_MANY,))
    assert second.transaction_id != first.transaction_id
    assert entry(play) == (EntryStatus.LENT, None)
    assert any(isinstance(each, SwitchAlarmOff) for each in play.pending)


def test_each_next_no_is_overridden_by_itself_and_carries_what_was_overridden_before() -> None:
    play = refused()
    play.tell(OverrideTouched(item(1), STUDY), LoanRefused(VisitId("v1"), item(1), Refusal.PATRON_SUSPENDED))
    play.tell(OverrideTouched(item(1), OverrideReason.AGREED))
    last = loans(play)[-1]

    assert last.override == Override(LAN, OverrideReason.AGREED, (TOO_MANY, Refusal.PATRON_SUSPENDED))
    assert len({each.transaction_id for each in loans(play)}) == 3


def test_a_no_that_stays_a_no_is_not_overridden_again() -> None:
    play = refused()
    play.tell(OverrideTouched(item(1), STUDY), LoanRefused(VisitId("v1"), item(1), TOO_MANY))
    effects = play.tell(OverrideTouched(item(1), STUDY))

    assert (effects, entry(play)) == ((), (EntryStatus.REFUSED, TOO_MANY))


def test_two_touches_override_once() -> None:
    play = refused()
    play.tell(OverrideTouched(item(1), STUDY))
    again = play.tell(OverrideTouched(item(1), STUDY))

    assert (again, len(loans(play))) == ((), 2)


def test_a_fee_is_still_agreed_to_after_an_override() -> None:
    play = refused()
    play.tell(OverrideTouched(item(1), STUDY), LoanAsksFee(VisitId("v1"), item(1), Money(5000, "VND"), ""))  # type: ignore[arg-type] # an amount in whole đồng
    play.tell(FeeTouched(item(1), agreed=True))
    last = loans(play)[-1]

    assert (last.fee_agreed, last.override) == (True, Override(LAN, STUDY, (TOO_MANY,)))
    assert len({each.transaction_id for each in loans(play)}) == 3


@pytest.mark.parametrize("refusal", sorted(set(Refusal) - OVERRIDABLE))
def test_what_nobody_may_override_is_not_asked_for_again(refusal: Refusal) -> None:
    play = refused(refusal)
    effects = play.tell(OverrideTouched(item(1), STUDY))

    assert (effects, entry(play)) == ((), (EntryStatus.REFUSED, refusal))


def test_a_patron_overrides_nothing() -> None:
    play = Play(WITH_DESK).open().begin()
    play.tell(pad_of(), pad_of(1))
    play.pending.clear()
    play.tell(LoanRefused(VisitId("v1"), item(1), TOO_MANY))
    effects = play.tell(OverrideTouched(item(1), STUDY))

    assert effects == ()


def test_where_the_library_system_looks_at_no_override_staff_lend_nothing_while_it_answers() -> None:
    play = at_desk(limits=replace(WITH_DESK, may_override=frozenset()))

    assert offered(desk_page(play)) == ()
    assert play.tell(LEND) == ()
    assert isinstance(play.state, AtStaffDesk)


def test_staff_who_see_the_card_need_no_pin_of_the_reader_and_see_no_account() -> None:
    play = lending(pin=True)
    (question,) = [each for each in play.pending if isinstance(each, IdentifyPatron)]
    play.tell(PatronAccepted(question.visit_id, MINH))
    borrowing = play.state
    play.tell(StartTouched(Service.ACCOUNT))

    assert isinstance(borrowing, Borrowing)
    assert isinstance(play.state, Borrowing)


def test_the_visit_ends_at_the_staffs_desk_which_is_read_anew() -> None:
    play = lending()
    play.tell(PatronAccepted(VisitId("v1"), MINH), FinishTouched())
    effects = play.tell(DeskRead(desk_of()))

    assert (desk_page(play).staff_id, desk_page(play).reading, effects) == (LAN, False, ())
    assert play.state.around.staff is None


def test_what_is_left_alone_ends_at_home_by_way_of_the_desk() -> None:
    play = lending()
    play.tell(PatronAccepted(VisitId("v1"), MINH))
    play.pass_time(WITH_DESK.idle_s + WITH_DESK.warning_s + 1)
    play.tell(DeskRead(desk_of()))
    at_the_desk = play.state
    play.pass_time(WITH_DESK.staff_idle_s + 1)

    assert isinstance(at_the_desk, AtStaffDesk)
    assert isinstance(play.state, Idle)
    assert play.state.around.staff is None


def test_outside_the_hours_staff_still_lend_and_the_kiosk_is_closed_for_patrons() -> None:
    play = at_desk(limits=WITH_DESK)
    play.tell(HoursChanged(in_hours=False), LEND)
    waiting = play.state
    play.tell(CardPresented(VisitId("v1"), MINH.patron_id))

    assert isinstance(waiting, AwaitingCard)
    assert any(isinstance(each, IdentifyPatron) for each in play.pending)


def test_another_staff_card_does_not_end_what_goes_on() -> None:
    play = lending()
    play.tell(PatronAccepted(VisitId("v1"), MINH), StaffCardPresented(MAI))

    assert isinstance(play.state, Borrowing)
    assert play.state.around.staff == LAN


# Without the library system


def test_at_the_emergency_desk_a_loan_stands_in_the_journal_as_the_staffs_and_its_alarm_goes_off() -> None:
    play = lending(there=False)
    (question,) = [each for each in play.pending if isinstance(each, IdentifyPatronOffline)]
    play.answer_all()
    play.tell(pad_of(1))
    (lent,) = [each for each in play.pending if isinstance(each, LendItemOffline)]
    play.answer_all()

    assert (question.staff_id, lent.staff_id, lent.patron_id) == (LAN, LAN, MINH.patron_id)
    assert entry(play) == (EntryStatus.LENT, None)
    assert any(isinstance(each, SwitchAlarmOff) for each in play.ordered)


def test_at_the_emergency_desk_a_book_comes_back_into_the_journal_and_alarms_again() -> None:
    play = at_desk(limits=replace(WITH_DESK, returns_offline=False))
    play.tell(LibrarySystemLost(), pad_of(1), TAKE)
    (taken,) = [each for each in play.pending if isinstance(each, TakeBackItemOffline)]
    returning = play.state
    play.answer_all()

    assert isinstance(returning, Returning)
    assert (taken.staff_id, taken.item_id) == (LAN, item(1))
    assert any(isinstance(each, SwitchAlarmOn) for each in play.ordered)


def test_the_next_readers_card_goes_on_at_the_emergency_desk() -> None:
    play = lending(there=False)
    play.answer_all()
    play.tell(pad_of(1))
    play.answer_all()
    play.tell(FinishTouched())
    play.answer_all()
    last_page = play.state
    play.tell(CardPresented(VisitId("v2"), replace(MINH.patron_id, text="SIM-READER-0002")))

    assert isinstance(last_page, Finished)
    assert play.state.around.staff == LAN


@pytest.mark.parametrize(
    ("emergency", "services"),
    [
        (EmergencyDesk.OFF, ()),
        (EmergencyDesk.RULES, (Service.RETURN,)),
        (EmergencyDesk.BEYOND_RULES, (Service.BORROW, Service.RETURN)),
    ],
)
def test_what_the_emergency_desk_does_is_the_sites_choice(
    emergency: EmergencyDesk, services: tuple[Service, ...]
) -> None:
    limits = replace(WITH_DESK, emergency_desk=emergency, returns_offline=False)
    play = at_desk(limits=limits)
    play.tell(LibrarySystemLost())

    assert offered(desk_page(play)) == services


def test_a_patrons_own_rules_are_not_the_staffs() -> None:
    play = Play(WITH_DESK).open()
    play.tell(LibrarySystemLost())

    assert not any(
        isinstance(each, IdentifyPatronOffline) for each in play.tell(CardPresented(VisitId("v"), MINH.patron_id))
    )


def test_a_kiosk_that_is_told_to_stop_is_led_home_through_the_desk() -> None:
    play = lending()
    play.tell(PatronAccepted(VisitId("v1"), MINH))
    for _ in range(9):
        if (event := way_out(play.state)) is not None:
            play.tell(event, DeskRead(desk_of()))

    assert isinstance(play.state, Idle)
    assert play.state.around.staff is None


def test_the_last_page_is_the_readers_own() -> None:
    play = refused()
    play.tell(OverrideTouched(item(1), STUDY), LoanMade(VisitId("v1"), loan(1, due=DUE)))
    play.answer_all()
    play.tell(FinishTouched())
    last_page = play.state
    play.answer_all()
    play.tell(DoneTouched())

    assert isinstance(last_page, Finished)
    assert isinstance(play.state, AtStaffDesk)
