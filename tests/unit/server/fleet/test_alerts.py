"""Alerts from their beginning to their end."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import select, update

from mqtt.health import WaitingReport
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition, RefusalCount
from mqtt.topics import Channel
from server.fleet import alerts, broker_status
from server.fleet.alert_list import SHOWN_FOR, AlertsView, StoredAlerts
from server.fleet.models import Alert, Kiosk, Visit
from server.fleet.overview import read_overview
from server.fleet.trouble import MANY_ITEMS, Kind
from server.store.engine import transaction
from tests.support.fleet_intake import NOW, Store, events, message
from tests.support.mqtt_messages import batch, birth, event, health, state, visit

MINUTE = timedelta(minutes=1)
LONG_UP = NOW - timedelta(days=1)


@pytest.fixture
def fleet(store: Store) -> Store:
    """Give a store with a kiosk that works, at a broker that has been there for a day."""
    with transaction(store.engine) as session:
        broker_status.broker_is(session, LONG_UP, up=True)
    speaks(store)
    return store


def speaks(store: Store, condition: KioskCondition = KioskCondition.READY, *reasons: str, **told: object) -> None:
    """Let the kiosk say how it is."""
    store.take(
        message(Channel.META, birth().model_copy(update={"sent_at": store.now})),
        message(Channel.STATE, state(condition, "s-2", *reasons).model_copy(update={"sent_at": store.now})),
        message(Channel.HEALTH, health().model_copy(update={"sent_at": store.now, "waiting": None, **told})),
    )


def passes(store: Store, by: timedelta) -> None:
    """Let time pass in which the ingest looks, as it does every ten seconds."""
    end = store.now + by
    while store.now < end:
        store.now = min(end, store.now + alerts.LOOK_EVERY)
        looks(store)


def looks(store: Store) -> None:
    with transaction(store.engine) as session:
        broker_status.beat(session, store.now)
        alerts.look(session, store.now)


def shown(store: Store) -> AlertsView:
    return StoredAlerts(store.engine).alerts(store.now)


def kinds(store: Store) -> list[Kind]:
    return [alert.kind for alert in shown(store).open]


def test_what_goes_on_alarms_and_what_is_over_ends_by_itself(fleet: Store) -> None:
    looks(fleet)
    began = fleet.now + alerts.LOOK_EVERY
    for _ in range(3):
        speaks(fleet, KioskCondition.READY, "library_system")
        passes(fleet, MINUTE / 2)
    at_first = kinds(fleet)
    for _ in range(2):
        speaks(fleet, KioskCondition.READY, "library_system")
        passes(fleet, MINUTE / 2)
    later = shown(fleet).open
    speaks(fleet)
    passes(fleet, MINUTE)

    assert at_first == []
    assert [(alert.kind, alert.since, alert.name) for alert in later] == [(Kind.LIBRARY_SYSTEM, began, "Quầy 1")]
    assert kinds(fleet) == []
    ((ended,)) = shown(fleet).ended
    assert (ended.kind, ended.since) == (Kind.LIBRARY_SYSTEM, began)
    assert ended.ended_at is not None
    assert ended.ended_at == began + 2.5 * MINUTE - alerts.LOOK_EVERY


def test_a_blip_alarms_nobody_and_leaves_nothing(fleet: Store) -> None:
    speaks(fleet, KioskCondition.OUT_OF_ORDER)
    looks(fleet)
    passes(fleet, timedelta(seconds=30))
    speaks(fleet)
    passes(fleet, MINUTE)

    assert fleet.rows(Alert) == []


def test_a_gap_of_seconds_in_a_trouble_is_no_end_of_it(fleet: Store) -> None:
    for _ in range(6):
        speaks(fleet, KioskCondition.OUT_OF_ORDER)
        looks(fleet)
        passes(fleet, timedelta(seconds=20))
        speaks(fleet)
        looks(fleet)
        passes(fleet, timedelta(seconds=10))

    assert len(fleet.rows(Alert)) == 1
    assert kinds(fleet) == [Kind.OUT_OF_ORDER]


def test_a_kiosk_that_says_nothing_is_silent_and_what_was_wrong_with_it_is_not_over(fleet: Store) -> None:
    speaks(fleet, waiting=WaitingReport(to_tell=0, for_staff=1))
    looks(fleet)
    passes(fleet, 5 * MINUTE)

    assert kinds(fleet) == [Kind.SILENT, Kind.FOR_STAFF]


def test_a_kiosk_that_was_switched_off_alarms_nobody(fleet: Store) -> None:
    fleet.take(message(Channel.STATE, state(KioskCondition.OFFLINE)))
    passes(fleet, 10 * MINUTE)

    assert fleet.rows(Alert) == []


def test_what_was_wrong_with_a_kiosk_that_was_switched_off_is_not_over(fleet: Store) -> None:
    speaks(fleet, waiting=WaitingReport(to_tell=0, for_staff=1))
    looks(fleet)
    fleet.take(message(Channel.STATE, state(KioskCondition.OFFLINE)))
    passes(fleet, 10 * MINUTE)

    assert kinds(fleet) == [Kind.FOR_STAFF]


def test_after_the_broker_was_away_kiosks_have_time_to_speak_up(fleet: Store) -> None:
    with transaction(fleet.engine) as session:
        broker_status.broker_is(session, fleet.now, up=False)
    passes(fleet, 60 * MINUTE)
    away = kinds(fleet)
    with transaction(fleet.engine) as session:
        broker_status.broker_is(session, fleet.now, up=True)
    passes(fleet, MINUTE)
    speaks(fleet)
    passes(fleet, MINUTE)
    speaks(fleet)
    passes(fleet, MINUTE)

    assert away == [Kind.BROKER_GONE]
    assert kinds(fleet) == []
    assert [alert.kind for alert in shown(fleet).ended] == [Kind.BROKER_GONE]


def test_a_restart_of_the_broker_ends_no_silence(fleet: Store) -> None:
    looks(fleet)
    passes(fleet, 10 * MINUTE)
    before = shown(fleet)
    for up in (False, True):
        with transaction(fleet.engine) as session:
            broker_status.broker_is(session, fleet.now, up=up)
        passes(fleet, timedelta(seconds=20) if not up else 6 * MINUTE)

    assert [alert.kind for alert in before.open] == [Kind.SILENT]
    assert shown(fleet) == before


def test_a_blip_of_the_broker_alarms_nobody(fleet: Store) -> None:
    for up in (False, True):
        with transaction(fleet.engine) as session:
            broker_status.broker_is(session, fleet.now, up=up)
        speaks(fleet)
        passes(fleet, MINUTE)

    assert fleet.rows(Alert) == []


def test_the_alert_of_a_place_takes_the_place_of_its_kiosks_and_outlives_the_broker(fleet: Store) -> None:
    with transaction(fleet.engine) as session:
        one = session.get_one(Kiosk, "k-first")
        values = {column.key: getattr(one, column.key) for column in Kiosk.__table__.columns}
        session.add(Kiosk(**{**values, "kiosk_id": "k-second"}))
        session.add(Kiosk(**{**values, "kiosk_id": "k-far", "birth": "{}"}))
    hear(fleet, "k-second", "k-far", for_=5 * MINUTE)
    one_of_two = kinds(fleet)
    hear(fleet, "k-far", for_=6 * MINUTE)
    both = shown(fleet)
    with transaction(fleet.engine) as session:
        broker_status.broker_is(session, fleet.now, up=False)
    hear(fleet, for_=5 * MINUTE)
    away = kinds(fleet)
    with transaction(fleet.engine) as session:
        broker_status.broker_is(session, fleet.now, up=True)
        over = [alert.end_told_at for alert in session.scalars(select(Alert).where(Alert.kind == Kind.SILENT))]
    hear(fleet, "k-far", for_=5 * MINUTE)

    assert one_of_two == [Kind.SILENT]
    assert [alert.kind for alert in both.open] == [Kind.PLACE_SILENT]
    assert away == [Kind.BROKER_GONE, Kind.PLACE_SILENT]
    assert shown(fleet).open == both.open
    assert None not in over  # nobody is written to that it is over


def hear(store: Store, *names: str, for_: timedelta) -> None:
    """Let time pass in which these kiosks alone are heard."""
    end = store.now + for_
    while store.now < end:
        with transaction(store.engine) as session:
            session.execute(update(Kiosk).where(Kiosk.kiosk_id.in_(names)).values(last_seen=store.now))
        passes(store, MINUTE / 2)


def test_a_large_loan_and_wrong_pins_of_now_alarm_and_those_of_history_do_not(fleet: Store) -> None:
    pins = visit().model_copy(update={"refused": (RefusalCount(reason="wrong_pin", count=5),)})
    wrong = event(2).model_copy(update={"data": pins.model_dump(mode="json")})
    fleet.take(events(batch(event(1, lent=MANY_ITEMS), wrong)))
    looks(fleet)
    now = kinds(fleet)
    with transaction(fleet.engine) as session:
        session.execute(update(Visit).values(historical=True))
    passes(fleet, MINUTE)

    assert now == [Kind.LARGE_LOAN, Kind.WRONG_PINS]
    assert not {Kind.LARGE_LOAN, Kind.WRONG_PINS} & set(kinds(fleet))


def test_looking_twice_at_once_is_looking_once(fleet: Store) -> None:
    fleet.take(
        message(Channel.META, birth("s-2", DeviceReport(role="pad", state=DeviceCondition.PRESENT, detail="tamper")))
    )
    looks(fleet)
    looks(fleet)

    assert kinds(fleet) == [Kind.TAMPER]
    assert len(fleet.rows(Alert)) == 1


async def test_what_somebody_knows_of_stands_apart_and_comes_back_after_its_rest(fleet: Store) -> None:
    speaks(fleet, waiting=WaitingReport(to_tell=0, for_staff=1))
    looks(fleet)
    listed = StoredAlerts(fleet.engine)
    ((alert,)) = shown(fleet).open
    rests = await listed.snooze(alert.alert_id, "desk", fleet.now + 60 * MINUTE)
    resting = shown(fleet)
    fleet.now += 60 * MINUTE
    back = shown(fleet)
    with transaction(fleet.engine) as session:
        to_see = read_overview(session, fleet.now, UTC, {}).open_alerts
    knows = await listed.acknowledge(alert.alert_id, "desk", fleet.now)
    known = shown(fleet)

    with transaction(fleet.engine) as session:
        counted = read_overview(session, fleet.now, UTC, {}).open_alerts
    assert (rests, knows, to_see, counted) == (True, True, 1, 0)
    assert (resting.open, [each.kind for each in resting.seen]) == ((), [Kind.FOR_STAFF])
    assert [each.kind for each in back.open] == [Kind.FOR_STAFF]
    assert (known.open, [each.acknowledged_at for each in known.seen]) == ((), [fleet.now])


async def test_what_has_ended_can_not_be_acknowledged_and_is_forgotten_in_time(fleet: Store) -> None:
    speaks(fleet, waiting=WaitingReport(to_tell=0, for_staff=1))
    looks(fleet)
    ((alert,)) = shown(fleet).open
    speaks(fleet)
    passes(fleet, MINUTE)
    late = await StoredAlerts(fleet.engine).acknowledge(alert.alert_id, "desk", fleet.now)
    fleet.now += SHOWN_FOR + MINUTE
    after_a_month = shown(fleet).ended
    fleet.now += alerts.KEPT
    speaks(fleet)
    looks(fleet)

    assert not late
    assert after_a_month == ()
    assert [row for row in fleet.rows(Alert) if row.kind == Kind.FOR_STAFF] == []
    assert not await StoredAlerts(fleet.engine).acknowledge(4711, "desk", fleet.now)
