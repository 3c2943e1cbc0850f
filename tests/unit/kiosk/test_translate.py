"""Readings into the session's words: what every label and every tag is taken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcode.base import ScanReading
from drivers.rfid.base import PadReading, TagReading
from drivers.rfid.tagdata import iso28560_3
from drivers.rfid.tagdata.content import TagContent, TagFormat, Usage
from kiosk.config import TagsSection
from kiosk.devices.translate import pad_event, scan_event
from kiosk.session.events import CardPresented, Event, ItemScanned, LabelRejected
from kiosk.session.values import AlarmState, ItemId, LabelFault, PadItem, PadOddity, PatronId, TagUid, VisitId
from library.lending.patterns import NumberPatterns

PATTERNS = NumberPatterns()
TAGS = TagsSection(owners=("VN-QN01", "VN-OLD"))
UID = "E004010031269117"


def scanned(text: str) -> Event:
    return scan_event(ScanReading(text, 0), PATTERNS, lambda: VisitId("fresh"))


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
    pad = pad_event(PadReading((TagReading(UID, memory, afi, 0x3E),), 0), TAGS, PATTERNS).pad
    return pad.items, tuple(oddity for _, oddity in pad.oddities)


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
        ("9786041234567", LabelRejected(LabelFault.UNKNOWN_PATTERN)),
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
