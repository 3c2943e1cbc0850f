"""Reads the bytes of a receipt as an ESC/POS printer does: commands, and letters of the selected code page. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from library.text.cp1258 import decode_cp1258
from library.text.forms import nfc

_PAGES: Final = {0: "cp437", 2: "cp850", 16: "cp1252", 52: "cp1258", 94: "cp1258"}
"""``ESC t`` numbers by Epson; 94 is Xprinter's Windows-1258."""

_ESC: Final = 0x1B
_GS: Final = 0x1D
_FS: Final = 0x1C
_LF: Final = 0x0A
_FIRST_LETTER: Final = 0x20
_PREFIXES: Final = frozenset((_ESC, _GS, _FS))

_OPERANDS: Final = {
    (_ESC, ord("@")): 0,
    (_ESC, ord("t")): 1,
    (_ESC, ord("!")): 1,
    (_ESC, ord("E")): 1,
    (_ESC, ord("a")): 1,
    (_ESC, ord("M")): 1,
    (_ESC, ord("-")): 1,
    (_ESC, ord("d")): 1,
    (_GS, ord("!")): 1,
    (_GS, ord("B")): 1,
    (_GS, ord("V")): 1,
    (_GS, ord("r")): 1,
    (_FS, ord(".")): 0,
}
"""How many bytes follow a command; ``GS V`` 65 and 66 take one more."""

_FEEDING_CUTS: Final = frozenset((65, 66))
_BOLD_BIT: Final = 0x08
_LARGE_BITS: Final = 0x30


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line on paper."""

    text: str = field(repr=False)
    bold: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class PaperCut:
    """The knife fell."""


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """``GS r 1`` came to its turn."""


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """Something that this printer does not know: a command, or a control character in a text."""

    data: bytes


Happening = PrintedLine | PaperCut | StatusAsked | UnknownCommand


class EscposDecoder:
    """Takes bytes one at a time, for paper may run out between two of them."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._command = bytearray()
        self._page = 0
        self._bold = self._large = False

    def take(self, byte: int) -> Iterator[Happening]:
        """Take a byte and yield what it makes happen."""
        if self._command:
            self._command.append(byte)
            yield from self._try_command()
        elif byte in _PREFIXES:
            self._command.append(byte)
        elif byte == _LF:
            yield self._end_line()
        elif byte < _FIRST_LETTER:
            yield UnknownCommand(bytes((byte,)))
        else:
            self._line.append(byte)

    def clear(self) -> None:
        """Forget the line that is being put together."""
        self._line.clear()
        self._command.clear()

    @property
    def unfinished(self) -> str:
        """The text of a line that no line feed has printed yet."""
        return self._text()

    def _try_command(self) -> Iterator[Happening]:
        if len(self._command) < 2:  # noqa: PLR2004 - prefix and letter
            return
        prefix, letter, *operands = self._command
        wanted = _OPERANDS.get((prefix, letter))
        if wanted is None:
            yield UnknownCommand(bytes(self._command))
            self._command.clear()
            return
        if letter == ord("V") and operands and operands[0] in _FEEDING_CUTS:
            wanted += 1
        if len(operands) == wanted:
            self._command.clear()
            yield from self._obey(chr(prefix), chr(letter), operands[0] if operands else 0)

    def _obey(self, prefix: str, letter: str, operand: int) -> Iterator[Happening]:
        match (prefix, letter):
            case ("\x1b", "d"):
                yield from self._feed(operand)
            case ("\x1d", "V"):
                if self._line:
                    yield self._end_line()
                yield PaperCut()
            case ("\x1d", "r"):
                yield StatusAsked()
            case _:
                self._set(prefix, letter, operand)

    def _set(self, prefix: str, letter: str, operand: int) -> None:
        match (prefix, letter):
            case ("\x1b", "@"):
                self._line.clear()
                self._page, self._bold, self._large = 0, False, False
            case ("\x1b", "t"):
                self._page = operand
            case ("\x1b", "!"):
                self._bold, self._large = bool(operand & _BOLD_BIT), operand & _LARGE_BITS == _LARGE_BITS
            case ("\x1b", "E"):
                self._bold = bool(operand & 1)
            case ("\x1d", "!"):
                self._large = bool(operand)

    def _feed(self, lines: int) -> Iterator[PrintedLine]:
        if self._line:
            yield self._end_line()
            lines -= 1
        for _ in range(lines):
            yield PrintedLine("")

    def _end_line(self) -> PrintedLine:
        line = PrintedLine(self._text(), self._bold, self._large)
        self._line.clear()
        return line

    def _text(self) -> str:
        page = _PAGES.get(self._page)
        if page is None:
            return self._line.decode("ascii", errors="replace")
        return decode_cp1258(bytes(self._line)) if page == "cp1258" else nfc(self._line.decode(page, errors="replace"))
