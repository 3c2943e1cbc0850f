"""The slip with the number for the desk, byte for byte, on every width of paper; nobody's name is on it."""

from datetime import datetime, timedelta, timezone

import pytest

from kiosk.receipts.blocks import Cut, Line, Style
from kiosk.receipts.pick_up import pick_up_slip
from kiosk.session.values import Language
from kiosk.texts import load_texts
from library.text.width import display_width
from tests.support.goldens import golden

TEXTS = load_texts()
PRINTED = datetime(2026, 11, 23, 9, 5, tzinfo=timezone(timedelta(hours=7)))
SITE = "Thư viện xã Quảng Nghiệp"


@pytest.mark.parametrize("columns", [48, 42, 32])
@pytest.mark.parametrize("language", list(Language))
def test_the_slip_is_what_it_was(language: Language, columns: int) -> None:
    blocks = pick_up_slip("W7KM4Q", PRINTED, TEXTS[language], SITE, columns)
    lines = [each for each in blocks if isinstance(each, Line)]
    text = "".join(f"{each.style.value:6} {each.text}\n" for each in lines)

    assert text == golden(f"receipts/pick_up.{language.value}.{columns}.txt", text)
    assert isinstance(blocks[-1], Cut)
    assert all(display_width(each.text) <= (columns // 2 if each.style is Style.LARGE else columns) for each in lines)
