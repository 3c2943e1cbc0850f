"""VietQR: what is written is what others write, and whatever is changed is not read."""

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.paying.vietqr import (
    HIGHEST_AMOUNT,
    LONGEST_PURPOSE,
    Transfer,
    TransferError,
    purpose_of,
    read_transfer,
    write_transfer,
)

PUBLISHED = [
    (
        Transfer("970415", "0011001932418", 120_000, "ung ho lu lut", once=False),
        (
            "00020101021238570010A0000007270127000697041501130011001932418"
            "0208QRIBFTTA530370454061200005802VN62170813ung ho lu lut6304C15C"
        ),
    ),
    (
        Transfer("970436", "1023456789", 1_943_000, "TT000069"),
        (
            "00020101021238540010A00000072701240006970436011010234567890208QRIBFTTA"
            "5303704540719430005802VN62120808TT0000696304A8E5"
        ),
    ),
]
"""As other programs published them."""
OF_ANOTHER_SERVICE = (
    "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC"
    "530370454061800005802VN62340107NPS68690819thanh toan don hang6304A203"
)
"""NAPAS's own example of a transfer to a card."""
GOOD = PUBLISHED[1][0]

purposes = st.text(st.sampled_from("ABCxyz0189 "), min_size=1, max_size=LONGEST_PURPOSE).map(purpose_of).filter(bool)
transfers = st.builds(
    Transfer,
    st.from_regex("[0-9]{6}", fullmatch=True).filter(str.isascii),
    st.text(st.sampled_from("0123456789AZaz"), min_size=1, max_size=19),
    st.integers(1, HIGHEST_AMOUNT),
    purposes,
    st.booleans(),
)


@pytest.mark.parametrize(("transfer", "text"), PUBLISHED)
def test_published_codes_are_read(transfer: Transfer, text: str) -> None:
    read = read_transfer(text)

    assert read is not None
    assert (read.bank, read.account, read.amount, read.purpose) == (
        transfer.bank,
        transfer.account,
        transfer.amount,
        transfer.purpose,
    )


def test_published_codes_are_written_byte_for_byte() -> None:
    for _, text in PUBLISHED:
        read = read_transfer(text)
        assert read is not None

        assert write_transfer(read) == text


@given(transfers)
def test_what_is_written_is_read(transfer: Transfer) -> None:
    assert read_transfer(write_transfer(transfer)) == transfer


@given(transfers, st.integers(0, 200), st.sampled_from("0123456789ABCDEFé "))
def test_no_letter_can_be_changed(transfer: Transfer, at: int, letter: str) -> None:
    text = write_transfer(transfer)
    at %= len(text)
    changed = text[:at] + letter + text[at + 1 :]

    assert changed == text or read_transfer(changed) is None


@given(transfers, st.integers(0, 200))
def test_what_is_cut_short_is_not_read(transfer: Transfer, length: int) -> None:
    text = write_transfer(transfer)

    assert read_transfer(text[: length % len(text)]) is None


@given(st.text(max_size=120))
def test_any_text_is_a_transfer_or_none(text: str) -> None:
    read_transfer(text)


def test_other_services_are_not_taken_for_a_transfer_to_an_account() -> None:
    assert read_transfer(OF_ANOTHER_SERVICE) is None


@pytest.mark.parametrize(
    "body",
    [
        PUBLISHED[1][1][:-8].replace("54071943000", ""),
        PUBLISHED[1][1][:-8].replace("54071943000", "54070943000"),
        PUBLISHED[1][1][:-8].replace("54071943000", "54071.43000"),
        PUBLISHED[1][1][:-8].replace("5303704", "5303840"),
        PUBLISHED[1][1][:-8].replace("0124000697043601101023456789", "01240299704360110102345678"[:26] + "99"),
        PUBLISHED[1][1][:-8].replace("5802VN", "5899VN"),
        PUBLISHED[1][1][:-8].replace("5802VN", "5802VN5802VN"),
        PUBLISHED[1][1][:-8].replace("5802VN", "x802VN"),
    ],
    ids=["no amount", "a zero", "a point", "dollars", "no bank", "cut", "twice", "no number"],
)
def test_a_code_with_a_right_sum_and_wrong_parts_is_not_read(body: str) -> None:
    sealed = f"{body}6304"

    assert read_transfer(f"{sealed}{binascii.crc_hqx(sealed.encode(), 0xFFFF):04X}") is None


@pytest.mark.parametrize(
    ("transfer", "what"),
    [
        (Transfer("97043", "1", 1, "A"), "bank"),
        (Transfer("97043٣", "1", 1, "A"), "bank"),
        (Transfer("970436", "", 1, "A"), "account"),
        (Transfer("970436", "1" * 20, 1, "A"), "account"),
        (Transfer("970436", "12-3", 1, "A"), "account"),
        (Transfer("970436", "1", 0, "A"), "amount"),
        (Transfer("970436", "1", HIGHEST_AMOUNT + 1, "A"), "amount"),
        (Transfer("970436", "1", 1, ""), "purpose"),
        (Transfer("970436", "1", 1, "A" * (LONGEST_PURPOSE + 1)), "purpose"),
        (Transfer("970436", "1", 1, "Phí thư viện"), "purpose"),
        (Transfer("970436", "1", 1, "A  B"), "purpose"),
    ],
)
def test_what_no_bank_would_take_is_refused_by_its_part(transfer: Transfer, what: str) -> None:
    with pytest.raises(TransferError) as refused:
        write_transfer(transfer)

    assert refused.value.what == what


def test_a_purpose_is_written_as_a_bank_takes_it() -> None:
    assert purpose_of("Phí thư viện / Đặng Thị Huệ, số 12/3?") == "Phi thu vien Dang Thi Hue so 12 3"
    assert purpose_of("日本") == ""


@given(st.text(max_size=40))
def test_a_purpose_stays_as_it_is_once_written(text: str) -> None:
    written = purpose_of(text)

    assert purpose_of(written) == written
    assert written.isascii()
