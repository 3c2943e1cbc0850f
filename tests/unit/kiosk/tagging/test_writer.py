"""What the station's orders put on a tag, and what is answered when the tag will not have it."""

from dataclasses import dataclass

import pytest

from drivers.errors import (
    AlarmNotVerifiedError,
    DeviceLostError,
    LossReason,
    MemoryNotVerifiedError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Air
from drivers.rfid.tagdata.alarm import AlarmScheme
from drivers.rfid.tagdata.content import TagContent, TagFormat
from drivers.rfid.tagdata.detect import detect
from kiosk.tagging.words import Content, Fault, SecureTag, WriteTag
from kiosk.tagging.writer import TagWriter, WritingRules
from tests.support.pads import FakePad

UID = "E004010000000001"
BOOK = Content("TVX.000001", 2, 3)
LOST = DeviceLostError("pad", LossReason.UNPLUGGED)


@dataclass
class Slot:
    """Where the pad is, or is not."""

    current: FakePad | None


class PadThatFails(FakePad):
    """Fails at one kind of write and does the others."""

    def __init__(self, what: str, error: Exception) -> None:
        super().__init__({UID: 0})
        self.memory[UID] = bytes(112)
        self._what, self._error = what, error

    async def write_memory(self, uid: str, data: bytes) -> None:
        self._maybe("memory")
        await super().write_memory(uid, data)

    async def write_dsfid(self, uid: str, value: int) -> None:
        self._maybe("dsfid")
        await super().write_dsfid(uid, value)

    async def write_afi(self, uid: str, value: int) -> None:
        self._maybe("afi")
        await super().write_afi(uid, value)

    async def write_eas(self, uid: str, *, on: bool) -> None:
        self._maybe("eas")
        await super().write_eas(uid, on=on)

    def _maybe(self, what: str) -> None:
        if what == self._what:
            raise self._error


def writer(
    pad: FakePad | None, scheme: AlarmScheme | None = None, form: TagFormat = TagFormat.ISO_28560_3
) -> TagWriter:
    return TagWriter(Slot(pad), WritingRules("VN-QN01", form, scheme or AlarmScheme()))


def blank(size: int = 112) -> FakePad:
    pad = FakePad({UID: 0})
    pad.memory[UID] = bytes(range(1, size + 1))
    return pad


@pytest.mark.parametrize(("form", "dsfid"), [(TagFormat.ISO_28560_3, 0x3E), (TagFormat.ISO_28560_2, 0x06)])
async def test_an_hf_tag_gets_content_format_and_alarm_and_keeps_nothing_else(form: TagFormat, dsfid: int) -> None:
    pad = blank()
    answer = await writer(pad, AlarmScheme(eas=True), form).carry_out(WriteTag(UID, BOOK), Air.HF)
    found = detect(pad.memory[UID], dsfid)

    assert answer == UID
    assert isinstance(found, TagContent)
    assert (found.format, found.item_id, found.part, found.parts, found.owner) == (form, "TVX.000001", 2, 3, "VN-QN01")
    assert not any(pad.memory[UID][48:])
    assert (pad.dsfid[UID], pad.afi[UID], pad.eas[UID]) == (dsfid, 0x07, True)


async def test_a_tag_that_is_right_is_only_secured() -> None:
    pad = blank()
    before = pad.memory[UID]

    assert await writer(pad).carry_out(SecureTag(UID, BOOK), Air.HF) == UID
    assert (pad.memory[UID], pad.afi[UID]) == (before, 0x07)


async def test_a_uhf_tag_gets_content_and_alarm_together_and_goes_by_its_new_name() -> None:
    pad = FakePad({})
    pad.memory["E2"] = bytes(14)
    order = WriteTag("E2", Content("30000000000018", 2, 3))  # ISO 28560-4 has no room for a dot within a number
    answer = await writer(pad, AlarmScheme(eas=True)).carry_out(order, Air.UHF)
    written = pad.memory["E2"]
    found = detect(written, air=Air.UHF)

    assert answer == written[2:].hex().upper()
    assert isinstance(found, TagContent)
    assert (found.item_id, found.owner, found.part, found.parts) == ("30000000000018", "VN-QN01", 2, 3)
    assert written[1] == 0x07
    assert pad.eas == {answer: True}
    assert await writer(pad).carry_out(WriteTag("E2", BOOK), Air.UHF) is Fault.TOO_LONG


@pytest.mark.parametrize(
    ("what", "error", "fault"),
    [
        ("memory", TagLockedError(UID), Fault.LOCKED),
        ("memory", TagGoneError(UID), Fault.GONE),
        ("memory", TagUnreadableError(UID), Fault.GONE),
        ("memory", MemoryNotVerifiedError(UID), Fault.NOT_VERIFIED),
        ("memory", LOST, Fault.PAD_LOST),
        ("dsfid", TagGoneError(UID), Fault.GONE),
        ("afi", TagLockedError(UID), Fault.ALARM_LOCKED),
        ("afi", AlarmNotVerifiedError(UID, 7, 0), Fault.NOT_VERIFIED),
        ("afi", LOST, Fault.PAD_LOST),
        ("eas", TagUnsupportedError(UID), Fault.ALARM_LOCKED),
    ],
)
async def test_what_goes_wrong_is_told_by_what_is_to_be_done(what: str, error: Exception, fault: Fault) -> None:
    pad = PadThatFails(what, error)

    assert await writer(pad, AlarmScheme(eas=True)).carry_out(WriteTag(UID, BOOK), Air.HF) is fault


@pytest.mark.parametrize("error", [TagLockedError(UID), TagUnsupportedError(UID)])
async def test_a_format_mark_that_cannot_be_written_is_no_reason_to_throw_the_tag_away(error: Exception) -> None:
    pad = PadThatFails("dsfid", error)

    assert await writer(pad).carry_out(WriteTag(UID, BOOK), Air.HF) == UID
    assert pad.afi[UID] == 0x07


async def test_without_a_pad_nothing_is_written() -> None:
    assert await writer(None).carry_out(WriteTag(UID, BOOK), Air.HF) is Fault.PAD_LOST


@pytest.mark.parametrize(
    ("size", "content"), [(32, BOOK), (112, Content("TVX.0000010000000000000000000000000000000000000"))]
)
async def test_a_number_without_room_is_told_before_anything_is_written(size: int, content: Content) -> None:
    pad = blank(size)
    before = pad.memory[UID]

    assert await writer(pad).carry_out(WriteTag(UID, content), Air.HF) is Fault.TOO_LONG
    assert pad.memory[UID] == before
