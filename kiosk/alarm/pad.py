"""Makes a tag's alarm true through the pad: the intent on disk first, struck off only when the tag says so."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from drivers.errors import DeviceLostError, TagError, TagGoneError, TagLockedError, TagUnsupportedError
from drivers.rfid.base import RfidPad
from drivers.rfid.tagdata.alarm import AlarmScheme, AlarmValues
from kiosk.errors import JournalUnavailableError
from kiosk.journal import AlarmWanted, Journal
from kiosk.ports import AlarmNotOff, AlarmNotOn, AlarmOff, AlarmOn
from kiosk.session.values import AlarmFault, ItemId, TagUid

_log = logging.getLogger(__name__)


class PadSlot(Protocol):
    """Where the pad is, while it is there."""

    @property
    def current(self) -> RfidPad | None:
        """The open pad; ``None`` while it is lost."""
        ...


class PadTagAlarm:
    """The alarm of tags that lie on the kiosk's pad, kept in their AFI, their EAS bit or both.

    One item at a time: what was asked for last is what its tags say in the end. A tag that says already what it
    should is not written: a look costs milliseconds, a write wears the tag.
    """

    def __init__(self, pad: PadSlot, journal: Journal, scheme: AlarmScheme) -> None:
        self._pad = pad
        self._journal = journal
        self._values = {wanted: scheme.values(secured=wanted is AlarmWanted.ON) for wanted in AlarmWanted}
        self._turn = asyncio.Lock()

    async def switch_off(self, item_id: ItemId, tags: Sequence[TagUid]) -> AlarmOff | AlarmNotOff:
        """Journal the intent, write, read back; the intent stays open until every tag of the item says "on loan".

        A set's tags are written one after the other; the first that fails ends it, and the rest comes next time.
        """
        async with self._turn:
            await self._journal.alarm_intended(item_id, tags, AlarmWanted.OFF)
            fault = await self._make_true(item_id, tags, AlarmWanted.OFF)
        return AlarmOff() if fault is None else AlarmNotOff(fault)

    async def switch_on(self, item_id: ItemId, tags: Sequence[TagUid]) -> AlarmOn | AlarmNotOn:
        """Journal the intent, write, read back; the intent stays open until every tag of the item says "secured"."""
        async with self._turn:
            await self._journal.alarm_intended(item_id, tags, AlarmWanted.ON)
            fault = await self._make_true(item_id, tags, AlarmWanted.ON)
        return AlarmOn() if fault is None else AlarmNotOn(fault)

    async def arm_if_owed(self, item_id: ItemId, tags: Sequence[TagUid]) -> AlarmOn | AlarmNotOn | None:
        """Switch on what the journal still owes; ``None``: it owes nothing (any more), and nothing was written.

        Asked within the turn: a loan that was made meanwhile is noted before its own write, and that comes after this.
        """
        async with self._turn:
            if await self._journal.alarm_wanted(item_id) is not AlarmWanted.ON:
                return None
            fault = await self._make_true(item_id, tags, AlarmWanted.ON)
        return AlarmOn() if fault is None else AlarmNotOn(fault)

    async def _make_true(self, item_id: ItemId, tags: Sequence[TagUid], wanted: AlarmWanted) -> AlarmFault | None:
        fault = await self._write_all(tags, self._values[wanted])
        try:
            if fault is None:
                await self._journal.alarm_settled(item_id, wanted)
            else:
                await self._journal.alarm_failed(item_id, wanted, fault)
        except JournalUnavailableError:
            _log.warning("the list of open alarms is not up to date: the journal cannot be written now")
        return fault

    async def _write_all(self, tags: Sequence[TagUid], values: AlarmValues) -> AlarmFault | None:
        pad = self._pad.current
        if pad is None:
            return AlarmFault.PAD_LOST
        try:
            for tag_uid in tags:
                await _write(pad, tag_uid, values)
        except TagGoneError:
            return AlarmFault.TAG_GONE
        except (TagLockedError, TagUnsupportedError):  # what cannot be written cannot be written next time either
            return AlarmFault.LOCKED
        except TagError:  # it answers, and does not say what it was told to say
            return AlarmFault.NOT_VERIFIED
        except DeviceLostError:
            return AlarmFault.PAD_LOST
        return None


async def _write(pad: RfidPad, tag_uid: TagUid, values: AlarmValues) -> None:
    if values.afi is not None and await _afi(pad, tag_uid) != values.afi:
        await pad.write_afi(tag_uid, values.afi)
    if values.eas is not None and await _eas(pad, tag_uid) is not values.eas:
        await pad.write_eas(tag_uid, on=values.eas)


async def _afi(pad: RfidPad, tag_uid: TagUid) -> int | None:
    """Ask the tag once; ``None`` where it does not say: the write has more patience, and tells what the matter is."""
    try:
        return await pad.read_afi(tag_uid)
    except TagError:
        return None


async def _eas(pad: RfidPad, tag_uid: TagUid) -> bool | None:
    try:
        return await pad.read_eas(tag_uid)
    except TagError:
        return None
