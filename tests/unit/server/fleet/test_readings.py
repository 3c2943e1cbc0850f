"""A reading of each kiosk every five minutes."""

from datetime import timedelta

import pytest

from mqtt.envelope import SCHEMA_VERSION
from mqtt.health import READINGS_LIMIT, HealthReading, KioskReadings
from mqtt.topics import Channel
from server.fleet.models import DeadLetter, KioskReading
from server.fleet.readings import FINE_FOR, KEPT_FOR, SLOT, readings_of, slot_of, start_of, thin_out
from server.store.engine import transaction
from tests.support.fleet_intake import NOW, Store, message
from tests.support.mqtt_messages import KIOSK, health


def reading(age_s: float, lag_ms: float = 1.0) -> HealthReading:
    """Return a reading of some time ago."""
    return HealthReading(age_s=age_s, loop_lag_ms=lag_ms, outbox_depth=4, disk_free_bytes=9, temperature_c=51.5)


def missed(*readings: HealthReading, dropped: int = 0) -> KioskReadings:
    """Return readings that nobody heard."""
    return KioskReadings(sent_at=NOW, kiosk_id=KIOSK, session_id="s-2", dropped=dropped, readings=readings)


def slots(store: Store) -> list[tuple[int, bool]]:
    """Return the stored ones as slots before that of ``NOW``."""
    return sorted((slot_of(NOW) - row.slot, row.late) for row in store.rows(KioskReading))


def test_of_what_a_kiosk_tells_in_five_minutes_one_reading_is_kept(store: Store) -> None:
    store.take(message(Channel.HEALTH, health()), message(Channel.HEALTH, health()))
    store.now += timedelta(seconds=30)
    store.take(message(Channel.HEALTH, health()))
    store.now += SLOT
    store.take(message(Channel.HEALTH, health()))

    assert slots(store) == [(-1, False), (0, False)]


def test_what_nobody_heard_stands_where_it_belongs_and_what_comes_twice_stands_once(store: Store) -> None:
    told = message(Channel.READINGS, missed(reading(1200), reading(900), reading(901), reading(0)))
    store.take(message(Channel.HEALTH, health()))
    store.take(told, told)
    store.take(told)

    assert slots(store) == [(0, False), (3, True), (4, True)]
    (row, *_) = sorted(store.rows(KioskReading), key=lambda row: row.slot)
    assert (row.outbox_depth, row.disk_free_bytes, row.temperature_c) == (4, 9, 51.5)


def test_a_clock_of_the_server_that_goes_back_spoils_no_batch(store: Store) -> None:
    store.take(message(Channel.HEALTH, health()))
    store.now += timedelta(days=4000)
    store.take(message(Channel.HEALTH, health()))
    store.now = NOW
    store.take(message(Channel.HEALTH, health()))
    store.now += SLOT
    store.take(message(Channel.HEALTH, health()))

    assert [late for _, late in slots(store)] == [False] * 3


@pytest.mark.parametrize("age_s", [FINE_FOR.total_seconds() + 1, 1e15])
def test_an_age_that_nobody_can_have_is_left_out(store: Store, age_s: float) -> None:
    store.take(message(Channel.READINGS, missed(reading(age_s), reading(600))))

    assert slots(store) == [(2, True)]


def test_too_many_readings_are_no_message(store: Store) -> None:
    many = b'{"schema_version": "%s", "sent_at": "2026-03-02T08:30:00Z", "kiosk_id": "%s", "session_id": "s", ' % (
        SCHEMA_VERSION.encode(),
        KIOSK.encode(),
    )
    one = b'{"age_s": 1, "loop_lag_ms": 1, "outbox_depth": 1}'
    payload = many + b'"dropped": 0, "readings": [' + b",".join([one] * (READINGS_LIMIT + 1)) + b"]}"
    store.take(message(Channel.READINGS, payload))

    assert [letter.fault for letter in store.rows(DeadLetter)] == ["readings: too_long"]


def test_after_a_fortnight_one_an_hour_stays_and_after_a_year_none(store: Store) -> None:
    hour = start_of(slot_of(NOW) // 12 * 12)
    for at in (NOW - KEPT_FOR - 2 * SLOT, hour - FINE_FOR - timedelta(hours=2), NOW - FINE_FOR + SLOT):
        store.now = at
        store.take(message(Channel.HEALTH, health()))
        store.now = at + SLOT
        store.take(message(Channel.HEALTH, health()))
    with transaction(store.engine) as session:
        thin_out(session, NOW)
        kept = [start_of(row.slot) for row in readings_of(session, KIOSK, NOW - KEPT_FOR)]

    fine = start_of(slot_of(NOW - FINE_FOR))
    assert kept == [hour - FINE_FOR - timedelta(hours=2), fine + SLOT, fine + 2 * SLOT]
