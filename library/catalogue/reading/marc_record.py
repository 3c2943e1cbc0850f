"""A MARC 21 record made into a record of this catalogue."""

import re
from typing import Final

from library.catalogue.reading.draft import Draft
from library.catalogue.reading.marc import MarcField, MarcRecord
from library.catalogue.reading.marc_copies import take_copies
from library.catalogue.reading.marc_titles import take_imprint, take_titles
from library.catalogue.record import ClassNumber, RecordKind
from library.catalogue.tidying.kinds import audience_of_code, audience_of_words
from library.catalogue.tidying.languages import languages
from library.catalogue.tidying.lines import bare, line, without_markup

_SUBJECTS: Final = ("600", "610", "611", "630", "647", "648", "650", "651", "655", "690", "691", "696", "697")
_WORDS_OF_SUBJECT: Final = "653"
_SUBDIVISIONS: Final = "vxyz"
_HEADING: Final = "abcdfgknpqt"
_TAGS_OF_REMARKS: Final = "500 501 502 504 505 507 508 511 513 515 518 525 530 533 534 538 545 546 547 550 555 580 586"
_REMARKS: Final = tuple(_TAGS_OF_REMARKS.split())
"""Notes for readers; where a copy came from and what it cost stay with the library."""
_SERIES: Final = ("490", "440", "830", "800", "810", "811")
_KIND_OF_TYPE: Final = {
    **dict.fromkeys("at", RecordKind.BOOK),
    **dict.fromkeys("cd", RecordKind.SCORE),
    **dict.fromkeys("ef", RecordKind.MAP),
    "g": RecordKind.FILM,
    **dict.fromkeys("ij", RecordKind.SOUND),
    "k": RecordKind.PICTURE,
    "m": RecordKind.DIGITAL,
    **dict.fromkeys("opr", RecordKind.OTHER),
}
_SERIAL: Final = "bis"
_ONLINE: Final = "oqs"
_SCHEMES: Final = {"050": "lcc", "055": "lcc", "060": "nlm", "080": "udc", "082": "ddc", "083": "ddc"}
_SCHEME_WORDS: Final = {
    "rubbk": "bbk",
    "bkl": "bkl",
    "ddc": "ddc",
    "udc": "udc",
    "lcc": "lcc",
    "bbk": "bbk",
    "19": "19",
}
_COVER: Final = re.compile(r"cover|bìa|thumbnail", re.IGNORECASE)
_PICTURE: Final = re.compile(r"\.(?:jpe?g|png|webp|gif)(?:\?|$)", re.IGNORECASE)
_SYSTEM_NUMBER: Final = re.compile(r"\([^()]{1,20}\)\s*(.+)")


def take_marc(marc: MarcRecord, draft: Draft) -> None:
    """Fill a draft from a MARC 21 record."""
    draft.notes += marc.notes
    draft.source = marc.control("003").strip() or draft.source
    draft.source_id = marc.control("001").strip() or _system_number(marc)
    draft.kind = _kind(marc)
    take_titles(marc, draft)
    take_imprint(marc, draft)
    _take_numbers(marc, draft)
    _take_languages(marc, draft)
    _take_subjects(marc, draft)
    _take_words(marc, draft)
    _take_audience(marc, draft)
    _take_links(marc, draft)
    take_copies(marc, draft)


def _system_number(marc: MarcRecord) -> str:
    for field in marc.tagged("035"):
        text = field.first("a").strip()
        found = _SYSTEM_NUMBER.fullmatch(text)
        if text:
            return found[1] if found else text
    return ""


def _kind(marc: MarcRecord) -> RecordKind:
    of_type, level = marc.leader[6:7], marc.leader[7:8]
    if of_type in ("a", "t", "") and any(marc.tagged("502")):
        return RecordKind.THESIS
    if of_type == "a" and level in _SERIAL and level:
        return RecordKind.SERIAL
    kind = _KIND_OF_TYPE.get(of_type, RecordKind.BOOK)
    online = marc.control("008")[23:24]
    return RecordKind.DIGITAL if kind is RecordKind.BOOK and online and online in _ONLINE else kind


