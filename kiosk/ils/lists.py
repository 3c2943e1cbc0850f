"""The lists of a 64, gathered page by page: short, long, overlapping, of item numbers or of titles; pure."""

from enum import StrEnum
from operator import attrgetter

from kiosk.ils.answers import same
from kiosk.ils.profiles import Listed
from kiosk.session.values import ItemId
from library.lending.patterns import NumberKind, NumberPatterns
from sip2.fields import Summary
from sip2.messages import PatronInformationResponse

_NO = "N"
_VALUES = {
    Summary.HOLDS: attrgetter("hold_items"),
    Summary.OVERDUE: attrgetter("overdue_items"),
    Summary.CHARGED: attrgetter("charged_items"),
    Summary.FINES: attrgetter("fine_items"),
    Summary.RECALLS: attrgetter("recall_items"),
    Summary.UNAVAILABLE_HOLDS: attrgetter("unavailable_hold_items"),
}
_COUNT = {
    Summary.HOLDS: attrgetter("hold_items_count"),
    Summary.OVERDUE: attrgetter("overdue_items_count"),
    Summary.CHARGED: attrgetter("charged_items_count"),
    Summary.FINES: attrgetter("fine_items_count"),
    Summary.RECALLS: attrgetter("recall_items_count"),
    Summary.UNAVAILABLE_HOLDS: attrgetter("unavailable_holds_count"),
}


class Standing(StrEnum):
    """What a patron's list says about one loan."""

    STANDS = "stands"
    DOES_NOT_STAND = "does_not_stand"
    CANNOT_TELL = "cannot_tell"


class Gathered:
    """One list of one patron."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self.texts: tuple[str, ...] = ()
        """What was listed, without outer blanks, in the order of the list; a text on several pages is taken once."""
        self.ended = False
        """Another page would tell nothing more."""
        self.whole = False
        """All that the library system counts is here."""

    @property
    def next_place(self) -> int:
        """The place of the first entry not seen yet, from 1; an answer that gave more than asked moves it on."""
        return len(self.texts) + 1

    def add(self, page: PatronInformationResponse) -> None:
        """Take one page."""
        seen = frozenset(self.texts)
        texts = [text.strip() for text in _VALUES[self.summary](page)]
        fresh = tuple(text for text in texts if text and text not in seen)
        self.texts += fresh
        count = count_in(page, self.summary)
        if page.valid_patron == _NO:
            self.ended = True
        elif count is not None and len(self.texts) >= count:
            self.ended = self.whole = True
        elif not fresh:
            self.ended = True
            self.whole = count is None and bool(seen)


def count_in(page: PatronInformationResponse, summary: Summary) -> int | None:
    """Give how much the library system counts; ``None``: it does not count."""
    count: int | None = _COUNT[summary](page)
    return count


def item_in(text: str, numbers: NumberPatterns, listed: Listed) -> ItemId | None:
    """Give the item that a text of a list stands for; ``None`` where it is a title, or may be one.

    Some systems write the title behind the number.
    """
    if listed is Listed.IDS:
        return ItemId(text)
    if listed is Listed.TITLES:
        return None
    if numbers.classify(text) is NumberKind.ITEM:
        return ItemId(text)
    first = text.split(maxsplit=1)[0] if text else ""
    return ItemId(first) if numbers.classify(first) is NumberKind.ITEM else None


def items_in(gathered: Gathered, numbers: NumberPatterns, listed: Listed) -> tuple[ItemId, ...] | None:
    """Give the items that a list names, also one that broke off; ``None`` where it names none and is not empty."""
    items = tuple(item_in(text, numbers, listed) for text in gathered.texts)
    named = tuple(item for item in items if item is not None)
    return named if named or (gathered.whole and not items) else None


class ChargedList:
    """A patron's loans, searched for one item.

    That the item is not among them is believed only of a list that says something: of a patron whom the library system
    calls valid, with a count or with items in it, and with nothing in it but item numbers. A text is one where the
    library's patterns say so, or where it has the wanted number's own shape (a digit for each digit, a letter for each
    letter); any other may be a title. The profile may know that all are numbers, or that all are titles.
    """

    def __init__(self, wanted: ItemId, numbers: NumberPatterns, listed: Listed = Listed.EITHER) -> None:
        self._wanted = wanted
        self._numbers = numbers
        self._listed = listed
        self._gathered = Gathered(Summary.CHARGED)
        self.verdict: Standing | None = None
        """``None`` while another page is needed, which begins at ``next_place``."""

    @property
    def next_place(self) -> int:
        """The place of the first item not seen yet, from 1."""
        return self._gathered.next_place

    def add(self, page: PatronInformationResponse) -> None:
        """Take one page and judge."""
        if any(self._is_wanted(value.strip()) for value in page.charged_items):
            self.verdict = Standing.STANDS
            return
        self._gathered.add(page)
        if self._gathered.ended:
            are_ids = all(self._is_id(text) for text in self._gathered.texts)
            proven = self._gathered.whole and are_ids
            self.verdict = Standing.DOES_NOT_STAND if proven else Standing.CANNOT_TELL

    def _is_wanted(self, value: str) -> bool:
        return same(value, self._wanted.text) or self._wanted.text in value.split()

    def _is_id(self, value: str) -> bool:
        if self._listed is not Listed.EITHER:
            return self._listed is Listed.IDS
        return self._numbers.classify(value) is NumberKind.ITEM or _shape(value) == _shape(self._wanted.text)


def _shape(text: str) -> str:
    return "".join("0" if char.isdigit() else "A" if char.isalpha() else char for char in text)
