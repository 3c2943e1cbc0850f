"""A new reader's way through the kiosk: to our server once, and into no file, no log and no report."""

import asyncio
import http.client
import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.gpio.base import Tone
from kiosk.blackbox.visit_codec import read
from kiosk.blackbox.visits import FOLDER, BlackBox
from kiosk.devices.indicators import lights_of, tone_of
from kiosk.journal import Journal
from kiosk.replay.steps import play
from kiosk.session.citizen_effects import HandInReader
from kiosk.session.citizen_events import (
    CitizenCardPresented,
    CitizenUnknown,
    HandInTouched,
    JoinTouched,
    PurposeTouched,
    ReaderHandedIn,
    ReaderNotHeard,
    ReaderNotTaken,
)
from kiosk.session.citizen_state import NewReader, ReaderStage
from kiosk.session.events import Event
from kiosk.session.limits import Limits
from kiosk.session.machine import step
from kiosk.session.state import State
from kiosk.session.touches import DoneTouched
from kiosk.telemetry.agent import AgentTelemetry
from library.api.citizens import CITIZENS_PATH, CitizenTold
from library.api.new_readers import NEW_READERS_PATH, PickUp, read_new_reader
from library.identity.purposes import Purpose
from mqtt.agent.protocol import ProgramLine
from tests.support.session_play import Play
from tests.support.sip2_kiosk import FixedClock
from tests.support.waiting import eventually
from tests.unit.kiosk.test_citizens import SECRETS, TEXT, V1, FakeServer, Told, config, performer, scanned, written

PICK_UP = "W7KM4Q"
KEPT = PickUp(pick_up=PICK_UP).model_dump_json().encode()
AGREED = frozenset({Purpose.LENDING, Purpose.MESSAGES})
TOUCHES = (JoinTouched(), PurposeTouched(Purpose.LENDING), PurposeTouched(Purpose.MESSAGES), HandInTouched())


class Library(FakeServer):
    """Knows nobody, and keeps what it is told of new readers."""

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        return (200, CitizenTold(card=None).body()) if path == CITIZENS_PATH else super().ask(method, path, body)


def order() -> HandInReader:
    event = scanned(TEXT)
    assert isinstance(event, CitizenCardPresented)
    return HandInReader(V1, event.card, AGREED)


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        ((201, KEPT), ReaderHandedIn(V1, PICK_UP)),
        ((200, KEPT), ReaderNotHeard(V1)),
        ((201, b"<html>"), ReaderNotHeard(V1)),
        ((404, b""), ReaderNotTaken(V1)),
        ((409, b""), ReaderNotTaken(V1)),
        ((422, b""), ReaderNotTaken(V1)),
        ((503, b""), ReaderNotHeard(V1)),
        (OSError(), ReaderNotHeard(V1)),
        (http.client.BadStatusLine(TEXT), ReaderNotHeard(V1)),
        (RuntimeError(TEXT), ReaderNotHeard(V1)),
    ],
)
async def test_the_server_is_told_once_what_the_screen_showed_and_no_more(
    answer: tuple[int, bytes] | Exception, event: Event, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = FakeServer(answer)
    told = await performer(server).perform(order())
    ((method, path, body),) = server.asked
    reader = read_new_reader(body)

    assert told == event
    assert (method, path) == ("POST", NEW_READERS_PATH)
    assert set(json.loads(body)) == {"number", "name", "born", "address", "purposes"}
    assert reader is not None
    assert (reader.number, reader.purposes) == ("001090777123", AGREED)
    assert all(secret not in caplog.text for secret in (*SECRETS, PICK_UP))


async def test_a_kiosk_without_our_server_tells_nobody() -> None:
    assert await performer(None).perform(order()) == ReaderNotHeard(V1)


@pytest.mark.parametrize(
    ("answer", "stage"),
    [((201, KEPT), ReaderStage.HANDED_IN), ((409, b""), ReaderStage.NOT_TAKEN), (OSError(), ReaderStage.NOT_HEARD)],
    ids=["taken", "not taken", "no line"],
)
async def test_no_byte_of_a_new_reader_is_in_any_file_log_or_report_and_the_visit_can_be_played_again(
    answer: tuple[int, bytes] | Exception, stage: ReaderStage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    box = BlackBox(tmp_path, 30, "0.1.0", lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))
    async with Journal(tmp_path / "journal.sqlite3", lambda: 0.0) as journal:
        telemetry = AgentTelemetry(
            tmp_path / "agent.sock",
            journal,
            FixedClock(),
            new_id=lambda: "e",
            program=ProgramLine(kiosk_version="0.1.0"),
        )
        session = Told(box, telemetry, Library(answer), takes_new_readers=True)
        running = asyncio.create_task(box.run())
        for event in (scanned(TEXT), *TOUCHES):
            await session.tell(event)
        became = session.state
        await session.tell(DoneTouched())
        await eventually(lambda: len(written(tmp_path / FOLDER)) > 0)
        running.cancel()
        await asyncio.wait([running])
    files = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())
    (visit,) = (tmp_path / FOLDER).glob("*.jsonl")
    played = list(play(read(visit.read_text(encoding="utf-8").splitlines())))

    assert isinstance(became, NewReader)
    assert became.stage is stage
    assert b"HandInTouched" in files
    for secret in (*SECRETS, PICK_UP):
        assert secret.encode() not in files
        assert secret not in caplog.text + "".join(session.seen)
    assert all(each.same for each in played)


def lamps(state: State) -> set[str]:
    lights = lights_of(state)
    return {str(lamp) for lamp in lights.lit} | {f"{lamp}*" for lamp in lights.blinking}


def test_lights_and_tones_follow_whoever_becomes_a_reader() -> None:
    state = Play(Limits(takes_citizens=True, takes_new_readers=True)).open().state
    seen: list[tuple[set[str], Tone | None]] = []
    answers = (CitizenUnknown(V1), *TOUCHES, ReaderHandedIn(V1, PICK_UP))
    for event in (scanned(TEXT), *answers):
        before, (state, _) = state, step(state, event)
        seen.append((lamps(state), tone_of(before, state)))
    refused, _ = step(before, ReaderNotTaken(V1))

    assert seen[1] == seen[2] == ({"green"}, None)
    assert [seen[-2][1], seen[-1]] == [None, ({"green"}, Tone.DONE)]
    assert "blue*" in seen[-2][0]
    assert (lamps(refused), tone_of(before, refused)) == ({"red*"}, Tone.ATTENTION)


def test_a_child_is_called_to_the_screen() -> None:
    state = Play(Limits(takes_citizens=True, takes_new_readers=True)).open().state
    for event in (scanned("001210777123||Bé|24112010|Nam|Nhà|15042021"), CitizenUnknown(V1)):
        before, (state, _) = state, step(state, event)

    assert (lamps(state), tone_of(before, state)) == ({"red*"}, Tone.ATTENTION)


def test_new_readers_are_taken_where_citizen_cards_are() -> None:
    assert config(citizen_card=True, new_readers=True).limits().takes_new_readers
    with pytest.raises(ValueError, match="new_readers: needs citizen_card"):
        config(citizen_card=False, new_readers=True)
