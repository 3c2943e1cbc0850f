"""Texts of a record as lines: composed, without what cannot be seen, without markup, without a rule's punctuation."""

import html
import re
from typing import Final

from library.text import printable

_BLOCKS: Final = re.compile(
    r"<\s*/?\s*(?:p|br|div|li|ul|ol|tr|table|h[1-6]|blockquote|section)\b[^<>]{0,2000}>", re.IGNORECASE
)
_HIDDEN: Final = re.compile(r"<\s*(script|style)\b[^<>]{0,2000}>.*?(?:<\s*/\s*\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_ENTITY: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_BREAK: Final = re.compile(r"\r\n?|[\n\v\f\x85\u2028\u2029]")
_ABBREVIATED: Final = re.compile(
    r"(?:^|[\s.'\u2019(-])(?:[^\W\d_]|etc|jr|sr|inc|co|ltd|dr|st|tp|nxb|corp|bros|dept|vol|no|ed|[^\W\d_]{1,3}\.[^\W\d_]{1,3})\.$",
    re.IGNORECASE,
)
_ENDS: Final = " \t,:;/=+"


def line(text: str) -> str:
    """Return `text` as one line: NFC, nothing that is not seen, no space at its ends."""
    return printable(text)


def lines(text: str) -> str:
    """Return `text` with its breaks kept as line feeds: each line as `line` gives it, empty ones left out."""
    return "\n".join(filter(None, map(line, _BREAK.split(text))))


def without_markup(text: str) -> str:
    """Return the words of a text that may hold HTML, line by line; what only looks like a tag (``a < b``) stays."""
    if "<" in text:
        text = _HIDDEN.sub(" ", _COMMENT.sub(" ", text))
        text = _TAG.sub("", _BLOCKS.sub("\n", text))
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return lines(text)


def bare(text: str) -> str:
    """Return one line without the punctuation that ISBD puts after a part: ``Larousse,`` and ``Paris :``."""
    seen = line(text).strip(_ENDS)
    if seen.endswith("...") or not seen.endswith("."):
        return seen
    return seen if _ABBREVIATED.search(seen) else seen.rstrip(".").rstrip(_ENDS)


def without_brackets(text: str) -> str:
    """Return a text without the square brackets of a cataloguer who took it from elsewhere: ``[Hà Nội]``."""
    if text.count("[") == text.count("]") == 1 or text.startswith("[") or text.endswith("]"):
        return text.replace("[", "").replace("]", "").strip()
    return text
