"""What the patron is asked before anything is lent: a fee, and how many items lie on the pad."""

from dataclasses import replace
from decimal import Decimal

from kiosk.session.answers import LoanAsksFee, LoanMade
from kiosk.session.effects import LendItem
from kiosk.session.entries import uncounted
from kiosk.session.events import ItemScanned
from kiosk.session.state import Borrowing, Entry, EntryStatus, Finished, Idle, NoticeKind, Settling
from kiosk.session.touches import CancelTouched, CountTouched, FeeTouched, FinishTouched
from kiosk.session.values import Money, VisitId
from library.lending.refusals import Refusal
from tests.support.session_play import LIMITS, Play, item, loan, pad_of

VISIT = VisitId("v1")
FEE = Money(Decimal(5000), "VND")
COUNTING = replace(LIMITS, confirm_count=True)


def entry(play: Play) -> Entry:
    assert isinstance(play.state, Borrowing | Settling | Finished)
    return play.state.visit.entries[0]


def asked_for_a_fee() -> Play:
    play = Play().open().begin()
    play.tell(ItemScanned(item(1)), LoanAsksFee(VISIT, item(1), FEE, "Số đỏ"))
    return play


def to_count(play: Play) -> int:
    assert isinstance(play.state, Borrowing)
    return uncounted(play.state.visit, play.state.around)


def test_a_fee_is_asked_about_before_the_loan() -> None:
    play = asked_for_a_fee()

    assert (entry(play).status, entry(play).fee, entry(play).title) == (EntryStatus.FEE_ASKED, FEE, "Số đỏ")
    assert play.pending == []


def test_the_loan_with_the_fee_agreed_to_is_a_transaction_of_its_own() -> None:
    play = asked_for_a_fee()
    play.tell(FeeTouched(item(1), agreed=True))
    first, second = (effect for effect in play.ordered if isinstance(effect, LendItem))
    play.answer_all()

    assert (first.fee_agreed, second.fee_agreed) == (False, True)
    assert first.transaction_id != second.transaction_id
    assert entry(play).status is EntryStatus.LENT


def test_a_fee_that_is_not_agreed_to_leaves_the_item_here() -> None:
    play = asked_for_a_fee()
    play.tell(FeeTouched(item(1), agreed=False))

    assert (entry(play).status, entry(play).refusal) == (EntryStatus.REFUSED, Refusal.FEE_NOT_ACKNOWLEDGED)
    assert play.pending == []


def test_a_library_system_that_asks_for_the_fee_for_ever_does_not_lend() -> None:
    play = asked_for_a_fee()
    play.tell(FeeTouched(item(1), agreed=True), LoanAsksFee(VISIT, item(1), FEE))

    assert entry(play).refusal is Refusal.FEE_NOT_ACKNOWLEDGED


def test_who_leaves_with_the_question_open_owes_and_takes_nothing() -> None:
    play = asked_for_a_fee()
    play.tell(FinishTouched())

    assert isinstance(play.state, Finished)
    assert entry(play).status is EntryStatus.REFUSED


def test_a_touch_about_a_fee_that_nobody_asked_does_nothing() -> None:
    play = Play().open().begin()
    play.tell(ItemScanned(item(1)))
    before = play.state
    play.tell(FeeTouched(item(1), agreed=True), FeeTouched(item(2), agreed=True))

    assert isinstance(before, Borrowing)
    assert entry(play) == before.visit.entries[0]


def test_the_question_about_a_fee_does_not_keep_the_visit_open_for_ever() -> None:
    play = asked_for_a_fee()
    play.pass_time(LIMITS.idle_s + LIMITS.warning_s + 1)

    assert isinstance(play.state, Finished | Idle)


def test_no_item_of_a_pile_is_lent_before_the_patron_has_counted() -> None:
    play = Play(COUNTING).open().begin()
    play.tell(pad_of(1, 2, 3))
    asked = to_count(play)
    before = list(play.pending)
    play.tell(CountTouched(right=True))
    play.answer_all()

    assert (asked, before) == (3, [])
    assert sum(isinstance(effect, LendItem) for effect in play.ordered) == 3


def test_a_wrong_count_asks_to_spread_the_books_and_again_once_the_pad_has_changed() -> None:
    play = Play(COUNTING).open().begin()
    play.tell(pad_of(1, 2), CountTouched(right=False))
    assert isinstance(play.state, Borrowing)
    said, asked = play.state.notice, to_count(play)
    play.tell(pad_of(1, 2, 3))

    assert said is not None
    assert (said.kind, asked, play.pending) == (NoticeKind.MISCOUNTED, 0, [])
    assert to_count(play) == 3


def test_a_book_laid_down_later_is_counted_as_well() -> None:
    play = Play(COUNTING).open().begin()
    play.tell(pad_of(1), CountTouched(right=True))
    play.answer_all()
    play.tell(pad_of(1, 2))

    assert to_count(play) == 2
    assert play.pending == []


def test_a_label_that_is_held_under_the_scanner_needs_no_counting() -> None:
    play = Play(COUNTING).open().begin()
    play.tell(ItemScanned(item(1)))

    assert isinstance(play.pending[0], LendItem)


def test_who_leaves_without_counting_takes_nothing() -> None:
    play = Play(COUNTING).open().begin()
    play.tell(pad_of(1, 2), FinishTouched())

    assert isinstance(play.state, Idle)
    assert not any(isinstance(effect, LendItem) for effect in play.ordered)


def test_the_question_about_the_count_does_not_keep_the_visit_open_for_ever() -> None:
    play = Play(COUNTING).open().begin()
    play.tell(pad_of(1, 2))
    play.pass_time(LIMITS.idle_s + LIMITS.warning_s + 1)

    assert isinstance(play.state, Idle)


def test_cancelling_while_a_fee_is_asked_about_ends_the_visit() -> None:
    play = asked_for_a_fee()
    play.tell(CancelTouched())

    assert isinstance(play.state, Idle | Finished)


def test_two_loans_of_a_visit_never_share_a_transaction_whatever_leaves_the_list() -> None:
    play = Play(COUNTING).open().begin()
    play.pass_time(1)
    play.tell(pad_of(1), ItemScanned(item(2)), ItemScanned(item(3)), FinishTouched(), LoanMade(VISIT, loan(2)))
    play.answer_all()
    asked = {effect.item_id: effect.transaction_id for effect in play.ordered if isinstance(effect, LendItem)}

    assert set(asked) == {item(2), item(3)}
    assert len(set(asked.values())) == 2


def test_a_book_that_was_lifted_before_the_count_was_said_to_be_right_is_not_lent() -> None:
    play = Play(COUNTING).open().begin()
    play.pass_time(1)
    play.tell(pad_of(1, 2), pad_of(1))
    asked = to_count(play)
    play.tell(CountTouched(right=True))
    play.answer_all()

    assert asked == 1
    assert to_count(play) == 0
    assert [each.item_id for each in play.ordered if isinstance(each, LendItem)] == [item(1)]


def test_a_book_that_was_lifted_and_is_laid_down_again_is_counted_then() -> None:
    play = Play(COUNTING).open().begin()
    play.pass_time(1)
    play.tell(pad_of(1, 2), pad_of(1), CountTouched(right=True))
    play.answer_all()
    play.tell(pad_of(1, 2))

    assert to_count(play) == 2
