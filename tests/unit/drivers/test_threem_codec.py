"""Frames of the 3M/Bibliotheca pads: cut, damaged, too long, and as captured from a real one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames import FrameTooLongError
from drivers.rfid.threem_codec import (
    LONGEST_LENGTH,
    Frame,
    ThreemCodec,
    crc16_genibus,
)
from tests.support.frame_codecs import KINDS, received

FRAMES = json.loads((Path(__file__).parents[2] / "data/rfid/threem_frames.json").read_text())["frames"]
GOOD = [vector for vector in FRAMES if vector["checksum_ok"]]
BAD = [vector for vector in FRAMES if not vector["checksum_ok"]]


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["name"])
def test_a_frame_from_a_public_source_is_read_and_written_byte_for_byte(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])

    (frame,) = received(ThreemCodec(), raw)

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


@given(st.binary(max_size=40).filter(lambda noise: not {0xD5, 0xD6} & set(noise)), KINDS["threem"].frames)
def test_noise_before_a_frame_is_dropped_and_counted(noise: bytes, frame: Frame) -> None:
    codec = ThreemCodec()
    codec.receive_data(noise + ThreemCodec.send(frame))

    assert list(codec.messages()) == [frame]
    assert codec.damaged == len(noise)


def test_a_length_that_no_frame_has_does_not_make_the_codec_wait() -> None:
    frame = Frame(0x0A, b"\0")
    too_long = b"\xd6" + (LONGEST_LENGTH + 1).to_bytes(2, "big")

    assert received(ThreemCodec(), too_long + ThreemCodec.send(frame)) == [frame]


def test_a_lost_byte_costs_its_frame_and_not_the_next() -> None:
    first, second = Frame(0x02, b"\0" * 20), Frame(0x0A, b"\x01")
    raw = ThreemCodec.send(first)

    assert received(ThreemCodec(), raw[:7] + raw[8:] + ThreemCodec.send(second), b"") == [second]


def test_a_frame_longer_than_the_protocol_allows_is_not_sent() -> None:
    with pytest.raises(FrameTooLongError) as caught:
        ThreemCodec.send(Frame(0xFE, bytes(LONGEST_LENGTH)))

    assert caught.value.length == LONGEST_LENGTH + 3
