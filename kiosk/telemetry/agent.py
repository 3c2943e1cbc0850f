"""Tells the agent beside the kiosk how the kiosk is and how visits ended; a visit is on disk before it is told."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import chain, repeat
from pathlib import Path
from typing import Protocol

from kiosk.errors import JournalUnavailableError
from kiosk.journal import UnsentEvent
from kiosk.ports import Clock
from kiosk.session.effects import VisitOutcome
from mqtt.agent.protocol import (
    LINE_LIMIT,
    DevicesLine,
    EventLine,
    HealthLine,
    ProgramLine,
    StateLine,
    StoredLine,
    line_of,
    read_from_agent,
)
from mqtt.cancellation import honour_cancellation
from mqtt.errors import MalformedMessageError
from mqtt.health import CatalogueReport, WaitingReport
from mqtt.messages import VISIT, DeviceReport, KioskCondition, RefusalCount, VisitReport

_log = logging.getLogger(__name__)

CONNECT_S = 2.0
WRITE_S = 5.0
RESEND_S = 5.0
PAUSE_S = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Between attempts to reach the agent; the last one repeats."""


class EventJournal(Protocol):
    """Where events wait until the agent has them on its own disk; every method returns when it is on disk.

    Each may raise ``JournalUnavailableError``, and work again later.
    """

    async def add_event(self, event_id: str, body: str) -> None:
        """Keep an event; the same id twice is kept once."""
        ...

    async def unsent_events(self) -> tuple[UnsentEvent, ...]:
        """Give what is kept, oldest first."""
        ...

    async def strike_off(self, event_id: str) -> None:
        """Forget an event."""
        ...


