"""Keys going down and up to characters, as a keyboard's owner would see them, and back. Pure.

| a device types | it means |
| --- | --- |
| a key, alone, with Shift or with AltGr (also as Ctrl and Alt together) | the layout's character |
| Ctrl and a letter or one of ``@ [ ] ^ _`` | a control character, GS of a GS1 label for one |
| keypad digits while Alt is held | the character of that number: Windows' own way to type any character |
| Caps Lock | capital and small letters change places until it comes again |
| a key that the kernel repeats | nothing: no scanner holds a key for so long |

Number codes are Windows': up to 31 control characters; from 128 with a zero in front Windows-1252, without it code page
437; from 256 Unicode. The keypad types digits whatever Num Lock says, and what the lamps of other keyboards say counts
for nothing: nobody else's keys belong to this device.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from drivers.input_keys.event_codec import EV_KEY, EV_SYN, SYN_REPORT, InputEvent
from drivers.input_keys.layout_codec import Key, Layout, Level, on_dead_key

_SHIFTS: Final = frozenset((42, 54))
_CONTROLS: Final = frozenset((29, 97))
_ALT: Final = 56
_ALTGR: Final = 100
_CAPS_LOCK: Final = 58
_NUM_LOCK: Final = 69
_METAS: Final = frozenset((125, 126))
_MODIFIERS: Final = _SHIFTS | _CONTROLS | _METAS | {_ALT, _ALTGR}
_DIGITS: Final = {82: "0", 79: "1", 80: "2", 81: "3", 75: "4", 76: "5", 77: "6", 71: "7", 72: "8", 73: "9"}
"""Of the keypad."""
_OTHERS: Final = {
    1: "\x1b",
    14: "\b",
    15: "\t",
    28: "\r",
    96: "\r",
    111: "\x7f",
    55: "*",
    74: "-",
    78: "+",
    83: ".",
    98: "/",
    117: "=",
    121: ",",
}
"""Escape, Backspace, Tab, Enter, Delete and the keypad's signs: the same in every country."""

DOWN: Final = 1
UP: Final = 0
_LONGEST_CODE: Final = 8
"""Digits of the largest character's number, with a zero in front; more are no code."""
_CONTROL_CHARACTERS: Final = 0x20
_ONE_BYTE: Final = 0x100
_SEVEN_BITS: Final = 0x80
_LAST_CHARACTER: Final = 0x10FFFF
_NOT_A_CHARACTER: Final = "\N{REPLACEMENT CHARACTER}"


