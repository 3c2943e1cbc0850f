"""Items are brought back: one after the other, each with one outcome and one bin, and nothing is ever refused."""

import pytest

from kiosk.session.effects import SwitchAlarmOn, TakeBackItem
from kiosk.session.events import CardPresented, DeviceLost, ItemScanned, LabelRejected, PadChanged, SlotPassed
from kiosk.session.limits import Bins, Limits
from kiosk.session.return_list import ReturnAlarm, ReturnStatus
from kiosk.session.state import Idle, NoticeKind, Returning
from kiosk.session.touches import FinishTouched, LanguageTouched, ScreenTouched, StartTouched
from kiosk.session.values import (
    AlarmState,
    Bin,
    Candidate,
    Device,
    IncompleteSet,
    LabelFault,
    Language,
    Pad,
    PadItem,
    PadNumber,
    PadOddity,
    ReturnKind,
    ReturnOutcome,
    Service,
    TagUid,
    TransactionId,
    VisitId,
)
from library.lending.refusals import Refusal
from tests.support.return_play import (
    ELSEWHERE,
    FILMS,
    HOLD,
    LIMITS,
    SHELF,
    STAFF,
    VISIT,
    armed,
    back,
    entry,
    laid,
    refused,
    returns,
    unknown,
    visit_of,
)
from tests.support.session_play import MINH, Play, item, uid


def notice_of(play: Play) -> NoticeKind | None:
    assert isinstance(play.state, Returning)
    return None if play.state.notice is None else play.state.notice.kind


def test_a_book_is_taken_back_and_then_armed_and_then_sent_to_its_bin() -> None:
    play = returns()
    asked = play.tell(laid(1))
    armed_next = play.tell(back(1))
    before = entry(play, 1).bin
    play.tell(armed(1))

    assert asked == (TakeBackItem(VISIT, TransactionId("r1-1"), item(1), (uid(1),)),)
    assert armed_next == (SwitchAlarmOn(VISIT, item(1), (uid(1),)),)
    assert (before, entry(play, 1).bin) == (None, SHELF)
    assert entry(play, 1).outcome is ReturnOutcome.SHELF


def test_of_a_pile_one_is_asked_about_and_one_is_written_at_a_time_side_by_side() -> None:
    play = returns()
    first = play.tell(laid(1, 2, 3))
    second = play.tell(back(1))
    third = play.tell(back(2))
    fourth = play.tell(armed(1))

    assert [type(effect) for effect in first] == [TakeBackItem]
    assert {type(effect) for effect in second} == {TakeBackItem, SwitchAlarmOn}
    assert [(type(effect), getattr(effect, "item_id", None)) for effect in third] == [(TakeBackItem, item(3))]
    assert fourth == (SwitchAlarmOn(VISIT, item(2), (uid(2),)),)


def test_a_pile_that_lay_there_when_return_was_touched_is_taken_at_once() -> None:
    play = Play(LIMITS).open()
    play.tell(laid(1, 2))
    effects = play.tell(StartTouched(Service.RETURN, VISIT))

    assert effects == (TakeBackItem(VISIT, TransactionId("r1-1"), item(1), (uid(1),)),)
    assert [each.status for each in visit_of(play).entries] == [ReturnStatus.TAKING, ReturnStatus.WAITING]


def test_every_tag_of_a_set_is_armed() -> None:
    play = returns()
    whole = PadItem(uid(1), item(1), AlarmState.ON_LOAN, other_tags=(uid(2), uid(3)))
    play.tell(PadChanged(Pad((whole,))))
    effects = play.tell(back(1))

    assert effects == (SwitchAlarmOn(VISIT, item(1), (uid(1), uid(2), uid(3))),)


def rest(number: int, *tags: TagUid, candidates: int = 1) -> Pad:
    several = tuple(Candidate(item(number + each), f"VN-{each}") for each in range(candidates))
    lying = PadNumber(tags[0], several, AlarmState.ON_LOAN, other_tags=tags[1:])
    return Pad((), ((tags[0], PadOddity.INCOMPLETE_SET),), (IncompleteSet(tags[0], (3,), 3, lying),))


