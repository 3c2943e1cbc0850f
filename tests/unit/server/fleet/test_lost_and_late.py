"""What is late, told again or lost by a restored store; and many batches in one transaction."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mqtt.batches import decode_batch
from mqtt.messages import encode
from mqtt.topics import Channel
from server.fleet import epochs
from server.fleet.intake import AckOwed, HelloOwed
from server.fleet.known import Known
from server.fleet.models import BeyondGap, StaffAct, Visit
from server.store.engine import transaction
from tests.support.fleet_intake import NOW, Store, events, message
from tests.support.mqtt_messages import KIOSK, batch, birth, event, staff_act


def test_what_is_told_again_or_late_is_history_and_what_is_told_at_once_is_not(store: Store) -> None:
    again = event(1).model_copy(update={"replayed": True})
    late = event(2).model_copy(update={"occurred_at": NOW - timedelta(minutes=5)})
    late_act = staff_act(3).model_copy(update={"occurred_at": NOW - timedelta(days=3)})
    store.take(events(batch(again, late, late_act, event(4), staff_act(5))))

    assert {visit.event_id: visit.historical for visit in store.rows(Visit)} == {
        "event-1": True,
        "event-2": True,
        "event-4": False,
    }
    assert {act.event_id: act.historical for act in store.rows(StaffAct)} == {"act-3": True, "act-5": False}


def test_a_kiosk_whose_clock_is_a_day_wrong_tells_no_history(store: Store) -> None:
    wrong = NOW - timedelta(days=1)
    at_once = event(1).model_copy(update={"occurred_at": wrong})
    store.take(events(batch(at_once, sent_at=wrong)))

    assert [visit.historical for visit in store.rows(Visit)] == [False]


def test_answers_name_the_life_of_the_store(store: Store) -> None:
    with transaction(store.engine) as session:
        first = epochs.ensure(session, NOW)
    owed = store.take(message(Channel.META, birth()), events(batch(event(1))))
    with transaction(store.engine) as session:
        kept, second = epochs.ensure(session, NOW), epochs.begin(session, NOW)
    after = store.take(events(batch(event(2))))

    assert owed == (HelloOwed(KIOSK, "s-2", first), AckOwed(KIOSK, "outbox-1", 1, first))
    assert kept == first != second
    assert after == (AckOwed(KIOSK, "outbox-1", 2, second),)


def test_a_store_that_lacks_what_was_acknowledged_says_what_to_do(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.take(events(batch(event(1))))
    store.take(events(batch(event(2), oldest=2)))
    quiet = caplog.text
    store.take(events(batch(event(9), oldest=9)))

    assert quiet == ""
    assert "library-server fleet restored" in caplog.text


def test_more_events_can_be_looked_up_than_a_question_to_the_store_may_name(store: Store) -> None:
    store.take(events(batch(event(1), staff_act(2))))
    ids = ["event-1", "act-2", *(f"new-{number}" for number in range(17_000))]
    (read,) = decode_batch(encode(batch(event(1)))).events
    named = [replace(read, event=read.event.model_copy(update={"event_id": event_id})) for event_id in ids]
    many = replace(decode_batch(encode(batch(event(1)))), events=tuple(named))
    with transaction(store.engine) as session:
        known = Known.of(session, [KIOSK], [many])

    assert known.events == {(KIOSK, "event-1"), (KIOSK, "act-2")}
    assert list(known.kiosks) == [KIOSK]


def test_an_event_that_stands_in_two_batches_of_one_transaction_is_stored_once(store: Store) -> None:
    (owed,) = store.take(events(batch(event(1), event(3))), events(batch(event(1), event(2), event(3))))

    assert owed == AckOwed(KIOSK, "outbox-1", 3)
    assert len(store.rows(Visit)) == 3
    assert store.rows(BeyondGap) == []
