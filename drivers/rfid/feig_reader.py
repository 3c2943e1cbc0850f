"""A FEIG OBID reader in host mode as a `drivers.rfid.tag_reader.TagReader`."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from drivers.errors import TagError, TagGoneError, TagLockedError, TagUnreadableError, TagUnsupportedError
from drivers.rfid.base import Ability, Air
from drivers.rfid.exchange import BytePort
from drivers.rfid.feig_codec import Frame
from drivers.rfid.feig_line import FeigLine, FeigOptions
from drivers.rfid.feig_messages import (
    BLOCK_BYTES,
    MOST_BYTES,
    RESET_FIELD,
    Command,
    Inventory,
    Mode,
    Status,
    StatusError,
    TagCommand,
    TagRequest,
    TransparentMode,
    TransparentRequest,
    blocks_told,
    done_told,
    information_told,
    inventory_request,
    read_request,
    tag_request,
    tags_told,
    transparent_request,
    transparent_told,
    write_request,
)
from drivers.rfid.iso15693_codec import (
    NXP,
    AirCommand,
    AirError,
    AirFault,
    AirRequest,
    SystemInformation,
    maker_of,
    reply_told,
    request_bytes,
)
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError, WireCounters

WANTED_BLOCKS: Final = 9
"""36 bytes: an ISO 28560-3 tag has its 34 there."""

MORE_ANSWERS: Final = 12
"""To one inventory: the rest of 255 tags in standard frames, 24 in each."""

_TELLS_ONCE: Final = 2
"""So often in a row all missed tags are back behind a reset of the field: the reader names each but once."""

_ALL_BLOCKS: Final = 256
_BASIC: Final = frozenset((Ability.AFI, Ability.MEMORY, Ability.DSFID))
_DONE_BITS: Final = 8 * (1 + 2)  # flags and CRC
_ALARM_BITS: Final = 8 * (1 + 32 + 2)  # flags, the EAS sequence of an ICODE tag, CRC

_SECONDS_A_BLOCK: Final = 0.04
"""For writing; ISO 15693 takes up to 27 ms."""

_BY_STATUS: Final[Mapping[int, type[TagError]]] = {
    Status.NO_TAG: TagGoneError,
    Status.WRONG_TYPE: TagUnsupportedError,
    Status.UNKNOWN_COMMAND: TagUnsupportedError,
    Status.LENGTH: TagUnsupportedError,
    Status.NOT_AVAILABLE: TagUnsupportedError,
}
_BY_FAULT: Final[Mapping[int | None, type[TagError]]] = {
    AirFault.NOT_SUPPORTED: TagUnsupportedError,
    AirFault.NOT_RECOGNISED: TagUnsupportedError,
    AirFault.OPTION_NOT_SUPPORTED: TagUnsupportedError,
    AirFault.ALREADY_LOCKED: TagLockedError,
    AirFault.LOCKED: TagLockedError,
}
_BEYOND: Final = frozenset((Status.ADDRESS_ERROR, Status.PARAMETER))
_BEYOND_FAULTS: Final = frozenset((AirFault.NO_SUCH_BLOCK, AirFault.UNKNOWN))
"""What is answered for blocks that a tag does not have."""

T = TypeVar("T")


class FeigReader:
    """The reader at the other end of an open wire."""

    air = Air.HF

    def __init__(self, device: str, port: BytePort, options: FeigOptions | None = None) -> None:
        self._options = options or FeigOptions()
        self._line = FeigLine(device, port, self._options)
        self._more: Mode | None = None
        """By what this reader is asked for the rest of an inventory, once known."""
        self._looked: dict[str, int | None] | None = None
        self._lying: frozenset[str] = frozenset()
        self._came_back = 0
        self.counters: WireCounters = self._line.counters

    def abilities(self) -> frozenset[Ability]:
        """Name what the reader can do."""
        return _BASIC | {Ability.EAS} if self._options.transparent_eas else _BASIC

    def probe(self) -> str:
        """Make sure that a reader is there and waits for questions; return its type and firmware."""
        version = self._line.version()
        try:
            self._reset_field()  # tags that another program was told, or sent to sleep, start anew
            self._looked = self._look()
        except (NoAnswerError, ReaderRefusedError):
            self._looked = None  # a reader in the wrong mode would have said so; the rounds will tell more
        return f"FEIG OBID {version}"

    def inventory(self) -> Mapping[str, int | None]:
        """Return the tags that lie there.

        One that is missed is looked for once more behind a reset of the field: readers can be set to name a tag but
        once while it lies there.
        """
        found, self._looked = self._looked, None
        if found is None:
            if self._came_back >= _TELLS_ONCE:
                self._reset_field()
            found = self._look()
        if missed := self._lying - found.keys():
            self._reset_field()
            found |= self._look()
            self._came_back = self._came_back + 1 if missed <= found.keys() else 0
        self._lying = frozenset(found)
        return found

    def memory(self, uid: str) -> bytes:
        """Return a tag's first `WANTED_BLOCKS` blocks, or all where it has fewer."""
        try:
            return self._of_tag(uid, lambda: self._blocks(uid, 0, WANTED_BLOCKS))
        except TagUnreadableError:
            size = self._size(uid)
            if size is None:
                return self._until_refused(uid)
            if size[0] >= WANTED_BLOCKS:
                raise
        return self.all_memory(uid)

    def all_memory(self, uid: str) -> bytes:
        """Return all of a tag's memory."""
        size = self._size(uid)
        if size is None:
            return self._until_refused(uid)
        count, at_once = size[0], MOST_BYTES // size[1]

        def part(first: int) -> bytes:
            return self._of_tag(uid, lambda: self._blocks(uid, first, min(at_once, count - first)))

        return b"".join(map(part, range(0, count, at_once)))

    def user_memory(self, uid: str) -> bytes | None:
        """Say that an HF tag has no such bank."""
        del uid
        return None

    def afi(self, uid: str) -> int | None:
        """Return a tag's AFI."""
        return self._information(uid).afi

    def set_afi(self, uid: str, value: int) -> None:
        """Write a tag's AFI, once."""
        self._write(uid, tag_request(TagRequest(TagCommand.WRITE_AFI, uid, bytes((value,)))))

    def dsfid(self, uid: str) -> int:
        """Return a tag's DSFID."""
        return self._information(uid).dsfid or 0

    def set_dsfid(self, uid: str, value: int) -> None:
        """Write a tag's DSFID, once."""
        self._write(uid, tag_request(TagRequest(TagCommand.WRITE_DSFID, uid, bytes((value,)))))

    def set_blocks(self, uid: str, first: int, data: bytes) -> None:
        """Write whole blocks of four bytes, once; a tag with blocks of another size is not written."""
        size = self._size(uid)
        if size is not None and size[1] != BLOCK_BYTES:
            raise TagUnsupportedError(uid)
        for start in range(0, len(data), MOST_BYTES):
            part = data[start : start + MOST_BYTES]
            self._write(uid, write_request(uid, first + start // BLOCK_BYTES, part), len(part) // BLOCK_BYTES)

    def eas(self, uid: str) -> bool:
        """Say whether the EAS bit is set; "no" when the alarm is silent both before and after the tag answered."""
        if self._alarms(uid):
            return True
        self._information(uid)
        return self._alarms(uid)

    def set_eas(self, uid: str, *, on: bool) -> None:
        """Set or clear the EAS bit, once."""
        command = AirCommand.SET_EAS if on else AirCommand.RESET_EAS
        self._through(uid, command, TransparentMode.WRITE, _DONE_BITS)

    def _alarms(self, uid: str) -> bool:
        try:
            self._through(uid, AirCommand.EAS_ALARM, TransparentMode.READ, _ALARM_BITS)
        except TagGoneError:
            return False
        return True

    def _look(self) -> dict[str, int | None]:
        """Do one inventory; raises `ReaderRefusedError` too."""
        try:
            answer = self._inventory(Mode.ANY_TAG)
            if answer.more and self._line.prefer_advanced():
                self._reset_field()
                answer = self._inventory(Mode.ANY_TAG)
        except StatusError as error:
            raise ReaderRefusedError from error
        found: dict[str, int | None] = {tag.uid: tag.dsfid for tag in answer.tags}
        for _ in range(MORE_ANSWERS):
            if not answer.more:
                break
            answer = self._rest(found)
            found |= {tag.uid: tag.dsfid for tag in answer.tags}
        return found

    def _rest(self, found: Mapping[str, int | None]) -> Inventory:
        """Ask for tags that the last answer had no room for; families of readers differ in how."""
        for mode in (Mode.MORE, Mode.ADDRESSED) if self._more is None else (self._more,):
            try:
                answer = self._line.ask(inventory_request(mode), self._options.inventory, tags_told)
            except StatusError:
                continue
            if any(tag.uid not in found for tag in answer.tags):
                self._more = mode
                return answer
        return Inventory()

    def _inventory(self, mode: Mode) -> Inventory:
        return self._line.ask_again(inventory_request(mode), self._options.inventory, tags_told)

    def _reset_field(self) -> None:
        """Let every tag start anew; a reader that refuses to is worked without."""
        with contextlib.suppress(StatusError):
            self._line.ask(RESET_FIELD, self._options.answer, lambda frame: done_told(frame, Command.RESET_FIELD))

    def _information(self, uid: str) -> SystemInformation:
        """Return what a tag tells of itself; raises `TagError`."""
        question = tag_request(TagRequest(TagCommand.SYSTEM_INFORMATION, uid))
        wait = self._options.answer
        return self._of_tag(
            uid, lambda: self._line.ask_again(question, wait, lambda frame: information_told(frame, uid))
        )

    def _size(self, uid: str) -> tuple[int, int] | None:
        """Return how many blocks of how many bytes a tag has; ``None`` where it does not tell."""
        try:
            info = self._information(uid)
        except TagUnsupportedError:
            return None
        return None if info.blocks is None or info.block_bytes is None else (info.blocks, info.block_bytes)

    def _blocks(self, uid: str, first: int, count: int) -> bytes:
        question = read_request(uid, first, count)
        told = self._line.ask_again(question, self._options.answer, lambda frame: blocks_told(frame, count))
        return told.data

    def _until_refused(self, uid: str) -> bytes:
        """Return the memory of a tag that does not tell how much it has."""
        memory, first, at_once = b"", 0, MOST_BYTES // BLOCK_BYTES
        while at_once and first < _ALL_BLOCKS:
            try:
                memory += self._blocks(uid, first, at_once)
            except StatusError as error:
                if error.status not in _BEYOND and error.fault not in _BEYOND_FAULTS:
                    raise self._tag_error(uid, error) from error
                at_once //= 2
            else:
                first += at_once
        if not memory:
            raise TagUnreadableError(uid)
        return memory

    def _write(self, uid: str, question: Frame, blocks: int = 1) -> None:
        wait = self._options.answer + blocks * _SECONDS_A_BLOCK
        self._of_tag(uid, lambda: self._line.ask(question, wait, lambda frame: done_told(frame, Command.ISO)))

    def _through(self, uid: str, command: AirCommand, mode: TransparentMode, bits: int) -> None:
        """Hand a request through to an NXP tag, and take its answer as done."""
        if maker_of(uid) != NXP:
            raise TagUnsupportedError(uid)
        raw = request_bytes(AirRequest(command, uid))
        question = transparent_request(TransparentRequest(mode, bits, raw))
        told = self._of_tag(uid, lambda: self._line.ask(question, self._options.answer, transparent_told))
        try:
            reply_told(told)
        except AirError as error:
            raise _BY_FAULT.get(error.code, TagUnreadableError)(uid) from error

    def _of_tag(self, uid: str, ask: Callable[[], T]) -> T:
        """Return what was answered about a tag; raises the `TagError` that a status stands for."""
        try:
            return ask()
        except StatusError as error:
            raise self._tag_error(uid, error) from error

    @staticmethod
    def _tag_error(uid: str, error: StatusError) -> TagError:
        by_fault = error.status == Status.TAG_ERROR
        kind = _BY_FAULT.get(error.fault) if by_fault else _BY_STATUS.get(error.status)
        return (kind or TagUnreadableError)(uid)
