"""A 3M/Bibliotheca pad asked and answered without a wire: what is tried again, and what is given up."""

from collections.abc import Callable

import pytest

from drivers.emulators.device import Order
from drivers.errors import (
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Ability, Air
from drivers.rfid.iso15693_codec import AirCommand
from drivers.rfid.tag_reader import ReaderRefusedError
from drivers.rfid.threem_codec import ThreemCodec
from drivers.rfid.threem_messages import (
    Command,
    ErrorCode,
    refusal,
)
from drivers.rfid.threem_reader import ThreemReader
from tests.support.threem import (
    BOOK,
    OTHER,
    UID,
    WELL,
    Wire,
    WiredPad,
    command_of,
    commands,
    line,
    nth,
    pad_with,
    reader,
    tag_on,
)


def test_an_inventory_tells_the_dsfid() -> None:
    pad = WiredPad()
    pad.order("lay", tags=[{"uid": UID, "dsfid": 0x3E}])

    assert reader(pad).inventory() == {UID: 0x3E}


def test_an_old_pad_is_asked_as_old_hosts_do_from_then_on() -> None:
    pad = WiredPad()
    pad.order("misbehave", what="old_firmware")
    pad.order("lay", tags=[{"uid": UID, "memory": BOOK, "dsfid": 0x3E}])
    asked = reader(pad)

    assert asked.inventory() == {UID: None}
    assert asked.memory(UID)[:34].hex() == BOOK
    before = len(pad.sent)
    asked.inventory()
    asked.memory(UID)

    assert len(pad.sent) - before == 2


def test_a_pad_that_says_nothing_to_options_is_asked_without() -> None:
    pad = WiredPad(
        lambda request, answer: () if command_of(request) == Command.READ_BLOCKS and len(request) == 17 else (answer,)
    )
    pad.order("lay", tags=[{"uid": UID, "memory": BOOK}])

    assert reader(pad).memory(UID)[:34].hex() == BOOK


def test_a_small_tag_is_read_whole() -> None:
    pad = WiredPad()
    pad.order("lay", tags=[{"uid": UID, "memory": "31" * 32, "size": 32}])

    assert reader(pad).memory(UID) == b"1" * 32


def test_a_large_tag_that_cannot_be_read_is_refused() -> None:
    pad = WiredPad()
    pad.order("lay", tags=[{"uid": UID, "unreadable": True}])

    with pytest.raises(TagUnreadableError):
        reader(pad).memory(UID)


def test_a_tag_that_is_gone_is_not_asked_for_its_size() -> None:
    pad = WiredPad()

    with pytest.raises(TagGoneError):
        reader(pad).memory(UID)

    assert len(pad.sent) == 1


def test_a_pad_can_all_that_a_pad_can() -> None:
    asked = reader(WiredPad())

    assert (asked.abilities(), asked.air) == (frozenset(Ability), Air.HF)


def test_a_tag_that_is_named_twice_is_one() -> None:
    pad = pad_with(WELL, {"uid": OTHER}, misdeeds=[{"what": "duplicate_uids"}])

    assert reader(pad).inventory() == {UID: 0x3E, OTHER: 0}


def test_an_inventory_that_the_pad_refuses_says_nothing_of_tags() -> None:
    refused = Wire(lambda request: [ThreemCodec.send(refusal(command_of(request), ErrorCode.CANCELLED))])

    with pytest.raises(ReaderRefusedError):
        reader(refused).inventory()


def test_a_pad_that_has_told_dsfids_once_is_asked_for_them_again() -> None:
    refused = ThreemCodec.send(refusal(Command.INVENTORY, ErrorCode.CANCELLED))
    pad = WiredPad(nth({2}, lambda _: (refused,)))
    asked = reader(pad)
    asked.inventory()
    with pytest.raises(ReaderRefusedError):
        asked.inventory()
    asked.inventory()

    assert {request[5] for request in pad.sent} == {0x07}


@pytest.mark.parametrize("size", [4, 32, 112, 256, 1024])
def test_all_of_a_tag_is_read_by_the_size_that_it_tells(size: int) -> None:
    memory = bytes(index % 251 for index in range(size))

    assert reader(pad_with({**WELL, "memory": memory.hex(), "size": size})).all_memory(UID) == memory


@pytest.mark.parametrize("misdeed", [{"what": "no_tag_info"}, {"what": "most_blocks", "blocks": 4}])
def test_all_of_a_tag_is_read_from_pads_that_know_less(misdeed: Order) -> None:
    memory = bytes(range(112))
    pad = pad_with({**WELL, "memory": memory.hex()}, misdeeds=[misdeed])

    assert reader(pad).all_memory(UID) == memory


def test_a_tag_in_which_a_block_cannot_be_read_is_not_read_up_to_there() -> None:
    unreadable = ThreemCodec.send(refusal(Command.READ_BLOCKS, ErrorCode.NOT_READ, UID))
    pad = WiredPad(
        lambda request, answer: (
            (unreadable,) if command_of(request) == Command.READ_BLOCKS and request[12] > 6 else (answer,)
        )
    )
    pad.order("lay", tags=[WELL])
    pad.order("misbehave", what="no_tag_info")

    with pytest.raises(TagUnreadableError):
        reader(pad).all_memory(UID)


def test_a_tag_lifted_while_it_is_read_is_gone() -> None:
    gone = ThreemCodec.send(refusal(Command.READ_BLOCKS, ErrorCode.NO_TRANSPONDER, UID))
    pad = WiredPad(lambda request, answer: (gone,) if command_of(request) == Command.READ_BLOCKS else (answer,))
    pad.order("lay", tags=[WELL])

    with pytest.raises(TagGoneError):
        reader(pad).all_memory(UID)


def test_a_tag_that_lies_there_no_more_is_gone_whatever_is_asked_of_it() -> None:
    wire = WiredPad()
    asked = reader(wire)
    calls: tuple[Callable[[], object], ...] = (
        lambda: asked.memory(UID),
        lambda: asked.all_memory(UID),
        lambda: asked.afi(UID),
        lambda: asked.set_afi(UID, 7),
        lambda: asked.dsfid(UID),
        lambda: asked.set_dsfid(UID, 7),
        lambda: asked.eas(UID),
        lambda: asked.set_eas(UID, on=True),
        lambda: asked.set_blocks(UID, 0, b"1234"),
        lambda: line(wire).pass_through(UID, AirCommand.SYSTEM_INFORMATION),
    )
    for call in calls:
        with pytest.raises(TagGoneError):
            call()


def test_afi_and_dsfid_are_written_and_read() -> None:
    pad = pad_with(WELL)
    asked = reader(pad)
    asked.set_afi(UID, 0xC2)
    asked.set_dsfid(UID, 0x06)

    assert (asked.afi(UID), asked.dsfid(UID)) == (0xC2, 0x06)
    assert (tag_on(pad)["afi"], tag_on(pad)["dsfid"]) == (0xC2, 0x06)


def test_what_is_locked_is_said_to_be_locked() -> None:
    wire = pad_with({**WELL, "afi_locked": True, "dsfid_locked": True, "locked_blocks": [2]})
    asked = reader(wire)
    calls: tuple[Callable[[], object], ...] = (
        lambda: asked.set_afi(UID, 7),
        lambda: asked.set_dsfid(UID, 7),
        lambda: asked.set_blocks(UID, 0, b"123456789012"),
        lambda: line(wire).pass_through(UID, AirCommand.WRITE_AFI, b"\x07"),
    )
    for call in calls:
        with pytest.raises(TagLockedError):
            call()


@pytest.mark.parametrize("misdeeds", [[], [{"what": "no_eas"}]], ids=["by the pad", "handed through"])
def test_the_eas_bit_is_set_cleared_and_asked(misdeeds: list[Order]) -> None:
    pad = pad_with({**WELL, "eas": False}, misdeeds=misdeeds)
    asked = reader(pad)
    seen = [asked.eas(UID)]
    asked.set_eas(UID, on=True)
    seen.append(asked.eas(UID))
    asked.set_eas(UID, on=False)
    seen.append(asked.eas(UID))

    assert seen == [False, True, False]
    assert tag_on(pad)["eas"] is False


def test_a_silent_alarm_is_off_only_if_the_tag_answers_and_the_alarm_stays_silent() -> None:
    pad = pad_with({**WELL, "eas": False})
    reader(pad).eas(UID)

    assert commands(pad) == [Command.CHECK_EAS, Command.GET_AFI, Command.CHECK_EAS]


def test_an_alarm_that_was_missed_once_is_on() -> None:
    missed = ThreemCodec.send(refusal(Command.CHECK_EAS, ErrorCode.NO_TRANSPONDER, UID, b"\0"))
    pad = WiredPad(nth({1}, lambda _: (missed,)))
    pad.order("lay", tags=[WELL])

    assert reader(pad).eas(UID) is True


def test_a_pad_without_eas_commands_is_asked_for_them_once() -> None:
    pad = pad_with(WELL, misdeeds=[{"what": "no_eas"}])
    asked = reader(pad)
    asked.set_eas(UID, on=True)
    asked.eas(UID)
    asked.set_eas(UID, on=False)

    assert commands(pad) == [Command.SET_EAS, *[Command.PASS_THROUGH] * 3]


TEXAS = "E007010031269117"


def test_a_tag_that_has_no_eas_says_so() -> None:
    pad = pad_with({**WELL, "uid": TEXAS, "eas": False})

    with pytest.raises(TagUnsupportedError):
        reader(pad).set_eas(TEXAS, on=True)
    assert Command.PASS_THROUGH not in commands(pad)


def test_nxps_own_commands_are_never_handed_to_a_tag_of_another_maker() -> None:
    pad = pad_with({**WELL, "uid": TEXAS}, misdeeds=[{"what": "no_eas"}])
    asked = reader(pad)
    for call in (lambda: asked.eas(TEXAS), lambda: asked.set_eas(TEXAS, on=False)):
        with pytest.raises(TagUnsupportedError):
            call()

    assert Command.PASS_THROUGH not in commands(pad)


@pytest.mark.parametrize("misdeeds", [[], [{"what": "single_writes"}]], ids=["together", "one by one"])
def test_blocks_are_written(misdeeds: list[Order]) -> None:
    pad = pad_with({**WELL, "memory": "", "size": 16}, misdeeds=misdeeds)
    asked = reader(pad)
    asked.set_blocks(UID, 1, b"11112222")
    asked.set_blocks(UID, 3, b"3333")

    assert bytes.fromhex(str(tag_on(pad)["memory"])) == b"\0\0\0\x00111122223333"


def test_a_pad_that_writes_blocks_one_by_one_is_asked_otherwise_once() -> None:
    pad = pad_with(WELL, misdeeds=[{"what": "single_writes"}])
    asked = reader(pad)
    asked.set_blocks(UID, 0, b"11112222")
    asked.set_blocks(UID, 0, b"1111")

    assert commands(pad) == [Command.WRITE_BLOCKS, *[Command.WRITE_BLOCK] * 3]


def test_a_write_that_ends_after_some_blocks_is_not_done() -> None:
    pad = pad_with(WELL, misdeeds=[{"what": "broken_writes"}])

    with pytest.raises(TagUnreadableError):
        reader(pad).set_blocks(UID, 0, b"11112222")


@pytest.mark.parametrize("code", [ErrorCode.TAG_DOES_NOT_SUPPORT, ErrorCode.NOT_SUPPORTED_BY_TAG])
@pytest.mark.parametrize(
    "writes",
    [
        lambda asked: asked.set_blocks(UID, 0, b"1111"),
        lambda asked: asked.set_eas(UID, on=True),
        lambda asked: asked.eas(UID),
    ],
)
def test_what_the_tag_cannot_is_not_tried_another_way(code: ErrorCode, writes: Callable[[ThreemReader], None]) -> None:
    wire = Wire(lambda request: [ThreemCodec.send(refusal(command_of(request), code, UID))])

    with pytest.raises(TagUnsupportedError):
        writes(reader(wire))
    assert len(wire.sent) == 1


def test_two_tags_with_one_uid_are_one_that_can_be_read_only_where_they_agree() -> None:
    alike = pad_with({**WELL, "twin": BOOK})
    other = pad_with({**WELL, "twin": "31" * 34})

    assert reader(alike).inventory() == reader(other).inventory() == {UID: 0x3E}
    assert reader(alike).memory(UID)[:34].hex() == BOOK
    with pytest.raises(TagUnreadableError):
        reader(other).memory(UID)
