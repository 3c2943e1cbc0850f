"""Writes to a tag that count only when the tag, read back, says so; tried again a bounded number of times.

A write may be done although its answer was lost, and not done although the reader says so: so the tag is asked after
each write, and nothing is written again before it was asked.
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from drivers.errors import (
    AlarmNotVerifiedError,
    MemoryNotVerifiedError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Air
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError, TagReader

ATTEMPTS: Final = 10
"""With the pause between them half a second: as long as a hand that shifts a book."""

PAUSE: Final = 0.05
"""Seconds between two attempts to write to one tag."""

BLOCK_BYTES: Final = 4
"""What HF tags are written by."""

TOLD_BYTES: Final = 36
"""What `TagReader.memory` gives of any tag that has it: more is not asked for where that will do, so that blocks behind
that are hidden by a password are of no matter."""

_PASSING: Final = (TagGoneError, TagUnreadableError, NoAnswerError, ReaderRefusedError)
"""What another attempt may cure."""

_CONTROL_BYTES: Final = 2
_TOLD_BY_THE_TAG: Final = 0x0600
"""Bits of a UHF control word that many tags reckon themselves: user memory and extended control."""

T = TypeVar("T")


class VerifiedWrites:
    """Writes through ``reader``; ``pause`` waits so many seconds. Raises as `drivers.rfid.base.RfidPad` says."""

    def __init__(self, reader: TagReader, pause: Callable[[float], object]) -> None:
        self._reader = reader
        self._pause = pause

    def afi(self, uid: str, value: int) -> None:
        """Write the AFI."""
        reader = self._reader
        found = self._until(
            uid, lambda: reader.afi(uid), lambda told: told == value, lambda _: reader.set_afi(uid, value)
        )
        if found != value:
            raise AlarmNotVerifiedError(uid, value, found)

    def eas(self, uid: str, *, on: bool) -> None:
        """Write the EAS bit."""
        reader = self._reader
        found = self._until(uid, lambda: reader.eas(uid), lambda told: told is on, lambda _: reader.set_eas(uid, on=on))
        if found is not on:
            raise AlarmNotVerifiedError(uid, int(on), None if found is None else int(found))

    def dsfid(self, uid: str, value: int) -> None:
        """Write the DSFID."""
        reader = self._reader
        found = self._until(
            uid, lambda: reader.dsfid(uid), lambda told: told == value, lambda _: reader.set_dsfid(uid, value)
        )
        if found != value:
            raise MemoryNotVerifiedError(uid)

    def memory(self, uid: str, data: bytes) -> str:
        """Write ``data`` from block 0; return what the tag goes by afterwards, on UHF the EPC that was written."""
        return self._epc(uid, data) if self._reader.air is Air.UHF else self._blocks(uid, data)

    def _blocks(self, uid: str, data: bytes) -> str:
        if len(data) % BLOCK_BYTES:
            raise ValueError("a whole number of blocks is needed")
        reader = self._reader
        ask = reader.memory if len(data) <= TOLD_BYTES else reader.all_memory

        def write(now: bytes | None) -> None:
            if now is None:
                return
            if len(now) < len(data):
                raise TagUnsupportedError(uid)
            for first, run in _differing(now, data):
                reader.set_blocks(uid, first, run)

        found = self._until(uid, lambda: ask(uid), lambda told: told.startswith(data), write, ask_first=True)
        if found is None or not found.startswith(data):
            raise MemoryNotVerifiedError(uid)
        return uid

    def _epc(self, uid: str, data: bytes) -> str:
        if len(data) < _CONTROL_BYTES:
            raise ValueError("a control word is needed")
        reader = self._reader
        wanted = epc_of(data)
        names = dict.fromkeys((wanted, uid))
        goes_by = uid

        def ask() -> bytes:
            nonlocal goes_by
            for name in names:
                try:
                    memory = reader.all_memory(name)
                except TagGoneError:
                    continue
                goes_by = name
                return memory
            raise TagGoneError(uid)

        def holds(told: bytes) -> bool:
            return _as_written(told) == _as_written(data)

        def write(now: bytes | None) -> None:
            if now is not None:
                reader.set_blocks(goes_by, 0, data)

        found = self._until(uid, ask, holds, write, ask_first=True)
        if found is None or not holds(found):
            raise MemoryNotVerifiedError(uid)
        return wanted

    def _until(
        self,
        uid: str,
        ask: Callable[[], T],
        holds: Callable[[T], bool],
        write: Callable[[T | None], None],
        *,
        ask_first: bool = False,
    ) -> T | None:
        """Write and ask until the answer holds; return the last answer, ``None`` where there was none.

        ``write`` takes the newest answer. Raises `TagGoneError`, and what `TagLockedError` or `TagUnsupportedError`
        the write raises unless the tag says already what it should.
        """
        found = self._answer(ask)[0] if ask_first else None
        if found is not None and holds(found):
            return found
        gone = False
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(PAUSE)
            refused = self._refusal_of(write, found)
            found, gone = self._answer(ask)
            if found is not None and holds(found):
                return found
            if refused is not None:
                raise refused
        if gone:
            raise TagGoneError(uid)
        return found

    @staticmethod
    def _refusal_of(write: Callable[[T | None], None], found: T | None) -> TagLockedError | TagUnsupportedError | None:
        try:
            write(found)
        except (TagLockedError, TagUnsupportedError) as error:
            return error
        except _PASSING:
            pass  # whether it was written, the tag says when it is asked
        return None

    @staticmethod
    def _answer(ask: Callable[[], T]) -> tuple[T | None, bool]:
        """Return what the tag says, and whether it is gone."""
        try:
            return ask(), False
        except TagGoneError:
            return None, True
        except _PASSING:
            return None, False


def epc_of(memory: bytes) -> str:
    """Return the EPC behind a control word, as long as that word says, in capitals."""
    words = memory[0] >> 3
    return memory[_CONTROL_BYTES : _CONTROL_BYTES + 2 * words].hex().upper()


def _as_written(memory: bytes) -> bytes:
    """Return control word and EPC without the bits that the tag sets itself."""
    control = int.from_bytes(memory[:_CONTROL_BYTES], "big") & ~_TOLD_BY_THE_TAG
    return control.to_bytes(_CONTROL_BYTES, "big") + bytes.fromhex(epc_of(memory))


def _differing(now: bytes, wanted: bytes) -> Iterator[tuple[int, bytes]]:
    """Give runs of neighbouring blocks that differ: number of the first, and the bytes that are wanted there."""
    start: int | None = None
    for at in range(0, len(wanted) + BLOCK_BYTES, BLOCK_BYTES):
        part = wanted[at : at + BLOCK_BYTES]
        if part and part != now[at : at + BLOCK_BYTES]:
            start = at if start is None else start
        elif start is not None:
            yield start // BLOCK_BYTES, wanted[start:at]
            start = None
