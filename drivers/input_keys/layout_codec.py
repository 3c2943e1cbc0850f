"""A country's keyboard as a table: a key and what is held with it to a character, and back. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

SPACE: Final = 57
"""The kernel's code of the space bar."""

_COMBINING: Final = {"`": "\u0300", "\u00b4": "\u0301", "^": "\u0302", "~": "\u0303", "¨": "\u0308"}


class Level(Enum):
    """What is held while a key goes down."""

    PLAIN = 0
    SHIFT = 1
    ALTGR = 2


@dataclass(frozen=True, slots=True)
class Key:
    """A key's place, by the kernel's code, and what is held with it."""

    code: int
    level: Level = Level.PLAIN


class Layout:
    """Keys to characters; ``dead`` are those that wait for a letter to stand on."""

    def __init__(self, characters: Mapping[Key, str], dead: frozenset[Key] = frozenset()) -> None:
        self._characters = {**characters, Key(SPACE): " ", Key(SPACE, Level.SHIFT): " "}
        self._keys: dict[str, Key] = {}
        for key, character in self._characters.items():
            self._keys.setdefault(character, key)
        self._dead = dead

    def character(self, key: Key, *, caps: bool) -> str:
        """Return what a key means; Caps Lock changes only keys that bear one letter, small and capital; "" for none."""
        if caps and key.level is not Level.ALTGR:
            small, capital = (self._characters.get(Key(key.code, each), "") for each in (Level.PLAIN, Level.SHIFT))
            if small != capital == small.upper():
                return small if key.level is Level.SHIFT else capital
        return self._characters.get(key, "")

    def keys(self, character: str) -> tuple[Key, ...]:
        """Return the keys to be struck for a character, one after the other; none where the keyboard lacks it."""
        key = self._keys.get(character)
        if key is None:
            return ()
        return (key, Key(SPACE)) if key in self._dead else (key,)

    def is_dead(self, key: Key) -> bool:
        """Whether a key waits for a letter to stand on."""
        return key in self._dead


def on_dead_key(dead: str, character: str) -> str:
    """Return what comes of a dead key and the next character: the letter with its mark, or the two of them."""
    if character == " ":
        return dead
    composed = unicodedata.normalize("NFC", character + _COMBINING.get(dead, ""))
    return composed if dead in _COMBINING and len(composed) == 1 else dead + character
