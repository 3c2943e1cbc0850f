"""What the page of statistics says: spans of days, words for codes, and the rows of the table for other programs."""

import csv
import io
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from server.fleet.statistics import Done, Statistics

LONGEST: Final = timedelta(days=3 * 366)
"""No more days are counted at once."""

EARLIEST, LATEST = date(1970, 1, 1), date(2200, 1, 1)

SPAN: Mapping[str, str] = MappingProxyType(
    {
        "month": "This month",
        "last_month": "Last month",
        "year": "This year",
        "last_year": "Last year",
    }
)
"""The spans that a library reports of."""

MOST_BARS: Final = 62
"""Days that are shown one by one; more of them are shown by month."""

ENDING: Mapping[str, str] = MappingProxyType(
    {
        "done": "Done",
        "refused": "Refused",
        "abandoned": "Left before the end",
        "fault": "A fault of the kiosk",
    }
)

SERVICE: Mapping[str, str] = MappingProxyType(
    {
        "borrow": "Borrow",
        "return": "Return",
        "account": "See the account",
    }
)
"""What readers came for first."""

REFUSAL: Mapping[str, str] = MappingProxyType(
    {
        "patron_unknown": "The card is unknown",
        "patron_blocked": "The card is blocked or lost",
        "patron_expired": "The card has expired",
        "patron_limit_reached": "Too many books on loan",
        "patron_suspended": "A book came back late",
        "patron_overdue": "Books are overdue",
        "fee_limit_reached": "Fees are unpaid",
        "fee_not_acknowledged": "The fee was not agreed to",
        "wrong_pin": "Wrong PIN",
        "pin_locked": "Too many wrong PINs",
        "item_unknown": "The book is unknown",
        "item_not_for_loan": "The book is not for loan",
        "item_on_loan": "The book is on loan to somebody else",
        "item_on_loan_to_same_patron": "The book is on loan to the same reader already",
        "item_reserved": "The book is reserved for somebody else",
        "item_not_on_loan": "The book is not on loan",
        "renewal_limit_reached": "Renewed as often as may be",
        "hold_exists": "Reserved by this reader already",
        "hold_limit_reached": "Too many reservations",
        "other": "Another reason",
    }
)

COLUMNS: Final = (
    "day",
    "kiosk",
    "place",
    "visits",
    "loans",
    "returns",
    "renewals",
    "refused",
    "unknown",
    "offline",
)
"""Of the table for other programs; the names are the protocol's and are not translated."""


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both counted."""

    first: date
    last: date


def span_of(name: str, today: date) -> Days:
    """Return the days of a span by its key; an unknown one is this month."""
    match name:
        case "last_month":
            last = today.replace(day=1) - timedelta(days=1)
            return Days(last.replace(day=1), last)
        case "year":
            return Days(date(today.year, 1, 1), date(today.year, 12, 31))
        case "last_year":
            return Days(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
        case _:
            return Days(today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1]))


def asked_days(first: date | None, last: date | None, span: str, today: date) -> Days | None:
    """Return the days that were asked for; ``None``: they end before they begin, or are too many."""
    if first is None and last is None:
        return span_of(span, today)
    begin = first or last or today
    end = last or max(begin, today)
    is_of_our_time = begin >= EARLIEST and end < LATEST
    return Days(begin, end) if is_of_our_time and begin <= end and end - begin <= LONGEST else None


def bars(found: Statistics) -> tuple[tuple[str, Done], ...]:
    """Return what was done by day, or by month where the days are more than a page shows, with those without a visit.

    A day is named ``2026-03-02``, a month ``2026-03``.
    """
    count = (found.last - found.first).days + 1
    by_month = count > MOST_BARS
    total: dict[str, Done] = {}
    for ago in range(count):
        day = found.first + timedelta(days=ago)
        total.setdefault(_name(day, by_month=by_month), Done())
    for day, kiosks in found.days.items():
        name = _name(day, by_month=by_month)
        total[name] = sum(kiosks.values(), total[name])
    return tuple(total.items())


def _name(day: date, *, by_month: bool) -> str:
    return day.isoformat()[: len("2026-03") if by_month else None]


def table(found: Statistics) -> str:
    """Write CSV (RFC 4180; a byte order mark for spreadsheets): a row for each day and kiosk with a visit."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_rows(found))
    return out.getvalue()


def _rows(found: Statistics) -> Iterator[tuple[str | int, ...]]:
    places = {each.kiosk_id: each.place for each in found.kiosks}
    for day, kiosks in found.days.items():
        for kiosk_id, done in sorted(kiosks.items()):
            yield (
                day.isoformat(),
                kiosk_id,
                _no_formula(places.get(kiosk_id, "")),
                done.visits,
                done.loans,
                done.returns,
                done.renewals,
                done.refused,
                done.unknown,
                done.offline,
            )


def _no_formula(text: str) -> str:
    """Keep a spreadsheet from taking a kiosk's words for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
