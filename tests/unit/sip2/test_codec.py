"""One line and one message, each field as the specification and the field have shown it."""

import dataclasses
from datetime import UTC, datetime

import pytest

from sip2.checksum import Checksum, checksum, is_good
from sip2.codec import decode, encode
from sip2.dates import read_date, write_date
from sip2.errors import (
    Fault,
    Oddity,
    RemoteProtocolError,
)
from sip2.messages import (
    BY_CODE,
    REQUESTS,
    RESPONSES,
    AcsStatus,
    CheckinResponse,
    CheckoutResponse,
    ItemInformationRequest,
    ItemInformationResponse,
    PatronFlag,
    PatronInformationRequest,
    PatronInformationResponse,
    ScStatusRequest,
    Summary,
)
from tests.support.sip2_samples import CHECKED_OUT, CHECKOUT, ITEM, NOON


def fault_of(line: bytes) -> Fault:
    with pytest.raises(RemoteProtocolError) as caught:
        decode(line)
    return caught.value.fault


def test_every_message_of_both_directions_is_there() -> None:
    asked = {kind.code for kind in REQUESTS}
    answered = {kind.code for kind in RESPONSES}

    assert asked == {"01", "09", "11", "15", "17", "19", "23", "25", "29", "35", "37", "63", "65", "93", "97", "99"}
    assert answered == {"10", "12", "16", "18", "20", "24", "26", "30", "36", "38", "64", "66", "94", "96", "98"}
    assert len(BY_CODE) == 31


def test_a_message_is_written_in_the_order_of_the_specification() -> None:
    line = encode(CHECKOUT, sequence=0)

    assert line.startswith(b"11NN20261122    120005                  AOHUB|AAP1|ABI1|AC|AY0AZ")
    assert line.endswith(b"\r")


@pytest.mark.parametrize(
    "line",
    [
        b"9900401.00AY1AZFCA5",
        b"990 402.00AY1AZFCB4",
        b"941AY3AZFDFA",
        b"941AY0AZFDFD",
        b"9300CNuser_id|COpassw0rd|AY1AZF594",
        b"96AZFEF6",
        b"97AZFEF5",
    ],
)
def test_published_vectors_are_good_and_come_out_again(line: bytes) -> None:
    received = decode(line)

    assert received.checksum is Checksum.GOOD
    assert received.well_formed
    assert encode(received.message, sequence=received.sequence or 0) == line + b"\r"


def test_the_wrong_vector_of_the_specification_is_told_from_the_right_one() -> None:
    said = b"9300CNLoginUserID|COLoginPassword|CPLocationCode|AY5AZEC78"
    right = said.replace(b"EC78", b"EC7B")

    assert decode(said).checksum is Checksum.BAD
    assert decode(right).checksum is Checksum.GOOD


def test_the_checksum_is_of_bytes_not_of_letters() -> None:
    line = encode(CHECKED_OUT, sequence=2)

    assert checksum(line[:-5]) == line[-5:-1]
    assert is_good(line[:-5], line[-5:-1].lower())
    assert not is_good(line[:-5], b"")


def test_absent_and_empty_are_different() -> None:
    empty = decode(b"1720261122    120005AOHUB|ABI1|AC|").message
    absent = decode(b"1720261122    120005AOHUB|ABI1|").message

    assert isinstance(empty, ItemInformationRequest)
    assert isinstance(absent, ItemInformationRequest)
    assert (empty.terminal_password, absent.terminal_password) == ("", None)


def test_the_order_of_a_received_message_is_kept_and_a_new_field_goes_last() -> None:
    line = b"1720261122    120005ABI1|ZZ1|AOHUB|QQ|ZZ2|"
    received = decode(line)
    richer = dataclasses.replace(received.message, extensions=(*received.message.extensions, ("XR", "other")))

    assert encode(received.message) == line + b"\r"
    assert received.message.extensions == (("ZZ", "1"), ("QQ", ""), ("ZZ", "2"))
    assert received.message.extension("ZZ") == "1"
    assert received.message.extension("XX") is None
    assert encode(richer) == line + b"XRother|\r"


def test_a_changed_fixed_field_is_written_as_changed() -> None:
    message = decode(b"990 402.00").message
    assert isinstance(message, ScStatusRequest)
    assert message.max_print_width == 40

    assert encode(message) == b"990 402.00\r"
    assert encode(dataclasses.replace(message, max_print_width=80)) == b"9900802.00\r"


def test_a_verdict_that_was_never_read_cannot_come_from_the_wire_copy() -> None:
    answer = decode(b"941").message
    strange = dataclasses.replace(answer, wire=dataclasses.replace(answer.wire, fixed="x")) if answer.wire else answer

    assert encode(strange) == b"941\r"


