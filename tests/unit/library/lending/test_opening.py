"""A loan is due on an open day, in the library's own time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.lending.opening import OpeningDays, due_date

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_ZONES = st.sampled_from([_VIETNAM, ZoneInfo("America/Los_Angeles"), ZoneInfo("UTC")])
_DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
_OPENINGS = st.builds(
    OpeningDays,
    closed_weekdays=st.frozensets(st.integers(0, 6)),
    holidays=st.frozensets(_DAYS, max_size=20),
    closes_at=st.sampled_from([time(17, 30), time(23, 59, 59)]),
)
_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants naive bounds


def test_a_due_date_on_a_sunday_moves_to_monday() -> None:
    tuesday = datetime(2026, 7, 28, 10, 0, tzinfo=_VIETNAM)

    due = due_date(tuesday, 5, OpeningDays(closed_weekdays=frozenset({6})), _VIETNAM)

    assert due.at == datetime(2026, 8, 3, 23, 59, 59, tzinfo=_VIETNAM)
    assert due.day == date(2026, 8, 3)


def test_the_new_year_holidays_are_passed_over_whole() -> None:
    tet = frozenset(date(2027, 2, 5) + timedelta(days=step) for step in range(9))

    due = due_date(datetime(2027, 1, 22, 9, 0, tzinfo=_VIETNAM), 14, OpeningDays(holidays=tet), _VIETNAM)

    assert due.day == date(2027, 2, 14)


def test_the_day_is_the_librarys_own_and_not_the_servers() -> None:
    late_in_london = datetime(2026, 7, 28, 18, 30, tzinfo=UTC)

    due = due_date(late_in_london, 1, OpeningDays(), _VIETNAM)

    assert due.day == date(2026, 7, 30)


def test_a_place_without_any_opening_day_still_has_due_dates() -> None:
    closed = OpeningDays(closed_weekdays=frozenset(range(7)), holidays=frozenset({date(2026, 7, 29)}))

    due = due_date(datetime(2026, 7, 28, 9, 0, tzinfo=_VIETNAM), 1, closed, _VIETNAM)

    assert due.day == date(2026, 7, 29)


@pytest.mark.parametrize("days", [0, 14])
@given(moment=_MOMENTS, opening=_OPENINGS, zone=_ZONES)
def test_a_due_date_is_an_open_day_not_before_its_time(
    days: int, moment: datetime, opening: OpeningDays, zone: ZoneInfo
) -> None:
    due = due_date(moment, days, opening, zone)

    nominal = moment.astimezone(zone).date() + timedelta(days=days)
    assert opening.is_open(due.day)
    assert due.day >= nominal
    assert not any(opening.is_open(nominal + timedelta(days=step)) for step in range((due.day - nominal).days))
    assert due.at.timetz() == opening.closes_at.replace(tzinfo=zone)
