"""What the kiosk did alone, told to our own server as events: 11 and 09 with "no block" and fields of ours."""

from datetime import datetime
from typing import Final

from kiosk.ils.conversation import Conversation
from kiosk.ils.wire import LineError
from kiosk.journal.dating import Dated
from kiosk.journal.rows import KeptKind, KeptState
from sip2.messages import CheckinRequest, CheckinResponse, CheckoutRequest, CheckoutResponse

TRANSACTION_FIELD: Final = "XT"
CLOCK_FIELD: Final = "XC"
JOURNAL_FIELD: Final = "XG"
OUTCOME_FIELD: Final = "XO"
STAFF_FIELD: Final = "XW"
"""Who of the staff did it."""
_NO: Final = "N"
_OUTCOMES: Final = {
    state.value: state for state in (KeptState.APPLIED, KeptState.RENEWED, KeptState.SUPERSEDED, KeptState.NEEDS_STAFF)
}


class ToldAlone:
    """Told over the line that is there; an event may be told again and again, for its transaction id makes it one."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def hear(self, event: Dated) -> KeptState | None:
        """Tell one event; ``None``: no answer says what became of it.

        What cannot travel at all (a number with a sign that SIP2 has no room for) is for staff.
        """
        lent = event.kept.entry.kind is KeptKind.LEND
        request = self._loan(event) if lent else self._return(event)
        if not self._conversation.words.can_say(request):
            return KeptState.NEEDS_STAFF
        try:
            async with self._conversation.turn:
                with self._conversation.pulse.aside():
                    answer = await self._conversation.question(request, CheckoutResponse if lent else CheckinResponse)
        except LineError:
            return None
        return _OUTCOMES.get(answer.extension(OUTCOME_FIELD) or "")

    def _loan(self, event: Dated) -> CheckoutRequest:
        entry, settings = event.kept.entry, self._conversation.settings
        return CheckoutRequest(
            sc_renewal_policy=False,
            no_block=True,
            transaction_date=self._local(event.at),
            nb_due_date=None if entry.due is None else self._local(entry.due),
            institution_id=settings.institution,
            patron_id="" if entry.patron_id is None else entry.patron_id.text,
            item_id=entry.item_id.text,
            terminal_password="",
            fee_acknowledged=_NO,
            cancel=_NO,
            extensions=_fields(event),
        )

    def _return(self, event: Dated) -> CheckinRequest:
        settings = self._conversation.settings
        return CheckinRequest(
            no_block=True,
            transaction_date=self._local(event.at),
            return_date=self._local(event.at),
            current_location=settings.location,
            institution_id=settings.institution,
            item_id=event.kept.entry.item_id.text,
            terminal_password="",
            cancel=_NO,
            extensions=_fields(event),
        )

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._conversation.settings.zone).replace(microsecond=0, tzinfo=None)


def _fields(event: Dated) -> tuple[tuple[str, str], ...]:
    staff_id = event.kept.entry.staff_id
    by_staff = () if staff_id is None else ((STAFF_FIELD, staff_id),)
    return (
        (TRANSACTION_FIELD, event.kept.entry.transaction_id),
        (CLOCK_FIELD, event.certainty.value),
        (JOURNAL_FIELD, str(event.kept.number)),
        *by_staff,
    )
