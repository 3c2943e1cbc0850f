"""Frames of UHFReader18 readers: cut, damaged, without a mark at their start, and as published."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames import FrameTooLongError
from drivers.rfid.uhfreader18_codec import (
    BUFFER_CAP,
    LONGEST_LENGTH,
    Frame,
    Uhfreader18Codec,
)

VECTORS = json.loads((Path(__file__).parents[2] / "data/rfid/uhfreader18_frames.json").read_text())["frames"]

frames = st.builds(
    Frame, command=st.integers(0, 255), data=st.binary(max_size=LONGEST_LENGTH - 4), address=st.integers(0, 255)
)


def received(*pieces: bytes) -> list[Frame]:
    codec = Uhfreader18Codec()
    found: list[Frame] = []
    for piece in pieces:
        codec.receive_data(piece)
        found += codec.messages()
    return found


def until_nothing_comes(data: bytes) -> list[Frame]:
    codec = Uhfreader18Codec()
    codec.receive_data(data)
    found = list(codec.messages())
    while codec.waiting:
        codec.skip_incomplete()
        found += codec.messages()
    return found


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_frame_from_a_public_source_is_read_and_written_byte_for_byte(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])

    (frame,) = received(raw)

    assert Uhfreader18Codec.send(frame) == raw


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
@given(data=st.data())
def test_a_published_frame_with_a_wrong_byte_is_not_taken_for_one(vector: dict[str, str], data: st.DataObject) -> None:
    raw = bytearray.fromhex(vector["hex"])
    at = data.draw(st.integers(1, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))

    assert bytes(raw) not in map(Uhfreader18Codec.send, until_nothing_comes(bytes(raw)))


@given(st.lists(frames, max_size=6), st.data())
def test_frames_come_out_whole_however_the_bytes_are_cut(sent: list[Frame], data: st.DataObject) -> None:
    raw = b"".join(map(Uhfreader18Codec.send, sent))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    pieces = [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]

    assert received(*pieces) == sent


@given(st.lists(st.integers(0, 3), max_size=40).map(bytes), frames)
def test_bytes_that_are_no_length_are_dropped_and_counted(noise: bytes, frame: Frame) -> None:
    codec = Uhfreader18Codec()
    codec.receive_data(noise + Uhfreader18Codec.send(frame))

    assert list(codec.messages()) == [frame]
    assert codec.damaged == len(noise)


@given(st.lists(st.binary(max_size=6000), max_size=6))
def test_any_bytes_at_all_are_taken_without_an_error_and_within_the_cap(pieces: list[bytes]) -> None:
    codec = Uhfreader18Codec()
    for piece in pieces:
        codec.receive_data(piece)

        assert codec.waiting <= BUFFER_CAP
        list(codec.messages())


def test_a_lost_byte_costs_its_frame_and_holds_the_next_back_only_until_nothing_more_comes() -> None:
    first, second = Frame(0x01, bytes(19), 0), Frame(0x21, b"\0" * 9, 0)
    raw = Uhfreader18Codec.send(first)

    assert until_nothing_comes(raw[:7] + raw[8:] + Uhfreader18Codec.send(second)) == [second]


def test_a_length_that_was_made_up_by_noise_holds_a_frame_back_only_until_nothing_more_comes() -> None:
    frame = Frame(0x01, b"\xfb", 0)
    raw = b"\xf0" + Uhfreader18Codec.send(frame)

    assert received(raw) == []
    assert until_nothing_comes(raw) == [frame]


def test_a_frame_longer_than_its_length_can_say_is_not_sent() -> None:
    with pytest.raises(FrameTooLongError) as caught:
        Uhfreader18Codec.send(Frame(0x03, bytes(252)))

    assert caught.value.length == 256


def test_a_frame_does_not_show_what_stands_on_a_tag() -> None:
    assert "2050" not in repr(Frame(0x02, b"2050000001"))