class AgentTelemetry:
    """A ``kiosk.ports.Telemetry`` that goes to the agent. ``run`` holds the line; everything else may come before it.

    The latest state, devices and program are told on each connect and on each change.
    """

    def __init__(
        self,
        socket: Path,
        journal: EventJournal,
        clock: Clock,
        *,
        new_id: Callable[[], str],
        program: ProgramLine,
    ) -> None:
        self._socket = socket
        self._journal = journal
        self._clock = clock
        self._new_id = new_id
        self._program = program
        self._resend_s = RESEND_S
        self._state: StateLine | None = None
        self._devices: DevicesLine | None = None
        self._health: HealthLine | None = None
        self._catalogue: CatalogueReport | None = None
        self._waiting: WaitingReport | None = None
        self._wake = asyncio.Event()
        self._journal_works = True
        self._there = False

    @property
    def there(self) -> bool:
        """Say whether the agent answers."""
        return self._there

    async def report_visit(self, outcome: VisitOutcome) -> None:
        """Return when the outcome is in the journal; it is told to the agent from there.

        While the journal cannot be used the outcome waits here, however long that takes.
        """
        event_id = self._new_id()
        line = EventLine(
            event_id=event_id,
            kind=VISIT,
            occurred_at=self._clock.wall(),
            data=_visit_report(outcome).model_dump(mode="json"),
        )
        for pause in chain(PAUSE_S, repeat(PAUSE_S[-1])):
            try:
                await self._journal.add_event(event_id, line.model_dump_json())
            except JournalUnavailableError as error:
                self._journal_fails(error)
                await asyncio.sleep(pause)
            else:
                break
        self._journal_works = True
        self._wake.set()

    def tell_state(self, condition: KioskCondition, reasons: Sequence[str]) -> None:
        """Tell how the kiosk is, where it is not what was told last."""
        told = StateLine(state=condition, reasons=tuple(reasons))
        if told != self._state:
            self._state = told
            self._wake.set()

    def tell_devices(self, devices: Sequence[DeviceReport]) -> None:
        """Tell all devices, where they are not as told last."""
        told = DevicesLine(devices=tuple(devices))
        if told != self._devices:
            self._devices = told
            self._wake.set()

    def tell_health(self, loop_lag_ms: float) -> None:
        """Tell how late the kiosk's loop was at worst since the last time, and what was noted since of the rest."""
        self._health = HealthLine(loop_lag_ms=loop_lag_ms, catalogue=self._catalogue, waiting=self._waiting)
        self._wake.set()

    def note_catalogue(self, report: CatalogueReport) -> None:
        """Note how the copy of the catalogue stands; it is told with the next health."""
        self._catalogue = report

    def note_waiting(self, report: WaitingReport | None) -> None:
        """Note what waits at the kiosk, ``None`` where nobody can say; it is told with the next health."""
        self._waiting = report

    async def run(self, resend_s: float = RESEND_S) -> None:
        """Keep the line to the agent until cancelled; its loss is logged once.

        What the agent has not confirmed ``resend_s`` after it was told is told again.
        """
        self._resend_s = resend_s
        failures = 0
        while True:
            try:
                async with asyncio.timeout(CONNECT_S):
                    reader, writer = await asyncio.open_unix_connection(self._socket, limit=LINE_LIMIT)
            except (OSError, TimeoutError) as error:
                if failures == 0:
                    _log.warning("the agent is lost: %s", type(error).__name__)
            else:
                _log.info("the agent is there")
                self._there = True
                try:
                    await self._converse(reader, writer)
                finally:
                    self._there = False
                _log.warning("the agent is gone")
                failures = 0
            await asyncio.sleep(PAUSE_S[min(failures, len(PAUSE_S) - 1)])
            failures += 1

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                speaker = group.create_task(self._speak(writer))
                await self._hear(reader)
                speaker.cancel()
        except* (OSError, TimeoutError) as errors:
            _log.warning("the line to the agent broke: %s", type(errors.exceptions[0]).__name__)
        finally:
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(WRITE_S):
                    await writer.wait_closed()
        honour_cancellation()

    async def _speak(self, writer: asyncio.StreamWriter) -> None:
        told_state: StateLine | None = None
        told_devices: DevicesLine | None = None
        told_at: dict[str, float] = {}
        now = asyncio.get_running_loop().time
        await _write(writer, line_of(self._program))
        while True:
            self._wake.clear()
            if self._devices and self._devices != told_devices:
                told_devices = self._devices
                await _write(writer, line_of(told_devices))
            if self._state and self._state != told_state:
                told_state = self._state
                await _write(writer, line_of(told_state))
            if self._health:
                health, self._health = self._health, None
                await _write(writer, line_of(health))
            kept = await self._unsent_events()
            for event in kept or ():
                if now() - told_at.get(event.event_id, -self._resend_s) >= self._resend_s:
                    told_at[event.event_id] = now()
                    await _write(writer, event.body.encode() + b"\n")
            if kept is not None:
                told_at = {event.event_id: told_at[event.event_id] for event in kept}
            with suppress(TimeoutError):
                async with asyncio.timeout(None if kept == () else self._resend_s):
                    await self._wake.wait()

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        complained = False
        while line := await _read_line(reader):
            try:
                said = read_from_agent(line)
            except MalformedMessageError as error:
                _log.warning("the agent said something unknown: %s", error.fault)
                continue
            if isinstance(said, StoredLine):
                await self._strike_off(said.event_id)
                complained = False
            elif not complained:
                _log.error("the agent cannot store what it is told: %s", said.reason)
                complained = True

    async def _unsent_events(self) -> tuple[UnsentEvent, ...] | None:
        """Give what the agent has not confirmed; ``None`` where the journal does not say."""
        try:
            return await self._journal.unsent_events()
        except JournalUnavailableError as error:
            self._journal_fails(error)
            return None

    async def _strike_off(self, event_id: str) -> None:
        try:
            await self._journal.strike_off(event_id)
        except JournalUnavailableError as error:  # it is told again, stored once, and struck off then
            self._journal_fails(error)
        else:
            self._journal_works = True

    def _journal_fails(self, error: JournalUnavailableError) -> None:
        if self._journal_works:
            _log.error("the journal cannot be used; what is to be told waits: %s", error)
        self._journal_works = False


async def _write(writer: asyncio.StreamWriter, line: bytes) -> None:
    writer.write(line)
    async with asyncio.timeout(WRITE_S):
        await writer.drain()


async def _read_line(reader: asyncio.StreamReader) -> bytes:
    """Return a whole line, or nothing when the agent is gone or talks without end."""
    try:
        line = await reader.readline()
    except ValueError:
        return b""
    return line if line.endswith(b"\n") else b""


def _visit_report(outcome: VisitOutcome) -> VisitReport:
    return VisitReport(
        visit_id=outcome.visit_id,
        end=outcome.end.value,
        seconds=round(outcome.seconds, 1),
        language=outcome.language.value,
        lent=outcome.lent,
        refused=tuple(RefusalCount(reason=reason.value, count=count) for reason, count in outcome.refused),
        unknown=outcome.unknown,
        alarms_still_on=outcome.alarms_still_on,
        receipt=outcome.receipt.value,
        service=outcome.service.value,
        renewed=outcome.renewed,
        returned=outcome.returned,
        alarms_still_off=outcome.alarms_still_off,
        offline=outcome.offline,
    )
