"""What a librarian with index cards would do: slips for loans, a queue for each title, a shelf for each place."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from library.lending.refusals import Refusal
from tests.support.small_library import CHILD, DAMAGED, DE_MEN, KIEU, MAI, NAM, SCHOOL_BOOK

HUB, SCHOOL = "VN-QN", "VN-QN-TH1"
PLACES = (HUB, SCHOOL)
READERS = (MAI, NAM, CHILD)
COPIES = {DE_MEN: ("r1", HUB), SCHOOL_BOOK: ("r1", SCHOOL), DAMAGED: ("r1", HUB), KIEU: ("r3", HUB)}
"""Item number -> record and home; the small library's own."""
MOST_LOANS, MOST_HOLDS, RENEWALS, DAYS_KEPT = 2, 2, 1, 3
_CLOSED = {HUB: {6}, SCHOOL: {5, 6}}
_HOLIDAYS = {HUB: {date(2026, 8, 11)}, SCHOOL: set[date]()}

WAITING, IN_TRANSIT, READY = "waiting", "in_transit", "ready"
FULFILLED, CANCELLED, EXPIRED = "fulfilled", "cancelled", "expired"


@dataclass
class Wish:
    """A card in the queue; the list of all of them is in the order in which they were placed."""

    reader: str
    record: str
    pickup: str
    only: str | None = None
    stage: str = WAITING
    copy: str | None = None
    keep_until: date | None = None
    loan: int | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it has not ended."""
        return self.stage in {WAITING, IN_TRANSIT, READY}


@dataclass
class Slip:
    """A loan, ended or not."""

    reader: str
    item: str
    made_at: str
    renewals: int = 0
    ended_at: str | None = None
    void: bool = False


@dataclass
class Oracle:
    """The whole library on cards; ``today`` is moved from outside."""

    today: date
    wishes: list[Wish] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
    here: dict[str, str] = field(default_factory=lambda: {item: home for item, (_, home) in COPIES.items()})
    sent_to: dict[str, str] = field(default_factory=dict)

    def lend(self, reader: str, item: str, place: str) -> Refusal | None:
        """Lend; ``None`` where it was lent."""
        open_slip = self.open_slip(item)
        if open_slip is not None:
            own = open_slip.reader == reader
            return Refusal.ITEM_ON_LOAN_TO_SAME_PATRON if own else Refusal.ITEM_ON_LOAN
        kept = self._kept(item)
        if kept is not None and self._is_over(kept):
            self._end(kept, EXPIRED)
        if item == DAMAGED:
            return Refusal.ITEM_NOT_FOR_LOAN
        if self._is_for_others(item, reader):
            return Refusal.ITEM_RESERVED
        if len(self.loans_of(reader)) >= MOST_LOANS:
            return Refusal.PATRON_LIMIT_REACHED
        self.slips.append(Slip(reader, item, place))
        self.here[item] = place
        self.sent_to.pop(item, None)
        self._fulfil(reader, item)
        return None

    def take_back(self, item: str, place: str) -> str:
        """Take back; say where the book goes."""
        slip = self.open_slip(item)
        if slip is not None:
            slip.ended_at = place
        self.here[item] = place
        self.sent_to.pop(item, None)
        kept = self._kept(item)
        if kept is not None and self._is_over(kept):
            kept.stage = EXPIRED
            kept = None
        if item == DAMAGED:
            if COPIES[item][1] != place:
                self.sent_to[item] = COPIES[item][1]
            return "staff"
        kept = kept or self._first_in_line(item)
        if kept is not None:
            self._keep(kept, item, on_the_road=False)
            return "hold here" if kept.stage == READY else "hold elsewhere"
        if COPIES[item][1] == place:
            return "shelf"
        self.sent_to[item] = COPIES[item][1]
        return "transfer"

    def renew(self, reader: str, item: str) -> Refusal | None:
        """Renew; ``None`` where it was renewed."""
        slip = self.open_slip(item)
        if slip is None:
            return Refusal.ITEM_NOT_ON_LOAN
        if slip.reader != reader:
            return Refusal.ITEM_ON_LOAN
        waiting = [wish for wish in self.waiting(COPIES[item][0]) if wish.reader != reader]
        if self._must_be_left(item, waiting):
            return Refusal.ITEM_RESERVED
        if slip.renewals >= RENEWALS:
            return Refusal.RENEWAL_LIMIT_REACHED
        slip.renewals += 1
        return None

    def reserve(self, reader: str, item: str, pickup: str, *, only_this: bool) -> Refusal | None:
        """Reserve; ``None`` where the reader waits now."""
        record = COPIES[item][0]
        old = self.wish_of(reader, record)
        if old is not None and self._is_over(old):
            self._end(old, EXPIRED)
            old = None
        if any(COPIES[slip.item][0] == record for slip in self.loans_of(reader)):
            return Refusal.ITEM_ON_LOAN_TO_SAME_PATRON
        if old is not None:
            return Refusal.HOLD_EXISTS
        if only_this and item == DAMAGED:
            return Refusal.ITEM_NOT_FOR_LOAN
        if len([wish for wish in self.wishes_of(reader) if not self._is_over(wish)]) >= MOST_HOLDS:
            return Refusal.HOLD_LIMIT_REACHED
        self.wishes.append(Wish(reader, record, pickup, item if only_this else None))
        return None

    def cancel(self, reader: str, item: str) -> Refusal | None:
        """End a reader's wish."""
        wish = self._own(reader, item)
        if wish is None:
            return Refusal.HOLD_UNKNOWN
        self._end(wish, CANCELLED)
        return None

    def move(self, reader: str, item: str, pickup: str) -> Refusal | None:
        """Change where a reader picks a book up."""
        wish = self._own(reader, item)
        if wish is None:
            return Refusal.HOLD_UNKNOWN
        wish.pickup = pickup
        if wish.copy is not None:
            self._keep(wish, wish.copy, on_the_road=wish.copy in self.sent_to)
        return None

    def undo_loan(self, item: str, place: str) -> bool:
        """Undo a loan that was made at this place; say whether there was one."""
        slip = self.open_slip(item)
        if slip is None or slip.made_at != place:
            return False
        slip.ended_at, slip.void = place, True
        for wish in self.wishes:
            if wish.loan == self.slips.index(slip):
                wish.loan, wish.stage = None, WAITING
                if wish.copy is not None:
                    self._keep(wish, item, on_the_road=False)
        return True

    def undo_return(self, reader: str, item: str, place: str) -> bool:
        """Undo a return that was taken at this place; say whether there was one."""
        last = next((slip for slip in reversed(self.slips) if slip.item == item), None)
        if last is None or last.reader != reader or last.void or last.ended_at != place:
            return False
        last.ended_at = None
        self.sent_to.pop(item, None)
        kept = self._kept(item)
        if kept is not None:
            kept.stage, kept.copy, kept.keep_until = WAITING, None, None
        return True

    def tidy(self) -> None:
        """Let run out whatever has run out, in the order in which it was placed."""
        for wish in [wish for wish in self.wishes if wish.goes_on and self._is_over(wish)]:
            self._end(wish, EXPIRED)

    def open_slip(self, item: str) -> Slip | None:
        """Give the loan of a copy that goes on."""
        return next((slip for slip in self.slips if slip.item == item and slip.ended_at is None), None)

    def loans_of(self, reader: str) -> list[Slip]:
        """Give a reader's loans that go on."""
        return [slip for slip in self.slips if slip.reader == reader and slip.ended_at is None]

    def wishes_of(self, reader: str) -> list[Wish]:
        """Give a reader's wishes that go on."""
        return [wish for wish in self.wishes if wish.reader == reader and wish.goes_on]

    def wish_of(self, reader: str, record: str) -> Wish | None:
        """Give a reader's wish for a record."""
        return next((wish for wish in self.wishes_of(reader) if wish.record == record), None)

    def waiting(self, record: str) -> list[Wish]:
        """Give those who have no copy yet, in turn."""
        return [wish for wish in self.wishes if wish.record == record and wish.stage == WAITING]

    def _own(self, reader: str, item: str) -> Wish | None:
        wish = self.wish_of(reader, COPIES[item][0])
        if wish is not None and self._is_over(wish):
            self._end(wish, EXPIRED)
            return None
        return wish

    def _kept(self, item: str) -> Wish | None:
        return next((wish for wish in self.wishes if wish.goes_on and wish.copy == item), None)

    def _is_over(self, wish: Wish) -> bool:
        return wish.stage == READY and wish.keep_until is not None and wish.keep_until < self.today

    def _is_for_others(self, item: str, reader: str) -> bool:
        kept = self._kept(item)
        if kept is not None:
            return kept.reader != reader
        before: list[Wish] = []
        for wish in self.waiting(COPIES[item][0]):
            if wish.reader == reader and wish.only in {None, item}:
                break
            before.append(wish)
        return self._must_be_left(item, before)

    def _must_be_left(self, item: str, wishes: list[Wish]) -> bool:
        if any(wish.only == item for wish in wishes):
            return True
        record = COPIES[item][0]
        spoken_for = {wish.only for wish in self.waiting(record)}
        free = [
            other
            for other, (of_record, _) in COPIES.items()
            if of_record == record and other not in {item, DAMAGED} and other not in spoken_for
        ]
        free = [other for other in free if self.open_slip(other) is None and self._kept(other) is None]
        anybody = [wish for wish in wishes if wish.only is None]
        return len(anybody) > len(free)

    def _fulfil(self, reader: str, item: str) -> None:
        wish = self.wish_of(reader, COPIES[item][0])
        if wish is None or wish.only not in {None, item}:
            return
        other = wish.copy if wish.copy != item else None
        wish.stage, wish.loan = FULFILLED, len(self.slips) - 1
        if other is not None:
            wish.copy = None
            self._hand_on(other)

    def _end(self, wish: Wish, how: str) -> None:
        item = wish.copy
        wish.stage = how
        if item is not None:
            self._hand_on(item)

    def _hand_on(self, item: str) -> None:
        on_the_road = item in self.sent_to
        following = self._first_in_line(item) if item != DAMAGED else None
        if following is not None:
            self._keep(following, item, on_the_road=on_the_road)
        elif on_the_road or self.here[item] != COPIES[item][1]:
            self.sent_to[item] = COPIES[item][1]

    def _first_in_line(self, item: str) -> Wish | None:
        line = self.waiting(COPIES[item][0])
        return next((wish for wish in line if wish.only in {None, item}), None)

    def _keep(self, wish: Wish, item: str, *, on_the_road: bool) -> None:
        wish.copy = item
        if self.here[item] == wish.pickup and not on_the_road:
            self.sent_to.pop(item, None)
            if wish.stage != READY:
                wish.keep_until = self._last_day(wish.pickup)
            wish.stage = READY
        else:
            self.sent_to[item] = wish.pickup
            wish.stage, wish.keep_until = IN_TRANSIT, None

    def _last_day(self, place: str) -> date:
        day = self.today + timedelta(days=DAYS_KEPT)
        while day.weekday() in _CLOSED[place] or day in _HOLIDAYS[place]:
            day += timedelta(days=1)
        return day
