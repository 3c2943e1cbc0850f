"""The reference of a transfer: a short number by chance that goes into its text, names nobody, and is found again.

Banks put words of their own around a text, and take out blanks or marks; letters that look alike are not used, and
the last letter shows a slip.
"""

import re
from typing import Final

from library.text.forms import to_ascii

REFERENCE_BYTES: Final = 5
"""Bytes at random that a reference is made of."""
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 of them: without 0 and O, 1 and I
_HEAD: Final = "TV"  # thư viện
_LENGTH: Final = 8
_REFERENCE: Final = re.compile(f"(?=({_HEAD}[{_LETTERS}]{{{_LENGTH + 1}}}))")
_OTHER: Final = re.compile("[^0-9A-Z]+")


def reference_of(chance: bytes) -> str:
    """Make the reference of ``REFERENCE_BYTES`` bytes: eleven letters and digits."""
    number = int.from_bytes(chance, "big")
    body = "".join(_LETTERS[number >> (5 * place) & 31] for place in range(_LENGTH))
    return f"{_HEAD}{body}{_check(body)}"


def references_in(text: str) -> tuple[str, ...]:
    """Give what may be references in the text of a transfer, each once, as a bank gave it."""
    bare = _OTHER.sub("", to_ascii(text).upper())
    found = (match[1] for match in _REFERENCE.finditer(bare))
    return tuple(dict.fromkeys(each for each in found if _check(each[len(_HEAD) : -1]) == each[-1]))


def _check(body: str) -> str:
    """Odd weights: no wrong letter passes, and of two that changed places nearly none."""
    return _LETTERS[sum((2 * place + 1) * _LETTERS.index(letter) for place, letter in enumerate(body)) % len(_LETTERS)]
