"""A query with the records that it means, and the slips that fingers make."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

_NEIGHBOURS: Final = {
    "a": "sq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "wr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "k",
    "m": "n",
    "n": "bm",
    "o": "ip",
    "p": "o",
    "q": "wa",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}
_SHORTEST: Final = 4
"""A slip is made in words from so many letters on: two letters with a slip are another word."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of a class, and the keys of all records that fit it equally."""

    group: str
    text: str
    wanted: frozenset[int]
    typing: bool = False
    """The last word may not be finished."""


def with_slip(words: Sequence[str], dice: Random) -> list[str] | None:
    """Return the words with one slip in one of them, or nothing where all are too short.

    A letter is left out, struck twice, changed with the next, or hit beside.
    """
    places = [place for place, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
    if not places:
        return None
    slipped = list(words)
    place = dice.choice(places)
    slipped[place] = _slipped(words[place], dice)
    return None if slipped[place] == words[place] else slipped


def _slipped(word: str, dice: Random) -> str:
    at = dice.randrange(1, len(word))  # the first letter is rarely the wrong one
    match dice.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case 2:
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        case _:
            return word[:at] + dice.choice(_NEIGHBOURS.get(word[at], "e")) + word[at + 1 :]
