"""Makes the number by which the library knows a patron of what a card reader read, as the site has configured it.

The same EM4100 chip ``67 00 3B 51 C6`` is ``67003B51C6``, ``0003887558`` or ``059,20934`` to the desk readers of three
makers, and a library has typed one of these into its patrons' records. Which one, only the site can say.
"""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from drivers.card.base import CardReading
from drivers.errors import DeviceError

LONGEST_UID: Final = 10
"""Bytes: a triple-size identifier of ISO 14443-3, the longest that there is."""
LONGEST_NUMBER: Final = 64
"""Characters; a typed text that is longer is no patron's number."""

_FACILITY: Final = 3
"""Bytes of a Wiegand 26 number: one for the facility, two for the card."""


class CardForm(StrEnum):
    """How a chip's bytes are written as a number."""

    LOWER_HEX = "hex"
    UPPER_HEX = "HEX"
    DECIMAL = "decimal"
    """The bytes as one number, the first byte the highest."""
    FACILITY = "facility"
    """The last three bytes as desk readers print them: facility in three digits, card in five: ``059,20934``."""
    TEXT = "text"
    """Numbers come from readers that type; a chip's own number names nobody here."""


class TypedForm(StrEnum):
    """What a keyboard wedge's text is."""

    TEXT = "text"
    """The library's number itself."""
    HEX = "hex"
    """The chip's bytes, to be written in the form of the site."""
    DECIMAL = "decimal"
    """The chip's bytes as one number; how many bytes, ``typed_bytes`` says."""


class Unnumbered(Enum):
    """Why a card that was read has no number of this library."""

    RANDOM = "random"
    """The chip makes up a new number each time."""
    OTHER_FORM = "other_form"
    """It is shorter, longer or otherwise written than the site's cards are."""


class CardNumberRuleError(DeviceError, ValueError):
    """A rule that cannot be: a person must correct the configuration."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(field, problem)
        self.field = field
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}"


@dataclass(frozen=True, slots=True)
class CardNumberRule:
    """How a site's cards are numbered; raises `CardNumberRuleError` where the fields contradict each other."""

    form: CardForm = CardForm.UPPER_HEX
    first_bytes: int = 0
    """Only so many of the chip's first bytes count; 0 for all."""
    last_bytes: int = 0
    """Only so many of the chip's last bytes count; 0 for all."""
    reversed: bool = False
    """The bytes that count are written from the last to the first."""
    digits: int = 0
    """Zeros are put before a number that is shorter; 0 leaves it as it is. Not for `CardForm.FACILITY`."""
    separator: str = ","
    """Between facility and card."""
    pattern: str = ""
    """A regular expression that the whole of a typed text must match; its one group is what counts."""
    typed: TypedForm = TypedForm.TEXT
    typed_bytes: int = 0
    """Bytes that a typed decimal number stands for."""

    def __post_init__(self) -> None:
        _within("first_bytes", self.first_bytes, LONGEST_UID)
        _within("last_bytes", self.last_bytes, LONGEST_UID)
        _within("digits", self.digits, LONGEST_NUMBER)
        _within("typed_bytes", self.typed_bytes, LONGEST_UID)
        if self.first_bytes and self.last_bytes:
            raise CardNumberRuleError("last_bytes", "not together with first_bytes")
        if (self.typed is TypedForm.DECIMAL) != (self.typed_bytes > 0):
            raise CardNumberRuleError("typed_bytes", "needed for typed decimal numbers, and for them alone")
        if self.typed is not TypedForm.TEXT and self.form is CardForm.TEXT:
            raise CardNumberRuleError("typed", "the form text leaves a typed text as it is")
        if self.form is CardForm.FACILITY and self.digits:
            raise CardNumberRuleError("digits", "facility and card have their own: three and five")
        if not self.separator.isprintable():
            raise CardNumberRuleError("separator", "has a character that cannot be seen")
        _check_pattern(self.pattern)

    def number(self, reading: CardReading) -> str | Unnumbered:
        """Return the patron's number; blanks around a typed text do not count."""
        if reading.random_uid:
            return Unnumbered.RANDOM
        if reading.uid:
            return self._of_chip(reading.uid)
        return self._of_text(reading.text.strip())

    def _of_text(self, text: str) -> str | Unnumbered:
        if self.pattern:
            match = re.fullmatch(self.pattern, text)
            text = (match.group(1) or "") if match else ""
        if not text or len(text) > LONGEST_NUMBER or not text.isprintable():
            return Unnumbered.OTHER_FORM
        if self.typed is TypedForm.TEXT:
            return text.rjust(self.digits, "0")
        uid = _typed_bytes(text, self.typed, self.typed_bytes)
        return Unnumbered.OTHER_FORM if uid is None else self._of_chip(uid)

    def _of_chip(self, uid: bytes) -> str | Unnumbered:
        if self.form is CardForm.TEXT or not max(self.first_bytes, self.last_bytes, 1) <= len(uid) <= LONGEST_UID:
            return Unnumbered.OTHER_FORM
        counted = uid[: self.first_bytes or None] if not self.last_bytes else uid[-self.last_bytes :]
        if self.reversed:
            counted = counted[::-1]
        if self.form is not CardForm.FACILITY:
            return self._written(counted).rjust(self.digits, "0")
        if len(counted) < _FACILITY:
            return Unnumbered.OTHER_FORM
        return f"{counted[-3]:03d}{self.separator}{int.from_bytes(counted[-2:], 'big'):05d}"

    def _written(self, counted: bytes) -> str:
        if self.form is CardForm.DECIMAL:
            return str(int.from_bytes(counted, "big"))
        return counted.hex() if self.form is CardForm.LOWER_HEX else counted.hex().upper()


def _within(field: str, value: int, most: int) -> None:
    if not 0 <= value <= most:
        raise CardNumberRuleError(field, f"0 to {most}")


def _check_pattern(pattern: str) -> None:
    if not pattern:
        return
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise CardNumberRuleError("pattern", f"no regular expression: {error}") from error
    if groups != 1:
        raise CardNumberRuleError("pattern", "needs one group, in round brackets: the part that is the number")


def _typed_bytes(text: str, form: TypedForm, length: int) -> bytes | None:
    """Return the chip's bytes that a text stands for; ``None`` for a text of another form."""
    if not text.isascii() or not text.isalnum():
        return None
    try:
        if form is TypedForm.HEX:
            return bytes.fromhex(text)
        return int(text).to_bytes(length, "big")
    except (ValueError, OverflowError):
        return None
