"""What a reader of records gives: a record with all that was mended on the way, or what is wrong with one."""

from dataclasses import dataclass
from enum import StrEnum

from library.catalogue.record import CatalogueRecord, Holding


class Form(StrEnum):
    """In which form a record came."""

    MARC21 = "marc21"
    """ISO 2709, in UTF-8 or MARC-8."""
    MARCXML = "marcxml"
    DUBLIN_CORE = "dublin_core"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record that was read."""

    record: CatalogueRecord
    holdings: tuple[Holding, ...]
    original: bytes
    """The record's own bytes in its file."""
    form: Form
    notes: tuple[str, ...] = ()
    """What was mended, cut or left out, in words that quote nothing of the record."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A record that could not be read; reading goes on behind it."""

    position: str
    """Where it stands: its number, and its line or byte."""
    words: str
    """What is wrong, in words that quote nothing of the record."""