def test_a_set_that_is_not_whole_is_taken_back_and_goes_where_staff_count_its_parts() -> None:
    play = returns()
    asked = play.tell(PadChanged(rest(1, uid(1), uid(2))))
    said = notice_of(play)
    written = play.tell(back(1))
    play.tell(armed(1))

    assert asked == (TakeBackItem(VISIT, TransactionId("r1-1"), item(1), (uid(1), uid(2))),)
    assert said is NoticeKind.ODD_TAG
    assert written == (SwitchAlarmOn(VISIT, item(1), (uid(1), uid(2))),)
    assert (entry(play, 1).outcome, entry(play, 1).bin) == (ReturnOutcome.STAFF, STAFF)


def test_a_part_that_comes_later_is_armed_too_and_the_return_is_asked_for_once() -> None:
    play = returns()
    play.tell(PadChanged(rest(1, uid(1))), back(1), armed(1))
    whole = PadItem(uid(1), item(1), AlarmState.UNKNOWN, other_tags=(uid(2),))
    effects = play.tell(PadChanged(Pad((whole,))))

    assert effects == (SwitchAlarmOn(VISIT, item(1), (uid(1), uid(2))),)


def test_a_rest_of_which_nothing_more_is_known_is_said_to_be_odd_and_nothing_is_asked() -> None:
    play = returns()
    effects = play.tell(PadChanged(Pad((), ((uid(1), PadOddity.INCOMPLETE_SET),), (IncompleteSet(uid(1), (2,), 2),))))

    assert (effects, notice_of(play), visit_of(play).entries) == ((), NoticeKind.ODD_TAG, ())


@pytest.mark.parametrize(
    ("kind", "sort", "outcome", "place"),
    [
        (ReturnKind.SHELF, "", ReturnOutcome.SHELF, SHELF),
        (ReturnKind.SHELF, "DVD", ReturnOutcome.SHELF, FILMS),
        (ReturnKind.SHELF, "CD", ReturnOutcome.SHELF, SHELF),
        (ReturnKind.HOLD_HERE, "DVD", ReturnOutcome.HOLD, HOLD),
        (ReturnKind.HOLD_ELSEWHERE, "", ReturnOutcome.HOLD, HOLD),
        (ReturnKind.TRANSFER, "", ReturnOutcome.OTHER_PLACE, ELSEWHERE),
        (ReturnKind.OTHER, "", ReturnOutcome.STAFF, STAFF),
    ],
)
def test_what_the_library_system_wants_done_chooses_outcome_and_bin(
    kind: ReturnKind, sort: str, outcome: ReturnOutcome, place: Bin
) -> None:
    play = returns()
    play.tell(laid(1), back(1, kind, sort=sort), armed(1))

    assert (entry(play, 1).outcome, entry(play, 1).bin, entry(play, 1).place) == (outcome, place, "Cơ sở 2")


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        (Refusal.ITEM_UNKNOWN, ReturnOutcome.UNKNOWN_ITEM),
        (Refusal.ITEM_NOT_ON_LOAN, ReturnOutcome.NOT_ON_LOAN),
        (Refusal.OTHER, ReturnOutcome.REFUSED),
    ],
)
def test_what_the_library_system_does_not_take_goes_where_staff_look_at_it(
    refusal: Refusal, outcome: ReturnOutcome
) -> None:
    play = returns()
    play.tell(laid(1, alarm=AlarmState.SECURED))
    effects = play.tell(refused(1, refusal))

    assert (effects, entry(play, 1).outcome, entry(play, 1).bin) == ((), outcome, STAFF)
    assert (entry(play, 1).words, entry(play, 1).title, entry(play, 1).refusal) == ("không được", "Sách 1", refusal)


def test_an_item_of_which_nobody_can_say_whether_it_is_back_goes_to_staff_and_is_not_armed() -> None:
    play = returns()
    play.tell(laid(1))
    effects = play.tell(unknown(1))

    assert (effects, entry(play, 1).alarm) == ((), ReturnAlarm.UNTOUCHED)
    assert (entry(play, 1).outcome, entry(play, 1).bin) == (ReturnOutcome.IN_DOUBT, STAFF)


def test_with_one_bin_for_what_staff_look_at_everything_has_a_place() -> None:
    play = returns(Limits(bins=Bins(exception=STAFF)))
    for number, kind in enumerate((ReturnKind.SHELF, ReturnKind.HOLD_HERE, ReturnKind.TRANSFER), start=1):
        play.tell(laid(number), back(number, kind), armed(number))

    assert [each.bin for each in visit_of(play).entries] == [STAFF] * 3


