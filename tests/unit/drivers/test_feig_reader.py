"""A FEIG OBID reader asked and answered without a wire: what is tried again, what is mistrusted, what is given up."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

import pytest

from drivers.emulators.device import Fact, Order
from drivers.emulators.feig_device import FeigDevice
from drivers.errors import (
    DeviceLostError,
    LossReason,
    TagError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Ability
from drivers.rfid.exchange import Pace
from drivers.rfid.feig_codec import FeigCodec, Frame
from drivers.rfid.feig_line import FeigOptions, FrameKinds
from drivers.rfid.feig_messages import Command, Sighting, Status, TagCommand, inventory_reply, reply
from drivers.rfid.feig_reader import FeigReader
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError

UID = "E004010031269117"
OTHER = "E00401001F77FB98"
TEXAS = "E007000031269117"
BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"
QUICK = FeigOptions(pace=Pace(broken_off=0.005), first=0.02, inventory=0.02, answer=0.02)
WITH_EAS = replace(QUICK, transparent_eas=True)


class Wire:
    """Answers as ``answer`` says, byte for byte; nothing when it says nothing."""

    def __init__(self, answer: Callable[[bytes], Iterable[bytes]]) -> None:
        self._answer = answer
        self.coming: list[bytes] = []
        self.sent: list[bytes] = []

    def read(self, timeout: float) -> bytes:
        del timeout
        return self.coming.pop(0) if self.coming else b""

    def write(self, data: bytes, timeout: float) -> None:
        del timeout
        self.sent.append(data)
        self.coming += self._answer(data)

    def asked(self) -> list[Frame]:
        """Return what was asked so far."""
        codec = FeigCodec()
        for data in self.sent:
            codec.receive_data(data)
        return list(codec.messages())


Change = Callable[[Frame, bytes], Iterable[bytes]]


class Reader(Wire):
    """The emulated reader without its process, with some answers changed."""

    def __init__(self, change: Change = lambda _, answer: (answer,)) -> None:
        self.device = FeigDevice()

        def answer(request: bytes) -> Iterable[bytes]:
            codec = FeigCodec()
            codec.receive_data(request)
            (frame,) = codec.messages()
            return [piece for whole in self.device.received(request) for piece in change(frame, whole.data)]

        super().__init__(answer)

    def order(self, do: str, **arguments: Fact) -> Order:
        told, _ = self.device.do({"do": do, **arguments})
        return told

    def misbehave(self, what: str, **arguments: Fact) -> None:
        self.order("misbehave", what=what, **arguments)

    def lay(self, *uids: str, **more: Fact) -> None:
        self.order("lay", tags=[{"uid": uid, "memory": BOOK, "afi": 7, "dsfid": 0x3E, **more} for uid in uids])


def reader(wire: Wire, options: FeigOptions = QUICK) -> FeigReader:
    return FeigReader("/dev/pad", wire, options)


def sub(command: TagCommand) -> Callable[[Frame], bool]:
    """Say of a request whether it is that command."""
    return lambda frame: frame.command == Command.ISO and frame.data[0] == command


def nth(numbers: set[int], which: Callable[[Frame], bool], spoil: Callable[[bytes], Iterable[bytes]]) -> Change:
    """Spoil the answers with these numbers, counted from 1, to the requests that are meant."""
    count = 0

    def change(request: Frame, answer: bytes) -> Iterable[bytes]:
        nonlocal count
        count += which(request)
        return spoil(answer) if which(request) and count in numbers else (answer,)

    return change


def answering(which: Callable[[Frame], bool], status: Status, data: bytes = b"") -> Change:
    """Answer some requests with a status."""
    return lambda request, answer: (
        (FeigCodec.send(reply(request.command, status, data)),) if which(request) else (answer,)
    )


def many(count: int) -> list[str]:
    return [f"E00401000000{number:04X}" for number in range(count)]


# Who is there


def test_a_reader_tells_its_type_and_firmware() -> None:
    assert reader(Reader()).probe() == "FEIG OBID type 21, firmware 3.00"


def test_a_serial_reader_is_asked_in_standard_frames_and_a_network_reader_in_advanced_ones() -> None:
    serial, network = Reader(), Reader()
    reader(serial).probe()
    reader(network, replace(QUICK, kinds=FrameKinds.ADVANCED_FIRST)).probe()

    assert {frame.advanced for frame in serial.asked()} == {False}
    assert {frame.advanced for frame in network.asked()} == {True}


def test_a_reader_that_knows_standard_frames_only_is_found_on_the_network() -> None:
    wire = Reader()
    wire.misbehave("no_advanced")
    wire.lay(UID)
    asked = reader(wire, replace(QUICK, kinds=FrameKinds.ADVANCED_FIRST))

    assert asked.probe()
    assert asked.inventory() == {UID: 0x3E}


def test_a_reader_that_knows_advanced_frames_only_is_found_on_a_serial_line() -> None:
    wire = Reader(lambda request, answer: (answer,) if request.advanced else ())
    wire.lay(UID)
    asked = reader(wire)

    assert asked.probe()
    assert asked.memory(UID)[:34].hex() == BOOK


def test_a_kind_that_is_fixed_is_the_only_one_that_is_tried() -> None:
    wire = Reader()
    wire.misbehave("no_advanced")
    with pytest.raises(DeviceLostError):
        reader(wire, replace(QUICK, kinds=FrameKinds.ADVANCED)).probe()

    assert {frame.advanced for frame in wire.asked()} == {True}


def test_the_reader_that_is_meant_is_asked() -> None:
    wire = Reader()
    wire.misbehave("address", number=9)
    wire.lay(UID)

    assert reader(wire, replace(QUICK, address=9)).probe()
    assert {frame.address for frame in wire.asked()} == {9}
    with pytest.raises(DeviceLostError):
        reader(wire, replace(QUICK, address=8)).probe()


def test_a_silent_line_is_no_reader() -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: ())).probe()

    assert caught.value.reason is LossReason.SILENT


def test_something_else_on_the_line_is_the_wrong_device() -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: (b"login: ",))).probe()

    assert caught.value.reason is LossReason.WRONG_DEVICE


@pytest.mark.parametrize("mode", ["scan_mode", "notification_mode"])
def test_a_reader_that_refuses_to_be_asked_is_in_the_wrong_mode(mode: str) -> None:
    wire = Reader()
    wire.misbehave(mode)
    with pytest.raises(DeviceLostError) as caught:
        reader(wire).probe()

    assert (caught.value.device, caught.value.reason) == ("/dev/pad", LossReason.WRONG_MODE)


@pytest.mark.parametrize(
    "said",
    [
        FeigCodec.send(reply(Command.READ_BUFFER, data=bytes(12))),
        b"E004010031269117\r",
        b"\x02e004010031269117\r\nE0040100",
    ],
)
def test_a_reader_that_only_speaks_of_itself_is_in_the_wrong_mode(said: bytes) -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: (said,))).probe()

    assert caught.value.reason is LossReason.WRONG_MODE


def test_a_reader_whose_mode_is_changed_while_it_is_worked_is_in_the_wrong_one() -> None:
    wire = Reader()
    asked = reader(wire)
    asked.probe()
    wire.misbehave("scan_mode")
    with pytest.raises(DeviceLostError) as caught:
        asked.afi(UID)

    assert caught.value.reason is LossReason.WRONG_MODE


@pytest.mark.parametrize(
    "change",
    [
        answering(sub(TagCommand.INVENTORY), Status.GENERAL_ERROR),
        nth(set(range(9)), sub(TagCommand.INVENTORY), lambda _: ()),
    ],
    ids=["refused", "unanswered"],
)
def test_a_reader_that_fails_at_its_first_look_is_there_all_the_same(change: Change) -> None:
    assert reader(Reader(change)).probe()


def test_it_can_do_all_but_what_is_not_proven() -> None:
    assert reader(Reader()).abilities() == {Ability.AFI, Ability.MEMORY, Ability.DSFID}
    assert reader(Reader(), WITH_EAS).abilities() == {Ability.AFI, Ability.MEMORY, Ability.DSFID, Ability.EAS}


# What lies there


def test_the_first_look_serves_twice_and_no_more() -> None:
    wire = Reader()
    wire.lay(UID)
    asked = reader(wire)
    asked.probe()
    wire.lay(OTHER)

    assert [len(asked.inventory()), len(asked.inventory())] == [1, 2]
    assert [frame.command for frame in wire.asked()] == [
        Command.VERSION,
        Command.RESET_FIELD,
        Command.ISO,
        Command.ISO,
    ]


def test_more_tags_than_an_answer_has_room_for_are_all_told() -> None:
    wire = Reader()
    wire.misbehave("no_advanced")
    wire.lay(*many(70))
    asked = reader(wire)

    assert sorted(asked.inventory()) == many(70)
    assert sorted(asked.inventory()) == many(70)


def test_a_reader_that_can_is_asked_in_advanced_frames_once_an_answer_has_no_room() -> None:
    wire = Reader()
    wire.lay(*many(70))
    asked = reader(wire)

    assert sorted(asked.inventory()) == many(70)
    before = len(wire.sent)
    assert sorted(asked.inventory()) == many(70)
    assert len(wire.sent) == before + 1


def test_a_family_that_wants_another_mode_for_the_rest_is_asked_by_it_from_then_on() -> None:
    wire = Reader()
    wire.misbehave("more_by_mode_1")
    wire.lay(*many(70))
    asked = reader(wire, replace(QUICK, kinds=FrameKinds.STANDARD))

    assert sorted(asked.inventory()) == many(70)
    before = len(wire.sent)
    assert sorted(asked.inventory()) == many(70)
    assert len(wire.sent) == before + 3


def test_a_family_that_refuses_the_first_mode_for_the_rest_is_asked_by_the_other() -> None:
    wire = Reader(answering(lambda frame: frame.data[:2] == b"\x01\x80", Status.PARAMETER))
    wire.misbehave("more_by_mode_1")
    wire.lay(*many(30))

    assert sorted(reader(wire, replace(QUICK, kinds=FrameKinds.STANDARD)).inventory()) == many(30)


def test_a_reader_that_tells_the_rest_by_no_mode_tells_what_it_can() -> None:
    wire = Reader(answering(lambda frame: frame.data[:1] == b"\x01" and frame.data[1:] != b"\0", Status.PARAMETER))
    wire.lay(*many(30))

    assert len(reader(wire, replace(QUICK, kinds=FrameKinds.STANDARD)).inventory()) == 24


def test_a_reader_that_always_has_more_is_not_asked_for_ever() -> None:
    count = 0

    def answer(_: bytes) -> Iterable[bytes]:
        nonlocal count
        count += 1
        return (FeigCodec.send(inventory_reply((Sighting(f"E0040100000{count:05X}", 0),), more=True)),)

    wire = Wire(answer)

    assert len(reader(wire, replace(QUICK, kinds=FrameKinds.STANDARD)).inventory()) == 13
    assert len(wire.sent) == 13


def test_answers_in_long_frames_are_taken_unasked() -> None:
    wire = Reader()
    wire.misbehave("long_answers")
    wire.lay(*many(70))

    assert sorted(reader(wire).inventory()) == many(70)


def test_a_reader_that_names_each_tag_once_is_made_to_name_them_all() -> None:
    wire = Reader()
    wire.misbehave("tells_once")
    wire.lay(UID, OTHER)
    asked = reader(wire)

    assert [sorted(asked.inventory()) for _ in range(6)] == [sorted((UID, OTHER))] * 6
    before = len(wire.sent)
    asked.inventory()
    assert [frame.command for frame in wire.asked()[before:]] == [Command.RESET_FIELD, Command.ISO]


def test_tags_that_another_program_was_told_are_named_too() -> None:
    wire = Reader()
    wire.misbehave("tells_once")
    wire.lay(UID)
    reader(wire).inventory()
    asked = reader(wire)
    asked.probe()

    assert sorted(asked.inventory()) == [UID]


def test_a_tag_that_was_lifted_is_looked_for_once_more_and_then_missed() -> None:
    wire = Reader()
    wire.lay(UID, OTHER)
    asked = reader(wire)
    asked.inventory()
    wire.order("lift", uids=[UID])
    before = len(wire.sent)

    assert sorted(asked.inventory()) == [OTHER]
    assert len(wire.sent) == before + 3
    assert sorted(asked.inventory()) == [OTHER]
    assert len(wire.sent) == before + 4


def test_a_round_that_was_broken_off_tells_what_it_found() -> None:
    wire = Reader()
    wire.misbehave("unfinished")
    wire.lay(UID, OTHER)

    assert sorted(reader(wire).inventory()) == [UID]


def test_a_look_that_is_refused_is_the_readers_own_failure() -> None:
    with pytest.raises(ReaderRefusedError):
        reader(Reader(answering(sub(TagCommand.INVENTORY), Status.BUFFER_FULL))).inventory()


def test_a_reset_of_the_field_that_is_refused_is_the_readers_own_failure() -> None:
    wire = Reader(answering(lambda frame: frame.command == Command.RESET_FIELD, Status.UNKNOWN_COMMAND))
    wire.lay(UID)
    asked = reader(wire)
    asked.inventory()
    wire.order("lift")
    with pytest.raises(ReaderRefusedError):
        asked.inventory()


# What stands on a tag


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


# What goes wrong on the wire


def spoilt_ways() -> dict[str, Callable[[bytes], Iterable[bytes]]]:
    return {
        "nothing": lambda _: (),
        "damaged": lambda answer: (answer[:-1] + bytes((answer[-1] ^ 1,)),),
        "cut": lambda answer: (answer[:5],),
        "begun late": lambda answer: (answer[1:],),
        "noise": lambda _: (b"\xff\x02\x00",),
    }


@pytest.mark.parametrize("way", spoilt_ways())
def test_what_is_asked_is_asked_again_when_its_answer_is_spoilt(way: str) -> None:
    wire = Reader(nth({1}, sub(TagCommand.READ_BLOCKS), spoilt_ways()[way]))
    wire.lay(UID)
    asked = reader(wire)

    assert asked.memory(UID)[:34].hex() == BOOK
    assert asked.counters.unanswered == 1


@pytest.mark.parametrize("way", spoilt_ways())
def test_a_write_is_not_done_twice_of_itself(way: str) -> None:
    wire = Reader(nth({1}, sub(TagCommand.WRITE_AFI), spoilt_ways()[way]))
    wire.lay(UID)
    with pytest.raises(NoAnswerError):
        reader(wire).set_afi(UID, 0xC2)

    assert wire.order("state")["afi_writes"] == 1


def test_a_late_answer_is_not_taken_for_the_next_tags() -> None:
    """The first answer comes when the next question is under way, as whole as any."""
    late: list[bytes] = []

    def change(request: Frame, answer: bytes) -> Iterable[bytes]:
        if sub(TagCommand.READ_BLOCKS)(request) and request.data[2:10].hex().upper() == UID:
            late.append(answer)
            return ()
        told = [*late, answer]
        late.clear()
        return told

    wire = Reader(change)
    wire.lay(UID, memory="41" * 36)
    wire.lay(OTHER, memory="42" * 36)
    asked = reader(wire)
    with pytest.raises(NoAnswerError):
        asked.memory(UID)

    assert asked.memory(OTHER) == b"B" * 36


def test_bytes_that_lie_there_before_a_question_are_thrown_away_and_counted() -> None:
    wire = Reader()
    wire.lay(UID)
    asked = reader(wire)
    wire.coming.append(FeigCodec.send(inventory_reply((Sighting(OTHER, 0),))))

    assert sorted(asked.inventory()) == [UID]
    assert asked.counters.damaged == 17


def test_an_answer_that_means_nothing_to_the_question_is_passed_over() -> None:
    stray = FeigCodec.send(Frame(Command.ISO, b"\0\x09\x04" + bytes(44)))
    wire = Reader(lambda _, answer: (stray + answer,))
    wire.lay(UID)

    assert reader(wire).memory(UID)[:34].hex() == BOOK


def test_three_questions_without_a_byte_lose_the_reader() -> None:
    wire = Reader()
    asked = reader(wire)
    asked.inventory()
    wire.misbehave("mute", times=99)
    with pytest.raises(NoAnswerError):
        asked.inventory()
    with pytest.raises(DeviceLostError) as caught:
        asked.inventory()

    assert caught.value.reason is LossReason.SILENT


def test_damaged_answers_lose_the_reader_later_than_silence() -> None:
    wire = Reader(nth(set(range(1, 99)), lambda _: True, spoilt_ways()["damaged"]))
    asked = reader(wire)
    for _ in range(11):
        with suppress(NoAnswerError):
            asked.set_afi(UID, 7)

    assert len(wire.sent) == 11
    with pytest.raises(DeviceLostError) as caught:
        asked.set_afi(UID, 7)
    assert caught.value.reason is LossReason.SILENT


def test_good_answers_between_bad_ones_keep_the_reader() -> None:
    wire = Reader(nth(set(range(1, 99, 3)), sub(TagCommand.SYSTEM_INFORMATION), lambda _: ()))
    wire.lay(UID)
    asked = reader(wire)

    assert {asked.afi(UID) for _ in range(20)} == {7}
