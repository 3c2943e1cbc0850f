"""Makes the policy of each kiosk: what it may lend without its line, signed, with a serial number."""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from library.api.offline_policy import write_policy
from library.lending.offline import KEY_BYTES, CardCost, OfflinePolicy, card_digest, card_key_of, padded
from library.lending.rules import LendingRules, LoanRule
from server.circulation.desk import LendingDesk
from server.circulation.offline_barred import BarredCard, barred_cards, reserved_items
from server.circulation.values import Counter
from server.config import ServerConfig
from server.store.offline_models import CardDigest, KioskKey, KioskPolicy
from server.store.writer import WriterQueue

_LOG: Final = logging.getLogger("server.circulation")
_AT_ONCE: Final = 8
"""Digests that may be made while a kiosk waits; more are made in the background."""
_BATCH: Final = 16
"""Digests of one transaction in the background."""
_NO_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Current:
    """The policy that a kiosk is to have now."""

    serial: int
    body: str = field(repr=False)


class NoKeyError(Exception):
    """This terminal has no key."""


class NotReadyError(Exception):
    """The digests of cards are being made."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a policy is made of."""

    key: bytes = field(repr=False)
    padding: bytes = field(repr=False)
    draft: OfflinePolicy = field(repr=False)
    digests: tuple[bytes, ...] = field(repr=False)
    missing: tuple[BarredCard, ...] = field(repr=False)
    last: KioskPolicy | None = field(repr=False)


def put_key(session: Session, terminal_id: str) -> bytes:
    """Make a new key for a terminal; what was made with an older one is forgotten, serial numbers go on."""
    session.execute(delete(CardDigest).where(CardDigest.terminal_id == terminal_id))
    key = secrets.token_bytes(KEY_BYTES)
    session.merge(KioskKey(terminal_id=terminal_id, key=key, padding=secrets.token_bytes(KEY_BYTES)))
    last = session.get(KioskPolicy, terminal_id)
    if last is not None:
        last.content = b""
        last.good_until = last.made_at
    session.flush()
    return key


def shortest_loan(rules: Iterable[LoanRule], place_code: str) -> int | None:
    """Give the days of the shortest loan that any reader gets for any item at a place; ``None``: none is lent."""
    rules = tuple(rules)
    everything = LendingRules(rules).rule_for(category="", item_type="", place=place_code)
    days = [rule.loan_days for rule in (everything, *rules) if rule.for_loan and rule.place in {None, place_code}]
    return min(days, default=None)


