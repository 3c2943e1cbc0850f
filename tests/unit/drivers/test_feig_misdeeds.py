"""The emulated FEIG OBID reader does wrong on demand, as the field has seen it."""

import pytest

from drivers.rfid.feig_codec import FeigCodec, Frame
from drivers.rfid.feig_messages import (
    ASK_VERSION,
    RESET_FIELD,
    Command,
    Status,
    TagCommand,
    TagRequest,
    information_told,
    inventory_request,
    tag_request,
    tags_told,
    write_request,
)
from drivers.rfid.iso15693_codec import AirRequest
from tests.support.feig_asked import OTHER, UID, answers, ask, found, misbehave, reader, tag, through, told


@pytest.mark.parametrize("mode", ["scan_mode", "notification_mode"])
def test_a_reader_in_another_mode_speaks_of_itself_and_refuses_to_be_asked(mode: str) -> None:
    device = reader({"uid": UID})
    said = misbehave(device, mode)

    assert [ask(device, frame).data for frame in (inventory_request(), through(AirRequest(0x2B, UID), 3))] == [
        bytes((Status.NOT_AVAILABLE,))
    ] * 2
    assert ask(device, ASK_VERSION).data[0] == Status.OK
    _, more = device.do({"do": "lay", "tags": [{"uid": OTHER}]})
    spoken = [*said, *(answer.data for answer in more)]
    assert len(spoken) == 3
    if mode == "scan_mode":
        assert spoken[0] == UID.encode() + b"\r"
    else:
        codec = FeigCodec()
        codec.receive_data(spoken[0])
        assert next(codec.messages()).command == Command.READ_BUFFER


def test_a_reader_may_name_each_tag_but_once() -> None:
    device = reader({"uid": UID})
    misbehave(device, "tells_once")

    assert [found(device), found(device)] == [[UID], []]

    ask(device, RESET_FIELD)

    assert found(device) == [UID]

    device.do({"do": "lift"})
    device.do({"do": "lay", "tags": [{"uid": UID}]})

    assert found(device) == [UID]


def test_an_inventory_may_be_broken_off() -> None:
    device = reader({"uid": UID}, {"uid": OTHER})
    misbehave(device, "unfinished", times=2)
    first = ask(device, inventory_request())

    assert (first.data[0], [tag.uid for tag in tags_told(first).tags]) == (Status.AIR_ERROR, [UID])

    device.do({"do": "lift", "uids": [UID]})

    assert tags_told(ask(device, inventory_request())).tags == ()
    assert found(device) == [OTHER]


def test_tags_may_keep_to_themselves_what_they_are() -> None:
    device = reader({"uid": UID, "afi": 7})
    misbehave(device, "no_size")
    info = information_told(ask(device, tag_request(TagRequest(TagCommand.SYSTEM_INFORMATION, UID))), UID)

    assert (info.afi, info.blocks) == (7, None)

    misbehave(device, "no_information")

    assert told(device, TagCommand.SYSTEM_INFORMATION) == "95:01"


def test_a_write_may_end_after_its_first_block() -> None:
    device = reader({"uid": UID, "memory": "", "size": 16})
    misbehave(device, "broken_writes")

    assert ask(device, write_request(UID, 1, b"1234abcd")).data == bytes((Status.WRITE_ERROR, 2))
    assert tag(device)["memory"][8:24] == b"1234".hex() + "00000000"
    assert ask(device, write_request(UID, 1, b"1234abcd")).data == b"\0"


def test_misdeeds_of_the_tags_are_the_readers_too() -> None:
    device = reader({"uid": UID, "memory": "31323334"})
    misbehave(device, "flicker", uid=UID, times=1)
    misbehave(device, "unreadable", uid=UID)

    assert [found(device), found(device)] == [[], [UID]]
    assert told(device, TagCommand.READ_BLOCKS, "0001") == "02:"

    misbehave(device, "normal")
    misbehave(device, "readable", uid=UID)
    misbehave(device, "duplicate_uids", times=1)
    misbehave(device, "lift_in_write", after=1)

    assert (found(device), told(device, TagCommand.WRITE_AFI, "c2")) == ([UID, UID], "01:")


def test_a_mute_reader_says_nothing_and_an_unasked_frame_is_one() -> None:
    device = reader({"uid": UID})
    misbehave(device, "mute", times=1)

    assert answers(device, ASK_VERSION) == []
    assert len(misbehave(device, "unsolicited")) == 1
    assert len(answers(device, ASK_VERSION)) == 1


def test_a_reader_of_standard_frames_does_not_hear_others() -> None:
    device = reader()
    misbehave(device, "no_advanced")

    assert answers(device, Frame(Command.VERSION, advanced=True)) == []
    assert len(answers(device, ASK_VERSION)) == 1
