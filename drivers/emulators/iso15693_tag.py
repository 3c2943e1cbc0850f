"""What an emulated tag answers over the air, for the readers that hand requests through."""

from collections.abc import Callable
from typing import Final

from drivers.emulators.tags import BLOCK_BYTES, EmulatedTag, Pad, TagFault, TagFaultError
from drivers.rfid.iso15693_codec import (
    NXP,
    AirCommand,
    AirFault,
    AirMessageError,
    AirRequest,
    SystemInformation,
    fault_bytes,
    information_bytes,
    reply_bytes,
    request_told,
)

EAS_SEQUENCE: Final = bytes.fromhex("2fb36270d5a7907fe8b18038d28149762a6a2b0df6b90bb3e0c1d5c4f8a13b92")
"""Thirty-two bytes that a tag with its EAS bit set answers to the alarm; which ones, the gate knows and we need not."""

_FAULTS: Final = {
    TagFault.UNREADABLE: None,  # the answer is spoilt on its way: nothing is heard
    TagFault.GONE: None,
    TagFault.NO_SUCH_BLOCK: AirFault.NO_SUCH_BLOCK,
    TagFault.LOCKED: AirFault.LOCKED,
    TagFault.UNSUPPORTED: AirFault.NOT_SUPPORTED,
}


class AirTags:
    """The tags on a pad, asked over the air."""

    def __init__(self, pad: Pad) -> None:
        self._pad = pad
        self._by_command: dict[int, Callable[[EmulatedTag, AirRequest], bytes]] = {
            AirCommand.READ_BLOCK: self._read_block,
            AirCommand.WRITE_BLOCK: self._write_block,
            AirCommand.LOCK_BLOCK: self._lock_block,
            AirCommand.READ_BLOCKS: self._read_blocks,
            AirCommand.WRITE_AFI: self._write_afi,
            AirCommand.LOCK_AFI: self._lock_afi,
            AirCommand.WRITE_DSFID: self._write_dsfid,
            AirCommand.LOCK_DSFID: self._lock_dsfid,
            AirCommand.SYSTEM_INFORMATION: self._information,
            AirCommand.LOCK_STATUS: self._lock_status,
            AirCommand.SET_EAS: lambda tag, _: self._write_eas(tag, on=True),
            AirCommand.RESET_EAS: lambda tag, _: self._write_eas(tag, on=False),
            AirCommand.EAS_ALARM: self._alarm,
        }

    def answer(self, raw: bytes) -> bytes | None:
        """Return what is heard from the tag that a request names, both without CRC; ``None`` for silence."""
        try:
            asked = request_told(raw)
        except AirMessageError:
            return None
        tag = self._addressed(asked)
        if tag is None:
            return None
        act = self._by_command.get(asked.command)
        of_maker = asked.command >= AirCommand.SET_EAS
        if act is None or (of_maker and not (tag.has_eas and asked.maker == NXP)):
            return fault_bytes(AirFault.NOT_SUPPORTED)
        try:
            return act(tag, asked)
        except TagFaultError as error:
            code = _FAULTS[error.fault]
            return None if code is None else fault_bytes(code)

    def _addressed(self, asked: AirRequest) -> EmulatedTag | None:
        """Return the tag that is meant; one that lies alone there need not be named."""
        if asked.uid is not None:
            return self._pad.find(asked.uid)
        lying = self._pad.lying()
        return lying[0] if len(lying) == 1 else None

    def _read_block(self, tag: EmulatedTag, asked: AirRequest) -> bytes:
        block = _first_of(asked)
        told = tag.read(block, 1)
        return reply_bytes((_lock_byte(tag, block) if asked.option else b"") + told)

    def _read_blocks(self, tag: EmulatedTag, asked: AirRequest) -> bytes:
        first, count = _first_of(asked), asked.data[1] + 1 if len(asked.data) > 1 else 1
        told = tag.read(first, count)
        if not asked.option:
            return reply_bytes(told)
        parts = [
            _lock_byte(tag, first + index) + told[index * BLOCK_BYTES : (index + 1) * BLOCK_BYTES]
            for index in range(count)
        ]
        return reply_bytes(b"".join(parts))

    def _write_block(self, tag: EmulatedTag, asked: AirRequest) -> bytes:
        if len(asked.data) != 1 + BLOCK_BYTES:
            return fault_bytes(AirFault.NOT_RECOGNISED)
        self._pad.write_block(tag, asked.data[0], asked.data[1:])
        return reply_bytes()

    def _lock_block(self, tag: EmulatedTag, asked: AirRequest) -> bytes:
        if _first_of(asked) in tag.locked_blocks:
            return fault_bytes(AirFault.ALREADY_LOCKED)
        self._pad.lock_block(tag, _first_of(asked))
        return reply_bytes()

    def _write_afi(self, tag: EmulatedTag, asked: AirRequest) -> bytes:
        self._pad.write_afi(tag, _first_of(asked))
        return reply_bytes()

    def _lock_afi(self, tag: EmulatedTag, _: AirRequest) -> bytes:
        tag.afi_locked = True
        return reply_bytes()

    def _write_dsfid(self, tag: EmulatedTag, asked: AirRequest) -> bytes:
        self._pad.write_dsfid(tag, _first_of(asked))
        return reply_bytes()

    def _lock_dsfid(self, tag: EmulatedTag, _: AirRequest) -> bytes:
        tag.dsfid_locked = True
        return reply_bytes()

    def _information(self, tag: EmulatedTag, _: AirRequest) -> bytes:
        info = SystemInformation(tag.uid, tag.dsfid, tag.afi, BLOCK_BYTES, tag.blocks, ic=1)
        return reply_bytes(information_bytes(info))

    def _lock_status(self, tag: EmulatedTag, asked: AirRequest) -> bytes:
        first, count = _first_of(asked), asked.data[1] + 1 if len(asked.data) > 1 else 1
        if first + count > tag.blocks:
            raise TagFaultError(TagFault.NO_SUCH_BLOCK)
        return reply_bytes(b"".join(_lock_byte(tag, block) for block in range(first, first + count)))

    def _write_eas(self, tag: EmulatedTag, *, on: bool) -> bytes:
        self._pad.write_eas(tag, on=on)
        return reply_bytes()

    def _alarm(self, tag: EmulatedTag, _: AirRequest) -> bytes:
        if not tag.eas:
            raise TagFaultError(TagFault.GONE)
        return reply_bytes(EAS_SEQUENCE)


def _first_of(asked: AirRequest) -> int:
    return asked.data[0] if asked.data else 0


def _lock_byte(tag: EmulatedTag, block: int) -> bytes:
    return bytes((int(block in tag.locked_blocks),))
