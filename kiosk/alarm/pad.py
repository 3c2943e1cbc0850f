"""Switches a tag's alarm off through the pad: the intent on disk first, struck off only when the tag says "on loan"."""

import logging
from collections.abc import Sequence
from typing import Protocol

from drivers.errors import DeviceLostError, TagError, TagGoneError, TagLockedError, TagUnsupportedError
from drivers.rfid.base import RfidPad
from drivers.rfid.tagdata.alarm import AlarmScheme
from kiosk.errors import JournalUnavailableError
from kiosk.journal import Journal
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
    """The alarm of tags that lie on the kiosk's pad, kept in their AFI, their EAS bit or both."""

    def __init__(self, pad: PadSlot, journal: Journal, scheme: AlarmScheme) -> None:
        self._pad = pad
        self._journal = journal
        self._on_loan = scheme.values(secured=False)

    async def switch_off(self, item_id: ItemId, tags: Sequence[TagUid]) -> AlarmOff | AlarmNotOff:
        """Journal the intent, write, read back; the intent stays open until every tag of the item says "on loan".

        A set's tags are written one after the other; the first that fails ends it, and all are written anew next time:
        writing the same twice is harmless.
        """
        await self._journal.alarm_intended(item_id, tags[0])
        pad = self._pad.current
        if pad is None:
            return AlarmNotOff(AlarmFault.PAD_LOST)
        try:
            for tag_uid in tags:
                await self._write(pad, tag_uid)
        except TagGoneError:
            return AlarmNotOff(AlarmFault.TAG_GONE)
        except (TagLockedError, TagUnsupportedError):  # what cannot be written cannot be written next time either
            return AlarmNotOff(AlarmFault.LOCKED)
        except TagError:  # it answers, and does not say what it was told to say
            return AlarmNotOff(AlarmFault.NOT_VERIFIED)
        except DeviceLostError:
            return AlarmNotOff(AlarmFault.PAD_LOST)
        try:
            await self._journal.alarm_settled(item_id)
        except JournalUnavailableError:
            _log.warning("an alarm that is off stays on the list of open ones: the journal cannot be written now")
        return AlarmOff()

    async def switch_on(self, item_id: ItemId, tags: Sequence[TagUid]) -> AlarmOn | AlarmNotOn:
        """Switch nothing on yet."""
        del item_id, tags
        return AlarmNotOn(AlarmFault.PAD_LOST)

    async def _write(self, pad: RfidPad, tag_uid: TagUid) -> None:
        if self._on_loan.afi is not None:
            await pad.write_afi(tag_uid, self._on_loan.afi)
        if self._on_loan.eas is not None:
            await pad.write_eas(tag_uid, on=self._on_loan.eas)
