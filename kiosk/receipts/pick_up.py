"""The slip of whoever becomes a reader: the number for the desk, and nobody's name; pure."""

from collections.abc import Iterator
from datetime import datetime

from kiosk.receipts.blocks import Block, Cut, Feed, Line, Rule, Style
from kiosk.receipts.wrap import centred, wrap
from kiosk.texts import Texts
from library.api.new_readers import DAYS_KEPT
from library.text.forms import printable


def pick_up_slip(pick_up: str, printed_at: datetime, texts: Texts, site_name: str, columns: int) -> tuple[Block, ...]:
    """Give the slip for paper so wide; ``printed_at`` is local time."""
    return (
        *_centred(printable(site_name), columns, Style.BOLD),
        *_centred(texts.say("slip.heading"), columns // 2, Style.LARGE),
        *(Line(line) for line in wrap(texts.printed_moment(printed_at), columns)),
        Rule(),
        *_centred(printable(pick_up), columns // 2, Style.LARGE),
        Rule(),
        *(Line(line) for line in wrap(texts.count("slip.words", DAYS_KEPT), columns)),
        Feed(2),
        Cut(),
    )


def _centred(text: str, columns: int, style: Style) -> Iterator[Block]:
    return (Line(centred(part, columns), style, centred=True) for part in wrap(text, columns))
