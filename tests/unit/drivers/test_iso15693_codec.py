"""The air between a reader and an ISO 15693 tag: the standard's own bytes, round trips, and noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.iso15693_codec import (
    NXP,
    AirCommand,
    AirError,
    AirFault,
    AirMessageError,
    AirRequest,
    SystemInformation,
    crc16_iso15693,
    fault_bytes,
    information_bytes,
    information_told,
    maker_of,
    reply_bytes,
    reply_told,
    request_bytes,
    request_told,
)

UID = "E00401008A5C982E"
ICODE = "0F2E985C8A000104E000001B0301"
"""A real ICODE SLI to "get system information" through an ACR1552U, from a public thread of its maker's forum."""

uids = st.binary(min_size=8, max_size=8).map(lambda raw: raw.hex().upper())
bytes_or_none = st.none() | st.integers(0, 255)
requests = st.builds(
    AirRequest,
    command=st.sampled_from(AirCommand),
    uid=st.none() | uids,
    data=st.binary(max_size=40),
    option=st.booleans(),
)


@pytest.mark.parametrize(
    ("asked", "frame"),
    [
        (AirRequest(AirCommand.SYSTEM_INFORMATION), "022b"),
        (AirRequest(AirCommand.SYSTEM_INFORMATION, UID), "222b2e985c8a000104e0"),
        (AirRequest(AirCommand.READ_BLOCK, data=b"\0", option=True), "422000"),
        (AirRequest(AirCommand.WRITE_BLOCK, UID, bytes.fromhex("0012345678")), "22212e985c8a000104e00012345678"),
        (AirRequest(AirCommand.WRITE_AFI, UID, b"\xc2"), "22272e985c8a000104e0c2"),
        (AirRequest(AirCommand.SET_EAS, UID), "22a2042e985c8a000104e0"),
        (AirRequest(AirCommand.EAS_ALARM), "02a504"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_request_is_the_bytes_of_the_standard(asked: AirRequest, frame: str) -> None:
    assert request_bytes(asked).hex() == frame
    assert request_told(bytes.fromhex(frame)) == asked


def test_a_real_tag_tells_of_itself() -> None:
    assert information_told(bytes.fromhex(ICODE)) == SystemInformation(
        UID, dsfid=0, afi=0, block_bytes=4, blocks=28, ic=1
    )
    assert maker_of(UID) == NXP


def test_an_error_says_its_code() -> None:
    with pytest.raises(AirError) as locked:
        reply_told(fault_bytes(AirFault.LOCKED))
    with pytest.raises(AirError) as bare:
        reply_told(b"\x01")

    assert (locked.value.code, bare.value.code) == (AirFault.LOCKED, AirFault.UNKNOWN)


@pytest.mark.parametrize("frame", ["", "02", "260100", "02a5", "222b0102"])
def test_what_is_no_request_is_refused(frame: str) -> None:
    with pytest.raises(AirMessageError):
        request_told(bytes.fromhex(frame))


@pytest.mark.parametrize("told", ["", "0000", "01" + "00" * 8, "00" * 10])
def test_what_tells_nothing_of_a_tag_is_refused(told: str) -> None:
    with pytest.raises(AirMessageError):
        information_told(bytes.fromhex(told))


def test_no_reply_is_none() -> None:
    with pytest.raises(AirMessageError):
        reply_told(b"")


def test_the_checksum_is_that_of_the_standard() -> None:
    assert crc16_iso15693(b"123456789") == 0x906E
    assert crc16_iso15693(bytes.fromhex("260100")).to_bytes(2, "little").hex() == "f60a"


@given(requests)
def test_any_request_comes_back_as_it_was(asked: AirRequest) -> None:
    assert request_told(request_bytes(asked)) == asked


@given(st.binary(max_size=40))
def test_any_good_reply_comes_back_as_it_was(data: bytes) -> None:
    assert reply_told(reply_bytes(data)) == data


@given(
    st.builds(SystemInformation, uid=uids, dsfid=bytes_or_none, afi=bytes_or_none, ic=bytes_or_none)
    | st.builds(SystemInformation, uid=uids, block_bytes=st.integers(1, 32), blocks=st.integers(1, 256))
)
def test_whatever_a_tag_tells_of_itself_is_understood(tag: SystemInformation) -> None:
    assert information_told(information_bytes(tag)) == tag


@given(st.binary(max_size=60))
def test_any_bytes_at_all_are_refused_with_its_own_errors(noise: bytes) -> None:
    for understand in (request_told, reply_told, information_told):
        try:
            understand(noise)
        except (AirMessageError, AirError):
            continue
