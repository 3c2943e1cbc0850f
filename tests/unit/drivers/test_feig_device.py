"""The emulated FEIG OBID reader answers as a real one, whoever asks what."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.device import Order, OrderError
from drivers.rfid.feig_codec import Frame
from drivers.rfid.feig_messages import (
    ASK_VERSION,
    FIND_BAUD_RATE,
    RESET_FIELD,
    Command,
    Mode,
    Status,
    TagCommand,
    TagRequest,
    TransparentMode,
    TransparentRequest,
    information_told,
    inventory_request,
    tag_request,
    tags_told,
    transparent_request,
    version_told,
    write_request,
)
from drivers.rfid.iso15693_codec import AirCommand, AirRequest, request_bytes
from tests.support.feig_asked import OTHER, UID, answers, ask, found, misbehave, reader, tag, through, told


def test_the_captured_answer_is_given_again_byte_for_byte() -> None:
    (answer,) = reader({"uid": UID}).received(bytes.fromhex("07ffb001001c56"))

    assert answer.data.hex() == "1100b000010300e0040150a05f02b7d7be"


def test_it_answers_in_the_kind_of_frame_in_which_it_is_asked() -> None:
    device = reader({"uid": UID})
    advanced = Frame(Command.ISO, b"\x01\x00", advanced=True)

    assert [ask(device, frame).advanced for frame in (inventory_request(), advanced)] == [False, True]


def test_it_tells_its_version_and_takes_what_concerns_no_tag() -> None:
    device = reader()

    assert version_told(ask(device, ASK_VERSION)) == "type 21, firmware 3.00"
    assert [ask(device, frame).data for frame in (FIND_BAUD_RATE, RESET_FIELD, Frame(Command.SWITCH_FIELD, b"\1"))] == [
        b"\0"
    ] * 3


def test_only_the_reader_that_is_meant_answers() -> None:
    device = reader()
    misbehave(device, "address", number=7)

    assert [len(answers(device, Frame(Command.VERSION, address=address))) for address in (7, 0, 255)] == [1, 0, 1]
    assert ask(device, ASK_VERSION).address == 7


def test_an_empty_field_is_no_tag_and_so_is_one_that_is_off() -> None:
    device = reader()

    assert ask(device, inventory_request()).data == bytes((Status.NO_TAG,))

    device.do({"do": "lay", "tags": [{"uid": UID}]})
    ask(device, Frame(Command.SWITCH_FIELD, b"\0"))

    assert (found(device), told(device, TagCommand.SYSTEM_INFORMATION)) == ([], "01:")
    assert ask(device, through(AirRequest(AirCommand.SYSTEM_INFORMATION, UID), 8)).data[0] == Status.NO_TAG

    ask(device, Frame(Command.SWITCH_FIELD, b"\1"))

    assert found(device) == [UID]


def test_memory_is_written_read_and_locked_by_blocks_turned_round() -> None:
    device = reader({"uid": UID, "memory": "", "size": 16})

    assert ask(device, write_request(UID, 0, b"1234abcd")).data == b"\0"
    assert tag(device)["memory"][:16] == b"1234abcd".hex()
    assert told(device, TagCommand.LOCK_BLOCKS, "0101") == "00:"
    assert told(device, TagCommand.LOCK_BLOCKS, "0002") == "95:1201"
    assert told(device, TagCommand.WRITE_BLOCKS, "01010431323334") == "95:1201"
    assert told(device, TagCommand.LOCK_STATUS, "0003") == "00:03010100"
    assert told(device, TagCommand.READ_BLOCKS, "0002", mode=Mode.LOCKS) == "00:0204" + "0134333231" + "0164636261"
    assert told(device, TagCommand.READ_BLOCKS, "0002") == "00:0204" + "0034333231" + "0064636261"


@pytest.mark.parametrize(
    ("command", "data", "answer"),
    [
        (TagCommand.READ_BLOCKS, "0005", "95:10"),
        (TagCommand.READ_BLOCKS, "0000", "11:"),
        (TagCommand.READ_BLOCKS, "0021", "11:"),
        (TagCommand.READ_BLOCKS, "00", "81:"),
        (TagCommand.WRITE_BLOCKS, "0001", "81:"),
        (TagCommand.WRITE_BLOCKS, "00010431323334" + "35", "81:"),
        (TagCommand.WRITE_BLOCKS, "000108" + "3132333435363738", "11:"),
        (TagCommand.WRITE_BLOCKS, "04010431323334", "95:1004"),
        (TagCommand.LOCK_BLOCKS, "0401", "95:1004"),
        (TagCommand.LOCK_STATUS, "0005", "95:10"),
        (TagCommand.WRITE_AFI, "", "81:"),
        (TagCommand.WRITE_DSFID, "0102", "81:"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_status(command: TagCommand, data: str, answer: str) -> None:
    assert told(reader({"uid": UID, "memory": "", "size": 16}), command, data) == answer


def test_a_tag_that_does_not_lie_there_is_no_tag() -> None:
    assert told(reader(), TagCommand.SYSTEM_INFORMATION) == "01:"


def test_afi_and_dsfid_are_written_until_they_are_locked() -> None:
    device = reader({"uid": UID, "afi": 7, "dsfid": 0x3E})
    steps = [
        (TagCommand.WRITE_AFI, "c2", "00:"),
        (TagCommand.LOCK_AFI, "", "00:"),
        (TagCommand.WRITE_AFI, "07", "95:12"),
        (TagCommand.WRITE_DSFID, "06", "00:"),
        (TagCommand.LOCK_DSFID, "", "00:"),
        (TagCommand.WRITE_DSFID, "3e", "95:12"),
    ]

    assert [told(device, command, data) for command, data, _ in steps] == [expected for _, _, expected in steps]
    info = information_told(ask(device, tag_request(TagRequest(TagCommand.SYSTEM_INFORMATION, UID))), UID)
    assert (info.afi, info.dsfid, info.block_bytes, info.blocks) == (0xC2, 6, 4, 28)


def test_one_tag_needs_no_name_and_of_two_one_is_selected() -> None:
    device = reader({"uid": UID, "afi": 7})

    assert told(device, TagCommand.WRITE_AFI, "01", uid=None) == "00:"

    device.do({"do": "lay", "tags": [{"uid": OTHER}]})

    assert told(device, TagCommand.WRITE_AFI, "02", uid=None) == "0b:"
    assert told(device, TagCommand.SELECT, uid=OTHER) == "00:"
    assert told(device, TagCommand.WRITE_AFI, "03", uid=None, mode=Mode.SELECTED) == "00:"
    assert (tag(device)["afi"], tag(device, OTHER)["afi"]) == (1, 3)


def test_nothing_in_the_field_is_nothing_to_ask() -> None:
    assert told(reader(), TagCommand.WRITE_AFI, "01", uid=None) == "01:"


def test_a_quiet_tag_is_not_found_until_it_starts_anew() -> None:
    device = reader({"uid": UID})

    for wake in (RESET_FIELD, tag_request(TagRequest(TagCommand.RESET_TO_READY, UID))):
        assert told(device, TagCommand.STAY_QUIET) == "00:"
        assert found(device) == []

        ask(device, wake)

        assert found(device) == [UID]


def many(count: int) -> list[dict[str, Any]]:
    return [{"uid": f"E00401000000{number:04X}"} for number in range(count)]


def test_more_tags_than_fit_in_a_frame_are_told_in_turn() -> None:
    device = reader(*many(60))
    first, second, third = (
        tags_told(ask(device, inventory_request(mode))) for mode in (Mode.ANY_TAG, Mode.MORE, Mode.MORE)
    )

    assert [(len(answer.tags), answer.more) for answer in (first, second, third)] == [
        (24, True),
        (24, True),
        (12, False),
    ]
    assert len({tag.uid for answer in (first, second, third) for tag in answer.tags}) == 60
    assert found(device, inventory_request(Mode.MORE)) == []


def test_some_readers_are_asked_for_more_by_another_mode() -> None:
    device = reader(*many(30))
    misbehave(device, "more_by_mode_1")
    found(device)

    assert len(found(device, inventory_request(Mode.ADDRESSED))) == 6
    assert len(found(device, inventory_request(Mode.MORE))) == 24


def test_an_advanced_frame_has_room_for_all_and_some_readers_take_it_unasked() -> None:
    device = reader(*many(300))

    assert len(found(device, Frame(Command.ISO, b"\x01\x00", advanced=True))) == 255

    misbehave(device, "long_answers")
    answer = ask(device, inventory_request())

    assert (answer.advanced, len(tags_told(answer).tags)) == (True, 255)


def test_a_reader_may_name_fewer_tags_at_once() -> None:
    device = reader(*many(5))
    misbehave(device, "most_sets", tags=2)

    assert len(found(device)) == 2


def test_requests_are_handed_through_with_the_tags_checksum() -> None:
    device = reader({"uid": UID}, {"uid": "E007000000000001"})

    assert ask(device, through(AirRequest(AirCommand.SET_EAS, UID), 3)).data.hex() == "0000" + "78f0"
    assert tag(device)["eas"] is True
    assert ask(device, through(AirRequest(AirCommand.EAS_ALARM, UID), 35)).data[:2] == b"\0\0"
    assert ask(device, through(AirRequest(AirCommand.RESET_EAS, UID), 3)).data[0] == Status.OK
    assert ask(device, through(AirRequest(AirCommand.EAS_ALARM, UID), 35)).data == bytes((Status.NO_TAG,))
    assert ask(device, through(AirRequest(AirCommand.SET_EAS, "E007000000000001"), 3)).data[:3].hex() == "000101"


def test_an_answer_of_another_length_than_was_said_is_false_data() -> None:
    device = reader({"uid": UID})

    assert ask(device, through(AirRequest(AirCommand.SET_EAS, UID), 4)).data == bytes((Status.DATA_FALSE,))

    misbehave(device, "reply_bytes")
    in_bytes = TransparentRequest(TransparentMode.WRITE, 3, request_bytes(AirRequest(AirCommand.SET_EAS, UID)))

    assert ask(device, transparent_request(in_bytes)).data[0] == Status.OK


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        (Frame(0x77), Status.UNKNOWN_COMMAND),
        (Frame(Command.ISO, bytes((0x99, 1)) + bytes.fromhex(UID)), Status.UNKNOWN_COMMAND),
        (Frame(Command.VERSION, b"\0"), Status.LENGTH),
        (Frame(Command.RESET_FIELD, b"\0"), Status.LENGTH),
        (Frame(Command.ISO, b"\x23"), Status.LENGTH),
        (Frame(Command.ISO, b"\x01\x00\x00"), Status.LENGTH),
        (Frame(Command.TRANSPARENT, b"\0"), Status.LENGTH),
        (Frame(Command.TRANSPARENT, bytes(6)), Status.NO_TAG),
    ],
    ids=repr,
)
def test_what_makes_no_sense_is_refused(frame: Frame, status: Status) -> None:
    assert ask(reader({"uid": UID}), frame).data == bytes((status,))


@pytest.mark.parametrize(
    "order",
    [
        {"do": "dance"},
        {"do": "misbehave", "what": "sulk"},
        {"do": "misbehave", "what": "address", "number": 255},
        {"do": "misbehave", "what": "mute", "times": "often"},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(order: Order) -> None:
    with pytest.raises(OrderError):
        reader().do(order)


def test_the_state_tells_the_tags_and_counts_the_writes() -> None:
    device = reader({"uid": UID})
    told(device, TagCommand.WRITE_AFI, "c2")
    state, said = device.do({"do": "state"})

    assert (state["afi_writes"], list(said)) == (1, [])


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_the_reader_takes_any_bytes_at_all(pieces: list[bytes]) -> None:
    device = reader({"uid": UID})
    for piece in pieces:
        for answer in device.received(piece):
            assert answer.data


@given(st.integers(0, 255), st.binary(max_size=30), st.booleans())
def test_the_reader_answers_every_good_frame(command: int, data: bytes, advanced: bool) -> None:  # noqa: FBT001 - drawn by lots
    frame = Frame(command, data, advanced=advanced)

    assert ask(reader({"uid": UID}), frame).command == command