def test_repeatable_fields_are_tuples() -> None:
    line = b"66100010001" + b"20261122    120005" + b"AOHUB|BMI1|BMI2|BNI3|AFone|AFtwo|"
    message = decode(line).message

    assert encode(message) == line + b"\r"
    assert dataclasses.asdict(message)["renewed_items"] == ("I1", "I2")
    assert dataclasses.asdict(message)["screen_messages"] == ("one", "two")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20261122    120005", NOON),
        ("20261122   Z120005", NOON.replace(tzinfo=UTC)),
        ("20261122 EST120005", None),
        ("20261322    120005", None),
        ("2026112x    120005", None),
        ("٢٠٢٦١١٢٢    120005", None),
        ("20261122    1200", None),
        (" " * 18, None),
    ],
)
def test_a_date_has_two_zones_and_nothing_else(text: str, moment: datetime | None) -> None:
    assert read_date(text) == moment


def test_an_aware_moment_is_written_in_utc_and_none_as_blanks() -> None:
    assert write_date(NOON.replace(tzinfo=UTC)) == "20261122   Z120005"
    assert write_date(NOON) == "20261122    120005"
    assert write_date(None) == " " * 18


@pytest.mark.parametrize(
    ("line", "oddity"),
    [
        (b"\0\0 1720261122    120005AOHUB|ABI1|", Oddity.LEADING_NOISE),
        (b"1720261122    120005AOHUB|ABI\xff|", Oddity.UNDECODABLE),
        (b"1720261122    120005AOHUB|ABI\x1b1|", Oddity.CONTROL_CHARACTER),
        (b"1720261122    120005AOHUB|ABI1|AC", Oddity.NO_LAST_DELIMITER),
        (b"1720261122    120005AOHUB||ABI1|", Oddity.FIELD_WITHOUT_ID),
        (b"1720261122    120005AOHUB|A|ABI1|", Oddity.FIELD_WITHOUT_ID),
        (b"1720261122    120005AOHUB|AY1|ABI1|", Oddity.FIELD_WITHOUT_ID),
        (b"1720261122    120005AOHUB|ABI1|ABI2|", Oddity.REPEATED_FIELD),
        (b"1720261122    120005ABI1|", Oddity.MISSING_FIELD),
        (b"1720261122    120005AOHUB|ABI1|AC" + b"x" * 256 + b"|", Oddity.LONG_FIELD),
        (b"1720261122    120005AOHUB|ABI1|" + b"ZZ1|" * 3000, Oddity.LONG_MESSAGE),
        (b"172026112     120005AOHUB|ABI1|", Oddity.BAD_DATE),
        (b"11NX20261122    120005                  AOHUB|AAP1|ABI1|AC|", Oddity.BAD_FLAG),
        (b"990x802.00", Oddity.BAD_NUMBER),
        (b"24NNNNNNNNNNNNNN00020261122    120005AOHUB|AAP1|AEN|", Oddity.BAD_STATUS),
        (b"24\t\t\t\t\t\t\t\t\t\t\t\t\t\t00020261122    120005AOHUB|AAP1|AEN|", Oddity.BAD_STATUS),
        (b"6300020261122    120005YY        AOHUB|AAP1|", Oddity.BAD_SUMMARY),
        (b"6300020261122    120005      Y   AOHUB|AAP1|", Oddity.BAD_SUMMARY),
        (b"1720261122    120005AOHUB|ABI1|AY1", Oddity.SEQUENCE_WITHOUT_CHECKSUM),
    ],
)
def test_what_real_systems_do_wrong_is_tolerated_and_named(line: bytes, oddity: Oddity) -> None:
    received = decode(line)

    assert oddity in received.oddities
    assert not received.well_formed


def test_a_first_value_wins_over_its_repetition_and_both_are_kept() -> None:
    line = b"1720261122    120005AOHUB|ABI1|ABI2|"
    received = decode(line)

    assert isinstance(received.message, ItemInformationRequest)
    assert received.message.item_id == "I1"
    assert received.message.extensions == (("AB", "I2"),)
    assert encode(received.message) == line + b"\r"


def test_a_missing_last_delimiter_comes_out_as_it_came() -> None:
    line = b"1720261122    120005AOHUB|ABI1|AC"

    assert encode(decode(line).message) == line + b"\r"


@pytest.mark.parametrize(
    ("end", "sequence", "state", "oddity"),
    [
        (b"AY1AZ%s", 1, Checksum.GOOD, None),
        (b"AY1AZ%s ", 1, Checksum.GOOD, Oddity.NOISE_AFTER_CHECKSUM),
        (b"AY1AZ%s|", 1, Checksum.GOOD, Oddity.NOISE_AFTER_CHECKSUM),
        (b"AY10AZ%s", None, Checksum.GOOD, Oddity.BAD_SEQUENCE),
        (b"AYxAZ%s", None, Checksum.GOOD, Oddity.BAD_SEQUENCE),
        (b"AZ%s", None, Checksum.GOOD, None),
        (b"AY1AZ12", 1, Checksum.BAD, None),
        (b"AY1AZ", 1, Checksum.BAD, None),
        (b"AY1AZzzzz", 1, Checksum.BAD, None),
        (b"AY1|", 1, Checksum.ABSENT, Oddity.SEQUENCE_WITHOUT_CHECKSUM),
    ],
)
def test_every_ending_that_was_seen_is_read(
    end: bytes, sequence: int | None, state: Checksum, oddity: Oddity | None
) -> None:
    start = b"1720261122    120005AOHUB|ABI1|"
    through = start + end.partition(b"%s")[0]
    received = decode(start + end.replace(b"%s", checksum(through)))

    assert received.sequence == sequence
    assert received.checksum is state
    assert received.oddities == (() if oddity is None else (oddity,))
    assert received.body == start


