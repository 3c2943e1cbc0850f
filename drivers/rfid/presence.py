"""Tells what lies on a pad from round after round of inventories: duplicates out, flicker bridged, piles whole. Pure.

A tag is there when it was found in two rounds and gone after three misses and 600 ms (field experience: three misses
at 50 ms still flap). While a tag is new or not yet read the picture is unsettled and none is given, so that a pile
comes as one; a tag that shows up once and never again holds it back for at most `PresenceLimits.hold`. A pile that is
lifted goes as one: when a tag has gone and others are missing, they get `PresenceLimits.absence` to follow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from drivers.rfid.base import Air, TagReading


@dataclass(frozen=True, slots=True)
class PresenceLimits:
    """When to believe what is seen; times in seconds."""

    sightings: int = 2
    misses: int = 3
    absence: float = 0.6
    hold: float = 1.5
    attempts: int = 3
    """How often reading a tag is tried before it counts as unreadable; it is tried on, one tag a round."""


@dataclass(slots=True)
class _Tag:
    first_seen: float
    last_seen: float
    dsfid: int | None
    sightings: int = 1
    misses: int = 0
    attempts: int = 0
    memory: bytes | None = None
    user_memory: bytes | None = None
    afi: int | None = None
    afi_known: bool = False
    """Told; ``afi`` is then ``None`` for a tag that has none."""

    @property
    def read(self) -> bool:
        return self.memory is not None and self.afi_known


class Presence:
    """What lies there; ``now`` is monotonic seconds and never smaller than before."""

    def __init__(self, limits: PresenceLimits | None = None, air: Air = Air.HF) -> None:
        self._limits = limits or PresenceLimits()
        self._air = air
        self._tags: dict[str, _Tag] = {}
        self._rounds = 0
        self._last_gone: float | None = None

    def saw(self, found: Mapping[str, int | None], now: float) -> None:
        """Take one whole inventory: UID -> DSFID, where the pad tells it."""
        self._rounds += 1
        for uid, dsfid in found.items():
            tag = self._tags.get(uid)
            if tag is None:
                self._tags[uid] = _Tag(now, now, dsfid)
            else:
                tag.sightings += 1
                tag.misses = 0
                tag.last_seen = now
                tag.dsfid = tag.dsfid if dsfid is None else dsfid
        for uid in self._tags.keys() - found.keys():
            tag = self._tags[uid]
            tag.misses += 1
            if tag.misses >= self._limits.misses and now - tag.last_seen >= self._limits.absence:
                del self._tags[uid]
                self._last_gone = now

    def to_read(self) -> tuple[str, ...]:
        """Name the tags that should be read now: all new ones, and one of those that could not be read so far."""
        wanted = sorted((tag.attempts, uid) for uid, tag in self._tags.items() if not tag.read and tag.misses == 0)
        fresh = [uid for attempts, uid in wanted if attempts < self._limits.attempts]
        hopeless = [uid for attempts, uid in wanted if attempts >= self._limits.attempts]
        return tuple(fresh + hopeless[:1])

    def memory_of(self, uid: str) -> bytes | None:
        """Return what was read of a tag, or ``None``."""
        tag = self._tags.get(uid)
        return tag.memory if tag else None

    def memory_read(self, uid: str, memory: bytes, now: float, user_memory: bytes | None = None) -> None:
        """Take a tag's memory."""
        if tag := self._tags.get(uid):
            tag.memory = memory
            tag.user_memory = user_memory
            tag.last_seen = now

    def memory_doubtful(self, uid: str) -> None:
        """Forget a tag's memory: it was written to, and is to be read anew; on UHF the AFI is part of it."""
        if tag := self._tags.get(uid):
            tag.memory = tag.user_memory = None
            tag.attempts = 0
            if self._air is Air.UHF:
                tag.afi_known = False

    def renamed(self, uid: str, goes_by: str) -> None:
        """Take that a tag goes by another UID from now on: the EPC that was written to it."""
        if uid != goes_by and (tag := self._tags.pop(uid, None)):
            self._tags[goes_by] = tag

    def afi_read(self, uid: str, afi: int | None, now: float) -> None:
        """Take a tag's AFI, read or written and read back; ``None`` for a tag that has none."""
        if tag := self._tags.get(uid):
            tag.afi = afi
            tag.afi_known = True
            tag.last_seen = now

    def afi_doubtful(self, uid: str) -> None:
        """Forget a tag's AFI: a write to it failed half-way."""
        if tag := self._tags.get(uid):
            tag.afi = None
            tag.afi_known = False
            tag.attempts = 0

    def dsfid_read(self, uid: str, dsfid: int, now: float) -> None:
        """Take a tag's DSFID, written and read back."""
        if tag := self._tags.get(uid):
            tag.dsfid = dsfid
            tag.last_seen = now

    def not_read(self, uid: str) -> None:
        """Count an attempt to read a tag that failed."""
        if tag := self._tags.get(uid):
            tag.attempts += 1

    def settled(self, now: float) -> bool:
        """Say whether the picture is whole."""
        if self._rounds < self._limits.sightings or any(self._pending(tag, now) for tag in self._tags.values()):
            return False
        leaving = any(tag.misses for tag in self._tags.values())
        return not leaving or self._last_gone is None or now - self._last_gone >= self._limits.absence

    def picture(self, now: float) -> tuple[TagReading, ...] | None:
        """Return what lies there, sorted by UID; ``None`` while that is unsettled."""
        if not self.settled(now):
            return None
        return tuple(self._readings())

    def _readings(self) -> Iterable[TagReading]:
        for uid, tag in sorted(self._tags.items()):
            if tag.sightings >= self._limits.sightings:
                yield TagReading(uid, tag.memory, tag.afi, tag.dsfid, tag.first_seen, self._air, tag.user_memory)

    def _pending(self, tag: _Tag, now: float) -> bool:
        """Say whether the picture waits for a tag: found but once, or not read and not given up."""
        unread = not tag.read and tag.attempts < self._limits.attempts
        if unread and tag.misses == 0:
            return True
        new = tag.sightings < self._limits.sightings
        return (new or unread) and now - tag.first_seen < self._limits.hold
