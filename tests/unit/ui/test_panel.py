"""The profiles of panels."""

import pytest

from kiosk.ui.errors import PanelProfileError, UnknownPanelError
from kiosk.ui.panel import load_panel, on_panel, panel_names, read_panel

GOOD = """
name = "A panel"
width = 1024
height = 600
ppi = 169.5
diagonal_inches = 7.0
rotation = 0
"""


@pytest.mark.parametrize("name", panel_names())
def test_every_profile_that_ships_is_right(name: str) -> None:
    panel = load_panel(name)

    assert name.startswith(f"{int(panel.diagonal_inches)}in-{panel.width}x{panel.height}")


def test_an_unknown_panel_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownPanelError) as caught:
        load_panel("../7in-1024x600")

    assert "7in-1024x600" in caught.value.known


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("width = 1024", "height"),
        (GOOD + "depth = 3", "depth"),
        (GOOD.replace("169.5", "96"), "169.5"),
        (GOOD.replace("rotation = 0", "rotation = 45"), "rotation"),
        ("width 1024", "TOML"),
    ],
)
def test_a_wrong_profile_says_what_is_wrong(wrong: str, problem: str) -> None:
    with pytest.raises(PanelProfileError) as caught:
        read_panel("mine", wrong)

    assert any(problem in line for line in caught.value.problems)


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (0, (10, 550, 200, 30)),
        (90, (550, 814, 30, 200)),
        (180, (814, 20, 200, 30)),
        (270, (20, 10, 30, 200)),
    ],
)
def test_a_rectangle_is_found_on_a_turned_panel(turn: int, expected: tuple[float, ...]) -> None:
    assert on_panel((10, 20), (200, 30), (1024, 600), turn) == expected
