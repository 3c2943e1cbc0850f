"""A 3M/Bibliotheca pad asked and answered without a wire: what is tried again, and what is given up."""

from collections.abc import Callable, Iterable

import pytest

from drivers.emulators.device import Order
from drivers.errors import (
    DeviceLostError,
    LossReason,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Ability, Air
from drivers.rfid.iso15693_codec import AirCommand, SystemInformation, information_told
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError
from drivers.rfid.threem_codec import Frame, ThreemCodec
from drivers.rfid.threem_line import ReaderTimings, ThreemLine
from drivers.rfid.threem_messages import (
    INITIALISE_210,
    INITIALISE_810,
    Command,
    ErrorCode,
    InventoryOption,
    TagFrame,
    inventory_reply,
    pass_reply,
    refusal,
    tag_reply,
)
from drivers.rfid.threem_reader import ThreemReader
from tests.support.threem import Wire, WiredPad, nth

UID = "E004010031269117"
OTHER = "E00401001F77FB98"
QUICK = ReaderTimings(first=0.02, inventory=0.02, answer=0.02, broken_off=0.005, block=0.0)
BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"


def reader(wire: Wire) -> ThreemReader:
    return ThreemReader("/dev/pad", wire, QUICK)


def line(wire: Wire) -> ThreemLine:
    return ThreemLine("/dev/pad", wire, QUICK)


def command_of(request: bytes) -> int:
    return request[3]


def test_a_pad_tells_its_version() -> None:
    assert reader(WiredPad()).probe() == "3M/Bibliotheca 5.0.2"


def test_a_pad_that_knows_only_the_plain_question_tells_its_version() -> None:
    pad = WiredPad(lambda request, answer: () if request[0] == 0xD5 else (answer,))

    assert reader(pad).probe() == "3M/Bibliotheca 5.0.2"


def test_a_silent_line_is_no_pad() -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: ())).probe()

    assert caught.value.reason is LossReason.SILENT


def test_something_else_on_the_line_is_the_wrong_device() -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: (b"login: ",))).probe()

    assert caught.value.reason is LossReason.WRONG_DEVICE


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


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda answer: (answer[:4] + answer[5:],),
        lambda answer: (answer[:4] + answer[4:5] + answer[4:],),
        lambda answer: (answer[:-1] + bytes((answer[-1] ^ 1,)),),
        lambda _: (),
        lambda answer: (answer[:5],),
    ],
    ids=["byte lost", "byte doubled", "checksum wrong", "no answer", "broken off"],
)
def test_a_question_whose_answer_was_spoilt_is_asked_again(spoilt: Callable[[bytes], Iterable[bytes]]) -> None:
    pad = WiredPad(nth({1}, spoilt))
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    asked = reader(pad)

    assert asked.afi(UID) == 7
    assert asked.counters.unanswered == 1


def test_an_answer_in_pieces_is_put_together() -> None:
    pad = WiredPad(lambda _, answer: [bytes((byte,)) for byte in answer])
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])

    assert reader(pad).afi(UID) == 7


def test_an_answer_behind_the_beginning_of_another_is_found_without_waiting_for_the_rest() -> None:
    pad = WiredPad(lambda _, answer: (b"\xd6\x00\x40", answer))
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    asked = reader(pad)

    assert asked.afi(UID) == 7
    assert asked.counters.damaged == 3


def test_late_and_unasked_frames_are_passed_over() -> None:
    late = ThreemCodec.send(tag_reply(TagFrame(Command.GET_AFI, OTHER, b"\x99")))
    late_refusal = ThreemCodec.send(refusal(Command.GET_AFI, ErrorCode.LOCKED, OTHER))
    unasked = ThreemCodec.send(Frame(Command.INVENTORY, b"\0\0\1\0"))
    pad = WiredPad(lambda _, answer: (late + unasked + late_refusal, answer))
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])

    assert reader(pad).afi(UID) == 7


def test_what_lies_on_the_line_before_a_question_is_thrown_away() -> None:
    pad = WiredPad(nth({1}, lambda answer: (answer, answer)))
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    asked = reader(pad)
    asked.afi(UID)

    assert asked.afi(UID) == 7
    assert asked.counters.damaged == 16


def test_a_pad_that_falls_silent_is_lost_after_three_questions() -> None:
    wire = Wire(lambda _: ())
    asked = reader(wire)
    with pytest.raises(NoAnswerError):
        asked.afi(UID)

    with pytest.raises(DeviceLostError) as caught:
        asked.afi(UID)

    assert caught.value.reason is LossReason.SILENT
    assert len(wire.sent) == 3


