"""Words set into boxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.fit import ELLIPSIS, Box, break_lines, fit


def measure(text: str, font_size: int) -> tuple[float, float]:
    """Measure as if each letter were half as wide as high, and a line half as high again."""
    return len(text) * font_size / 2, font_size * 1.5


def test_words_that_fit_are_set_at_the_largest_size() -> None:
    found = fit("Số đỏ", Box(200, 60), (40, 30, 20), measure)

    assert (found.lines, found.font_size, found.shortened) == (("Số đỏ",), 40, False)


def test_words_are_broken_between_words() -> None:
    found = fit("Dế Mèn phiêu lưu ký", Box(250, 200), (40,), measure)

    assert found.lines == ("Dế Mèn phiêu", "lưu ký")
    assert found.height == 120


def test_a_smaller_letter_is_taken_before_anything_is_left_out() -> None:
    found = fit("Dế Mèn phiêu lưu ký", Box(250, 60), (40, 30, 20), measure)

    assert (found.lines, found.font_size, found.shortened) == (("Dế Mèn phiêu lưu ký",), 20, False)


def test_what_fits_at_no_size_ends_in_an_ellipsis() -> None:
    found = fit("một hai ba bốn năm sáu bảy tám", Box(100, 60), (40, 20), measure)

    assert found.lines == ("một hai ba", f"bốn năm{ELLIPSIS}")
    assert found.shortened


def test_a_title_has_no_more_lines_than_wanted() -> None:
    found = fit("một hai ba bốn năm sáu", Box(100, float("inf"), most_lines=2), (20,), measure)

    assert len(found.lines) == 2
    assert found.lines[1].endswith(ELLIPSIS)


def test_more_lines_are_taken_at_the_last_size_before_anything_is_left_out() -> None:
    box = Box(100, float("inf"), most_lines=2, last_lines=3)
    whole = fit("một hai ba bốn năm sáu bảy", box, (40, 20), measure)
    endless = fit("một hai ba bốn năm sáu bảy tám chín mười", box, (40, 20), measure)

    assert (len(whole.lines), whole.font_size, whole.shortened) == (3, 20, False)
    assert (len(endless.lines), endless.shortened) == (3, True)


def test_a_word_wider_than_the_box_is_broken_only_at_the_smallest_size() -> None:
    found = fit("A" * 25, Box(100, 100), (40, 20), measure)

    assert found.lines == ("A" * 10, "A" * 10, "A" * 5)
    assert (found.font_size, found.shortened) == (20, False)


def test_decomposed_letters_are_put_together() -> None:
    found = fit("Tie\u0302\u0301ng Vie\u0323\u0302t", Box(500, 100), (20,), measure)

    assert found.text == "Tiếng Việt"


def test_control_characters_are_no_words_and_markup_is_shown_as_it_is() -> None:
    found = fit("a\x1b[b]x[/b]\tc", Box(500, 100), (20,), measure)

    assert found.text == "a [b]x[/b] c"


def test_a_box_without_height_still_gets_a_line() -> None:
    assert fit("Xong", Box(100, 0), (20,), measure).lines == ("Xong",)


def test_a_box_without_width_ends() -> None:
    assert fit("Xong", Box(0, 100), (20,), measure).lines


@given(st.text(max_size=60), st.integers(0, 300), st.integers(0, 200))
def test_no_line_is_wider_than_its_box(words: str, width: int, height: int) -> None:
    found = fit(words, Box(width, height), (20, 10), measure)

    assert all(measure(line, found.font_size)[0] <= max(width, 2 * found.font_size) for line in found.lines)


@given(st.text(max_size=60), st.integers(100, 300), st.integers(40, 200))
def test_no_lines_are_higher_than_their_box(words: str, width: int, height: int) -> None:
    assert fit(words, Box(width, height), (20, 10), measure).height <= height


@given(st.lists(st.text("abc", min_size=1, max_size=8), min_size=1))
def test_breaking_loses_no_word(words: list[str]) -> None:
    assert " ".join(break_lines(" ".join(words), 60, 20, measure)).split() == words


@pytest.mark.parametrize("words", ["", " ", "\n"])
def test_no_words_make_no_trouble(words: str) -> None:
    assert fit(words, Box(100, 100), (20,), measure).text.strip() == ""
