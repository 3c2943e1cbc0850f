"""A slip on which staff see whether the printer is well: no patron stands on it."""

from kiosk.receipts.blocks import Block, Cut, Feed, Line, Rule, Style
from kiosk.receipts.wrap import wrap
from kiosk.texts import Texts


def trial_slip(texts: Texts, site_name: str, columns: int) -> tuple[Block, ...]:
    """Give the slip for paper so wide, with the letters that a printer without Vietnamese gets wrong, in two sizes."""
    letters = texts.say("staff.slip_letters")
    return (
        *(Line(line, Style.BOLD) for line in wrap(site_name, columns)),
        *(Line(line) for line in wrap(texts.say("staff.slip_title"), columns)),
        Rule(),
        *(Line(line) for line in wrap(letters, columns)),
        *(Line(line, Style.LARGE) for line in wrap(letters, columns // 2)),
        Rule(),
        *(Line(line) for line in wrap(texts.say("staff.slip_words"), columns)),
        Feed(1),
        Cut(),
    )
