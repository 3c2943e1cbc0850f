"""Frames and messages of the PN532: cut, damaged, too long, and as published."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card.pn532_codec import (
    ACK,
    ERROR,
    LONGEST_DATA,
    LONGEST_NORMAL,
    NACK,
    WAKE,
    Frame,
    Pn532Codec,
)
from drivers.card.pn532_messages import (
    ASK_VERSION,
    FIELD_OFF,
    SAM_NORMAL,
    Command,
    MessageError,
    NotUnderstoodError,
    Target,
    Version,
    answer_told,
    command_told,
    done_told,
    list_request,
    reply,
    retries_request,
    targets_reply,
    targets_told,
    version_reply,
    version_told,
)
from drivers.frames import FrameTooLongError
from tests.support.frame_codecs import KINDS, received, until_nothing_comes

VECTORS = {
    vector["name"]: bytes.fromhex(vector["hex"])
    for vector in json.loads((Path(__file__).parents[2] / "data/rfid/card_frames.json").read_text())["frames"]
    if vector["protocol"] == "pn532-hsu"
}
MEANT = {
    "wake + SAMConfiguration": SAM_NORMAL,
    "SAMConfiguration reply": reply(Command.SAM_CONFIGURATION),
    "ACK": ACK,
    "GetFirmwareVersion": ASK_VERSION,
    "GetFirmwareVersion reply PN532 v1.6": version_reply(Version(0x32, 1, 6, 7)),
    "InListPassiveTarget 106A": list_request(1),
}
uids = st.sampled_from([4, 7, 10]).flatmap(lambda length: st.binary(min_size=length, max_size=length))
targets = st.one_of(
    st.builds(Target, uids, st.integers(0, 0xFFFF), st.integers(0, 0xFF).map(lambda sak: sak & ~0x20)),
    st.builds(Target, uids, st.integers(0, 0xFFFF), st.just(0x20), st.binary(max_size=20)),
)


# frames


def test_every_published_frame_has_its_meaning() -> None:
    assert VECTORS.keys() == MEANT.keys()


@pytest.mark.parametrize("name", sorted(MEANT))
def test_a_published_frame_is_read_and_written_byte_for_byte(name: str) -> None:
    raw = VECTORS[name]

    (frame,) = received(Pn532Codec(), raw)

    assert frame == MEANT[name]
    assert raw.removeprefix(WAKE[:2]).lstrip(b"\0") == Pn532Codec.send(frame).lstrip(b"\0")


def test_a_sleeping_chip_is_woken_with_as_many_zeros_as_published_or_more() -> None:
    published = VECTORS["wake + SAMConfiguration"]
    sent = WAKE + Pn532Codec.send(SAM_NORMAL)

    assert sent.startswith(b"\x55\x55")
    assert sent.index(b"\xff") >= published.index(b"\xff")


def test_zeros_are_no_damage_and_no_wait_and_other_noise_is() -> None:
    codec = Pn532Codec()
    codec.receive_data(bytes(20) + b"\x55\x55" + bytes(3))

    assert list(codec.messages()) == []
    assert (codec.damaged, codec.waiting) == (2, 0)


@pytest.mark.parametrize("at", range(2, 8))
def test_a_frame_with_a_wrong_byte_is_thrown_away_and_the_next_is_whole(at: int) -> None:
    raw = bytearray(Pn532Codec.send(ASK_VERSION))
    raw[at] ^= 0x10
    codec = Pn532Codec()
    found = until_nothing_comes(codec, bytes(raw) + Pn532Codec.send(SAM_NORMAL) * 3)

    assert ASK_VERSION not in found
    assert found[-1] == SAM_NORMAL
    assert codec.damaged


@pytest.mark.parametrize("length", [1, LONGEST_NORMAL, LONGEST_NORMAL + 1, 0xFF + 1, LONGEST_DATA])
def test_frames_of_every_length_are_sent_in_the_form_that_fits_them(length: int) -> None:
    frame = Frame(bytes(range(256)) + bytes(LONGEST_DATA))
    frame = Frame(frame.data[:length])
    raw = Pn532Codec.send(frame)

    assert received(Pn532Codec(), raw) == [frame]
    assert (raw[3:5] == b"\xff\xff") == (length > LONGEST_NORMAL)


@pytest.mark.parametrize("head", ["ffff000000", "ffff010af5", "ffff0102fe", "0000", "0102", "ffffffff02"])
def test_a_length_that_no_frame_has_does_not_make_the_codec_wait(head: str) -> None:
    raw = b"\0\0\xff" + bytes.fromhex(head)

    assert received(Pn532Codec(), raw + Pn532Codec.send(ASK_VERSION) + Pn532Codec.send(ACK))[-2:] == [ASK_VERSION, ACK]


@pytest.mark.parametrize("length", [0, LONGEST_DATA + 1])
def test_a_frame_of_a_length_that_the_protocol_has_not_is_not_sent(length: int) -> None:
    with pytest.raises(FrameTooLongError) as caught:
        Pn532Codec.send(Frame(bytes(length)))

    assert caught.value.length == length


def test_neither_a_frame_nor_a_card_shows_whose_it_is() -> None:
    assert "2050" not in repr(Frame(b"2050")) + repr(Target(b"2050"))


# messages


@given(st.lists(targets, max_size=2))
def test_cards_are_told_and_understood(cards: list[Target]) -> None:
    assert targets_told(targets_reply(cards)) == tuple(cards)


def test_a_card_at_the_end_may_lack_its_ats() -> None:
    frame = Frame(bytes.fromhex("d54b01010344200704a2245bc16180"))

    assert targets_told(frame) == (Target(bytes.fromhex("04a2245bc16180"), 0x0344, 0x20),)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "01",
        "00ff",
        "0101000408",
        "0102000408041122334455",
        "01010004080511223344",
        "0101000408041122",
        "010100040804112233445566",
        "01010004200411223344ff0102",
    ],
)
def test_an_answer_about_cards_that_cannot_be_is_refused(told: str) -> None:
    with pytest.raises(MessageError):
        targets_told(reply(Command.IN_LIST_PASSIVE_TARGET, bytes.fromhex(told)))


@pytest.mark.parametrize(
    ("uid", "random"), [("08112233", True), ("18112233", False), ("08a2245bc16180", False), ("04112233", False)]
)
def test_a_four_byte_identifier_that_begins_with_08_is_made_up(uid: str, *, random: bool) -> None:
    assert Target(bytes.fromhex(uid)).random is random


def test_the_version_is_told_and_understood() -> None:
    assert str(version_told(version_reply(Version(0x32, 1, 6)))) == "PN532 1.6"
    with pytest.raises(MessageError):
        version_told(reply(Command.GET_FIRMWARE_VERSION, b"\x32"))


@pytest.mark.parametrize("frame", [ACK, NACK, Frame(b"\xd5\x03"), Frame(b"\xd4\x02"), Frame(b"\x7f\x00")])
def test_an_answer_to_something_else_is_told_apart(frame: Frame) -> None:
    with pytest.raises(MessageError):
        answer_told(Command.SAM_CONFIGURATION, frame)


def test_a_chip_that_does_not_understand_says_so() -> None:
    with pytest.raises(NotUnderstoodError):
        answer_told(Command.SAM_CONFIGURATION, ERROR)


def test_an_answer_that_says_more_than_done_is_refused() -> None:
    done_told(Command.RF_CONFIGURATION, reply(Command.RF_CONFIGURATION))
    with pytest.raises(MessageError):
        done_told(Command.RF_CONFIGURATION, reply(Command.RF_CONFIGURATION, b"\0"))


@given(KINDS["pn532"].frames)
def test_any_frame_at_all_is_understood_or_refused(frame: Frame) -> None:
    for understand in (targets_told, version_told, command_told):
        try:
            understand(frame)
        except (MessageError, NotUnderstoodError):
            continue


def test_commands_are_understood_by_the_other_end() -> None:
    assert command_told(retries_request(3)) == (Command.RF_CONFIGURATION, b"\x05\xff\x01\x03")
    assert command_told(FIELD_OFF) == (Command.RF_CONFIGURATION, b"\x01\x00")
    for frame in (ACK, Frame(b"\xd4"), Frame(b"\xd5\x02")):
        with pytest.raises(MessageError):
            command_told(frame)
