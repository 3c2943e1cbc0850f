"""The QR code of the Vietnamese citizen card (thẻ căn cước): its fields, read with care and kept nowhere; pure.

``number|old number|name|birth|sex|address|issued`` and, on newer cards, further fields (a cancelled number, the
parents' names), which are dropped here. The number has twelve digits: three for where the birth was registered, one
for century and sex, two for the year of birth, six by chance. It has no check digit (Thông tư 07/2016/TT-BCA), so its
fields are held against each other. The code is not signed and can be copied: it proves nothing.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from library.text import nfc
from library.text.forms import printable

LONGEST_TEXT: Final = 600
"""Letters; a card of today has some 120, and parents' names do not double that."""
LONGEST_NAME: Final = 100
LONGEST_ADDRESS: Final = 200
DESK_AGE: Final = 16
"""Years; who is younger becomes a reader at the desk, with a parent or guardian."""

_FEWEST_FIELDS: Final = 7
_NUMBER: Final = re.compile(r"[0-9]{12}", re.ASCII)
_OLD_NUMBER: Final = re.compile(r"([0-9]{9})?", re.ASCII)
_DAY: Final = re.compile(r"([0-9]{2})/?([0-9]{2})/?([0-9]{4})", re.ASCII)
_FIRST_CENTURY: Final = 19
_BEGINS_LIKE_ONE: Final = re.compile(r"\s*[0-9]{12}\s*\|", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Sex(StrEnum):
    """What stands in the fifth field."""

    MALE = "nam"
    FEMALE = "nữ"


@dataclass(frozen=True, slots=True)
class CitizenCard:
    """What is on a card; it shows none of it when it is printed."""

    number: str = field(repr=False)
    old_number: str = field(repr=False)
    """Of nine digits; empty for who had none."""
    name: str = field(repr=False)
    born: date = field(repr=False)
    sex: Sex | None = field(repr=False)
    """``None``: a scanner that types keys mangled it."""
    address: str = field(repr=False)


class Misread(StrEnum):
    """A label that is a citizen card's and cannot be used."""

    CUT = "cut"
    """A part of it is missing, or a field has not the form that it must have."""
    CONTRADICTORY = "contradictory"
    """Its fields do not fit each other."""


def looks_like_citizen_card(text: str) -> bool:
    """Say whether this can be nothing else: no label of a library begins so."""
    return _BEGINS_LIKE_ONE.match(text) is not None


def read_citizen_card(text: str, today: date) -> CitizenCard | Misread:
    """Read the code's text; ``today`` is the day on which nobody on a card is yet to be born."""
    fields = [part.strip() for part in text.strip().split("|")]
    if len(text) > LONGEST_TEXT or len(fields) < _FEWEST_FIELDS or _CONTROL.search(text.strip()):
        return Misread.CUT
    number, old_number, name, born_text, sex_text, address, issued_text = fields[:_FEWEST_FIELDS]
    born, issued = _day(born_text), _day(issued_text)
    if not _NUMBER.fullmatch(number) or not _OLD_NUMBER.fullmatch(old_number) or born is None or issued is None:
        return Misread.CUT
    if not name or len(name) > LONGEST_NAME or len(address) > LONGEST_ADDRESS:
        return Misread.CUT
    sex = _sex(sex_text)
    if not born <= issued <= today or not _fits(number, born, sex):
        return Misread.CONTRADICTORY
    return CitizenCard(number, old_number, printable(nfc(name)), born, sex, printable(nfc(address)))


def is_citizen_number(text: str) -> bool:
    """Say whether this has the form of a number; whether anybody has it, nobody can tell from it."""
    return _NUMBER.fullmatch(text) is not None


def years_old(born: date, today: date) -> int:
    """Give the age in full years; who was born on 29 February is a year older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _day(text: str) -> date | None:
    """Read ``ddmmyyyy`` or ``dd/mm/yyyy``."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sex(text: str) -> Sex | None:
    word = nfc(text).casefold()
    return next((sex for sex in Sex if word == sex.value), None)


def _fits(number: str, born: date, sex: Sex | None) -> bool:
    """Hold the number's fourth, fifth and sixth digits against the fields: even digits are men's, odd ones women's."""
    century, by_sex = divmod(int(number[3]), 2)
    if int(number[4:6]) != born.year % 100 or _FIRST_CENTURY + century != born.year // 100:
        return False
    return sex is None or (sex is Sex.FEMALE) == bool(by_sex)
