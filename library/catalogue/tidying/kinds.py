"""What sort of thing a record describes and for whom, from the words and codes of its source."""

import re
from typing import Final

from library.catalogue.record import Audience, RecordKind
from library.text import fold

_KINDS: Final[tuple[tuple[str, RecordKind], ...]] = (
    (r"thesis|dissertation|luan (?:van|an)|khoa luan|do an tot nghiep", RecordKind.THESIS),
    (r"e-?book|electronic|digital|online|dien tu|interactive|software|dataset", RecordKind.DIGITAL),
    (r"serial|journal|periodical|magazine|newspaper|tap chi|bao chi|tap san", RecordKind.SERIAL),
    (r"notated|score|sheet music|ban nhac|nhac pham", RecordKind.SCORE),
    (r"sound|audio|music|recording|bang tu|am thanh|dia cd|sach noi", RecordKind.SOUND),
    (r"moving|film|movie|video|dvd|phim", RecordKind.FILM),
    (r"maps?|cartographic|atlas|ban do", RecordKind.MAP),
    (r"image|picture|photo\w*|still|poster|tranh anh|hinh anh", RecordKind.PICTURE),
    (r"books?|text|sach|monograph|giao trinh|truyen", RecordKind.BOOK),
)
_KIND_WORDS: Final = tuple((re.compile(rf"\b(?:{words})\b"), kind) for words, kind in _KINDS)
_AUDIENCES: Final = (
    (
        re.compile(r"\b(?:tre em|thieu nhi|nhi dong|mau giao|mam non|child\w*|juvenile|kids?|ages? [3-9]\b)"),
        Audience.CHILDREN,
    ),
    (re.compile(r"\b(?:thieu nien|tuoi teen|young adults?|youth|teen\w*|adolescent)"), Audience.YOUTH),
    (re.compile(r"\b(?:adults?|nguoi lon|18\+)"), Audience.ADULT),
    (re.compile(r"\b(?:general|moi lua tuoi|pho thong)\b"), Audience.GENERAL),
)
_CODED: Final = {
    **dict.fromkeys("abcj", Audience.CHILDREN),
    "d": Audience.YOUTH,
    "e": Audience.ADULT,
    "f": Audience.ADULT,
    "g": Audience.GENERAL,
}


def kind_of_words(text: str) -> RecordKind | None:
    """Return the kind that words like ``Luận văn`` or ``Sound recording`` name, or ``None``."""
    folded = fold(text)
    return next((kind for words, kind in _KIND_WORDS if words.search(folded)), None)


def audience_of_words(text: str) -> Audience | None:
    """Return for whom words like ``Dành cho thiếu nhi`` say that a work is, or ``None``."""
    folded = fold(text)
    return next((audience for words, audience in _AUDIENCES if words.search(folded)), None)


def audience_of_code(code: str) -> Audience | None:
    """Return what position 22 of MARC's field 008 says, or ``None``."""
    return _CODED.get(code)
