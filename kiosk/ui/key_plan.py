"""Where the keys of the search page stand: as on every keyboard where a hand has room, else letter by letter.

A key is a target like any other: 20 mm wide and high. Ten of them beside each other, as a QWERTY row wants, need 211 mm
of glass: a panel of 10 inches has that lying, one of 21 inches standing. On a panel of 7 inches seven keys fit lying
and four standing, so there the letters stand in the order of the alphabet, on two pages, and the digits on a third.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

KEY_MM: Final = 20.0
GAP_MM: Final = 1.0
"""Between two keys; buttons stand 3 mm apart. With targets of 20 mm and more, whether there are 1 or 3 mm between them
made no difference to anybody (Trace Center, Applied Ergonomics 44, 2013, 297-302)."""
_QWERTY: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_DIGITS: Final = "1234567890"
_HALVES: Final = ("abcdefghijklm", "nopqrstuvwxyz")


class Act(StrEnum):
    """What a key does that writes nothing."""

    ERASE = "erase"
    SPACE = "space"
    PAGE = "page"
    """The next page of keys."""
    TYPING = "typing"
    """Telex, VNI, plain."""
    RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Key:
    """One key; ``letter`` is what it writes, or else ``act`` what it does."""

    letter: str = ""
    act: Act | None = None
    columns: int = 1
    """How many keys' room it has."""


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Keys that are on the screen at once."""

    rows: tuple[tuple[Key, ...], ...]
    name: str
    """What the key that leads here says."""


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """All keys of one panel."""

    columns: int
    pages: tuple[KeyPage, ...]

    @property
    def rows(self) -> int:
        """How many rows the highest page has."""
        return max(len(page.rows) for page in self.pages)


def plan(width_mm: float, *, digits: bool = False) -> KeyPlan:
    """Give the keys for a keyboard of that width; ``digits``: with a row of them beside the letters where that fits."""
    columns = int((width_mm + GAP_MM) // (KEY_MM + GAP_MM))
    if columns >= len(_DIGITS):
        return _as_on_a_keyboard(digits=digits)
    return _by_the_alphabet(max(columns, 4))


def _as_on_a_keyboard(*, digits: bool) -> KeyPlan:
    first, second, third = (tuple(map(Key, row)) for row in _QWERTY)
    numbers = tuple(map(Key, _DIGITS))
    second = (*second, Key(act=Act.ERASE))
    if digits:
        third = (Key(act=Act.TYPING), *third, Key(act=Act.SPACE, columns=2))
        return KeyPlan(10, (KeyPage((numbers, first, second, third), ""),))
    third = (Key(act=Act.PAGE), *third, Key(act=Act.SPACE, columns=2))
    return KeyPlan(10, (KeyPage((first, second, third), "ABC"), KeyPage((numbers, second, third), "123")))


def _by_the_alphabet(columns: int) -> KeyPlan:
    names = ("A\u2013M", "N\u2013Z", "123")
    return KeyPlan(
        columns,
        tuple(KeyPage(_laid(letters, columns), name) for letters, name in zip((*_HALVES, _DIGITS), names, strict=True)),
    )


def _laid(letters: str, columns: int) -> tuple[tuple[Key, ...], ...]:
    """Give rows of letters, then the keys that do something; the last key of a row may be wider."""
    keys = [*map(Key, letters), Key(act=Act.ERASE)]
    wide = columns >= 7  # noqa: PLR2004 - one row holds all of them
    acts = [Key(act=Act.PAGE), Key(act=Act.TYPING), Key(act=Act.SPACE, columns=2)]
    if wide:
        lines = [tuple(keys[start : start + columns]) for start in range(0, len(keys), columns)]
        return (*lines, (*acts, Key(act=Act.RESULTS, columns=columns - 4)))
    keys.append(Key(act=Act.SPACE, columns=2))
    rows: list[list[Key]] = []
    row: list[Key] = []
    used = 0
    for key in keys:
        if used + key.columns > columns:
            rows.append(row)
            row, used = [], 0
        row.append(key)
        used += key.columns
    rows.append(row)
    return (*map(tuple, rows), (Key(act=Act.PAGE), Key(act=Act.TYPING), Key(act=Act.RESULTS, columns=columns - 2)))
