"""The emulated 3M/Bibliotheca pad answers as a real one, whoever asks what."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.device import Order, OrderError
from drivers.emulators.threem_device import ThreemDevice
from drivers.rfid.threem_codec import Frame, ThreemCodec
from drivers.rfid.threem_messages import (
    ASK_VERSION,
    INITIALISE_810,
    PROBE,
    Command,
    ErrorCode,
    TagFrame,
    info_told,
    pass_request,
    tag_request,
    tag_told,
)

UID = "E004010031269117"
OTHER = "E00401001F77FB98"


def pad(*tags: dict[str, Any]) -> ThreemDevice:
    device = ThreemDevice()
    device.do({"do": "lay", "tags": list(tags)})
    return device


def ask(device: ThreemDevice, frame: Frame) -> Frame:
    codec = ThreemCodec()
    for answer in device.received(ThreemCodec.send(frame)):
        codec.receive_data(answer.data)
    return next(codec.messages())


def told(device: ThreemDevice, command: Command, data: str = "", uid: str = UID) -> str:
    """Return a reply's error code and data in hexadecimal."""
    reply = ask(device, tag_request(TagFrame(command, uid, bytes.fromhex(data))))
    return reply.data[:1].hex() + ":" + reply.data[9:].hex()


def tag(device: ThreemDevice, uid: str = UID) -> dict[str, Any]:
    tags = device.do({"do": "tags"})[0]["tags"]
    assert isinstance(tags, list)
    return next(found for found in tags if isinstance(found, dict) and found["uid"] == uid)


def test_the_captured_conversation_is_held_again_byte_for_byte() -> None:
    memory = "0411000131333032303939393939"
    device = pad({"uid": UID, "memory": memory, "size": 32, "afi": 0xDA}, {"uid": OTHER})
    conversation = {
        "d500050400118c66": "d500090400110a0500027250",
        "d60005fe0005fa40": "d60017fe00000502e004010031269117e00401001f77fb987c5b",
        "d6000b0ae004010031269117ec84": "d6000d0a00e004010031269117da39ee",
        "d6000d02e00401003126911700084e9b": "d6003d0200e004010031269117080000041100010100313330320200303939390300"
        "39390000040000000000050000000000060000000000070000000000c015",
    }
    answers = {
        request: b"".join(answer.data for answer in device.received(bytes.fromhex(request))).hex()
        for request in conversation
    }

    assert answers == conversation


def test_memory_is_written_read_and_locked_by_blocks() -> None:
    device = pad({"uid": UID, "memory": "", "size": 16})

    assert told(device, Command.WRITE_BLOCKS, "000200" + "3131313132323232") == "00:02"
    assert told(device, Command.WRITE_BLOCK, "02" + "33333333") == "00:"
    assert told(device, Command.WRITE_AND_LOCK_BLOCK, "03" + "34343434") == "00:"
    assert told(device, Command.WRITE_BLOCK, "03" + "35353535") == "12:"
    assert told(device, Command.LOCK_BLOCK, "00") == "00:"
    assert told(device, Command.READ_BLOCKS, "0004") == ("00:04000131313131010032323232020033333333030134343434")
    assert told(device, Command.READ_BLOCKS, "000104") == "00:00010131313131"
    assert told(device, Command.READ_BLOCKS, "01010c") == "00:010132323232"
    assert tag(device)["locked_blocks"] == [0, 3]


