"""The rules by which the kiosk lends alone: fetched from our server while there is a line, kept on disk, obeyed."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from kiosk.alone.lending import LendingRules
from kiosk.alone.machine_time import MachineTime
from kiosk.session.values import ItemId, PatronId
from library.api.offline_policy import Expected, PolicyError, read_policy
from library.lending.offline import (
    KEY_BYTES,
    OfflinePolicy,
    OfflineRefusal,
    against_policy,
    may_borrow_offline,
    may_borrow_undated,
    may_use_card_offline,
)
from library.lending.opening import due_date
from library.lending.refusals import Refusal
from settings.secret_file import read_secret

_log = logging.getLogger(__name__)

FETCH_EVERY_S: Final = 900.0
RETRY_S: Final = 60.0
"""After a fetch that failed; also how often it is looked whether the rules have grown too old."""
_REFUSALS: Final = {
    OfflineRefusal.CARD_FORM: Refusal.PATRON_UNKNOWN,
    OfflineRefusal.CARD_BARRED: Refusal.PATRON_BLOCKED,
    OfflineRefusal.TOO_MANY: Refusal.PATRON_LIMIT_REACHED,
    OfflineRefusal.ITEM_RESERVED: Refusal.ITEM_RESERVED,
}
"""Any other is a matter of the rules and not of the reader."""


def read_key(path: Path) -> bytes:
    """Give this kiosk's key; raise ``SecretFileError``, or ``ValueError`` with words where the file holds none."""
    try:
        key = bytes.fromhex(read_secret(path))
    except ValueError:
        raise ValueError("no key in hexadecimal digits") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, {2 * KEY_BYTES} hexadecimal digits")
    return key


class PolicyDoor(Protocol):
    """Where a policy is fetched."""

    def fetch(self, serial: int) -> bytes | None:
        """Give the newest policy as it came; ``None``: the one with this serial number is. Blocks.

        Raises:
            OSError: it could not be fetched.

        """
        ...


class PolicyRules:
    """A ``lending.RulesSource``; what was fetched last is good for as long as the server said, also after a restart."""

    def __init__(  # noqa: PLR0913 - each is one thing that a policy is judged by, or comes from
        self,
        door: PolicyDoor,
        path: Path,
        key: bytes,
        terminal_id: str,
        time: MachineTime,
        *,
        look_every_s: float = RETRY_S,
    ) -> None:
        """Make it; ``path`` is where the policy is kept as it came, ``key`` the 32 bytes that sign it."""
        self._look_every_s = look_every_s
        self._door = door
        self._path = path
        self._key = key
        self._terminal_id = terminal_id
        self._time = time
        self._policy: OfflinePolicy | None = None
        self._reachable = True

    @property
    def current(self) -> LendingRules | None:
        """The rules, where there are any by which it may be lent now."""
        policy = self._policy
        if policy is None:
            return None
        if not self._time.is_set():
            return _Undated(policy) if policy.lends_undated and policy.max_items else None
        return None if against_policy(policy, self._time.wall()) is not None else _Dated(policy)

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Keep the rules current until cancelled; tell whether there are any, again once the clock is set."""
        told: tuple[bool, bool] | None = None
        await asyncio.to_thread(self._load)
        fetched: float | None = None
        while True:
            now = self._time.monotonic()
            if (fetched is None or now - fetched >= FETCH_EVERY_S) and await asyncio.to_thread(self._fetch):
                fetched = now
            there = self.current is not None
            known = there, self._time.is_set()
            if known != told:
                told = known
                await on_change(there)
            await asyncio.sleep(self._look_every_s)

    def _load(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            try:
                self._take(self._path.read_bytes())
            except OSError as error:
                _log.warning("the rules for lending alone cannot be read: %s", error.strerror)

    def _fetch(self) -> bool:
        """Fetch once; ``False``: it is to be tried again soon."""
        try:
            body = self._door.fetch(0 if self._policy is None else self._policy.serial)
        except OSError as error:
            if self._reachable:
                _log.info("the rules for lending alone cannot be fetched: %s", type(error).__name__)
            self._reachable = False
            return False
        self._reachable = True
        if body is None:
            return True
        if not self._take(body):
            return False
        try:
            _write(self._path, body)
        except OSError as error:  # they hold until the next start all the same
            _log.warning("the rules for lending alone cannot be kept: %s", error.strerror)
        return True

    def _take(self, body: bytes) -> bool:
        now = self._time.wall() if self._time.is_set() else None
        newest = 0 if self._policy is None else self._policy.serial
        try:
            self._policy = read_policy(body, self._key, Expected(self._terminal_id, now, newest))
        except PolicyError as error:
            _log.warning("the rules for lending alone are of no use: %s", error.fault)
            return False
        return True


class _Dated:
    def __init__(self, policy: OfflinePolicy) -> None:
        self._policy = policy

    def card(self, patron_id: PatronId, now: datetime) -> Refusal | None:
        """Say what speaks against the card; takes as long as one slow digest."""
        refusal = against_policy(self._policy, now) or may_use_card_offline(self._policy, patron_id.text)
        return None if refusal is None else _REFUSALS.get(refusal, Refusal.OTHER)

    def loan(self, patron_id: PatronId, item_id: ItemId, taken: int, now: datetime) -> datetime | Refusal:
        """Give the due date, or the first reason against the loan."""
        verdict = may_borrow_offline(self._policy, patron_id.text, item_id.text, taken, now)
        return _REFUSALS.get(verdict, Refusal.OTHER) if isinstance(verdict, OfflineRefusal) else verdict.at

    def due(self, now: datetime) -> datetime | None:
        """Give the due date of any loan that is made now."""
        return due_date(now, self._policy.loan_days, self._policy.opening, self._policy.zone).at


class _Undated:
    """While the clock is not set; the due date that it gives is of no worth, and nobody is promised one."""

    def __init__(self, policy: OfflinePolicy) -> None:
        self._policy = policy

    def card(self, patron_id: PatronId, now: datetime) -> Refusal | None:
        """Say what speaks against the card."""
        del now
        refusal = may_use_card_offline(self._policy, patron_id.text)
        return None if refusal is None else _REFUSALS.get(refusal, Refusal.OTHER)

    def loan(self, patron_id: PatronId, item_id: ItemId, taken: int, now: datetime) -> datetime | Refusal:
        """Give the reason against the loan, else the moment itself."""
        refusal = may_borrow_undated(self._policy, patron_id.text, item_id.text, taken)
        return now if refusal is None else _REFUSALS.get(refusal, Refusal.OTHER)

    def due(self, now: datetime) -> datetime | None:  # noqa: ARG002 - the protocol's own form
        """Say that nobody knows."""
        return None


def _write(path: Path, body: bytes) -> None:
    """Write whole or not at all, for the owner's eyes."""
    partial = path.with_name(f".{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
