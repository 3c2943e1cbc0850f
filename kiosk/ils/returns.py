"""What a 10, or an 18 in its place, says of an item that was brought back, and never whose it was or will be; pure."""

from dataclasses import dataclass

from kiosk.ils.answers import refusal_in, same, shown, words
from kiosk.ils.profiles import Profile
from kiosk.ports import Refused
from kiosk.session.values import ItemId, Returned, ReturnKind
from library.lending.refusals import Refusal
from sip2.fields import CirculationStatus
from sip2.messages import CheckinResponse, ItemInformationResponse

_ALERTS = {
    "01": ReturnKind.HOLD_HERE,
    "02": ReturnKind.HOLD_ELSEWHERE,
    "04": ReturnKind.TRANSFER,
}
"""CV, 3M's extension of 2005; 00 says nothing and 99 asks for staff."""
_NO_ALERT = "00"
_ON_LOAN = frozenset(
    {
        CirculationStatus.CHARGED,
        CirculationStatus.CHARGED_NO_RECALL_YET,
        CirculationStatus.RECALLED,
        CirculationStatus.CLAIMED_RETURNED,
    }
)
_BACK = {
    CirculationStatus.AVAILABLE: ReturnKind.SHELF,
    CirculationStatus.TO_BE_RESHELVED: ReturnKind.SHELF,
    CirculationStatus.ON_HOLD_SHELF: ReturnKind.HOLD_HERE,
    CirculationStatus.IN_TRANSIT: ReturnKind.TRANSFER,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What one 10 said, and what it means for the journal."""

    outcome: Returned | Refused
    stands: bool
    """The item is not on loan to anybody now."""


def return_from(answer: CheckinResponse, asked: ItemId, profile: Profile) -> Answered | None:
    """Read a 10; ``None`` where it is about another item.

    The holder (CY, DA) and the patron who had the item (AA) stay behind here, and with them all words (AF) of an answer
    that names a holder. An item that was not on loan and is kept for somebody is back all the same.
    """
    if answer.item_id and not same(answer.item_id, asked.text):
        return None
    kind = _kind(answer)
    if answer.ok or kind in {ReturnKind.HOLD_HERE, ReturnKind.HOLD_ELSEWHERE, ReturnKind.TRANSFER}:
        return Answered(
            Returned(
                asked,
                shown(answer.title, profile),
                kind,
                arm=answer.resensitize,
                sort=shown(answer.sort_bin, profile) or shown(answer.media_type, profile),
                place=shown(answer.destination_location, profile),
            ),
            stands=True,
        )
    refusal = refusal_in(answer, profile) or _reason(answer, profile)
    refused = Refused(refusal, words(_impersonal(answer), profile), shown(answer.title, profile))
    return Answered(refused, stands=refusal is Refusal.ITEM_NOT_ON_LOAN)


def still_on_loan(answer: ItemInformationResponse, asked: ItemId) -> bool | None:
    """Tell by an 18 whether the item is on loan to somebody; ``None`` where it does not say."""
    if answer.item_id and not same(answer.item_id, asked.text):
        return None
    if answer.circulation_status in _ON_LOAN:
        return True
    return False if answer.circulation_status in _BACK else None


def found_return(answer: ItemInformationResponse, asked: ItemId, profile: Profile) -> Returned:
    """Return what an 18 says of an item that is back; whether it waits for somebody here or elsewhere is its status."""
    kind = _BACK.get(CirculationStatus(answer.circulation_status), ReturnKind.OTHER)
    media = shown(answer.media_type, profile)
    return Returned(asked, shown(answer.title, profile), kind, arm=True, sort=media)


def _kind(answer: CheckinResponse) -> ReturnKind:
    said = (answer.alert_type or "").strip()
    if said in _ALERTS:
        return _ALERTS[said]
    if said and said != _NO_ALERT:
        return ReturnKind.OTHER
    return ReturnKind.OTHER if answer.alert else ReturnKind.SHELF


def _reason(answer: CheckinResponse, profile: Profile) -> Refusal:
    known = any((text or "").strip() for text in (answer.title, answer.permanent_location, answer.call_number))
    if not known:
        return Refusal.ITEM_UNKNOWN
    plain = (answer.alert_type or _NO_ALERT).strip() == _NO_ALERT
    if plain and profile.not_on_loan_is_refused and answer.resensitize:
        return Refusal.ITEM_NOT_ON_LOAN
    return Refusal.OTHER


def _impersonal(answer: CheckinResponse) -> tuple[str, ...]:
    if answer.hold_patron_id or answer.hold_patron_name:
        return ()
    holder = (answer.patron_id or "").strip().casefold()
    return tuple(line for line in answer.screen_messages if not holder or holder not in line.casefold())
