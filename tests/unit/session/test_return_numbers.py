"""Numbers of several libraries that are brought back: found out, asked about, and else given to staff."""

from kiosk.session.answers import ItemsFound
from kiosk.session.effects import FindItems, SwitchAlarmOn, TakeBackItem
from kiosk.session.events import NumberRead, PadChanged
from kiosk.session.return_list import ReturnStatus
from kiosk.session.state import NoticeKind, ReturnFinished, Returning, ReturnSettling
from kiosk.session.touches import CancelTouched, CandidateTouched, FinishTouched, NoCandidateTouched
from kiosk.session.values import (
    AlarmState,
    Finding,
    IncompleteSet,
    Pad,
    PadNumber,
    PadOddity,
    ReturnOutcome,
    TransactionId,
)
from tests.support.return_play import STAFF, VISIT, armed, back, entry, returns, visit_of
from tests.support.session_play import candidates, item, uid

BOTH = candidates(1, 2)
NUMBER = PadChanged(Pad(numbers=(PadNumber(uid(7), BOTH, AlarmState.ON_LOAN, other_tags=(uid(8),)),)))


def found(*known: int, silent: bool = False) -> ItemsFound:
    no = None if silent else False
    return ItemsFound(
        VISIT, tuple(Finding(each, each.item_id in {item(number) for number in known} or no) for each in BOTH)
    )


def test_the_one_that_the_library_system_knows_is_taken_back_and_all_its_tags_are_armed() -> None:
    play = returns()
    asked = play.tell(NUMBER)
    taken = play.tell(found(2))
    written = play.tell(back(2))
    play.tell(armed(2))

    assert asked == (FindItems(VISIT, BOTH),)
    assert taken == (TakeBackItem(VISIT, TransactionId("r1-1"), item(2), (uid(7), uid(8))),)
    assert written == (SwitchAlarmOn(VISIT, item(2), (uid(7), uid(8))),)


def test_a_number_on_a_label_is_asked_about_too() -> None:
    play = returns()
    asked = play.tell(NumberRead(BOTH))
    taken = play.tell(found(1))

    assert (asked, taken) == (
        (FindItems(VISIT, BOTH),),
        (TakeBackItem(VISIT, TransactionId("r1-1"), item(1)),),
    )


def test_where_that_does_not_tell_whoever_stands_there_is_asked() -> None:
    play = returns()
    play.tell(NumberRead(BOTH))
    unsure = play.tell(found(silent=True))
    taken = play.tell(CandidateTouched(item(2)))

    assert (unsure, taken) == ((), (TakeBackItem(VISIT, TransactionId("r1-1"), item(2)),))


def test_a_number_that_nobody_knows_goes_where_staff_look_at_it() -> None:
    play = returns()
    play.tell(NUMBER)
    effects = play.tell(found())

    assert effects == ()
    assert (entry(play, 1).status, entry(play, 1).outcome) == (ReturnStatus.REFUSED, ReturnOutcome.UNKNOWN_ITEM)
    assert entry(play, 1).bin == STAFF


def test_so_does_one_that_is_none_of_those_that_are_offered() -> None:
    play = returns()
    play.tell(NumberRead(BOTH), found(1, 2), NoCandidateTouched(), NumberRead(BOTH), found())

    assert [each.outcome for each in visit_of(play).entries] == [ReturnOutcome.UNKNOWN_ITEM]


def test_an_open_question_is_to_be_answered_before_the_end() -> None:
    play = returns()
    play.tell(NumberRead(BOTH), found(1, 2), FinishTouched())

    assert isinstance(play.state, Returning)
    assert play.state.notice is not None
    assert play.state.notice.kind is NoticeKind.NUMBER_OPEN


def test_who_wants_out_is_asked_nothing_more() -> None:
    play = returns()
    play.tell(NumberRead(BOTH), CancelTouched())
    waits = type(play.state)
    play.tell(found(1))

    assert waits is ReturnSettling
    assert not isinstance(play.state, ReturnSettling | ReturnFinished)


def test_one_that_is_listed_already_is_said_to_be() -> None:
    play = returns()
    play.tell(NUMBER, found(2), back(2), armed(2), PadChanged(Pad()), NUMBER, found(2))

    assert isinstance(play.state, Returning)
    assert play.state.notice is not None
    assert play.state.notice.kind is NoticeKind.ALREADY_LISTED


def test_what_is_left_of_a_set_of_several_libraries_is_found_out_and_armed() -> None:
    rest = PadNumber(uid(7), BOTH, AlarmState.ON_LOAN)
    left = Pad((), ((uid(7), PadOddity.INCOMPLETE_SET),), (IncompleteSet(uid(7), (2,), 2, rest),))
    play = returns()
    asked = play.tell(PadChanged(left))
    taken = play.tell(found(1))
    written = play.tell(back(1))
    play.tell(armed(1))

    assert (asked, taken) == (
        (FindItems(VISIT, BOTH),),
        (TakeBackItem(VISIT, TransactionId("r1-1"), item(1), (uid(7),)),),
    )
    assert written == (SwitchAlarmOn(VISIT, item(1), (uid(7),)),)
    assert entry(play, 1).outcome is ReturnOutcome.STAFF


def test_what_is_left_of_such_a_set_may_be_laid_again_while_the_end_is_awaited() -> None:
    rest = PadNumber(uid(7), BOTH, AlarmState.ON_LOAN)
    left = Pad((), ((uid(7), PadOddity.INCOMPLETE_SET),), (IncompleteSet(uid(7), (2,), 2, rest),))
    play = returns()
    play.tell(PadChanged(left), found(1), FinishTouched(), PadChanged(Pad()), PadChanged(left))

    assert isinstance(play.state, ReturnSettling)
    assert play.tell(back(1)) == (SwitchAlarmOn(VISIT, item(1), (uid(7),)),)
