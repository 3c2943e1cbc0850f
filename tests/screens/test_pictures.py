"""Every page on several panels: nothing is cut, everything can be touched, and a failure leaves its picture."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kiosk.ui.panel import load_panel, panel_names
from tests.screens.looks import faults_of
from tests.screens.samples import samples, small_set
from tests.support.screen import ScreenProcess

WHOLE = ("7in-1024x600", "600x1024")
"""The smallest panel that is sold widely, as it is, where every sample is shown, and upright."""
OTHERS = tuple(name for name in panel_names() if name not in WHOLE and load_panel(name).rotation == 0)
"""A turned panel is laid out like one that is built so; that touches land right on it is tested with touches."""
NAMES = tuple(samples())
UPRIGHT = tuple(name for name in NAMES if name.replace("en-", "vi-", 1) in small_set())
"""What the second is shown: one of each page, in both languages."""


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScreenProcess]:
    with ScreenProcess(WHOLE[0], tmp_path_factory.mktemp("screen"), measured=False, drawn=False) as process:
        yield process


@pytest.fixture(scope="module")
def upright(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScreenProcess]:
    with ScreenProcess(WHOLE[1], tmp_path_factory.mktemp("upright"), measured=False, drawn=False) as process:
        yield process


@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_read_and_touched(name: str, screen: ScreenProcess, tmp_path: Path) -> None:
    assert_good(screen, WHOLE[0], name, tmp_path)


@pytest.mark.parametrize("name", UPRIGHT)
def test_a_page_can_be_read_and_touched_upright(name: str, upright: ScreenProcess, tmp_path: Path) -> None:
    assert_good(upright, WHOLE[1], name, tmp_path)


def assert_good(screen: ScreenProcess, panel: str, name: str, tmp_path: Path) -> None:
    faults = faults_of(screen.ask("show", sample=name))
    if faults:
        draw(panel, [name], tmp_path)

    assert faults == []


def draw(panel: str, names: Sequence[str], folder: Path) -> None:
    """Leave the pictures of pages that are not good."""
    with ScreenProcess(panel, folder, measured=False) as screen:
        for name in names:
            screen.ask("show", sample=name)
            screen.ask("picture", path=str(folder / f"{name}.png"))


@pytest.mark.parametrize("name", ["vi-lent", "en-lent"])
def test_two_whole_rows_stand_on_the_list_each_date_on_one_line(
    name: str, screen: ScreenProcess, upright: ScreenProcess
) -> None:
    for panel in (screen, upright):
        account = panel.ask("show", sample=name)
        listed = [words for words in account["words"] if words["scrolls"]]

        assert all("\n" not in words["text"] for words in listed)
        assert sum(words["bottom"] > account["sizes"]["gap"] for words in listed) >= 4


@pytest.mark.parametrize("panel", OTHERS)
def test_every_panel_that_ships_shows_every_page(panel: str, tmp_path: Path) -> None:
    with ScreenProcess(panel, tmp_path, measured=panel == OTHERS[0], drawn=panel == OTHERS[0]) as screen:
        faults = {name: found for name in small_set() if (found := faults_of(screen.ask("show", sample=name)))}
    if faults:
        draw(panel, tuple(faults), tmp_path)

    assert faults == {}
