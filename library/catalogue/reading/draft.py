"""A record while it is being read: takes what a source says in any order and number, and gives a record in bounds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from library.catalogue.reading.results import Fault, Form, ReadRecord
from library.catalogue.record import (
    LONGEST_SOURCE_ID,
    LONGEST_TEXT,
    MOST_PARTS,
    Audience,
    CatalogueRecord,
    ClassNumber,
    Holding,
    Link,
    Name,
    NameRole,
    RecordKind,
)
from library.catalogue.tidying import numbers
from library.catalogue.tidying.lines import bare, line, lines
from library.catalogue.tidying.persons import same_person
from library.text import fold

MOST_HOLDINGS: Final = 2_000
"""Copies of one record: a newspaper of a big library has some hundred."""
LONGEST_ORIGINAL: Final = 4_000_000
"""Bytes of one record in any form: what is longer is no record, and would not fit into memory many times."""
_LONGEST_PLACE: Final = 64
_LONGEST_ITEM_TYPE: Final = 32
_LONGEST_SCHEME: Final = 32
_T = TypeVar("_T")
_WEB: Final = ("http://", "https://", "ftp://")


@dataclass(slots=True)
class Draft:
    """All that was said of one record so far."""

    source: str
    number: int
    """Which record of its file it is, from 1."""
    source_id: str = ""
    title: str = ""
    other_titles: list[str] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    publisher: str = ""
    published_at: str = ""
    year: int | None = None
    editions: list[str] = field(default_factory=list)
    isbns: list[str] = field(default_factory=list)
    issns: list[str] = field(default_factory=list)
    other_numbers: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    class_numbers: list[ClassNumber] = field(default_factory=list)
    summaries: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """The record's own notes."""
    series: list[str] = field(default_factory=list)
    extent: str = ""
    kind: RecordKind | None = None
    audience: Audience | None = None
    cover: str = ""
    links: list[Link] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was mended on the way."""

    def add_isbn(self, text: str, *, zeros_lost: bool = False) -> None:
        """Keep an ISBN; what says that it is one and cannot be goes to the other numbers."""
        good = numbers.isbn(text, zeros_lost=zeros_lost)
        if good:
            self.isbns.append(good)
        elif printed := numbers.as_printed(text):
            self.other_numbers.append(printed)
            self.notes.append("an ISBN has a wrong check digit")

    def add_issn(self, text: str) -> None:
        """Keep an ISSN as `add_isbn` keeps an ISBN."""
        good = numbers.issn(text)
        if good:
            self.issns.append(good)
        elif printed := numbers.as_printed(text):
            self.other_numbers.append(printed)
            self.notes.append("an ISSN has a wrong check digit")

    def add_link(self, address: str, words: str = "") -> None:
        """Keep an address of the web; others (``javascript:`` among them) are no links for readers."""
        seen = line(address)
        if seen.lower().startswith(_WEB) and " " not in seen:
            self.links.append(Link(address=seen[:LONGEST_TEXT], words=line(words)[:LONGEST_TEXT]))

    def add_names(self, found: Iterable[Name]) -> None:
        """Keep names that are not there yet; a name that is there without a role of its own takes the new one's."""
        for name in found:
            for at, known in enumerate(self.names):
                if same_person(known.text, name.text):
                    if known.role in (NameRole.AUTHOR, NameRole.OTHER) and name.role is not NameRole.AUTHOR:
                        self.names[at] = known.model_copy(update={"role": name.role})
                    break
            else:
                if len(self.names) <= MOST_PARTS:
                    self.names.append(name)

    def finished(self, original: bytes, form: Form, position: str) -> ReadRecord | Fault:
        """Give the record within its bounds, or what keeps it from being one."""
        title = self._text(self.title, "title")
        if not title:
            return Fault(position, "has no title")
        names = [
            Name(text=text, role=name.role)
            for name in self.names
            if (text := self._text(name.text, "name of a person"))
        ]
        classes = [
            ClassNumber(number=number, scheme=line(each.scheme)[:_LONGEST_SCHEME])
            for each in self.class_numbers
            if (number := self._text(each.number, "class number"))
        ]
        links = [link for link in self.links if link.address != self.cover]
        record = CatalogueRecord(
            source=line(self.source)[:LONGEST_SOURCE_ID],
            source_id=self._source_id(),
            title=title,
            other_titles=self._texts([text for text in map(line, self.other_titles) if text != title], "other titles"),
            names=self._few(names, "names"),
            publisher=self._text(self.publisher, "publisher"),
            published_at=self._text(self.published_at, "place of publication"),
            year=self.year,
            edition=self._text("; ".join(dict.fromkeys(filter(None, map(bare, self.editions)))), "edition"),
            isbns=self._texts(self.isbns, "ISBNs"),
            issns=self._texts(self.issns, "ISSNs"),
            other_numbers=self._texts(self.other_numbers, "numbers"),
            languages=self._texts(self.languages, "languages"),
            subjects=self._texts(self.subjects, "subjects"),
            class_numbers=self._few(classes, "class numbers"),
            summary=self._cut("\n".join(dict.fromkeys(filter(None, map(lines, self.summaries)))), "summary"),
            notes=self._texts(self.remarks, "notes"),
            series=self._texts(self.series, "series"),
            extent=self._text(self.extent, "extent"),
            kind=self.kind or RecordKind.BOOK,
            audience=self.audience,
            cover=self._text(self.cover, "address of the cover"),
            links=self._few(links, "links"),
        )
        return ReadRecord(record, self._copies(), original, form, tuple(dict.fromkeys(self.notes)))

    def _source_id(self) -> str:
        given = line(self.source_id)
        if len(given) > LONGEST_SOURCE_ID:
            self.notes.append("its id is too long; its number in the file stands for it")
            given = ""
        return given or str(self.number)

    def _copies(self) -> tuple[Holding, ...]:
        kept: dict[tuple[str, str, str, str], Holding] = {}
        for holding in self.holdings:
            item_id, place = line(holding.item_id), line(holding.place)[:_LONGEST_PLACE].strip()
            if len(item_id) > _LONGEST_PLACE:
                self.notes.append("the number of a copy is too long; the copy was left out")
                continue
            mended = Holding(
                item_id=item_id,
                place=place,
                location=line(holding.location)[:_LONGEST_PLACE].strip(),
                call_number=self._text(holding.call_number, "call number"),
                item_type=line(holding.item_type)[:_LONGEST_ITEM_TYPE].strip() or Holding().item_type,
                available=holding.available,
            )
            key = (item_id,) * 4 if item_id else (place, mended.location, mended.call_number, "")
            kept.setdefault(key, mended)
        if len(kept) > MOST_HOLDINGS:
            self.notes.append(f"more than {MOST_HOLDINGS} copies; the rest was left out")
        return tuple(kept.values())[:MOST_HOLDINGS]

    def _text(self, text: str, what: str) -> str:
        return self._cut(line(text), what)

    def _cut(self, text: str, what: str) -> str:
        if len(text) <= LONGEST_TEXT:
            return text
        self.notes.append(f"{what}: longer than {LONGEST_TEXT} characters; the rest was cut")
        return text[:LONGEST_TEXT].rstrip()

    def _texts(self, texts: Sequence[str], what: str) -> tuple[str, ...]:
        """Give texts once each, whatever their marks of case, in their order."""
        kept: dict[str, str] = {}
        for text in texts[: MOST_PARTS * 2]:
            cut = self._text(text, what)
            if cut:
                kept.setdefault(fold(cut) or cut, cut)
        return self._few(tuple(kept.values()), what, len(texts))

    def _few(self, parts: Sequence[_T], what: str, said: int = 0) -> tuple[_T, ...]:
        if len(parts) > MOST_PARTS or said > MOST_PARTS * 2:
            self.notes.append(f"{what}: more than {MOST_PARTS}; the rest was left out")
        return tuple(parts[:MOST_PARTS])
