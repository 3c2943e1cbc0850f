"""What SIP2 answers about loans and items mean for the session; pure."""

import re
from collections.abc import Iterable
from datetime import tzinfo

from kiosk.ils.amounts import read_money
from kiosk.ils.due_dates import read_due_date
from kiosk.ils.profiles import Profile
from kiosk.ports import FeeAsked, Refused, Unanswered
from kiosk.session.hold_values import PlacedHold
from kiosk.session.values import Candidate, Finding, ItemId, Loan
from library.lending.refusals import Refusal
from library.text import printable
from sip2.messages import CheckoutResponse, HoldResponse, ItemInformationResponse, RenewResponse, Response

_REASON = "XR"
_POSITION = re.compile(r"0*[1-9][0-9]{0,4}", re.ASCII)
_OTHER = "01"
"""Circulation status of an item of which nothing better is known."""


def loan_from(
    answer: CheckoutResponse, asked: ItemId, profile: Profile, zone: tzinfo, *, fee_agreed: bool = False
) -> Loan | Refused | FeeAsked | None:
    """Read a 12; ``None`` where it is about another item. The item may leave only where desensitize is Y.

    A refusal that names an amount (BV) asks for the fee, unless that was agreed to or a reason in XR says otherwise
    (DevGuide p. 16-17).
    """
    if answer.item_id and not same(answer.item_id, asked.text):
        return None
    title = shown(answer.title, profile)
    if not answer.ok:
        reason = refusal_in(answer, profile)
        fee = read_money(answer.fee_amount, answer.currency, otherwise=profile.currency)
        if fee is not None and not fee_agreed and reason in {None, Refusal.FEE_NOT_ACKNOWLEDGED}:
            return FeeAsked(fee, title)
        return Refused(reason or Refusal.OTHER, words(answer.screen_messages, profile), title)
    due = read_due_date(answer.due_date, zone, day_first=profile.day_first)
    return Loan(asked, title, due, may_leave=answer.desensitize is True)


def found_loan(answer: ItemInformationResponse | None, asked: ItemId, profile: Profile, zone: tzinfo) -> Loan:
    """Return a loan that the patron's list named; title and due date are an 18's, if one came for that item."""
    if answer is None or (answer.item_id and not same(answer.item_id, asked.text)):
        return Loan(asked, "", None, may_leave=profile.may_leave_when_found)
    due = read_due_date(answer.due_date, zone, day_first=profile.day_first)
    return Loan(asked, shown(answer.title, profile), due, may_leave=profile.may_leave_when_found)


def renewal_from(
    answer: RenewResponse, asked: ItemId, profile: Profile, zone: tzinfo, *, by_title: bool = False
) -> Loan | Refused | Unanswered:
    """Read a 30, whose parts contradict each other in some systems.

    Only "ok" and "renewal ok" together, or "ok" with a due date, say that the loan goes on; a plain no says that it
    does not. Anything else, and an answer about another item, says nothing.
    """
    if not by_title and answer.item_id and not same(answer.item_id, asked.text):
        return Unanswered()
    due = read_due_date(answer.due_date, zone, day_first=profile.day_first)
    if answer.ok and (answer.renewal_ok or due is not None):
        return Loan(asked, shown(answer.title, profile), due, may_leave=answer.desensitize is True)
    if answer.ok or answer.renewal_ok:
        return Unanswered()
    said = words(answer.screen_messages, profile)
    return Refused(refusal_in(answer, profile) or Refusal.OTHER, said, shown(answer.title, profile))


def hold_placed(answer: HoldResponse, profile: Profile, zone: tzinfo, here: frozenset[str]) -> PlacedHold | Refused:
    """Read the 16 of a hold that was placed; ``here``: what this place is called.

    A place that is not told is the terminal's own, for no other was asked for; so it is where the system needs no name.
    """
    if not answer.ok:
        return Refused(refusal_in(answer, profile) or Refusal.OTHER, words(answer.screen_messages, profile))
    place = shown(answer.pickup_location, profile)
    position = (answer.queue_position or "").strip()
    until = read_due_date(answer.expiration_date, zone, day_first=profile.day_first)
    return PlacedHold(
        ready=bool(answer.available),
        here=not (profile.names_pickup and place) or place.casefold() in here,
        place=place,
        position=int(position) if _POSITION.fullmatch(position) else None,
        until=None if until is None else until.date(),
    )


def hold_ended(answer: HoldResponse, profile: Profile) -> bool | Refused:
    """Read the 16 of a cancelled hold."""
    if answer.ok:
        return True
    return Refused(refusal_in(answer, profile) or Refusal.OTHER, words(answer.screen_messages, profile))


def finding_from(answer: ItemInformationResponse, asked: Candidate, profile: Profile) -> Finding:
    """Read an 18: whether the library system knows the item, or does not say.

    There is no field for it. Our own server tells in its field XR. Koha and others answer an unknown number with the
    status "other", an empty title and nothing else; a title, another status or any fact about a copy is of a known one.
    """
    if answer.item_id and not same(answer.item_id, asked.item_id.text):
        return Finding(asked, known=None)
    refusal = refusal_in(answer, profile)
    if refusal is not None:
        return Finding(asked, known=False if refusal is Refusal.ITEM_UNKNOWN else None)
    title = shown(answer.title, profile)
    if title or answer.circulation_status != _OTHER:
        return Finding(asked, known=True, title=title)
    facts = (answer.due_date, answer.owner, answer.media_type, answer.permanent_location, answer.current_location)
    return Finding(asked, known=any(fact and fact.strip() for fact in facts))


def words(lines: Iterable[str], profile: Profile) -> str:
    """Join all AF lines; they are shown and never parsed (DevGuide 4.4)."""
    return " ".join(line for line in (shown(line, profile) for line in lines) if line)


def shown(text: str | None, profile: Profile) -> str:
    """Return a text of the library system as one line without control characters."""
    text = text or ""
    if profile.pipe_as_entity:
        text = text.replace("&#124;", "|")
    return printable(text)


def refusal_in(answer: Response, profile: Profile) -> Refusal | None:
    """Give the reason in our own server's field, where the profile believes it."""
    said = answer.extension(_REASON) if profile.reads_xr else None
    if not said:
        return None
    try:
        return Refusal(said)
    except ValueError:
        return Refusal.OTHER


def same(there: str, here: str) -> bool:
    """Tell whether two numbers are one, whatever their letters' case and the blanks around them."""
    return there.strip().casefold() == here.strip().casefold()
