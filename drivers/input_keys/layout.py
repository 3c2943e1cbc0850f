"""Which characters the keys of a keyboard mean, by country: read from ``firmware_config/keyboards``.

A scanner that types sends key positions, not characters: set up for a German computer it sends the key that says ``z``
there, which an American table reads as ``y``. Scanner and table must agree; nothing on the wire says whether they do.
"""

from collections.abc import Iterator
from typing import Final, Self

from pydantic import Field, model_validator

from drivers.input_keys.layout_codec import Key, Layout, Level
from drivers.profiles import Profile, load_profile

FOLDER: Final = "keyboards"
DEFAULT_LAYOUT: Final = "us"

NONE: Final = " "
"""Stands in a row where a key has no character; the space bar is in no row."""


class KeyRow(Profile):
    """Keys side by side, with what they mean alone, with Shift and with AltGr."""

    first: int = Field(ge=2, le=255)
    """The kernel's code of the first key; the others follow it in number."""
    plain: str
    shifted: str
    altgr: str = ""

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        if len(self.plain) != len(self.shifted) or len(self.altgr) not in (0, len(self.plain)):
            raise ValueError("plain, shifted and altgr say something of as many keys")
        return self

    def meanings(self) -> Iterator[tuple[Key, str]]:
        """Give each key with its character."""
        for level, characters in ((Level.PLAIN, self.plain), (Level.SHIFT, self.shifted), (Level.ALTGR, self.altgr)):
            for place, character in enumerate(characters):
                if character != NONE:
                    yield Key(self.first + place, level), character


class LayoutProfile(Profile):
    """A country's keyboard."""

    name: str
    dead: str = ""
    """Characters of keys that wait for a letter to stand on, alone or with Shift; with AltGr the same does not wait."""
    rows: list[KeyRow]

    @model_validator(mode="after")
    def _no_key_twice(self) -> Self:
        keys = [key for row in self.rows for key, _ in row.meanings()]
        if len(keys) != len(set(keys)):
            raise ValueError("a key stands in two rows")
        return self

    def layout(self) -> Layout:
        """Give what the codec needs."""
        characters = {key: character for row in self.rows for key, character in row.meanings()}
        dead = {key for key, each in characters.items() if each in self.dead and key.level is not Level.ALTGR}
        return Layout(characters, frozenset(dead))


def load_layout(name: str) -> Layout:
    """Return the layout ``firmware_config/keyboards/NAME.toml``; raises `ProfileError`, which names those there are."""
    return load_profile(FOLDER, name, LayoutProfile).layout()
