"""The picture of the session in the documentation."""

from pathlib import Path
from typing import get_args

from kiosk.session.diagram import page, ways
from kiosk.session.state import State

DOCUMENT = Path(__file__).parents[3] / "docs" / "session.md"


def test_the_committed_picture_is_what_the_session_does_now() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == page()


def test_the_walk_leaves_every_state_and_comes_back_home_with_one_report_of_each_visit() -> None:
    names = {state.__name__ for state in get_args(State)}
    visit = {"Identifying", "Borrowing", "Settling", "Finished"}
    found = ways()

    assert {before for before, _, _ in found} == names
    assert {after for _, _, after in found} == names
    assert {way for way in found if way[0] in visit and way[2] not in visit} == {
        way for way, effects in found.items() if "ReportVisit" in effects
    }
