"""The air between a reader and an ISO 15693 tag: the standard's own bytes, round trips, and noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.iso15693_codec import (
    LONGEST_FRAME,
    AirErrorCode,
    AirFrameError,
    Command,
    Request,
    SystemInformation,
    TagSaysError,
    blocks_told,
    crc16_iso15693,
    inventory_request,
    inventory_told,
    refusal,
    reply,
    system_information_reply,
    system_information_told,
    told,
    with_crc,
    without_crc,
)

UID = "E00401008A5C982E"
ICODE = "000F2E985C8A000104E000001B0301"
"""A real ICODE SLI to "get system information" through an ACR1552U, from a public thread of its maker's forum."""

uids = st.binary(min_size=8, max_size=8).map(lambda raw: raw.hex().upper())
bytes_or_none = st.none() | st.integers(0, 255)
requests = st.builds(
    Request,
    command=st.sampled_from(Command),
    uid=uids | st.just(""),
    data=st.binary(max_size=40),
    option=st.booleans(),
)


@pytest.mark.parametrize(
    ("request_", "frame"),
    [
        (Request(Command.SYSTEM_INFORMATION), "022b"),
        (Request(Command.SYSTEM_INFORMATION, UID), "222b2e985c8a000104e0"),
        (Request(Command.READ_BLOCK, data=b"\0", option=True), "422000"),
        (Request(Command.WRITE_BLOCK, UID, bytes.fromhex("0012345678")), "22212e985c8a000104e00012345678"),
        (Request(Command.WRITE_AFI, UID, b"\xc2"), "22272e985c8a000104e0c2"),
        (Request(Command.SET_EAS, UID), "22a2042e985c8a000104e0"),
        (Request(Command.EAS_ALARM), "02a504"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_request_is_the_bytes_of_the_standard(request_: Request, frame: str) -> None:
    assert request_.frame().hex() == frame
    assert Request.of_frame(bytes.fromhex(frame)) == request_


def test_an_inventory_is_asked_in_one_slot_or_sixteen_and_of_a_family() -> None:
    assert inventory_request().hex() == "260100"
    assert inventory_request(one_slot=False).hex() == "060100"
    assert inventory_request(0x07).hex() == "36010700"


def test_a_real_tag_tells_of_itself() -> None:
    told_of = system_information_told(bytes.fromhex(ICODE))

    assert told_of == SystemInformation(UID, dsfid=0, afi=0, block_bytes=4, blocks=28, ic=1)


def test_a_real_block_comes_with_its_security_byte() -> None:
    assert blocks_told(bytes.fromhex("000000112233"), 1, 4, security=True).hex() == "00112233"
    assert blocks_told(bytes.fromhex("0000112233"), 1, 4).hex() == "00112233"


def test_an_inventory_is_answered_with_dsfid_and_uid() -> None:
    assert inventory_told(bytes.fromhex("003e2e985c8a000104e0")) == (UID, 0x3E)


def test_an_error_says_its_code() -> None:
    with pytest.raises(TagSaysError) as locked:
        told(refusal(AirErrorCode.LOCKED))
    with pytest.raises(TagSaysError) as bare:
        told(b"\x01")

    assert (locked.value.code, bare.value.code) == (AirErrorCode.LOCKED, AirErrorCode.UNKNOWN)


@pytest.mark.parametrize(
    "understand",
    [
        lambda: told(b""),
        lambda: inventory_told(reply(b"\0" * 8)),
        lambda: system_information_told(reply(b"\0" * 8)),
        lambda: system_information_told(reply(b"\x01" + b"\0" * 8)),
        lambda: blocks_told(reply(b"\0" * 5), 1, 4),
        lambda: Request.of_frame(b"\x02"),
        lambda: Request.of_frame(bytes.fromhex("260100")),
        lambda: Request.of_frame(bytes.fromhex("122b")),
        lambda: Request.of_frame(bytes.fromhex("02a507")),
        lambda: Request.of_frame(bytes.fromhex("222b0102")),
    ],
)
def test_what_is_no_such_frame_is_refused(understand: object) -> None:
    assert callable(understand)
    with pytest.raises(AirFrameError):
        understand()


def test_the_checksum_is_that_of_the_standard() -> None:
    assert crc16_iso15693(b"123456789") == 0x906E
    assert with_crc(bytes.fromhex("260100")).hex() == "260100f60a"


@pytest.mark.parametrize("frame", ["", "0a", "f60a", "260100f60b", "00" * (LONGEST_FRAME + 3)])
def test_a_frame_with_a_wrong_checksum_or_length_is_none(frame: str) -> None:
    with pytest.raises(AirFrameError):
        without_crc(bytes.fromhex(frame))


@given(requests)
def test_any_request_comes_back_as_it_was(request_: Request) -> None:
    assert Request.of_frame(without_crc(with_crc(request_.frame()))) == request_


@given(
    st.builds(
        SystemInformation,
        uid=uids,
        dsfid=bytes_or_none,
        afi=bytes_or_none,
        block_bytes=st.just(None),
        blocks=st.just(None),
        ic=bytes_or_none,
    )
    | st.builds(SystemInformation, uid=uids, block_bytes=st.integers(1, 32), blocks=st.integers(1, 256))
)
def test_whatever_a_tag_tells_of_itself_is_understood(tag: SystemInformation) -> None:
    assert system_information_told(system_information_reply(tag)) == tag


@given(st.binary(max_size=60))
def test_any_bytes_at_all_are_refused_with_its_own_errors(noise: bytes) -> None:
    for understand in (Request.of_frame, told, inventory_told, system_information_told, without_crc):
        try:
            understand(noise)
        except (AirFrameError, TagSaysError):
            continue
