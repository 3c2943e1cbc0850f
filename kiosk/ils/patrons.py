"""What a 64 says of a patron; pure."""

import unicodedata
from dataclasses import replace

from kiosk.ils.amounts import read_money
from kiosk.ils.answers import refusal_in, same, words
from kiosk.ils.profiles import Profile
from kiosk.ports import Refused
from kiosk.session.values import Patron, PatronId, PinStanding
from library.lending.refusals import Refusal
from library.text import nfc
from sip2.messages import PatronInformationResponse

_NO, _YES = "N", "Y"
_MOST_INITIALS = 6
_MAIL = "XE"
"""Our own server's: it can send letters to this patron."""


def patron_from(
    answer: PatronInformationResponse, asked: PatronId, profile: Profile, *, pin_given: bool = False
) -> Patron | Refused | None:
    """Read a 64; ``None`` where it is about somebody else. Nothing of the name but its initials is kept.

    BL=N, a reason in XR or a denied privilege that the profile names refuses the card. A wrong PIN does not, and
    nothing else is told with it: whoever has no PIN learns of a card only that its PINs are locked. CQ tells of it,
    and only where a PIN was given (an empty AD makes some systems say N, others Y).
    """
    if answer.patron_id and not same(answer.patron_id, asked.text) and not profile.card_number_may_change:
        return None
    reason = refusal_in(answer, profile)
    if reason is None and (answer.valid_patron == _NO or answer.patron_status & profile.stop_flags):
        reason = Refusal.OTHER
    wrong_pin = pin_given and (reason is Refusal.WRONG_PIN or answer.valid_patron_password == _NO)
    wrong_pin = wrong_pin and reason is not Refusal.PIN_LOCKED
    if reason is not None and not wrong_pin:
        return Refused(reason, words(answer.screen_messages, profile))
    patron = Patron(
        asked,
        initials(answer.personal_name or ""),
        answer.charged_items_count or 0,
        own_may_leave=profile.may_leave_when_found,
        ready_holds=answer.hold_items_count,
        overdue=answer.overdue_items_count,
        fees=read_money(answer.fee_amount, answer.currency, otherwise=profile.currency),
        mailable=profile.reads_xr and answer.extension(_MAIL) == _YES,
    )
    if not pin_given:
        return patron
    standing = PinStanding.WRONG if wrong_pin else _PIN.get(answer.valid_patron_password, _UNCHECKED)
    return replace(patron, pin=standing)


_UNCHECKED = PinStanding.NOT_CHECKED
_PIN: dict[str | None, PinStanding] = {_YES: PinStanding.RIGHT, _NO: PinStanding.WRONG}


def initials(name: str) -> str:
    """Return ``N.T.M.`` for ``Nguyễn Thị Mai``; empty where there is no letter."""
    firsts = (next((char for char in word if char.isalpha()), "") for word in nfc(name).split())
    letters = [unicodedata.normalize("NFC", first.upper())[:1] for first in firsts if first]
    return "".join(f"{letter}." for letter in letters[:_MOST_INITIALS])
