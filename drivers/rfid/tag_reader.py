"""What a pad's protocol must offer, as calls that block, so that one poller keeps every pad.

A `TagReader` knows its protocol's frames and nothing of piles: `drivers.rfid.poller` looks round after round, bridges
flicker, reads back what was written and tries again. All calls raise `DeviceLostError` when the wire is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from drivers.rfid.base import Ability, Air


class NoAnswerError(Exception):
    """No whole answer came in time, not even on asking again; asking later may help."""


class ReaderRefusedError(Exception):
    """The reader itself refused a command that concerns no single tag."""


@dataclass(slots=True)
class WireCounters:
    """How the exchanges went."""

    exchanges: int = 0
    unanswered: int = 0
    damaged: int = 0
    """Bytes thrown away: damaged, late, or said when nothing was asked."""
    received_ns: int = 0
    """``time.monotonic_ns()`` when the last byte of the newest answer had arrived."""


class TagReader(Protocol):
    """A pad at the other end of an open wire.

    Calls about one tag raise `TagGoneError` (it does not answer), `TagUnreadableError` (it answers, or the reader
    does, and not what was asked), `TagLockedError`, `TagUnsupportedError`, `NoAnswerError`. Writes are tried once and
    not read back: the poller does both.
    """

    air: Air
    counters: WireCounters

    def probe(self) -> str:
        """Make sure that the right device answers; return its maker, model and version in one line.

        Raises `DeviceLostError` with `LossReason.SILENT`, `WRONG_DEVICE` or `WRONG_MODE`.
        """
        ...

    def abilities(self) -> frozenset[Ability]:
        """Name what the reader can do, once probed."""
        ...

    def inventory(self) -> Mapping[str, int | None]:
        """Return the tags in the field once each: UID in capitals -> DSFID where the reader tells it.

        Raises `NoAnswerError`, `ReaderRefusedError`.
        """
        ...

    def memory(self, uid: str) -> bytes:
        """Return a tag's first 36 bytes or more, or all where it has fewer; on UHF control word and EPC."""
        ...

    def all_memory(self, uid: str) -> bytes:
        """Return all of a tag's memory."""
        ...

    def user_memory(self, uid: str) -> bytes | None:
        """Return a UHF tag's user bank; ``None`` where it is not wanted or the tag has none."""
        ...

    def afi(self, uid: str) -> int | None:
        """Return a tag's AFI; ``None`` only on UHF, where a tag may have none."""
        ...

    def set_afi(self, uid: str, value: int) -> None:
        """Write a tag's AFI, once."""
        ...

    def eas(self, uid: str) -> bool:
        """Say whether the EAS bit is set; "no" only when the tag has just answered another addressed command."""
        ...

    def set_eas(self, uid: str, *, on: bool) -> None:
        """Set or clear the EAS bit, once."""
        ...

    def dsfid(self, uid: str) -> int:
        """Return a tag's DSFID."""
        ...

    def set_dsfid(self, uid: str, value: int) -> None:
        """Write a tag's DSFID, once."""
        ...

    def set_blocks(self, uid: str, first: int, data: bytes) -> None:
        """Write whole blocks from block ``first`` on, once; on UHF all of control word and EPC with ``first`` 0."""
        ...
