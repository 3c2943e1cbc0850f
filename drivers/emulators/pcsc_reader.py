"""A reader behind PC/SC with the chip or the tags that lie on it, command by command, and misbehaving; pure.

A reader for chips (ACR122U) tells the identifier of the chip that is shown; one that also speaks ISO 15693 (ACR1552U)
hands frames through to the tags that lie on it, and tells the identifier of the only one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from drivers.emulators.iso15693_tag import AirTags
from drivers.emulators.tags import Pad
from drivers.pcsc_codec import (
    END_SESSION,
    GET_UID,
    OK,
    START_SESSION,
    SWITCH_TO_ISO15693,
    ApduMessageError,
    exchange_answer,
    exchange_asked,
    session_answer,
    status_answer,
)
from drivers.pcsc_codes import SCARD_STATE_EMPTY, SCARD_STATE_MUTE, SCARD_STATE_PRESENT
from drivers.rfid.iso15693_codec import AirCommand

ACR122U: Final = "ACS ACR122U PICC Interface 00 00"
ACR1552U: Final = "ACS ACR1552 1S CL Reader PICC 00 00"

NOT_SUPPORTED: Final = 0x6A81
_COUNT_BITS: Final = 0xFFFF


class CardAwayError(Exception):
    """The card that was spoken to does not lie there any more, or does not speak."""


@dataclass(slots=True)
class EmulatedReader:
    """One reader and what lies on it."""

    hands_through: bool
    uid: bytes = b""
    """Of the chip that is shown."""
    pad: Pad = field(default_factory=Pad)
    changes: int = 0
    mute: bool = False
    """What lies there does not speak."""
    session: bool = False
    statuses: list[int] = field(default_factory=list)
    """What the next commands are answered with in place of what they ask for."""
    removed_after: int = -1
    """The card is taken away when so many more commands were answered."""
    broken_writes: int = 0
    """So many blocks are not written, and nothing is said."""
    spoil: Callable[[bytes], bytes] | None = None
    backwards: bool = False
    """The identifier of a tag is told least byte first."""
    asked: list[bytes] = field(default_factory=list)
    """Every command that came to a card."""

    @property
    def occupied(self) -> bool:
        """Whether anything lies there."""
        return bool(self.uid or self.pad.lying())

    @property
    def state(self) -> int:
        """PC/SC's bits, with the count of changes above."""
        card = SCARD_STATE_PRESENT | (SCARD_STATE_MUTE if self.mute else 0)
        return (self.changes & _COUNT_BITS) << 16 | (card if self.occupied else SCARD_STATE_EMPTY)

    def changed(self) -> None:
        """Count that something was laid down or taken away: whoever spoke to what lay there must begin anew."""
        self.changes += 1
        self.session = False

    def transmit(self, changes: int, command: bytes) -> bytes:
        """Answer a command to the card that lay there after so many changes; raises `CardAwayError`."""
        if self.removed_after == 0:
            self.removed_after = -1
            self.uid = b""
            self.pad.lift({})
            self.changed()
        if self.changes != changes or self.mute or not self.occupied:
            raise CardAwayError
        self.removed_after -= self.removed_after > 0
        self.asked.append(command)
        answer = status_answer(self.statuses.pop(0)) if self.statuses else self._answer(command)
        return answer if self.spoil is None else self.spoil(answer)

    def _answer(self, command: bytes) -> bytes:
        tags = self.pad.lying()
        if command == GET_UID:
            uid = bytes.fromhex(tags[0].uid)[:: -1 if self.backwards else 1] if tags else self.uid
            return status_answer(OK, uid)
        if not self.hands_through:
            return status_answer(NOT_SUPPORTED)
        if command in (START_SESSION, SWITCH_TO_ISO15693, END_SESSION):
            self.session = command != END_SESSION
            return session_answer()
        try:
            frame = exchange_asked(command)
        except ApduMessageError:
            return status_answer(NOT_SUPPORTED)
        return exchange_answer(self._by_air(frame)) if self.session else status_answer(NOT_SUPPORTED)

    def _by_air(self, frame: bytes) -> bytes | None:
        if self.broken_writes and frame[1:2] == bytes((AirCommand.WRITE_BLOCK,)):
            self.broken_writes -= 1
            return None
        return AirTags(self.pad).answer(frame)
