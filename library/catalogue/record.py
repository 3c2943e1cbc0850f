"""A bibliographic record as this project knows it, whatever form it came in, and the copies that stand behind it.

Every text is NFC, one line (a summary may have several), without the punctuation that cataloguing rules put between
the parts of a record (ISBD). A record is a value: a reader makes it, the store keeps it as JSON, the index takes it.
"""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

LONGEST_TEXT: Final = 10_000
"""Characters of any one text of a record; a reader cuts what is longer and says so."""
MOST_PARTS: Final = 500
"""Names, subjects, notes of one kind in one record; a reader leaves out what is more and says so."""
LONGEST_SOURCE_ID: Final = 128

_Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
_Texts = Annotated[tuple[_Text, ...], Field(max_length=MOST_PARTS)]


class NameRole(StrEnum):
    """What somebody did for a work; the words of MARC's relator terms."""

    AUTHOR = "author"
    EDITOR = "editor"
    """(ch.b.), chief editor, is one too."""
    COMPILER = "compiler"
    TRANSLATOR = "translator"
    ILLUSTRATOR = "illustrator"
    SUPERVISOR = "supervisor"
    """(h.d.): who guided a thesis."""
    COMPOSER = "composer"
    PERFORMER = "performer"
    OTHER = "other"


class RecordKind(StrEnum):
    """What sort of thing a reader will hold in the hand."""

    BOOK = "book"
    THESIS = "thesis"
    SERIAL = "serial"
    SCORE = "score"
    SOUND = "sound"
    FILM = "film"
    MAP = "map"
    PICTURE = "picture"
    DIGITAL = "digital"
    OTHER = "other"


class Audience(StrEnum):
    """For whom a work is meant, where its record says so."""

    CHILDREN = "children"
    YOUTH = "youth"
    ADULT = "adult"
    GENERAL = "general"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Name(_Part):
    """A person or a body, in the order in which the record has it (``Nguyễn Nhật Ánh``, ``Hesse, Hermann``)."""

    text: _Text
    role: NameRole = NameRole.AUTHOR


class ClassNumber(_Part):
    """Where a scheme of classification puts a work."""

    number: _Text
    scheme: Annotated[str, Field(max_length=32)]
    """``ddc``, ``udc``, ``lcc``, ``bbk``, ``19`` (the old Vietnamese table of 19 classes), or the source's word."""


class Link(_Part):
    """An address where a work, or something about it, can be had."""

    address: _Text
    words: _Text = ""


class CatalogueRecord(_Part):
    """A work as a catalogue describes it."""

    source: Annotated[str, Field(max_length=LONGEST_SOURCE_ID)]
    """Where the record came from: the name of a file or of a system."""
    source_id: Annotated[str, Field(min_length=1, max_length=LONGEST_SOURCE_ID)]
    """The id that the record had there."""
    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    """All its parts as one reads them: title proper, remainder, number and name of the part."""
    other_titles: _Texts = ()
    """Parallel, uniform, former and spine titles, and the title in another script."""
    names: Annotated[tuple[Name, ...], Field(max_length=MOST_PARTS)] = ()
    publisher: _Text = ""
    published_at: _Text = ""
    """The town."""
    year: Annotated[int, Field(ge=0, le=9999)] | None = None
    edition: _Text = ""
    isbns: _Texts = ()
    """Of 13 digits, each with a good check digit."""
    issns: _Texts = ()
    """As ``1234-567X``, each with a good check digit."""
    other_numbers: _Texts = ()
    """Numbers that say they are an ISBN or ISSN and cannot be; kept so that a search finds what is printed."""
    languages: _Texts = ()
    """ISO 639-2/B codes like ``vie``; the main one first."""
    subjects: _Texts = ()
    class_numbers: Annotated[tuple[ClassNumber, ...], Field(max_length=MOST_PARTS)] = ()
    summary: _Text = ""
    notes: _Texts = ()
    series: _Texts = ()
    extent: _Text = ""
    """``124 tr. ; 17 cm``."""
    kind: RecordKind = RecordKind.BOOK
    audience: Audience | None = None
    cover: _Text = ""
    """Address of a picture of it, or empty."""
    links: Annotated[tuple[Link, ...], Field(max_length=MOST_PARTS)] = ()


class Holding(_Part):
    """A copy, or a line about one where a record names its copies."""

    item_id: Annotated[str, Field(max_length=64)] = ""
    place: Annotated[str, Field(max_length=64)] = ""
    """Code of the place where it is at home, or the source's words for it."""
    location: Annotated[str, Field(max_length=64)] = ""
    """The room or the shelves there (``Báo-Tạp chí``), where the source tells them apart from the place."""
    call_number: _Text = ""
    item_type: Annotated[str, Field(max_length=32)] = "book"
    available: bool = True
    """Whether a reader who walks in finds it on its shelf."""
    is_known: bool = True
    """Whether anybody here knows how it stands; else it does not count as available, and readers ask there."""
    is_theirs: bool = False
    """Of another library, whose catalogue is harvested: no system of this one knows its number, so none holds it."""


class SourceId(_Part):
    """Which record of which source."""

    source: Annotated[str, Field(max_length=LONGEST_SOURCE_ID)]
    source_id: Annotated[str, Field(min_length=1, max_length=LONGEST_SOURCE_ID)]


class CatalogueEntry(_Part):
    """What the index is told of one record: the record, its copies as they stand now, and how much it is used."""

    key: Annotated[int, Field(gt=0, lt=1 << 63)]
    """The record's own number in this library's store; stays the same as long as the record is there."""
    record: CatalogueRecord
    holdings: tuple[Holding, ...] = ()
    united: tuple[SourceId, ...] = ()
    """The records of several libraries that are shown as this one, itself among them; empty where it is alone."""
    use: Annotated[int, Field(ge=0)] = 0
    """Loans of the last two years, or whatever the source counts readers by."""
