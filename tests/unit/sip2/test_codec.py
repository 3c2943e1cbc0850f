"""One line and one message, each field as the specification and the field have shown it."""

import dataclasses
from datetime import UTC, datetime

import pytest

from sip2.agreement import LINE_CAP, Agreement, Encoding, Terminator
from sip2.checksum import Checksum, checksum, is_good
from sip2.codec import decode, encode
from sip2.dates import read_date, write_date
from sip2.errors import (
    Fault,
    LocalProtocolError,
    MessageTooLongError,
    Oddity,
    RemoteProtocolError,
    Unsendable,
    UnsendableValueError,
)
from sip2.layout import Message
from sip2.messages import (
    BY_CODE,
    REQUESTS,
    RESPONSES,
    AcsStatus,
    CheckinResponse,
    CheckoutRequest,
    CheckoutResponse,
    ItemInformationRequest,
    ItemInformationResponse,
    LoginRequest,
    LoginResponse,
    PatronFlag,
    PatronInformationRequest,
    PatronInformationResponse,
    RequestAcsResend,
    RequestScResend,
    ScStatusRequest,
    Summary,
)

NOON = datetime(2026, 11, 22, 12, 0, 5)  # noqa: DTZ001 - SIP2's local form has no zone
CHECKOUT = CheckoutRequest(
    sc_renewal_policy=False,
    no_block=False,
    transaction_date=NOON,
    nb_due_date=None,
    institution_id="HUB",
    patron_id="P1",
    item_id="I1",
    terminal_password="",
)
ITEM = ItemInformationRequest(transaction_date=NOON, institution_id="HUB", item_id="I1")
CHECKED_OUT = CheckoutResponse(
    ok=True,
    renewal_ok=False,
    magnetic_media=None,
    desensitize=True,
    transaction_date=NOON,
    institution_id="HUB",
    patron_id="P1",
    item_id="I1",
    title="Truyện Kiều",
    due_date="20261206    235900",
)


def fault_of(line: bytes) -> Fault:
    with pytest.raises(RemoteProtocolError) as caught:
        decode(line)
    return caught.value.fault


def refusal_of(message: Message, agreement: Agreement | None = None) -> tuple[str, Unsendable]:
    with pytest.raises(UnsendableValueError) as caught:
        encode(message, agreement or Agreement())
    return caught.value.field, caught.value.reason


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


@pytest.mark.parametrize("sign", ["|", "\r", "\n", "\0", "\x1b", "\x9b"])
def test_a_sign_that_would_break_the_line_is_refused_by_name(sign: str) -> None:
    reason = Unsendable.DELIMITER if sign == "|" else Unsendable.CONTROL_CHARACTER

    assert refusal_of(dataclasses.replace(CHECKOUT, item_id=f"I{sign}1")) == ("item_id", reason)
    assert refusal_of(dataclasses.replace(CHECKED_OUT, screen_messages=("ok", sign))) == ("screen_messages", reason)
    assert refusal_of(dataclasses.replace(ITEM, extensions=(("XR", sign),))) == ("extensions", reason)


def test_fixed_fields_are_checked_too() -> None:
    login = LoginRequest(uid_algorithm="0", pwd_algorithm="|", login_user_id="a", login_password="b")
    status = ScStatusRequest(status_code="0", max_print_width=1000, protocol_version="2.00")

    assert refusal_of(login) == ("fixed", Unsendable.DELIMITER)
    assert refusal_of(dataclasses.replace(login, pwd_algorithm="\r")) == ("fixed", Unsendable.CONTROL_CHARACTER)
    assert refusal_of(dataclasses.replace(login, pwd_algorithm="đ"), Agreement(encoding=Encoding.ASCII)) == (
        "fixed",
        Unsendable.NOT_IN_ENCODING,
    )
    assert refusal_of(dataclasses.replace(login, pwd_algorithm="00")) == ("pwd_algorithm", Unsendable.WRONG_WIDTH)
    assert refusal_of(status) == ("max_print_width", Unsendable.WRONG_WIDTH)


@pytest.mark.parametrize(
    "spoilt",
    [
        LoginRequest(uid_algorithm=0, pwd_algorithm="0", login_user_id="a", login_password="b"),  # type: ignore[arg-type] # on purpose
        LoginRequest(uid_algorithm="0", pwd_algorithm="0", login_user_id=1, login_password="b"),  # type: ignore[arg-type] # on purpose
        LoginResponse(ok=None),  # type: ignore[arg-type] # on purpose
        dataclasses.replace(CHECKED_OUT, renewal_ok=None),  # type: ignore[arg-type] # on purpose
        dataclasses.replace(CHECKED_OUT, magnetic_media="U"),  # type: ignore[arg-type] # on purpose
    ],
)
def test_a_value_of_a_wrong_type_is_refused(spoilt: Message) -> None:
    assert refusal_of(spoilt)[1] is Unsendable.WRONG_TYPE


