"""What holds over every history at the PIN and the account, also with nonsense, late and repeated answers."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from hypothesis import given, settings

from kiosk.session.effects import CancelHold, IdentifyPatron, RenewLoan, ReportVisit
from kiosk.session.events import LibrarySystemBack
from kiosk.session.state import Idle, State
from kiosk.session.touches import StartTouched
from kiosk.session.values import Service
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from tests.support.account_histories import (
    CARDS,
    LIMITS,
    PIN_DIGIT,
    SECRET,
    Move,
    Witness,
    histories,
    pin_histories,
    played,
)
from tests.support.session_moves import Answer, Card, strings
from tests.support.shared_histories import drawn, reached

TEXTS = load_texts()


@dataclass(frozen=True)
class Told:
    """A history, where it led to, and who saw it until the kiosk was at home again."""

    history: list[Move]
    state: State
    witness: Witness


def brought_home(history: list[Move]) -> Told:
    witness = played(history)
    state = witness.play.state
    witness.happen(LibrarySystemBack())
    witness.go_home()
    return Told(history, state, witness)


@cache
def all_told() -> list[Told]:
    """Play for all laws, the shortest history first."""
    return sorted(drawn(histories, brought_home, 200), key=lambda one: len(one.history))


def test_nothing_waits_for_ever_and_what_a_patron_showed_is_gone_with_the_visit() -> None:
    for one in all_told():
        assert isinstance(one.witness.play.state, Idle), one.history
        assert one.witness.play.pending == [], one.history


def test_every_visit_is_reported_exactly_once() -> None:
    for one in all_told():
        ordered = one.witness.play.ordered
        begun = {effect.visit_id for effect in ordered if isinstance(effect, IdentifyPatron) and effect.pin is None}
        reported = Counter(effect.outcome.visit_id for effect in ordered if isinstance(effect, ReportVisit))

        assert begun <= reported.keys(), one.history
        assert set(reported.values()) <= {1}, one.history


def test_a_report_holds_nothing_of_the_patron_and_no_pin() -> None:
    for one in all_told():
        texts = [text for report in one.witness.play.reports for text in strings(report)]

        assert not [text for text in texts if text.startswith((SECRET, "item-", PIN_DIGIT))], one.history


@settings(max_examples=150, deadline=None)
@given(pin_histories)
def test_no_pin_goes_out_for_a_card_after_as_many_wrong_ones_as_are_allowed(history: list[Move]) -> None:
    witness = Witness()
    for move in (StartTouched(Service.ACCOUNT), Card(CARDS[0]), Answer(0), *history):
        effects = witness.happen(move)
        asked = [effect for effect in effects if isinstance(effect, IdentifyPatron)]

        assert all(witness.wrong_now(effect.patron_id) < LIMITS.pin_tries for effect in asked)


def test_every_transaction_has_a_number_of_its_own() -> None:
    for one in all_told():
        ordered = one.witness.play.ordered
        numbers = Counter(effect.transaction_id for effect in ordered if isinstance(effect, RenewLoan | CancelHold))
        holds = Counter((effect.visit_id, effect.item_id) for effect in ordered if isinstance(effect, CancelHold))

        assert set(numbers.values()) <= {1}, one.history
        assert set(holds.values()) <= {1}, one.history


def test_whatever_happened_there_is_a_screen_for_it() -> None:
    for one in all_told():
        assert view(one.state, TEXTS).language is one.state.around.language, one.history


def test_the_histories_reach_what_the_laws_speak_of() -> None:
    states = {"Idle", "AskingPin", "AtAccount", "Borrowing", "Settling", "Finished", "TurnedAway"}
    effects = {"IdentifyPatron", "ReadAccount", "RenewLoan", "CancelHold", "LendItem", "ReportVisit"}

    assert states | effects <= reached(states | effects, histories, lambda history: played(history).seen)
