"""What kiosk and agent say to each other, line by line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt.agent.protocol import (
    LINE_LIMIT,
    DevicesLine,
    EventLine,
    FromAgent,
    FromKiosk,
    HealthLine,
    NotStoredLine,
    ProgramLine,
    StateLine,
    StoredLine,
    line_of,
    read_from_agent,
    read_from_kiosk,
)
from mqtt.errors import MalformedMessageError
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition
from tests.support.mqtt_messages import NOW, visit

EVENT = EventLine(event_id="e-1", kind="visit", occurred_at=NOW, data=visit().model_dump(mode="json"))


@pytest.mark.parametrize(
    "said",
    [
        EVENT,
        StateLine(state=KioskCondition.OUT_OF_ORDER, reasons=("pad",)),
        DevicesLine(devices=(DeviceReport(role="pad", state=DeviceCondition.LOST),)),
        ProgramLine(kiosk_version="0.1.0", config_version="3"),
        HealthLine(loop_lag_ms=12.5),
    ],
)
def test_what_the_kiosk_says_is_understood(said: FromKiosk) -> None:
    line = line_of(said)

    assert read_from_kiosk(line) == said
    assert (line.count(b"\n"), line[-1:]) == (1, b"\n")
    assert len(line) < LINE_LIMIT


@pytest.mark.parametrize("said", [StoredLine(event_id="e-1"), NotStoredLine(event_id="e-1", reason="disk full")])
def test_what_the_agent_says_is_understood(said: FromAgent) -> None:
    assert read_from_agent(line_of(said)) == said


@given(line=st.binary())
def test_no_line_raises_anything_but_malformed(line: bytes) -> None:
    for read in (read_from_kiosk, read_from_agent):
        with pytest.raises(MalformedMessageError):
            read(line)


@pytest.mark.parametrize("depth", [17, 150, 5000])
def test_an_event_that_is_too_deep_is_refused(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    fields = json.loads(line_of(EVENT))
    line = json.dumps({**fields, "data": {"x": "@"}}).replace('"@"', nested).encode()

    with pytest.raises(MalformedMessageError):
        read_from_kiosk(line)


def test_fields_of_a_newer_kiosk_are_passed_over() -> None:
    line = json.dumps({**json.loads(line_of(HealthLine(loop_lag_ms=1))), "new": 1}).encode()

    assert read_from_kiosk(line) == HealthLine(loop_lag_ms=1)