class KeysCodec:
    """Either end of a device that types; never raises on what it receives."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._held: frozenset[int] = frozenset()
        self._modifiers: set[int] = set()
        self._caps = False
        self._code: str = ""
        self._dead = ""
        self.unknown = 0
        """Keys that went down and mean no character."""

    def hold(self, keys: Iterable[int]) -> None:
        """Begin anew with ``keys`` down: nothing that they do counts until they have been up."""
        self._held = frozenset(keys)
        self._modifiers.clear()
        self._code = self._dead = ""

    def receive(self, event: InputEvent) -> str:
        """Take an event and return the characters that it completes, mostly one or none."""
        if event.type != EV_KEY:
            return ""
        if event.code in self._held:
            if event.value == UP:
                self._held -= {event.code}
            return ""
        if event.value == UP:
            return self._up(event.code)
        return self._down(event.code) if event.value == DOWN else ""

    def send(self, text: str) -> Iterator[InputEvent]:
        """Give the events by which a device types a text; what no key and no number can say, as U+FFFD."""
        for character in text:
            if keys := self._keys_of(character):
                for code, held in keys:
                    yield from _struck(code, held)
            else:
                yield from by_number(character)

    def _keys_of(self, character: str) -> list[tuple[int, tuple[int, ...]]]:
        """Return each key's code with the codes of what is held."""
        for code, other in _OTHERS.items():
            if character == other and not character.isprintable():
                return [(code, ())]
        held: tuple[int, ...] = ()
        if character < " ":
            held, character = (29,), chr(ord(character) + ord("@")).lower()
        keys = self._layout.keys(character)
        if held and (len(keys) != 1 or keys[0].level is Level.ALTGR):
            return []
        return [(key.code, held + _held_for(key)) for key in keys]

    def _up(self, code: int) -> str:
        self._modifiers.discard(code)
        if code in (_ALT, _ALTGR) and self._code:
            digits, self._code = self._code, ""
            return self._with_dead(_numbered(digits))
        return ""

    def _down(self, code: int) -> str:
        if code in _MODIFIERS:
            self._modifiers.add(code)
            return ""
        if code == _CAPS_LOCK:
            self._caps = not self._caps
            return ""
        if code == _NUM_LOCK:
            return ""
        if code in _DIGITS and self._modifiers & {_ALT, _ALTGR}:
            self._code = (self._code + _DIGITS[code])[: _LONGEST_CODE + 1]
            return ""
        return self._struck(code)

    def _struck(self, code: int) -> str:
        """Return what a key that is no modifier types."""
        if code in _DIGITS or code in _OTHERS:
            return self._with_dead(_DIGITS.get(code) or _OTHERS[code])
        control, alt = bool(self._modifiers & _CONTROLS), _ALT in self._modifiers
        altgr = _ALTGR in self._modifiers or (control and alt)
        shift = Level.SHIFT if self._modifiers & _SHIFTS else Level.PLAIN
        key = Key(code, Level.ALTGR if altgr else shift)
        character = self._layout.character(key, caps=self._caps)
        if control and not altgr:
            character = _control(character)
        elif self._layout.is_dead(key) and not self._dead:
            self._dead = character
            return ""
        if not character or self._modifiers & _METAS or (alt and not altgr):
            self.unknown += 1
            return ""
        return self._with_dead(character)

    def _with_dead(self, character: str) -> str:
        dead, self._dead = self._dead, ""
        return on_dead_key(dead, character) if dead else character


def by_number(character: str) -> Iterator[InputEvent]:
    """Give the events that type a character as Alt and its number on the keypad."""
    keypad = {digit: code for code, digit in _DIGITS.items()}
    yield from _moved(_ALT, DOWN)
    for digit in _number(character):
        yield from _struck(keypad[digit], ())
    yield from _moved(_ALT, UP)


def _control(character: str) -> str:
    """Return what Ctrl makes of a character; nothing where it makes nothing."""
    capital = character.upper()
    return chr(ord(capital) & 0x1F) if len(capital) == 1 and "@" <= capital <= "_" else ""


def _numbered(digits: str) -> str:
    """Return the character that keypad digits stand for."""
    number = int(digits)
    if number < _SEVEN_BITS:
        return chr(number)
    if number < _ONE_BYTE:
        return bytes((number,)).decode("cp1252" if digits[0] == "0" else "cp437", errors="replace")
    if number > _LAST_CHARACTER or 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004 - surrogates are no characters
        return _NOT_A_CHARACTER
    return chr(number)


def _held_for(key: Key) -> tuple[int, ...]:
    return {Level.PLAIN: (), Level.SHIFT: (42,), Level.ALTGR: (_ALTGR,)}[key.level]


def _struck(code: int, held: tuple[int, ...]) -> Iterator[InputEvent]:
    keys = (*held, code)
    for each in keys:
        yield from _moved(each, DOWN)
    for each in reversed(keys):
        yield from _moved(each, UP)


def _number(character: str) -> str:
    """Return the digits that stand for a character."""
    number = ord(character)
    if number < _SEVEN_BITS:
        return f"0{number}"
    byte = character.encode("cp1252", errors="ignore")
    if byte:
        return f"0{byte[0]}"
    if number < _ONE_BYTE or _numbered(str(number)) != character:
        number = ord(_NOT_A_CHARACTER)
    return str(number)


def _moved(code: int, value: int) -> Iterator[InputEvent]:
    yield InputEvent(EV_KEY, code, value)
    yield InputEvent(EV_SYN, SYN_REPORT, 0)
