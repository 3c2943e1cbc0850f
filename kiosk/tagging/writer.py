"""Writes what the station orders to a tag through the pad: content, data format, alarm; the driver reads each back."""

import contextlib
from dataclasses import dataclass
from typing import Protocol

from drivers.errors import (
    DeviceLostError,
    TagError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Ability, Air, RfidPad
from drivers.rfid.tagdata import iso28560_4
from drivers.rfid.tagdata.alarm import AlarmScheme
from drivers.rfid.tagdata.content import Damage, TagContent, TagDataError, TagFormat
from drivers.rfid.tagdata.encode import DSFIDS, encode
from drivers.rfid.tagdata.iso28560_2 import split_owner
from kiosk.tagging.words import Content, Fault, SecureTag, WriteTag

BLOCK_BYTES = 4


class PadSlot(Protocol):
    """Where the pad is, while it is there."""

    @property
    def current(self) -> RfidPad | None:
        """The open pad; ``None`` while it is lost."""
        ...


@dataclass(frozen=True, slots=True)
class WritingRules:
    """How tags are written."""

    owner: str
    format: TagFormat
    """Of HF tags; UHF tags are written by ISO 28560-4."""
    scheme: AlarmScheme

    def check(self) -> None:
        """Raise `TagDataError` where no tag at all can be written so: the owner does not fit the data model."""
        encode(self.content(Content("1")))

    def content(self, content: Content) -> TagContent:
        """Say the content as a tag says it."""
        country, library = split_owner(self.owner)
        return TagContent(self.format, content.item_id, content.part, content.parts, country, library)


class TagWriter:
    """Carries out the station's orders; answers with the UID by which the tag goes now, or with what went wrong."""

    def __init__(self, pad: PadSlot, rules: WritingRules) -> None:
        self._pad = pad
        self._rules = rules

    async def carry_out(self, order: WriteTag | SecureTag, air: Air) -> str | Fault:
        """Write and read back; what was half written is told as a fault and written anew next time."""
        pad = self._pad.current
        if pad is None:
            return Fault.PAD_LOST
        try:
            if air is Air.UHF:
                return await self._uhf(pad, order)
            if isinstance(order, WriteTag):
                await self._content(pad, order)
        except TagDataError:
            return Fault.TOO_LONG
        except TagLockedError:
            return Fault.LOCKED
        except (TagError, DeviceLostError) as error:
            return _fault(error)
        return await self._alarm(pad, order.uid)

    async def _content(self, pad: RfidPad, order: WriteTag) -> None:
        data = encode(self._rules.content(order.content))
        there = await pad.read_memory(order.uid)
        if len(data) > len(there):
            raise TagDataError(Damage.FIELD, "memory")
        # What stood behind may be a title or a former reader's number: nothing of it stays.
        await pad.write_memory(order.uid, data.ljust(len(there) - len(there) % BLOCK_BYTES, b"\0"))
        dsfid = DSFIDS.get(self._rules.format)
        if dsfid is not None and Ability.DSFID in pad.abilities():
            with contextlib.suppress(TagLockedError, TagUnsupportedError):  # a hint that no reader relies on
                await pad.write_dsfid(order.uid, dsfid)

    async def _uhf(self, pad: RfidPad, order: WriteTag | SecureTag) -> str | Fault:
        """Control word and EPC are one bank: content and alarm are written together."""
        afi = self._rules.scheme.values(secured=True).afi
        content = self._rules.content(order.content)
        banks = iso28560_4.encode(content) if afi is None else iso28560_4.encode(content, afi)
        await pad.write_memory(order.uid, banks.epc)
        return await self._alarm(pad, banks.epc[2:].hex().upper(), with_afi=False)

    async def _alarm(self, pad: RfidPad, uid: str, *, with_afi: bool = True) -> str | Fault:
        values = self._rules.scheme.values(secured=True)
        try:
            if values.afi is not None and with_afi:
                await pad.write_afi(uid, values.afi)
            if values.eas is not None:
                await pad.write_eas(uid, on=values.eas)
        except (TagLockedError, TagUnsupportedError):
            return Fault.ALARM_LOCKED
        except (TagError, DeviceLostError) as error:
            return _fault(error)
        return uid


def _fault(error: TagError | DeviceLostError) -> Fault:
    match error:
        case DeviceLostError():
            return Fault.PAD_LOST
        case TagGoneError() | TagUnreadableError():
            return Fault.GONE
        case _:
            return Fault.NOT_VERIFIED
