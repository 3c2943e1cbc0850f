"""What a read is worth: names of symbologies, and the rules by which a library takes or refuses a text. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, assert_never


class Symbology(StrEnum):
    """The codes that libraries have on books and cards, by the names that configuration and output use."""

    CODABAR = "codabar"
    CODE39 = "code39"
    CODE128 = "code128"
    EAN13 = "ean13"
    """UPC-A is an EAN-13 that begins with 0."""
    ITF = "itf"
    QRCODE = "qrcode"


AIM: Final[Mapping[Symbology, str]] = MappingProxyType(
    {
        Symbology.CODABAR: "]F0",
        Symbology.CODE39: "]A0",
        Symbology.CODE128: "]C0",
        Symbology.EAN13: "]E0",
        Symbology.ITF: "]I0",
        Symbology.QRCODE: "]Q1",
    }
)
"""The marks that scanners send for them (ISO/IEC 15424)."""


class CheckDigit(StrEnum):
    """What the last character of a text must be."""

    NONE = "none"
    MOD43 = "mod43"
    """Code 39's own, over its 43 characters."""
    MOD16 = "mod16"
    """Codabar's, over its 16 characters, start and stop included."""
    LIBRARY14 = "library14"
    """The fourteenth digit of library numbers (3 1117 01320637 5): modulo 10, every other digit doubled."""
    MOD10 = "mod10"
    """That of EAN and of ITF-14: modulo 10, every other digit times three."""


ISBN: Final = ("978", "979")
BESIDE_AN_ISBN: Final = ("191", "192")
"""Japanese books bear a second EAN-13 with subject and price under that of their ISBN."""

OPEN_ENDED: Final = frozenset({Symbology.ITF})
"""Codes whose start and stop also stand within their digits: a part of the bars passes for a whole, shorter code."""

_SHORTEST: Final[Mapping[Symbology, int]] = MappingProxyType(
    {
        Symbology.CODABAR: 4,
        Symbology.CODE39: 3,
        Symbology.CODE128: 1,
        Symbology.EAN13: 13,
        Symbology.ITF: 6,
        Symbology.QRCODE: 1,
    }
)
"""Characters: in shorter ones of a code without a check, bars that belong to no code are too often found."""

LONGEST: Final[Mapping[Symbology, int]] = MappingProxyType(
    {
        Symbology.CODABAR: 64,
        Symbology.CODE39: 64,
        Symbology.CODE128: 128,
        Symbology.EAN13: 13,
        Symbology.ITF: 64,
        Symbology.QRCODE: 4296,
    }
)
"""Characters: wider bars than these fit no label, and a QR code cannot hold more."""

_CODE39: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_CODABAR: Final = "0123456789-$:/.+ABCD"
_FORM: Final[Mapping[Symbology, re.Pattern[str]]] = MappingProxyType(
    {
        Symbology.CODABAR: re.compile(r"[A-D]?[0-9\-$:/.+]+[A-D]?"),
        Symbology.CODE39: re.compile(r"[0-9A-Z\-. $/+%]+"),
        Symbology.CODE128: re.compile(r"[\x00-\xff]+", re.DOTALL),
        Symbology.EAN13: re.compile(r"[0-9]{13}"),
        Symbology.ITF: re.compile(r"(?:[0-9]{2})+"),
        Symbology.QRCODE: re.compile(r".+", re.DOTALL),
    }
)


@dataclass(frozen=True, slots=True)
class LabelRules:
    """Which reads are a library's labels; what does not fit is no read at all."""

    symbologies: frozenset[Symbology] = frozenset(Symbology)
    shortest: int = 1
    longest: int = 4296
    """Characters of the text that is told, without start, stop and a check digit that was taken off."""
    check_digits: Mapping[Symbology, CheckDigit] = field(default_factory=lambda: MappingProxyType({}))
    keep_start_stop: bool = False
    """Whether a Codabar text keeps its letters A to D."""

    def told(self, symbology: Symbology, text: str) -> str | None:
        """Give the text of a read as the library knows it, or nothing where the rules refuse it."""
        if symbology not in self.symbologies:
            return None
        if symbology is Symbology.EAN13 and len(text) == UPC_A:
            text = f"0{text}"
        if symbology is Symbology.CODABAR:
            text = text.upper()
        if not _FORM[symbology].fullmatch(text):
            return None
        if not fits(self.check_digits.get(symbology, _OWN.get(symbology, CheckDigit.NONE)), text):
            return None
        if symbology is Symbology.CODABAR:
            inner = text.strip("ABCD")
            text = text if self.keep_start_stop else inner
        if not _SHORTEST[symbology] <= len(text) <= LONGEST[symbology]:
            return None
        return text if self.shortest <= len(text) <= self.longest else None


UPC_A: Final = 12
"""Digits of an EAN-13 that is printed without its leading 0."""
_LIBRARY_DIGITS: Final = 14
_OWN: Final = MappingProxyType({Symbology.EAN13: CheckDigit.MOD10})


def fits(check: CheckDigit, text: str) -> bool:
    """Say whether a text ends with the check digit that it must have; Codabar's text with its start and stop."""
    match check:
        case CheckDigit.NONE:
            return True
        case CheckDigit.MOD43:
            return len(text) > 1 and _CODE39.find(text[-1]) == sum(map(_CODE39.find, text[:-1])) % 43
        case CheckDigit.MOD16:
            return len(text) > len("A0A") and sum(map(_CODABAR.find, text)) % 16 == 0
        case CheckDigit.LIBRARY14:
            digits = text.strip("ABCD")
            return len(digits) == _LIBRARY_DIGITS and _digits(digits) and _doubled(digits) % 10 == 0
        case CheckDigit.MOD10:
            return _digits(text) and len(text) > 1 and _tripled(text) % 10 == 0
        case other:
            assert_never(other)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _doubled(digits: str) -> int:
    """Luhn's sum: every second digit from the right is doubled, and of a double above 9 its digits are added."""
    values = [int(digit) for digit in reversed(digits)]
    return sum(values[::2]) + sum(sum(divmod(2 * value, 10)) for value in values[1::2])


def _tripled(digits: str) -> int:
    values = [int(digit) for digit in reversed(digits)]
    return sum(values[::2]) + 3 * sum(values[1::2])
