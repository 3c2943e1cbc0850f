"""The kiosk's end of the socket: what it says, and what it does when nobody answers."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.errors import JournalUnavailableError
from kiosk.journal import Journal, UnsentEvent
from kiosk.ports import Telemetry
from kiosk.session.effects import ReceiptEnd, VisitEnd, VisitOutcome
from kiosk.session.values import Language, VisitId
from kiosk.telemetry.agent import AgentTelemetry
from library.lending.refusals import Refusal
from mqtt.agent.protocol import (
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
    read_from_kiosk,
)
from mqtt.health import CatalogueReport
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition, VisitReport
from tests.support.waiting import eventually, in_time

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
PROGRAM = ProgramLine(kiosk_version="0.1.0", config_version="7")
OUTCOME = VisitOutcome(
    visit_id=VisitId("visit-1"),
    end=VisitEnd.ABANDONED,
    seconds=12.3456,
    language=Language.ENGLISH,
    lent=2,
    refused=((Refusal.ITEM_ON_LOAN, 1), (Refusal.ITEM_UNKNOWN, 3)),
    unknown=1,
    alarms_still_on=1,
    receipt=ReceiptEnd.FAILED,
)


class FixedClock:
    """A clock that stands still."""

    def monotonic(self) -> float:
        """Give nothing."""
        return 0.0

    def wall(self) -> datetime:
        """Give one moment."""
        return NOW


class FakeAgent:
    """The agent's end, which answers as the test wants and can be hung up."""

    def __init__(self, *, stores: bool = True) -> None:
        self.heard: list[FromKiosk] = []
        self.connections = 0
        self.stores = stores
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hear one connection to its end."""
        self.connections += 1
        self._writers.append(writer)
        while line := await reader.readline():
            said = read_from_kiosk(line)
            self.heard.append(said)
            if isinstance(said, EventLine):
                self.say(writer, StoredLine(event_id=said.event_id) if self.stores else self.refusal(said))
        writer.close()

    def refusal(self, said: EventLine) -> FromAgent:
        """Return the answer of a full disk."""
        return NotStoredLine(event_id=said.event_id, reason="disk full")

    def say(self, writer: asyncio.StreamWriter, said: FromAgent) -> None:
        """Say it among words of a newer agent."""
        writer.write(b'{"type": "dance"}\n' + line_of(said))

    def hang_up(self) -> None:
        """Drop every connection."""
        for writer in self._writers:
            writer.transport.abort()

    def events(self) -> list[EventLine]:
        """Return the events that were heard."""
        return [said for said in self.heard if isinstance(said, EventLine)]


class FullJournal:
    """A journal in memory whose disk is full until there is room."""

    def __init__(self) -> None:
        self.events: dict[str, str] = {}
        self.full = {"add", "read", "strike"}
        self.refused: Counter[str] = Counter()

    async def add_event(self, event_id: str, body: str) -> None:
        self._need_room("add")
        self.events[event_id] = body

    async def unsent_events(self) -> tuple[UnsentEvent, ...]:
        self._need_room("read")
        return tuple(UnsentEvent(event_id, body) for event_id, body in self.events.items())

    async def strike_off(self, event_id: str) -> None:
        self._need_room("strike")
        self.events.pop(event_id, None)

    def _need_room(self, work: str) -> None:
        if work in self.full:
            self.refused[work] += 1
            raise JournalUnavailableError("database or disk is full")


@asynccontextmanager
async def serving(path: Path, agent: FakeAgent) -> AsyncIterator[None]:
    """Let the agent listen."""
    server = await asyncio.start_unix_server(agent.serve, path)
    try:
        yield
    finally:
        server.close()
        agent.hang_up()
        path.unlink(missing_ok=True)


@asynccontextmanager
async def kiosk(tmp_path: Path, *, resend_s: float = 5.0) -> AsyncIterator[tuple[AgentTelemetry, Journal]]:
    """Run the kiosk's end."""
    numbers = iter(range(1, 100))
    async with Journal(tmp_path / "journal.sqlite", lambda: 0.0) as journal:
        reports = AgentTelemetry(
            tmp_path / "agent.sock",
            journal,
            FixedClock(),
            new_id=lambda: f"event-{next(numbers)}",
            program=PROGRAM,
        )
        async with asyncio.TaskGroup() as group:
            task = group.create_task(reports.run(resend_s))
            yield reports, journal
            task.cancel()


