"""The names of the kiosk's sentences, for tests that show or say each of them."""

from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po


@cache
def message_ids(prefix: str) -> tuple[str, ...]:
    """Give the names of all sentences that begin so."""
    po = (files("kiosk") / "locale" / "vi" / "LC_MESSAGES" / "kiosk.po").read_text(encoding="utf-8")
    catalogue = read_po(po.splitlines(), locale="vi")
    return tuple(each.id for each in catalogue if isinstance(each.id, str) and each.id.startswith(prefix))
