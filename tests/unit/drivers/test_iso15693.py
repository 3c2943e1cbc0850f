"""What goes over the air to a tag, read and written, and what an emulated tag answers to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.device import Order
from drivers.emulators.iso15693_tag import EAS_SEQUENCE, AirTags
from drivers.emulators.tags import Pad
from drivers.errors import DeviceError
from drivers.rfid import iso15693_codec as air

UID = "E004010031269117"
OTHER = "E00401001F77FB98"
TEXAS = "E007010031269117"

uids = st.binary(min_size=8, max_size=8).map(lambda uid: uid.hex().upper())
requests = st.builds(
    air.AirRequest,
    command=st.integers(2, 0x9F),
    uid=st.none() | uids,
    data=st.binary(max_size=20),
    option=st.booleans(),
) | st.builds(
    air.AirRequest,
    command=st.integers(0xA0, 0xDF),
    uid=st.none() | uids,
    data=st.binary(max_size=20),
    option=st.booleans(),
    maker=st.integers(0, 255),
)
bytes_or_none = st.none() | st.integers(0, 255)


@given(requests)
def test_a_request_comes_through(asked: air.AirRequest) -> None:
    assert air.request_told(air.request_bytes(asked)) == asked


@pytest.mark.parametrize(
    ("asked", "raw"),
    [
        (air.AirRequest(air.AirCommand.READ_BLOCK, UID, b"\x05"), "222017912631000104e005"),
        (air.AirRequest(air.AirCommand.WRITE_AFI, UID, b"\xc2"), "222717912631000104e0c2"),
        (air.AirRequest(air.AirCommand.SET_EAS, UID), "22a20417912631000104e0"),
        (air.AirRequest(air.AirCommand.EAS_ALARM), "02a504"),
        (air.AirRequest(air.AirCommand.READ_BLOCKS, None, b"\x00\x07", option=True), "42230007"),
    ],
)
def test_a_request_is_written_as_the_standard_says(asked: air.AirRequest, raw: str) -> None:
    assert air.request_bytes(asked).hex() == raw


@pytest.mark.parametrize("raw", ["", "22", "260100", "22201791", "22a5", "22a504e0"])
def test_what_is_no_request_is_none(raw: str) -> None:
    with pytest.raises(air.AirMessageError):
        air.request_told(bytes.fromhex(raw))


@given(st.binary(max_size=40))
def test_a_reply_comes_through(data: bytes) -> None:
    assert air.reply_told(air.reply_bytes(data)) == data


@pytest.mark.parametrize(("raw", "code"), [(b"\x01\x12", 0x12), (b"\x01", air.AirFault.UNKNOWN)])
def test_a_fault_is_told_with_its_code(raw: bytes, code: int) -> None:
    with pytest.raises(air.AirError) as caught:
        air.reply_told(raw)

    assert caught.value.code == code


def test_silence_is_no_reply() -> None:
    with pytest.raises(air.AirMessageError):
        air.reply_told(b"")


@given(
    st.builds(
        air.SystemInformation,
        uid=uids,
        dsfid=bytes_or_none,
        afi=bytes_or_none,
        block_bytes=st.integers(1, 32),
        blocks=st.integers(1, 256),
        ic=bytes_or_none,
    )
    | st.builds(air.SystemInformation, uid=uids, dsfid=bytes_or_none)
)
def test_what_a_tag_tells_of_itself_comes_through(info: air.SystemInformation) -> None:
    assert air.information_told(air.information_bytes(info)) == info


@pytest.mark.parametrize("raw", ["", "0f17912631000104", "0117912631000104e0", "0017912631000104e000"])
def test_what_a_tag_tells_of_itself_must_have_its_length(raw: str) -> None:
    with pytest.raises(air.AirMessageError):
        air.information_told(bytes.fromhex(raw))


@given(st.binary(max_size=60))
def test_any_bytes_at_all_raise_our_own_errors_alone(raw: bytes) -> None:
    for understand in (air.request_told, air.reply_told, air.information_told):
        try:
            understand(raw)
        except DeviceError:
            continue


def test_a_maker_stands_in_the_second_byte() -> None:
    assert [air.maker_of(uid) for uid in (UID, TEXAS)] == [air.NXP, 0x07]


def test_the_checksum_is_that_of_the_standard() -> None:
    assert air.crc16_iso15693(b"123456789") == 0x906E


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
