"""Everything a patron comes for, played as the demo plays it and looked up at every source."""

from datetime import datetime
from pathlib import Path

import pytest

from deploy.demo.__main__ import SCRIPTS
from deploy.demo.faults import Fault
from deploy.demo.play import Part
from tests.stories.reader import Reader

pytestmark = pytest.mark.timeout(300)
SECURED, ON_LOAN = 0x07, 0xC2


def test_a_return_a_renewal_and_a_morning_alone_hold_at_every_source(reader: Reader, tmp_path: Path) -> None:
    found: list[object] = []
    for script, language in (("return", "vi"), ("account", "en"), ("offline", "vi")):
        kind, holder = SCRIPTS[script]
        part = Part(3, reader.card(holder), sum(map(ord, script)), language, Fault())
        play = kind(reader.site, part, tmp_path / script)
        held = play.run()
        found += [(script, held, play.failure), *(check.as_json() for check in play.checks if not check.holds)]

    assert found == [(script, True, "") for script in ("return", "account", "offline")]


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
