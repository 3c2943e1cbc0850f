"""A patron's account, put together from the lists of 64s and the 18s about what they name; pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from kiosk.ils.amounts import read_money
from kiosk.ils.answers import same, shown, words
from kiosk.ils.due_dates import read_due_date
from kiosk.ils.lists import Gathered, count_in
from kiosk.ils.profiles import Profile
from kiosk.session.values import Account, FeeLine, Hold, HoldStage, ItemId, OwnLoan
from sip2.fields import CirculationStatus, Summary
from sip2.messages import ItemInformationResponse, PatronInformationResponse

LISTS = (Summary.CHARGED, Summary.OVERDUE, Summary.HOLDS, Summary.UNAVAILABLE_HOLDS, Summary.FINES)
_EXPIRES = "PA"
"""Expiry of the card, an extension that Koha, Evergreen and our own server share."""
_PLACE = "XP"
"""Our own server's field with the code of a place."""
_NOT_READY = frozenset(
    {
        CirculationStatus.ON_ORDER,
        CirculationStatus.CHARGED,
        CirculationStatus.CHARGED_NO_RECALL_YET,
        CirculationStatus.IN_PROCESS,
        CirculationStatus.RECALLED,
        CirculationStatus.IN_TRANSIT,
        CirculationStatus.LOST,
        CirculationStatus.MISSING,
    }
)
_STAGES = tuple(HoldStage)


@dataclass(slots=True)
class Learned:
    """What the library system has told until now."""

    first: PatronInformationResponse | None = None
    lists: dict[Summary, Gathered] = field(default_factory=dict)
    items: dict[str, ItemInformationResponse] = field(default_factory=dict)
    """By the text in the lists."""
    everything: bool = False
    """Nothing was left unasked or unanswered."""

    def texts(self, summary: Summary) -> tuple[str, ...]:
        """Give what stands in one list."""
        return self.lists[summary].texts if summary in self.lists else ()

    def worth_asking(self) -> Iterator[str]:
        """Give what may be asked about, what matters most first: late, ready, on loan, waiting."""
        order = (Summary.OVERDUE, Summary.HOLDS, Summary.CHARGED, Summary.UNAVAILABLE_HOLDS)
        yield from dict.fromkeys(text for summary in order for text in self.texts(summary))


def wanted_lists(first: PatronInformationResponse) -> tuple[Summary, ...]:
    """Give the lists that hold something, or of which nothing is counted."""
    return tuple(summary for summary in LISTS if count_in(first, summary) != 0)


def account_from(
    learned: Learned, profile: Profile, zone: tzinfo, here: frozenset[str], now: datetime
) -> Account | None:
    """Put the account together; ``None`` where not even the first answer came. ``here``: what this place is called."""
    first = learned.first
    if first is None:
        return None
    whole = learned.everything and all(
        summary in learned.lists and learned.lists[summary].whole
        for summary in wanted_lists(first)
        if _counted(first, summary)
    )
    return Account(
        loans=_loans(learned, profile, zone, now),
        holds=_holds(learned, profile, zone, here),
        fees=tuple(FeeLine(shown(text, profile)) for text in learned.texts(Summary.FINES)),
        owed=read_money(first.fee_amount, first.currency, otherwise=profile.currency),
        words=words(first.screen_messages, profile),
        expires=_day(first.extension(_EXPIRES), zone, profile),
        complete=whole,
    )


def _counted(first: PatronInformationResponse, summary: Summary) -> bool:
    return count_in(first, summary) is not None


def _loans(learned: Learned, profile: Profile, zone: tzinfo, now: datetime) -> tuple[OwnLoan, ...]:
    late = learned.texts(Summary.OVERDUE)
    loans = []
    for text in dict.fromkeys((*learned.texts(Summary.CHARGED), *late)):
        told = learned.items.get(text)
        due = None if told is None else read_due_date(told.due_date, zone, day_first=profile.day_first)
        overdue = text in late or (due is not None and due < now)
        loans.append(OwnLoan(ItemId(text), _title(text, told, profile), due, overdue))
    far = datetime.max.replace(tzinfo=zone)
    return tuple(sorted(loans, key=lambda loan: (not loan.overdue, loan.due or far)))


def _holds(learned: Learned, profile: Profile, zone: tzinfo, here: frozenset[str]) -> tuple[Hold, ...]:
    ready = dict.fromkeys(learned.texts(Summary.HOLDS))
    waiting = [text for text in dict.fromkeys(learned.texts(Summary.UNAVAILABLE_HOLDS)) if text not in ready]
    holds = []
    for text in (*ready, *waiting):
        told = learned.items.get(text)
        stage = _stage(told, here) if text in ready else HoldStage.WAITING
        place = "" if told is None or stage is HoldStage.WAITING else shown(told.current_location, profile)
        until = None if told is None else _day(told.hold_pickup_date, zone, profile)
        holds.append(Hold(ItemId(text), _title(text, told, profile), stage, place, until))
    return tuple(sorted(holds, key=lambda hold: _STAGES.index(hold.stage)))


def _stage(told: ItemInformationResponse | None, here: frozenset[str]) -> HoldStage:
    """Tell where a hold of the list of ready ones is: elsewhere only where the answer says another place than ours.

    AQ is not asked: it is where the item belongs, and a hold is mostly picked up at another place.
    """
    if told is None:
        return HoldStage.READY_HERE
    if told.circulation_status in _NOT_READY:
        return HoldStage.WAITING
    said = {
        text.strip().casefold() for text in (told.extension(_PLACE), told.current_location) if text and text.strip()
    }
    return HoldStage.READY_ELSEWHERE if said and here and not said & here else HoldStage.READY_HERE


def _title(text: str, told: ItemInformationResponse | None, profile: Profile) -> str:
    """Give the title: of the 18, or of the list where that holds titles or a title behind the number."""
    if told is not None and not (told.item_id and not same(told.item_id, text)):
        title = shown(told.title, profile)
        if title:
            return title
    return shown(text, profile) if " " in text else ""


def _day(text: str | None, zone: tzinfo, profile: Profile) -> date | None:
    moment = read_due_date(text, zone, day_first=profile.day_first)
    return None if moment is None else moment.date()
