"""Where the keys of the search page stand."""

from itertools import chain

import pytest

from kiosk.ui.key_plan import GAP_MM, KEY_MM, Act, Key, plan
from kiosk.ui.panel import load_panel, panel_names

PANELS = [(name, digits) for name in panel_names() for digits in (False, True)]


def width_mm(name: str) -> float:
    """Give the width of a panel's glass as a reader sees it, without a millimetre at each side."""
    panel = load_panel(name)
    return panel.shown_size[0] / panel.pixels_per_mm - 2 * GAP_MM


@pytest.mark.parametrize(("name", "digits"), PANELS)
def test_every_key_of_every_panel_is_20_mm_wide(name: str, digits: bool) -> None:  # noqa: FBT001 - a parameter
    width = width_mm(name)
    keys = plan(width, digits=digits)

    for row in chain.from_iterable(page.rows for page in keys.pages):
        columns = sum(key.columns for key in row)
        assert (width - (len(row) - 1) * GAP_MM) / columns >= KEY_MM - 0.05


@pytest.mark.parametrize(("name", "digits"), PANELS)
def test_keys_and_a_field_fit_every_panel(name: str, digits: bool) -> None:  # noqa: FBT001 - a parameter
    panel = load_panel(name)
    high = panel.shown_size[1] / panel.pixels_per_mm

    assert plan(width_mm(name), digits=digits).rows * (KEY_MM + GAP_MM) + KEY_MM + 3 <= high


@pytest.mark.parametrize(("name", "digits"), PANELS)
def test_every_letter_and_digit_can_be_typed(name: str, digits: bool) -> None:  # noqa: FBT001 - a parameter
    keys = plan(width_mm(name), digits=digits)
    letters = {key.letter for page in keys.pages for row in page.rows for key in row}

    assert letters - {""} == set("abcdefghijklmnopqrstuvwxyz0123456789")


@pytest.mark.parametrize(("name", "digits"), PANELS)
def test_every_page_of_keys_erases_and_writes_a_space(name: str, digits: bool) -> None:  # noqa: FBT001 - a parameter
    for page in plan(width_mm(name), digits=digits).pages:
        acts = {key.act for row in page.rows for key in row}

        assert {Act.ERASE, Act.SPACE} <= acts


@pytest.mark.parametrize(
    ("name", "first"),
    [("7in-1024x600", "abcdefg"), ("7in-1024x600-portrait", "abcd"), ("10in-1280x800", "qwertyuiop")],
)
def test_a_small_panel_has_the_alphabet_and_a_larger_one_the_usual_keys(name: str, first: str) -> None:
    assert plan(width_mm(name)).pages[0].rows[0] == tuple(map(Key, first))