def _take_numbers(marc: MarcRecord, draft: Draft) -> None:
    for field in marc.tagged("020"):
        for text in field.all("a"):
            draft.add_isbn(text)
        draft.other_numbers += [bare(text) for text in field.all("z")]
    for field in marc.tagged("022"):
        for text in field.all("a"):
            draft.add_issn(text)
        draft.other_numbers += [bare(text) for text in field.all("yz")]
    for tag, scheme in _SCHEMES.items():
        for field in marc.tagged(tag):
            draft.class_numbers += [ClassNumber(number=_number(text), scheme=scheme) for text in field.all("a")]
    for field in marc.tagged("084"):
        said = line(field.first("2")).casefold()
        scheme = _SCHEME_WORDS.get(said, said)[:32] or "other"
        draft.class_numbers += [ClassNumber(number=_number(text), scheme=scheme) for text in field.all("a")]
    draft.extent = next((bare(" ".join(field.all("abce"))) for field in marc.tagged("300")), "")
    draft.editions += [" ".join(field.all("ab")) for field in marc.tagged("250")][:1]


def _number(text: str) -> str:
    """Give a class number without the marks at which it may be cut (``813/.54``) or one system's between its parts."""
    seen = bare(text).replace("/", "")[:200]
    return seen if " " in seen else seen.replace("'", " ").strip()


def _take_languages(marc: MarcRecord, draft: Draft) -> None:
    draft.languages += languages(marc.control("008")[35:38])
    for field in marc.tagged("041"):
        for text in field.all("ad"):
            draft.languages += languages(text)


def _take_subjects(marc: MarcRecord, draft: Draft) -> None:
    for field in marc.tagged(*_SUBJECTS):
        heading = bare(" ".join(line(text) for text in field.all(_HEADING) if not _is_dates(text)))
        parts = [heading, *(bare(text) for text in field.all(_SUBDIVISIONS))]
        draft.subjects.append(" -- ".join(filter(None, parts)))
    for field in marc.tagged(_WORDS_OF_SUBJECT):
        draft.subjects += [bare(text) for text in field.all("a")]


def _is_dates(text: str) -> bool:
    return re.fullmatch(r"\s*[0-9]{3,4}\s*-\s*(?:[0-9]{3,4})?[.,]?\s*", text) is not None


def _take_words(marc: MarcRecord, draft: Draft) -> None:
    for field in marc.tagged("520"):
        draft.summaries.append(without_markup(" ".join(field.all("ab"))))
    for field in marc.tagged(*_REMARKS):
        text = without_markup(" ".join(text for code, text in field.subfields if code.isalpha() and code not in "uw"))
        draft.remarks.append(text.replace("\n", " "))
    for field in marc.tagged(*_SERIES):
        name, volume = field.first("at") or field.first("t"), field.first("v")
        if field.tag in ("800", "810", "811"):
            name = field.first("t") or name
        draft.series.append(", ".join(filter(None, [bare(name), bare(volume)])))


def _take_audience(marc: MarcRecord, draft: Draft) -> None:
    said = [audience_of_words(text) for field in marc.tagged("521") for text in field.all("a")]
    coded = audience_of_code(marc.control("008")[22:23]) if marc.leader[7:8] not in _SERIAL else None
    draft.audience = next(filter(None, said), coded)


def _take_links(marc: MarcRecord, draft: Draft) -> None:
    for field in marc.tagged("856"):
        words = _words_of_link(field)
        for address in field.all("u"):
            seen = line(address)
            is_cover = _COVER.search(words) or (_PICTURE.search(seen) and not words)
            if is_cover and not draft.cover and seen.lower().startswith(("http://", "https://")):
                draft.cover = seen
            else:
                draft.add_link(seen, words)


def _words_of_link(field: MarcField) -> str:
    return bare(" ".join(field.all("3yz")))
