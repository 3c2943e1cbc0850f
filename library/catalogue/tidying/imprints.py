"""Who published a work, where and when, also where an ISBD card was poured into another field."""

import re
from dataclasses import dataclass
from typing import Final

from library.catalogue.tidying.lines import bare, without_brackets
from library.catalogue.tidying.years import year
from library.text import fold

_TAIL: Final = re.compile(
    r"\s*\.?\s*[.\s][-\u2013\u2014]\s+(?P<town>[^:;]{1,60}?)\s+:\s+(?P<publisher>[^:]{1,200}?)"
    r"(?:\s*,\s*(?P<year>[^,:]{0,20}[0-9]{2}[^,:]{0,10}|\[[^\]]{1,20}\]))?\s*\.?\s*$"
)
_UNKNOWN: Final = re.compile(
    r"\W*(?:s\.?\s?l|s\.?\s?n|k\.?\s?đ|k\.?\s?nxb|k\.?\s?xb|k\.?\s?t|s\.?\s?i)\W*", re.IGNORECASE
)
_NOBODY: Final = frozenset({"dang cap nhat", "nhieu nha xuat ban", "khong ro", "unknown", "n/a", "none", "nan", "null"})
_TOWNS: Final = {"h.": "Hà Nội", "hn.": "Hà Nội", "h": "Hà Nội"}


@dataclass(frozen=True, slots=True)
class Imprint:
    """Town, publisher and year, each as far as it is known."""

    town: str = ""
    publisher: str = ""
    year: int | None = None


def without_imprint(text: str) -> tuple[str, Imprint | None]:
    """Cut the tail ``. - H. : Giáo dục, 2001`` off a title or a field of authors; give both.

    A dash with a colon behind it may stand in a title too: without a year at its end, or a publisher's word in it, it
    is no imprint.
    """
    found = _TAIL.search(text) if " : " in text else None
    if not found or not (found["year"] or re.search(r"\bnxb\b|xuat ban|\bpress\b|publish", fold(found[0]))):
        return text, None
    imprint = Imprint(town(found["town"]), publisher(found["publisher"]), year(found["year"] or ""))
    return text[: found.start()], imprint


def town(text: str) -> str:
    """Return a place of publication without punctuation; ``H.`` is Hà Nội, ``[S.l.]`` is none."""
    seen = without_brackets(bare(text))
    if _UNKNOWN.fullmatch(text.strip()):
        return ""
    return _TOWNS.get(text.strip(" [],:;").casefold(), seen)


def publisher(text: str) -> str:
    """Return a publisher without punctuation; one that is not known is none."""
    seen = without_brackets(bare(text))
    return "" if _UNKNOWN.fullmatch(text.strip()) or fold(seen) in _NOBODY else seen
