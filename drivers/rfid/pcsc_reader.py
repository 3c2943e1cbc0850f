"""A reader behind PC/SC that speaks ISO 15693 (ACR1552U) as a `TagReader`: one tag at a time, whole frames through.

The reader tells of the only tag that lies on it; of a pile it finds one or none. Frames go through in a transparent
session of their own, so that between them the reader goes on watching for tags by itself.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from drivers.errors import TagGoneError, TagLockedError, TagUnreadableError, TagUnsupportedError
from drivers.pcsc_codec import (
    END_SESSION,
    GET_UID,
    NO_ANSWER,
    START_SESSION,
    SWITCH_TO_ISO15693,
    WRITE_MICROSECONDS,
    ApduError,
    ApduMessageError,
    exchange_request,
    exchange_told,
    session_told,
    uid_told,
)
from drivers.pcsc_port import CardGoneError, CardLink, CardService, ReaderState, chosen_reader
from drivers.rfid.base import Ability, Air
from drivers.rfid.iso15693_codec import (
    NXP,
    AirCommand,
    AirError,
    AirFault,
    AirMessageError,
    AirRequest,
    SystemInformation,
    information_told,
    maker_of,
    reply_told,
    request_bytes,
)
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError, WireCounters

WANTED_BLOCKS: Final = 9
"""36 bytes: an ISO 28560-3 tag has its 34 there."""

MOST_AT_ONCE: Final = 16
"""Blocks of one read: well within a reader's buffer; tags that read fewer at once are asked for one."""

BLOCK_BYTES: Final = 4
MOST_BLOCKS: Final = 256
_ISO15693: Final = (8, 0xE0)
"""Length and first byte of its identifiers."""

_CANNOT: Final = frozenset((AirFault.NOT_SUPPORTED, AirFault.NOT_RECOGNISED, AirFault.OPTION_NOT_SUPPORTED))
_LOCKED: Final = frozenset((AirFault.LOCKED, AirFault.ALREADY_LOCKED))