async def struck_off(journal: Journal) -> None:
    """Wait until the journal holds no event."""
    async with asyncio.timeout(20):
        while await journal.unsent_events():
            pass


async def test_a_visit_is_told_in_numbers_and_struck_off_when_it_is_stored(tmp_path: Path) -> None:
    agent = FakeAgent()
    async with serving(tmp_path / "agent.sock", agent), kiosk(tmp_path) as (reports, journal):
        port: Telemetry = reports
        await in_time(port.report_visit(OUTCOME))
        await struck_off(journal)
    (event,) = agent.events()
    visit = VisitReport.model_validate(event.data)

    assert (event.event_id, event.kind, event.occurred_at) == ("event-1", "visit", NOW)
    assert (visit.visit_id, visit.end, visit.seconds, visit.language) == ("visit-1", "abandoned", 12.3, "en")
    assert [(refusal.reason, refusal.count) for refusal in visit.refused] == [("item_on_loan", 1), ("item_unknown", 3)]
    assert (visit.lent, visit.unknown, visit.alarms_still_on, visit.receipt) == (2, 1, 1, "failed")


async def test_a_visit_without_an_agent_waits_on_disk(tmp_path: Path) -> None:
    agent = FakeAgent()
    async with kiosk(tmp_path) as (reports, journal):
        await in_time(reports.report_visit(OUTCOME))
        waiting = await journal.unsent_events()
        async with serving(tmp_path / "agent.sock", agent):
            await struck_off(journal)

    assert [event.event_id for event in waiting] == ["event-1"]
    assert [event.event_id for event in agent.events()] == ["event-1"]


async def test_a_new_agent_is_told_program_devices_and_state(tmp_path: Path) -> None:
    agent = FakeAgent()
    pad = DeviceReport(role="pad", state=DeviceCondition.PRESENT)
    copy = CatalogueReport(records=7, heard_ago_s=1)
    async with serving(tmp_path / "agent.sock", agent), kiosk(tmp_path) as (reports, _journal):
        reports.tell_state(KioskCondition.OUT_OF_ORDER, ("pad",))
        reports.tell_state(KioskCondition.READY, ())
        reports.tell_devices([pad])
        await eventually(lambda: len(agent.heard) == 3)
        agent.hang_up()
        await eventually(lambda: len(agent.heard) == 6)
        reports.tell_state(KioskCondition.READY, ())
        reports.note_catalogue(copy)
        reports.tell_health(8.5)
        await eventually(lambda: len(agent.heard) == 7)

    first = [PROGRAM, DevicesLine(devices=(pad,)), StateLine(state=KioskCondition.READY)]
    assert agent.heard == [*first, *first, HealthLine(loop_lag_ms=8.5, catalogue=copy)]
    assert agent.connections == 2


async def test_what_an_agent_with_a_full_disk_refused_is_told_again_later(
    tmp_path: Path,
) -> None:
    agent = FakeAgent(stores=False)
    async with serving(tmp_path / "agent.sock", agent), kiosk(tmp_path, resend_s=0.05) as (reports, journal):
        await in_time(reports.report_visit(OUTCOME))
        await eventually(lambda: len(agent.events()) >= 3)
        agent.stores = True
        await struck_off(journal)

    assert {event.event_id for event in agent.events()} == {"event-1"}


async def test_a_full_disk_neither_ends_the_kiosk_nor_loses_a_visit(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    agent, journal = FakeAgent(), FullJournal()
    reports = AgentTelemetry(tmp_path / "agent.sock", journal, FixedClock(), new_id=lambda: "event-1", program=PROGRAM)
    with caplog.at_level(logging.ERROR, "kiosk.telemetry.agent"):
        async with serving(tmp_path / "agent.sock", agent), asyncio.TaskGroup() as group:
            running = group.create_task(reports.run(resend_s=0.05))
            reporting = group.create_task(reports.report_visit(OUTCOME))
            await eventually(lambda: journal.refused["add"] > 1 and journal.refused["read"] > 1)
            returned_early = reporting.done()
            journal.full = {"strike"}
            await in_time(reporting)
            await eventually(lambda: journal.refused["strike"] > 1)
            kept = tuple(journal.events)
            journal.full = set()
            await eventually(lambda: not journal.events)
            running.cancel()

    assert not returned_early
    assert kept == ("event-1",)
    assert {event.event_id for event in agent.events()} == {"event-1"}
    assert [record.message for record in caplog.records if "journal" in record.message] == [
        "the journal cannot be used; what is to be told waits: database or disk is full"
    ] * 2
