"""A FEIG OBID reader: what is asked again, what is mistrusted, what is given up."""

from collections.abc import Callable, Iterable
from contextlib import suppress

import pytest

from drivers.errors import (
    DeviceLostError,
    LossReason,
)
from drivers.rfid.feig_codec import FeigCodec, Frame
from drivers.rfid.feig_messages import Command, Sighting, Status, TagCommand, inventory_reply, reply
from drivers.rfid.tag_reader import NoAnswerError
from tests.support.feig import (
    BOOK,
    OTHER,
    UID,
    Reader,
    nth,
    reader,
    sub,
)


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
    wire.interject(FeigCodec.send(inventory_reply((Sighting(OTHER, 0),))))

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


def test_a_version_that_is_refused_settles_a_doubt_as_well() -> None:
    def change(request: Frame, answer: bytes) -> Iterable[bytes]:
        if request.command == Command.VERSION:
            return (FeigCodec.send(reply(Command.VERSION, Status.GENERAL_ERROR)),)
        return nothing_once(request, answer)

    nothing_once = nth({1}, sub(TagCommand.READ_BLOCKS), lambda _: ())
    wire = Reader(change)
    wire.lay(UID)

    assert reader(wire).memory(UID)[:34].hex() == BOOK
