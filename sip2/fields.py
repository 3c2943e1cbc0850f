"""Every field of SIP 2.00 as data: tagged fields by their two-letter id, fixed fields by their width and meaning."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sip2.dates import WIDTH as DATE_WIDTH
from sip2.dates import read_date, write_date
from sip2.errors import Oddity


class PatronFlag(IntEnum):
    """A patron's privilege that is denied, by its place in the 14 characters of the patron status (spec p. 23)."""

    CHARGE_DENIED = 0
    RENEWAL_DENIED = 1
    RECALL_DENIED = 2
    HOLD_DENIED = 3
    CARD_LOST = 4
    TOO_MANY_CHARGED = 5
    TOO_MANY_OVERDUE = 6
    TOO_MANY_RENEWALS = 7
    TOO_MANY_CLAIMS_RETURNED = 8
    TOO_MANY_LOST = 9
    EXCESSIVE_FINES = 10
    EXCESSIVE_FEES = 11
    RECALL_OVERDUE = 12
    TOO_MANY_BILLED = 13


class Summary(IntEnum):
    """The list that a 63 asks for, by the place of its Y; one request asks for one list (spec p. 25)."""

    HOLDS = 0
    OVERDUE = 1
    CHARGED = 2
    FINES = 3
    RECALLS = 4
    UNAVAILABLE_HOLDS = 5


class CirculationStatus(StrEnum):
    """Where an item is, in an 18."""

    OTHER = "01"
    ON_ORDER = "02"
    AVAILABLE = "03"
    CHARGED = "04"
    CHARGED_NO_RECALL_YET = "05"
    IN_PROCESS = "06"
    RECALLED = "07"
    ON_HOLD_SHELF = "08"
    TO_BE_RESHELVED = "09"
    IN_TRANSIT = "10"
    CLAIMED_RETURNED = "11"
    LOST = "12"
    MISSING = "13"


class TerminalState(StrEnum):
    """How a terminal is, in a 99."""

    OK = "0"
    PAPER_OUT = "1"
    SHUTTING_DOWN = "2"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed field: its width in characters, how to read it, and how to write it.

    ``read`` returns the value and, where the text is against the protocol but harmless, what is odd; it raises
    ``ValueError`` where a wrong reading would do harm. ``write`` returns the text or raises one of ``ValueError`` and
    ``TypeError``.
    """

    width: int
    read: Callable[[str], tuple[Any, Oddity | None]]
    write: Callable[[Any], str]


def _flag(letters: str) -> Fixed:
    values: dict[str, bool | None] = dict(zip(letters, (True, False, None), strict=False))
    by_value = {value: letter for letter, value in values.items()}
    fallback = None if None in by_value else False

    def read(text: str) -> tuple[bool | None, Oddity | None]:
        if text in values:
            return values[text], None
        return fallback, Oddity.BAD_FLAG

    def write(value: bool | None) -> str:  # noqa: FBT001 - the value of a field, not a switch of this function
        if value is not True and value is not False and value is not None:
            raise TypeError(value)
        try:
            return by_value[value]
        except KeyError:
            raise TypeError(value) from None

    return Fixed(1, read, write)


def _verdict(yes: str, no: str) -> Fixed:
    def read(text: str) -> tuple[bool, None]:
        if text == yes:
            return True, None
        if text == no:
            return False, None
        raise ValueError(text)

    def write(value: bool) -> str:  # noqa: FBT001 - the value of a field, not a switch of this function
        if value is True:
            return yes
        if value is False:
            return no
        raise TypeError(value)

    return Fixed(1, read, write)


def _read_moment(text: str) -> tuple[datetime | None, Oddity | None]:
    moment = read_date(text)
    if moment is None and text.strip(" "):
        return None, Oddity.BAD_DATE
    return moment, None


def _number(width: int) -> Fixed:
    blank = " " * width
    top = 10**width - 1
    shape = re.compile(r" *[0-9]+", re.ASCII)

    def read(text: str) -> tuple[int | None, Oddity | None]:
        if shape.fullmatch(text):
            return int(text), None
        return None, None if text == blank else Oddity.BAD_NUMBER

    def write(value: int | None) -> str:
        if value is None:
            return blank
        if not 0 <= value <= top:
            raise ValueError(value)
        return f"{value:0{width}d}"

    return Fixed(width, read, write)


def _text(width: int) -> Fixed:
    def read(text: str) -> tuple[str, None]:
        return text, None

    def write(value: str) -> str:
        if not isinstance(value, str):
            raise TypeError(value)
        if len(value) != width:
            raise ValueError(value)
        return str(value)

    return Fixed(width, read, write)


_NO_FLAGS: frozenset[PatronFlag] = frozenset()
_STATUS_WIDTH = len(PatronFlag)
_SUMMARY_WIDTH = 10


def _read_status(text: str) -> tuple[frozenset[PatronFlag], Oddity | None]:
    if text.isspace():
        return _NO_FLAGS, None if text == " " * _STATUS_WIDTH else Oddity.BAD_STATUS
    flags = frozenset(PatronFlag(place) for place, letter in enumerate(text) if letter == "Y")
    return flags, None if set(text) <= {"Y", " "} else Oddity.BAD_STATUS


def _write_status(flags: frozenset[PatronFlag]) -> str:
    return "".join("Y" if place in flags else " " for place in range(_STATUS_WIDTH))


def _read_summary(text: str) -> tuple[Summary | None, Oddity | None]:
    place = text.find("Y")
    summary = Summary(place) if 0 <= place < len(Summary) else None
    return summary, None if text == _write_summary(summary) else Oddity.BAD_SUMMARY


def _write_summary(summary: Summary | None) -> str:
    if summary is None:
        return " " * _SUMMARY_WIDTH
    return "Y".rjust(summary + 1).ljust(_SUMMARY_WIDTH)


FLAG = _flag("YN")
"""``bool``; whatever is not ``Y`` is ``False``, for every Y of the protocol permits something."""
FLAG_OR_UNKNOWN = _flag("YNU")
"""``bool | None``; ``U`` is ``None``."""
OK = _verdict("1", "0")
"""``bool``; anything else makes the line malformed."""
ACCEPTED = _verdict("Y", "N")
"""``bool``; anything else makes the line malformed."""
DATE = Fixed(DATE_WIDTH, _read_moment, write_date)
"""``datetime | None``: naive is the local time of both ends, aware is UTC, ``None`` is 18 blanks."""
NUMBER3 = _number(3)
"""``int | None``; ``None`` is blanks."""
NUMBER4 = _number(4)
"""``int | None``; ``None`` is blanks: the sender does not count."""
TEXT1 = _text(1)
TEXT2 = _text(2)
TEXT3 = _text(3)
TEXT4 = _text(4)
PATRON_STATUS = Fixed(_STATUS_WIDTH, _read_status, _write_status)
"""``frozenset[PatronFlag]``."""
SUMMARY = Fixed(_SUMMARY_WIDTH, _read_summary, _write_summary)
"""``Summary | None``; the first Y counts."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tagged field: ``str | None`` in a message (``None`` is absent, empty is empty), or a tuple if repeatable."""

    id: str
    repeatable: bool = False
    exact: bool = False
    """An identifier or a secret: never transliterated, never cut."""
    private: bool = False
    """Belongs to a patron or is a secret: never printed."""


