"""A FEIG OBID reader: what stands on a tag, and what is written there."""

import pytest

from drivers.errors import (
    TagError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.feig_codec import FeigCodec
from drivers.rfid.feig_messages import Command, Status, TagCommand, reply
from tests.support.feig import BOOK, UID, WITH_EAS, Reader, answering, nth, reader, sub

TEXAS = "E007000031269117"


def test_memory_is_read_in_the_order_of_the_air_and_as_much_as_is_needed() -> None:
    wire = Reader()
    wire.lay(UID)
    asked = reader(wire)

    assert asked.memory(UID) == bytes.fromhex(BOOK).ljust(36, b"\0")
    assert asked.all_memory(UID) == bytes.fromhex(BOOK).ljust(112, b"\0")
    assert asked.user_memory(UID) is None


def test_a_large_tag_is_read_in_pieces() -> None:
    wire = Reader()
    memory = bytes(range(256)) * 4
    wire.lay(UID, memory=memory.hex(), size=1024)

    assert reader(wire).all_memory(UID) == memory


def test_a_small_tag_is_read_whole() -> None:
    wire = Reader()
    wire.lay(UID, memory="31" * 32, size=32)

    assert reader(wire).memory(UID) == b"1" * 32


@pytest.mark.parametrize("misdeed", ["no_information", "no_size"])
@pytest.mark.parametrize("size", [32, 36, 112, 1024])
def test_a_tag_that_does_not_tell_its_size_is_read_until_it_refuses(misdeed: str, size: int) -> None:
    wire = Reader()
    wire.misbehave(misdeed)
    memory = bytes(range(32)) * (size // 32 + 1)
    wire.lay(UID, memory=memory[:size].hex(), size=size)
    asked = reader(wire)

    assert asked.all_memory(UID) == memory[:size]
    assert asked.memory(UID) == memory[: min(size, 36)]


def test_a_tag_that_tells_no_size_and_has_no_blocks_cannot_be_read() -> None:
    wire = Reader(answering(sub(TagCommand.READ_BLOCKS), Status.ADDRESS_ERROR))
    wire.misbehave("no_information")
    wire.lay(UID)
    with pytest.raises(TagUnreadableError):
        reader(wire).memory(UID)


def test_a_tag_that_fails_is_not_taken_for_one_that_has_no_more() -> None:
    wire = Reader(nth({2}, sub(TagCommand.READ_BLOCKS), lambda _: (FeigCodec.send(reply(0xB0, Status.AIR_ERROR)),)))
    wire.misbehave("no_information")
    wire.lay(UID, size=1024)
    with pytest.raises(TagUnreadableError):
        reader(wire).all_memory(UID)


def test_a_tag_of_the_right_size_that_cannot_be_read_is_unreadable() -> None:
    wire = Reader()
    wire.lay(UID, unreadable=True)
    with pytest.raises(TagUnreadableError):
        reader(wire).memory(UID)


def test_afi_and_dsfid_are_read_and_written() -> None:
    wire = Reader()
    wire.lay(UID)
    asked = reader(wire)
    before = (asked.afi(UID), asked.dsfid(UID))
    asked.set_afi(UID, 0xC2)
    asked.set_dsfid(UID, 6)

    assert (before, (asked.afi(UID), asked.dsfid(UID))) == ((7, 0x3E), (0xC2, 6))


def test_blocks_are_written_as_they_stand_in_the_air_and_in_pieces() -> None:
    wire = Reader()
    wire.lay(UID, memory="", size=1024)
    memory = bytes(range(200))
    reader(wire).set_blocks(UID, 3, memory)

    assert reader(wire).all_memory(UID)[8:216] == bytes(4) + memory + bytes(4)


def test_a_tag_that_does_not_tell_its_size_is_written_by_four_bytes() -> None:
    wire = Reader()
    wire.misbehave("no_information")
    wire.lay(UID, memory="", size=16)
    reader(wire).set_blocks(UID, 1, b"1234")

    assert reader(wire).all_memory(UID)[:8] == b"\0\0\0\x001234"


def test_a_tag_with_larger_blocks_is_not_written() -> None:
    eight_bytes = bytes((0x3E, *bytes.fromhex(UID), 7, 7, 0x1B, 1))
    wire = Reader(answering(sub(TagCommand.SYSTEM_INFORMATION), Status.OK, eight_bytes))
    wire.lay(UID)
    with pytest.raises(TagUnsupportedError):
        reader(wire).set_blocks(UID, 0, b"12341234")


def test_the_eas_bit_is_set_asked_and_cleared_through_the_air() -> None:
    wire = Reader()
    wire.lay(UID)
    asked = reader(wire, WITH_EAS)
    told = [asked.eas(UID)]
    for on in (True, False):
        asked.set_eas(UID, on=on)
        told.append(asked.eas(UID))

    assert told == [False, True, False]


def test_one_alarm_that_was_not_heard_is_not_taken_for_an_alarm_that_is_off() -> None:
    silence = FeigCodec.send(reply(Command.TRANSPARENT, Status.NO_TAG))
    wire = Reader(nth({2}, lambda frame: frame.command == Command.TRANSPARENT, lambda _: (silence,)))
    wire.lay(UID)
    asked = reader(wire, WITH_EAS)
    asked.set_eas(UID, on=True)

    assert asked.eas(UID)


def test_silence_in_answer_to_the_alarm_is_believed_only_of_a_tag_that_is_there() -> None:
    with pytest.raises(TagGoneError):
        reader(Reader(), WITH_EAS).eas(UID)


def test_a_tag_of_another_maker_has_no_eas_bit_and_is_not_asked() -> None:
    wire = Reader()
    wire.lay(TEXAS)
    for work in (lambda: reader(wire).eas(TEXAS), lambda: reader(wire).set_eas(TEXAS, on=True)):
        with pytest.raises(TagUnsupportedError):
            work()

    assert wire.sent == []


def test_a_reader_without_transparent_commands_has_no_eas() -> None:
    for status in (Status.UNKNOWN_COMMAND, Status.NOT_AVAILABLE):
        wire = Reader(answering(lambda frame: frame.command == Command.TRANSPARENT, status))
        wire.lay(UID)
        with pytest.raises(TagUnsupportedError):
            reader(wire).eas(UID)


@pytest.mark.parametrize(
    ("code", "kind"), [(0x12, TagLockedError), (0x01, TagUnsupportedError), (0x0F, TagUnreadableError)]
)
def test_what_a_tag_says_through_the_air_is_told(code: int, kind: type[TagError]) -> None:
    said = bytes((0x01, code, 0, 0))
    wire = Reader(answering(lambda frame: frame.command == Command.TRANSPARENT, Status.OK, said))
    with pytest.raises(kind):
        reader(wire).set_eas(UID, on=True)


@pytest.mark.parametrize(
    ("status", "data", "kind"),
    [
        (Status.NO_TAG, "", TagGoneError),
        (Status.DATA_FALSE, "", TagUnreadableError),
        (Status.WRITE_ERROR, "", TagUnreadableError),
        (Status.WRONG_TYPE, "", TagUnsupportedError),
        (Status.UNKNOWN_COMMAND, "", TagUnsupportedError),
        (Status.LENGTH, "", TagUnsupportedError),
        (Status.AIR_ERROR, "", TagUnreadableError),
        (Status.CARD_ERROR, "", TagUnreadableError),
        (Status.TAG_ERROR, "", TagUnreadableError),
        (Status.TAG_ERROR, "01", TagUnsupportedError),
        (Status.TAG_ERROR, "02", TagUnsupportedError),
        (Status.TAG_ERROR, "03", TagUnsupportedError),
        (Status.TAG_ERROR, "0f", TagUnreadableError),
        (Status.TAG_ERROR, "11", TagLockedError),
        (Status.TAG_ERROR, "12", TagLockedError),
        (Status.TAG_ERROR, "13", TagUnreadableError),
        (Status.TAG_ERROR, "a0", TagUnreadableError),
    ],
)
def test_a_status_is_told_as_what_it_means_for_the_tag(status: Status, data: str, kind: type[TagError]) -> None:
    wire = Reader(answering(sub(TagCommand.WRITE_AFI), status, bytes.fromhex(data)))
    wire.lay(UID)
    with pytest.raises(kind) as caught:
        reader(wire).set_afi(UID, 0xC2)

    assert (type(caught.value), caught.value.uid) == (kind, UID)
