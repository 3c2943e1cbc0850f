"""What the pages read of the fleet."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine

from mqtt.envelope import Message
from mqtt.health import CatalogueReport
from mqtt.link_values import Received
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition, encode
from mqtt.topics import Channel, of_kiosk
from server.fleet import broker_status
from server.fleet.ingest import FLEET_STEPS
from server.fleet.intake import take_in
from server.fleet.overview import CopyView, KioskView, StoredFleet
from server.store.engine import open_engine, transaction
from server.store.migrate import migrate
from server.web.reading import FleetReader
from tests.support.mqtt_messages import KIOSK, batch, birth, event, health, state

HANOI = timezone(timedelta(hours=7))
NOW = datetime(2026, 3, 2, 8, 30, 1, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(opened, FLEET_STEPS)
    yield opened
    opened.dispose()


def take(engine: Engine, now: datetime, *messages: tuple[Channel, Message]) -> None:
    """Take a kiosk's messages in at a moment."""
    with transaction(engine) as session:
        received = [
            Received(of_kiosk(KIOSK, channel), encode(sent), 1, retained=False, number=1) for channel, sent in messages
        ]
        take_in(session, received, now)


def the_kiosk(engine: Engine, now: datetime) -> KioskView:
    """Return the only kiosk as the page shows it."""
    (kiosk,) = StoredFleet(engine, HANOI).overview(now).kiosks
    return kiosk


def test_an_empty_store_knows_nothing(engine: Engine) -> None:
    reader: FleetReader = StoredFleet(engine, HANOI)  # mypy holds it to what the pages need
    overview = reader.overview(NOW)

    assert (overview.broker.up, overview.ingest.up, len(overview.kiosks)) == (None, None, 0)


@pytest.mark.parametrize(
    ("told", "shown"),
    [({KIOSK: "Trường Ba"}, "Trường Ba"), ({"k-other": "Trường Ba"}, "Thư viện xã"), ({}, "Thư viện xã")],
)
def test_a_kiosk_stands_where_the_library_says_else_where_it_says_itself(
    engine: Engine, told: dict[str, str], shown: str
) -> None:
    take(engine, NOW, (Channel.META, birth()))

    (kiosk,) = StoredFleet(engine, HANOI, lambda: told).overview(NOW).kiosks

    assert kiosk.place == shown


def test_the_broker_is_known_while_the_ingest_lives(engine: Engine) -> None:
    with transaction(engine) as session:
        broker_status.ingest_started(session, NOW)
        broker_status.broker_is(session, NOW + timedelta(seconds=1), up=True)
    at_once = StoredFleet(engine, HANOI).overview(NOW + timedelta(seconds=2))
    later = StoredFleet(engine, HANOI).overview(NOW + timedelta(seconds=20))

    assert (at_once.ingest.up, at_once.broker.up, at_once.broker.since) == (True, True, NOW + timedelta(seconds=1))
    assert (later.ingest.up, later.ingest.since, later.broker.up) == (False, NOW + timedelta(seconds=1), None)


def test_a_broker_that_stays_gone_is_gone_since_the_first_moment(engine: Engine) -> None:
    with transaction(engine) as session:
        broker_status.ingest_started(session, NOW)
        broker_status.broker_is(session, NOW, up=True)
        for seconds in (3, 4, 5):
            broker_status.broker_is(session, NOW + timedelta(seconds=seconds), up=False)
    overview = StoredFleet(engine, HANOI).overview(NOW + timedelta(seconds=5))

    assert (overview.broker.up, overview.broker.since) == (False, NOW + timedelta(seconds=3))


def test_an_ingest_that_died_with_the_broker_lost_it_at_its_last_heartbeat(engine: Engine) -> None:
    with transaction(engine) as session:
        broker_status.ingest_started(session, NOW)
        broker_status.broker_is(session, NOW, up=True)
        broker_status.beat(session, NOW + timedelta(seconds=9))
        broker_status.ingest_started(session, NOW + timedelta(minutes=1))
    overview = StoredFleet(engine, HANOI).overview(NOW + timedelta(minutes=1))

    assert (overview.broker.up, overview.broker.since) == (False, NOW + timedelta(seconds=9))


