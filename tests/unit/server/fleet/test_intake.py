"""What the ingest takes in: each message judged by itself."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from mqtt.envelope import SCHEMA_VERSION
from mqtt.link_values import Received
from mqtt.messages import DeviceCondition, DeviceReport, EventBatch, KioskCondition, encode
from mqtt.topics import Channel, of_kiosk
from server.fleet import dead_letters
from server.fleet.dead_letters import NotUnderstood
from server.fleet.events import NUMBERING_KEPT
from server.fleet.intake import AckOwed, HelloOwed
from server.fleet.models import BeyondGap, BrokerLink, DeadLetter, FleetBase, Kiosk, OutboxPosition, StaffAct, Visit
from server.store.engine import transaction
from tests.support.fleet_intake import NOW, Store, events, message
from tests.support.mqtt_messages import KIOSK, batch, birth, event, health, staff_act, state


def test_a_birth_is_answered_and_a_retained_one_is_not(store: Store) -> None:
    live = store.take(message(Channel.META, birth()))
    again = store.take(message(Channel.META, birth(), retained=True))

    assert live == (HelloOwed(KIOSK, "s-2"),)
    assert again == ()


def test_a_retained_message_is_no_sign_of_life(store: Store) -> None:
    store.take(message(Channel.STATE, state(), retained=True), message(Channel.META, birth(), retained=True))
    before = store.kiosk().last_seen
    store.take(message(Channel.HEALTH, health()))

    assert (before, store.kiosk().last_seen) == (None, NOW)


def test_the_will_of_the_current_session_is_believed(store: Store) -> None:
    store.take(message(Channel.STATE, state(KioskCondition.READY, "s-2")))
    store.take(message(Channel.STATE, state(KioskCondition.LOST, "s-2")))

    assert store.kiosk().state == "lost"


def test_a_late_will_of_an_older_session_means_nothing(store: Store) -> None:
    store.take(message(Channel.STATE, state(KioskCondition.READY, "s-2")))
    store.take(message(Channel.STATE, state(KioskCondition.LOST, "s-1")))
    store.take(message(Channel.STATE, state(KioskCondition.LOST, "s-1"), retained=True))

    assert store.kiosk().state == "ready"


def test_a_will_of_a_session_that_was_never_heard_is_believed(store: Store) -> None:
    store.take(message(Channel.STATE, state(KioskCondition.READY, "s-2")))
    store.take(message(Channel.STATE, state(KioskCondition.LOST, "s-3"), retained=True))

    assert store.kiosk().state == "lost"


def test_a_kiosk_whose_clock_went_back_is_believed_when_it_speaks(store: Store) -> None:
    store.take(message(Channel.STATE, state(KioskCondition.READY, "s-9")))
    store.take(message(Channel.STATE, state(KioskCondition.OUT_OF_ORDER, "s-1", "pad")))

    assert (store.kiosk().state, store.kiosk().session_id) == ("out_of_order", "s-1")


def test_a_will_is_no_sign_of_life(store: Store) -> None:
    store.take(message(Channel.STATE, state()))
    store.now += timedelta(minutes=1)
    store.take(message(Channel.STATE, state(KioskCondition.LOST)))

    assert (store.kiosk().last_seen, store.kiosk().state_since) == (NOW, store.now)


def test_a_state_that_is_said_again_keeps_its_beginning(store: Store) -> None:
    store.take(message(Channel.STATE, state()))
    store.now += timedelta(minutes=1)
    store.take(message(Channel.STATE, state()))

    assert store.kiosk().state_since == NOW


def test_a_device_keeps_the_moment_from_which_it_is_as_it_is(store: Store) -> None:
    pad = DeviceReport(role="pad", state=DeviceCondition.PRESENT)
    printer = DeviceReport(role="printer", state=DeviceCondition.PRESENT)
    store.take(message(Channel.META, birth("s-2", pad, printer)))
    store.now += timedelta(minutes=1)
    low = printer.model_copy(update={"detail": "paper_low"})
    store.take(message(Channel.META, birth("s-2", pad, low)))
    devices = {device["role"]: device for device in json.loads(store.kiosk().devices)}

    assert devices["pad"]["since"] == NOW.isoformat()
    assert (devices["printer"]["since"], devices["printer"]["detail"]) == (store.now.isoformat(), "paper_low")


def test_an_older_retained_birth_does_not_replace_a_newer_one(store: Store) -> None:
    store.take(message(Channel.META, birth("s-2")))
    store.take(message(Channel.META, birth("s-1").model_copy(update={"name": "old"}), retained=True))

    assert json.loads(store.kiosk().birth)["name"] == "Quầy 1"


def test_a_visit_is_stored_with_all_its_numbers(store: Store) -> None:
    owed = store.take(events(batch(event(1, lent=4))))
    (visit,) = store.rows(Visit)

    assert owed == (AckOwed(KIOSK, "outbox-1", 1),)
    assert (visit.kiosk_id, visit.event_id, visit.visit_id, visit.lent) == (KIOSK, "event-1", "visit-1", 4)
    assert (visit.refused, json.loads(visit.refusals)) == (2, {"item_on_loan": 2})
    assert (visit.ending, visit.receipt, visit.language, visit.seconds) == ("done", "printed", "vi", 12.5)


def test_the_acknowledgement_stops_at_a_gap_and_goes_on_when_it_is_filled(store: Store) -> None:
    first = store.take(events(batch(event(1), event(3), event(4))))
    second = store.take(events(batch(event(6))))
    beyond = [row.sequence for row in store.rows(BeyondGap)]
    third = store.take(events(batch(event(2))))
    fourth = store.take(events(batch(event(5))))

    assert [owed[0] for owed in (first, second, third, fourth)] == [
        AckOwed(KIOSK, "outbox-1", 1),
        AckOwed(KIOSK, "outbox-1", 1),
        AckOwed(KIOSK, "outbox-1", 4),
        AckOwed(KIOSK, "outbox-1", 6),
    ]
    assert beyond == [3, 4, 6]
    assert store.rows(BeyondGap) == []


def test_a_store_that_knows_nothing_of_a_kiosk_begins_where_the_kiosk_still_has_events(store: Store) -> None:
    owed = store.take(events(batch(event(41), event(42), oldest=41)))

    assert owed == (AckOwed(KIOSK, "outbox-1", 42),)


def test_an_event_told_under_another_number_is_stored_once(store: Store) -> None:
    store.take(events(batch(event(1, "event-a"))))
    owed = store.take(events(batch(event(7, "event-a"), outbox_id="outbox-2", oldest=7)))

    assert len(store.rows(Visit)) == 1
    assert owed == (AckOwed(KIOSK, "outbox-2", 7),)


def test_two_batches_in_one_transaction_are_acknowledged_by_the_last(store: Store) -> None:
    owed = store.take(events(batch(event(1), event(2))), events(batch(event(2), event(3))))

    assert owed == (AckOwed(KIOSK, "outbox-1", 3),)
    assert len(store.rows(Visit)) == 3


def test_an_event_that_is_not_understood_counts_as_stored_and_is_kept_once(store: Store) -> None:
    strange = event(2).model_copy(update={"type": "eclipse"})
    first = store.take(events(batch(event(1), strange, event(3))))
    store.take(events(batch(event(1), strange, event(3))))
    (letter,) = store.rows(DeadLetter)

    assert first == (AckOwed(KIOSK, "outbox-1", 3),)
    assert (letter.event_key, letter.fault) == (f"{KIOSK}/outbox-1/2", "event: unknown type eclipse")
    assert json.loads(letter.payload)["event_id"] == "event-2"


def without_number(sent: EventBatch, *positions: int, junk: object = None) -> Received:
    """Return a batch in which the events at some positions are nothing that has a number."""
    value = json.loads(encode(sent))
    for position in positions:
        value["events"][position] = junk
    return message(Channel.EVENT, json.dumps(value).encode())


@pytest.mark.parametrize("position", [0, 1, 2], ids=["first", "in the middle", "last"])
def test_an_event_without_a_number_is_kept_once_and_holds_up_nothing(store: Store, position: int) -> None:
    told = without_number(batch(event(41), event(42), event(43), oldest=41), position)
    owed = [store.take(told) for _ in range(3)]
    after = store.take(events(batch(event(44), oldest=44)))
    (letter,) = store.rows(DeadLetter)
    (link,) = store.rows(BrokerLink)

    assert owed == [(AckOwed(KIOSK, "outbox-1", 43),)] * 3
    assert after == (AckOwed(KIOSK, "outbox-1", 44),)
    assert (letter.payload, link.dead_letters) == (b"null", 1)
    assert len(store.rows(Visit)) == 3


def test_a_batch_of_nothing_but_events_without_a_number_is_acknowledged(store: Store) -> None:
    owed = store.take(without_number(batch(event(7), event(8), oldest=7), 0, 1, junk={"sequence": "seven"}))

    assert owed == (AckOwed(KIOSK, "outbox-1", 8),)
    assert len(store.rows(DeadLetter)) == 1


def test_different_events_without_a_number_are_kept_each(store: Store) -> None:
    store.take(without_number(batch(event(1), event(2)), 0, junk="one"))
    store.take(without_number(batch(event(1), event(2)), 0, junk="two"))

    assert [letter.payload for letter in store.rows(DeadLetter)] == [b'"one"', b'"two"']


def test_an_event_without_a_number_settles_no_more_than_one_number(store: Store) -> None:
    owed = store.take(without_number(batch(event(1), event(2), event(4)), 1))
    gap = store.take(events(batch(event(6), event(7), oldest=5)))

    assert (owed, gap) == ((AckOwed(KIOSK, "outbox-1", 2),), (AckOwed(KIOSK, "outbox-1", 4),))


def test_a_batch_of_an_unknown_version_is_kept_and_not_acknowledged(store: Store) -> None:
    future = encode(batch(event(1))).replace(b'"schema_version":"1.', b'"schema_version":"2.', 1)
    owed = store.take(message(Channel.EVENT, future), events(batch(event(1))))

    assert owed == (AckOwed(KIOSK, "outbox-1", 1),)
    assert [letter.fault for letter in store.rows(DeadLetter)] == [
        f"unknown version {SCHEMA_VERSION.replace('1.', '2.')}"
    ]


def test_a_kiosk_that_speaks_for_another_is_not_heard(store: Store) -> None:
    for channel, sent in (
        (Channel.STATE, state()),
        (Channel.META, birth()),
        (Channel.HEALTH, health()),
        (Channel.EVENT, batch(event(1))),
    ):
        store.take(replace(message(channel, sent), topic=of_kiosk("k-other", channel)))

    assert store.rows(Kiosk) == []
    assert store.rows(Visit) == []
    assert {letter.fault for letter in store.rows(DeadLetter)} == {"kiosk_id: not the topic's"}


def test_our_own_words_are_passed_over(store: Store) -> None:
    store.take(message(Channel.ACK, b"anything"), message(Channel.HELLO, b"anything"))

    assert store.rows(DeadLetter) == []


def test_what_staff_did_is_stored_once_beside_the_visits(store: Store) -> None:
    told = events(batch(staff_act(1), event(2)))
    store.take(told)
    store.take(told)
    (act,) = store.rows(StaffAct)

    assert (act.kiosk_id, act.event_id, act.act, act.staff, act.device, act.item) == (
        KIOSK,
        "act-1",
        "device_tried",
        "quay-1",
        "pad",
        "",
    )
    assert abs(act.occurred_at - NOW) < timedelta(seconds=2)
    assert len(store.rows(Visit)) == 1


def test_an_act_that_cannot_be_read_is_a_dead_letter_and_holds_nothing_up(store: Store) -> None:
    store.take(events(batch(staff_act(1, act="Not a word"), event(2))))

    assert store.rows(StaffAct) == []
    assert len(store.rows(DeadLetter)) == 1
    assert [position.through for position in store.rows(OutboxPosition)] == [2]


def test_the_steps_arrive_exactly_at_the_fleets_models(store: Store) -> None:
    with store.engine.begin() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), FleetBase.metadata)

    assert differences == []


@pytest.mark.parametrize(
    "off", [timedelta(days=1), timedelta(days=-1), timedelta(days=-20_000), timedelta(days=2_000_000)]
)
def test_a_visit_told_by_a_wrong_clock_is_set_right_by_the_moment_of_its_coming(store: Store, off: timedelta) -> None:
    an_hour_before = event(1).model_copy(update={"occurred_at": NOW - timedelta(hours=1) + off})
    store.take(events(batch(an_hour_before, sent_at=NOW + off)))
    (visit,) = store.rows(Visit)

    assert visit.occurred_at == NOW - timedelta(hours=1)
    assert store.kiosk().clock_ahead_s == off / timedelta(seconds=1)


def test_a_visit_is_never_in_the_future(store: Store) -> None:
    tomorrow = event(1).model_copy(update={"occurred_at": NOW + timedelta(days=1)})
    store.take(events(batch(tomorrow, sent_at=NOW)))

    assert store.rows(Visit)[0].occurred_at <= NOW + timedelta(minutes=1)


def test_a_clock_at_the_end_of_the_calendar_loses_no_visit(store: Store) -> None:
    last = datetime.max.replace(tzinfo=UTC)
    store.take(
        events(batch(event(1).model_copy(update={"occurred_at": datetime.min.replace(tzinfo=UTC)}), sent_at=last))
    )

    assert len(store.rows(Visit)) == 1


def test_only_the_newest_dead_letters_are_kept_and_all_are_counted(store: Store) -> None:
    with transaction(store.engine) as session:
        for number in range(dead_letters.KEPT + 7):
            dead_letters.keep(session, NotUnderstood("topic", "fault", b"%d" % number), NOW)
        session.flush()
        dead_letters.drop_oldest(session)
    letters = store.rows(DeadLetter)

    assert (len(letters), letters[0].payload) == (dead_letters.KEPT, b"7")


def test_numberings_that_nobody_used_for_long_are_forgotten(store: Store) -> None:
    store.take(events(batch(event(1), event(3), outbox_id="old")))
    store.now += NUMBERING_KEPT + timedelta(days=1)
    store.take(events(batch(event(1), outbox_id="new")))

    assert [row.outbox_id for row in store.rows(OutboxPosition)] == ["new"]
    assert store.rows(BeyondGap) == []
