"""Makes the title of a book out of what a Vietnamese bookshop wrote above its offer.

A shop's line holds more than a title: a leading "Sách", the edition, the binding, the gift, the author, the seller.
What cannot be told apart from a title (several books in one offer, a box, a calendar, a colouring book) is refused.
"""

import re
from collections.abc import Iterable
from typing import Final

from library.text import fold, printable


def _any_of(expressions: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(expressions))


# All of these are matched against folded text.
_SEVERAL: Final = _any_of(
    (r"combo", r"\+", r"\d ?(cuon|quyen|tap|q)\b", r"tron bo", r"\bbo (sach|truyen|\d+)", r"boxset")
)
_NOT_A_BOOK: Final = _any_of(
    rf"\b{words}\b"
    for words in (
        r"series",
        r"chon (tap )?le",
        r"bookmark",
        r"postcard",
        r"so tay \d+",
        r"lich (ban|treo|bloc|de)",
        r"tarot",
        r"bo bai",
        r"to mau",
        r"tranh dan",
        r"flash ?card",
        r"nut bam",
        r"tap viet",
        r"vo (luyen|bai tap)",
        r"notebook",
        r"workbook",
        r"student book",
        r"sticker",
        r"tickbook",
        r"sach vai",
        r"nxb",
        r"tac gia",
        r"dech",
    )
)
_SHOP_TALK: Final = _any_of(
    (
        *(rf"\b{words}\b" for words in (r"tai ban", r"tb\d*", r"tang", r"kem", r"bia", r"phien ban", r"chinh hang")),
        r"\bban (in|thuong|nang cap|bia|dac biet|gioi han|quyen|bo tui)\b",
        *(rf"\b{words}\b" for words in (r"an (ban|pham)", r"kho (lon|nho)", r"nxb", r"nha xuat ban", r"nha nam")),
        *(
            rf"\b{words}\b"
            for words in (r"omega plus", r"\w*books?", r"in mau", r"sgk", r"gdpt", r"dap an", r"quet ma")
        ),
        *(rf"\b{words}\b" for words in (r"dshcm", r"nobel", r"giai goncourt", r"winner", r"hien hanh", r"chu bien")),
        r"^(manga|truyen tranh|light novel|tieu thuyet|phon the|lyceum|happy live|first news|kim dong|thai ha)$",
        r"^(sach (?!giao khoa)|tu sach |doc quyen |tac gia )",
        r"^(ct|ml|ha-|chuan|sach|tb|[\W\d]*)$",
    )
)
_BRACKETS: Final = re.compile(r"\s*[(\[]\s*([^()\[\]]*?)\s*[)\]]\s*")
_LEADING: Final = re.compile(r"^(?:\[?sách\]?\s*[-\u2013:]\s*|sách\s+(?!giáo khoa)|[-\u2013:]\s*)", re.IGNORECASE)
_REPRINT: Final = re.compile(r"[\s,-]*\btái bản\b(?:\s+(?:lần\s+(?:thứ\s+)?|năm\s+)?\d+)?\s*$", re.IGNORECASE)
_VOLUME: Final = re.compile(r"[\s,:(\u2013-]*\b[Tt]ập\s+(\d+|[IVX]+|[Mm]ột|[Hh]ai|[Bb]a)\b\)?")
_DASH: Final = re.compile(r"\s+[-\u2013\u2014]\s*|\s*[-\u2013\u2014]\s+")
_NAMES: Final = re.compile(r"[,;&]| và ")
_EDGES: Final = " -\u2013\u2014:,.;"


def title_of_offer(offer: str, author: str) -> str | None:
    """Return the title in a shop's line `offer` of a book by `author` (may be empty), or None if it is not one book.

    The answer is NFC on one line. A volume is written ``. Tập 3`` after the title, parts are joined by `` - ``.
    """
    text = printable(offer)
    inside = [fold(group) for group in _BRACKETS.findall(text)]
    if any(_SEVERAL.search(group) for group in inside):
        return None
    text = _without_lead(_BRACKETS.sub(lambda group: _kept_bracket(group, author), text))
    if _SEVERAL.search(fold(text)):
        return None
    volume = _VOLUME.search(text)
    if volume is not None:
        text = f"{text[: volume.start()]} - {text[volume.end() :]}"
    parts = [part.strip(_EDGES) for part in _DASH.split(text)]
    title = " - ".join(part for part in parts if part and not _is_noise(part, author))
    if not title or not title[0].isalnum() or _looks_wrong(title):
        return None
    return title if volume is None else f"{title}. Tập {volume[1].lower() if volume[1][1:].islower() else volume[1]}"


def _without_lead(text: str) -> str:
    before = ""
    while before != text:
        before, text = text, _REPRINT.sub("", _LEADING.sub("", text.strip()))
    return text


def _kept_bracket(group: re.Match[str], author: str) -> str:
    return " " if _is_noise(group[1], author) or fold(group[1]) in fold(author) else f" ({group[1]}) "


def _is_noise(part: str, author: str) -> bool:
    plain = fold(part)
    return bool(_SHOP_TALK.search(plain)) or plain in {fold(name).strip() for name in (author, *_NAMES.split(author))}


def _looks_wrong(title: str) -> bool:
    letters = [char for char in title if char.isalpha()]
    shouted = sum(char.isupper() for char in letters) > len(letters) / 2
    unbalanced = (
        title.count("(") != title.count(")") or title.count('"') % 2 == 1 or title.count("“") != title.count("”")
    )
    return not letters or shouted or unbalanced or bool(_NOT_A_BOOK.search(fold(title)))
