"""How kiosks did over time: of each one reading every five minutes, also of the time in which nobody could hear it."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mqtt.health import HealthReading, KioskHealth
from server.fleet.known import Known
from server.fleet.models import Kiosk, KioskReading

SLOT: Final = timedelta(minutes=5)
"""A kiosk has one reading in each of these at most, however often it tells: what comes twice changes nothing."""
FINE_FOR: Final = timedelta(days=14)
"""So long all of them are kept; after that one an hour."""
KEPT_FOR: Final = timedelta(days=365)
_SLOTS_AN_HOUR: Final = timedelta(hours=1) // SLOT
_LOOK_BACK: Final = timedelta(days=30)
"""How far behind ``FINE_FOR`` thinning looks: as long may a server have been off."""


def slot_of(at: datetime) -> int:
    """Return the number of the five minutes, counted from 1970 UTC, in which a moment lies."""
    return (at - datetime.fromtimestamp(0, UTC)) // SLOT


def start_of(slot: int) -> datetime:
    """Return when a slot begins."""
    return datetime.fromtimestamp(0, UTC) + slot * SLOT


def take_live(session: Session, known: Known, kiosk: Kiosk, health: KioskHealth, now: datetime) -> None:
    """Keep what a kiosk tells of itself now, where these five minutes have none of it yet."""
    slot = slot_of(now)
    if slot == kiosk.reading_slot:
        return
    kiosk.reading_slot = slot
    if not _kept(session, known, kiosk.kiosk_id, [slot]):
        _keep(session, known, kiosk.kiosk_id, slot, health)


def take_missed(
    session: Session, known: Known, kiosk_id: str, readings: Sequence[HealthReading], now: datetime
) -> None:
    """Keep what a kiosk could not tell when it was so; its own clock does not matter, only how long ago it was.

    What is older than readings are kept in full is left out: no agent keeps that much.
    """
    oldest_s = FINE_FOR / timedelta(seconds=1)
    ages = [(slot_of(now - timedelta(seconds=each.age_s)), each) for each in readings if each.age_s <= oldest_s]
    kept = _kept(session, known, kiosk_id, [slot for slot, _ in ages])
    for slot, each in ages:
        if slot in kept:
            continue
        kept.add(slot)
        _keep(session, known, kiosk_id, slot, each)


def thin_out(session: Session, now: datetime) -> None:
    """Drop what is too old, and of what is no longer kept in full all but the first of each hour."""
    fine = slot_of(now - FINE_FOR)
    session.execute(delete(KioskReading).where(KioskReading.slot < slot_of(now - KEPT_FOR)))
    session.execute(
        delete(KioskReading).where(
            KioskReading.slot >= slot_of(now - FINE_FOR - _LOOK_BACK),
            KioskReading.slot < fine,
            KioskReading.slot % _SLOTS_AN_HOUR != 0,
        )
    )


def readings_of(session: Session, kiosk_id: str, since: datetime) -> list[KioskReading]:
    """Return a kiosk's readings from a moment on, oldest first."""
    wanted = select(KioskReading).where(KioskReading.kiosk_id == kiosk_id, KioskReading.slot >= slot_of(since))
    return list(session.scalars(wanted.order_by(KioskReading.slot)))


def _kept(session: Session, known: Known, kiosk_id: str, slots: Collection[int]) -> set[int]:
    """Return those of the slots that have a reading, stored or about to be."""
    wanted = select(KioskReading.slot).where(KioskReading.kiosk_id == kiosk_id, KioskReading.slot.in_(slots))
    return {slot for slot in slots if (kiosk_id, slot) in known.readings} | set(session.scalars(wanted))


def _keep(session: Session, known: Known, kiosk_id: str, slot: int, told: KioskHealth | HealthReading) -> None:
    session.add(
        KioskReading(
            kiosk_id=kiosk_id,
            slot=slot,
            late=isinstance(told, HealthReading),
            loop_lag_ms=told.loop_lag_ms,
            memory_available_bytes=told.memory_available_bytes,
            disk_free_bytes=told.disk_free_bytes,
            load_1min=told.load_1min,
            temperature_c=told.temperature_c,
            outbox_depth=told.outbox_depth,
        )
    )
    known.readings.add((kiosk_id, slot))
