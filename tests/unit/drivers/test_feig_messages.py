"""What the frames of a FEIG OBID reader mean, at both ends, and which are no answers at all."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.feig_codec import FeigCodec, Frame
from drivers.rfid.feig_messages import (
    ASK_VERSION,
    FIND_BAUD_RATE,
    RESET_FIELD,
    Blocks,
    Command,
    Inventory,
    MessageError,
    Mode,
    Sighting,
    Status,
    StatusError,
    TagCommand,
    TagRequest,
    TransparentMode,
    TransparentRequest,
    blocks_reply,
    blocks_told,
    done_told,
    information_reply,
    information_told,
    inventory_reply,
    inventory_request,
    read_request,
    reply,
    reversed_in_blocks,
    tag_asked,
    tag_request,
    tags_told,
    transparent_asked,
    transparent_request,
    transparent_told,
    version_reply,
    version_told,
    write_request,
)
from drivers.rfid.iso15693_codec import SystemInformation

FRAMES = {
    vector["name"]: vector["hex"]
    for vector in json.loads((Path(__file__).parents[2] / "data/rfid/feig_frames.json").read_text())["frames"]
}
UID = "E00401001159139F"

bytes_8 = st.binary(min_size=8, max_size=8)
uids = bytes_8.map(lambda raw: raw.hex().upper())
octets = st.integers(0, 255)


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("inventory", inventory_request()),
        ("inventory, more data", inventory_request(Mode.MORE)),
        ("baud rate detection", FIND_BAUD_RATE),
        ("get software version", ASK_VERSION),
        ("RF reset", RESET_FIELD),
        ("RF on antenna 1", Frame(Command.SWITCH_FIELD, b"\1")),
        ("RF off", Frame(Command.SWITCH_FIELD, b"\0")),
        ("get system info", tag_request(TagRequest(TagCommand.SYSTEM_INFORMATION, UID))),
        ("read 8 blocks", read_request(UID, 0, 8)),
        ("write AFI C2", tag_request(TagRequest(TagCommand.WRITE_AFI, UID, b"\xc2"))),
        ("write AFI 07", tag_request(TagRequest(TagCommand.WRITE_AFI, UID, b"\x07"))),
        ("write one block", write_request(UID, 0, bytes.fromhex("31010111"))),
    ],
)
def test_a_question_is_that_of_the_manual_byte_for_byte(name: str, frame: Frame) -> None:
    assert FeigCodec.send(frame).hex() == FRAMES[name]


def test_an_inventory_in_an_advanced_frame_is_that_of_a_librarys_program() -> None:
    frame = Frame(Command.ISO, b"\x01\x00", advanced=True)

    assert FeigCodec.send(frame).hex() == FRAMES["advanced frame inventory (TCP 10001)"]


def test_the_captured_answer_names_its_tag() -> None:
    codec = FeigCodec()
    codec.receive_data(bytes.fromhex(FRAMES["inventory reply 1 tag E0040150A05F02B7"]))

    assert tags_told(next(codec.messages())) == Inventory((Sighting("E0040150A05F02B7", 0),))


@given(st.lists(st.builds(Sighting, uids, octets), max_size=24), st.booleans())
def test_what_an_inventory_found_is_told(found: list[Sighting], more: bool) -> None:  # noqa: FBT001 - drawn by lots
    assert tags_told(inventory_reply(found, more=more)) == Inventory(tuple(found), more and bool(found))


def test_tags_of_another_kind_are_passed_over() -> None:
    card = bytes.fromhex("040800" + "04a1b2c3d4e5f6")
    tag = bytes.fromhex("033e" + UID)

    assert tags_told(reply(Command.ISO, data=b"\x02" + card + tag)).tags == (Sighting(UID, 0x3E),)


def test_an_inventory_that_was_not_finished_tells_what_it_found() -> None:
    unfinished = reply(Command.ISO, Status.AIR_ERROR, b"\x01\x03\x3e" + bytes.fromhex(UID))

    assert tags_told(unfinished) == Inventory((Sighting(UID, 0x3E),))


@given(st.integers(1, 16), st.integers(1, 8), st.data())
def test_blocks_are_told_in_the_order_of_the_air(count: int, size: int, data: st.DataObject) -> None:
    memory = data.draw(st.binary(min_size=count * size, max_size=count * size))
    locks = data.draw(st.binary(min_size=count, max_size=count))
    blocks = Blocks(memory, size, locks)

    assert blocks_told(blocks_reply(blocks), count) == blocks


def test_blocks_stand_on_the_wire_turned_round() -> None:
    assert blocks_reply(Blocks(b"1234abcd", 4, b"\0\1")).data == b"\0" + b"\x02\x04" + b"\x004321" + b"\x01dcba"
    assert write_request(UID, 3, b"1234abcd").data[10:] == b"\x03\x02\x04" + b"4321" + b"dcba"
    assert reversed_in_blocks(b"1234abcd") == b"4321dcba"


def test_block_locks_are_asked_for() -> None:
    assert read_request(UID, 0, 1, locks=True).data[1] == Mode.ADDRESSED | Mode.LOCKS


@given(uids, octets, octets, st.integers(1, 32), st.integers(1, 256), octets)
def test_what_a_tag_says_of_itself_is_told(  # noqa: PLR0913, PLR0917 - as many as it says
    uid: str, dsfid: int, afi: int, size: int, blocks: int, chip: int
) -> None:
    info = SystemInformation(uid, dsfid, afi, size, blocks, chip)
    known = info if (size, blocks) != (1, 1) else SystemInformation(uid, dsfid, afi, ic=chip)

    assert information_told(information_reply(info), uid) == known


def test_what_a_tag_does_not_say_is_nought() -> None:
    info = information_told(information_reply(SystemInformation(UID)), UID)

    assert info == SystemInformation(UID, 0, 0, ic=0)


@given(
    st.builds(
        TagRequest,
        st.sampled_from(TagCommand).filter(lambda command: command != TagCommand.INVENTORY),
        st.none() | uids,
        st.binary(max_size=20),
        st.sampled_from((Mode.ANY_TAG, Mode.LOCKS)),
    )
)
def test_what_is_asked_of_a_tag_is_understood(asked: TagRequest) -> None:
    assert tag_asked(tag_request(asked)) == asked


def test_a_mode_of_an_inventory_is_no_address() -> None:
    assert tag_asked(inventory_request(Mode.ADDRESSED)) == TagRequest(TagCommand.INVENTORY, None, b"", Mode.ADDRESSED)


@given(
    st.builds(
        TransparentRequest, st.sampled_from(TransparentMode), st.integers(0, 65535), st.binary(min_size=1, max_size=20)
    )
)
def test_what_is_handed_through_is_understood(asked: TransparentRequest) -> None:
    assert transparent_asked(transparent_request(asked)) == asked


def test_an_eas_bit_is_set_through_the_air_as_the_manuals_have_it() -> None:
    asked = TransparentRequest(TransparentMode.WRITE, 24, bytes.fromhex("22a204") + bytes.fromhex(UID)[::-1])

    assert transparent_request(asked).data.hex() == "0200180000" + "22a204" + "9f135911000104e0"


def test_an_answer_from_the_air_loses_its_checksum() -> None:
    assert transparent_told(reply(Command.TRANSPARENT, data=b"\0abXY")) == b"\0ab"


def test_a_reader_tells_its_type_and_firmware() -> None:
    assert version_told(version_reply(bytes((0x02, 0x10)), 0x21)) == "type 21, firmware 2.10"


UNDERSTAND: dict[str, tuple[Command, Callable[[Frame], object]]] = {
    "version": (Command.VERSION, version_told),
    "inventory": (Command.ISO, tags_told),
    "blocks": (Command.ISO, lambda frame: blocks_told(frame, 2)),
    "information": (Command.ISO, lambda frame: information_told(frame, UID)),
    "done": (Command.ISO, lambda frame: done_told(frame, Command.ISO)),
    "transparent": (Command.TRANSPARENT, transparent_told),
}


@pytest.mark.parametrize("kind", UNDERSTAND)
@pytest.mark.parametrize("status", sorted(set(Status) - {Status.OK, Status.AIR_WARNING, Status.HARDWARE_WARNING}))
def test_a_status_that_says_no_is_raised(kind: str, status: Status) -> None:
    command, understand = UNDERSTAND[kind]
    if kind == "inventory" and status in (Status.NO_TAG, Status.MORE_DATA, Status.AIR_ERROR):
        assert understand(reply(command, status, b"\0")) == Inventory(more=status == Status.MORE_DATA)
        return
    with pytest.raises(StatusError) as caught:
        understand(reply(command, status, b"\x10\x07"))

    fault = 0x10 if status == Status.TAG_ERROR else None
    assert (caught.value.command, caught.value.status, caught.value.fault) == (command, status, fault)


def test_a_tag_error_without_its_code_is_one_too() -> None:
    with pytest.raises(StatusError) as caught:
        done_told(reply(Command.ISO, Status.TAG_ERROR), Command.ISO)

    assert caught.value.fault is None


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("version", "00030000"),
        ("inventory", "00"),
        ("inventory", "0002033ee00401001159139f"),
        ("blocks", "0002"),
        ("blocks", "000104" + "0031323334"),
        ("blocks", "000200" + "0000"),
        ("blocks", "000204" + "0031323334" + "00313233"),
        ("information", "003ee004010011591300" + "0703" + "1b01"),
        ("information", "003ee00401001159139f" + "07031b"),
        ("done", "0001"),
        ("transparent", "000001"),
    ],
)
def test_an_answer_that_cannot_be_one_is_refused(kind: str, data: str) -> None:
    command, understand = UNDERSTAND[kind]
    with pytest.raises(MessageError) as caught:
        understand(Frame(command, bytes.fromhex(data)))

    assert caught.value.command == command


@pytest.mark.parametrize("kind", UNDERSTAND)
@pytest.mark.parametrize("frame", [Frame(0x22, b"\0\0\0\0"), Frame(0xB0), Frame(0x65), Frame(0xBF)], ids=repr)
def test_an_answer_to_something_else_or_an_empty_one_is_refused(kind: str, frame: Frame) -> None:
    with pytest.raises(MessageError):
        UNDERSTAND[kind][1](frame)


@pytest.mark.parametrize(
    ("ask", "frame"),
    [
        (tag_asked, Frame(Command.VERSION)),
        (tag_asked, Frame(Command.ISO, b"\x23")),
        (tag_asked, Frame(Command.ISO, b"\x23\x01\xe0\x04")),
        (transparent_asked, Frame(Command.ISO, bytes(9))),
        (transparent_asked, Frame(Command.TRANSPARENT, bytes(5))),
    ],
)
def test_a_question_that_cannot_be_one_is_refused(ask: Callable[[Frame], object], frame: Frame) -> None:
    with pytest.raises(MessageError):
        ask(frame)


@given(octets, st.binary(max_size=80))
def test_any_frame_at_all_is_told_or_refused(command: int, data: bytes) -> None:
    understand = [told for _, told in UNDERSTAND.values()]
    for tell in (*understand, tag_asked, transparent_asked):
        try:
            tell(Frame(command, data))
        except (MessageError, StatusError):
            continue


def test_nothing_shows_what_stands_on_a_tag() -> None:
    shown = repr((Blocks(b"2050", 4, b"\0"), TagRequest(0x24, UID, b"2050"), TransparentRequest(1, 8, b"2050")))

    assert "2050" not in shown
