"""Moves events from the outbox to the server: one batch at a time, again until the server says that it has them."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from mqtt.connection import Connection
from mqtt.errors import PublishRefusedError
from mqtt.messages import Event, EventAck, EventBatch, encode
from mqtt.outbox import Outbox, Parcel, Receipt
from mqtt.outbox_file import KeptEvent
from mqtt.topics import Channel, of_kiosk

_log = logging.getLogger(__name__)

BATCH_EVENTS = 50
BATCH_BYTES = 64 * 1024
RESEND_MOST_S = 300.0
"""A server that does not understand what it is told is asked ever more rarely, down to this."""


class Pump:
    """Sends from the outbox while a connection stands; knows from ``server_is`` whether anybody listens."""

    def __init__(self, kiosk_id: str, outbox: Outbox, resend_after_s: float, wall: Callable[[], datetime]) -> None:
        self._kiosk_id = kiosk_id
        self._outbox = outbox
        self._resend_after_s = resend_after_s
        self._wall = wall
        self._added = asyncio.Event()
        self._progress = asyncio.Event()
        self._listening = asyncio.Event()
        self._listening.set()  # until the server says otherwise
        self._refused = False

    def event_added(self) -> None:
        """Say that the outbox holds something new."""
        self._added.set()

    def server_is(self, *, online: bool) -> None:
        """Say whether the server listens; while it does not, everything stays in the outbox."""
        if online:
            self._listening.set()
            self._progress.set()  # what was sent into the void is sent again at once
        else:
            self._listening.clear()

    @property
    def is_heard(self) -> bool:
        """Whether the server listens, as far as it told."""
        return self._listening.is_set()

    async def until_heard(self) -> None:
        """Wait until the server listens."""
        await self._listening.wait()

    async def acknowledged(self, ack: EventAck) -> None:
        """Note what the server has stored."""
        receipt = Receipt(ack.outbox_id, ack.through, ack.store_epoch, ack.sent_at)
        if ack.kiosk_id == self._kiosk_id and await self._outbox.acknowledged(receipt):
            self._progress.set()

    async def store_is(self, epoch: str) -> None:
        """Note the life of the server's store; to a new one, what was told in another is told again."""
        if epoch and await self._outbox.server_is(epoch):
            self._added.set()
            self._progress.set()

    async def run(self, connection: Connection) -> None:
        """Send until cancelled."""
        pause = self._resend_after_s
        topic = of_kiosk(self._kiosk_id, Channel.EVENT)
        while True:
            await self._listening.wait()
            self._added.clear()
            self._progress.clear()
            parcel = await self._outbox.oldest(BATCH_EVENTS, BATCH_BYTES)
            if not parcel.events:
                pause = self._resend_after_s
                await self._added.wait()
                continue
            await self._send(connection, topic, encode(batch_of(self._kiosk_id, parcel, self._wall())))
            moved_on = await self._moved_on(pause)
            pause = self._resend_after_s if moved_on else min(pause * 2, RESEND_MOST_S)

    async def _send(self, connection: Connection, topic: str, payload: bytes) -> None:
        try:
            await connection.publish(topic, payload)
            self._refused = False
        except PublishRefusedError as refusal:
            if not self._refused:
                _log.error("the broker refuses the events, reason %#04x", refusal.reason_code)
            self._refused = True

    async def _moved_on(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._progress.wait()
        return False


def batch_of(kiosk_id: str, parcel: Parcel, sent_at: datetime) -> EventBatch:
    """Return the message that tells the events of ``parcel``, which has at least one."""
    return EventBatch(
        sent_at=sent_at,
        kiosk_id=kiosk_id,
        outbox_id=parcel.outbox_id,
        oldest_sequence=parcel.events[0].sequence,
        events=tuple(_event(kept, sent_at) for kept in parcel.events),
    )


def _event(kept: KeptEvent, sent_at: datetime) -> Event:
    try:
        body = {**json.loads(kept.body), "replayed": kept.replayed}
        return Event(sequence=kept.sequence, event_id=kept.event_id, **body)
    except (ValueError, TypeError):  # pydantic's ValidationError is a ValueError
        # It must not hold up what lies behind it: the server keeps it among its dead letters.
        return Event(
            sequence=kept.sequence,
            event_id=hashlib.sha256(kept.event_id.encode()).hexdigest(),  # a spoilt id may be none
            type="unreadable",
            occurred_at=sent_at,
            data={"body": kept.body},
            replayed=kept.replayed,
        )
