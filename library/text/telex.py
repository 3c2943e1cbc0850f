"""Vietnamese from the keys of a plain keyboard: Telex and VNI, one key at a time or a whole word at once.

Telex: ``aa`` â, ``aw`` ă, ``ee`` ê, ``oo`` ô, ``ow`` ơ, ``uw`` or ``w`` ư, ``dd`` đ; ``s f r x j`` are the tones sắc,
huyền, hỏi, ngã, nặng and ``z`` takes one off. VNI: ``6 7 8 9`` for ^, horn, breve, đ; ``1`` to ``5`` the tones in the
same order, ``0`` takes one off. A key may come at once or at the word's end (``dday``, ``dayd``). The same key again
undoes it, is written itself, and the rest of the word is taken as typed (``ass`` gives ``as``). A key that would make
no Vietnamese syllable is written as it is.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from library.text.forms import nfc
from library.text.syllables import TONES, Syllable, is_syllable, split_syllable

_CIRCUMFLEX: Final = "\u0302"
_BREVE: Final = "\u0306"
_HORN: Final = "\u031b"

_TELEX_TONES: Final = dict(zip("sfrxj", TONES, strict=True))
_VNI_TONES: Final = dict(zip("12345", TONES, strict=True))
_VNI_QUALITIES: Final = {"6": (_CIRCUMFLEX, "aeo"), "7": (_HORN, "uo"), "8": (_BREVE, "a")}


class Keys(StrEnum):
    """What the keys of a keyboard mean."""

    TELEX = "telex"
    VNI = "vni"


@dataclass(frozen=True, slots=True)
class Typed:
    """A word while it is typed: what is seen of it, and whether further keys are taken as they are."""

    text: str = ""
    as_it_is: bool = False
    """A mark of this word was undone: what follows are letters and digits and nothing else."""


def press(word: Typed, key: str, keys: Keys = Keys.TELEX, *, new_style: bool = False) -> Typed:
    """Return `word` after `key`, one character; `new_style` writes ``hoà`` and ``thuý``, else ``hòa`` and ``thúy``.

    A key that is no letter or digit ends the word: it is added, and whoever types begins a new :class:`Typed`.
    """
    if not word.text and not word.as_it_is and keys is Keys.TELEX:
        return Typed({"w": "ư", "W": "Ư"}.get(key, key))
    if word.as_it_is or not word.text or len(word.text) > _LONGEST_WORD:
        return Typed(nfc(word.text + key), word.as_it_is)
    made = _telex(word.text, key) if keys is Keys.TELEX else _vni(word.text, key)
    if made is None:
        return Typed(_placed_again(nfc(word.text + key), new_style=new_style))
    text, undone = made
    if undone:
        return Typed(nfc(text + key), as_it_is=True)
    return Typed(_placed_again(text, new_style=new_style))


def rub_out(word: Typed) -> Typed:
    """Return `word` without its last letter; a tone that stood on it goes with it."""
    return Typed(word.text[:-1], word.as_it_is and bool(word.text[:-1]))


def typed_word(pressed: str, keys: Keys = Keys.TELEX, *, new_style: bool = False) -> str:
    """Return what a word of `pressed` keys becomes: ``ddaay`` gives ``đây``, ``rungwf`` gives ``rừng``."""
    word = Typed()
    for key in nfc(pressed):
        word = press(word, key, keys, new_style=new_style)
    return word.text


def read_keys(word: str, *, unfinished: bool = False) -> str | None:
    """Return the Vietnamese syllable that `word` is as Telex or VNI keys, or None where it is none or has no such keys.

    For whoever finds a word in a plain field and asks what was meant: a whole syllable must come out, whose tone and
    end go together, or one with đ, and it must differ from what stands there; while the word is `unfinished`, what may
    become a syllable is enough.
    """
    if not 1 < len(word) <= _LONGEST_WORD or not word.isascii() or not word.isalnum():
        return None
    way = Keys.VNI if any(map(str.isdigit, word)) else Keys.TELEX
    made = typed_word(word, way)
    if made.isascii() or split_syllable(made) is None:
        return None
    return made if unfinished or made[0] in "đĐ" or is_syllable(made) else None


_LONGEST_WORD: Final = 16
"""Letters and keys of a word that are looked at: the longest syllable, ``nghiêng``, is typed with ten keys."""


def _telex(text: str, pressed: str) -> tuple[str, bool] | None:
    """Return what a key makes of `text` and whether that was an undoing; None when the key is only a letter."""
    key = pressed.lower()
    if key in _TELEX_TONES:
        return _toned(text, _TELEX_TONES[key])
    if key == "z":
        return _toned(text, "")
    if key == "d":
        return _stroked(text)
    if key in {"a", "e", "o"}:
        return _shaped(text, _CIRCUMFLEX, key)
    if key == "w":
        return _hooked(text, "ư" if pressed == "w" else "Ư")
    return None


def _vni(text: str, key: str) -> tuple[str, bool] | None:
    if key in _VNI_TONES:
        return _toned(text, _VNI_TONES[key])
    if key == "0":
        return _toned(text, "")
    if key == "9":
        return _stroked(text)
    if key in _VNI_QUALITIES:
        mark, bases = _VNI_QUALITIES[key]
        if mark == _HORN:
            return _horned(text)
        return _shaped(text, mark, bases)
    return None


def _toned(text: str, tone: str) -> tuple[str, bool] | None:
    parts = split_syllable(text)
    if parts is None or not parts.nucleus:
        return None
    if not tone:
        return (parts.toned("").written(), False) if parts.tone else None
    if parts.tone == tone:
        return parts.toned("").written(), True
    return parts.toned(tone).written(), False


def _stroked(text: str) -> tuple[str, bool] | None:
    if text[0] in "đĐ":
        return ("d" if text[0] == "đ" else "D") + text[1:], True
    if text[0] not in "dD":
        return None
    made = ("đ" if text[0] == "d" else "Đ") + text[1:]
    return (made, False) if len(text) == 1 or split_syllable(made) is not None else None


def _shaped(text: str, mark: str, bases: str) -> tuple[str, bool] | None:
    """Put `mark` on the last vowel among `bases` of the syllable, or take it off where it stands already."""
    parts = split_syllable(text)
    if parts is None:
        return None
    for place in range(len(parts.nucleus) - 1, -1, -1):
        base, quality = _taken_apart(parts.nucleus[place])
        if base.lower() not in bases:
            continue
        if quality == mark:
            return parts.with_vowel(place, base).written(), True
        return _if_a_syllable(parts, place, base + mark)
    return None


def _hooked(text: str, alone: str) -> tuple[str, bool] | None:
    """Telex's w: a horn where there is a u or an o, else a breve on an a, else the letter ư."""
    parts = split_syllable(text)
    if parts is None:
        return None
    if not parts.nucleus:
        made = split_syllable(text + alone)
        return (text + alone, False) if made is not None and made.nucleus else None
    bare = "".join(_taken_apart(letter)[0].lower() for letter in parts.nucleus)
    if "a" in bare and bare not in {"ua", "uay"}:
        return _shaped(text, _BREVE, "a")
    if parts.nucleus[-1] in "ưƯ" and len(parts.nucleus) == 1 and not parts.final and not parts.tone:
        return text[:-1] + ("u" if parts.nucleus == "ư" else "U"), True
    return _horned(text)


