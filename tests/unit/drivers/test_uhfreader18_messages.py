"""What the frames of UHFReader18 and 288 readers mean, published ones and ones that cannot be."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.uhfreader18_codec import Frame, Uhfreader18Codec
from drivers.rfid.uhfreader18_messages import (
    LAYOUTS,
    Access,
    Band,
    Command,
    Found,
    Information,
    Layout,
    MessageError,
    Sighting,
    Status,
    StatusError,
    UnaskedError,
    access_asked,
    information_reply,
    information_told,
    inventory,
    read,
    reply,
    tags_reply,
    tags_told,
    words_told,
    write,
    written_told,
)

VECTORS = json.loads((Path(__file__).parents[2] / "data/rfid/uhfreader18_frames.json").read_text())["frames"]
HEX = {vector["name"]: vector["hex"] for vector in VECTORS}
FIRST, SECOND = "000000000000000000000313", "000000000000000000000314"

layouts = st.sampled_from(Layout)
epcs = st.integers(1, 31).flatmap(lambda words: st.binary(min_size=2 * words, max_size=2 * words))
words_ = st.integers(1, 15).flatmap(lambda words: st.binary(min_size=2 * words, max_size=2 * words))
short_epcs = words_.map(lambda raw: raw.hex().upper())


def published(name: str) -> Frame:
    codec = Uhfreader18Codec()
    codec.receive_data(bytes.fromhex(HEX[name]))
    (frame,) = codec.messages()
    return frame


@pytest.mark.parametrize(
    ("name", "layout", "tags"),
    [
        ("inv 1 tag", Layout.R18, [(FIRST, None)]),
        ("inv 1 tag b", Layout.R18, [("49440000000000000A000334", None)]),
        ("inv 2 tags", Layout.R18, [(FIRST, None), (SECOND, None)]),
        ("288: inv 1 tag rssi", Layout.R288, [(FIRST, 0x6B)]),
        ("288: no tags", Layout.R288, []),
        ("288: inv 2 tags", Layout.R288, [(FIRST, 0x6B), (SECOND, 0x6C)]),
    ],
)
def test_a_captured_inventory_is_understood_and_said_again(
    name: str, layout: Layout, tags: list[tuple[str, int | None]]
) -> None:
    frame = published(name)
    found = tags_told(frame, layout)

    assert [(tag.epc, tag.strength) for tag in found.tags] == tags
    assert found.more is (frame.data[0] == Status.MORE)
    assert tags_reply(layout, found.tags, frame.data[0]) == frame


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("inv 1 tag", Layout.R288),
        ("inv 2 tags", Layout.R288),
        ("288: inv 1 tag rssi", Layout.R18),
        ("288: no tags", Layout.R18),
        ("288: inv 2 tags", Layout.R18),
    ],
)
def test_a_captured_inventory_of_the_other_family_is_never_misread(name: str, layout: Layout) -> None:
    with pytest.raises(MessageError):
        tags_told(published(name), layout)


def test_a_captured_reader_says_what_it_is() -> None:
    told = information_told(published("reader info"))

    assert told == Information("0.22", 0x0C, Band.EU, power_dbm=30, scan_time=10)
    assert LAYOUTS[told.kind] is Layout.R288


def test_a_captured_reader_without_a_tag_says_so_by_its_status() -> None:
    with pytest.raises(StatusError) as caught:
        words_told(Frame(Command.READ, published("no tag").data, 0), 1)

    assert caught.value.status == Status.NO_TAG
    assert tags_told(published("no tag"), Layout.R18) == Found((), more=False)


def test_the_published_question_is_asked() -> None:
    asked = Frame(inventory(Layout.R18, 5).command, b"", 10)

    assert Uhfreader18Codec.send(asked).hex() == HEX["inventory, reader 10"]


def test_the_288_family_is_told_slots_session_aerial_and_time() -> None:
    assert inventory(Layout.R288, 5).data.hex() == "040001000000008005"


@given(layouts, st.lists(epcs, max_size=4), st.sampled_from((1, 2, 3, 4)), st.integers(0, 255))
def test_tags_are_told_as_they_are(layout: Layout, found: list[bytes], status: int, strength: int) -> None:
    tags = tuple(Sighting(epc.hex().upper(), strength if layout is Layout.R288 else None) for epc in found)

    assert tags_told(tags_reply(layout, tags, status), layout) == Found(tags, more=status == Status.MORE)


@given(layouts, epcs, st.data())
def test_an_inventory_that_is_cut_or_too_long_is_no_answer(layout: Layout, epc: bytes, data: st.DataObject) -> None:
    whole = tags_reply(layout, (Sighting(epc.hex().upper(), 1),), Status.INVENTORY_DONE).data
    least = 2 if layout is Layout.R18 else 3
    cut = data.draw(st.integers(least, len(whole) - 1))

    for wrong in (whole[:cut], whole + b"\0"):
        with pytest.raises(MessageError):
            tags_told(Frame(Command.INVENTORY, wrong, 0), layout)


def test_an_inventory_without_a_number_of_tags_has_none() -> None:
    assert tags_told(reply(Command.INVENTORY, Status.INVENTORY_DONE), Layout.R18).tags == ()


@given(st.integers(0, 255), st.sampled_from(Band), st.integers(0, 30), st.integers(0, 255))
def test_what_a_reader_is_is_told_as_it_is(kind: int, band: Band, power: int, scan_time: int) -> None:
    told = Information("2.36", kind, band, power, scan_time)

    assert information_told(information_reply(told)) == told


@given(short_epcs, st.integers(0, 3), st.integers(0, 255), st.integers(0, 255), st.binary(min_size=4, max_size=4))
def test_a_read_is_understood_as_it_was_asked(epc: str, bank: int, first: int, words: int, password: bytes) -> None:
    asked = Access(epc, bank, first, words, password=password)

    assert access_asked(read(asked)) == asked


@given(short_epcs, st.integers(0, 3), st.integers(0, 255), words_)
def test_a_write_is_understood_as_it_was_asked(epc: str, bank: int, first: int, data: bytes) -> None:
    asked = Access(epc, bank, first, len(data) // 2, data)

    assert access_asked(write(asked)) == asked


def test_a_write_is_laid_out_as_the_manual_says() -> None:
    asked = write(Access("AABB", 1, 1, 1, b"\x31\xc2", b"\1\2\3\4"))

    assert (asked.command, asked.data.hex(" ")) == (0x03, "01 01 aa bb 01 01 31 c2 01 02 03 04")


def test_a_read_is_laid_out_as_the_manual_says() -> None:
    asked = read(Access("AABB", 1, 1, 7))

    assert (asked.command, asked.data.hex(" ")) == (0x02, "01 aa bb 01 01 07 00 00 00 00")


@pytest.mark.parametrize("data", ["", "10", "01aabb010107000000", "01aabb01010700000000ff"])
def test_a_read_that_cannot_be_is_refused(data: str) -> None:
    with pytest.raises(MessageError):
        access_asked(Frame(Command.READ, bytes.fromhex(data)))


@pytest.mark.parametrize("data", ["", "01", "0101aabb010131c2000000", "0201aabb010131c200000000"])
def test_a_write_that_cannot_be_is_refused(data: str) -> None:
    with pytest.raises(MessageError):
        access_asked(Frame(Command.WRITE, bytes.fromhex(data)))


def test_words_are_told_and_no_others() -> None:
    answer = reply(Command.READ, Status.DONE, b"\x31\x07")

    assert words_told(answer, 1) == b"\x31\x07"
    with pytest.raises(MessageError):
        words_told(answer, 2)


def test_a_write_is_done_when_the_reader_says_so_and_nothing_else() -> None:
    written_told(reply(Command.WRITE, Status.DONE))
    with pytest.raises(MessageError):
        written_told(reply(Command.WRITE, Status.DONE, b"\0"))


@pytest.mark.parametrize(
    ("answer", "status", "tag"),
    [
        (reply(Command.WRITE, Status.TAG_ERROR, b"\4"), Status.TAG_ERROR, 4),
        (reply(Command.WRITE, Status.TAG_ERROR), Status.TAG_ERROR, None),
        (reply(Command.WRITE, Status.WRONG_PASSWORD), Status.WRONG_PASSWORD, None),
        (reply(Command.UNKNOWN, Status.ILLEGAL), Status.ILLEGAL, None),
    ],
)
def test_a_refusal_says_why(answer: Frame, status: int, tag: int | None) -> None:
    with pytest.raises(StatusError) as caught:
        written_told(answer)

    assert (caught.value.status, caught.value.tag) == (status, tag)


@pytest.mark.parametrize("answer", [Frame(Command.READ, b"\0", 0), Frame(Command.WRITE, b"", 0)])
def test_an_answer_to_another_question_or_to_none_is_no_answer(answer: Frame) -> None:
    with pytest.raises(MessageError):
        written_told(answer)


def test_a_reader_that_speaks_of_itself_is_told_apart() -> None:
    with pytest.raises(UnaskedError):
        tags_told(Frame(Command.UNASKED, b"\0" + bytes(12), 0), Layout.R18)


def test_a_reader_that_says_too_little_of_itself_is_not_understood() -> None:
    with pytest.raises(MessageError):
        information_told(reply(Command.INFORMATION, Status.DONE, bytes(7)))


@given(st.builds(Frame, st.sampled_from(Command), st.binary(max_size=80)))
def test_any_frame_is_understood_or_refused_by_an_error_of_ours(frame: Frame) -> None:
    for tell in (
        information_told,
        lambda told: tags_told(told, Layout.R18),
        lambda told: tags_told(told, Layout.R288),
        lambda told: words_told(told, 7),
        written_told,
        access_asked,
    ):
        with suppress(MessageError, StatusError, UnaskedError):
            tell(frame)
