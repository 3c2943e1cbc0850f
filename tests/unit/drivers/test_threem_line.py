"""Questions to a 3M/Bibliotheca pad without a wire: what wakes it, what is asked again, when it is lost."""

from collections.abc import Callable, Iterable

import pytest

from drivers.errors import (
    DeviceLostError,
    LossReason,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.iso15693_codec import AirCommand, SystemInformation, information_told
from drivers.rfid.tag_reader import NoAnswerError
from drivers.rfid.threem_codec import Frame, ThreemCodec
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
from tests.support.threem import (
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
)


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


def test_a_line_that_answers_its_initialisation_and_no_command_is_left_to_the_inventory() -> None:
    def change(request: bytes, answer: bytes) -> Iterable[bytes]:
        return () if command_of(request) == Command.VERSION else (answer,)

    pad = WiredPad(change)

    assert reader(pad).probe() == "3M/Bibliotheca 5.0.2"
    assert commands(pad)[1:] == [0x11, 0x13, 0x11, 0x13, 0x11]


class EndlessWire(Wire):
    """To something that talks without a pause, faster than it is listened to."""

    def __init__(self) -> None:
        super().__init__(lambda _: ())

    def read(self, timeout: float) -> bytes:
        del timeout
        return b"\xff" * 64


def test_something_that_never_stops_talking_is_the_wrong_device() -> None:
    with pytest.raises(DeviceLostError) as caught:
        line(EndlessWire()).version()

    assert caught.value.reason is LossReason.WRONG_DEVICE