class PolicyMaker:
    """Gives each kiosk its newest policy; :meth:`aclose` ends what is made in the background."""

    def __init__(
        self, config: ServerConfig, desk: LendingDesk, queue: WriterQueue, cost: CardCost | None = None
    ) -> None:
        self._offline = config.offline
        self._rules = config.lending.rules
        self._numbers = config.numbers
        self._time_zone = config.library.time_zone
        self._desk = desk
        self._queue = queue
        self._cost = cost or CardCost()
        self._making: dict[str, asyncio.Task[None]] = {}

    async def current(self, counter: Counter) -> Current:
        """Give the policy of a terminal; raise :class:`NoKeyError` or :class:`NotReadyError`.

        While digests of newly barred cards are being made, the policy before is given as long as it is good.
        """
        ground = await self._queue.read(lambda session: self._ground(session, counter))
        if len(ground.missing) > _AT_ONCE:
            self._make_in_background(counter, ground)
            if ground.last is None or ground.last.good_until <= self._desk.now() or not ground.last.content:
                raise NotReadyError
            return Current(ground.last.serial, ground.last.body)
        made = await asyncio.to_thread(self._digests, ground, ground.missing)
        digests = (*ground.digests, *(digest for _, digest in made))
        draft = replace(ground.draft, barred=padded(digests, ground.padding))

        def work(session: Session) -> Current:
            _keep(session, counter, made, ground.key)
            return self._put(session, draft, ground)

        return await self._queue.write(work)

    async def aclose(self) -> None:
        """End what is made in the background; what is kept already stays."""
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    def _ground(self, session: Session, counter: Counter) -> _Ground:
        key = session.get(KioskKey, counter.terminal_id)
        if key is None:
            raise NoKeyError
        at = self._desk.circumstances
        barred = barred_cards(session, at, counter)
        rows = select(CardDigest.card_id, CardDigest.digest).where(CardDigest.terminal_id == counter.terminal_id)
        known = dict(session.execute(rows).all())
        days = self._offline.loan_days
        if days is None:
            days = shortest_loan(self._rules, counter.place_code)
        now = self._desk.now()
        draft = OfflinePolicy(
            terminal_id=counter.terminal_id,
            serial=1,
            made_at=now,
            good_until=now + timedelta(hours=self._offline.good_for_hours),
            zone=self._desk.zone,
            loan_days=days or 0,
            opening=at.occasion(session, counter.place_id).opening,
            numbers=self._numbers,
            max_items=0 if days is None else self._offline.max_items,
            lends_undated=self._offline.lends_undated,
            reserved_items=reserved_items(session, self._desk.queue, counter.organisation_id),
            cost=self._cost,
            card_key=card_key_of(key.key),
            barred=(),
        )
        return _Ground(
            key.key,
            key.padding,
            draft,
            tuple(known[card.card_id] for card in barred if card.card_id in known),
            tuple(card for card in barred if card.card_id not in known),
            session.get(KioskPolicy, counter.terminal_id),
        )

    def _digests(self, ground: _Ground, cards: Iterable[BarredCard]) -> list[tuple[int, bytes]]:
        return [(card.card_id, card_digest(ground.draft.card_key, card.number, self._cost)) for card in cards]

    def _put(self, session: Session, draft: OfflinePolicy, ground: _Ground) -> Current:
        """Give what was sent last where it says the same and is young; else a new one with the next serial number."""
        told = write_policy(replace(draft, made_at=_NO_DAY, good_until=_NO_DAY), self._time_zone, ground.key)
        content = hashlib.sha256(told.encode()).digest()
        last = session.get(KioskPolicy, draft.terminal_id, populate_existing=True)
        renewed_after = (draft.good_until - draft.made_at) / 4
        if last is not None and last.content == content and timedelta() <= draft.made_at - last.made_at < renewed_after:
            return Current(last.serial, last.body)
        serial = 1 if last is None else last.serial + 1
        body = write_policy(replace(draft, serial=serial), self._time_zone, ground.key)
        session.merge(
            KioskPolicy(
                terminal_id=draft.terminal_id,
                serial=serial,
                content=content,
                made_at=draft.made_at,
                good_until=draft.good_until,
                body=body,
            )
        )
        return Current(serial, body)

    def _make_in_background(self, counter: Counter, ground: _Ground) -> None:
        running = self._making.get(counter.terminal_id)
        if running is None or running.done():
            task = asyncio.create_task(self._make(counter, ground), name=f"digests-{counter.terminal_id}")
            self._making[counter.terminal_id] = task

    async def _make(self, counter: Counter, ground: _Ground) -> None:
        try:
            for start in range(0, len(ground.missing), _BATCH):
                made = await asyncio.to_thread(self._digests, ground, ground.missing[start : start + _BATCH])
                await self._queue.write(partial(_keep, counter=counter, made=made, key=ground.key))
        except SQLAlchemyError as error:
            _LOG.warning("digests of cards not kept: %s", type(error).__name__)


def _keep(session: Session, counter: Counter, made: Iterable[tuple[int, bytes]], key: bytes) -> None:
    """Keep digests, unless the terminal has got another key meanwhile."""
    known = session.get(KioskKey, counter.terminal_id)
    if known is not None and known.key == key:
        for card_id, digest in made:
            session.merge(CardDigest(terminal_id=counter.terminal_id, card_id=card_id, digest=digest))
