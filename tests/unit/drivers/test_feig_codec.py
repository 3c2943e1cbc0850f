"""Frames of FEIG OBID readers: cut, damaged, too long, of both kinds, and as captured from a real one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames import FrameTooLongError
from drivers.rfid.feig_codec import (
    LONGEST_ADVANCED,
    LONGEST_STANDARD,
    FeigCodec,
    Frame,
    crc16_feig,
)
from tests.support.frame_codecs import received, until_nothing_comes

VECTORS = json.loads((Path(__file__).parents[2] / "data/rfid/feig_frames.json").read_text())["frames"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_frame_from_a_public_source_is_read_and_written_byte_for_byte(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])

    (frame,) = received(FeigCodec(), raw)

    assert FeigCodec.send(frame) == raw
    assert frame.advanced is ("advanced" in vector["name"])


def test_the_checksum_is_that_of_the_manuals() -> None:
    assert crc16_feig(b"123456789") == 0x6F91


def test_the_captured_answer_comes_from_reader_0() -> None:
    (frame,) = received(FeigCodec(), bytes.fromhex("1100b000010300e0040150a05f02b7d7be"))

    assert frame == Frame(0xB0, bytes.fromhex("00010300e0040150a05f02b7"), address=0)


@pytest.mark.parametrize("advanced", [False, True])
@given(st.data())
def test_any_flipped_bit_makes_a_frame_a_bad_one(advanced: bool, data: st.DataObject) -> None:  # noqa: FBT001 - a parameter of the test
    frame = Frame(0xB0, b"\0\x03\x00", advanced=advanced)
    raw = bytearray(FeigCodec.send(frame))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    assert frame not in received(FeigCodec(), bytes(raw) + bytes(300))


@pytest.mark.parametrize(
    "head", [b"\x00", b"\x01", b"\x03", b"\x04", b"\x02\x00\x06", b"\x02\x0a\x01", b"\x02\xff\xff"]
)
def test_a_length_that_no_frame_has_does_not_make_the_codec_wait(head: bytes) -> None:
    frame = Frame(0x65, b"\0")
    codec = FeigCodec()
    found = until_nothing_comes(codec, head + FeigCodec.send(frame))

    assert found == [frame]
    assert codec.damaged == len(head)


def test_a_lost_byte_costs_its_frame_and_not_the_next() -> None:
    lost, kept = FeigCodec.send(Frame(0xB0, b"\0" * 20)), Frame(0x65, b"\x01", address=3)
    codec = FeigCodec()
    found = until_nothing_comes(codec, lost[:7] + lost[8:] + FeigCodec.send(kept))

    assert found == [kept]


@pytest.mark.parametrize(("advanced", "longest"), [(False, LONGEST_STANDARD), (True, LONGEST_ADVANCED)])
def test_a_frame_longer_than_its_kind_allows_is_not_sent(advanced: bool, longest: int) -> None:  # noqa: FBT001 - a parameter of the test
    room = longest - (7 if advanced else 5)

    assert len(FeigCodec.send(Frame(0xB0, bytes(room), advanced=advanced))) == longest
    with pytest.raises(FrameTooLongError) as caught:
        FeigCodec.send(Frame(0xB0, bytes(room + 1), advanced=advanced))
    assert caught.value.length == longest + 1


def test_the_longest_inventory_has_room() -> None:
    answer = Frame(0xB0, bytes(2 + 255 * 10), advanced=True)

    assert received(FeigCodec(), FeigCodec.send(answer)) == [answer]
