"""Frames of the RDM6300 and ID-12: cut, damaged, and of real cards."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card.base import CardReading
from drivers.card.card_number import CardForm, CardNumberRule
from drivers.card.rdm6300_codec import BUFFER_CAP, CardLengthError, Rdm6300Codec
from tests.support.frame_codecs import received

VECTORS = [
    vector
    for vector in json.loads((Path(__file__).parents[2] / "data/rfid/card_frames.json").read_text())["frames"]
    if vector["protocol"] == "rdm6300"
]
cards = st.binary(min_size=5, max_size=5)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_frame_of_a_real_card_is_read_and_written_byte_for_byte(vector: dict[str, str]) -> None:
    raw = bytes.fromhex(vector["hex"])
    good = bool(vector["checksum_ok"])

    found = received(Rdm6300Codec(), raw)

    assert [Rdm6300Codec.send(card) for card in found] == ([raw] if good else [])


def test_a_real_card_has_the_number_that_is_printed_on_it() -> None:
    (card,) = received(Rdm6300Codec(), bytes.fromhex("0236373030334235314336434203"))

    assert CardNumberRule(CardForm.DECIMAL, last_bytes=4).number(CardReading(card, "", 0)) == "3887558"


@given(st.lists(st.tuples(cards, st.booleans()), max_size=6), st.data())
def test_cards_come_out_whole_however_the_bytes_are_cut(sent: list[tuple[bytes, bool]], data: st.DataObject) -> None:
    raw = b"".join(Rdm6300Codec.send(card, line_end=line_end) for card, line_end in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    pieces = [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]

    assert received(Rdm6300Codec(), *pieces) == [card for card, _ in sent]


@given(st.lists(st.binary(max_size=5000), max_size=6))
def test_any_bytes_at_all_are_taken_without_an_error_and_within_the_cap(pieces: list[bytes]) -> None:
    codec = Rdm6300Codec()
    for piece in pieces:
        codec.receive_data(piece)

        assert codec.waiting <= BUFFER_CAP
        assert all(len(card) == 5 for card in codec.messages())
        assert codec.waiting < 16


@pytest.mark.parametrize(
    "raw",
    [
        b"\x0267003B51C6CC\x03",
        b"\x0267003B51C6C\x03",
        b"\x0267003B51G6CB\x03",
        b"\x0267003B51C6CB\x04",
        b"\x0267003B51C6CB\r\x03",
        b"\x0267003B51C6CB\r\n\x04",
        b"67003B51C6CB\x03",
    ],
)
def test_a_frame_that_is_not_whole_costs_itself_and_not_the_next(raw: bytes) -> None:
    codec = Rdm6300Codec()
    codec.receive_data(raw + Rdm6300Codec.send(b"\1\2\3\4\5"))

    assert list(codec.messages()) == [b"\1\2\3\4\5"]
    assert codec.damaged == len(raw)


@pytest.mark.parametrize("length", [4, 6])
def test_a_number_of_another_length_is_not_sent(length: int) -> None:
    with pytest.raises(CardLengthError):
        Rdm6300Codec.send(bytes(length))
