"""What holds over every history, also with nonsense, late and repeated answers."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.session.answers import PatronAccepted
from kiosk.session.effects import IdentifyPatron, LendItem, PrintReceipt, ReportVisit
from kiosk.session.state import Idle, OutOfOrder
from kiosk.session.touches import ReceiptTouched
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from tests.support.session_histories import (
    OF_A_PATRON,
    Move,
    Witness,
    histories,
    nonsense,
    played,
    readings,
    touches,
    waits,
)
from tests.support.session_moves import Again, strings

TEXTS = load_texts()


@settings(max_examples=300, deadline=None)
@given(histories)
def test_every_history_ends_at_home_or_out_of_order_once_all_is_answered(history: tuple[bool, list[Move]]) -> None:
    witness = played(history)
    witness.go_home()

    assert isinstance(witness.play.state, Idle | OutOfOrder)


@settings(max_examples=300, deadline=None)
@given(histories)
def test_no_item_is_asked_for_twice_in_a_visit(history: tuple[bool, list[Move]]) -> None:
    ordered = played(history).play.ordered

    asked = Counter((effect.visit_id, effect.item_id) for effect in ordered if isinstance(effect, LendItem))
    transactions = Counter(effect.transaction_id for effect in ordered if isinstance(effect, LendItem))
    assert not [key for key, times in asked.items() if times > 1]
    assert not [key for key, times in transactions.items() if times > 1]


@settings(max_examples=300, deadline=None)
@given(histories)
def test_every_visit_is_reported_exactly_once(history: tuple[bool, list[Move]]) -> None:
    witness = played(history)
    witness.go_home()

    begun = [effect.visit_id for effect in witness.play.ordered if isinstance(effect, IdentifyPatron)]
    reported = [effect.outcome.visit_id for effect in witness.play.ordered if isinstance(effect, ReportVisit)]
    assert begun == reported


@settings(max_examples=200, deadline=None)
@given(histories)
def test_a_report_counts_what_was_lent_and_holds_nothing_of_the_patron(history: tuple[bool, list[Move]]) -> None:
    witness = played(history)
    witness.go_home()

    for report in witness.play.reports:
        assert report.outcome.lent == len(witness.lent.get(report.outcome.visit_id, ()))
        assert not [text for text in strings(report) if text.startswith((OF_A_PATRON, "item-"))]


@settings(max_examples=200, deadline=None)
@given(histories)
def test_one_touch_prints_one_receipt(history: tuple[bool, list[Move]]) -> None:
    begun, what_happens = history
    printed = sum(isinstance(effect, PrintReceipt) for effect in played((begun, what_happens)).play.ordered)

    assert printed <= what_happens.count(ReceiptTouched(wanted=True))


@given(st.lists(st.one_of(touches, readings, waits, nonsense, st.builds(Again, st.integers(0, 9))), max_size=30))
def test_without_an_answer_about_the_card_nothing_is_lent(what_happens: list[Move]) -> None:
    witness = Witness()
    witness.play.open()
    for move in what_happens:
        if not isinstance(move, PatronAccepted):
            witness.happen(move)

    assert not [effect for effect in witness.play.ordered if isinstance(effect, LendItem)]


@settings(max_examples=100, deadline=None)
@given(histories)
def test_whatever_happened_there_is_a_screen_for_it(history: tuple[bool, list[Move]]) -> None:
    state = played(history).play.state

    assert view(state, TEXTS).language is state.around.language


def test_the_histories_reach_every_state_and_every_effect() -> None:
    seen: set[str] = set()

    @settings(max_examples=600, deadline=None, database=None, derandomize=True)
    @given(histories)
    def look(history: tuple[bool, list[Move]]) -> None:
        witness = played(history)
        seen.update(witness.seen)
        seen.update(type(effect).__name__ for effect in witness.play.ordered)

    look()

    states = {"Idle", "AwaitingCard", "Identifying", "TurnedAway", "Borrowing", "Settling", "Finished", "OutOfOrder"}
    effects = {"IdentifyPatron", "FindItems", "LendItem", "SwitchAlarmOff", "PrintReceipt", "ReportVisit"}
    assert seen == states | effects
