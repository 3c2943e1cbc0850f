"""The agent's program: puts its parts together and runs them until it is told to stop."""

import asyncio
import json
import logging
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from mqtt.agent.config import AgentConfig, load
from mqtt.agent.kiosk_socket import KioskSocket
from mqtt.agent.machine import LagMeter
from mqtt.agent.notify import ServiceNotifier
from mqtt.agent.protocol import EventLine, FromAgent, FromKiosk, NotStoredLine, StoredLine
from mqtt.agent.pump import Pump
from mqtt.agent.reporter import Identity, Reporter, now
from mqtt.agent.status import KioskStatus
from mqtt.errors import OutboxUnavailableError
from mqtt.ids import fresh_id
from mqtt.link import Link
from mqtt.link_values import LinkSettings
from mqtt.outbox import Outbox
from settings.errors import FaultyFileError, SecretFileError

_log = logging.getLogger(__name__)

GOODBYE_S = 3.0
"""How long the last message may take when the agent is told to stop."""

WRONG_CONFIGURATION = 2


def main(config_path: Path) -> int:
    """Run the agent from its ``agent.toml``; return the exit status (2: the configuration is wrong).

    Prints one JSON line ``{"ready": true, "socket": ...}`` on standard output when the kiosk may connect.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        config = load(config_path)
        settings = config.broker.link_settings(config.kiosk_id, session_expiry_s=config.session_expiry_s)
    except FaultyFileError as error:
        for fault in error.problems:
            sys.stderr.write(f"{error.path}: {fault}\n")
        return WRONG_CONFIGURATION
    except SecretFileError as error:
        sys.stderr.write(f"{error.path}: {error.fault}\n")
        return WRONG_CONFIGURATION
    asyncio.run(run_agent(config, settings))
    return 0


async def run_agent(config: AgentConfig, settings: LinkSettings) -> None:
    """Run until SIGTERM or SIGINT; raise when a part of it fails, so that the service manager starts it anew."""
    leaving = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leaving.set)
    async with Outbox(config.state_folder / "outbox.sqlite", fresh_id) as outbox:
        await _Agent.of(config, settings, outbox).run(leaving)


@dataclass(frozen=True, slots=True)
class _Agent:
    config: AgentConfig
    outbox: Outbox
    pump: Pump
    reporter: Reporter
    lag: LagMeter
    link: Link

    @classmethod
    def of(cls, config: AgentConfig, settings: LinkSettings, outbox: Outbox) -> "_Agent":
        identity = Identity(
            config.kiosk_id,
            config.name,
            config.place,
            fresh_id(),
            now(),
            config.state_folder,
            config.health_every_s,
            config.reannounce_within_s,
            config.will_delay_s,
            ("broker",) if config.broker.is_in_the_open else (),
        )
        lag = LagMeter()
        pump = Pump(config.kiosk_id, outbox, config.resend_after_s, now)
        reporter = Reporter(identity, outbox, pump, lag)
        link = Link(settings, new_id=fresh_id, make_will=reporter.make_will)
        return cls(config, outbox, pump, reporter, lag, link)

    async def run(self, leaving: asyncio.Event) -> None:
        notifier = ServiceNotifier()
        kiosk = KioskSocket(
            self.config.socket,
            heard=self._heard,
            arrived=lambda: self.reporter.update(KioskStatus.arrived),
            left=lambda: self.reporter.update(KioskStatus.left),
        )
        listening = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(kiosk.run(listening), name="kiosk socket"),
                group.create_task(self.lag.run(), name="lag"),
                group.create_task(self.reporter.gather_readings(), name="readings"),
                group.create_task(notifier.keep_alive(), name="watchdog"),
            ]
            link = group.create_task(self.link.run(self.reporter.session), name="link")
            await listening.wait()
            notifier.tell("READY=1")
            sys.stdout.write(json.dumps({"ready": True, "socket": str(self.config.socket)}) + "\n")
            sys.stdout.flush()
            await leaving.wait()
            notifier.tell("STOPPING=1")
            self.reporter.leaving.set()
            await asyncio.wait([link], timeout=GOODBYE_S if self.link.connected else 0)
            link.cancel()
            for task in tasks:
                task.cancel()

    async def _heard(self, said: FromKiosk) -> FromAgent | None:
        if not isinstance(said, EventLine):
            self.reporter.update(lambda status: status.heard(said))
            return None
        body = said.model_dump_json(include={"occurred_at", "data"}, by_alias=True)
        body = json.dumps({"type": said.kind, **json.loads(body)}, ensure_ascii=False)
        try:
            await self.outbox.add(said.event_id, body)
        except OutboxUnavailableError as error:
            if error.damaged:
                raise
            return NotStoredLine(event_id=said.event_id, reason=error.fault)
        self.pump.event_added()
        return StoredLine(event_id=said.event_id)
