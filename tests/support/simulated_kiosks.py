"""Kiosks as the broker sees them, many in one process: the agent's own parts without its socket to a program."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mqtt.agent.machine import LagMeter
from mqtt.agent.protocol import StateLine
from mqtt.agent.pump import Pump
from mqtt.agent.reporter import Identity, Reporter, now
from mqtt.agent.status import KioskStatus
from mqtt.ids import fresh_id
from mqtt.link import Link
from mqtt.messages import VISIT, KioskCondition
from mqtt.outbox import Outbox
from tests.support import mqtt_messages as examples
from tests.support.broker import RealBroker


@dataclass(frozen=True, slots=True)
class SimulatedKiosk:
    """One of them."""

    kiosk_id: str
    outbox: Outbox
    pump: Pump
    reporter: Reporter

    async def visited(self, event_id: str, lent: int = 1) -> None:
        """Keep the event of a visit, as after a kiosk's program told it; it is on disk when this returns."""
        told = {"type": VISIT, "occurred_at": now().isoformat(), "data": examples.visit(lent).model_dump(mode="json")}
        await self.outbox.add(event_id, json.dumps(told))
        self.pump.event_added()

    def is_(self, condition: KioskCondition, *reasons: str) -> None:
        """Be in this state."""
        self.reporter.update(lambda status: status.heard(StateLine(state=condition, reasons=reasons)))


@asynccontextmanager
async def simulated_kiosk(
    broker: RealBroker, kiosk_id: str, folder: Path, *, resend_after_s: float = 1.0
) -> AsyncIterator[SimulatedKiosk]:
    """Run one until the block is left; its outbox lies in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    identity = Identity(kiosk_id, f"Quầy {kiosk_id}", "", fresh_id(), now(), folder, 5.0, 0.2, 1)
    async with Outbox(folder / f"{kiosk_id}.sqlite", fresh_id) as outbox:
        pump = Pump(kiosk_id, outbox, resend_after_s, now)
        reporter = Reporter(identity, outbox, pump, LagMeter())
        reporter.update(KioskStatus.arrived)
        kiosk = SimulatedKiosk(kiosk_id, outbox, pump, reporter)
        kiosk.is_(KioskCondition.READY)
        link = Link(broker.settings(kiosk_id, session_expiry_s=3600), new_id=fresh_id, make_will=reporter.make_will)
        running = asyncio.create_task(link.run(reporter.session))
        try:
            yield kiosk
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@asynccontextmanager
async def simulated_kiosks(broker: RealBroker, names: list[str], folder: Path) -> AsyncIterator[list[SimulatedKiosk]]:
    """Run some."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(simulated_kiosk(broker, name, folder)) for name in names]
