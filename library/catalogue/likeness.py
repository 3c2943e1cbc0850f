"""What of a record says which book it is: compared with another's, it tells whether both may describe one thing. Pure.

Two records are thought of together only when they share a key: an ISBN (of a serial an ISSN) with the title, or title,
author and year. Then anything that tells them apart keeps them apart (:class:`Difference`): another volume, edition,
language or kind, other people, other numbers, far more pages. What is missing tells nothing, except that without
author or year only an ISBN brings two records together. When in doubt they are two.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from library.catalogue.record import CatalogueRecord, NameRole, RecordKind
from library.text import fold

MOST_AUTHORS: Final = 6
"""Names of a record that lead to others."""
_BY_WHOM: Final = frozenset(
    {NameRole.AUTHOR, NameRole.COMPOSER, NameRole.EDITOR, NameRole.COMPILER, NameRole.PERFORMER}
)
_WORD: Final = re.compile(r"[^\W_]+")
_PART: Final = re.compile(r"\.\s+(?=\w)")
_ROMAN: Final = re.compile(r"(?=[IVXL])(X{0,3}|XL|L)(IX|IV|V?I{0,3})")
_TIGHT: Final = re.compile(r"(t|q|v|tap|quyen|vol|so|no)([0-9]{1,4})")
_MARKERS_SAID: Final = (
    "tap t quyen q cuon vol volume v phan p part book bk so no number ky bo ban bd band tome tom issue"
)
_MARKERS: Final = frozenset(_MARKERS_SAID.split())
_COUNTED: Final = {
    word: str(number)
    for said in ("mot hai ba bon nam sau bay tam chin muoi", "one two three four five six seven eight nine ten")
    for number, word in enumerate(said.split(), 1)
}
"""Numbers in words, which stand for digits only behind a word for a volume."""
_GENRES_SAID: Final = "tieu thuyet truyen ngan dai tho ky hoi tap tuyen chon ban song ngu novel roman a poems stories"
_GENRES: Final = frozenset(_GENRES_SAID.split())
"""Words that a cataloguer puts behind a title or leaves away: they make no other book."""
_HOUSES_SAID: Final = (
    "nxb nha xuat ban publishing publishers publisher publications press books book house co company ltd inc corp "
    "the and & verlag editions edition cong ty sach"
)
_HOUSES: Final = frozenset(_HOUSES_SAID.split())
_PAGES: Final = re.compile(r"([0-9]{1,5})\s*(?:tr|trang|p|pp|pages?|s|l)\b")
_VOLUMES: Final = re.compile(r"([0-9]{1,3})\s*(?:tap|t|v|vols?|volumes?|quyen|cuon|bo|discs?|cds?|dia)\b")
_FEW_PAGES: Final = 10
_TENTH: Final = 10
_REPRINTED_WITHIN: Final = 1
"""Years: the one of the copyright and the one of the print."""

Words = tuple[str, ...]
Key = tuple[str, ...]


class Difference(StrEnum):
    """What keeps two records apart."""

    TITLE = "title"
    PART = "part"
    """Another volume: numbers of title or series, or a set and one of its volumes."""
    SUBTITLE = "subtitle"
    NUMBER = "number"
    """Each has ISBNs, and none is the other's."""
    KIND = "kind"
    LANGUAGE = "language"
    YEAR = "year"
    EDITION = "edition"
    EXTENT = "extent"
    PEOPLE = "people"
    PUBLISHER = "publisher"
    ONE_SOURCE = "one_source"
    """Both are of one source: who made two records there meant two things, or two volumes that nothing tells apart."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A record as far as another one is compared with it."""

    title: Words
    """Without marks, case and punctuation; without what stands behind the colon; volumes as bare numbers."""
    subtitle: Words
    numbers: Words
    """All numbers of title and subtitle, in their order."""
    isbns: frozenset[str]
    issns: frozenset[str]
    """Of a serial; the ISSN of a book is its series'."""
    authors: frozenset[Words]
    people: frozenset[Words]
    """The words of each name in the order of the alphabet: ``Hesse, Hermann`` is ``Hermann Hesse``."""
    year: int | None
    edition: frozenset[str]
    publisher: frozenset[str]
    languages: frozenset[str]
    kind: RecordKind
    series_numbers: frozenset[str]
    pages: int | None
    volumes: int | None

    @classmethod
    def of(cls, record: CatalogueRecord) -> Self:
        """Look at a record."""
        title, subtitle = _title(record.title)
        extent = fold(record.extent)
        pages = [int(found) for found in _PAGES.findall(extent)]
        volumes = _VOLUMES.search(extent)
        is_serial = record.kind is RecordKind.SERIAL
        series = {word for text in record.series for word in _words(text) if word.isdecimal()}
        return cls(
            title=title,
            subtitle=subtitle,
            numbers=tuple(word for word in (*title, *subtitle) if word.isdecimal()),
            isbns=frozenset(record.isbns),
            issns=frozenset(record.issns) if is_serial else frozenset(),
            authors=frozenset(_names(name.text for name in record.names if name.role in _BY_WHOM)),
            people=frozenset(_names(name.text for name in record.names)),
            year=record.year,
            edition=frozenset(_words(record.edition)),
            publisher=frozenset(_words(record.publisher)) - _HOUSES,
            languages=frozenset(record.languages) - {"und", "mul"},
            kind=record.kind,
            series_numbers=frozenset(series),
            pages=max(pages, default=None),
            volumes=int(volumes[1]) if volumes else None,
        )

    def keys_shared(self) -> frozenset[Key]:
        """Give what leads to records that may describe the same; none where the title has no word."""
        if not self.title:
            return frozenset()
        title = " ".join(self.title)
        keys: set[Key] = {("isbn", number, title) for number in self.isbns}
        keys |= {("issn", number, title) for number in self.issns}
        if self.year is not None:
            by_whom = sorted(self.authors)[:MOST_AUTHORS]
            keys |= {("work", title, str(self.year), *author) for author in by_whom}
        return frozenset(keys)

    def has_number_of(self, other: "Likeness") -> bool:
        """Say whether both have an ISBN, or ISSN, in common."""
        return bool(self.isbns & other.isbns or self.issns & other.issns)


