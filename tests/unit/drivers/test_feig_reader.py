"""A FEIG OBID reader: who is there, in which mode, and what lies on it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from drivers.errors import (
    DeviceLostError,
    LossReason,
)
from drivers.rfid.base import Ability
from drivers.rfid.feig_codec import FeigCodec
from drivers.rfid.feig_line import FrameKinds
from drivers.rfid.feig_messages import Command, Sighting, Status, TagCommand, inventory_reply, reply
from drivers.rfid.tag_reader import ReaderRefusedError
from tests.support.feig import (
    BOOK,
    OTHER,
    QUICK,
    UID,
    WITH_EAS,
    Change,
    Reader,
    Wire,
    answering,
    many,
    nth,
    reader,
    sub,
)


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


def test_a_cable_that_is_pulled_while_the_reader_is_looked_for_is_a_pulled_cable() -> None:
    def pulled(_: bytes) -> Iterable[bytes]:
        raise DeviceLostError("/dev/pad", LossReason.UNPLUGGED)

    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(pulled)).probe()

    assert caught.value.reason is LossReason.UNPLUGGED


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


def test_a_reader_that_refuses_advanced_frames_is_asked_in_standard_ones_for_the_rest() -> None:
    wire = Reader(answering(lambda frame: frame.advanced, Status.UNKNOWN_COMMAND))
    wire.lay(*many(70))
    asked = reader(wire)

    assert sorted(asked.inventory()) == many(70)
    assert [frame.advanced for frame in wire.asked()].count(True) == 1


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


def test_a_reader_that_does_not_reset_its_field_is_worked_without() -> None:
    wire = Reader(answering(lambda frame: frame.command == Command.RESET_FIELD, Status.UNKNOWN_COMMAND))
    wire.lay(UID)
    asked = reader(wire)
    before = asked.inventory()
    wire.order("lift")

    assert set(before) == {UID}
    assert [dict(asked.inventory()) for _ in range(12)] == [{}] * 12
