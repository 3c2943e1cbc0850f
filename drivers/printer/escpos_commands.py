"""Blocks of a receipt as ESC/POS commands, made by python-escpos; loads it, which takes a quarter of a second."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, assert_never

from escpos import capabilities
from escpos.constants import CODEPAGE_CHANGE, HW_INIT, QR_ECLEVEL_M
from escpos.printer import Dummy

from drivers.printer.base import Block, Cut, Feed, Picture, QrCode, Rule, TextLine, TextStyle
from drivers.printer.code_page import CodePage, printer_runs, printer_text, seen_text
from drivers.printer.escpos_profile import PrinterProfile
from drivers.printer.line_picture import LineArtist
from drivers.printer.pictures import code_bitmap, in_the_middle, picture_bitmap
from drivers.printer.raster_codec import Bitmap, column_commands, raster_commands
from library.text.tcvn3 import TcvnPage
from library.text.width import display_width

_CANCEL_DOUBLE_BYTE: Final = b"\x1c."
_MOST_LINES: Final = 255
_MODULE: Final = 6
"""Dots of a QR code's module: three quarters of a millimetre, which every telephone reads."""

_NARROW: Final = 400
_NARROW_MODULE: Final = 5
_UP_TO_THE_TEAR: Final = 6
"""Lines from the print head to the edge at which a receipt is torn off."""

_LONGEST_CODE: Final = 512
"""Letters; a longer code is finer than thermal paper."""


class ReceiptCommands:
    """Writes receipts for one model of printer."""

    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile
        self._artist = LineArtist(profile.dots, profile.columns)
        self._module = _NARROW_MODULE if profile.dots < _NARROW else _MODULE
        self._remove_cache()
        self._builder: Any = Dummy()

    def pieces(self, blocks: Sequence[Block]) -> Iterator[bytes]:
        """Give the bytes of a receipt in pieces that a small buffer holds: how the printer is set up, then the blocks.

        Raises `PictureError` before the first piece.
        """
        if self._profile.raster == "none":
            return self._pieces(blocks, {})
        wanted = [block for block in blocks if isinstance(block, Picture)]
        return self._pieces(blocks, {block: picture_bitmap(block, self._profile.dots) for block in wanted})

    def _pieces(self, blocks: Sequence[Block], pictures: Mapping[Picture, Bitmap]) -> Iterator[bytes]:
        double_byte = _CANCEL_DOUBLE_BYTE if self._profile.double_byte else b""
        yield HW_INIT + double_byte + self._page(self._profile.code_page_number)
        for block in blocks:
            match block:
                case TextLine():
                    yield from self._text(block)
                case Rule():
                    yield from self._rule()
                case Feed(lines):
                    yield self._feed(lines)
                case QrCode(text, label):
                    yield from self._code(seen_text(text)[:_LONGEST_CODE], label)
                case Picture():
                    if block in pictures:
                        yield from self._raster(in_the_middle(pictures[block], self._profile.dots))
                case Cut():
                    yield self._cut()
                case _:
                    assert_never(block)

    def _text(self, line: TextLine) -> Iterator[bytes]:
        if self._profile.text == "image":
            drawn = self._artist.draw(line)
            if drawn is None:
                yield self._feed(1)
            else:
                yield from self._raster(drawn)
        else:
            yield self._line(self._encoded(line.text), line.style)

    def _encoded(self, text: str) -> bytes:
        capitals = self._profile.capitals_page_number
        if capitals is None:
            return printer_text(text, CodePage(self._profile.text))
        small = self._profile.code_page_number
        return b"".join(
            data if page is TcvnPage.SMALL else self._page(capitals) + data + self._page(small)
            for page, data in printer_runs(text)
        )

    def _rule(self) -> Iterator[bytes]:
        if self._profile.text == "image":
            yield from self._raster(self._artist.rule())
        else:
            yield self._line(b"-" * self._profile.columns, TextStyle.NORMAL)

    def _code(self, text: str, label: str) -> Iterator[bytes]:
        if not text:
            return
        if self._profile.qr == "native":
            yield self._native_code(text)
        elif self._profile.qr == "image":
            drawn = code_bitmap(text, self._module, self._profile.dots)
            yield from self._raster(in_the_middle(drawn, self._profile.dots))
        else:
            yield from self._text(self._in_the_middle(text))
        if label:
            yield from self._text(self._in_the_middle(label))

    def _in_the_middle(self, text: str) -> TextLine:
        spaces = max(0, self._profile.columns - display_width(text)) // 2
        return TextLine(" " * spaces + text, centred=True)

    def _raster(self, bitmap: Bitmap) -> Iterator[bytes]:
        if self._profile.raster == "esc_star":
            return column_commands(bitmap, self._profile.strip_feed)
        return raster_commands(bitmap, self._profile.band)

    def _native_code(self, text: str) -> bytes:
        self._builder.clear()
        self._builder.set(align="center")
        self._builder.qr(text, ec=QR_ECLEVEL_M, size=self._module, native=True)
        self._builder.set(align="left")
        return bytes(self._builder.output)

    def _line(self, text: bytes, style: TextStyle) -> bytes:
        self._builder.clear()
        if style is TextStyle.LARGE:
            self._builder.set(double_width=True, double_height=True, bold=False)
        else:
            self._builder.set(normal_textsize=True, bold=style is TextStyle.BOLD)
        self._builder._raw(text + b"\n")  # noqa: SLF001 - the library's documented way to send bytes already encoded
        return bytes(self._builder.output)

    def _feed(self, lines: int) -> bytes:
        self._builder.clear()
        self._builder.print_and_feed(min(max(lines, 0), _MOST_LINES))
        return bytes(self._builder.output)

    def _cut(self) -> bytes:
        if self._profile.cut == "none":
            return self._feed(_UP_TO_THE_TEAR)
        self._builder.clear()
        self._builder.cut(mode="FULL" if self._profile.cut == "full" else "PART")
        return bytes(self._builder.output)

    @staticmethod
    def _page(number: int) -> bytes:
        return bytes(CODEPAGE_CHANGE) + bytes((number,))

    @staticmethod
    def _remove_cache() -> None:
        """Remove the folder that python-escpos makes at import for a cache that nothing reads again."""
        if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
            shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
