"""What was done at the kiosks, counted over days."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mqtt.topics import Channel
from server.fleet.models import KioskReading, Visit
from server.fleet.readings import FINE_FOR, slot_of
from server.fleet.statistics import Done, StoredStatistics
from server.store.engine import transaction
from tests.support.fleet_intake import NOW, Store, message
from tests.support.mqtt_messages import KIOSK, birth

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2026, 3, 2)
"""``NOW`` is 15:30 of it in Hà Nội."""


def came(store: Store, at: datetime, kiosk_id: str = KIOSK, **told: Any) -> None:
    """Store a visit."""
    visit = {
        "visit_id": "v",
        "received_at": NOW,
        "ending": "done",
        "seconds": 30.0,
        "language": "vi",
        "lent": 0,
        "refused": 0,
        "refusals": "{}",
        "unknown": 0,
        "alarms_still_on": 0,
        "receipt": "printed",
    }
    with transaction(store.engine) as session:
        number = session.query(Visit).count()
        session.add(Visit(kiosk_id=kiosk_id, event_id=f"e-{number}", occurred_at=at, **{**visit, **told}))


def counted(store: Store, first: date = DAY, last: date = DAY, **asked: Any) -> Any:
    """Count in Hà Nội's days."""
    return StoredStatistics(store.engine, HANOI, lambda: {KIOSK: "Phòng đọc"}).statistics(first, last, NOW, **asked)


def hanoi(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """Return a moment of Hà Nội."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HANOI)


def test_each_thing_is_counted_apart_on_the_librarys_own_days(store: Store) -> None:
    came(store, hanoi(0, 0), lent=2, returned=1, renewed=3, refused=1, offline=2, unknown=1, refusals='{"a": 1}')
    came(store, hanoi(23, 59), lent=1)
    came(store, hanoi(23, 59, DAY - timedelta(days=1)), lent=50)
    came(store, hanoi(0, 0, DAY + timedelta(days=1)), lent=50)

    found = counted(store)

    assert found.done == Done(visits=2, loans=3, returns=1, renewals=3, refused=1, unknown=1, offline=2)
    assert found.days == {DAY: {KIOSK: found.done}}
    assert {hour: visits for hour, visits in enumerate(found.hours) if visits} == {0: 1, 23: 1}


def test_a_zone_half_an_hour_off_has_its_own_midnight(store: Store) -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    came(store, datetime(2026, 3, 2, 0, 10, tzinfo=kolkata))
    came(store, datetime(2026, 3, 1, 23, 50, tzinfo=kolkata))

    found = StoredStatistics(store.engine, kolkata).statistics(DAY - timedelta(days=1), DAY, NOW)

    assert {day: sum(done.visits for done in kiosks.values()) for day, kiosks in found.days.items()} == {
        DAY - timedelta(days=1): 1,
        DAY: 1,
    }
    assert (found.hours[0], found.hours[23]) == (1, 1)


def test_reasons_endings_services_and_languages_come_most_frequent_first(store: Store) -> None:
    came(store, hanoi(9), refused=3, refusals='{"item_on_loan": 2, "patron_blocked": 1}', ending="refused")
    came(store, hanoi(9), refused=3, refusals='{"patron_blocked": 3}', service="return", language="en")
    came(store, hanoi(9))

    found = counted(store)

    assert list(found.refusals.items()) == [("patron_blocked", 4), ("item_on_loan", 2)]
    assert list(found.endings.items()) == [("done", 2), ("refused", 1)]
    assert found.services == {"borrow": 2, "return": 1}
    assert list(found.languages.items()) == [("vi", 2), ("en", 1)]


def test_the_middle_of_the_visits_is_not_moved_by_one_that_never_ended(store: Store) -> None:
    for seconds in (11.0, 12.0, 13.0, 21.0, 86_400.0):
        came(store, hanoi(9), seconds=seconds)

    found = counted(store)

    assert (found.middle_s, found.most_s) == (15.0, 86_405.0)


def test_without_a_visit_there_is_no_middle_and_every_kiosk_stands_there_all_the_same(store: Store) -> None:
    store.take(message(Channel.META, birth()))

    found = counted(store)

    assert (found.middle_s, found.most_s, found.done) == (None, None, Done())
    assert [(each.kiosk_id, each.name, each.place) for each in found.kiosks] == [(KIOSK, "Quầy 1", "Phòng đọc")]


def test_one_kiosk_can_be_asked_for(store: Store) -> None:
    store.take(message(Channel.META, birth()))
    came(store, hanoi(9), lent=2)
    came(store, hanoi(9), "k-other", lent=5, ending="abandoned")

    one, other = counted(store, kiosk_id=KIOSK), counted(store, kiosk_id="k-other")

    assert (one.done.loans, other.done.loans, counted(store).done.loans) == (2, 5, 7)
    assert [(each.kiosk_id, each.ended_well) for each in one.kiosks] == [(KIOSK, 1)]
    assert other.kiosks == ()  # it told of a visit and never who it is


@pytest.mark.parametrize(("age", "step"), [(timedelta(0), 1), (FINE_FOR + timedelta(days=3), 12)])
def test_how_much_of_the_time_a_kiosk_was_there(store: Store, age: timedelta, step: int) -> None:
    store.now = NOW - timedelta(days=400)
    store.take(message(Channel.META, birth()))
    day = DAY - timedelta(days=1) - timedelta(days=age.days)
    begin = slot_of(hanoi(0, 0, day))
    with transaction(store.engine) as session:
        for number in range(0, 216, step):  # 18 hours, of which nobody could hear six
            session.add(
                KioskReading(
                    kiosk_id=KIOSK, slot=begin + number, late=72 <= number < 144, loop_lag_ms=1, outbox_depth=0
                )
            )

    (kiosk,) = counted(store, day, day).kiosks

    assert (kiosk.on, kiosk.heard) == pytest.approx((0.75, 0.5))


def test_a_kiosk_that_came_today_is_measured_from_its_coming(store: Store) -> None:
    store.now = NOW - timedelta(hours=2)
    store.take(message(Channel.META, birth()))
    with transaction(store.engine) as session:
        for number in range(12):
            session.add(
                KioskReading(kiosk_id=KIOSK, slot=slot_of(NOW) - 1 - number, late=False, loop_lag_ms=1, outbox_depth=0)
            )

    (kiosk,) = counted(store).kiosks

    assert kiosk.on == pytest.approx(0.5)
