"""Frames of UHFReader18 readers: cut, damaged, without a mark at their start, and as published."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames import FrameTooLongError
from drivers.rfid.uhfreader18_codec import (
    Frame,
    Uhfreader18Codec,
)
from tests.support.frame_codecs import KINDS, received, until_nothing_comes

VECTORS = json.loads((Path(__file__).parents[2] / "data/rfid/uhfreader18_frames.json").read_text())["frames"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_frame_from_a_public_source_is_read_and_written_byte_for_byte(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])

    (frame,) = received(Uhfreader18Codec(), raw)

    assert Uhfreader18Codec.send(frame) == raw


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
@given(data=st.data())
def test_a_published_frame_with_a_wrong_byte_is_not_taken_for_one(vector: dict[str, str], data: st.DataObject) -> None:
    raw = bytearray.fromhex(vector["hex"])
    at = data.draw(st.integers(1, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))

    assert bytes(raw) not in map(Uhfreader18Codec.send, until_nothing_comes(Uhfreader18Codec(), bytes(raw)))


@given(st.lists(st.integers(0, 3), max_size=40).map(bytes), KINDS["uhfreader18"].frames)
def test_bytes_that_are_no_length_are_dropped_and_counted(noise: bytes, frame: Frame) -> None:
    codec = Uhfreader18Codec()
    codec.receive_data(noise + Uhfreader18Codec.send(frame))

    assert list(codec.messages()) == [frame]
    assert codec.damaged == len(noise)


def test_a_lost_byte_costs_its_frame_and_holds_the_next_back_only_until_nothing_more_comes() -> None:
    first, second = Frame(0x01, bytes(19), 0), Frame(0x21, b"\0" * 9, 0)
    raw = Uhfreader18Codec.send(first)

    assert until_nothing_comes(Uhfreader18Codec(), raw[:7] + raw[8:] + Uhfreader18Codec.send(second)) == [second]


def test_a_length_that_was_made_up_by_noise_holds_a_frame_back_only_until_nothing_more_comes() -> None:
    frame = Frame(0x01, b"\xfb", 0)
    raw = b"\xf0" + Uhfreader18Codec.send(frame)

    assert received(Uhfreader18Codec(), raw) == []
    assert until_nothing_comes(Uhfreader18Codec(), raw) == [frame]


def test_a_frame_longer_than_its_length_can_say_is_not_sent() -> None:
    with pytest.raises(FrameTooLongError) as caught:
        Uhfreader18Codec.send(Frame(0x03, bytes(252)))

    assert caught.value.length == 256
