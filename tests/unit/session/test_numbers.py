"""A printed number that items of several libraries bear: asked about, and never guessed at."""

from dataclasses import replace

import pytest

from kiosk.session.answers import AlarmSwitchedOff, ItemsFound, LoanMade
from kiosk.session.effects import FindItems, LendItem, SwitchAlarmOff
from kiosk.session.events import (
    CardPresented,
    DeviceLost,
    Event,
    ItemScanned,
    LibrarySystemLost,
    NumberRead,
    PadChanged,
    Ticked,
)
from kiosk.session.questions import asking
from kiosk.session.state import Borrowing, Finished, Idle, NoticeKind, Settling
from kiosk.session.touches import (
    CancelTouched,
    CandidateTouched,
    FinishTouched,
    LendLyingTouched,
    NoCandidateTouched,
    ScreenTouched,
)
from kiosk.session.values import (
    AlarmState,
    Candidate,
    Device,
    ItemId,
    Pad,
    PadItem,
    PadNumber,
    PatronId,
    TagUid,
    VisitId,
)
from tests.support.session_play import MINH, Play, candidates, found, item, loan, pad_of, uid

V1 = VisitId("v1")
BOTH = candidates(1, 2)
READ = NumberRead(BOTH)
SILENT = found(BOTH, silent=True)
SOMEBODY = CardPresented(VisitId("v2"), PatronId("SIM-READER-0002"))


def number(tag: int = 7, asked: tuple[Candidate, ...] = BOTH, first_seen: float = 900.0) -> PadNumber:
    return PadNumber(uid(tag), asked, AlarmState.SECURED, first_seen)


def laid(*numbers: PadNumber, items: tuple[PadItem, ...] = ()) -> PadChanged:
    return PadChanged(Pad(items, numbers=numbers))


def begun(*events: Event) -> Play:
    play = Play().open().begin()
    play.tell(*events)
    return play


def borrowing(play: Play) -> Borrowing:
    assert isinstance(play.state, Borrowing)
    return play.state


def notice_of(play: Play) -> NoticeKind | None:
    said = play.state.notice if isinstance(play.state, Borrowing | Idle) else None
    return None if said is None else said.kind


def choice(play: Play) -> list[ItemId]:
    return [finding.candidate.item_id for finding in asking(borrowing(play).visit)]


def lent(play: Play) -> list[ItemId]:
    return [effect.item_id for effect in play.ordered if isinstance(effect, LendItem)]


def looked_up(play: Play) -> int:
    return sum(isinstance(effect, FindItems) for effect in play.ordered)


def test_the_library_system_is_asked_before_anything_is_lent() -> None:
    play = Play().open().begin()

    assert play.tell(READ) == (FindItems(V1, BOTH),)
    assert (lent(play), choice(play)) == ([], [])


def test_the_only_one_that_is_known_is_lent_as_if_scanned() -> None:
    play = begun(READ, found(BOTH, 2))

    assert lent(play) == [item(2)]
    assert borrowing(play).visit.questions == ()


def test_of_a_number_that_nobody_knows_the_patron_is_told() -> None:
    play = begun(READ, found(BOTH))

    assert notice_of(play) is NoticeKind.NUMBER_UNKNOWN
    assert (lent(play), borrowing(play).visit.questions) == ([], ())


def test_of_several_that_are_known_the_patron_is_asked() -> None:
    three = candidates(1, 2, 3)
    play = begun(NumberRead(three), found(three, 1, 3))

    assert choice(play) == [item(1), item(3)]
    assert [finding.title for finding in asking(borrowing(play).visit)] == ["Sách 1", "Sách 3"]
    assert lent(play) == []


@pytest.mark.parametrize("known", [(), (1,), (1, 2)])
def test_without_an_answer_about_one_of_them_the_patron_is_asked(known: tuple[int, ...]) -> None:
    play = begun(READ, found(BOTH, *known, silent=True))

    assert choice(play) == [item(1), item(2)]
    assert lent(play) == []


def test_the_chosen_item_is_lent_and_no_other() -> None:
    play = begun(READ, SILENT, CandidateTouched(item(2)))

    assert (lent(play), choice(play)) == ([item(2)], [])


def test_none_of_them_lends_nothing() -> None:
    play = begun(READ, SILENT, NoCandidateTouched())

    assert (lent(play), borrowing(play).visit.questions) == ([], ())


