"""Due dates as library systems write them: SIP2's 18 characters, ISO 8601, and what people type."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from sip2.dates import read_date

_CLOCK = r"(?:[T ,]+(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
_ISO = re.compile(
    r"(?P<year>\d{4})(?P<sign>[-/.]?)(?P<month>\d{2})(?P=sign)(?P<day>\d{2})"
    + _CLOCK
    + r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_NUMBERS = re.compile(r"(?P<first>\d{1,2})([/.-])(?P<second_number>\d{1,2})\2(?P<year>\d{4})" + _CLOCK, re.ASCII)
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})[ -](?P<name>[A-Za-z]{3,9})\.?,?[ -](?P<year>\d{4})" + _CLOCK, re.ASCII)
_MONTH_DAY = re.compile(r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})" + _CLOCK, re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEARS = range(2000, 2200)
_NOON = 12


def read_due_date(text: str | None, zone: tzinfo, *, day_first: bool | None = None) -> datetime | None:
    """Return the moment in the library's zone, or ``None`` where the text does not say one for certain.

    A date without a time means the end of that day. ``day_first`` says how 03/04/2026 is to be read; without it only a
    date in which one number is above 12 is.
    """
    if text is None:
        return None
    plain = read_date(text)
    if plain is not None:
        return _in_zone(plain, zone) if plain.year in _YEARS else None
    text = text.strip()
    try:
        return _read_iso(text, zone) or _read_numbers(text, zone, day_first) or _read_names(text, zone)
    except (ValueError, OverflowError):
        return None


def _read_iso(text: str, zone: tzinfo) -> datetime | None:
    found = _ISO.fullmatch(text)
    return (
        _moment(found, int(found["month"]), int(found["day"]), _offset(found["zone"]) or zone, zone) if found else None
    )


def _read_numbers(text: str, zone: tzinfo, day_first: bool | None) -> datetime | None:  # noqa: FBT001 - passed on
    found = _NUMBERS.fullmatch(text)
    if not found:
        return None
    first, second = int(found["first"]), int(found["second_number"])
    if first == second or second > _NOON or (day_first is False and first <= _NOON):
        return _moment(found, first, second, zone, zone)
    if first > _NOON or day_first:
        return _moment(found, second, first, zone, zone)
    return None


def _read_names(text: str, zone: tzinfo) -> datetime | None:
    found = _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text)
    if not found or found["name"][:3].lower() not in _MONTHS:
        return None
    return _moment(found, _MONTHS.index(found["name"][:3].lower()) + 1, int(found["day"]), zone, zone)


def _moment(found: re.Match[str], month: int, day: int, meant: tzinfo, zone: tzinfo) -> datetime | None:
    year = int(found["year"])
    if year not in _YEARS:
        return None
    if found["hour"] is None:
        return datetime(year, month, day, 23, 59, tzinfo=zone)
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % _NOON + (_NOON if found["half"][0] in "pP" else 0)
    moment = datetime(year, month, day, hour, int(found["minute"]), int(found["second"] or 0), tzinfo=meant)
    return moment.astimezone(zone)


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-size if text[0] == "-" else size)


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
