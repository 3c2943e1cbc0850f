"""Readings of devices into the session's words: pure, one function a family."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from drivers.barcode.base import ScanReading
from drivers.card.base import CardReading
from drivers.card.card_number import CardNumberRule, Unnumbered
from drivers.gpio.base import Signal, SignalReading
from drivers.rfid.base import PadReading, TagReading
from drivers.rfid.tagdata.content import Blank, TagContent, Usage
from drivers.rfid.tagdata.detect import detect
from drivers.rfid.tagdata.sets import sets_of
from kiosk.config import TagsSection
from kiosk.session.citizen_events import CitizenCardPresented
from kiosk.session.events import CardPresented, Event, ItemScanned, LabelRejected, NumberRead, PadChanged, SlotPassed
from kiosk.session.search_events import IsbnScanned
from kiosk.session.staff_events import ServiceKeyTurned
from kiosk.session.values import (
    AlarmState,
    Candidate,
    IncompleteSet,
    ItemId,
    LabelFault,
    Pad,
    PadNumber,
    PadOddity,
    PatronId,
    TagUid,
    VisitId,
)
from library.identity.citizen_card import (
    DESK_AGE,
    Misread,
    looks_like_citizen_card,
    read_citizen_card,
    years_old,
)
from library.lending.patterns import NumberKind, NumberPatterns

_ISBN_DIGITS = 13


def scan_event(
    reading: ScanReading, tags: TagsSection, patterns: NumberPatterns, today: date, new_visit: Callable[[], VisitId]
) -> Event:
    """Say whether a scanned label is a card, an item, or nothing of this library; blanks around it do not count.

    No label says whose it is: where items of several libraries may bear its number, all of them are told.
    """
    if looks_like_citizen_card(reading.text):
        return _citizen_event(reading.text, today, new_visit)
    text, fault = reading.text.strip(), _fault(reading.text)
    if fault is not None:
        return LabelRejected(fault)
    if patterns.classify(text) is NumberKind.CARD:
        return CardPresented(new_visit(), PatronId(text))
    match _candidates(text, tags, patterns, today):
        case ():
            return IsbnScanned(text) if _is_isbn(text) else LabelRejected(LabelFault.UNKNOWN_PATTERN)
        case (only,):
            return ItemScanned(only.item_id)
        case several:
            return NumberRead(several)


def _fault(text: str) -> LabelFault | None:
    """Say what makes a label one that no library prints."""
    if any(unicodedata.category(letter) == "Cc" for letter in text) or "|" in text:
        return LabelFault.CONTROL_CHARACTERS
    return None if text.strip() else LabelFault.EMPTY


def _citizen_event(text: str, today: date, new_visit: Callable[[], VisitId]) -> Event:
    card = read_citizen_card(text, today)
    if isinstance(card, Misread):
        return LabelRejected(LabelFault.CITIZEN_MISREAD)
    return CitizenCardPresented(new_visit(), card, minor=years_old(card.born, today) < DESK_AGE)


def _is_isbn(text: str) -> bool:
    """Say whether it is the number of an edition: an EAN-13 of the book trade with a good check digit."""
    if len(text) != _ISBN_DIGITS or not text.isascii() or not text.isdecimal() or not text.startswith(("978", "979")):
        return False
    return sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(text)) % 10 == 0


def _candidates(number: str, tags: TagsSection, patterns: NumberPatterns, today: date) -> tuple[Candidate, ...]:
    """Give the items that a number without a library may stand for; where no library's prefix makes one, itself."""
    candidates: dict[str, Candidate] = {}
    for owner in tags.libraries(today):
        text = owner.item_prefix + number
        if patterns.classify(text) is NumberKind.ITEM:
            candidates.setdefault(text, Candidate(ItemId(text), owner.isil, owner.name))
    if not candidates and patterns.classify(number) is NumberKind.ITEM:
        return (Candidate(ItemId(number), ""),)
    return tuple(candidates.values())


def card_event(
    reading: CardReading, rule: CardNumberRule, patterns: NumberPatterns, new_visit: Callable[[], VisitId]
) -> Event:
    """Say whose card was laid on the card reader; one that makes up its number, or is no card of ours, is rejected."""
    match rule.number(reading):
        case Unnumbered.RANDOM:
            return LabelRejected(LabelFault.RANDOM_CARD)
        case str(number) if patterns.classify(number) is NumberKind.CARD:
            return CardPresented(new_visit(), PatronId(number))
        case _:
            return LabelRejected(LabelFault.UNKNOWN_CARD)


def signal_event(reading: SignalReading) -> Event | None:
    """Say what a switch or sensor of the board tells the session; most tell it nothing."""
    if not reading.active:
        return None
    match reading.signal:
        case Signal.RETURN_SLOT:
            return SlotPassed()
        case Signal.SERVICE_KEY:
            return ServiceKeyTurned()
        case _:
            return None


