"""Readings into the session's words: what every label and every tag is taken for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcode.base import ScanReading
from drivers.card.base import CardReading
from drivers.card.card_number import CardForm, CardNumberRule
from drivers.gpio.base import Signal, SignalReading
from drivers.rfid.base import PadReading, TagReading
from drivers.rfid.tagdata import iso28560_3
from drivers.rfid.tagdata.content import TagContent, TagFormat, Usage
from kiosk.config import OwnerSection, TagsSection
from kiosk.devices.translate import card_event, pad_event, scan_event, signal_event
from kiosk.session.events import CardPresented, Event, ItemScanned, LabelRejected, NumberRead, SlotPassed
from kiosk.session.search_events import IsbnScanned
from kiosk.session.staff_events import ServiceKeyTurned
from kiosk.session.values import (
    AlarmState,
    Candidate,
    IncompleteSet,
    ItemId,
    LabelFault,
    Pad,
    PadItem,
    PadNumber,
    PadOddity,
    PatronId,
    TagUid,
    VisitId,
)
from library.lending.patterns import NumberPatterns

PATTERNS = NumberPatterns()
TODAY = date(2026, 11, 22)
TAGS = TagsSection(owners=("VN-QN01", "VN-OLD"))
UID = "E004010031269117"


def scanned(text: str, tags: TagsSection = TAGS, patterns: NumberPatterns = PATTERNS) -> Event:
    return scan_event(ScanReading(text, 0), tags, patterns, TODAY, lambda: VisitId("fresh"))


def content(**changes: object) -> TagContent:
    values: dict[str, object] = {
        "format": TagFormat.ISO_28560_3,
        "item_id": "TVX.000123",
        "country": "VN",
        "library": "QN01",
        **changes,
    }
    return TagContent(**values)  # type: ignore[arg-type]  # the tests name real fields


def laid(memory: bytes | None, afi: int | None = 0x07) -> tuple[tuple[PadItem, ...], tuple[PadOddity, ...]]:
    pad = pad_event(PadReading((TagReading(UID, memory, afi, 0x3E),), 0), TAGS, PATTERNS, TODAY).pad
    return pad.items, tuple(oddity for _, oddity in pad.oddities)


def pile(
    *contents: TagContent, tags: TagsSection = TAGS, patterns: NumberPatterns = PATTERNS, afis: Sequence[int] = ()
) -> Pad:
    """Lay tags with these contents; the n-th has UID ``uid(n)``."""
    found = tuple(
        TagReading(uid(number), iso28560_3.encode(each), afi, 0x3E, first_seen=float(number))
        for number, (each, afi) in enumerate(zip_longest(contents, afis, fillvalue=0x07))
        if isinstance(each, TagContent)
    )
    return pad_event(PadReading(found, 0), tags, patterns, TODAY).pad


def uid(number: int) -> TagUid:
    return TagUid(f"E0040150{number:08X}")


def part(number: int, parts: int, **changes: object) -> TagContent:
    return content(part=number, parts=parts, **changes)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("29101000000018", CardPresented(VisitId("fresh"), PatronId("29101000000018"))),
        ("  29101000000018 ", CardPresented(VisitId("fresh"), PatronId("29101000000018"))),
        ("TVX.000123", ItemScanned(ItemId("TVX.000123"))),
        ("", LabelRejected(LabelFault.EMPTY)),
        ("   ", LabelRejected(LabelFault.EMPTY)),
        ("TVX.000\x1b123", LabelRejected(LabelFault.CONTROL_CHARACTERS)),
        ("TVX.000123\r", LabelRejected(LabelFault.CONTROL_CHARACTERS)),
        ("TVX.000123|AA1", LabelRejected(LabelFault.CONTROL_CHARACTERS)),
        ("9786041234567", IsbnScanned("9786041234567")),
        ("9786041234568", LabelRejected(LabelFault.UNKNOWN_PATTERN)),
        ("4006381333931", LabelRejected(LabelFault.UNKNOWN_PATTERN)),
        ("x" * 5000, LabelRejected(LabelFault.UNKNOWN_PATTERN)),
    ],
)
def test_a_scanned_label_is_a_card_an_item_or_nothing(text: str, event: Event) -> None:
    assert scanned(text) == event


@given(st.text())
def test_no_label_breaks_the_kiosk_or_carries_what_sip2_cannot(text: str) -> None:
    match scanned(text):
        case CardPresented(patron_id=PatronId(number)) | ItemScanned(ItemId(number)):
            assert number.isprintable()
            assert "|" not in number
        case other:
            assert isinstance(other, LabelRejected)


def test_a_tag_of_ours_is_an_item_with_its_alarm() -> None:
    memory = iso28560_3.encode(content())

    assert laid(memory, 0x07)[0] == (PadItem(TagUid(UID), ItemId("TVX.000123"), AlarmState.SECURED),)
    assert laid(memory, 0xC2)[0] == (PadItem(TagUid(UID), ItemId("TVX.000123"), AlarmState.ON_LOAN),)
    assert laid(memory, 0x00)[0] == (PadItem(TagUid(UID), ItemId("TVX.000123"), AlarmState.UNKNOWN),)
    assert laid(memory, None)[0] == (PadItem(TagUid(UID), ItemId("TVX.000123"), AlarmState.UNKNOWN),)


@pytest.mark.parametrize(
    ("memory", "oddity"),
    [
        (None, PadOddity.UNREADABLE),
        (bytes(112), PadOddity.BLANK),
        (b"\x11\x01\x01" + b"\xff" * 109, PadOddity.UNREADABLE),
        (iso28560_3.encode(content(library="QN02")), PadOddity.FOREIGN),
        (iso28560_3.encode(content(country="DK")), PadOddity.FOREIGN),
        (iso28560_3.encode(content(usage=Usage.PATRON_CARD, item_id="29101000000018")), PadOddity.PATRON_CARD),
        (iso28560_3.encode(content(item_id="29101000000018")), PadOddity.PATRON_CARD),
        (iso28560_3.encode(content(item_id="something")), PadOddity.FOREIGN),
        (iso28560_3.encode(content(part=1, parts=2)), PadOddity.INCOMPLETE_SET),
    ],
)
def test_a_tag_that_cannot_be_lent_is_named_with_its_reason(memory: bytes | None, oddity: PadOddity) -> None:
    assert laid(memory) == ((), (oddity,))


def test_a_former_owner_of_ours_is_ours() -> None:
    assert laid(iso28560_3.encode(content(library="OLD")))[0]


@given(st.binary(max_size=128))
def test_no_memory_of_a_tag_breaks_the_kiosk(memory: bytes) -> None:
    items, oddities = laid(memory)

    assert len(items) + len(oddities) == 1


def test_all_parts_of_a_set_are_one_item_with_every_tag() -> None:
    pad = pile(part(2, 3), part(1, 3), part(3, 3))
    (item,) = pad.items

    assert item.tags == (uid(0), uid(1), uid(2))
    assert (item.item_id, item.alarm, item.first_seen) == (ItemId("TVX.000123"), AlarmState.SECURED, 2.0)
    assert (pad.oddities, pad.incomplete) == ((), ())


def test_a_set_is_on_loan_only_when_every_part_says_so() -> None:
    pad = pile(part(1, 2), part(2, 2), afis=(0xC2, 0x07))

    assert pad.items[0].alarm is AlarmState.UNKNOWN


def test_the_missing_parts_of_a_set_are_named() -> None:
    pad = pile(part(3, 4), part(1, 4))

    assert pad.items == ()
    assert pad.oddities == ((uid(0), PadOddity.INCOMPLETE_SET),)
    assert [replace(each, rest=None) for each in pad.incomplete] == [IncompleteSet(uid(0), (2, 4), 4)]


def test_what_lies_there_of_a_set_is_told_with_all_its_tags() -> None:
    pad = pile(part(3, 4), part(1, 4))

    rest = pad.incomplete[0].rest
    assert rest is not None
    assert (rest.candidates[0].item_id, {rest.tag_uid, *rest.other_tags}) == (
        pile(part(1, 1)).items[0].item_id,
        {uid(0), uid(1)},
    )


def test_a_set_whose_tags_contradict_each_other_is_no_item() -> None:
    pad = pile(part(1, 2), part(1, 2), part(2, 2))

    assert pad.items == ()
    assert [replace(each, rest=None) for each in pad.incomplete] == [IncompleteSet(uid(0), (), 2)]


def test_two_tags_with_one_number_that_are_no_set_are_two_tags() -> None:
    pad = pile(content(), content())

    assert [item.tag_uid for item in pad.items] == [uid(0), uid(1)]


NETWORK = TagsSection(
    owners=(
        "VN-QN01",
        OwnerSection(isil="VN-QN02", item_prefix="TVY."),
        OwnerSection(isil="VN-OLD", until=date(2026, 11, 21)),
        OwnerSection(isil="VN-NEW", since=date(2026, 11, 23)),
    )
)


def test_an_item_of_another_member_goes_by_the_number_that_the_library_system_knows() -> None:
    pad = pile(content(item_id="000123", library="QN02"), tags=NETWORK)

    assert [item.item_id for item in pad.items] == [ItemId("TVY.000123")]


@pytest.mark.parametrize("library", ["OLD", "NEW"])
def test_a_library_is_of_the_network_only_in_its_time(library: str) -> None:
    pad = pile(content(library=library), tags=NETWORK)

    assert pad.oddities == ((uid(0), PadOddity.FOREIGN),)


def test_items_of_two_libraries_under_one_number_are_never_guessed_at() -> None:
    both = TagsSection(owners=("VN-QN01", "VN-QN02"))
    pad = pile(content(), content(library="QN02"), content(item_id="TVX.000124"), tags=both)

    assert [item.item_id for item in pad.items] == [ItemId("TVX.000124")]
    assert pad.oddities == ((uid(0), PadOddity.TWO_OWNERS), (uid(1), PadOddity.TWO_OWNERS))


@pytest.mark.parametrize(
    ("reading", "event"),
    [
        (CardReading(b"\x67\x00\x3b\x51\xc6", "", 0), CardPresented(VisitId("fresh"), PatronId("00000003887558"))),
        (CardReading(b"\x04\x11\x22\x33\x44\x55\x66", "", 0), LabelRejected(LabelFault.UNKNOWN_CARD)),
        (CardReading(b"\x08\x01\x02\x03", "", 0, random_uid=True), LabelRejected(LabelFault.RANDOM_CARD)),
        (CardReading(b"", "29101000000018", 0), LabelRejected(LabelFault.UNKNOWN_CARD)),
    ],
)
def test_a_card_on_the_card_reader_is_its_patrons_or_nothing(reading: CardReading, event: Event) -> None:
    patterns = NumberPatterns(cards=("0000000[0-9]{7}",))
    rule = CardNumberRule(CardForm.DECIMAL, last_bytes=4, digits=14)

    assert card_event(reading, rule, patterns, lambda: VisitId("fresh")) == event


ONE_NUMBER = TagsSection(
    owners=(
        "",
        OwnerSection(isil="VN-QN01", item_prefix="A-", name="Thư viện tỉnh"),
        OwnerSection(isil="VN-QN02", item_prefix="B-"),
        OwnerSection(isil="VN-FORMER", item_prefix="A-", former=True),
        OwnerSection(isil="VN-GONE", item_prefix="C-", until=date(2026, 11, 21)),
    )
)
LETTERED = NumberPatterns.model_validate({"cards": ["[0-9]{8}", "A-9+"], "items": ["[A-Z]-[0-9]{3,6}", "X[0-9]+"]})
THREES = NumberPatterns.model_validate({"items": ["3+"]})
QN01 = Candidate(ItemId("A-000123"), "VN-QN01", "Thư viện tỉnh")
QN02 = Candidate(ItemId("B-000123"), "VN-QN02")


@pytest.mark.parametrize(
    ("text", "event"),
    [
        (" 000123 ", NumberRead((QN01, QN02))),
        ("A-000123", ItemScanned(ItemId("A-000123"))),
        ("X1", ItemScanned(ItemId("X1"))),
        ("999", ItemScanned(ItemId("B-999"))),
        ("12345678", CardPresented(VisitId("fresh"), PatronId("12345678"))),
        ("12", LabelRejected(LabelFault.UNKNOWN_PATTERN)),
    ],
)
def test_a_label_without_a_library_may_be_of_each_that_makes_an_item_of_its_number(text: str, event: Event) -> None:
    assert scanned(text, ONE_NUMBER, LETTERED) == event


def test_where_no_prefix_makes_a_number_it_is_what_it_says_itself() -> None:
    only = TagsSection(owners=(OwnerSection(isil="VN-QN02", item_prefix="B-"),))

    assert scanned("TVX.000123", only) == ItemScanned(ItemId("TVX.000123"))


def test_a_number_that_is_known_by_itself_too_is_no_librarys_last() -> None:
    found = scanned("3", TagsSection(owners=("", OwnerSection(isil="VN-QN02", item_prefix="3"))), THREES)

    assert found == NumberRead((Candidate(ItemId("33"), "VN-QN02"), Candidate(ItemId("3"), "")))


def nameless(*numbers: str) -> Pad:
    tags = (content(item_id=number, country="", library="") for number in numbers)
    return pile(*tags, tags=ONE_NUMBER, patterns=LETTERED)


def test_a_tag_without_a_library_may_be_of_each_that_makes_an_item_of_its_number() -> None:
    pad = nameless("000123", "X1", "12", "12345678")

    assert pad.numbers == (PadNumber(uid(0), (QN01, QN02), AlarmState.SECURED),)
    assert [item.item_id for item in pad.items] == [ItemId("X1")]
    assert pad.oddities == ((uid(2), PadOddity.FOREIGN), (uid(3), PadOddity.PATRON_CARD))


def test_a_tag_that_names_its_library_is_asked_about_by_nobody() -> None:
    named = pile(content(item_id="000123", library="QN02"), tags=ONE_NUMBER, patterns=LETTERED)

    assert ([item.item_id for item in named.items], named.numbers) == ([ItemId("B-000123")], ())


def test_a_set_without_a_library_is_one_number() -> None:
    tags = [content(item_id="000123", country="", library="", part=number, parts=2) for number in (1, 2)]
    (number,) = pile(*tags, tags=ONE_NUMBER, patterns=LETTERED).numbers

    assert (number.candidates, number.tag_uid, number.other_tags) == ((QN01, QN02), uid(0), (uid(1),))


def test_the_return_slot_and_the_service_key_tell_once_and_other_signals_tell_the_session_nothing() -> None:
    told = {
        (signal, active): signal_event(SignalReading(signal, active=active, received_ns=1))
        for signal in Signal
        for active in (True, False)
    }

    assert {key for key, event in told.items() if event is not None} == {
        (Signal.RETURN_SLOT, True),
        (Signal.SERVICE_KEY, True),
    }
    assert told[Signal.RETURN_SLOT, True] == SlotPassed()
    assert told[Signal.SERVICE_KEY, True] == ServiceKeyTurned()
