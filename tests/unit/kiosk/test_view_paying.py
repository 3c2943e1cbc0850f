"""What the screens say on which fees are paid by bank, and that of a receipt of what is on loan, in both languages."""

import unicodedata

import pytest

from kiosk.session.values import Language
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from tests.support.goldens import golden
from tests.support.screen_paying import PAYING_SCENES
from tests.support.view_drawing import drawn


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("scene", PAYING_SCENES)
def test_a_screen_of_paying_says_what_was_agreed(scene: str, language: Language) -> None:
    shown = drawn(view(PAYING_SCENES[scene](language), load_texts())) + "\n"

    assert shown == golden(f"screens/{scene}.{language}.txt", shown)
    assert unicodedata.is_normalized("NFC", shown)
