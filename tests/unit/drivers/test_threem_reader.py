"""A 3M/Bibliotheca pad asked and answered without a wire: what is tried again, and what is given up."""

import json
from collections.abc import Callable, Iterable

import pytest

from drivers.emulators.device import Fact, Order
from drivers.emulators.threem_device import ThreemDevice
from drivers.errors import AlarmNotVerifiedError, DeviceLostError, LossReason, TagGoneError, TagLockedError
from drivers.rfid.threem_codec import Frame, ThreemCodec
from drivers.rfid.threem_messages import Command, ErrorCode, ReaderRefusedError, Sighting, TagFrame, refusal, tag_reply
from drivers.rfid.threem_reader import NoAnswerError, ReaderTimings, ThreemReader

UID = "E004010031269117"
OTHER = "E00401001F77FB98"
QUICK = ReaderTimings(first=0.02, inventory=0.02, answer=0.02, broken_off=0.005, write_pause=0.0)
BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"


class Wire:
    """Answers as ``answer`` says, byte for byte; nothing when it says nothing."""

    def __init__(self, answer: Callable[[bytes], Iterable[bytes]]) -> None:
        self._answer = answer
        self._coming: list[bytes] = []
        self.sent: list[bytes] = []

    def read(self, timeout: float) -> bytes:
        del timeout
        return self._coming.pop(0) if self._coming else b""

    def write(self, data: bytes, timeout: float) -> None:
        del timeout
        self.sent.append(data)
        self._coming += self._answer(data)

    def drain(self) -> int:
        thrown = sum(map(len, self._coming))
        self._coming.clear()
        return thrown


class Pad(Wire):
    """The emulated pad without its process, with some answers changed."""

    def __init__(self, change: Callable[[bytes, bytes], Iterable[bytes]] = lambda _, answer: (answer,)) -> None:
        self.device = ThreemDevice()

        def answer(request: bytes) -> Iterable[bytes]:
            return [piece for whole in self.device.received(request) for piece in change(request, whole.data)]

        super().__init__(answer)

    def order(self, do: str, **arguments: Fact) -> Order:
        told, _ = self.device.do({"do": do, **arguments})
        return told


def reader(wire: Wire) -> ThreemReader:
    return ThreemReader("/dev/pad", wire, QUICK)


def nth(numbers: set[int], spoilt: Callable[[bytes], Iterable[bytes]]) -> Callable[[bytes, bytes], Iterable[bytes]]:
    """Spoil the answers with these numbers, counted from 1."""
    count = 0

    def change(request: bytes, answer: bytes) -> Iterable[bytes]:
        nonlocal count
        del request
        count += 1
        return spoilt(answer) if count in numbers else (answer,)

    return change


def command_of(request: bytes) -> int:
    return request[3]


def test_a_pad_tells_its_version() -> None:
    assert reader(Pad()).probe() == "5.0.2"


def test_a_pad_that_knows_only_the_plain_question_tells_its_version() -> None:
    pad = Pad(lambda request, answer: () if request[0] == 0xD5 else (answer,))

    assert reader(pad).probe() == "5.0.2"


def test_a_silent_line_is_no_pad() -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: ())).probe()

    assert caught.value.reason is LossReason.SILENT


def test_something_else_on_the_line_is_the_wrong_device() -> None:
    with pytest.raises(DeviceLostError) as caught:
        reader(Wire(lambda _: (b"login: ",))).probe()

    assert caught.value.reason is LossReason.WRONG_DEVICE


def test_an_inventory_tells_the_dsfid() -> None:
    pad = Pad()
    pad.order("lay", tags=[{"uid": UID, "dsfid": 0x3E}])

    assert reader(pad).inventory() == (Sighting(UID, 0x3E),)


def test_an_old_pad_is_asked_as_old_hosts_do_from_then_on() -> None:
    pad = Pad()
    pad.order("misbehave", what="old_firmware")
    pad.order("lay", tags=[{"uid": UID, "memory": BOOK, "dsfid": 0x3E}])
    asked = reader(pad)

    assert asked.inventory() == (Sighting(UID),)
    assert asked.memory(UID)[:34].hex() == BOOK
    before = len(pad.sent)
    asked.inventory()
    asked.memory(UID)

    assert len(pad.sent) - before == 2


def test_a_pad_that_says_nothing_to_options_is_asked_without() -> None:
    pad = Pad(
        lambda request, answer: () if command_of(request) == Command.READ_BLOCKS and len(request) == 17 else (answer,)
    )
    pad.order("lay", tags=[{"uid": UID, "memory": BOOK}])

    assert reader(pad).memory(UID)[:34].hex() == BOOK


def test_a_small_tag_is_read_whole() -> None:
    pad = Pad()
    pad.order("lay", tags=[{"uid": UID, "memory": "31" * 32, "size": 32}])

    assert reader(pad).memory(UID) == b"1" * 32


def test_a_large_tag_that_cannot_be_read_is_refused() -> None:
    pad = Pad()
    pad.order("lay", tags=[{"uid": UID, "unreadable": True}])

    with pytest.raises(ReaderRefusedError) as caught:
        reader(pad).memory(UID)

    assert caught.value.code == ErrorCode.NOT_READ