AA = Tag("AA", exact=True, private=True)
AB = Tag("AB", exact=True, private=True)
AC = Tag("AC", exact=True, private=True)
AD = Tag("AD", exact=True, private=True)
AE = Tag("AE", private=True)
AF = Tag("AF", repeatable=True, private=True)
AG = Tag("AG", repeatable=True, private=True)
AH = Tag("AH")
AJ = Tag("AJ", private=True)
AL = Tag("AL", private=True)
AM = Tag("AM")
AN = Tag("AN")
AO = Tag("AO", exact=True)
AP = Tag("AP", exact=True)
AQ = Tag("AQ")
AS = Tag("AS", repeatable=True, private=True)
AT = Tag("AT", repeatable=True, private=True)
AU = Tag("AU", repeatable=True, private=True)
AV = Tag("AV", repeatable=True, private=True)
BD = Tag("BD", private=True)
BE = Tag("BE", private=True)
BF = Tag("BF", private=True)
BG = Tag("BG")
BH = Tag("BH")
BI = Tag("BI")
BK = Tag("BK", exact=True, private=True)
BL = Tag("BL")
BM = Tag("BM", repeatable=True, private=True)
BN = Tag("BN", repeatable=True, private=True)
BO = Tag("BO")
BP = Tag("BP")
BQ = Tag("BQ")
BR = Tag("BR")
BS = Tag("BS", exact=True)
BT = Tag("BT")
BU = Tag("BU", repeatable=True, private=True)
BV = Tag("BV", private=True)
BW = Tag("BW")
BX = Tag("BX")
BY = Tag("BY")
BZ = Tag("BZ")
CA = Tag("CA")
CB = Tag("CB")
CC = Tag("CC")
CD = Tag("CD", repeatable=True, private=True)
CF = Tag("CF")
CG = Tag("CG", exact=True, private=True)
CH = Tag("CH")
CI = Tag("CI")
CJ = Tag("CJ")
CK = Tag("CK")
CL = Tag("CL")
CM = Tag("CM")
CN = Tag("CN", exact=True, private=True)
CO = Tag("CO", exact=True, private=True)
CP = Tag("CP", exact=True)
CQ = Tag("CQ")
CR = Tag("CR")
CS = Tag("CS")
CT = Tag("CT")
CV = Tag("CV")
CY = Tag("CY", exact=True, private=True)
DA = Tag("DA", private=True)
