"""Frames of the 3M/Bibliotheca pads: cut, damaged, too long, and as captured from a real one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames import FrameTooLongError
from drivers.rfid.threem_codec import (
    BUFFER_CAP,
    LONGEST_LENGTH,
    Frame,
    ThreemCodec,
    crc16_genibus,
)

FRAMES = json.loads((Path(__file__).parents[2] / "data/rfid/threem_frames.json").read_text())["frames"]
GOOD = [vector for vector in FRAMES if vector["checksum_ok"]]
BAD = [vector for vector in FRAMES if not vector["checksum_ok"]]

frames = st.builds(Frame, command=st.integers(0, 255), data=st.binary(max_size=60), boot=st.booleans())


def received(*pieces: bytes) -> list[Frame]:
    codec = ThreemCodec()
    found: list[Frame] = []
    for piece in pieces:
        codec.receive_data(piece)
        found += codec.messages()
    return found


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["name"])
def test_a_frame_from_a_public_source_is_read_and_written_byte_for_byte(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])

    (frame,) = received(raw)

    assert ThreemCodec.send(frame) == raw


@pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector["name"])
def test_a_frame_with_a_wrong_checksum_is_thrown_away(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])
    codec = ThreemCodec()
    codec.receive_data(raw + b"\0")

    assert list(codec.messages()) == []
    assert codec.damaged == len(raw) + 1


def test_the_checksum_is_that_of_the_specification() -> None:
    assert crc16_genibus(bytes.fromhex("000903000200000003")) == 0x12E6


@given(st.lists(frames, max_size=6), st.data())
def test_frames_come_out_whole_however_the_bytes_are_cut(sent: list[Frame], data: st.DataObject) -> None:
    raw = b"".join(map(ThreemCodec.send, sent))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    pieces = [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]

    assert received(*pieces) == sent


@given(st.lists(frames, max_size=4))
def test_frames_come_out_whole_byte_by_byte(sent: list[Frame]) -> None:
    raw = b"".join(map(ThreemCodec.send, sent))

    assert received(*(bytes((byte,)) for byte in raw)) == sent


@given(st.binary(max_size=40).filter(lambda noise: not {0xD5, 0xD6} & set(noise)), frames)
def test_noise_before_a_frame_is_dropped_and_counted(noise: bytes, frame: Frame) -> None:
    codec = ThreemCodec()
    codec.receive_data(noise + ThreemCodec.send(frame))

    assert list(codec.messages()) == [frame]
    assert codec.damaged == len(noise)


@given(st.binary(max_size=60), frames, st.binary(max_size=60))
def test_a_frame_within_any_noise_is_found_once_nothing_more_comes(before: bytes, frame: Frame, after: bytes) -> None:
    codec = ThreemCodec()
    codec.receive_data(before + ThreemCodec.send(frame) + after)

    found = list(codec.messages())
    while codec.waiting:
        codec.skip_incomplete()
        found += codec.messages()

    assert frame in found


@given(st.lists(st.binary(max_size=4000), max_size=6))
def test_any_bytes_at_all_are_taken_without_an_error_and_within_the_cap(pieces: list[bytes]) -> None:
    codec = ThreemCodec()
    for piece in pieces:
        codec.receive_data(piece)

        assert codec.waiting <= BUFFER_CAP
        list(codec.messages())


def test_a_length_that_no_frame_has_does_not_make_the_codec_wait() -> None:
    frame = Frame(0x0A, b"\0")
    too_long = b"\xd6" + (LONGEST_LENGTH + 1).to_bytes(2, "big")

    assert received(too_long + ThreemCodec.send(frame)) == [frame]


def test_a_lost_byte_costs_its_frame_and_not_the_next() -> None:
    first, second = Frame(0x02, b"\0" * 20), Frame(0x0A, b"\x01")
    raw = ThreemCodec.send(first)

    assert received(raw[:7] + raw[8:] + ThreemCodec.send(second), b"") == [second]


def test_what_came_before_a_question_is_forgotten() -> None:
    codec = ThreemCodec()
    codec.receive_data(b"\xd6\x00\x20late")
    codec.clear()

    assert codec.waiting == 0
    assert codec.damaged == 7


def test_a_frame_longer_than_the_protocol_allows_is_not_sent() -> None:
    with pytest.raises(FrameTooLongError) as caught:
        ThreemCodec.send(Frame(0xFE, bytes(LONGEST_LENGTH)))

    assert caught.value.length == LONGEST_LENGTH + 3


def test_a_frame_does_not_show_what_stands_on_a_tag() -> None:
    assert "2050" not in repr(Frame(0x02, b"2050000001"))
