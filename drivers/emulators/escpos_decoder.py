"""Reads the bytes of a receipt as an ESC/POS printer does: commands, letters of the selected page, pictures. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from drivers.printer.raster_codec import TALLEST, WIDEST, Bitmap, bitmap_of_columns
from library.text.cp1258 import decode_cp1258
from library.text.forms import nfc
from library.text.tcvn3 import TcvnPage, decode_tcvn3_page

_PAGES: Final = {0: "cp437", 2: "cp850", 16: "cp1252", 27: "cp1258", 52: "cp1258", 94: "cp1258"}
"""``ESC t`` numbers by Epson; 27 and 94 are other makers' Windows-1258."""

_TCVN_PAGES: Final = {30: TcvnPage.SMALL, 31: TcvnPage.CAPITALS}

_ESC: Final = 0x1B
_GS: Final = 0x1D
_FS: Final = 0x1C
_LF: Final = 0x0A
_FIRST_LETTER: Final = 0x20
_PREFIXES: Final = frozenset((_ESC, _GS, _FS))

_OPERANDS: Final = {
    b"\x1b@": 0,
    b"\x1bt": 1,
    b"\x1b!": 1,
    b"\x1bE": 1,
    b"\x1ba": 1,
    b"\x1bM": 1,
    b"\x1b-": 1,
    b"\x1bd": 1,
    b"\x1bJ": 1,
    b"\x1b2": 0,
    b"\x1b3": 1,
    b"\x1d!": 1,
    b"\x1dB": 1,
    b"\x1dV": 1,
    b"\x1dr": 1,
    b"\x1c.": 0,
    b"\x1dv": 6,
    b"\x1b*": 3,
    b"\x1d(": 3,
}
"""How many bytes follow a command at least; some say in these how many more."""

_FEEDING_CUTS: Final = frozenset((65, 66))
_BOLD_BIT: Final = 0x08
_LARGE_BITS: Final = 0x30
_MIDDLE: Final = 1
_STRIP_24: Final = 33
_NO_MORE: Final = -1
_CODE: Final = 49
_STORE: Final = 80
_DRAW: Final = 81


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line on paper."""

    text: str = field(repr=False)
    bold: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True)
class PrintedPicture:
    """Dots on paper; ``centred``: in its middle."""

    bitmap: Bitmap
    centred: bool = False


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A QR code that the printer drew itself, with modules so many dots wide."""

    text: str = field(repr=False)
    module: int
    centred: bool = False


@dataclass(frozen=True, slots=True)
class PaperFed:
    """So many dots of white."""

    dots: int


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


OnPaper = PrintedLine | PrintedPicture | PrintedCode | PaperFed
Happening = OnPaper | PaperCut | StatusAsked | UnknownCommand


