"""Commits what came from the kiosks: all at once, and piece by piece where the store refuses the whole."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from mqtt.batches import ReadBatch, ReadEvent, UnreadEvent, decode_batch
from mqtt.errors import MqttError
from mqtt.link_values import Received
from mqtt.topics import Channel, parse
from server.fleet import dead_letters, epochs
from server.fleet.dead_letters import NotUnderstood
from server.fleet.events import numbers_of, store_batch
from server.fleet.intake import AckOwed, Owed, take_in
from server.store.writer import WriterQueue

_log = logging.getLogger(__name__)

_REFUSALS = (SQLAlchemyError, ValueError, OverflowError)


async def commit(store: WriterQueue, messages: Sequence[Received], now: datetime) -> tuple[Owed, ...]:
    """Store messages and return what is owed for them; when this returns, they may be acknowledged.

    A message, or a single event of one, that the store refuses for what is in it becomes a dead letter and holds up
    nothing. Raise when the store itself fails (a full disk, a lock, a lost connection): then nothing is acknowledged.
    """
    try:
        return await store.write(lambda session: take_in(session, messages, now))
    except _REFUSALS as error:
        _raise_if_the_stores_fault(error)
        _log.warning("the store refuses a batch of %d messages; they are taken one by one", len(messages))
    owed: list[Owed] = []
    for message in messages:
        owed += await _commit_one(store, message, now)
    return tuple(owed)


async def _commit_one(store: WriterQueue, message: Received, now: datetime) -> tuple[Owed, ...]:
    try:
        return await store.write(lambda session: take_in(session, [message], now))
    except _REFUSALS as error:
        _raise_if_the_stores_fault(error)
        fault = f"store: {type(error).__name__}"
    batch = _batch_of(message)
    if batch is not None:
        return await _commit_events(store, message.topic, batch, now)
    letter = NotUnderstood(message.topic, fault, message.payload)
    await store.write(lambda session: dead_letters.keep(session, letter, now))
    return ()


async def _commit_events(store: WriterQueue, topic: str, batch: ReadBatch, now: datetime) -> tuple[Owed, ...]:
    through = 0
    for read in batch.events:
        try:
            through = await store.write(_storing(topic, replace(batch, events=(read,), unread=()), now))
        except _REFUSALS as error:
            _raise_if_the_stores_fault(error)
            through = await store.write(_storing(topic, replace(batch, events=(), unread=(_unread(read, error),)), now))
    if batch.unread:
        rest, numbers = replace(batch, events=()), numbers_of(batch)
        through = await store.write(lambda session: store_batch(session, topic, rest, now, numbers))
    return (AckOwed(batch.kiosk_id, batch.outbox_id, through, await store.read(epochs.current)),)


def _storing(topic: str, batch: ReadBatch, now: datetime) -> Callable[[Session], int]:
    return lambda session: store_batch(session, topic, batch, now)


def _unread(read: ReadEvent, error: Exception) -> UnreadEvent:
    return UnreadEvent(read.event.sequence, f"store: {type(error).__name__}", read.event.model_dump_json().encode())


def _batch_of(message: Received) -> ReadBatch | None:
    where = parse(message.topic)
    if where is None or where[1] is not Channel.EVENT:
        return None
    try:
        return decode_batch(message.payload)
    except MqttError:
        return None


def _raise_if_the_stores_fault(error: Exception) -> None:
    if isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        raise error
