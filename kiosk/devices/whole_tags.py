"""Reads the rest of a tag where its first bytes, which a pad reads of a pile, do not tell all that counts."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from drivers.errors import TagError
from drivers.rfid.base import PadReading, TagReading
from drivers.rfid.tagdata.content import Damage, Malformed, TagContent, TagWarning
from drivers.rfid.tagdata.detect import detect
from drivers.rfid.tagdata.rules import TagRules

READ_WITHIN_S = 3.0
"""A tag of 8 KiB takes about that on the slowest line; one that takes longer is told as far as it was read."""


class MemoryReader(Protocol):
    """A pad, as far as it is needed here."""

    async def read_memory(self, uid: str) -> bytes:
        """Return all of a tag's memory; raises `TagError`, `DeviceLostError`."""
        ...


class WholeTags:
    """Keeps what was read as long as the tag lies there: a pile is told as fast as its first bytes come."""

    def __init__(self, pad: MemoryReader, rules: Callable[[], TagRules]) -> None:
        self._pad = pad
        self._rules = rules
        self._known: dict[str, bytes | None] = {}

    async def completed(self, reading: PadReading) -> PadReading:
        """Give the reading with every tag as whole as it must be; raises `DeviceLostError`."""
        lying = {tag.uid for tag in reading.tags}
        self._known = {uid: memory for uid, memory in self._known.items() if uid in lying}
        return replace(reading, tags=tuple([await self._whole(tag) for tag in reading.tags]))

    async def _whole(self, tag: TagReading) -> TagReading:
        if tag.memory is None or not self._is_cut(tag):
            return tag
        memory = self._known.get(tag.uid)
        if memory is None or not memory.startswith(tag.memory):  # new, or written since
            try:
                async with asyncio.timeout(READ_WITHIN_S):
                    memory = await self._pad.read_memory(tag.uid)
            except (TagError, TimeoutError):
                return tag
            self._known[tag.uid] = memory
        return replace(tag, memory=memory) if memory.startswith(tag.memory) else tag

    def _is_cut(self, tag: TagReading) -> bool:
        if tag.memory is None:
            return False
        match detect(tag.memory, tag.dsfid, air=tag.air, user_memory=tag.user_memory, rules=self._rules()):
            case TagContent(warnings=warnings):
                return TagWarning.ELEMENT_CUT_OFF in warnings
            case Malformed(damage):
                return damage in (Damage.TOO_SHORT, Damage.ELEMENT)
            case _:
                return False
