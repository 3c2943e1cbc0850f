"""The kiosk's alarm list, told to our own server so that staff have it before them: 19 with a field of ours."""

from datetime import datetime
from typing import Final

from kiosk.ils.conversation import Conversation
from kiosk.ils.told import TRANSACTION_FIELD
from kiosk.ils.wire import LineError
from kiosk.session.values import ItemId, TransactionId
from sip2.messages import ItemStatusUpdateRequest, ItemStatusUpdateResponse

ALARM_FIELD: Final = "XA"
_ON, _OFF = "on", "off"


class ToldAlarms:
    """Told over the line that is there; telling the same twice changes nothing."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def hear_alarm(self, transaction_id: TransactionId, item_id: ItemId, at: datetime, *, on: bool) -> bool:
        """Tell that a lent item still alarms, or does not any more; ``False``: there was no answer."""
        settings = self._conversation.settings
        request = ItemStatusUpdateRequest(
            transaction_date=at.astimezone(settings.zone).replace(microsecond=0, tzinfo=None),
            institution_id=settings.institution,
            item_id=item_id.text,
            item_properties="",
            extensions=((TRANSACTION_FIELD, transaction_id), (ALARM_FIELD, _ON if on else _OFF)),
        )
        if not self._conversation.words.can_say(request):
            return True
        try:
            async with self._conversation.turn:
                with self._conversation.pulse.aside():
                    await self._conversation.question(request, ItemStatusUpdateResponse)
        except LineError:
            return False
        return True
