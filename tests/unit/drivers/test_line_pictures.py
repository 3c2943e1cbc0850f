"""Lines of text, logos and codes as dots."""

from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from drivers.printer.base import Picture, PictureError, TextLine, TextStyle
from drivers.printer.line_picture import LineArtist
from drivers.printer.pictures import HIGHEST, MOST_BYTES, code_bitmap, in_the_middle, picture_bitmap
from drivers.printer.raster_codec import Bitmap

WIDE = LineArtist(576, 48)


def drawn(text: str, style: TextStyle = TextStyle.NORMAL, *, centred: bool = False) -> Bitmap:
    bitmap = WIDE.draw(TextLine(text, style, centred))
    assert bitmap is not None
    return bitmap


def black(bitmap: Bitmap) -> int:
    return sum(byte.bit_count() for byte in bitmap.rows)


def first_black(bitmap: Bitmap) -> int:
    return min(x for x in range(bitmap.width) if any(bitmap.black(x, y) for y in range(bitmap.height)))


def png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def disc(size: int) -> Image.Image:
    image = Image.new("L", (size, size), 255)
    ImageDraw.Draw(image).ellipse((0, 0, size - 1, size - 1), fill=0)
    return image


def test_the_same_line_is_the_same_dots() -> None:
    assert drawn("Dế Mèn phiêu lưu ký") == LineArtist(576, 48).draw(TextLine("Dế Mèn phiêu lưu ký"))


def test_each_mark_is_drawn() -> None:
    rows = {drawn(letter).rows for letter in "aàảãáạăằẳẵắặâầẩẫấậ"}

    assert len(rows) == 18


def test_marks_above_and_below_are_whole() -> None:
    tall = drawn("Ẵ ỵ")
    edges = [tall.row(0), tall.row(tall.height - 1)]

    assert not any(any(row) for row in edges)


def test_a_letter_that_the_font_lacks_becomes_its_relative_or_a_question_mark() -> None:
    assert drawn("漢ȟ") == drawn("?h")


def test_styles_look_different_and_large_is_twice_as_high() -> None:
    normal, bold, large = (drawn("Sách", style) for style in TextStyle)

    assert black(bold) > black(normal)
    assert large.height > 1.7 * normal.height


def test_an_indent_moves_the_text_and_a_centred_line_stands_in_the_middle() -> None:
    centred = drawn("   Thư viện", centred=True)

    assert first_black(drawn("   x")) > first_black(drawn("x")) + 15
    assert abs(first_black(centred) - (576 - centred.width)) <= 2


def test_an_empty_line_is_no_picture() -> None:
    assert WIDE.draw(TextLine("  \x1b ")) is None


@settings(max_examples=60)
@given(st.text(max_size=48), st.sampled_from(TextStyle), st.booleans())
def test_no_line_is_wider_than_the_paper(text: str, style: TextStyle, centred: bool) -> None:  # noqa: FBT001 - pytest hands it
    bitmap = WIDE.draw(TextLine(text, style, centred))

    assert bitmap is None or bitmap.width <= 576


def test_forty_eight_of_the_widest_letter_still_fit() -> None:
    assert first_black(drawn("W" * 47 + "i")) < 3
    assert drawn("W" * 48).width < 576


def test_a_rule_goes_across_the_paper() -> None:
    rule = WIDE.rule()

    assert (rule.width, black(rule)) == (576, 2 * 576)


def test_a_logo_is_made_to_fit_and_is_not_enlarged() -> None:
    small, wide, tall = (
        picture_bitmap(Picture(png(image)), 384)
        for image in (disc(64), Image.new("L", (2000, 100), 0), Image.new("L", (50, 900), 0))
    )

    assert (small.width, small.height) == (64, 64)
    assert (wide.width, wide.height) == (384, 19)
    assert tall.height == HIGHEST


def test_what_shines_through_a_logo_is_white_paper() -> None:
    glass = Image.new("RGBA", (20, 20), (0, 0, 0, 0))

    assert black(picture_bitmap(Picture(png(glass)), 384)) == 0


def test_a_photograph_is_dithered_and_a_drawing_is_not() -> None:
    grey = picture_bitmap(Picture(png(Image.new("L", (40, 40), 100))), 384)
    ink = picture_bitmap(Picture(png(Image.new("L", (40, 40), 40))), 384)

    assert 0.5 < black(grey) / 1600 < 0.7
    assert black(ink) == 1600


def test_a_logo_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(png(disc(32)))

    assert picture_bitmap(Picture(file), 384) == picture_bitmap(Picture(png(disc(32))), 384)


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", png(disc(32))[:60], b"x" * (MOST_BYTES + 1), png(Image.new("1", (8000, 8000)))],
    ids=["empty", "words", "cut", "large", "many pixels"],
)
def test_what_is_no_picture_for_a_receipt_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError):
        picture_bitmap(Picture(data), 384)


def test_a_logo_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"none\.png"):
        picture_bitmap(Picture(tmp_path / "none.png"), 384)


@pytest.mark.parametrize("dots", [384, 576])
def test_a_telephone_reads_the_code(dots: int) -> None:
    code = code_bitmap("https://library.example/gia-hạn?x=1", 6, dots)
    paper = in_the_middle(code, dots)
    image = Image.frombytes("1", (paper.width, paper.height), bytes(255 - byte for byte in paper.rows)).convert("L")
    (found,) = zxingcpp.read_barcodes(image)

    assert found.text == "https://library.example/gia-hạn?x=1"
    assert paper.width <= dots


def test_a_text_that_no_code_holds_is_refused() -> None:
    with pytest.raises(PictureError):
        code_bitmap("x" * 5000, 6, 576)


def test_a_long_code_is_drawn_finer() -> None:
    assert code_bitmap("x" * 500, 6, 384).width <= 384
