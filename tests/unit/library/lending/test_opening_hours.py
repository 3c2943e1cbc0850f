"""The hours of the day in which a place is open."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from library.lending.opening_hours import MINUTES, OpeningHours, Span

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 11, 23)
HOURS = OpeningHours(
    (Span(0, 810, 1020), Span(0, 450, 690), Span(5, 480, MINUTES)), closed_days=frozenset({date(2026, 11, 28)})
)
"""Monday 07:30 to 11:30 and 13:30 to 17:00, Saturday from 08:00 on, but for one Saturday."""


def at(day: int, time: str) -> datetime:
    hour, minute = time.split(":")
    return datetime(2026, 11, day, int(hour), int(minute), 59, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "time", "is_open"),
    [
        (23, "07:29", False),
        (23, "07:30", True),
        (23, "11:29", True),
        (23, "11:30", False),
        (23, "13:30", True),
        (23, "17:00", False),
        (24, "09:00", False),
        (21, "23:59", True),
        (28, "09:00", False),
    ],
)
def test_a_span_begins_with_its_first_minute_and_ends_before_its_last(day: int, time: str, is_open: bool) -> None:  # noqa: FBT001 - what is expected of the case
    assert HOURS.is_open(at(day, time)) is is_open


@pytest.mark.parametrize(
    ("day", "time", "expected"),
    [
        (23, "06:00", datetime(2026, 11, 23, 7, 30, tzinfo=ZONE)),
        (23, "11:30", datetime(2026, 11, 23, 13, 30, tzinfo=ZONE)),
        (23, "17:00", datetime(2026, 11, 30, 7, 30, tzinfo=ZONE)),
        (21, "23:59", datetime(2026, 11, 23, 7, 30, tzinfo=ZONE)),
    ],
)
def test_the_next_opening_is_the_first_span_on_a_day_that_is_not_closed(
    day: int, time: str, expected: datetime
) -> None:
    assert HOURS.opens_at(at(day, time)) == expected


def test_without_hours_it_is_open_but_on_the_days_on_which_it_is_closed() -> None:
    always = OpeningHours(closed_days=frozenset({MONDAY}))

    assert OpeningHours().is_open(at(23, "03:00"))
    assert not always.is_open(at(23, "12:00"))
    assert always.opens_at(at(23, "12:00")) == datetime(2026, 11, 24, tzinfo=ZONE)


def test_a_place_that_never_opens_names_no_moment() -> None:
    every_day = frozenset(date.fromordinal(MONDAY.toordinal() + number) for number in range(500))

    assert OpeningHours(closed_days=every_day).opens_at(at(23, "12:00")) is None
