"""The way to the broker: one connection after the other, with growing and scattered pauses between them."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from mqtt.cancellation import honour_cancellation
from mqtt.connection import Connection
from mqtt.errors import LinkLostError
from mqtt.link_values import LinkSettings, Will

_log = logging.getLogger(__name__)

Session = Callable[[Connection], Awaitable[None]]
"""What is done over one connection; it is cancelled when the connection goes, and started anew on the next."""


def reconnect_pause(attempt: int, minimum_s: float, maximum_s: float, chance: float) -> float:
    """Return the seconds to wait after failure number ``attempt`` (from 0): doubling, capped, the upper half by chance.

    ``chance`` is from 0 to 1. A thousand kiosks whose broker restarts come back scattered.
    """
    ceiling = min(maximum_s, minimum_s * 2.0 ** min(attempt, 32))
    return ceiling * (0.5 + 0.5 * chance)


class Link:
    """Keeps a session going on a connection to the broker.

    ``make_will`` is given the id of the session that is about to begin. ``on_loss`` is told each time that a connection
    is lost or could not be made.
    """

    def __init__(
        self,
        settings: LinkSettings,
        *,
        new_id: Callable[[], str],
        make_will: Callable[[str], Will] | None = None,
        on_loss: Callable[[LinkLostError], Awaitable[None]] | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings
        self._new_id = new_id
        self._make_will = make_will
        self._on_loss = on_loss
        self._chance = chance
        self.connected = False
        """A session is going on."""

    async def run(self, session: Session) -> None:
        """Connect and hold ``session`` until it returns by itself; then say goodbye to the broker and return."""
        connector = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mqtt-connect")
        attempt = 0
        try:
            while True:
                began = time.monotonic()
                loss = await self._hold(session, connector)
                if loss is None:
                    return
                if time.monotonic() - began >= self._settings.steady_s + self._settings.connect_timeout_s:
                    attempt = 0
                if attempt == 0:
                    _log.warning("the broker is lost: %s", loss.reason)
                if self._on_loss:
                    await self._on_loss(loss)
                pause = reconnect_pause(
                    attempt, self._settings.reconnect_min_s, self._settings.reconnect_max_s, self._chance()
                )
                attempt += 1
                await asyncio.sleep(pause)
        finally:
            connector.shutdown(wait=False, cancel_futures=True)

    async def _hold(self, session: Session, connector: ThreadPoolExecutor) -> LinkLostError | None:
        session_id = self._new_id()
        will = self._make_will(session_id) if self._make_will else None
        connection = Connection(self._settings, session_id, will, connector)
        try:
            await connection.open()
        except LinkLostError as loss:
            return loss
        _log.info("the broker is there")
        self.connected = True
        losses: list[LinkLostError] = []
        try:
            async with asyncio.TaskGroup() as group:
                watcher = group.create_task(connection.until_lost())
                await session(connection)
                watcher.cancel()
            await connection.close()
        except* LinkLostError as lost:
            losses.extend(_leaves(lost))
        finally:
            self.connected = False
            connection.abandon()
        honour_cancellation()
        return losses[0] if losses else None


def _leaves(group: BaseExceptionGroup[LinkLostError]) -> list[LinkLostError]:
    leaves: list[LinkLostError] = []
    for error in group.exceptions:
        leaves.extend(_leaves(error) if isinstance(error, BaseExceptionGroup) else [error])
    return leaves