def test_lower_case_digits_are_taken_and_named() -> None:
    received = decode(encode(ITEM, sequence=1).strip().replace(b"AZF", b"AZf"))

    assert received.checksum is Checksum.GOOD
    assert received.oddities == (Oddity.LOWER_CASE_CHECKSUM,)


@pytest.mark.parametrize("title", [b"Pay AZ12", b"PAYZAZ", b"AY1", b"x AY1AZ", b"AZFFFF"])
def test_a_title_that_looks_like_a_checksum_stays_a_title(title: bytes) -> None:
    received = decode(b"18030201" + b"20261122    120005" + b"ABI1|AJ" + title + b"|")

    assert received.checksum is Checksum.ABSENT
    assert isinstance(received.message, ItemInformationResponse)
    assert received.message.title == title.decode()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"", Fault.TOO_SHORT),
        (b"1", Fault.TOO_SHORT),
        (b"ZZ", Fault.UNKNOWN_COMMAND),
        (b"\xff\xff\xff", Fault.UNKNOWN_COMMAND),
        (b"17", Fault.TRUNCATED),
        (b"1720261122AOHUB|ABI1|", Fault.TRUNCATED),
        (b"3820261122    120005AOHUB|AAP1|", Fault.BAD_FIXED_FIELD),
        (b"94Y", Fault.BAD_FIXED_FIELD),
        (b"1720261122    120005AOHUB|", Fault.MISSING_IDENTIFIER),
        (b"11NN20261122    120005                  AOHUB|ABI1|AC|", Fault.MISSING_IDENTIFIER),
        (b"17AY1AZ0000", Fault.BAD_CHECKSUM),
    ],
)
def test_a_line_that_is_no_message_says_why(line: bytes, fault: Fault) -> None:
    assert fault_of(line) is fault


def test_a_fault_names_its_field() -> None:
    with pytest.raises(RemoteProtocolError, match="bad_fixed_field: ok"):
        decode(b"942")


def test_flags_and_lists_have_names() -> None:
    status = decode(b"64YYYY      YY  00020261122    120005" + b"0001    0002000300000000" + b"AOHUB|AAP1|AEN|").message
    asked = decode(b"6300020261122    120005  Y       AOHUB|AAP1|").message

    assert isinstance(status, PatronInformationResponse)
    assert status.patron_status == {
        PatronFlag.CHARGE_DENIED,
        PatronFlag.RENEWAL_DENIED,
        PatronFlag.RECALL_DENIED,
        PatronFlag.HOLD_DENIED,
        PatronFlag.EXCESSIVE_FINES,
        PatronFlag.EXCESSIVE_FEES,
    }
    assert (status.hold_items_count, status.overdue_items_count) == (1, None)
    assert isinstance(asked, PatronInformationRequest)
    assert asked.summary is Summary.CHARGED


@pytest.mark.parametrize(("media", "letter"), [(True, b"Y"), (False, b"N"), (None, b"U")])
def test_magnetic_media_may_be_unknown(media: bool | None, letter: bytes) -> None:  # noqa: FBT001 - the field's value
    line = encode(dataclasses.replace(CHECKED_OUT, magnetic_media=media))
    back = decode(line).message

    assert line[4:5] == letter
    assert isinstance(back, CheckoutResponse)
    assert back.magnetic_media is media


def test_a_bad_tristate_is_unknown() -> None:
    received = decode(encode(CHECKED_OUT).replace(b"121NU", b"121N?"))

    assert isinstance(received.message, CheckoutResponse)
    assert received.message.magnetic_media is None
    assert received.oddities == (Oddity.BAD_FLAG,)


def test_koha_s_additions_to_a_checkin_have_names() -> None:
    line = b"101YNY20261122    120005AOHUB|ABI1|AQHUB|AJT|AAP1|CRFIC|CS823.9|CTCPL|CYP2|DAR. Reader|CV02|"
    message = decode(line).message

    assert isinstance(message, CheckinResponse)
    assert (message.alert_type, message.destination_location, message.hold_patron_id) == ("02", "CPL", "P2")
    assert encode(message) == line + b"\r"


def test_a_status_of_koha_is_read_whole() -> None:
    received = decode(b"98YYYYNN10000520261122    1427472.00AOCPL|BXYYYYYYYYYYYNYYYY|AY1AZEE74\r")

    assert received.message == AcsStatus(
        online_status=True,
        checkin_ok=True,
        checkout_ok=True,
        acs_renewal_policy=True,
        status_update_ok=False,
        offline_ok=False,
        timeout_period=100,
        retries_allowed=5,
        date_time_sync=datetime(2026, 11, 22, 14, 27, 47),  # noqa: DTZ001 - SIP2's local form has no zone
        protocol_version="2.00",
        institution_id="CPL",
        supported_messages="YYYYYYYYYYYNYYYY",
    )
