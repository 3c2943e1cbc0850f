"""A reader finds a book that somebody else has, has it kept by card and PIN, and undoes it."""

from collections import Counter
from datetime import datetime

import pytest

from deploy.demo.people import HUB
from tests.stories.reader import Reader

pytestmark = pytest.mark.timeout(300)


def the_only_copy(reader: Reader) -> str:
    """Choose a book of which one copy stands on the shelf here, among all the library's copies."""
    lendable = reader.site.rows.lendable(HUB.code)
    title_of, copies = dict(lendable), Counter(title for _, title in lendable)
    return next(item for item in reader.books(len(lendable)) if copies[title_of[item]] == 1)


def test_a_book_that_somebody_has_is_kept_for_the_next_and_let_go_by_a_touch(reader: Reader) -> None:
    item, card = the_only_copy(reader), reader.card("with_pin")
    pin = next(each["pin"] for each in reader.demo["cards"].values() if each["card"] == card)
    with reader.site.desk() as desk:
        desk.lend(reader.card("second"), item, datetime.now(reader.site.zone))
    reader.touches("search")
    reader.sees_page("search")
    reader.scans(item)
    reader.touches("hit-0")
    while "hold" not in reader.sees("the book", lambda shown: shown.page == "book" and not shown.busy).targets:
        reader.touches("back")
        reader.touches("hit-0")
    reader.touches("hold")
    reader.sees_page("identify")
    reader.scans(card)
    for digit in pin:
        reader.touches(f"key-{digit}")
    reader.touches("enter")
    placed = reader.sees("the hold", lambda shown: shown.page == "hold" and "undo" in shown.targets)
    reader.touches("undo")
    undone = reader.sees(
        "its end", lambda shown: shown.page == "hold" and "undo" not in shown.targets and not shown.busy
    )
    reader.touches("done")
    reader.find_home()

    assert any("đứng đầu hàng chờ" in text for text in placed.texts)
    assert any("Đã hủy đặt giữ" in text for text in undone.texts)
