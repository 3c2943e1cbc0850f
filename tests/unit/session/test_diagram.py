"""The picture of the session in the documentation."""

from functools import cache
from pathlib import Path
from typing import get_args

from kiosk.session.diagram import Way, page, ways
from kiosk.session.state import State
from tests.support.unmeasured import unmeasured

DOCUMENT = Path(__file__).parents[3] / "docs" / "session.md"
VISIT = {
    "AskingCitizen",
    "Identifying",
    "AskingPin",
    "Borrowing",
    "AtAccount",
    "Reserving",
    "Settling",
    "Finished",
    "Returning",
    "ReturnSettling",
    "ReturnFinished",
}


@cache
def walked() -> dict[Way, frozenset[str]]:
    """Walk once for all tests."""
    with unmeasured():
        return ways()


def test_the_committed_picture_is_what_the_session_does_now() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == page(walked())


def test_the_walk_leaves_every_state_and_comes_back_home() -> None:
    names = {state.__name__ for state in get_args(State)}

    assert {before for before, _, _ in walked()} == names
    assert {after for _, _, after in walked()} == names


def test_each_visit_is_reported_where_it_ends_and_nowhere_else() -> None:
    ends = {way for way in walked() if way[0] in VISIT and way[2] not in VISIT}
    reported = {way for way, effects in walked().items() if "ReportVisit" in effects}

    turned_away = {("CardPresented", "TurnedAway"), ("EnterTouched", "TurnedAway")}
    at_once = {way for way in reported if way[1:] in turned_away}  # a card that is locked here, shown or typed

    assert ends <= reported
    assert {way for way in reported - ends - at_once if way[:2] != ("Returning", "CardPresented")} == set()
