"""What may be sent, in which letters, and what is refused by name."""

import dataclasses

import pytest

from sip2.agreement import LINE_CAP, Agreement, Encoding, Terminator
from sip2.checksum import Checksum
from sip2.codec import decode, encode
from sip2.errors import (
    LocalProtocolError,
    MessageTooLongError,
    Unsendable,
    UnsendableValueError,
)
from sip2.layout import Message
from sip2.messages import (
    LoginRequest,
    LoginResponse,
    RequestAcsResend,
    RequestScResend,
    ScStatusRequest,
)
from tests.support.sip2_samples import CHECKED_OUT, CHECKOUT, ITEM


def refusal_of(message: Message, agreement: Agreement | None = None) -> tuple[str, Unsendable]:
    with pytest.raises(UnsendableValueError) as caught:
        encode(message, agreement or Agreement())
    return caught.value.field, caught.value.reason


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
