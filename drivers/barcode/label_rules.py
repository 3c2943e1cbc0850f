"""Rules of a library's labels as words: in a camera's URL, in its profile, behind ``kiosk decode barcode``. Pure.

``symbologies``: ``codabar,code39,ean13``. ``length``: ``14`` or ``6-14``. ``check_digit``:
``codabar:library14``, more with commas.
"""

import re
from types import MappingProxyType
from typing import Final

from drivers.barcode.symbology import LONGEST, CheckDigit, LabelRules, Symbology

_LENGTH: Final = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")
_MOST: Final = max(LONGEST.values())


class LabelRuleError(ValueError):
    """Words that make no rule; ``part`` says which, ``known`` what could stand there."""

    def __init__(self, part: str, known: tuple[str, ...]) -> None:
        super().__init__(part, known)
        self.part = part
        self.known = known

    def __str__(self) -> str:
        return f"{self.part} cannot be used; known: {', '.join(self.known)}"


def label_rules(
    symbologies: str = "", length: str = "", check_digit: str = "", *, keep_start_stop: bool = False
) -> LabelRules:
    """Give the rules; empty words: every symbology, any length, no check digit but EAN's. Raises `LabelRuleError`."""
    shortest, longest = _lengths(length)
    return LabelRules(
        symbologies_named(symbologies) or frozenset(Symbology),
        shortest,
        longest,
        MappingProxyType(_checks(check_digit)),
        keep_start_stop,
    )


def symbologies_named(words: str) -> frozenset[Symbology]:
    """Give the symbologies of a list with commas; raises `LabelRuleError`."""
    return frozenset(_symbology(word, "symbologies") for word in words.split(",")) if words else frozenset()


def _symbology(word: str, part: str) -> Symbology:
    try:
        return Symbology(word.strip().lower())
    except ValueError as error:
        raise LabelRuleError(part, tuple(Symbology)) from error


def _lengths(words: str) -> tuple[int, int]:
    if not words:
        return 1, _MOST
    found = _LENGTH.fullmatch(words.strip())
    shortest, longest = (0, 0) if found is None else (int(found[1]), int(found[2] or found[1]))
    if not 1 <= shortest <= longest <= _MOST:
        raise LabelRuleError("length", ("14", "6-14"))
    return shortest, longest


def _checks(words: str) -> dict[Symbology, CheckDigit]:
    checks = {}
    for pair in words.split(",") if words else ():
        name, _, kind = pair.partition(":")
        try:
            checks[_symbology(name, "check_digit")] = CheckDigit(kind.strip().lower())
        except ValueError as error:
            known = tuple(f"{symbology.value}:{check.value}" for symbology, check in _SENSIBLE)
            raise LabelRuleError("check_digit", known) from error
    return checks


_SENSIBLE: Final = (
    (Symbology.CODABAR, CheckDigit.LIBRARY14),
    (Symbology.CODABAR, CheckDigit.MOD16),
    (Symbology.CODE39, CheckDigit.MOD43),
    (Symbology.CODE128, CheckDigit.LIBRARY14),
    (Symbology.ITF, CheckDigit.MOD10),
)
