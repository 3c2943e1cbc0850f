"""A 3M/Bibliotheca 810 pad as its cable shows it, and what the field has seen such pads and their tags do wrong.

Orders beside those of the cable: ``lay``, ``lift``, ``tags``, and to misbehave: ``lift_in_write`` (after, written),
``write_ignored`` (times), ``duplicate_uids`` (times), ``flicker`` (uid, times), ``unreadable`` and ``readable`` (uid),
``old_firmware``, ``unsolicited``, ``mute`` (times), ``normal``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from drivers.emulators.device import Answer, Order, OrderError, flag_of, number_of, text_of
from drivers.emulators.tags import BLOCK_BYTES, EmulatedTag, Pad, uid_named
from drivers.rfid.threem_codec import Frame, ThreemCodec
from drivers.rfid.threem_messages import (
    ASK_VERSION,
    PROBE,
    Command,
    ErrorCode,
    InfoMask,
    InventoryOption,
    MessageError,
    ReadOption,
    Sighting,
    TagFrame,
    inventory_reply,
    refusal,
    tag_asked,
    tag_reply,
    version_reply,
)

VERSION: Final = bytes((5, 0, 2))
"""Of the 810 in the live capture."""

_SUPPORTED_READ: Final = ReadOption.NEW_STYLE | ReadOption.NO_LOCK | ReadOption.ALL_DATA | ReadOption.TELL_ERROR


class _RefusedError(Exception):
    """The pad or the tag says no."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Misdeeds:
    """What goes wrong from now on; counters run down."""

    lift_in_write_after: int = 0
    lift_when_written: bool = False
    writes_ignored: int = 0
    duplicates: int = 0
    mute: int = 0
    old_firmware: bool = False
    flicker: dict[str, int] = field(default_factory=dict)


