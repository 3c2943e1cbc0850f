"""A book whose tag names no library, and whose number two libraries have: the patron is asked, nothing is guessed."""

import pytest

from deploy.demo.recording import Shown
from deploy.demo.tags import MEMORY_BYTES, NXP_SLIX, Tag
from drivers.rfid.tagdata import iso28560_3
from drivers.rfid.tagdata.content import TagContent, TagFormat
from tests.stories.conftest import IN_TWO_LIBRARIES, NEIGHBOUR
from tests.stories.reader import Reader

SECURED, ON_LOAN = 0x07, 0xC2
TWICE, AGAIN, ONCE, NEITHER = IN_TWO_LIBRARIES
OWN, THEIRS = "option-1", "option-2"
"""Our own library is named first in the kiosk's configuration."""


def nameless(number: str) -> Tag:
    """Give the tag of a book that says its number and no library."""
    memory = iso28560_3.encode(TagContent(TagFormat.ISO_28560_3, number))
    return Tag(NXP_SLIX + number[-6:] + "0000", memory.ljust(MEMORY_BYTES, b"\0").hex().upper())


def asked(reader: Reader) -> Shown:
    """Wait for the question."""
    return reader.sees("the question which library's book it is", lambda shown: THEIRS in shown.targets)


@pytest.mark.parametrize(
    ("number", "option", "lent", "left"),
    [(TWICE, OWN, TWICE, f"TP/{TWICE}"), (AGAIN, THEIRS, f"TP/{AGAIN}", AGAIN)],
    ids=["our own", "the neighbour's"],
)
def test_the_book_that_the_patron_names_is_lent_and_no_other(
    reader: Reader, number: str, option: str, lent: str, left: str
) -> None:
    tag = nameless(number)
    reader.begins()
    reader.lays(tag)
    question = asked(reader)
    reader.touches(option)
    reader.sees("the loan", lambda shown: shown.marks.get(lent) == "done" and not shown.busy)
    on_shelf = {item for item, _ in reader.site.rows.lendable()}

    for title in IN_TWO_LIBRARIES[number]:
        assert any(title in text for text in question.texts)
    assert any(NEIGHBOUR["name"] in text for text in question.texts)
    assert (lent in on_shelf, left in on_shelf) == (False, True)
    assert reader.pad.tags()[tag.uid] == ON_LOAN


def test_a_number_that_only_one_library_has_is_not_asked_about(reader: Reader) -> None:
    tag = nameless(ONCE)
    reader.begins()
    reader.lays(tag)
    reader.sees("the loan", lambda shown: shown.marks.get(ONCE) == "done" and not shown.busy)

    assert reader.pad.tags()[tag.uid] == ON_LOAN


def test_where_it_is_none_of_them_nothing_is_lent_and_the_desk_is_named(reader: Reader) -> None:
    tag = nameless(NEITHER)
    before = reader.site.rows.newest_loan()
    reader.begins()
    reader.lays(tag)
    asked(reader)
    reader.touches("none")
    shown = reader.sees("the word about the desk", lambda shown: "none" not in shown.targets)

    assert reader.site.rows.newest_loan() == before
    assert reader.pad.tags()[tag.uid] == SECURED
    assert any("thư" in text for text in shown.texts)
