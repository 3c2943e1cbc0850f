"""Blocks of a receipt as ESC/POS commands, made by python-escpos; loads it, which takes a quarter of a second."""

import os
import shutil
from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from escpos import capabilities
from escpos.constants import CODEPAGE_CHANGE, HW_INIT
from escpos.printer import Dummy

from drivers.printer.base import Block, Cut, Feed, Rule, TextLine, TextStyle
from drivers.printer.code_page import printer_text
from drivers.printer.escpos_profile import PrinterProfile

_CANCEL_DOUBLE_BYTE: Final = b"\x1c."
_MOST_LINES: Final = 255


class ReceiptCommands:
    """Writes receipts for one model of printer."""

    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile
        self._remove_cache()
        self._builder = Dummy()

    def pieces(self, blocks: Sequence[Block]) -> Iterator[bytes]:
        """Give the bytes of a receipt: how the printer is set up, then each block as one piece."""
        double_byte = _CANCEL_DOUBLE_BYTE if self._profile.double_byte else b""
        yield HW_INIT + double_byte + CODEPAGE_CHANGE + bytes((self._profile.code_page_number,))
        for block in blocks:
            self._builder.clear()
            self._write(block)
            yield self._builder.output

    def _write(self, block: Block) -> None:
        match block:
            case TextLine(text, style):
                self._line(printer_text(text, self._profile.page), style)
            case Rule():
                self._line(b"-" * self._profile.columns, TextStyle.NORMAL)
            case Feed(lines):
                self._builder.print_and_feed(min(max(lines, 0), _MOST_LINES))
            case Cut():
                self._cut()
            case _:
                assert_never(block)

    def _line(self, text: bytes, style: TextStyle) -> None:
        if style is TextStyle.LARGE:
            self._builder.set(double_width=True, double_height=True, bold=False)
        else:
            self._builder.set(normal_textsize=True, bold=style is TextStyle.BOLD)
        self._builder._raw(text + b"\n")  # noqa: SLF001 - the library's documented way to send bytes already encoded

    def _cut(self) -> None:
        if self._profile.cut == "none":
            self._builder.print_and_feed(6)
        else:
            self._builder.cut(mode="FULL" if self._profile.cut == "full" else "PART")

    @staticmethod
    def _remove_cache() -> None:
        """Remove the folder that python-escpos makes at import for a cache that nothing reads again."""
        if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
            shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
