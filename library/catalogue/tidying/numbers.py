"""ISBN and ISSN: what is printed made into what can be compared, and those that cannot be one told apart."""

import re
from collections.abc import Iterator
from typing import Final

_WRITTEN: Final = re.compile(
    r"(?<![0-9])[0-9][0-9 \-\u2010-\u2015]{6,20}[0-9xX](?![0-9])|(?<![0-9])[0-9]{8,13}(?![0-9])"
)
_SIGNS: Final = re.compile(r"[ \-\u2010-\u2015]")
_FLOAT: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?[eE]\+?([0-9]{1,2})|([0-9]{7,13})\.0*")
_ISSN: Final = re.compile(r"(?<![0-9])([0-9]{4})[ \-\u2010-\u2015]?([0-9]{3}[0-9xX])(?![0-9])")
_OF_BOOKS: Final = ("978", "979")
_LONG: Final = 13
_SHORT: Final = 10
_LOST_ZEROS: Final = (8, 9)
_LONGEST_PRINTED: Final = 40


def isbn(text: str, *, zeros_lost: bool = False) -> str | None:
    """Return the ISBN of 13 digits that stands in `text`, with or without hyphens and words; else ``None``.

    With `zeros_lost` eight and nine digits are taken for ten whose leading zeros a table lost.
    """
    for digits in _candidates(text):
        if len(digits) == _LONG and digits.startswith(_OF_BOOKS) and digits[-1] == _ean_check(digits[:-1]):
            return digits
        short = digits.zfill(_SHORT) if zeros_lost and len(digits) in _LOST_ZEROS else digits
        if len(short) == _SHORT and short[-1] == _short_check(short[:-1]):
            longer = "978" + short[:-1]
            return longer + _ean_check(longer)
    return None


def issn(text: str) -> str | None:
    """Return the ISSN in `text` as ``1234-567X`` when its check digit is right; else ``None``."""
    for found in _ISSN.finditer(text):
        digits = (found[1] + found[2]).upper()
        total = sum(weight * int(digit) for weight, digit in zip(range(8, 1, -1), digits[:7], strict=True))
        check = -total % 11
        if digits[7] == ("X" if check == _SHORT else str(check)):
            return f"{digits[:4]}-{digits[4:]}"
    return None


def as_printed(text: str) -> str:
    """Return the number in `text` that is no good ISBN or ISSN, as it is printed; empty when no digit is in it."""
    first = next(_candidates(text), "")
    if first:
        return first
    short = text.strip()[:_LONGEST_PRINTED]
    return short if len(re.findall("[0-9]", short)) >= _LOST_ZEROS[0] - 1 else ""


def _candidates(text: str) -> Iterator[str]:
    """Give what in `text` has about as many digits as a number of a book; a float of a table is written out."""
    stripped = text.strip()
    float_of_table = _FLOAT.fullmatch(stripped)
    if float_of_table:
        whole, fraction, exponent, plain = float_of_table.groups(default="")
        yield plain or (whole + fraction).ljust(int(exponent) + len(whole), "0")
        return
    for found in _WRITTEN.finditer(text):
        yield _SIGNS.sub("", found[0]).upper()


def _ean_check(digits: str) -> str:
    return str(-sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(digits)) % 10)


def _short_check(digits: str) -> str:
    check = -sum(int(digit) * (_SHORT - at) for at, digit in enumerate(digits)) % 11
    return "X" if check == _SHORT else str(check)