def difference(one: Likeness, other: Likeness, *, one_source: bool) -> Difference | None:
    """Say what keeps two records apart, the plainest first; ``None`` where nothing does."""
    if one_source:
        return Difference.ONE_SOURCE
    numbered = one.has_number_of(other)
    found = (
        (Difference.TITLE, one.title != other.title),
        (Difference.PART, _are_parts(one, other)),
        (Difference.NUMBER, bool(one.isbns and other.isbns) and not one.isbns & other.isbns),
        (Difference.KIND, one.kind is not other.kind),
        (Difference.LANGUAGE, _apart(one.languages, other.languages)),
        (Difference.YEAR, _years_differ(one, other, within=_REPRINTED_WITHIN if numbered else 0)),
        (Difference.EDITION, _editions_differ(one, other)),
        (Difference.EXTENT, _pages_differ(one.pages, other.pages)),
        (Difference.PEOPLE, _people_differ(one, other)),
        (Difference.SUBTITLE, _subtitles_differ(one.subtitle, other.subtitle, numbered=numbered)),
        (Difference.PUBLISHER, not numbered and _neither_holds(one.publisher, other.publisher)),
    )
    return next((what for what, is_so in found if is_so), None)


def _title(text: str) -> tuple[Words, Words]:
    """Give the words of a title, with those of its part, and the words behind the colon."""
    head, _, rest = text.partition(": ")
    subtitle, *part = _PART.split(rest, maxsplit=1)
    return tuple(_words(" ".join((head, *part)))), tuple(_words(subtitle))


def _words(text: str) -> list[str]:
    """Give words without marks; a volume's word is left out before its number, which is of digits then."""
    raw: list[str] = []
    for word in _WORD.findall(text):
        plain = fold(word)
        tight = _TIGHT.fullmatch(plain)
        is_roman = _ROMAN.fullmatch(word) and (len(word) > 1 or (raw and raw[-1] in _MARKERS))
        raw.append(tight[2] if tight else _roman(word) if is_roman else plain)
    words: list[str] = []
    for at, word in enumerate(raw):
        after = raw[at + 1] if at + 1 < len(raw) else ""
        before = raw[at - 1] if at else ""
        if word in _MARKERS and (after.isdecimal() or after in _COUNTED):
            continue
        counted = _COUNTED.get(word, word) if before in _MARKERS else word
        words.append(str(int(counted)) if counted.isdecimal() else counted)
    return words


def _roman(word: str) -> str:
    values = {"I": 1, "V": 5, "X": 10, "L": 50}
    total = 0
    for at, char in enumerate(word):
        value = values[char]
        total += -value if at + 1 < len(word) and values[word[at + 1]] > value else value
    return str(total)


def _names(texts: Iterable[str]) -> Iterable[Words]:
    for text in texts:
        if words := tuple(sorted(set(_WORD.findall(fold(text))))):
            yield words


def _are_parts(one: Likeness, other: Likeness) -> bool:
    if one.numbers != other.numbers or _apart(one.series_numbers, other.series_numbers):
        return True
    return one.volumes != other.volumes and max(one.volumes or 1, other.volumes or 1) > 1


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and not one & other


def _neither_holds(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and not (one <= other or other <= one)


def _years_differ(one: Likeness, other: Likeness, *, within: int) -> bool:
    return one.year is not None and other.year is not None and abs(one.year - other.year) > within


def _editions_differ(one: Likeness, other: Likeness) -> bool:
    """Say whether editions differ; one that only one of them names counts as another where the years do not agree."""
    if not one.edition and not other.edition:
        return False
    if not one.edition or not other.edition:
        return one.year is None or one.year != other.year
    counted = [{word for word in each.edition if word.isdecimal()} for each in (one, other)]
    return counted[0] != counted[1] or _neither_holds(one.edition, other.edition)


def _pages_differ(one: int | None, other: int | None) -> bool:
    if one is None or other is None:
        return False
    return abs(one - other) > max(_FEW_PAGES, max(one, other) // _TENTH)


def _people_differ(one: Likeness, other: Likeness) -> bool:
    """Say whether both name people and none is the same; a name may have more words than the other."""
    if not one.people or not other.people:
        return False
    return not any(
        first == second
        or (min(len(first), len(second)) > 1 and (set(first) <= set(second) or set(second) <= set(first)))
        for first in one.people
        for second in other.people
    )


def _subtitles_differ(one: Words, other: Words, *, numbered: bool) -> bool:
    """Say whether what stands behind the colon makes another book; with one ISBN one of them may say less."""
    first, second = ({word for word in each if word not in _GENRES} for each in (one, other))
    if numbered:
        return bool(first and second) and not (first <= second or second <= first)
    return first != second