def test_a_tag_that_is_gone_is_not_asked_for_its_size() -> None:
    pad = Pad()

    with pytest.raises(ReaderRefusedError):
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
    pad = Pad(nth({1}, spoilt))
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    asked = reader(pad)

    assert asked.afi(UID) == 7
    assert asked.counters.unanswered == 1


def test_an_answer_in_pieces_is_put_together() -> None:
    pad = Pad(lambda _, answer: [bytes((byte,)) for byte in answer])
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])

    assert reader(pad).afi(UID) == 7


def test_an_answer_behind_the_beginning_of_another_is_found_without_waiting_for_the_rest() -> None:
    pad = Pad(lambda _, answer: (b"\xd6\x00\x40", answer))
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    asked = reader(pad)

    assert asked.afi(UID) == 7
    assert asked.damaged == 3


def test_late_and_unasked_frames_are_passed_over() -> None:
    late = ThreemCodec.send(tag_reply(TagFrame(Command.GET_AFI, OTHER, b"\x99")))
    late_refusal = ThreemCodec.send(refusal(Command.GET_AFI, ErrorCode.LOCKED, OTHER))
    unasked = ThreemCodec.send(Frame(Command.INVENTORY, b"\0\0\1\0"))
    pad = Pad(lambda _, answer: (late + unasked + late_refusal, answer))
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])

    assert reader(pad).afi(UID) == 7


def test_what_lies_on_the_line_before_a_question_is_thrown_away() -> None:
    pad = Pad(nth({1}, lambda answer: (answer, answer)))
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    asked = reader(pad)
    asked.afi(UID)

    assert asked.afi(UID) == 7
    assert asked.counters.drained == 16


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


def test_an_afi_is_written_and_read_back() -> None:
    pad = Pad()
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    reader(pad).write_afi(UID, 0xC2, 10)

    assert [command_of(request) for request in pad.sent] == [Command.WRITE_AFI, Command.GET_AFI]
    assert '"afi": 194' in json.dumps(pad.order("tags"))


def test_a_write_that_is_said_to_be_done_and_is_not_is_done_again() -> None:
    pad = Pad()
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    pad.order("misbehave", what="write_ignored", times=3)
    reader(pad).write_afi(UID, 0xC2, 10)

    assert len(pad.sent) == 8


def test_a_write_that_never_holds_is_not_verified() -> None:
    pad = Pad()
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    pad.order("misbehave", what="write_ignored", times=99)

    with pytest.raises(AlarmNotVerifiedError) as caught:
        reader(pad).write_afi(UID, 0xC2, 10)

    assert (caught.value.uid, caught.value.wanted, caught.value.found) == (UID, 0xC2, 7)
    assert len(pad.sent) == 20


@pytest.mark.parametrize("written", [True, False])
def test_a_tag_that_is_lifted_in_mid_write_is_gone(written: bool) -> None:  # noqa: FBT001 - a parameter of the test
    pad = Pad()
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    pad.order("misbehave", what="lift_in_write", after=1, written=written)

    with pytest.raises(TagGoneError):
        reader(pad).write_afi(UID, 0xC2, 3)


def test_a_tag_that_comes_back_within_the_attempts_is_written() -> None:
    pad = Pad()
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    pad.order("misbehave", what="lift_in_write", after=1)
    pauses: list[float] = []

    def lay_again(seconds: float) -> None:
        pauses.append(seconds)
        pad.order("lay", tags=[{"uid": UID}])

    reader(pad).write_afi(UID, 0xC2, 3, lay_again)

    assert len(pauses) == 1


def test_a_locked_tag_is_locked_at_once() -> None:
    pad = Pad()
    pad.order("lay", tags=[{"uid": UID, "afi": 7, "afi_locked": True}])

    with pytest.raises(TagLockedError):
        reader(pad).write_afi(UID, 0xC2, 10)

    assert len(pad.sent) == 1


def test_a_write_whose_answer_is_lost_is_not_repeated_when_the_tag_says_that_it_holds() -> None:
    pad = Pad(nth({1}, lambda _: ()))
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    reader(pad).write_afi(UID, 0xC2, 10)

    assert [command_of(request) for request in pad.sent] == [Command.WRITE_AFI, Command.GET_AFI]


def test_a_write_that_cannot_be_read_back_is_not_verified() -> None:
    def answer(request: bytes) -> Iterable[bytes]:
        code = ErrorCode.NOT_WRITTEN if command_of(request) == Command.WRITE_AFI else ErrorCode.NOT_READ
        yield ThreemCodec.send(refusal(command_of(request), code, UID))

    with pytest.raises(AlarmNotVerifiedError) as caught:
        reader(Wire(answer)).write_afi(UID, 0xC2, 2)

    assert caught.value.found is None


def test_a_write_and_its_read_back_may_both_go_unanswered() -> None:
    pad = Pad(nth({1, 2, 3}, lambda answer: (answer[:6],)))
    pad.order("lay", tags=[{"uid": UID, "afi": 7}])
    reader(pad).write_afi(UID, 0xC2, 2)

    assert len(pad.sent) == 5
