"""Readings of devices into the session's words: pure, one function a family."""

import unicodedata
from collections.abc import Callable

from drivers.barcode.base import ScanReading
from drivers.rfid.base import PadReading, TagReading
from drivers.rfid.tagdata.content import Blank, TagContent, Usage
from drivers.rfid.tagdata.detect import detect
from kiosk.config import TagsSection
from kiosk.session.events import CardPresented, Event, ItemScanned, LabelRejected, PadChanged
from kiosk.session.values import (
    AlarmState,
    ItemId,
    LabelFault,
    Pad,
    PadItem,
    PadOddity,
    PatronId,
    TagUid,
    VisitId,
)
from library.lending.patterns import NumberKind, NumberPatterns


def scan_event(reading: ScanReading, patterns: NumberPatterns, new_visit: Callable[[], VisitId]) -> Event:
    """Say whether a scanned label is a card, an item, or nothing of this library; blanks around it do not count."""
    if any(unicodedata.category(letter) == "Cc" for letter in reading.text) or "|" in reading.text:
        return LabelRejected(LabelFault.CONTROL_CHARACTERS)
    text = reading.text.strip()
    if not text:
        return LabelRejected(LabelFault.EMPTY)
    match patterns.classify(text):
        case NumberKind.CARD:
            return CardPresented(new_visit(), PatronId(text))
        case NumberKind.ITEM:
            return ItemScanned(ItemId(text))
        case NumberKind.NEITHER:
            return LabelRejected(LabelFault.UNKNOWN_PATTERN)


def pad_event(reading: PadReading, tags: TagsSection, patterns: NumberPatterns) -> PadChanged:
    """Say what lies on the pad; a tag that cannot be lent is named with the reason."""
    items: list[PadItem] = []
    oddities: list[tuple[TagUid, PadOddity]] = []
    for tag in reading.tags:
        uid = TagUid(tag.uid)
        match _meaning(tag, tags, patterns):
            case ItemId() as item_id:
                items.append(PadItem(uid, item_id, _alarm(tag, tags), tag.first_seen))
            case oddity:
                oddities.append((uid, oddity))
    return PadChanged(Pad(tuple(items), tuple(oddities)))


def _meaning(tag: TagReading, tags: TagsSection, patterns: NumberPatterns) -> ItemId | PadOddity:
    if tag.memory is None:
        return PadOddity.UNREADABLE
    match detect(tag.memory, tag.dsfid):
        case Blank():
            return PadOddity.BLANK
        case TagContent() as content:
            return _content_meaning(content, tags, patterns)
        case _:
            return PadOddity.UNREADABLE


def _content_meaning(content: TagContent, tags: TagsSection, patterns: NumberPatterns) -> ItemId | PadOddity:
    if content.usage is Usage.PATRON_CARD:
        return PadOddity.PATRON_CARD
    if content.isil not in tags.owners:
        return PadOddity.FOREIGN
    if content.parts > 1:  # the alarm of every part must be reached: sets are lent at the desk
        return PadOddity.INCOMPLETE_SET
    if patterns.classify(content.item_id) is not NumberKind.ITEM:
        return PadOddity.PATRON_CARD if _is_card(content, patterns) else PadOddity.FOREIGN
    return ItemId(content.item_id)


def _is_card(content: TagContent, patterns: NumberPatterns) -> bool:
    return patterns.classify(content.item_id) is NumberKind.CARD


def _alarm(tag: TagReading, tags: TagsSection) -> AlarmState:
    match tag.afi:
        case tags.secured_afi:
            return AlarmState.SECURED
        case tags.on_loan_afi:
            return AlarmState.ON_LOAN
        case _:
            return AlarmState.UNKNOWN
