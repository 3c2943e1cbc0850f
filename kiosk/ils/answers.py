"""What a SIP2 answer means for the session; pure."""

import unicodedata
from collections.abc import Iterable
from datetime import tzinfo
from enum import StrEnum

from kiosk.ils.due_dates import read_due_date
from kiosk.ils.profiles import Profile
from kiosk.ports import Refused
from kiosk.session.values import Candidate, Finding, ItemId, Loan, Patron, PatronId
from library.lending.patterns import NumberKind, NumberPatterns
from library.lending.refusals import Refusal
from library.text import nfc, printable
from sip2.messages import CheckoutResponse, ItemInformationResponse, PatronInformationResponse, Response

_REASON = "XR"
_NO = "N"
_MOST_INITIALS = 6
_OTHER = "01"
"""Circulation status of an item of which nothing better is known."""


class Standing(StrEnum):
    """What a patron's list says about one loan."""

    STANDS = "stands"
    DOES_NOT_STAND = "does_not_stand"
    CANNOT_TELL = "cannot_tell"


def patron_from(answer: PatronInformationResponse, asked: PatronId, profile: Profile) -> Patron | Refused | None:
    """Read a 64; ``None`` where it is about somebody else. Nothing of the name but its initials is kept."""
    if answer.patron_id and not _same(answer.patron_id, asked.text) and not profile.card_number_may_change:
        return None
    refusal = _refusal(answer, profile)
    if refusal is None and (answer.valid_patron == _NO or answer.patron_status & profile.stop_flags):
        refusal = Refusal.OTHER
    if refusal is not None:
        return Refused(refusal, words(answer.screen_messages, profile))
    return Patron(asked, initials(answer.personal_name or ""), answer.charged_items_count or 0)


def loan_from(answer: CheckoutResponse, asked: ItemId, profile: Profile, zone: tzinfo) -> Loan | Refused | None:
    """Read a 12; ``None`` where it is about another item. The item may leave only where desensitize is Y."""
    if answer.item_id and not _same(answer.item_id, asked.text):
        return None
    title = shown(answer.title, profile)
    if not answer.ok:
        said = words(answer.screen_messages, profile)
        return Refused(_refusal(answer, profile) or Refusal.OTHER, said, title)
    due = read_due_date(answer.due_date, zone, day_first=profile.day_first)
    return Loan(asked, title, due, may_leave=answer.desensitize is True)


def found_loan(answer: ItemInformationResponse | None, asked: ItemId, profile: Profile, zone: tzinfo) -> Loan:
    """Return a loan that the patron's list named; title and due date are an 18's, if one came for that item."""
    if answer is None or (answer.item_id and not _same(answer.item_id, asked.text)):
        return Loan(asked, "", None, may_leave=profile.may_leave_when_found)
    due = read_due_date(answer.due_date, zone, day_first=profile.day_first)
    return Loan(asked, shown(answer.title, profile), due, may_leave=profile.may_leave_when_found)


def finding_from(answer: ItemInformationResponse, asked: Candidate, profile: Profile) -> Finding:
    """Read an 18: whether the library system knows the item, or does not say.

    There is no field for it. Our own server tells in its field XR. Koha and others answer an unknown number with the
    status "other", an empty title and nothing else; a title, another status or any fact about a copy is of a known one.
    """
    if answer.item_id and not _same(answer.item_id, asked.item_id.text):
        return Finding(asked, known=None)
    refusal = _refusal(answer, profile)
    if refusal is not None:
        return Finding(asked, known=False if refusal is Refusal.ITEM_UNKNOWN else None)
    title = shown(answer.title, profile)
    if title or answer.circulation_status != _OTHER:
        return Finding(asked, known=True, title=title)
    facts = (answer.due_date, answer.owner, answer.media_type, answer.permanent_location, answer.current_location)
    return Finding(asked, known=any(fact and fact.strip() for fact in facts))


class ChargedList:
    """A patron's loans, gathered page by page from 64s whose lists may be short, long, overlapping or no ids.

    That the item is not among them is believed only of a list that says something: of a patron whom the library system
    calls valid, with a count or with items in it, and with nothing in it but item numbers. A text is one where the
    library's patterns say so, or where it has the wanted number's own shape (a digit for each digit, a letter for each
    letter); any other may be a title.
    """

    def __init__(self, wanted: ItemId, numbers: NumberPatterns) -> None:
        self._wanted = wanted
        self._numbers = numbers
        self._seen: set[str] = set()
        self._are_ids = True
        self.verdict: Standing | None = None
        """``None`` while another page is needed, which begins at ``next_place``."""

    @property
    def next_place(self) -> int:
        """The place of the first item not seen yet, from 1; an answer that gave more than asked moves it on."""
        return len(self._seen) + 1

    def add(self, page: PatronInformationResponse) -> None:
        """Take one page and judge."""
        values = [value.strip() for value in page.charged_items if value.strip()]
        before = len(self._seen)
        self._seen.update(values)
        if any(_same(value, self._wanted.text) or self._wanted.text in value.split() for value in values):
            self.verdict = Standing.STANDS
            return
        self._are_ids = self._are_ids and all(self._is_id(value) for value in values)
        if page.valid_patron == _NO:
            self.verdict = Standing.CANNOT_TELL
            return
        count = page.charged_items_count
        if count is not None and len(self._seen) >= count:
            self.verdict = Standing.DOES_NOT_STAND if self._are_ids else Standing.CANNOT_TELL
        elif len(self._seen) == before:
            proven = count is None and before > 0 and self._are_ids
            self.verdict = Standing.DOES_NOT_STAND if proven else Standing.CANNOT_TELL

    def _is_id(self, value: str) -> bool:
        return self._numbers.classify(value) is NumberKind.ITEM or _shape(value) == _shape(self._wanted.text)


def initials(name: str) -> str:
    """Return ``N.T.M.`` for ``Nguyễn Thị Mai``; empty where there is no letter."""
    firsts = (next((char for char in word if char.isalpha()), "") for word in nfc(name).split())
    letters = [unicodedata.normalize("NFC", first.upper())[:1] for first in firsts if first]
    return "".join(f"{letter}." for letter in letters[:_MOST_INITIALS])


def words(lines: Iterable[str], profile: Profile) -> str:
    """Join all AF lines; they are shown and never parsed (DevGuide 4.4)."""
    return " ".join(line for line in (shown(line, profile) for line in lines) if line)


def shown(text: str | None, profile: Profile) -> str:
    """Return a text of the library system as one line without control characters."""
    text = text or ""
    if profile.pipe_as_entity:
        text = text.replace("&#124;", "|")
    return printable(text)


def _refusal(answer: Response, profile: Profile) -> Refusal | None:
    said = answer.extension(_REASON) if profile.reads_xr else None
    if not said:
        return None
    try:
        return Refusal(said)
    except ValueError:
        return Refusal.OTHER


def _shape(text: str) -> str:
    return "".join("0" if char.isdigit() else "A" if char.isalpha() else char for char in text)


def _same(there: str, here: str) -> bool:
    return there.strip().casefold() == here.strip().casefold()
