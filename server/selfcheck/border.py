"""What crosses from the library's words to SIP2's wire and back."""

import re
from datetime import date, datetime
from typing import Final

from library.lending.opening import END_OF_DAY
from library.lending.refusals import Refusal
from library.text import nfc, printable
from server.circulation.refusals import CONSEQUENCES, Detail, Language
from sip2.dates import read_date, write_date

REFUSAL_FIELD: Final = "XR"
"""Our own tagged field with the refusal's value; systems that do not know it ignore it (spec p. 14)."""

CURRENCY: Final = "VND"

_DAY: Final = re.compile(r"[0-9]{8}")
_ENGLISH: Final = "001"
_UNREADABLE: Final = "\ufffd"


def wire_text(text: str) -> str:
    """Give ``text`` as one line without what a SIP2 value must not hold: control characters and the delimiter."""
    return printable(text).replace("|", "/").replace(_UNREADABLE, "?")


def number_from_wire(text: str | None) -> str:
    """Give a card or item number without outer blanks; empty, which is nobody's, when it holds what no number holds."""
    number = nfc(text or "").strip(" ")
    return number if printable(number) == number and _UNREADABLE not in number else ""


def wire_date(moment: datetime) -> datetime:
    """Give SIP2's local form (four blanks for the zone): the library's wall clock, whole seconds."""
    return moment.replace(tzinfo=None, microsecond=0)


def language_of(code: str, default: Language) -> Language:
    """Give the language that a request asks for; Vietnamese has no number on which all agree."""
    return "en" if code == _ENGLISH else default


def refusal_extension(refusal: Refusal | None) -> tuple[tuple[str, str], ...]:
    """Give our own field for a refusal, nothing without one."""
    return () if refusal is None else ((REFUSAL_FIELD, refusal.value),)


def refusal_words(refusal: Refusal | None, language: Language, detail: Detail = None) -> tuple[str, ...]:
    """Give the screen message (AF) for a refusal, nothing without one."""
    return () if refusal is None else (CONSEQUENCES[refusal].words(language, detail),)


def day_from_wire(text: str | None) -> date | None:
    """Read a day as SIP2's 18 characters or as YYYYMMDD; ``None`` where it is neither."""
    text = (text or "").strip(" ")
    moment = read_date(text)
    if moment is not None:
        return moment.date()
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def end_of(day: date | None) -> str | None:
    """Give the end of a day as SIP2's 18 characters."""
    return None if day is None else write_date(datetime.combine(day, END_OF_DAY))
