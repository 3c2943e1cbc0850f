"""A bank transfer as VietQR: the text that a bank's app reads off a code, and back.

EMVCo's "QR Code Specification for Payment Systems, Merchant-Presented Mode" 1.1: each object is two digits of its id,
two of its length, its value; the last is CRC-16 of all before it, its own id and length included. NAPAS put transfers
to an account (service QRIBFTTA) under id 38. Such a code only begins a payment: the bank moves the money, and nobody is
told of it here.
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from library.text.forms import to_ascii

LONGEST_PURPOSE: Final = 25
"""Letters of a purpose that every bank takes (EMVCo, id 62-08)."""
HIGHEST_AMOUNT: Final = 10**13 - 1
"""Đồng that id 54 can hold."""
_NAPAS: Final = "A000000727"
_TO_ACCOUNT: Final = "QRIBFTTA"
_DONG: Final = "704"  # ISO 4217
_COUNTRY: Final = "VN"
_BIN: Final = re.compile("[0-9]{6}")
_ACCOUNT: Final = re.compile("[0-9A-Za-z]{1,19}")
_NOT_IN_A_PURPOSE: Final = re.compile("[^0-9A-Za-z ]+")
_OBJECT: Final = re.compile("([0-9]{2})([0-9]{2})")
_AMOUNT: Final = re.compile("[1-9][0-9]{0,12}")
_CRC_LENGTH: Final = 8  # with its id and its length


class TransferError(ValueError):
    """No code can be made of this; ``what`` names the part."""

    def __init__(self, what: str) -> None:
        super().__init__(f"no transfer: {what}")
        self.what = what


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a bank's app fills in."""

    bank: str
    """The bank's number with NAPAS, six digits."""
    account: str = field(repr=False)
    """At most 19 digits and letters."""
    amount: int
    """In đồng."""
    purpose: str = field(repr=False)
    """In ASCII; the library finds the payment again by it."""
    once: bool = True
    """The code is for one payment, and not for everybody's."""


def purpose_of(text: str) -> str:
    """Write a text as a bank takes it: without marks, letters and digits alone; not cut, for a reference is whole."""
    return " ".join(_NOT_IN_A_PURPOSE.sub(" ", to_ascii(text).replace("?", " ")).split())


def write_transfer(transfer: Transfer) -> str:
    """Give the text of the code; raise ``TransferError`` for what no bank would take, above all a purpose too long."""
    if _BIN.fullmatch(transfer.bank) is None:
        raise TransferError("bank")
    if _ACCOUNT.fullmatch(transfer.account) is None:
        raise TransferError("account")
    if not 0 < transfer.amount <= HIGHEST_AMOUNT:
        raise TransferError("amount")
    purpose = transfer.purpose
    if not 0 < len(purpose) <= LONGEST_PURPOSE or purpose != purpose_of(purpose):
        raise TransferError("purpose")
    beneficiary = _object("00", transfer.bank) + _object("01", transfer.account)
    body = (
        _object("00", "01")
        + _object("01", "12" if transfer.once else "11")
        + _object("38", _object("00", _NAPAS) + _object("01", beneficiary) + _object("02", _TO_ACCOUNT))
        + _object("53", _DONG)
        + _object("54", str(transfer.amount))
        + _object("58", _COUNTRY)
        + _object("62", _object("08", purpose))
        + "6304"
    )
    return body + _crc(body)


def read_transfer(text: str) -> Transfer | None:
    """Read a code of a transfer to an account with an amount; ``None`` for any other, or one that was changed."""
    if not text.isascii() or text[-_CRC_LENGTH:-4] != "6304" or text[-4:] != _crc(text[:-4]):
        return None
    parts = _objects(text)
    merchant = _objects(parts.get("38", ""))
    beneficiary = _objects(merchant.get("01", ""))
    amount = parts.get("54", "")
    if (merchant.get("00"), merchant.get("02"), parts.get("53")) != (_NAPAS, _TO_ACCOUNT, _DONG):
        return None
    if not {"00", "01"} <= beneficiary.keys() or _AMOUNT.fullmatch(amount) is None:
        return None
    purpose = _objects(parts.get("62", "")).get("08", "")
    return Transfer(beneficiary["00"], beneficiary["01"], int(amount), purpose, once=parts.get("01") == "12")


def _object(number: str, value: str) -> str:
    return f"{number}{len(value):02}{value}"


def _objects(text: str) -> Mapping[str, str]:
    """Take a text of objects apart; what is cut short gives none at all."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = _OBJECT.match(text, at)
        if head is None or head.end() + int(head[2]) > len(text) or head[1] in found:
            return {}
        at = head.end() + int(head[2])
        found[head[1]] = text[head.end() : at]
    return found


def _crc(text: str) -> str:
    """Give CRC-16/CCITT-FALSE: polynomial 1021, begun with FFFF."""
    return f"{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"
