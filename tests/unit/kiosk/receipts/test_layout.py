"""Receipts, byte for byte, on every width of paper."""

import unicodedata
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.receipts.blocks import Block, Cut, Feed, Line, Picture, QrCode, Rule, Style
from kiosk.receipts.layout import receipt
from kiosk.receipts.wrap import wrap
from kiosk.session.effects import LineKind, PrintReceipt, ReceiptLine
from kiosk.session.values import ItemId, Language, VisitId
from kiosk.texts import load_texts
from library.text.width import display_width
from tests.support.goldens import golden

TEXTS = load_texts()
ZONE = timezone(timedelta(hours=7))
PRINTED = datetime(2026, 11, 23, 9, 5, tzinfo=ZONE)
DUE = datetime(2026, 12, 7, 23, 59, tzinfo=ZONE)
SITE = "Thư viện xã Quảng Nghiệp"


def line(  # noqa: PLR0913 - each is one thing that a line says
    title: str,
    due: datetime | None = DUE,
    *,
    desk: bool = False,
    known: bool = True,
    kind: LineKind = LineKind.LENT,
    kept: bool = False,
) -> ReceiptLine:
    item_id = ItemId("SIM-ITEM-0001")
    return ReceiptLine(title, due, show_at_desk=desk, loan_known=known, item_id=item_id, kind=kind, kept=kept)


ORDERS = {
    "one": (line("Dế Mèn phiêu lưu ký"),),
    "pile": (
        line("Dế Mèn phiêu lưu ký"),
        line("Những người khốn khổ, tập một: Phăng-tin, và những chuyện khác kể lại cho thiếu nhi"),
        line("The Adventures of Sherlock Holmes"),
        line("Từ điển Việt - Anh", datetime(2026, 11, 23, 16, 30, tzinfo=ZONE)),
        line("Truyện Kiều", None),
    ),
    "desk": (line("Số đỏ", desk=True), line("", None, desk=True, known=False)),
    "renewed": (
        line("Dế Mèn phiêu lưu ký", kind=LineKind.RENEWED),
        line("Số đỏ", None, kind=LineKind.RENEWED),
        line("Tắt đèn", None, known=False, desk=True, kind=LineKind.RENEWED),
    ),
    "lent_and_renewed": (line("Dế Mèn phiêu lưu ký"), line("Số đỏ", kind=LineKind.RENEWED)),
    "returned": (
        line("Dế Mèn phiêu lưu ký", None, kind=LineKind.RETURNED),
        line("", None, kind=LineKind.RETURNED, kept=True),
        line("Số đỏ", None, known=False, desk=True, kind=LineKind.RETURNED),
    ),
    "on_loan": (
        line("Dế Mèn phiêu lưu ký", kind=LineKind.ON_LOAN),
        line("Số đỏ", None, kind=LineKind.ON_LOAN),
    ),
    "kept": (line("", kept=True), line("Số đỏ", None, kept=True)),
    "bad_titles": (
        line("\x1b@\x1dV\x00Truyện\ncười\u202e [b]đậm[/b]"),
        line(unicodedata.normalize("NFD", "Đất rừng phương Nam")),
        line("Tựa đề rất dài " * 30),
        line("https://" + "x" * 100),
        line("三国演义 三国演义 三国演义 三国演义"),
    ),
}


def laid_out(name: str, language: Language, columns: int) -> tuple[Block, ...]:
    order = PrintReceipt(VisitId("v1"), language, "0001", ORDERS[name])
    return receipt(order, PRINTED, site_name=SITE, texts=TEXTS[language], columns=columns)


def drawn(blocks: tuple[Block, ...], columns: int) -> str:
    """Write a receipt as text; the letter before the bar is the line's style."""
    lines = []
    for block in blocks:
        match block:
            case Line(text, style):
                lines.append(f"{style.value[0]}|{text}")
            case Rule():
                lines.append("-" * (columns + 2))
            case Feed(count):
                lines += ["n|"] * count
            case Cut():
                lines.append("=" * (columns + 2))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("columns", [48, 42, 32])
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ORDERS)
def test_a_receipt_is_what_was_agreed(name: str, language: Language, columns: int) -> None:
    text = drawn(laid_out(name, language, columns), columns)

    assert text == golden(f"receipts/{name}.{language}.{columns}.txt", text)


