"""What an emulated tag answers over the air."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.device import Order
from drivers.emulators.iso15693_tag import EAS_SEQUENCE, AirTags
from drivers.emulators.tags import Pad

UID = "E004010031269117"
TEXAS = "E007010031269117"


def pad(*tags: Order) -> Pad:
    made = Pad()
    made.lay({"tags": [*tags]})
    return made


def said(made: Pad, raw: str) -> str | None:
    answer = AirTags(made).answer(bytes.fromhex(raw))
    return None if answer is None else answer.hex()


ADDRESS = "17912631000104e0"
BOOK: Order = {"uid": UID, "memory": "11111111222222223333333344444444", "size": 16, "afi": 7, "dsfid": 0x3E}


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (f"2220{ADDRESS}01", "0022222222"),
        (f"6220{ADDRESS}01", "000122222222"),
        (f"2223{ADDRESS}0002", "00111111112222222233333333"),
        (f"6223{ADDRESS}0001", "0000111111110122222222"),
        (f"2223{ADDRESS}03", "0044444444"),
        (f"2220{ADDRESS}04", "0110"),
        (f"2221{ADDRESS}0055555555", "00"),
        (f"2221{ADDRESS}0155555555", "0112"),
        (f"2221{ADDRESS}0455555555", "0110"),
        (f"2221{ADDRESS}0055", "0102"),
        (f"2222{ADDRESS}00", "00"),
        (f"2222{ADDRESS}01", "0111"),
        (f"2227{ADDRESS}c2", "00"),
        (f"2228{ADDRESS}", "00"),
        (f"2229{ADDRESS}06", "00"),
        (f"222a{ADDRESS}", "00"),
        (f"222b{ADDRESS}", f"000f{ADDRESS}3e07030301"),
        (f"222c{ADDRESS}0003", "0000010000"),
        (f"222c{ADDRESS}0004", "0110"),
        (f"222c{ADDRESS}01", "0001"),
        (f"22a204{ADDRESS}", "00"),
        (f"22a507{ADDRESS}", "0101"),
        (f"22a504{ADDRESS}", None),
        (f"2225{ADDRESS}", "0101"),
        ("2220989b771f000104e001", None),
        ("022001", "0022222222"),
        ("260100", None),
    ],
)
def test_a_tag_answers_over_the_air(raw: str, answer: str | None) -> None:
    assert said(pad({**BOOK, "locked_blocks": [1]}), raw) == answer


def test_what_is_written_over_the_air_stands_on_the_tag() -> None:
    made = pad(BOOK)
    for raw in ("21{}0055555555", "22{}00", "27{}c2", "28{}", "29{}06", "2a{}", "a204{}"):
        assert said(made, "22" + raw.format(ADDRESS)) == "00"
    tag = made.known[UID]

    assert (tag.memory[:4].hex(), tag.afi, tag.dsfid, tag.eas) == ("55555555", 0xC2, 0x06, True)
    assert (tag.locked_blocks, tag.afi_locked, tag.dsfid_locked) == ({0}, True, True)
    assert [said(made, f"22{code}{ADDRESS}07") for code in ("27", "29")] == ["0112", "0112"]


def test_an_alarm_is_answered_by_a_tag_whose_bit_is_set_alone() -> None:
    made = pad(BOOK)
    heard = [said(made, f"22{command}04{ADDRESS}") for command in ("a2", "a5", "a3", "a5")]

    assert heard == ["00", "00" + EAS_SEQUENCE.hex(), "00", None]


def test_a_tag_of_another_maker_has_no_eas_and_one_of_many_must_be_named() -> None:
    made = pad(BOOK, {"uid": TEXAS})

    assert said(made, "22a504" + bytes.fromhex(TEXAS)[::-1].hex()) == "0101"
    assert said(made, "022001") is None


def test_a_tag_that_cannot_be_read_or_is_lifted_is_silent() -> None:
    made = pad({**BOOK, "unreadable": True})
    made.misbehave({"what": "lift_in_write"})

    assert said(made, f"2220{ADDRESS}01") is None
    assert said(made, f"2227{ADDRESS}c2") is None
    assert made.lying() == ()


@given(st.lists(st.binary(max_size=30), max_size=5))
def test_an_emulated_tag_takes_any_bytes_at_all(pieces: list[bytes]) -> None:
    tags = AirTags(pad(BOOK))
    for piece in pieces:
        tags.answer(piece)