@pytest.mark.parametrize("touch", [CandidateTouched(item(1)), NoCandidateTouched()])
@pytest.mark.parametrize("before", [(), (READ,)])
def test_what_is_not_offered_cannot_be_chosen(touch: Event, before: tuple[Event, ...]) -> None:
    play = begun(*before)
    questions = borrowing(play).visit.questions
    play.tell(touch, CandidateTouched(item(3)))

    assert (lent(play), borrowing(play).visit.questions) == ([], questions)


@pytest.mark.parametrize(
    "answer",
    [
        replace(found(BOTH, 1), visit_id=VisitId("v0")),
        found(candidates(1, 3), 1),
        ItemsFound(V1, ()),
    ],
)
def test_an_answer_to_something_else_says_nothing(answer: ItemsFound) -> None:
    play = begun(READ, answer)

    assert lent(play) == []
    assert borrowing(play).visit.questions[0].asked


@pytest.mark.parametrize("before", [(), (READ, SILENT)])
def test_an_answer_that_nobody_awaits_says_nothing(before: tuple[Event, ...]) -> None:
    play = begun(*before)
    shown = choice(play)
    play.tell(found(BOTH, 1))

    assert (lent(play), choice(play)) == ([], shown)


def test_the_same_label_scanned_again_is_the_same_question() -> None:
    play = begun(READ, READ, SILENT, READ)

    assert looked_up(play) == 1
    assert len(borrowing(play).visit.questions) == 1


def test_another_number_waits_until_the_first_is_settled() -> None:
    other = candidates(3, 4)
    play = begun(READ, NumberRead(other), SILENT)
    waiting = looked_up(play)
    play.tell(CandidateTouched(item(1)))

    assert waiting == 1
    assert play.pending[-1] == FindItems(V1, other)


def test_an_item_scanned_meanwhile_is_lent_meanwhile() -> None:
    play = begun(READ, SILENT, ItemScanned(item(5)))

    assert lent(play) == [item(5)]
    assert choice(play) == [item(1), item(2)]


def test_an_item_that_is_listed_already_is_said_to_be() -> None:
    play = begun(ItemScanned(item(1)), READ, found(BOTH, 1))

    assert notice_of(play) is NoticeKind.ALREADY_LISTED
    assert lent(play) == [item(1)]


@pytest.mark.parametrize("so_far", [(READ,), (READ, SILENT)])
def test_nobody_is_done_while_it_is_not_known_whose_a_book_is(so_far: tuple[Event, ...]) -> None:
    play = begun(*so_far, FinishTouched())

    assert notice_of(play) is NoticeKind.NUMBER_OPEN
    assert borrowing(play).visit.questions


def test_a_patron_who_cancels_lends_nothing_and_the_answer_is_awaited() -> None:
    play = begun(READ, NumberRead(candidates(3, 4)), CancelTouched())
    settling = play.state
    play.tell(Ticked(500.0), found(candidates(3, 4), 3))
    still = play.state
    play.tell(found(BOTH, 1))

    assert isinstance(settling, Settling)
    assert isinstance(still, Settling)
    assert isinstance(play.state, Idle)
    assert lent(play) == []


def test_a_patron_who_cancels_before_the_question_is_at_home() -> None:
    play = begun(READ, SILENT, CancelTouched())

    assert isinstance(play.state, Idle)
    assert play.reports[0].outcome.lent == 0


def test_a_number_read_while_the_visit_is_being_settled_is_not_asked_about() -> None:
    play = begun(pad_of(5), FinishTouched(), READ, laid(number()))

    assert isinstance(play.state, Settling)
    assert looked_up(play) == 0


def test_a_question_that_nobody_answers_ends_with_the_visit() -> None:
    play = begun(READ, SILENT)
    play.pass_time(61)
    warned = borrowing(play).warned_until
    play.pass_time(21)

    assert warned is not None
    assert isinstance(play.state, Idle)
    assert lent(play) == []


def test_the_answer_is_awaited_however_long_it_takes() -> None:
    play = begun(READ)
    play.pass_time(90)
    play.tell(SILENT)

    assert borrowing(play).warned_until is None
    assert choice(play) == [item(1), item(2)]


def test_after_another_card_a_number_is_not_taken_until_the_patron_touches() -> None:
    play = begun(SOMEBODY, READ)
    said, asked = notice_of(play), looked_up(play)
    play.tell(ScreenTouched(), READ)

    assert (said, asked) == (NoticeKind.ANOTHER_CARD, 0)
    assert looked_up(play) == 1