def fits(block: Block, columns: int) -> bool:
    match block:
        case Line(text, style):
            room = columns // 2 if style is Style.LARGE else columns
            return display_width(text) <= room and text.isprintable() and unicodedata.is_normalized("NFC", text)
        case _:
            return True


@given(
    title=st.text(max_size=300),
    site=st.text(max_size=100),
    last_four=st.text(max_size=4),
    language=st.sampled_from(Language),
    columns=st.sampled_from([32, 42, 48]),
)
def test_whatever_is_written_fits_the_paper_and_holds_no_command(
    title: str, site: str, last_four: str, language: Language, columns: int
) -> None:
    order = PrintReceipt(VisitId("v1"), language, last_four, (line(title, desk=True), line(title, known=False)))
    blocks = receipt(order, PRINTED, site_name=site, texts=TEXTS[language], columns=columns)

    assert all(fits(block, columns) for block in blocks)
    assert blocks[-1] == Cut()


def test_a_logo_stands_above_all_and_a_code_beneath() -> None:
    order = PrintReceipt(VisitId("v1"), Language.ENGLISH, "0001", ORDERS["one"])
    plain = laid_out("one", Language.ENGLISH, 48)
    blocks = receipt(
        order,
        PRINTED,
        site_name=SITE,
        texts=TEXTS[Language.ENGLISH],
        columns=48,
        logo=Picture(b"png"),
        code=QrCode("https://library.example", "Gia\x1b hạn"),
    )

    assert blocks == (
        Picture(b"png"),
        *plain[:-2],
        Feed(1),
        QrCode("https://library.example", "Gia hạn"),
        *plain[-2:],
    )


def test_what_is_centred_says_so() -> None:
    lines = [part for part in laid_out("one", Language.ENGLISH, 48) if isinstance(part, Line)]
    centred = [line.text.strip() for line in lines if line.centred]

    assert centred == [SITE, "LOAN RECEIPT", "Enjoy reading!"]


def test_without_digits_of_the_card_the_receipt_names_none() -> None:
    order = PrintReceipt(VisitId("v1"), Language.ENGLISH, "", ORDERS["one"])
    blocks = receipt(order, PRINTED, site_name=SITE, texts=TEXTS[Language.ENGLISH], columns=48)

    assert "Card" not in drawn(blocks, 48)


@pytest.mark.parametrize("language", Language)
def test_a_receipt_of_a_return_names_no_card(language: Language) -> None:
    paper = drawn(laid_out("returned", language, 48), 48)

    assert "0001" not in paper.replace("SIM-ITEM-0001", "")


@pytest.mark.parametrize("kind", LineKind)
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("due", [DUE, None])
def test_every_kind_of_line_can_be_said(kind: LineKind, *, known: bool, due: datetime | None) -> None:
    order = PrintReceipt(VisitId("v1"), Language.ENGLISH, "", (line("x", due, known=known, kind=kind),))
    paper = drawn(receipt(order, PRINTED, site_name=SITE, texts=TEXTS[Language.ENGLISH], columns=48), 48)

    assert ("know" in paper) is not known
    assert ("2026" in paper.partition("1. x")[2]) is (known and due is not None and kind is not LineKind.RETURNED)


def test_a_receipt_shows_nothing_of_the_titles_in_a_log() -> None:
    assert "Dế Mèn" not in repr(laid_out("one", Language.VIETNAMESE, 48))


@given(st.text(alphabet="ab \u1ec7\u4e09e\u0301", max_size=60), st.integers(2, 20))
def test_breaking_loses_nothing_and_keeps_to_the_width(text: str, columns: int) -> None:
    lines = wrap(text, columns)

    assert all(0 < display_width(part) <= columns for part in lines if part.strip("\u0301"))
    assert "".join("".join(lines).split()) == "".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("", 10, ()),
        ("một hai ba", 10, ("một hai ba",)),
        ("một hai ba", 9, ("một hai", "ba")),
        ("một haibabốnnăm", 4, ("một", "haib", "abốn", "năm")),
        ("abcdefgh ij", 4, ("abcd", "efgh", "ij")),
        ("三国演义", 5, ("三国", "演义")),
    ],
)
def test_lines_are_broken_between_words_and_only_a_long_word_is_cut(
    text: str, columns: int, lines: tuple[str, ...]
) -> None:
    assert wrap(text, columns) == lines
