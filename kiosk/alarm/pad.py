"""Switches a tag's alarm off through the pad: the intent on disk first, struck off only when the tag says "on loan"."""

import logging
from typing import Protocol

from drivers.errors import DeviceLostError, TagError, TagGoneError, TagLockedError
from drivers.rfid.base import RfidPad
from kiosk.errors import JournalUnavailableError
from kiosk.journal import Journal
from kiosk.ports import AlarmNotOff, AlarmOff
from kiosk.session.values import AlarmFault, ItemId, TagUid

_log = logging.getLogger(__name__)


class PadSlot(Protocol):
    """Where the pad is, while it is there."""

    @property
    def current(self) -> RfidPad | None:
        """The open pad; ``None`` while it is lost."""
        ...


class PadTagAlarm:
    """The alarm of tags that lie on the kiosk's pad, kept in their AFI."""

    def __init__(self, pad: PadSlot, journal: Journal, on_loan_afi: int) -> None:
        self._pad = pad
        self._journal = journal
        self._on_loan_afi = on_loan_afi

    async def switch_off(self, item_id: ItemId, tag_uid: TagUid) -> AlarmOff | AlarmNotOff:
        """Journal the intent, write the AFI, read it back; the intent stays open until the tag says "on loan"."""
        await self._journal.alarm_intended(item_id, tag_uid)
        pad = self._pad.current
        if pad is None:
            return AlarmNotOff(AlarmFault.PAD_LOST)
        try:
            await pad.write_afi(tag_uid, self._on_loan_afi)
        except TagGoneError:
            return AlarmNotOff(AlarmFault.TAG_GONE)
        except TagLockedError:
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