@pytest.mark.parametrize(
    ("condition", "status", "reasons"),
    [
        (KioskCondition.READY, "online", ()),
        (KioskCondition.IN_USE, "online", ()),
        (KioskCondition.UNKNOWN, "online", ()),
        (KioskCondition.CLOSED, "online", ()),
        (KioskCondition.STAFF, "online", ()),
        (KioskCondition.OUT_OF_ORDER, "out_of_order", ()),
        (KioskCondition.KIOSK_DOWN, "out_of_order", ("kiosk_program",)),
        (KioskCondition.INIT, "out_of_order", ("kiosk_program",)),
        (KioskCondition.OFFLINE, "offline", ()),
        (KioskCondition.LOST, "offline", ()),
    ],
)
def test_each_condition_has_its_status(
    engine: Engine, condition: KioskCondition, status: str, reasons: tuple[str, ...]
) -> None:
    take(engine, NOW, (Channel.META, birth()), (Channel.STATE, state(condition)))
    kiosk = the_kiosk(engine, NOW)

    assert (kiosk.status, kiosk.reasons, kiosk.condition) == (status, reasons, condition.value)


def test_a_kiosk_that_is_not_heard_for_two_and_a_half_intervals_is_stale(engine: Engine) -> None:
    take(engine, NOW, (Channel.META, birth()), (Channel.STATE, state()))
    in_time = the_kiosk(engine, NOW + timedelta(seconds=75))
    too_late = the_kiosk(engine, NOW + timedelta(seconds=76))
    take(engine, NOW + timedelta(seconds=80), (Channel.HEALTH, health()))
    back = the_kiosk(engine, NOW + timedelta(seconds=81))

    assert [kiosk.status for kiosk in (in_time, too_late, back)] == ["online", "stale", "online"]
    assert too_late.since == NOW + timedelta(seconds=75)


def test_a_kiosk_of_which_only_retained_words_are_known_is_stale(engine: Engine) -> None:
    with transaction(engine) as session:
        retained = Received(of_kiosk(KIOSK, Channel.STATE), encode(state()), 1, retained=True, number=1)
        take_in(session, [retained], NOW)
    kiosk = the_kiosk(engine, NOW)

    assert (kiosk.status, kiosk.since, kiosk.last_seen) == ("stale", None, None)


def test_a_kiosk_is_shown_with_name_place_devices_and_version(engine: Engine) -> None:
    printer = DeviceReport(role="printer", model="TM-T20", state=DeviceCondition.PRESENT, detail="paper_low")
    take(engine, NOW, (Channel.META, birth("s-2", printer)), (Channel.HEALTH, health()))
    kiosk = the_kiosk(engine, NOW)
    (device,) = kiosk.devices

    assert (kiosk.name, kiosk.place, kiosk.version, kiosk.outbox_depth) == ("Quầy 1", "Thư viện xã", "0.1.0", 3)
    assert (device.role, device.model, device.state, device.detail) == ("printer", "TM-T20", "present", "paper_low")
    assert device.since == NOW
    assert kiosk.copy == CopyView(24_004, NOW - timedelta(seconds=12.5), is_kept=True, is_old=False)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (None, None),
        (CatalogueReport(is_kept=False), CopyView(None, None, is_kept=False, is_old=True)),
        (
            CatalogueReport(records=9, heard_ago_s=3 * 86_400),
            CopyView(9, NOW - timedelta(days=3), is_kept=True, is_old=True),
        ),
    ],
)
def test_an_admin_sees_how_old_a_kiosks_copy_of_the_catalogue_is(
    engine: Engine, told: CatalogueReport | None, expected: CopyView | None
) -> None:
    take(engine, NOW, (Channel.HEALTH, health().model_copy(update={"catalogue": told})))

    assert the_kiosk(engine, NOW).copy == expected


def test_only_visits_of_the_librarys_own_day_are_todays(engine: Engine) -> None:
    midnight = datetime(2026, 3, 2, 0, 0, tzinfo=HANOI)
    moments = (midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=23, minutes=59))
    told = []
    for n, at in enumerate(moments):
        one = event(n + 1, lent=n + 1)
        counts = {"returned": n + 2, "renewed": n}
        told.append(one.model_copy(update={"occurred_at": at, "data": {**one.data, **counts}}))
    evening = datetime(2026, 3, 2, 16, 59, 30, tzinfo=UTC)
    take(engine, evening, (Channel.EVENT, batch(*told, sent_at=evening)))
    overview = StoredFleet(engine, HANOI).overview(evening)
    next_day = StoredFleet(engine, HANOI).overview(evening + timedelta(minutes=1))

    assert (overview.visits_today, overview.loans_today) == (2, 5)
    assert (overview.kiosks[0].visits_today, overview.kiosks[0].loans_today) == (2, 5)
    assert (overview.kiosks[0].returns_today, overview.kiosks[0].renewals_today) == (7, 3)
    assert overview.kiosks[0].refused_today == 4
    assert next_day.visits_today == 0