@pytest.mark.parametrize(
    ("command", "data", "code"),
    [
        (Command.READ_BLOCKS, "0005", "11"),
        (Command.READ_BLOCKS, "0000", "11"),
        (Command.READ_BLOCKS, "00", "32"),
        (Command.WRITE_BLOCKS, "000100", "32"),
        (Command.WRITE_BLOCKS, "04010031313131", "11"),
        (Command.WRITE_BLOCK, "00", "32"),
        (Command.LOCK_BLOCK, "04", "11"),
        (Command.LOCK_BLOCK, "", "32"),
        (Command.WRITE_AFI, "", "32"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_code(command: Command, data: str, code: str) -> None:
    assert told(pad({"uid": UID, "memory": "", "size": 16}), command, data) == f"{code}:"


def test_a_tag_that_does_not_lie_there_is_no_transponder() -> None:
    assert told(pad(), Command.GET_AFI) == "06:"


def test_afi_and_dsfid_are_written_until_they_are_locked() -> None:
    device = pad({"uid": UID, "afi": 7, "dsfid": 0x3E})
    steps = [
        (Command.GET_AFI, "", "00:07"),
        (Command.WRITE_AFI, "c2", "00:"),
        (Command.GET_AFI, "", "00:c2"),
        (Command.LOCK_AFI, "", "00:"),
        (Command.WRITE_AFI, "07", "12:"),
        (Command.GET_DSFID, "", "00:3e"),
        (Command.WRITE_DSFID, "06", "00:"),
        (Command.LOCK_DSFID, "", "00:"),
        (Command.WRITE_DSFID, "3e", "12:"),
    ]

    assert [told(device, command, data) for command, data, _ in steps] == [expected for _, _, expected in steps]
    assert (tag(device)["afi"], tag(device)["dsfid"], tag(device)["afi_locked"]) == (0xC2, 0x06, True)


def test_the_gate_signal_is_off_as_if_the_tag_were_gone() -> None:
    device = pad({"uid": UID, "eas": True})

    assert told(device, Command.CHECK_EAS) == "00:01"
    assert told(device, Command.SET_EAS, "00") == "00:"
    assert told(device, Command.CHECK_EAS) == "06:00"


def test_a_tag_tells_of_itself_what_is_asked() -> None:
    device = pad({"uid": UID, "afi": 7, "dsfid": 0x3E})
    reply = ask(device, tag_request(TagFrame(Command.TAG_INFO, UID, b"\x07")))
    info = info_told(tag_told(reply, Command.TAG_INFO))

    assert (info.dsfid, info.afi, info.block_bytes, info.blocks) == (0x3E, 7, 4, 28)


def test_a_quiet_tag_is_not_found_until_it_was_lifted() -> None:
    device = pad({"uid": UID})
    found = Frame(Command.INVENTORY, b"\0\1")

    assert told(device, Command.STAY_QUIET) == "00:"
    assert ask(device, found).data[3] == 0

    device.do({"do": "lift"})
    device.do({"do": "lay", "tags": [{"uid": UID}]})

    assert ask(device, found).data[3] == 1


def test_an_inventory_may_ask_for_one_family_only() -> None:
    device = pad({"uid": UID, "afi": 7}, {"uid": OTHER, "afi": 0xC2})

    assert ask(device, Frame(Command.INVENTORY, b"\xc2\1")).data.hex() == "00c20101" + OTHER.lower()


@pytest.mark.parametrize("data", [b"", b"\0\x80"])
def test_an_inventory_that_is_none_is_refused(data: bytes) -> None:
    assert ask(pad(), Frame(Command.INVENTORY, data)).data == bytes((ErrorCode.PARAMETER,))


@pytest.mark.parametrize("frame", [Frame(0x77), Frame(0x0A, bytes(8), boot=True)])
def test_an_unknown_command_is_not_implemented(frame: Frame) -> None:
    assert ask(pad(), frame).data == bytes((ErrorCode.NOT_IMPLEMENTED,))


def test_a_request_without_a_tag_is_a_wrong_parameter() -> None:
    assert ask(pad(), Frame(Command.GET_AFI, b"short")).data == bytes((ErrorCode.PARAMETER,))


def test_a_tag_laid_again_keeps_what_stands_on_it() -> None:
    device = pad({"uid": UID, "memory": "3131", "afi": 7})
    told(device, Command.WRITE_AFI, "c2")
    device.do({"do": "lift", "uids": [UID.lower()]})

    assert tag(device)["on_pad"] is False

    device.do({"do": "lay", "tags": [{"uid": UID.lower()}]})

    assert (tag(device)["on_pad"], tag(device)["afi"], tag(device)["memory"][:4]) == (True, 0xC2, "3131")


def inventory(device: ThreemDevice) -> int:
    return ask(device, Frame(Command.INVENTORY, b"\0\1")).data[3]


def test_the_pad_misbehaves_on_demand_and_stops_when_told_to() -> None:
    device = pad({"uid": UID})
    misdeeds: tuple[Order, ...] = (
        {"what": "flicker", "uid": UID.lower(), "times": 2},
        {"what": "unreadable", "uid": UID},
    )
    for misdeed in misdeeds:
        device.do({"do": "misbehave", **misdeed})

    assert [inventory(device) for _ in range(4)] == [0, 0, 1, 1]
    assert told(device, Command.READ_BLOCKS, "0001") == "15:"

    device.do({"do": "misbehave", "what": "readable", "uid": UID})
    device.do({"do": "misbehave", "what": "duplicate_uids"})

    assert told(device, Command.READ_BLOCKS, "0001")[:2] == "00"
    assert [inventory(device) for _ in range(2)] == [2, 1]

    device.do({"do": "misbehave", "what": "duplicate_uids", "times": 9})
    device.do({"do": "misbehave", "what": "normal"})

    assert inventory(device) == 1


def test_a_mute_pad_says_nothing_and_an_unasked_frame_is_one() -> None:
    device = pad({"uid": UID})
    device.do({"do": "misbehave", "what": "mute", "times": 1})

    assert list(device.received(ThreemCodec.send(Frame(Command.VERSION)))) == []

    _, unasked = device.do({"do": "misbehave", "what": "unsolicited"})

    assert len(list(unasked)) == 1


@pytest.mark.parametrize(
    "order",
    [
        {"do": "dance"},
        {"do": 5},
        {"do": "lay"},
        {"do": "lay", "tags": [5]},
        {"do": "lay", "tags": [{"uid": "E004"}]},
        {"do": "lay", "tags": [{"uid": "no hex"}]},
        {"do": "lay", "tags": [{"uid": UID, "afi": 256}]},
        {"do": "lay", "tags": [{"uid": UID, "afi": True}]},
        {"do": "lay", "tags": [{"uid": UID, "eas": 1}]},
        {"do": "lay", "tags": [{"uid": UID, "memory": "31" * 1025}]},
        {"do": "lay", "tags": [{"uid": UID, "memory": "31", "size": 33}]},
        {"do": "lift", "uids": UID},
        {"do": "lift", "uids": [5]},
        {"do": "misbehave", "what": "sulk"},
        {"do": "misbehave", "what": "write_ignored", "of": "title"},
        {"do": "lay", "tags": [{"uid": UID, "locked_blocks": 5}]},
        {"do": "lay", "tags": [{"uid": UID, "locked_blocks": ["1"]}]},
        {"do": "misbehave", "what": "unreadable", "uid": OTHER},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(order: dict[str, Any]) -> None:
    with pytest.raises(OrderError):
        pad().do(order)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_the_pad_takes_any_bytes_at_all(pieces: list[bytes]) -> None:
    device = pad({"uid": UID})
    for piece in pieces:
        for answer in device.received(piece):
            assert answer.data


@given(st.integers(0, 255), st.binary(max_size=30), st.booleans())
def test_the_pad_answers_every_good_frame(command: int, data: bytes, boot: bool) -> None:  # noqa: FBT001 - drawn by lots
    assert ask(pad({"uid": UID}), Frame(command, bytes.fromhex(UID) + data, boot)).command == command


def test_a_request_is_handed_through_to_a_tag_and_silence_is_no_transponder() -> None:
    device = pad({"uid": UID, "memory": "31313131", "eas": True})
    read = "2220" + "17912631000104e0" + "00"

    assert ask(device, pass_request(bytes.fromhex(read), 40)).data.hex() == "0000" + "0005" + "00" + "31313131"
    assert ask(device, pass_request(bytes.fromhex(read), 3)).data.hex() == "0000" + "0003" + "003131"
    assert ask(device, pass_request(bytes.fromhex("22a504" + "98fb771f000104e0"), 40)).data.hex() == "06"
    assert ask(device, Frame(Command.PASS_THROUGH, b"\0")).data == bytes((ErrorCode.PARAMETER,))


def test_a_pad_is_initialised_as_a_real_one_answered() -> None:
    assert ask(pad(), INITIALISE_810).data.hex() == "000201010302020300"


def test_a_pad_that_sleeps_answers_its_probe_alone_until_it_is_initialised() -> None:
    device = pad({"uid": UID})
    device.do({"do": "misbehave", "what": "asleep"})
    asked = (PROBE, ASK_VERSION, INITIALISE_810, ASK_VERSION)

    assert [len(list(device.received(ThreemCodec.send(frame)))) for frame in asked] == [1, 0, 1, 1]


@pytest.mark.parametrize(
    ("misdeed", "command", "data", "answer"),
    [
        ({"what": "no_eas"}, Command.CHECK_EAS, "", "02:"),
        ({"what": "no_eas"}, Command.SET_EAS, "01", "02:"),
        ({"what": "single_writes"}, Command.WRITE_BLOCKS, "00010031313131", "02:"),
        ({"what": "no_tag_info"}, Command.TAG_INFO, "04", "02:"),
        ({"what": "most_blocks", "blocks": 2}, Command.READ_BLOCKS, "0003", "fe:"),
        ({"what": "broken_writes"}, Command.WRITE_BLOCKS, "0002003131313132323232", "00:01"),
        ({"what": "write_ignored", "of": "blocks"}, Command.WRITE_BLOCK, "0031313131", "00:"),
        ({"what": "write_ignored", "of": "eas"}, Command.SET_EAS, "01", "00:"),
        ({"what": "write_ignored", "of": "dsfid"}, Command.WRITE_DSFID, "01", "00:"),
        ({"what": "lift_in_write"}, Command.WRITE_BLOCK, "0031313131", "06:"),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_each_misdeed_shows(misdeed: Order, command: Command, data: str, answer: str) -> None:
    device = pad({"uid": UID, "memory": "", "size": 16})
    device.do({"do": "misbehave", **misdeed})

    assert told(device, command, data) == answer
    written = "31313131" if misdeed["what"] == "broken_writes" else "00000000"
    assert (tag(device)["memory"][:16], tag(device)["eas"], tag(device)["dsfid"]) == (written + "00000000", False, 0)


def test_a_tag_of_another_maker_takes_no_eas() -> None:
    texas = "E007010031269117"

    assert told(pad({"uid": texas}), Command.SET_EAS, "01", texas) == "30:"


def test_two_tags_with_one_uid_are_found_twice_and_read_where_they_agree() -> None:
    device = pad({"uid": UID, "memory": "3131313132323232", "size": 8, "twin": "3131313133333333"})

    assert inventory(device) == 2
    assert told(device, Command.READ_BLOCKS, "0001") == "00:01000031313131"
    assert told(device, Command.READ_BLOCKS, "0002") == "15:"


def test_what_stands_on_a_tag_is_laid_with_it() -> None:
    device = pad({"uid": UID, "locked_blocks": [3, 1], "dsfid_locked": True, "afi_locked": True, "eas": True})

    assert (tag(device)["locked_blocks"], tag(device)["dsfid_locked"], tag(device)["eas"]) == ([1, 3], True, True)
    assert told(device, Command.LOCK_AFI) == "00:"
