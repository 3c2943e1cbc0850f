"""Who published a work, where and when, also where an ISBD card was poured into another field."""

import re
from dataclasses import dataclass
from typing import Final

from library.catalogue.tidying.lines import bare, without_brackets
from library.catalogue.tidying.years import year
from library.text import fold

_DASH: Final = re.compile(r"[.\s][-\u2013\u2014] ")
_SAYS_YEAR: Final = re.compile(r"[^,:]{0,20}[0-9]{2}[^,:]{0,10}|\[[^\]]{1,20}\]")
_SAYS_PUBLISHER: Final = re.compile(r"\bnxb\b|xuat ban|\bpress\b|publish")
_LONGEST_TOWN: Final = 60
_LONGEST_TAIL: Final = 400
_MOST_DASHES: Final = 8
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
    if " : " not in text:
        return text, None
    for dash in list(_DASH.finditer(text))[: -_MOST_DASHES - 1 : -1]:
        imprint = _imprint(text[dash.end() :])
        if imprint:
            return text[: dash.start()].rstrip(" ."), imprint
    return text, None


def _imprint(tail: str) -> Imprint | None:
    """Read ``H. : Giáo dục, 2001``, or ``None`` where something else stands there."""
    said_town, colon, rest = tail.partition(" : ")
    if (
        not colon
        or len(tail) > _LONGEST_TAIL
        or len(said_town) > _LONGEST_TOWN
        or set(":;") & {*said_town}
        or ":" in rest
    ):
        return None
    said_publisher, comma, said_year = rest.rstrip(" .").rpartition(",")
    if not comma or not _SAYS_YEAR.fullmatch(said_year.strip()):
        said_publisher, said_year = rest, ""
    if not said_publisher.strip() or not (said_year or _SAYS_PUBLISHER.search(fold(tail))):
        return None
    return Imprint(town(said_town), publisher(said_publisher), year(said_year))


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