def test_without_bins_everything_goes_to_the_one_place() -> None:
    play = returns(Limits())
    play.tell(laid(1), back(1), armed(1), laid(2), refused(2, Refusal.ITEM_UNKNOWN))

    assert [each.bin for each in visit_of(play).entries] == [None, None]


def test_an_item_is_asked_about_once_however_often_it_is_presented() -> None:
    play = returns()
    play.tell(laid(1))
    while_asked = play.tell(ItemScanned(item(1)))
    play.tell(back(1), armed(1))
    afterwards = play.tell(ItemScanned(item(1)))

    assert (while_asked, afterwards) == ((), ())
    assert len(visit_of(play).entries) == 1
    assert notice_of(play) is NoticeKind.ALREADY_LISTED


def test_a_label_is_enough() -> None:
    play = returns(Limits(needs=(frozenset({Device.SCANNER}),)))
    asked = play.tell(ItemScanned(item(1)))
    effects = play.tell(back(1))

    assert asked == (TakeBackItem(VISIT, TransactionId("r1-1"), item(1)),)
    assert (effects, entry(play, 1).alarm) == ((), ReturnAlarm.NOT_OURS)


def test_an_item_by_its_label_alone_is_armed_when_it_is_laid_on_the_pad() -> None:
    play = returns()
    play.tell(ItemScanned(item(1)))
    at_once = play.tell(back(1))
    effects = play.tell(laid(1))

    assert (at_once, effects) == ((), (SwitchAlarmOn(VISIT, item(1), (uid(1),)),))


def test_a_label_of_what_lies_on_the_pad_brings_its_tags_along() -> None:
    play = returns()
    play.tell(PadChanged(rest(1, uid(1), uid(2))), ItemScanned(item(1)), back(1))

    assert entry(play, 1).tags == (uid(1), uid(2))


def test_an_answer_to_nobodys_question_changes_nothing() -> None:
    play = returns()
    play.tell(laid(1))
    before = play.state
    play.tell(back(2), armed(1), unknown(7))

    assert isinstance(play.state, Returning)
    assert visit_of(play) == before.visit if isinstance(before, Returning) else False


def test_a_rejected_label_and_a_lost_device_are_told() -> None:
    play = returns()
    play.tell(LabelRejected(LabelFault.EMPTY))
    label = notice_of(play)
    play.tell(DeviceLost(Device.PAD))

    assert (label, notice_of(play)) == (NoticeKind.LABEL_REJECTED, NoticeKind.DEVICE_LOST)


def test_what_goes_through_the_slot_without_having_been_read_is_told() -> None:
    play = returns()
    play.tell(laid(1), back(1), armed(1), SlotPassed())
    first = notice_of(play)
    play.tell(SlotPassed())

    assert (first, notice_of(play), visit_of(play).passed) == (None, NoticeKind.ODD_TAG, 2)


def test_the_language_is_the_patrons() -> None:
    play = returns()
    play.tell(LanguageTouched(Language.ENGLISH))

    assert play.state.around.language is Language.ENGLISH


def test_a_card_among_the_books_waits_for_their_end() -> None:
    play = returns()
    play.tell(laid(1), CardPresented(VisitId("v1"), MINH.patron_id))
    while_taken = notice_of(play)
    play.tell(back(1))
    play.tell(ScreenTouched(), CardPresented(VisitId("v2"), MINH.patron_id))

    assert (while_taken, notice_of(play)) == (NoticeKind.RETURN_FIRST, NoticeKind.RETURN_FIRST)


def test_a_card_after_the_last_book_begins_a_visit_and_the_return_is_told() -> None:
    play = returns()
    play.tell(laid(1), back(1), armed(1), laid())
    effects = play.tell(CardPresented(VisitId("v1"), MINH.patron_id))

    assert [type(effect).__name__ for effect in effects] == ["ReportVisit", "IdentifyPatron"]
    assert play.reports[0].outcome.returned == 1


def test_done_without_a_book_goes_home() -> None:
    play = returns()
    play.tell(FinishTouched())

    assert isinstance(play.state, Idle)
    assert len(play.reports) == 1
