"""What a careless or hostile world lays on the pad and holds under the scanner: a clear word, and nothing lost."""

import pytest

from library.text import nfc, printable
from tests.stories.conftest import HOSTILE_TITLES
from tests.stories.reader import Reader

SECURED, ON_LOAN = 0x07, 0xC2
DRAWER_KICK, CUT = b"\x1bp", b"\x1dV"
"""ESC/POS commands that one of the titles tries to give."""


def test_a_book_of_another_library_is_named_and_never_written(reader: Reader) -> None:
    foreign = reader.odd_tag("foreign")
    reader.begins()

    reader.lays(foreign)
    shown = reader.sees("the foreign book", lambda shown: shown.marks.get(f"tag {foreign.uid}") == "attention")

    assert reader.pad.tags()[foreign.uid] == SECURED
    assert any("thư viện khác" in text for text in shown.texts)


def test_a_blank_tag_is_sent_to_the_desk(reader: Reader) -> None:
    blank = reader.odd_tag("blank")
    reader.begins()

    reader.lays(blank)
    shown = reader.sees("the blank tag", lambda shown: shown.marks.get(f"tag {blank.uid}") == "attention")

    assert any("bàn thủ thư" in text.lower() for text in shown.texts)


@pytest.mark.parametrize(
    ("name", "words"),
    [("reference", "đọc tại"), ("lent", "bạn khác"), ("reserved", "đặt trước"), ("unknown", "chưa có")],
    ids=["reference", "lent", "reserved", "unknown"],
)
def test_a_book_that_cannot_be_lent_says_why_and_stays_secured(reader: Reader, name: str, words: str) -> None:
    item = reader.demo["odd_books"][name]["item_id"]
    before = reader.site.rows.newest_loan()
    reader.begins()

    reader.lays(reader.odd_tag(name))
    shown = reader.sees("the refusal", lambda shown: shown.marks.get(item) == "refused")

    assert reader.site.rows.newest_loan() == before
    assert reader.afi(item) == SECURED
    assert any(words in text for text in shown.texts)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("", "chưa đọc được gì"),
        ("   ", "chưa đọc được gì"),
        ("TVX.\x1b000123", "bị lỗi"),
        ("TVX.000123|AAx", "bị lỗi"),
        ("9786041234567", "không phải thẻ hay sách"),
        ("x" * 3000, "chưa đọc được gì"),
    ],
    ids=["empty", "blanks", "escape", "delimiter", "isbn", "endless"],
)
def test_a_label_that_is_no_number_of_ours_gets_a_word(reader: Reader, label: str, words: str) -> None:
    reader.scans(label)
    shown = reader.sees_words(words)

    assert shown.page == "home"


@pytest.mark.parametrize("card", ["blocked", "expired", "unknown"])
def test_a_card_that_is_not_accepted_is_told_why_and_the_kiosk_is_free_again(reader: Reader, card: str) -> None:
    reader.scans(reader.card(card))
    shown = reader.sees("the refusal of the card", lambda shown: shown.refused)

    assert any("bàn thủ thư" in text.lower() for text in shown.texts)
    reader.find_home()


@pytest.mark.parametrize("item", HOSTILE_TITLES, ids=["long", "decomposed", "markup", "commands", "delimiter"])
def test_a_hostile_title_is_lent_shown_and_printed_as_text(reader: Reader, item: str) -> None:
    before = reader.site.printer.printed()
    words = printable(HOSTILE_TITLES[item])[:25].partition("|")[0]  # no title may bring SIP2's delimiter along
    reader.begins()
    reader.lays(item)
    lent = reader.sees("the loan", lambda shown: shown.marks.get(item) == "done" and not shown.busy)
    reader.touches("finish")
    reader.touches("print")
    reader.touches("done")
    reader.find_home()
    paper = reader.site.printer.printed()
    sent = bytes.fromhex(paper.hex.removeprefix(before.hex))

    assert reader.afi(item) == ON_LOAN
    assert any(words in text for text in lent.texts)
    assert words in " ".join(paper.receipts[-1].split())
    assert all(text == nfc(text) for text in lent.texts)
    assert paper.cuts == before.cuts + 1
    assert DRAWER_KICK not in sent
    assert sent.count(CUT) == 1


def test_books_that_lay_on_the_pad_before_the_card_are_lent_only_after_a_touch(reader: Reader) -> None:
    left, laid = reader.books(2)
    reader.lays(left)
    reader.begins()
    reader.lays(laid)
    reader.sees("the loan of the book laid now", lambda shown: shown.marks.get(laid) == "done" and not shown.busy)

    assert reader.afi(left) == SECURED

    reader.touches("lend-lying")
    reader.sees("the loan of the book left there", lambda shown: shown.marks.get(left) == "done" and not shown.busy)

    assert reader.afi(left) == ON_LOAN


def test_a_second_card_during_a_visit_asks_the_first_patron_and_changes_nothing(reader: Reader) -> None:
    (book,) = reader.books(1)
    reader.begins()
    reader.scans(reader.card("second"))
    reader.sees_page("still_there")
    reader.touches("stay")
    reader.sees_page("borrow")
    reader.lays(book)
    reader.sees("the loan", lambda shown: shown.marks.get(book) == "done" and not shown.busy)

    assert reader.site.rows.loans_after(reader.site.rows.newest_loan() - 1)[0].card == reader.card("ordinary")


def test_a_visit_that_is_stopped_at_once_lends_nothing(reader: Reader) -> None:
    before = reader.site.rows.newest_loan()
    reader.begins()

    reader.touches("cancel")
    reader.find_home()

    assert reader.site.rows.newest_loan() == before
