"""The part of ``kiosk.toml`` that says who of the staff may do what at the kiosk, and when it is open."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, field_validator, model_validator

from kiosk.session.staff_values import EmergencyDesk
from library.lending.opening_hours import MINUTES, OpeningHours, Span
from library.lending.overrides import OVERRIDABLE
from library.lending.refusals import Refusal
from settings.toml_file import Section

_SPAN: Final = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_LONGEST_CLOSURE: Final = timedelta(days=400)


class StaffSection(Section):
    """Staff mode: by staff card or service key, and PIN."""

    file: Path | None = None
    """The roll of staff, made by ``kiosk staff add``; without it the kiosk has no staff mode."""
    pin_tries: Annotated[int, Field(ge=1, le=10)] = 3
    pin_lock_s: Annotated[float, Field(ge=60, le=86400)] = 900.0
    """For so long a staff card, or the service key, cannot be used here after so many wrong PINs."""
    idle_s: Annotated[float, Field(ge=20, le=3600)] = 120.0
    """Without a touch for so long, the kiosk leaves staff mode by itself."""

    may_override: tuple[Refusal, ...] = tuple(sorted(OVERRIDABLE))
    """What staff may override here with a reason, where the library system looks at that; empty: nothing."""
    emergency_desk: EmergencyDesk = EmergencyDesk.RULES
    """What staff do for readers while the library system does not answer."""

    @field_validator("may_override")
    @classmethod
    def _may_be(cls, told: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
        if never := [each for each in told if each not in OVERRIDABLE]:
            raise ValueError(f"{never[0]} is never overridden; what may be: {', '.join(sorted(OVERRIDABLE))}")
        return told


class Weekday(StrEnum):
    """A day of the week, as it is written in ``[opening.hours]``."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class OpeningSection(Section):
    """When the kiosk is for patrons."""

    hours: dict[Weekday, tuple[str, ...]] = Field(default_factory=dict)
    """Spans like ``07:30-11:30`` by day of the week; a day without any is closed. Empty: always open."""
    closed_days: tuple[date | str, ...] = ()
    """Days, or spans of days like ``2027-02-05/2027-02-12``."""
    returns_when_closed: bool = False
    """Items are taken back outside the hours as well."""

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        self.opening_hours()
        return self

    def opening_hours(self) -> OpeningHours:
        """Give the hours in the library's words."""
        days = list(Weekday)
        spans = (_span(days.index(day), text) for day, texts in self.hours.items() for text in texts)
        return OpeningHours(tuple(spans), frozenset(day for each in self.closed_days for day in _days(each)))


def _span(weekday: int, text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"hours: {text!r} is no span of time; one is '07:30-11:30'")
    first_hour, first_minute, last_hour, last_minute = map(int, found.groups())
    begin, end = first_hour * 60 + first_minute, last_hour * 60 + last_minute
    if not begin < end <= MINUTES or max(first_minute, last_minute) > 59:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(f"hours: {text!r} does not end after it begins, on the same day")
    return Span(weekday, begin, end)


def _days(told: date | str) -> Iterator[date]:
    if isinstance(told, date):
        yield told
        return
    first, _, last = told.partition("/")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise ValueError(f"closed_days: {told!r} is no day; one is 2027-01-01, or '2027-02-05/2027-02-12'") from None
    if not begin <= end <= begin + _LONGEST_CLOSURE:
        raise ValueError(f"closed_days: {told!r} does not end after it begins, within a year")
    while begin <= end:
        yield begin
        begin += timedelta(days=1)
