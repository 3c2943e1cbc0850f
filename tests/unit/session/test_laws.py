"""What holds over every history, also with nonsense, late and repeated answers."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from kiosk.session.answers import PatronAccepted
from kiosk.session.effects import IdentifyPatron, LendItem, PrintReceipt, ReportVisit
from kiosk.session.state import Idle, OutOfOrder, State
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
from tests.support.shared_histories import drawn, reached

TEXTS = load_texts()
Began = tuple[bool, list[Move]]


@dataclass(frozen=True)
class Told:
    """A history, where it led to, and who saw it until the kiosk was at home again."""

    history: Began
    state: State
    witness: Witness


def told(history: Began) -> Told:
    witness = played(history)
    state = witness.play.state
    witness.go_home()
    return Told(history, state, witness)


@cache
def all_told() -> list[Told]:
    """Play for all laws, the shortest history first."""
    return sorted(drawn(histories, told, 300), key=lambda one: len(one.history[1]))


def test_every_history_ends_at_home_or_out_of_order_once_all_is_answered() -> None:
    for one in all_told():
        assert isinstance(one.witness.play.state, Idle | OutOfOrder), one.history


def test_no_item_is_asked_for_twice_in_a_visit() -> None:
    for one in all_told():
        lent = [effect for effect in one.witness.play.ordered if isinstance(effect, LendItem)]
        asked = Counter((effect.visit_id, effect.item_id) for effect in lent)
        transactions = Counter(effect.transaction_id for effect in lent)

        assert not [key for key, times in asked.items() if times > 1], one.history
        assert not [key for key, times in transactions.items() if times > 1], one.history


def test_every_visit_is_reported_exactly_once() -> None:
    for one in all_told():
        ordered = one.witness.play.ordered
        begun = [effect.visit_id for effect in ordered if isinstance(effect, IdentifyPatron)]
        reported = [effect.outcome.visit_id for effect in ordered if isinstance(effect, ReportVisit)]

        assert begun == reported, one.history


def test_a_report_counts_what_was_lent_and_holds_nothing_of_the_patron() -> None:
    for one in all_told():
        for report in one.witness.play.reports:
            private = [text for text in strings(report) if text.startswith((OF_A_PATRON, "item-"))]

            assert report.outcome.lent == len(one.witness.lent.get(report.outcome.visit_id, ())), one.history
            assert not private, one.history


def test_one_touch_prints_one_receipt() -> None:
    for one in all_told():
        printed = sum(isinstance(effect, PrintReceipt) for effect in one.witness.play.ordered)

        assert printed <= one.history[1].count(ReceiptTouched(wanted=True)), one.history


@given(st.lists(st.one_of(touches, readings, waits, nonsense, st.builds(Again, st.integers(0, 9))), max_size=30))
def test_without_an_answer_about_the_card_nothing_is_lent(what_happens: list[Move]) -> None:
    witness = Witness()
    witness.play.open()
    for move in what_happens:
        if not isinstance(move, PatronAccepted):
            witness.happen(move)

    assert not [effect for effect in witness.play.ordered if isinstance(effect, LendItem)]


def test_whatever_happened_there_is_a_screen_for_it() -> None:
    for one in all_told():
        assert view(one.state, TEXTS).language is one.state.around.language, one.history


def met(history: Began) -> set[str]:
    witness = played(history)
    return witness.seen | {type(effect).__name__ for effect in witness.play.ordered}


def test_the_histories_reach_every_state_and_every_effect() -> None:
    states = {"Idle", "AwaitingCard", "Identifying", "TurnedAway", "Borrowing", "Settling", "Finished", "OutOfOrder"}
    effects = {"IdentifyPatron", "FindItems", "LendItem", "SwitchAlarmOff", "PrintReceipt", "ReportVisit"}

    assert reached(states | effects, histories, met) == states | effects