class EscposDecoder:
    """Takes bytes one at a time, for paper may run out between two of them."""

    def __init__(self) -> None:
        self._line: list[tuple[int, bytearray]] = []
        """Runs of letters, each with its page."""
        self._strip: Bitmap | None = None
        self._command = bytearray()
        self._wanted = 2
        self._page = 0
        self._bold = self._large = self._centred = False
        self._code = ""
        self._module = 3

    def take(self, byte: int) -> Iterator[Happening]:
        """Take a byte and yield what it makes happen."""
        if self._command:
            self._command.append(byte)
            if len(self._command) == self._wanted:
                yield from self._try_command()
        elif byte in _PREFIXES:
            self._command.append(byte)
            self._wanted = 2
        elif byte == _LF:
            yield self._end_line()
        elif byte == 0:
            return  # as every printer: nothing
        elif byte < _FIRST_LETTER:
            yield UnknownCommand(bytes((byte,)))
        else:
            self._letter(byte)

    def clear(self) -> None:
        """Forget the line that is being put together."""
        self._line.clear()
        self._strip = None
        self._command.clear()

    def switch_off(self) -> None:
        """Forget all that was set."""
        self.clear()
        self._reset()
        self._code, self._module = "", 3

    @property
    def unfinished(self) -> str:
        """The text of a line that no line feed has printed yet."""
        return self._text()

    def _letter(self, byte: int) -> None:
        if not self._line or self._line[-1][0] != self._page:
            self._line.append((self._page, bytearray()))
        self._line[-1][1].append(byte)

    def _try_command(self) -> Iterator[Happening]:
        """Obey the command if it is whole, else find out how long it is."""
        command = bytes(self._command)
        whole = _length(command)
        if whole == _NO_MORE:
            self._command.clear()
            yield UnknownCommand(command)
        elif whole == len(command):
            self._command.clear()
            yield from self._obey(command[:2], command[2:])
        else:
            self._wanted = whole

    def _obey(self, command: bytes, operands: bytes) -> Iterator[Happening]:
        match command:
            case b"\x1bd":
                yield from self._feed(operands[0])
            case b"\x1bJ":
                if self._line:
                    yield self._end_line()
                yield PaperFed(operands[0])
            case b"\x1dV":
                if self._line:
                    yield self._end_line()
                yield PaperCut()
            case b"\x1dr":
                yield StatusAsked()
            case b"\x1dv":
                stride, height = _pair(operands, 2), _pair(operands, 4)
                yield PrintedPicture(Bitmap(stride * 8, height, operands[6:]), self._centred)
            case b"\x1b*":
                self._strip = bitmap_of_columns(operands[3:])
            case b"\x1d(":
                yield from self._two_dimensional(operands[3:])
            case _:
                self._set(command, operands)

    def _set(self, command: bytes, operands: bytes) -> None:
        operand = operands[0] if operands else 0
        match command:
            case b"\x1b@":
                self._line.clear()
                self._reset()
            case b"\x1bt":
                self._page = operand
            case b"\x1b!":
                self._bold, self._large = bool(operand & _BOLD_BIT), operand & _LARGE_BITS == _LARGE_BITS
            case b"\x1bE":
                self._bold = bool(operand & 1)
            case b"\x1d!":
                self._large = bool(operand)
            case b"\x1ba":
                self._centred = operand & 3 == _MIDDLE

    def _reset(self) -> None:
        self._page, self._bold, self._large, self._centred = 0, False, False, False

    def _two_dimensional(self, data: bytes) -> Iterator[Happening]:
        """Obey ``GS ( k`` for QR codes: size, text, and the order to draw it; the rest changes only its looks."""
        function = data[1]
        if function == ord("C"):
            self._module = max(1, data[2])
        elif function == _STORE:
            self._code = data[3:].decode("utf-8", errors="replace")
        elif function == _DRAW and self._code:
            yield PrintedCode(self._code, self._module, self._centred)

    def _feed(self, lines: int) -> Iterator[OnPaper]:
        if self._line:
            yield self._end_line()
            lines -= 1
        for _ in range(lines):
            yield PrintedLine("")

    def _end_line(self) -> OnPaper:
        if self._strip is not None:
            drawn, self._strip = PrintedPicture(self._strip, self._centred), None
            return drawn
        line = PrintedLine(self._text(), self._bold, self._large)
        self._line.clear()
        return line

    def _text(self) -> str:
        return "".join(_decoded(page, bytes(run)) for page, run in self._line)


def _length(command: bytes) -> int:
    """Say how long a command is, as far as its bytes tell; `_NO_MORE` for one that this printer does not know."""
    least = _OPERANDS.get(command[:2])
    if least is None:
        return _NO_MORE
    operands = command[2:]
    if len(operands) < least:
        return 2 + least
    more = _LONGER.get(command[:2])
    return 2 + least if more is None else more(operands)


def _cut_length(operands: bytes) -> int:
    return 4 if operands[0] in _FEEDING_CUTS else 3


def _raster_length(operands: bytes) -> int:
    stride, height = _pair(operands, 2), _pair(operands, 4)
    fits = operands[0] == ord("0") and 0 < stride * 8 <= WIDEST and 0 < height <= TALLEST
    return 8 + stride * height if fits else _NO_MORE


def _strip_length(operands: bytes) -> int:
    columns = _pair(operands, 1)
    return 5 + 3 * columns if operands[0] == _STRIP_24 and 0 < columns <= WIDEST else _NO_MORE


def _code_length(operands: bytes) -> int:
    count = _pair(operands, 1)
    if operands[0] != ord("k") or count < 3:  # noqa: PLR2004 - what it is, what is to be done, and one thing more
        return _NO_MORE
    if len(operands) > 3 and operands[3] != _CODE:  # noqa: PLR2004 - the first byte after the length
        return _NO_MORE
    return 6 if len(operands) == 3 else 5 + count  # noqa: PLR2004 - the length is known, what it is not yet


_LONGER: Final[dict[bytes, Callable[[bytes], int]]] = {
    b"\x1dV": _cut_length,
    b"\x1dv": _raster_length,
    b"\x1b*": _strip_length,
    b"\x1d(": _code_length,
}
"""Commands whose length is among their operands."""


def _pair(operands: bytes, start: int) -> int:
    return int.from_bytes(operands[start : start + 2], "little")


def _decoded(page: int, run: bytes) -> str:
    if page in _TCVN_PAGES:
        return decode_tcvn3_page(run, _TCVN_PAGES[page])
    name = _PAGES.get(page)
    if name is None:
        return run.decode("ascii", errors="replace")
    return decode_cp1258(run) if name == "cp1258" else nfc(run.decode(name, errors="replace"))