class PcscTagReader:
    """A `TagReader`; see the module."""

    air = Air.HF

    def __init__(self, url: str, part: str, service: CardService) -> None:
        self._url = url
        self._part = part
        self._service = service
        self._reader = ""
        self._state: ReaderState | None = None
        self._link: CardLink | None = None
        self._uid = ""
        self._single_reads = False
        self.counters = WireCounters()

    def probe(self) -> str:
        """Find the reader; return its name."""
        self._reader = chosen_reader(self._url, self._part, self._service)
        self.counters.exchanges += 1
        return self._reader

    def abilities(self) -> frozenset[Ability]:
        """Name what it can do."""
        return frozenset(Ability)

    def inventory(self) -> dict[str, int | None]:
        """Return the tag that lies there, if it is one of ISO 15693; its DSFID only it itself tells."""
        state = self._service.state(self._reader, None, 0)
        self.counters.exchanges += 1
        if state != self._state or not self._uid:
            self.release()
            self._state = state
            self._single_reads = False
            if state.card:
                self._uid = self._told_uid()
        self.counters.received_ns = time.monotonic_ns()
        return {self._uid: None} if self._uid else {}

    def memory(self, uid: str) -> bytes:
        """Return the first blocks."""
        information = self._information(uid)
        return self._blocks(uid, information, min(WANTED_BLOCKS, information.blocks or WANTED_BLOCKS))

    def all_memory(self, uid: str) -> bytes:
        """Return all blocks; of a tag that does not tell its size, up to the one that is not there."""
        information = self._information(uid)
        return self._blocks(uid, information, information.blocks or MOST_BLOCKS)

    def user_memory(self, uid: str) -> None:
        """Say that an HF tag has no such bank."""
        del uid

    def afi(self, uid: str) -> int:
        """Return the AFI."""
        return self._part_of(uid, self._information(uid).afi)

    def dsfid(self, uid: str) -> int:
        """Return the DSFID."""
        return self._part_of(uid, self._information(uid).dsfid)

    def eas(self, uid: str) -> bool:
        """Say whether the alarm is answered; "no" when it is not, before and after the tag answered something else."""
        if maker_of(uid) != NXP:
            raise TagUnsupportedError(uid)
        if self._alarms(uid):
            return True
        self._information(uid)
        return self._alarms(uid)

    def set_afi(self, uid: str, value: int) -> None:
        """Write the AFI."""
        self._tell(uid, AirCommand.WRITE_AFI, bytes((value,)))

    def set_dsfid(self, uid: str, value: int) -> None:
        """Write the DSFID."""
        self._tell(uid, AirCommand.WRITE_DSFID, bytes((value,)))

    def set_eas(self, uid: str, *, on: bool) -> None:
        """Set or clear the EAS bit by NXP's own commands."""
        if maker_of(uid) != NXP:
            raise TagUnsupportedError(uid)
        self._tell(uid, AirCommand.SET_EAS if on else AirCommand.RESET_EAS)

    def set_blocks(self, uid: str, first: int, data: bytes) -> None:
        """Write block by block."""
        for at in range(0, len(data), BLOCK_BYTES):
            block = bytes((first + at // BLOCK_BYTES,))
            self._tell(uid, AirCommand.WRITE_BLOCK, block + data[at : at + BLOCK_BYTES])

    def release(self) -> None:
        """Let the tag be."""
        self._uid = ""
        if self._link is not None:
            self._link.close()
            self._link = None

    # What is asked of a tag

    def _information(self, uid: str) -> SystemInformation:
        try:
            information = information_told(self._ask(uid, AirCommand.SYSTEM_INFORMATION))
        except AirMessageError as error:
            raise TagUnreadableError(uid) from error
        if information.uid != uid:
            raise TagUnreadableError(uid)
        if information.block_bytes not in (None, BLOCK_BYTES):
            raise TagUnsupportedError(uid)
        return information

    def _blocks(self, uid: str, information: SystemInformation, count: int) -> bytes:
        memory = b""
        while (first := len(memory) // BLOCK_BYTES) < count:
            try:
                memory += self._some_blocks(uid, first, min(MOST_AT_ONCE, count - first))
            except _BlockAbsentError as error:
                if not self._single_reads:
                    self._single_reads = True
                elif memory and information.blocks is None:
                    break
                else:
                    raise TagUnreadableError(uid) from error
        return memory

    def _some_blocks(self, uid: str, first: int, count: int) -> bytes:
        if self._single_reads:
            data = self._ask_block(uid, AirCommand.READ_BLOCK, bytes((first,)))
            count = 1
        else:
            try:
                data = self._ask_block(uid, AirCommand.READ_BLOCKS, bytes((first, count - 1)))
            except TagUnsupportedError:
                self._single_reads = True
                return b""
        if len(data) != count * BLOCK_BYTES:
            raise TagUnreadableError(uid)
        return data

    def _alarms(self, uid: str) -> bool:
        """Say whether the tag answers the alarm; silence is no trouble of the reader's."""
        try:
            self._ask(uid, AirCommand.EAS_ALARM)
        except NoAnswerError:
            self.counters.unanswered -= 1
            return False
        return True

    def _tell(self, uid: str, command: AirCommand, data: bytes = b"") -> None:
        self._ask(uid, command, data, WRITE_MICROSECONDS)

    def _ask(self, uid: str, command: AirCommand, data: bytes = b"", microseconds: int = 0) -> bytes:
        """Return what the tag says; raises as `TagReader` says."""
        try:
            return self._ask_block(uid, command, data, microseconds)
        except _BlockAbsentError as error:
            raise TagUnsupportedError(uid) from error

    def _ask_block(self, uid: str, command: AirCommand, data: bytes = b"", microseconds: int = 0) -> bytes:
        """Return what the tag says; raises as `TagReader` says, and `_BlockAbsentError`."""
        frame = request_bytes(AirRequest(command, uid, data))
        try:
            with self._session(uid) as link:
                reply = exchange_told(link.transmit(exchange_request(frame, microseconds)))
            told = reply_told(reply)
        except CardGoneError as error:
            self.release()
            raise TagGoneError(uid) from error
        except AirError as error:
            self.counters.exchanges += 1
            raise _refusal(uid, error) from error
        except (ApduError, ApduMessageError, AirMessageError) as error:
            raise self._trouble(uid, error) from error
        self.counters.exchanges += 1
        self.counters.received_ns = time.monotonic_ns()
        return told

    # The reader

    @contextmanager
    def _session(self, uid: str) -> Iterator[CardLink]:
        """Hand frames through, and nothing else meanwhile."""
        if self.inventory().keys() != {uid}:
            raise CardGoneError
        link = self._connected()
        session_told(link.transmit(START_SESSION))
        try:
            session_told(link.transmit(SWITCH_TO_ISO15693))
            yield link
        finally:
            with suppress(CardGoneError):
                link.transmit(END_SESSION)

    def _connected(self) -> CardLink:
        if self._link is None:
            self._link = self._service.connect(self._reader)
        return self._link

    def _told_uid(self) -> str:
        """Return the identifier of what lies there, empty where that is no ISO 15693 tag."""
        try:
            uid = uid_told(self._connected().transmit(GET_UID))
        except (CardGoneError, ApduError, ApduMessageError):
            self.counters.unanswered += 1
            self.release()
            return ""
        self.counters.exchanges += 1
        return uid.hex().upper() if (len(uid), uid[0]) == _ISO15693 else ""

    def _trouble(self, uid: str, error: Exception) -> Exception:
        """Return what an answer that is none means: the tag was silent or left, or the reader did not do it."""
        self.counters.unanswered += 1
        if isinstance(error, ApduError) and error.status != NO_ANSWER:
            return ReaderRefusedError()
        return NoAnswerError() if self.inventory().keys() == {uid} else TagGoneError(uid)

    @staticmethod
    def _part_of(uid: str, told: int | None) -> int:
        if told is None:
            raise TagUnsupportedError(uid)
        return told


class _BlockAbsentError(Exception):
    """The tag has no such block, or not so many at once."""


def _refusal(uid: str, error: AirError) -> Exception:
    if error.code in _LOCKED:
        return TagLockedError(uid)
    if error.code in _CANNOT:
        return TagUnsupportedError(uid)
    return _BlockAbsentError() if error.code == AirFault.NO_SUCH_BLOCK else TagUnreadableError(uid)