def _horned(text: str) -> tuple[str, bool] | None:
    parts = split_syllable(text)
    if parts is None:
        return None
    letters = [_taken_apart(letter) for letter in parts.nucleus]
    bare = "".join(base.lower() for base, _ in letters)
    at = bare.find("uo")
    if at < 0:
        wanted = [place for place, (base, _) in enumerate(letters) if base.lower() in "uo"][:1]
    elif bare == "uo" and not parts.final and parts.initial.lower() in {"h", "th"} and not letters[at][1]:
        wanted = [at + 1]  # huơ, thuở; but hươu, thương
    else:
        wanted = [at, at + 1]
    if not wanted:
        return None
    if all(letters[place][1] == _HORN for place in wanted):
        for place in wanted:
            parts = parts.with_vowel(place, letters[place][0])
        return parts.written(), True
    for place in wanted:
        parts = parts.with_vowel(place, letters[place][0] + _HORN)
    return parts.written(), False


def _if_a_syllable(parts: Syllable, place: int, vowel: str) -> tuple[str, bool] | None:
    made = parts.with_vowel(place, vowel).written()
    return (made, False) if split_syllable(made) is not None else None


def _taken_apart(letter: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", letter)
    return parts[0], parts[1:]


def _placed_again(text: str, *, new_style: bool) -> str:
    """Return the word with its tone where it belongs now that a letter more stands in it."""
    parts = split_syllable(text)
    if parts is None or not parts.tone:
        return text
    return parts.written(new_style=new_style)