def pad_event(reading: PadReading, tags: TagsSection, patterns: NumberPatterns, today: date) -> PadChanged:
    """Say what lies on the pad; a tag that cannot be lent is named with the reason, a set with the parts it lacks."""
    ours: dict[str, _Ours] = {}
    oddities: dict[str, PadOddity] = {}
    for tag in reading.tags:
        match _meaning(tag, tags, patterns, today):
            case _Ours() as one:
                ours[tag.uid] = one
            case oddity:
                oddities[tag.uid] = oddity
    found: list[PadNumber] = []
    incomplete: list[IncompleteSet] = []
    for each in sets_of((uid, one.content) for uid, one in ours.items()):
        members = [ours[uid] for uid in each.uids]
        if each.parts == 1 and not each.contradictory:
            found += [_number([member], tags) for member in members]
        elif each.complete:
            found.append(_number(members, tags))
        else:
            oddities[each.uids[0]] = PadOddity.INCOMPLETE_SET
            incomplete.append(IncompleteSet(TagUid(each.uids[0]), each.missing, each.parts, _number(members, tags)))
    items = [each.item(each.candidates[0].item_id) for each in found if len(each.candidates) == 1]
    numbers = tuple(each for each in found if len(each.candidates) > 1)
    shared = _shared(ours.values())
    oddities |= {item.tag_uid: PadOddity.TWO_OWNERS for item in items if item.item_id in shared}
    alone = tuple(item for item in items if item.item_id not in shared)
    told = tuple((TagUid(uid), oddity) for uid, oddity in sorted(oddities.items()))
    return PadChanged(Pad(alone, told, tuple(incomplete), numbers))


@dataclass(frozen=True, slots=True)
class _Ours:
    """A readable tag of the network."""

    tag: TagReading
    content: TagContent
    candidates: tuple[Candidate, ...]
    """The item, or those that it may be, where the tag names no library."""


def _meaning(tag: TagReading, tags: TagsSection, patterns: NumberPatterns, today: date) -> _Ours | PadOddity:
    if tag.memory is None:
        return PadOddity.UNREADABLE
    match detect(tag.memory, tag.dsfid, air=tag.air, user_memory=tag.user_memory, rules=tags.rules()):
        case Blank():
            return PadOddity.BLANK
        case TagContent() as content:
            return _content_meaning(tag, content, tags, patterns, today)
        case _:
            return PadOddity.UNREADABLE


def _content_meaning(
    tag: TagReading, content: TagContent, tags: TagsSection, patterns: NumberPatterns, today: date
) -> _Ours | PadOddity:
    if content.usage is Usage.PATRON_CARD:
        return PadOddity.PATRON_CARD
    owner = tags.owner(content.owner, today)
    if owner is None:
        return PadOddity.FOREIGN
    if not owner.isil and patterns.classify(content.item_id) is not NumberKind.CARD:
        candidates = _candidates(content.item_id, tags, patterns, today)
        return _Ours(tag, content, candidates) if candidates else PadOddity.FOREIGN
    item_id = owner.item_prefix + content.item_id
    match patterns.classify(item_id):
        case NumberKind.ITEM:
            return _Ours(tag, content, (Candidate(ItemId(item_id), owner.isil, owner.name),))
        case NumberKind.CARD:
            return PadOddity.PATRON_CARD
        case NumberKind.NEITHER:
            return PadOddity.FOREIGN


def _number(members: Sequence[_Ours], tags: TagsSection) -> PadNumber:
    """One item by all its tags: whatever one of them still says to the gate, the item says."""
    states = {_alarm(member.tag, tags) for member in members}
    first, *others = (TagUid(member.tag.uid) for member in members)
    return PadNumber(
        first,
        members[0].candidates,
        states.pop() if len(states) == 1 else AlarmState.UNKNOWN,
        max(member.tag.first_seen for member in members),
        tuple(others),
    )


def _shared(ours: Iterable[_Ours]) -> frozenset[ItemId]:
    """Give the numbers that lie there for items of more than one library: which one is meant, nobody can say."""
    owners: dict[ItemId, set[str]] = {}
    for each in ours:
        if len(each.candidates) == 1:
            owners.setdefault(each.candidates[0].item_id, set()).add(each.content.owner)
    return frozenset(item_id for item_id, names in owners.items() if len(names) > 1)


def _alarm(tag: TagReading, tags: TagsSection) -> AlarmState:
    """Tell by the AFI alone: the EAS bit is asked for only when it is written."""
    match tag.afi:
        case tags.secured_afi:
            return AlarmState.SECURED
        case tags.on_loan_afi if tags.alarm == "afi":
            return AlarmState.ON_LOAN
        case _:
            return AlarmState.UNKNOWN