def test_a_pad_whose_answers_are_all_damaged_is_lost_later() -> None:
    wire = Wire(lambda _: (b"\xd6\x00\x05\xff\xff\xff\xff\xff",))
    asked = reader(wire)
    for _ in range(5):  # two questions each
        with pytest.raises(NoAnswerError):
            asked.afi(UID)

    with pytest.raises(DeviceLostError):
        asked.afi(UID)

    assert len(wire.sent) == 12


WELL: Order = {"uid": UID, "memory": BOOK, "afi": 7, "dsfid": 0x3E, "eas": True}


def pad_with(*tags: Order, misdeeds: Iterable[Order] = ()) -> WiredPad:
    pad = WiredPad()
    pad.order("lay", tags=[*tags])
    for misdeed in misdeeds:
        pad.order("misbehave", **misdeed)
    return pad


def tag_on(pad: WiredPad, uid: str = UID) -> Order:
    tags = pad.order("tags")["tags"]
    assert isinstance(tags, list)
    return next(tag for tag in tags if isinstance(tag, dict) and tag["uid"] == uid)


def commands(pad: WiredPad) -> list[int]:
    return [command_of(request) for request in pad.sent]


def test_a_pad_can_all_that_a_pad_can() -> None:
    asked = reader(WiredPad())

    assert (asked.abilities(), asked.air) == (frozenset(Ability), Air.HF)


def test_a_pad_that_takes_commands_is_not_initialised() -> None:
    pad = WiredPad()
    reader(pad).probe()

    assert commands(pad) == [Command.BOOT, Command.VERSION]


@pytest.mark.parametrize(
    ("heard", "asked"),
    [(INITIALISE_810, [0x04, 0x11, 0x13, 0x11]), (INITIALISE_210, [0x04, 0x11, 0x13, 0x13, 0x11])],
)
def test_a_pad_that_answers_its_probe_alone_is_initialised_as_hosts_in_the_field_do(
    heard: Frame, asked: list[int]
) -> None:
    raw = ThreemCodec.send(heard)
    awake = False

    def change(request: bytes, answer: bytes) -> Iterable[bytes]:
        nonlocal awake
        awake = awake or request == raw
        return (answer,) if awake or request[0] == 0xD5 else ()

    pad = WiredPad(change)
    pad.order("lay", tags=[WELL])
    woken = reader(pad)

    assert woken.probe() == "3M/Bibliotheca 5.0.2"
    assert woken.inventory() == {UID: 0x3E}
    assert commands(pad)[: len(asked)] == asked


def test_a_pad_that_answers_nothing_but_its_probe_is_silent_whatever_else_it_says() -> None:
    unasked = ThreemCodec.send(inventory_reply(InventoryOption.UID, ()))
    pad = WiredPad(lambda request, answer: (answer,) if request[0] == 0xD5 else (unasked,))
    with pytest.raises(DeviceLostError) as caught:
        reader(pad).probe()

    assert caught.value.reason is LossReason.SILENT
    assert commands(pad) == [Command.BOOT, Command.VERSION, Command.INITIALISE, Command.INITIALISE]


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


def test_a_request_is_handed_through_to_the_tag() -> None:
    pad = pad_with(WELL)

    told = information_told(line(pad).pass_through(UID, AirCommand.SYSTEM_INFORMATION))

    assert told == SystemInformation(UID, dsfid=0x3E, afi=7, block_bytes=4, blocks=28, ic=1)


@pytest.mark.parametrize(
    ("heard", "error"),
    [
        (b"\x01\x12", TagLockedError),
        (b"\x01\x11", TagLockedError),
        (b"\x01\x01", TagUnsupportedError),
        (b"\x01\x0f", TagUnreadableError),
        (b"", TagUnreadableError),
    ],
)
def test_what_a_tag_answers_over_the_air_is_told_as_what_it_means(heard: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        line(Wire(lambda _: [ThreemCodec.send(pass_reply(heard))])).pass_through(UID, AirCommand.LOCK_STATUS)


def test_two_tags_with_one_uid_are_one_that_can_be_read_only_where_they_agree() -> None:
    alike = pad_with({**WELL, "twin": BOOK})
    other = pad_with({**WELL, "twin": "31" * 34})

    assert reader(alike).inventory() == reader(other).inventory() == {UID: 0x3E}
    assert reader(alike).memory(UID)[:34].hex() == BOOK
    with pytest.raises(TagUnreadableError):
        reader(other).memory(UID)


def test_a_line_that_answers_its_initialisation_and_no_command_is_left_to_the_inventory() -> None:
    def change(request: bytes, answer: bytes) -> Iterable[bytes]:
        return () if command_of(request) == Command.VERSION else (answer,)

    pad = WiredPad(change)

    assert reader(pad).probe() == "3M/Bibliotheca 5.0.2"
    assert commands(pad)[1:] == [0x11, 0x13, 0x11, 0x13, 0x11]
