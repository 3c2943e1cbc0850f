"""Colours and sizes that everybody can see and touch."""

import pytest

from kiosk.ui import theme
from kiosk.ui.panel import load_panel, panel_names
from kiosk.ui.theme import OUTLINE_PAIRS, TEXT_PAIRS, Sizes, colour, contrast


def test_black_on_white_has_the_highest_contrast_there_is() -> None:
    assert contrast(colour("#000000"), colour("#FFFFFF")) == pytest.approx(21)


def test_the_contrast_of_a_known_pair_is_the_one_that_is_published() -> None:
    assert contrast(colour("#767676"), colour("#FFFFFF")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("pair", TEXT_PAIRS)
def test_letters_stand_out_from_their_ground_seven_to_one(pair: tuple[theme.Colour, theme.Colour]) -> None:
    assert contrast(*pair) >= 7


@pytest.mark.parametrize("pair", OUTLINE_PAIRS)
def test_outlines_stand_out_from_their_ground_three_to_one(pair: tuple[theme.Colour, theme.Colour]) -> None:
    assert contrast(*pair) >= 3


@pytest.mark.parametrize("name", panel_names())
def test_lengths_are_as_long_on_every_panel_as_a_hand_needs_them(name: str) -> None:
    panel = load_panel(name)
    sizes = Sizes.of(panel)

    assert sizes.primary / panel.pixels_per_mm >= 25
    assert sizes.target / panel.pixels_per_mm >= 20
    assert sizes.gap / panel.pixels_per_mm >= 3
    assert sizes.text * theme.CAP_HEIGHT_EM / panel.pixels_per_mm >= 4.8
    assert sizes.text < sizes.title


def test_a_larger_panel_has_larger_letters() -> None:
    small, large = load_panel("7in-1024x600"), load_panel("15in-1920x1080")

    assert Sizes.of(large).text / large.pixels_per_mm > Sizes.of(small).text / small.pixels_per_mm


def test_a_panel_mounted_upright_is_laid_out_upright() -> None:
    sizes = Sizes.of(load_panel("7in-1024x600-portrait"))

    assert (sizes.width, sizes.height, sizes.landscape) == (600, 1024, False)