def test_an_answer_does_not_say_who_stands_there() -> None:
    play = begun(READ, SOMEBODY, SILENT)

    assert borrowing(play).doubted
    assert choice(play) == [item(1), item(2)]


@pytest.mark.parametrize("trouble", [DeviceLost(Device.PAD), LibrarySystemLost()])
def test_what_is_chosen_while_nothing_can_be_lent_waits(trouble: Event) -> None:
    play = begun(READ, trouble, SILENT, CandidateTouched(item(1)))

    assert lent(play) == []
    assert [entry.item_id for entry in borrowing(play).visit.entries] == [item(1)]


def test_before_the_card_such_a_number_is_told_to_wait() -> None:
    scanned, lying = Play().open(), Play().open()
    scanned.tell(READ)
    lying.tell(laid(number()))

    assert [notice_of(play) for play in (scanned, lying)] == [NoticeKind.CARD_FIRST] * 2


def test_a_tag_without_a_library_is_asked_about_and_loses_its_alarm() -> None:
    play = begun(laid(number()), SILENT)
    shown = choice(play)
    play.tell(CandidateTouched(item(2)), LoanMade(V1, loan(2)))

    assert shown == [item(1), item(2)]
    assert lent(play) == [item(2)]
    assert play.pending == [SwitchAlarmOff(V1, item(2), uid(7))]


def test_a_chosen_tag_is_what_was_chosen_as_long_as_the_visit_lasts() -> None:
    play = begun(laid(number()), found(BOTH, 1), LoanMade(V1, loan(1)), AlarmSwitchedOff(V1, item(1)))
    play.tell(PadChanged(Pad()), laid(number()))
    within = looked_up(play), borrowing(play).around.pad.items
    play.tell(FinishTouched())
    finished = isinstance(play.state, Finished)
    play.pass_time(30)

    assert within == (1, (number().item(item(1)),))
    assert finished
    assert play.state.around.pad == Pad(numbers=(number(),))
    assert notice_of(play) is None


def test_a_tag_of_the_same_item_without_a_library_takes_the_alarm_that_a_label_left_open() -> None:
    play = begun(READ, found(BOTH, 1), LoanMade(V1, loan(1)), laid(number()), found(BOTH, 1))

    assert play.pending == [SwitchAlarmOff(V1, item(1), uid(7))]
    assert notice_of(play) is None


def test_a_second_tag_of_a_listed_item_is_said_to_be_listed() -> None:
    play = begun(laid(number()), found(BOTH, 1), laid(number(), number(8)), found(BOTH, 1))

    assert notice_of(play) is NoticeKind.ALREADY_LISTED


def test_two_tags_with_one_number_are_two_questions() -> None:
    play = begun(laid(number(), number(8)), SILENT, CandidateTouched(item(1)))

    assert looked_up(play) == 2
    assert [question.tag_uid for question in borrowing(play).visit.questions] == [uid(8)]


def test_a_tag_that_lay_there_before_the_card_is_asked_about_once_it_is_wanted() -> None:
    play = Play().open()
    play.tell(laid(number(first_seen=1.0)))
    play.begin()
    play.tell(laid(number(first_seen=1.0), number(8, candidates(3, 4), first_seen=100.1)))
    before = looked_up(play), borrowing(play).visit.lying
    play.tell(LendLyingTouched())

    assert before == (0, frozenset({uid(7), uid(8)}))
    assert [question.tag_uid for question in borrowing(play).visit.questions] == [uid(7), uid(8)]
    assert borrowing(play).visit.lying == frozenset()


def test_a_tag_laid_down_while_somebody_else_may_stand_there_is_not_asked_about() -> None:
    play = begun(SOMEBODY, laid(number()))

    assert looked_up(play) == 0
    assert borrowing(play).visit.lying == {uid(7)}


def test_a_set_without_a_library_is_one_item() -> None:
    box = PadNumber(uid(7), BOTH, AlarmState.SECURED, 900.0, (TagUid("E0042"),))
    play = begun(laid(box), SILENT, CandidateTouched(item(1)), LoanMade(V1, loan(1)))

    assert play.pending == [SwitchAlarmOff(V1, item(1), uid(7), (TagUid("E0042"),))]


def test_the_patrons_own_card_is_a_sign_of_life_that_leaves_the_question() -> None:
    play = begun(READ, SILENT, CardPresented(VisitId("v3"), MINH.patron_id))

    assert choice(play) == [item(1), item(2)]
