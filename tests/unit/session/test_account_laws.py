"""What holds over every history at the PIN and the account, also with nonsense, late and repeated answers."""

from collections import Counter

from hypothesis import given, settings

from kiosk.session.effects import CancelHold, IdentifyPatron, RenewLoan, ReportVisit
from kiosk.session.events import LibrarySystemBack
from kiosk.session.state import Idle
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

TEXTS = load_texts()


def brought_home(history: list[Move]) -> Witness:
    witness = played(history)
    witness.happen(LibrarySystemBack())
    witness.go_home()
    return witness


@settings(max_examples=150, deadline=None)
@given(histories)
def test_nothing_waits_for_ever_and_what_a_patron_showed_is_gone_with_the_visit(history: list[Move]) -> None:
    witness = brought_home(history)

    assert isinstance(witness.play.state, Idle)
    assert witness.play.pending == []


@settings(max_examples=150, deadline=None)
@given(histories)
def test_every_visit_is_reported_exactly_once(history: list[Move]) -> None:
    witness = brought_home(history)
    asked = (effect for effect in witness.play.ordered if isinstance(effect, IdentifyPatron))
    begun = {effect.visit_id for effect in asked if effect.pin is None}
    reported = Counter(effect.outcome.visit_id for effect in witness.play.ordered if isinstance(effect, ReportVisit))

    assert begun <= reported.keys()
    assert set(reported.values()) <= {1}


@settings(max_examples=100, deadline=None)
@given(histories)
def test_a_report_holds_nothing_of_the_patron_and_no_pin(history: list[Move]) -> None:
    reports = brought_home(history).play.reports
    texts = [text for report in reports for text in strings(report)]

    assert not [text for text in texts if text.startswith((SECRET, "item-", PIN_DIGIT))]


@settings(max_examples=150, deadline=None)
@given(pin_histories)
def test_no_pin_goes_out_for_a_card_after_as_many_wrong_ones_as_are_allowed(history: list[Move]) -> None:
    witness = Witness()
    for move in (StartTouched(Service.ACCOUNT), Card(CARDS[0]), Answer(0), *history):
        effects = witness.happen(move)
        asked = [effect for effect in effects if isinstance(effect, IdentifyPatron)]

        assert all(witness.wrong_now(effect.patron_id) < LIMITS.pin_tries for effect in asked)


@settings(max_examples=150, deadline=None)
@given(histories)
def test_every_transaction_has_a_number_of_its_own(history: list[Move]) -> None:
    ordered = played(history).play.ordered
    numbers = Counter(effect.transaction_id for effect in ordered if isinstance(effect, RenewLoan | CancelHold))
    holds = Counter((effect.visit_id, effect.item_id) for effect in ordered if isinstance(effect, CancelHold))

    assert set(numbers.values()) <= {1}
    assert set(holds.values()) <= {1}


@settings(max_examples=100, deadline=None)
@given(histories)
def test_whatever_happened_there_is_a_screen_for_it(history: list[Move]) -> None:
    state = played(history).play.state

    assert view(state, TEXTS).language is state.around.language


def test_the_histories_reach_what_the_laws_speak_of() -> None:
    seen: set[str] = set()

    @settings(max_examples=400, deadline=None, database=None, derandomize=True)
    @given(histories)
    def look(history: list[Move]) -> None:
        seen.update(played(history).seen)

    look()

    states = {"Idle", "AskingPin", "AtAccount", "Borrowing", "Settling", "Finished", "TurnedAway"}
    effects = {"IdentifyPatron", "ReadAccount", "RenewLoan", "CancelHold", "LendItem", "ReportVisit"}
    assert states | effects <= seen