@pytest.mark.parametrize("tag_id", ["", "X", "X|", "AY", "AZ", "XRR", "đđ"])
def test_an_extension_needs_a_proper_id(tag_id: str) -> None:
    assert refusal_of(dataclasses.replace(ITEM, extensions=((tag_id, "1"),))) == ("extensions", Unsendable.BAD_TAG)


def test_a_sequence_number_is_one_digit() -> None:
    with pytest.raises(LocalProtocolError):
        encode(ITEM, sequence=10)


def test_a_message_that_no_receiver_would_take_is_refused() -> None:
    with pytest.raises(MessageTooLongError) as caught:
        encode(dataclasses.replace(ITEM, extensions=(("XX", "x" * LINE_CAP),)))

    assert caught.value.limit == LINE_CAP
    assert caught.value.length > LINE_CAP


@pytest.mark.parametrize(
    ("encoding", "title", "sent"),
    [
        (Encoding.UTF_8, "Đắc nhân tâm", "Đắc nhân tâm".encode()),
        (Encoding.ASCII, "Đắc nhân tâm", b"Dac nhan tam"),
        (Encoding.LATIN_1, "Đắc nhân tâm, años", b"Dac nh\xe2n t\xe2m, a\xf1os"),
        (Encoding.CP850, "Đắc nhân tâm, años", b"Dac nh\x83n t\x83m, a\xa4os"),
        (Encoding.CP850, "吾輩", b"??"),
        (Encoding.UTF_8, "lone \ud800", b"lone ?"),
    ],
)
def test_titles_are_written_in_the_letters_that_were_agreed(encoding: Encoding, title: str, sent: bytes) -> None:
    line = encode(dataclasses.replace(CHECKED_OUT, title=title), Agreement(encoding=encoding), sequence=1)

    assert b"|AJ" + sent + b"|" in line
    assert decode(line, Agreement(encoding=encoding)).checksum is Checksum.GOOD


def test_an_identifier_is_never_transliterated() -> None:
    assert refusal_of(dataclasses.replace(CHECKOUT, item_id="Đ1"), Agreement(encoding=Encoding.ASCII)) == (
        "item_id",
        Unsendable.NOT_IN_ENCODING,
    )


def test_texts_are_cut_for_an_old_terminal_and_identifiers_are_not() -> None:
    short = Agreement(field_limit=10)

    assert "|AJTruyện|".encode() in encode(CHECKED_OUT, Agreement(field_limit=8))
    assert b"|AJTruy|" in encode(CHECKED_OUT, Agreement(field_limit=6))
    assert refusal_of(dataclasses.replace(CHECKOUT, item_id="1" * 11), short) == ("item_id", Unsendable.TOO_LONG)
    assert encode(CHECKOUT, short) == encode(CHECKOUT)


def test_terminator_and_delimiter_are_by_agreement() -> None:
    agreement = Agreement(terminator=Terminator.CR_LF, delimiter="^")
    line = encode(dataclasses.replace(ITEM, item_id="a|b"), agreement)

    assert line == b"1720261122    120005AOHUB^ABa|b^\r\n"
    assert decode(line, agreement).message == dataclasses.replace(ITEM, item_id="a|b")


@pytest.mark.parametrize("sign", ["", "||", "A", "1", " ", "\r", "¦"])
def test_a_delimiter_is_one_plain_sign(sign: str) -> None:
    with pytest.raises(ValueError, match=r"^.*$"):
        Agreement(delimiter=sign)


def test_printing_a_message_shows_nothing_of_a_patron() -> None:
    shown = repr(dataclasses.replace(CHECKED_OUT, screen_messages=("Xin chào Mai",), extensions=(("XR", "secret"),)))

    assert shown.startswith("CheckoutResponse(ok=True, ")
    assert "institution_id='HUB'" in shown
    assert not any(word in shown for word in ("P1", "I1", "Kiều", "Mai", "secret"))


def test_resends_carry_a_checksum_alone() -> None:
    assert encode(RequestAcsResend(), sequence=7) == b"97AZFEF5\r"
    assert encode(RequestScResend(), sequence=7) == b"96AZFEF6\r"
    assert encode(RequestScResend()) == b"96\r"


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
