"""Everything a patron comes for, played as the demo plays it and looked up at every source."""

from datetime import datetime
from pathlib import Path

import pytest

from deploy.demo.__main__ import SCRIPTS
from deploy.demo.faults import FAULTS, Fault
from deploy.demo.play import Part
from tests.stories.reader import Reader

pytestmark = pytest.mark.timeout(300)
SECURED, ON_LOAN = 0x07, 0xC2


@pytest.mark.parametrize(
    ("script", "language", "fault"),
    [
        ("return", "vi", ""),
        ("return", "en", "tag-lifted"),
        ("return", "vi", "cable-pulled"),
        ("return", "en", "server-killed"),
        ("return", "vi", "paper-out"),
        ("account", "en", ""),
        ("offline", "vi", ""),
    ],
)
def test_a_visit_holds_at_every_source_whatever_goes_wrong_in_it(
    reader: Reader, tmp_path: Path, script: str, language: str, fault: str
) -> None:
    kind, holder = SCRIPTS[script]
    seed = sum(map(ord, script + fault))
    part = Part(3, reader.card(holder), seed, language, FAULTS[fault]() if fault else Fault())
    play = kind(reader.site, part, tmp_path / "run")
    held = play.run()

    assert [check.as_json() for check in play.checks if not check.holds] == []
    assert play.failure == ""
    assert held


def test_a_book_that_the_patron_has_already_is_no_renewal_and_its_alarm_is_switched_off(reader: Reader) -> None:
    (book,) = reader.books(1)
    before = reader.site.rows.newest_loan()
    with reader.site.desk() as desk:
        desk.lend(reader.card("second"), book, datetime.now(reader.site.zone))
    (lent,) = reader.site.rows.loans_after(before)
    reader.begins("second")
    reader.lays(book)
    reader.sees("the own book", lambda shown: shown.marks.get(book) == "done" and not shown.busy)

    assert reader.site.rows.loans_after(before) == [lent]
    assert reader.afi(book) == ON_LOAN


def test_a_loan_that_costs_is_made_only_after_the_patron_agrees(reader: Reader) -> None:
    item = reader.demo["odd_books"]["costs"]["item_id"]
    before = reader.site.rows.newest_loan()
    reader.begins()
    reader.lays(reader.odd_tag("costs"))
    asked = reader.sees_page("fee")
    unlent = (reader.site.rows.newest_loan(), reader.afi(item))
    reader.touches("yes")
    reader.sees("the loan", lambda shown: shown.marks.get(item) == "done" and not shown.busy)
    (loan,) = reader.site.rows.loans_after(before)

    assert any("5.000" in text for text in asked.texts)
    assert unlent == (before, SECURED)
    assert loan.item_id == item
    assert reader.afi(item) == ON_LOAN
