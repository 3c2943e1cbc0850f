"""One of each MQTT message."""

from datetime import UTC, datetime

from mqtt.envelope import Message
from mqtt.health import CatalogueReport, HealthReading, KioskHealth, KioskReadings, WaitingReport
from mqtt.messages import (
    STAFF_ACT,
    VISIT,
    DeviceCondition,
    DeviceReport,
    Event,
    EventAck,
    EventBatch,
    HardwareReport,
    KioskBirth,
    KioskCondition,
    KioskState,
    RefusalCount,
    ServerHello,
    ServerState,
    StaffActReport,
    VisitReport,
)

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
KIOSK = "k-first"


def visit(lent: int = 1) -> VisitReport:
    """Return a visit's data."""
    return VisitReport(
        visit_id="visit-1",
        end="done",
        seconds=12.5,
        language="vi",
        lent=lent,
        refused=(RefusalCount(reason="item_on_loan", count=2),),
        receipt="printed",
    )


def event(sequence: int = 1, event_id: str = "", lent: int = 1) -> Event:
    """Return a visit's event."""
    return Event(
        sequence=sequence,
        event_id=event_id or f"event-{sequence}",
        type=VISIT,
        occurred_at=NOW,
        data=visit(lent).model_dump(mode="json"),
    )


def staff_act(sequence: int = 1, **changes: str) -> Event:
    """Return an event of what staff did."""
    report = StaffActReport(act="device_tried", staff="quay-1", device="pad")
    data = {**report.model_dump(mode="json"), **changes}
    return Event(sequence=sequence, event_id=f"act-{sequence}", type=STAFF_ACT, occurred_at=NOW, data=data)


def batch(*events: Event, outbox_id: str = "outbox-1", oldest: int = 1, sent_at: datetime = NOW) -> EventBatch:
    """Return a batch."""
    return EventBatch(sent_at=sent_at, kiosk_id=KIOSK, outbox_id=outbox_id, oldest_sequence=oldest, events=events)


def state(condition: KioskCondition = KioskCondition.READY, session_id: str = "s-2", *reasons: str) -> KioskState:
    """Return a state."""
    return KioskState(
        sent_at=NOW, kiosk_id=KIOSK, run_id="r-1", session_id=session_id, state=condition, reasons=reasons
    )


def birth(session_id: str = "s-2", *devices: DeviceReport) -> KioskBirth:
    """Return a birth."""
    return KioskBirth(
        sent_at=NOW,
        kiosk_id=KIOSK,
        run_id="r-1",
        session_id=session_id,
        name="Quầy 1",
        place="Thư viện xã",
        hardware=HardwareReport(serial="100000001", model="Raspberry Pi 5", system="Linux"),
        agent_version="0.1.0",
        started_at=NOW,
        devices=devices,
        schema_versions={"KioskState": "1.0"},
        outbox_id="outbox-1",
    )


def health(session_id: str = "s-2") -> KioskHealth:
    """Return a health reading."""
    return KioskHealth(
        sent_at=NOW,
        kiosk_id=KIOSK,
        session_id=session_id,
        uptime_s=5.0,
        loop_lag_ms=1.5,
        outbox_depth=3,
        catalogue=CatalogueReport(records=24_004, heard_ago_s=12.5),
        waiting=WaitingReport(to_tell=2, oldest_s=90.5, alarms_owed=1),
        temperature_c=51.5,
    )


def readings(*readings: HealthReading) -> KioskReadings:
    """Return readings that nobody heard when they were made."""
    return KioskReadings(sent_at=NOW, kiosk_id=KIOSK, session_id="s-2", dropped=0, readings=readings)


EXAMPLES: tuple[Message, ...] = (
    state(KioskCondition.OUT_OF_ORDER, "s-2", "pad", "library_system"),
    birth("s-2", DeviceReport(role="printer", state=DeviceCondition.PRESENT, detail="paper_low")),
    health(),
    readings(HealthReading(age_s=600.0, loop_lag_ms=1.5, outbox_depth=2)),
    batch(event()),
    EventAck(sent_at=NOW, kiosk_id=KIOSK, outbox_id="outbox-1", through=7),
    ServerHello(sent_at=NOW, kiosk_id=KIOSK, session_id="s-2", server_time=NOW),
    ServerState(sent_at=NOW, online=True, epoch="e-1"),
)
