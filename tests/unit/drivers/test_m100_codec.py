"""Frames of UHF modules: cut, damaged, with their own ends inside, and as published."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames import FrameTooLongError
from drivers.rfid.m100_codec import (
    BUFFER_CAP,
    LONGEST_PARAMETERS,
    Frame,
    FrameType,
    M100Codec,
)

FRAMES = json.loads((Path(__file__).parents[2] / "data/rfid/m100_frames.json").read_text())["frames"]
GOOD = [vector for vector in FRAMES if vector["checksum_ok"]]
BAD = [vector for vector in FRAMES if not vector["checksum_ok"]]

frames = st.builds(
    Frame, type=st.sampled_from(FrameType), command=st.integers(0, 255), parameters=st.binary(max_size=60)
)


def received(*pieces: bytes) -> list[Frame]:
    codec = M100Codec()
    found: list[Frame] = []
    for piece in pieces:
        codec.receive_data(piece)
        found += codec.messages()
    return found


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["name"])
def test_a_frame_from_a_public_source_is_read_and_written_byte_for_byte(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])

    (frame,) = received(raw)

    assert M100Codec.send(frame) == raw
    assert (frame.type is FrameType.COMMAND) == (vector["direction"] == "tx")


@pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector["name"])
def test_a_frame_with_a_wrong_checksum_is_thrown_away(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])
    codec = M100Codec()
    codec.receive_data(raw)

    assert list(codec.messages()) == []
    assert codec.damaged == len(raw)


@given(st.lists(frames, max_size=6), st.data())
def test_frames_come_out_whole_however_the_bytes_are_cut(sent: list[Frame], data: st.DataObject) -> None:
    raw = b"".join(map(M100Codec.send, sent))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    pieces = [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]

    assert received(*pieces) == sent


@given(st.lists(frames, max_size=4))
def test_frames_come_out_whole_byte_by_byte(sent: list[Frame]) -> None:
    raw = b"".join(map(M100Codec.send, sent))

    assert received(*(bytes((byte,)) for byte in raw)) == sent


@given(st.lists(st.sampled_from((0xBB, 0x7E, 0x00, 0x01)), max_size=60).map(bytes), st.integers(0, 255))
def test_starts_and_ends_within_a_frame_are_but_bytes(parameters: bytes, command: int) -> None:
    frame = Frame(FrameType.RESPONSE, command, parameters)

    assert received(M100Codec.send(frame) * 2) == [frame, frame]


@given(st.binary(max_size=40).filter(lambda noise: 0xBB not in noise), frames)
def test_noise_before_a_frame_is_dropped_and_counted(noise: bytes, frame: Frame) -> None:
    codec = M100Codec()
    codec.receive_data(noise + M100Codec.send(frame))

    assert list(codec.messages()) == [frame]
    assert codec.damaged == len(noise)


@given(st.binary(max_size=60), frames, st.binary(max_size=60))
def test_a_frame_within_any_noise_is_found_once_nothing_more_comes(before: bytes, frame: Frame, after: bytes) -> None:
    codec = M100Codec()
    codec.receive_data(before + M100Codec.send(frame) + after)
    found = list(codec.messages())
    while codec.waiting:
        codec.skip_incomplete()
        found += codec.messages()

    assert frame in found or _begins_another(before, frame, after)


def _begins_another(before: bytes, frame: Frame, after: bytes) -> bool:
    """Say whether noise and frame happen to be a good frame that ends in ours: one chance in many thousands."""
    return any(found != frame for found in received(before + M100Codec.send(frame) + after))


@given(st.lists(st.binary(max_size=6000), max_size=6))
def test_any_bytes_at_all_are_taken_without_an_error_and_within_the_cap(pieces: list[bytes]) -> None:
    codec = M100Codec()
    for piece in pieces:
        codec.receive_data(piece)

        assert codec.waiting <= BUFFER_CAP
        list(codec.messages())


def test_a_length_that_no_frame_has_does_not_make_the_codec_wait() -> None:
    frame = Frame(FrameType.RESPONSE, 0x28, b"\0")
    too_long = b"\xbb\x01\x39" + (LONGEST_PARAMETERS + 1).to_bytes(2, "big")

    assert received(too_long + M100Codec.send(frame)) == [frame]


def test_a_lost_byte_costs_its_frame_and_not_the_next() -> None:
    first, second = (Frame(FrameType.NOTICE, 0x22, bytes(17)), Frame(FrameType.RESPONSE, 0xFF, b"\x15"))
    raw = M100Codec.send(first)

    assert received(raw[:7] + raw[8:] + M100Codec.send(second)) == [second]


def test_what_came_before_a_question_is_forgotten() -> None:
    codec = M100Codec()
    codec.receive_data(b"\xbb\x01\x39")
    codec.clear()

    assert (codec.waiting, codec.damaged) == (0, 3)


def test_a_frame_longer_than_the_protocol_allows_is_not_sent() -> None:
    with pytest.raises(FrameTooLongError) as caught:
        M100Codec.send(Frame(FrameType.COMMAND, 0x49, bytes(LONGEST_PARAMETERS + 1)))

    assert caught.value.length == LONGEST_PARAMETERS + 1


def test_a_frame_does_not_show_what_stands_on_a_tag() -> None:
    assert "2050" not in repr(Frame(FrameType.NOTICE, 0x22, b"2050000001"))