class ThreemDevice:
    """The pad with its tags."""

    def __init__(self) -> None:
        self._codec = ThreemCodec()
        self._pad = Pad()
        self._wrong = _Misdeeds()
        self._afi_writes = 0
        self._by_command: dict[int, Callable[[EmulatedTag, bytes], bytes]] = {
            Command.STAY_QUIET: self._stay_quiet,
            Command.READ_BLOCKS: self._read_blocks,
            Command.CHECK_EAS: self._check_eas,
            Command.WRITE_BLOCKS: self._write_blocks,
            Command.WRITE_BLOCK: self._write_block,
            Command.LOCK_AFI: self._lock_afi,
            Command.WRITE_AND_LOCK_BLOCK: self._write_and_lock_block,
            Command.LOCK_BLOCK: self._lock_block,
            Command.WRITE_AFI: self._write_afi,
            Command.GET_AFI: lambda tag, _: bytes((tag.afi,)),
            Command.WRITE_DSFID: self._write_dsfid,
            Command.SET_EAS: self._set_eas,
            Command.TAG_INFO: self._tag_info,
            Command.LOCK_DSFID: self._lock_dsfid,
            Command.GET_DSFID: lambda tag, _: bytes((tag.dsfid,)),
        }

    def received(self, data: bytes) -> Iterable[Answer]:
        """Answer each whole request; a damaged one gets no answer."""
        self._codec.receive_data(data)
        for frame in self._codec.messages():
            reply = self._reply(frame)
            if self._wrong.mute > 0:
                self._wrong.mute -= 1
                continue
            yield Answer(ThreemCodec.send(reply))

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        match text_of(order, "do"):
            case "lay":
                self._pad.lay(order)
            case "lift":
                self._pad.lift(order)
            case "misbehave":
                return {}, self._misbehave(order)
            case "tags" | "state":
                pass
            case unknown:
                raise OrderError(f"{unknown}: no such order")
        return {"tags": self._pad.facts(), "afi_writes": self._afi_writes}, ()

    def _misbehave(self, order: Order) -> Iterable[Answer]:
        wrong = self._wrong
        match text_of(order, "what"):
            case "lift_in_write":
                wrong.lift_in_write_after = number_of(order, "after", 1)
                wrong.lift_when_written = flag_of(order, "written", default=False)
            case "write_ignored":
                wrong.writes_ignored = number_of(order, "times", 1)
            case "duplicate_uids":
                wrong.duplicates = number_of(order, "times", 1)
            case "mute":
                wrong.mute = number_of(order, "times", 1)
            case "flicker":
                wrong.flicker[uid_named(order)] = number_of(order, "times", 1)
            case "unreadable" | "readable" as what:
                self._known(uid_named(order)).unreadable = what == "unreadable"
            case "old_firmware":
                wrong.old_firmware = True
            case "unsolicited":
                return (Answer(ThreemCodec.send(inventory_reply(InventoryOption.UID, ()))),)
            case "normal":
                self._wrong = _Misdeeds()
            case unknown:
                raise OrderError(f"{unknown}: no such misdeed")
        return ()

    def _known(self, uid: str) -> EmulatedTag:
        try:
            return self._pad.known[uid]
        except KeyError:
            raise OrderError("uid: no such tag") from None

    def _reply(self, frame: Frame) -> Frame:
        if frame in (PROBE, ASK_VERSION):
            return version_reply(VERSION, boot=frame.boot)
        if frame.command == Command.INVENTORY and not frame.boot:
            return self._inventory(frame)
        if frame.command not in self._by_command or frame.boot:
            return refusal(frame.command, ErrorCode.NOT_IMPLEMENTED)
        try:
            return self._tag_reply(tag_asked(frame))
        except MessageError:
            return refusal(frame.command, ErrorCode.PARAMETER)

    def _tag_reply(self, asked: TagFrame) -> Frame:
        tag = self._pad.find(asked.uid)
        if tag is None:
            return refusal(asked.command, ErrorCode.NO_TRANSPONDER, asked.uid)
        try:
            return tag_reply(TagFrame(asked.command, tag.uid, self._by_command[asked.command](tag, asked.data)))
        except _RefusedError as error:
            return refusal(asked.command, error.code, tag.uid)

    def _inventory(self, frame: Frame) -> Frame:
        known_bits = InventoryOption.UID | InventoryOption.AS_CAPTURED
        if not self._wrong.old_firmware:
            known_bits |= InventoryOption.DSFID
        if len(frame.data) != 2 or frame.data[1] & ~int(known_bits):  # noqa: PLR2004 - AFI and options
            return refusal(frame.command, ErrorCode.PARAMETER)
        afi, options = frame.data[0], InventoryOption(frame.data[1])
        found = [
            Sighting(tag.uid, tag.dsfid)
            for tag in self._pad.lying()
            if not tag.quiet and afi in (0, tag.afi) and not self._flickers(tag.uid)
        ]
        if self._wrong.duplicates > 0:
            self._wrong.duplicates -= 1
            found += found
        return inventory_reply(options, found[:255], afi)

    def _flickers(self, uid: str) -> bool:
        missed = self._wrong.flicker.get(uid, 0) > 0
        if missed:
            self._wrong.flicker[uid] -= 1
        return missed

    def _stay_quiet(self, tag: EmulatedTag, _: bytes) -> bytes:
        tag.quiet = True
        return b""

    def _read_blocks(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if len(asked) not in (2, 3) or (self._wrong.old_firmware and len(asked) != 2):  # noqa: PLR2004 - first, count, options
            raise _RefusedError(ErrorCode.PARAMETER)
        first, count = asked[0], asked[1]
        options = ReadOption(asked[2] & _SUPPORTED_READ) if len(asked) > 2 else ReadOption(0)  # noqa: PLR2004 - the same
        if tag.unreadable:
            raise _RefusedError(ErrorCode.NOT_READ)
        if not count or first + count > tag.blocks:
            raise _RefusedError(ErrorCode.MEMORY_NOT_AVAILABLE)
        new_style = bool(options & ReadOption.NEW_STYLE)
        told = bytes((first, count)) if new_style else bytes((count,))
        for block in range(first, first + count):
            lock = bytes((int(block in tag.locked_blocks),))
            head = b"" if new_style and options & ReadOption.NO_LOCK else lock
            told += (b"" if new_style else bytes((block,))) + head
            told += tag.memory[block * BLOCK_BYTES : (block + 1) * BLOCK_BYTES]
        return told

    def _check_eas(self, tag: EmulatedTag, _: bytes) -> bytes:
        if not tag.eas:
            raise _RefusedError(ErrorCode.NO_TRANSPONDER)
        return b"\x01"

    def _set_eas(self, tag: EmulatedTag, asked: bytes) -> bytes:
        tag.eas = bool(_one(asked))
        return b""

    def _write_blocks(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if len(asked) < 3 or len(asked) != 3 + asked[1] * BLOCK_BYTES:  # noqa: PLR2004 - first, count, flags
            raise _RefusedError(ErrorCode.PARAMETER)
        first, count = asked[0], asked[1]
        for index in range(count):
            self._write_memory(tag, first + index, asked[3 + index * BLOCK_BYTES :][:BLOCK_BYTES])
        return bytes(((first + count) & 0xFF,))

    def _write_block(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if len(asked) != 1 + BLOCK_BYTES:
            raise _RefusedError(ErrorCode.PARAMETER)
        self._write_memory(tag, asked[0], asked[1:])
        return b""

    def _write_and_lock_block(self, tag: EmulatedTag, asked: bytes) -> bytes:
        self._write_block(tag, asked)
        tag.locked_blocks.add(asked[0])
        return b""

    def _lock_block(self, tag: EmulatedTag, asked: bytes) -> bytes:
        block = _one(asked)
        if block >= tag.blocks:
            raise _RefusedError(ErrorCode.MEMORY_NOT_AVAILABLE)
        tag.locked_blocks.add(block)
        return b""

    def _write_memory(self, tag: EmulatedTag, block: int, data: bytes) -> None:
        if block >= tag.blocks:
            raise _RefusedError(ErrorCode.MEMORY_NOT_AVAILABLE)
        if block in tag.locked_blocks:
            raise _RefusedError(ErrorCode.LOCKED)
        tag.memory[block * BLOCK_BYTES : (block + 1) * BLOCK_BYTES] = data

    def _write_afi(self, tag: EmulatedTag, asked: bytes) -> bytes:
        value = _one(asked)
        self._afi_writes += 1
        if self._lifted_now(tag):
            if self._wrong.lift_when_written:
                tag.afi = value
            raise _RefusedError(ErrorCode.NO_TRANSPONDER)
        if tag.afi_locked:
            raise _RefusedError(ErrorCode.LOCKED)
        if self._wrong.writes_ignored > 0:
            self._wrong.writes_ignored -= 1
        else:
            tag.afi = value
        return b""

    def _lifted_now(self, tag: EmulatedTag) -> bool:
        """Say whether this write is the one in which the tag is lifted."""
        if self._wrong.lift_in_write_after > 0:
            self._wrong.lift_in_write_after -= 1
            if self._wrong.lift_in_write_after == 0:
                self._pad.take_away(tag.uid)
                return True
        return False

    def _lock_afi(self, tag: EmulatedTag, _: bytes) -> bytes:
        tag.afi_locked = True
        return b""

    def _write_dsfid(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if tag.dsfid_locked:
            raise _RefusedError(ErrorCode.LOCKED)
        tag.dsfid = _one(asked)
        return b""

    def _lock_dsfid(self, tag: EmulatedTag, _: bytes) -> bytes:
        tag.dsfid_locked = True
        return b""

    def _tag_info(self, tag: EmulatedTag, asked: bytes) -> bytes:
        mask = InfoMask(_one(asked) & (InfoMask.DSFID | InfoMask.AFI | InfoMask.MEMORY))
        told = bytes((mask,))
        if mask & InfoMask.DSFID:
            told += bytes((tag.dsfid,))
        if mask & InfoMask.AFI:
            told += bytes((tag.afi,))
        if mask & InfoMask.MEMORY:
            told += bytes((BLOCK_BYTES - 1, tag.blocks - 1))
        return told


def _one(asked: bytes) -> int:
    if len(asked) != 1:
        raise _RefusedError(ErrorCode.PARAMETER)
    return asked[0]
