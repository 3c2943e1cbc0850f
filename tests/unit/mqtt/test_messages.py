"""Messages: what is tolerated, what is told apart, and what never gets through."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt import messages
from mqtt.batches import decode_batch
from mqtt.envelope import PAYLOAD_LIMIT, Message
from mqtt.errors import MalformedMessageError, MqttError, UnknownVersionError
from mqtt.messages import (
    DeviceCondition,
    DeviceReport,
    EventBatch,
    KioskCondition,
    KioskState,
    VisitReport,
    decode,
    encode,
)
from mqtt.topics import KIOSK_ID_PATTERN
from tests.support.mqtt_messages import EXAMPLES, KIOSK, batch, event, state

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def altered(message: Message, **changes: Any) -> bytes:
    """Return a message's payload with some fields changed, or taken out by ``None``."""
    fields = {**json.loads(encode(message)), **changes}
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_every_message_survives_the_wire(example: Message) -> None:
    assert decode(type(example), encode(example)) == example


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_unknown_fields_are_ignored(example: Message) -> None:
    payload = altered(example, schema_version="1.7", invented={"later": True})

    assert decode(type(example), payload) == example.model_copy(update={"schema_version": "1.7"})


def test_a_state_that_is_not_known_yet_is_read_as_unknown() -> None:
    assert decode(KioskState, altered(state(), state="levitating")).state is KioskCondition.UNKNOWN


def test_a_condition_of_a_device_that_is_not_known_yet_is_read_as_unknown() -> None:
    report = DeviceReport.model_validate_json('{"role": "pad", "state": "levitating"}')

    assert report.state is DeviceCondition.UNKNOWN


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_another_major_version_is_told_apart_before_anything_else_is_read(example: Message) -> None:
    payload = json.dumps({"schema_version": "2.0", "kiosk_id": ["a list now"]}).encode()

    with pytest.raises(UnknownVersionError) as caught:
        decode(type(example), payload)
    assert caught.value.schema_version == "2.0"


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (b"", "payload: not JSON"),
        (b"\xff\xfe", "payload: not JSON"),
        (b"[" * 100_000, "payload: not JSON"),
        (b"[]", "payload: not an object"),
        (b"{}", "schema_version: missing"),
        (b'{"schema_version": 1}', "schema_version: missing"),
        (b" " * (PAYLOAD_LIMIT + 1), "payload: too long"),
        (altered(state(), sent_at="2026-03-02T08:30:00"), "sent_at: timezone_aware"),
        (altered(state(), kiosk_id="Not/an/id"), "kiosk_id: string_pattern_mismatch"),
        (altered(state(), kiosk_id="library-ingest"), "kiosk_id: value_error"),
        (altered(state(), reasons=["a sentence about a patron"]), "reasons.0: string_pattern_mismatch"),
        (altered(state(), state=7), "state: enum"),
        (altered(state(), session_id=None), "session_id: missing"),
    ],
)
def test_what_is_wrong_with_a_message_is_named(payload: bytes, fault: str) -> None:
    with pytest.raises(MalformedMessageError) as caught:
        decode(KioskState, payload)
    assert caught.value.fault == fault


@given(payload=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_payload_raises_anything_else(payload: bytes) -> None:
    for model in messages.PUBLISHED:
        with pytest.raises(MqttError):
            decode(model, payload)


@given(changes=st.dictionaries(st.sampled_from([*EventBatch.model_fields, "x"]), JSON, max_size=4))
def test_no_change_of_a_batch_raises_anything_else(changes: dict[str, Any]) -> None:
    try:
        read = decode_batch(altered(batch(event()), **changes))
    except MqttError:
        return

    assert read.oldest_sequence >= 1


def test_one_event_that_is_wrong_does_not_spoil_the_others() -> None:
    good, other = json.loads(encode(batch(event(4), event(9))))["events"]
    wrong = {**good, "sequence": 5, "data": {**good["data"], "lent": -1}}
    future = {**good, "sequence": 6, "data": {**good["data"], "schema_version": "3.1"}}
    strange = {**good, "sequence": 7, "type": "eclipse"}
    naked = "an event"
    huge = {**good, "sequence": 2**60}
    read = decode_batch(altered(batch(), events=[good, wrong, future, strange, naked, huge, other]))

    assert [one.event.sequence for one in read.events] == [4, 9]
    assert [(one.sequence, one.fault) for one in read.unread] == [
        (5, "lent: greater_than_equal"),
        (6, "unknown version 3.1"),
        (7, "event: unknown type eclipse"),
        (None, "event: not an object"),
        (None, "sequence: less_than_equal"),
    ]
    assert json.loads(read.unread[2].raw) == strange


def test_a_visit_has_no_room_for_a_patron_or_a_title() -> None:
    words = {
        name for name, field in VisitReport.model_fields.items() if field.annotation is str
    }  # all others are numbers, or lists of fixed words

    assert words == {"schema_version", "visit_id", "end", "language", "receipt", "service"}
    for name in words - {"schema_version"}:
        with pytest.raises(MalformedMessageError):
            decode_visit(**{name: "Nguyễn Thị Mai"})


def decode_visit(**changes: Any) -> VisitReport:
    """Read a visit with some of its fields changed."""
    data = {**event().data, **changes}
    read = decode_batch(altered(batch(), events=[{**json.loads(encode(batch(event())))["events"][0], "data": data}]))
    if read.unread:
        raise MalformedMessageError(read.unread[0].fault)
    report = read.events[0].report
    assert isinstance(report, VisitReport)
    return report


def test_a_kiosk_id_has_no_place_for_a_wildcard() -> None:
    assert KIOSK_ID_PATTERN == r"^[a-z0-9][a-z0-9-]{2,62}$"
    assert decode(KioskState, encode(state())).kiosk_id == KIOSK
