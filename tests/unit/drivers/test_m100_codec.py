"""Frames of UHF modules: cut, damaged, with their own ends inside, and as published."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames import FrameTooLongError
from drivers.rfid.m100_codec import (
    LONGEST_PARAMETERS,
    Frame,
    FrameType,
    M100Codec,
)
from tests.support.frame_codecs import KINDS, received

FRAMES = json.loads((Path(__file__).parents[2] / "data/rfid/m100_frames.json").read_text())["frames"]
GOOD = [vector for vector in FRAMES if vector["checksum_ok"]]
BAD = [vector for vector in FRAMES if not vector["checksum_ok"]]


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["name"])
def test_a_frame_from_a_public_source_is_read_and_written_byte_for_byte(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])

    (frame,) = received(M100Codec(), raw)

    assert M100Codec.send(frame) == raw
    assert (frame.type is FrameType.COMMAND) == (vector["direction"] == "tx")


@pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector["name"])
def test_a_frame_with_a_wrong_checksum_is_thrown_away(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])
    codec = M100Codec()
    codec.receive_data(raw)

    assert list(codec.messages()) == []
    assert codec.damaged == len(raw)


@given(st.lists(st.sampled_from((0xBB, 0x7E, 0x00, 0x01)), max_size=60).map(bytes), st.integers(0, 255))
def test_starts_and_ends_within_a_frame_are_but_bytes(parameters: bytes, command: int) -> None:
    frame = Frame(FrameType.RESPONSE, command, parameters)

    assert received(M100Codec(), M100Codec.send(frame) * 2) == [frame, frame]


@given(st.binary(max_size=40).filter(lambda noise: 0xBB not in noise), KINDS["m100"].frames)
def test_noise_before_a_frame_is_dropped_and_counted(noise: bytes, frame: Frame) -> None:
    codec = M100Codec()
    codec.receive_data(noise + M100Codec.send(frame))

    assert list(codec.messages()) == [frame]
    assert codec.damaged == len(noise)


def test_a_length_that_no_frame_has_does_not_make_the_codec_wait() -> None:
    frame = Frame(FrameType.RESPONSE, 0x28, b"\0")
    too_long = b"\xbb\x01\x39" + (LONGEST_PARAMETERS + 1).to_bytes(2, "big")

    assert received(M100Codec(), too_long + M100Codec.send(frame)) == [frame]


def test_a_lost_byte_costs_its_frame_and_not_the_next() -> None:
    first, second = (Frame(FrameType.NOTICE, 0x22, bytes(17)), Frame(FrameType.RESPONSE, 0xFF, b"\x15"))
    raw = M100Codec.send(first)

    assert received(M100Codec(), raw[:7] + raw[8:] + M100Codec.send(second)) == [second]


def test_a_frame_longer_than_the_protocol_allows_is_not_sent() -> None:
    with pytest.raises(FrameTooLongError) as caught:
        M100Codec.send(Frame(FrameType.COMMAND, 0x49, bytes(LONGEST_PARAMETERS + 1)))

    assert caught.value.length == LONGEST_PARAMETERS + 1
