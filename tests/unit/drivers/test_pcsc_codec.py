"""Commands and answers of readers behind PC/SC: as a real ACR1552U was heard to speak, there and back, and noise."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.pcsc_codec import (
    LONGEST_FRAME,
    NO_ANSWER,
    SWITCH_TO_ISO15693,
    ApduError,
    ApduMessageError,
    exchange_answer,
    exchange_asked,
    exchange_request,
    exchange_told,
    session_answer,
    session_told,
    status_answer,
    told,
    uid_told,
)

frames = st.binary(min_size=1, max_size=LONGEST_FRAME)


@pytest.mark.parametrize(
    ("frame", "command", "answer", "heard"),
    [
        (
            "022b",
            "ffc20001049502022b00",
            "c00300900092010096020000970f000f2e985c8a000104e000001b03019000",
            "000f2e985c8a000104e000001b0301",
        ),
        ("422000", "ffc2000105950342200000", "c0030090009201009602000097060000001122339000", "000000112233"),
    ],
)
def test_what_a_real_reader_was_asked_and_answered(frame: str, command: str, answer: str, heard: str) -> None:
    assert exchange_request(bytes.fromhex(frame)).hex() == command
    assert exchange_asked(bytes.fromhex(command)).hex() == frame
    assert exchange_told(bytes.fromhex(answer)).hex() == heard
    assert exchange_answer(bytes.fromhex(heard)).hex() == answer


def test_a_write_gives_the_tag_time_as_a_real_one_needed_it() -> None:
    write = exchange_request(bytes.fromhex("02210000010203"), 1_000_000)

    assert write.hex() == "ffc20001105f460440420f0095070221000001020300"
    assert exchange_asked(write).hex() == "02210000010203"


def test_a_tag_that_said_nothing_is_told_as_a_real_reader_does() -> None:
    silence = bytes.fromhex("c0030164019000")
    with pytest.raises(ApduError) as caught:
        exchange_told(silence)

    assert caught.value.status == NO_ANSWER
    assert exchange_answer(None) == silence


def test_a_session_is_begun_switched_and_ended_as_a_real_reader_says() -> None:
    session_told(bytes.fromhex("c0030090009000"))
    session_told(bytes.fromhex("c0030090008f01009000"))
    session_told(session_answer())
    with pytest.raises(ApduError) as caught:
        session_told(bytes.fromhex("c003016a819000"))

    assert caught.value.status == 0x6A81
    assert SWITCH_TO_ISO15693.hex() == "ffc20002048f020203"


@pytest.mark.parametrize(
    ("answer", "uid"),
    [
        ("04a2b3c49000", "04a2b3c4"),
        ("04a2b3c4d5e6f79000", "04a2b3c4d5e6f7"),
        ("2e985c8a000104e09000", "e00401008a5c982e"),
        ("e00401008a5c982e9000", "e00401008a5c982e"),
    ],
)
def test_an_identifier_is_in_the_order_of_its_standard(answer: str, uid: str) -> None:
    assert uid_told(bytes.fromhex(answer)).hex() == uid


def test_a_refusal_says_its_status() -> None:
    with pytest.raises(ApduError) as caught:
        told(status_answer(0x6300))

    assert caught.value.status == 0x6300


@pytest.mark.parametrize(
    "understand",
    [
        lambda: told(b""),
        lambda: told(b"\x90"),
        lambda: uid_told(bytes.fromhex("0102039000")),
        lambda: uid_told(bytes(11) + b"\x90\x00"),
        lambda: exchange_told(b"\x90\x00"),
        lambda: exchange_told(bytes.fromhex("97009000")),
        lambda: exchange_told(bytes.fromhex("c002009000")),
        lambda: exchange_told(bytes.fromhex("c00200909000")),
        lambda: exchange_told(bytes.fromhex("979000")),
        lambda: exchange_told(bytes.fromhex("5f9000")),
        lambda: exchange_told(bytes.fromhex("97819000")),
        lambda: exchange_request(b""),
        lambda: exchange_request(bytes(LONGEST_FRAME + 1)),
        lambda: exchange_asked(b""),
        lambda: exchange_asked(bytes.fromhex("ffca000000")),
        lambda: exchange_asked(bytes.fromhex("ffc200010395012b0001")),
        lambda: exchange_asked(bytes.fromhex("ffc2000100")),
    ],
)
def test_what_is_no_such_command_or_answer_is_refused(understand: Callable[[], object]) -> None:
    with pytest.raises(ApduMessageError):
        understand()


@given(frames, st.integers(0, 0xFFFFFFFF))
def test_any_frame_is_handed_through(frame: bytes, microseconds: int) -> None:
    assert exchange_asked(exchange_request(frame, microseconds)) == frame


@given(frames)
def test_any_answer_is_handed_back(frame: bytes) -> None:
    assert exchange_told(exchange_answer(frame)) == frame


@given(st.binary(max_size=80), st.booleans())
def test_any_bytes_at_all_are_refused_with_its_own_errors(noise: bytes, well: object) -> None:
    answer = noise + b"\x90\x00" if well else noise
    for understand in (told, exchange_told, session_told, uid_told, exchange_asked):
        try:
            understand(answer)
        except (ApduError, ApduMessageError):
            continue
