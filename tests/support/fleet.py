"""A fleet for a test: broker, ingest, agents and the kiosk's end of their sockets."""

import asyncio
import itertools
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, select

from kiosk.journal import Journal
from kiosk.session.effects import ReceiptEnd, VisitEnd, VisitOutcome
from kiosk.session.values import Language, VisitId
from kiosk.telemetry.agent import AgentTelemetry
from library.lending.refusals import Refusal
from mqtt.agent.protocol import ProgramLine
from mqtt.ids import fresh_id
from server.fleet.models import Visit
from server.fleet.overview import FleetOverview, StoredFleet
from server.store.engine import for_reading, open_engine, transaction
from tests.support.broker import PASSWORD, RealBroker
from tests.support.programs import Program

T = TypeVar("T")

INGEST = """
import sys
from pathlib import Path
from types import SimpleNamespace
from server.fleet.ingest import main
store, host, port, password, *worker = sys.argv[1:]
sys.exit(main(SimpleNamespace(
    store=store, broker_host=host, broker_port=int(port), broker_login="",
    broker_password_file=Path(password), broker_ca=None,
), *worker))
"""
"""The ingest, or the worker of it that a last word names."""


class WallClock:
    """Real time, as the kiosk's ports want it."""

    def monotonic(self) -> float:
        """Seconds."""
        return 0.0

    def wall(self) -> datetime:
        """Aware local time."""
        return datetime.now(UTC).astimezone()


def password_file(folder: Path) -> Path:
    """Write the test accounts' password where others cannot read it."""
    path = folder / "password"
    path.write_text(PASSWORD + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


@dataclass(frozen=True, slots=True)
class AgentFiles:
    """Where an agent's files lie."""

    config: Path
    socket: Path
    outbox: Path
    log: Path


def agent_files(folder: Path, kiosk_id: str, port: int, more: str = "") -> AgentFiles:
    """Write an ``agent.toml`` with waiting times short enough for a test."""
    folder.mkdir(parents=True, exist_ok=True)
    password_file(folder)
    config = folder / "agent.toml"
    config.write_text(
        f"""schema_version = 1
kiosk_id = "{kiosk_id}"
name = "Quầy mượn số 1"
socket = "agent.sock"
state_folder = "state"
health_every_s = 0.5
resend_after_s = 1.0
reannounce_within_s = 0.0
will_delay_s = 1
{more}
[broker]
host = "127.0.0.1"
port = {port}
password_file = "password"
reconnect_min_s = 0.05
reconnect_max_s = 0.2
answer_timeout_s = 5.0
""",
        encoding="utf-8",
    )
    return AgentFiles(config, folder / "agent.sock", folder / "state" / "outbox.sqlite", folder / "agent.log")


def agent_program(files: AgentFiles) -> Program:
    """Return the agent as a process."""
    return Program(["-m", "mqtt.agent", str(files.config)], files.log)


class FleetStore:
    """The fleet store and its ingest, as the pages see them."""

    def __init__(self, folder: Path, broker: RealBroker) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.url = f"sqlite:///{folder / 'fleet.db'}"
        self._folder = folder
        self._port = broker.port
        self.password = password_file(folder)
        self._engine: Engine | None = None

    def ingest(self, host: str = "127.0.0.1") -> Program:
        """Return the ingest as a process."""
        arguments = ["-c", INGEST, self.url, host, str(self._port), str(self.password)]
        return Program(arguments, self._folder / "ingest.log")

    @property
    def engine(self) -> Engine:
        """The store, once the ingest has made it."""
        if self._engine is None:
            self._engine = open_engine(self.url)
        return self._engine

    def close(self) -> None:
        """Let go of the store."""
        if self._engine is not None:
            self._engine.dispose()

    def overview(self) -> FleetOverview:
        """Read what the pages read, now."""
        return StoredFleet(self.engine, UTC).overview(datetime.now(UTC))

    def visits(self) -> list[Visit]:
        """Read every stored visit in the order of its arrival."""
        return self._read(lambda: select(Visit).order_by(Visit.occurred_at, Visit.event_id))

    def rows(self, model: type[T]) -> list[T]:
        """Read every row of a table."""
        return self._read(lambda: select(model))

    def _read(self, statement: Callable[[], object]) -> list[T]:
        with transaction(for_reading(self.engine)) as session:
            return list(session.scalars(statement()))  # type: ignore[call-overload] # one statement of several types


_numbers = itertools.count(1)


def outcome(lent: int = 2) -> VisitOutcome:
    """Return how a visit ended."""
    return VisitOutcome(
        visit_id=VisitId(f"visit-{next(_numbers)}"),
        end=VisitEnd.DONE,
        seconds=41.24,
        language=Language.VIETNAMESE,
        lent=lent,
        refused=((Refusal.ITEM_ON_LOAN, 1),),
        unknown=0,
        alarms_still_on=0,
        receipt=ReceiptEnd.PRINTED,
    )


def telemetry(socket: Path, journal: Journal) -> AgentTelemetry:
    """Return the kiosk's end of an agent's socket."""
    return AgentTelemetry(socket, journal, WallClock(), new_id=fresh_id, program=ProgramLine(kiosk_version="0.1.0"))


@asynccontextmanager
async def kiosk_end(files: AgentFiles, *, resend_s: float = 5.0) -> AsyncIterator[tuple[AgentTelemetry, Journal]]:
    """Run the kiosk's end of an agent's socket, with a journal beside the agent's files."""
    async with Journal(files.config.parent / "journal.sqlite", time.time) as journal:
        reports = telemetry(files.socket, journal)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(reports.run(resend_s))
            yield reports, journal
            task.cancel()


def kept(files: AgentFiles) -> int:
    """Count what an agent's outbox holds."""
    with closing(sqlite3.connect(f"file:{files.outbox}?mode=ro", uri=True)) as outbox:
        return int(outbox.execute("SELECT count(*) FROM event").fetchone()[0])
