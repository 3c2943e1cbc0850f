"""Puts a visit's receipt on paper: laid out for the printer's width, printed once, every fault named."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, assert_never

from drivers.errors import DeviceLostError, PaperOutError, PrinterError
from drivers.printer import base as printer_words
from drivers.printer.base import PaperStatus, PictureError, Printer, PrinterReading
from kiosk.ports import NotPrinted, Printed
from kiosk.receipts import blocks as receipt_words
from kiosk.receipts.blocks import Block, Picture, QrCode
from kiosk.receipts.layout import receipt
from kiosk.receipts.pick_up import pick_up_slip
from kiosk.receipts.slip import trial_slip
from kiosk.session.citizen_effects import PrintPickUp
from kiosk.session.effects import PrintReceipt
from kiosk.session.events import PrinterChanged
from kiosk.session.values import Language, PrinterFault
from kiosk.texts import Texts

_log = logging.getLogger(__name__)

PRINTING_S: Final = 150.0
"""The printer itself gives up long before, after the seconds of its profile; only a broken driver takes longer. Given
up earlier, a receipt could still come out and be printed once more for the patron who asks again."""


def printer_event(reading: PrinterReading) -> PrinterChanged:
    """Say in the session's words whether a receipt would come out; of paper that nobody knows of the best is hoped."""
    if reading.paper is PaperStatus.OUT:
        return PrinterChanged(PrinterFault.PAPER_OUT)
    return PrinterChanged(PrinterFault.OTHER if reading.stopped else None)


class PrinterSlot(Protocol):
    """Where the printer is, while it is there."""

    @property
    def current(self) -> Printer | None:
        """The open printer; ``None`` while it is lost or there is none."""
        ...


class PaperReceipts:
    """A ``kiosk.ports.ReceiptPrinter`` over the kiosk's own printer."""

    def __init__(
        self,
        slot: PrinterSlot,
        texts: Mapping[Language, Texts],
        site_name: str,
        logo: Path | None = None,
        code: QrCode | None = None,
    ) -> None:
        """Make it; ``logo`` is a PNG that stands above every receipt, ``code`` (the library's page) beneath.

        A logo that cannot be read when a receipt is wanted is left out: the dates matter more.
        """
        self._slot = slot
        self._texts = texts
        self._site_name = site_name
        self._logo = logo
        self._code = code

    async def print_receipt(self, order: PrintReceipt, printed_at: datetime) -> Printed | NotPrinted:
        """Print and cut; nothing is printed twice by itself."""
        printer = self._slot.current
        if printer is None:
            return NotPrinted(PrinterFault.LOST)
        laid_out = receipt(
            order,
            printed_at,
            site_name=self._site_name,
            texts=self._texts[order.language],
            columns=printer.columns,
            logo=await self._read_logo(),
            code=self._code,
        )
        return await _printed(printer, laid_out)

    async def print_pick_up(self, order: PrintPickUp, printed_at: datetime) -> Printed | NotPrinted:
        """Print and cut the number with which somebody goes to the desk."""
        printer = self._slot.current
        if printer is None:
            return NotPrinted(PrinterFault.LOST)
        texts = self._texts[order.language]
        return await _printed(printer, pick_up_slip(order.pick_up, printed_at, texts, self._site_name, printer.columns))

    async def print_test(self, language: Language) -> Printed | NotPrinted:
        """Print and cut a slip on which staff see whether the printer is well."""
        printer = self._slot.current
        if printer is None:
            return NotPrinted(PrinterFault.LOST)
        return await _printed(printer, trial_slip(self._texts[language], self._site_name, printer.columns))

    async def _read_logo(self) -> Picture | None:
        if self._logo is None:
            return None
        try:
            return Picture(await asyncio.to_thread(self._logo.read_bytes))
        except OSError as error:
            _log.warning("the logo is left out: %s", error.strerror)
            return None


async def _printed(printer: Printer, laid_out: tuple[Block, ...]) -> Printed | NotPrinted:
    try:
        async with asyncio.timeout(PRINTING_S):
            await _print(printer, laid_out)
    except PaperOutError:
        return NotPrinted(PrinterFault.PAPER_OUT)
    except DeviceLostError:
        return NotPrinted(PrinterFault.LOST)
    except (PrinterError, TimeoutError):
        return NotPrinted(PrinterFault.OTHER)
    return Printed()


async def _print(printer: Printer, laid_out: tuple[Block, ...]) -> None:
    """Print; a logo that is no picture is told before the first byte, so all else may be printed without it."""
    try:
        await printer.print_blocks([_for_printer(block) for block in laid_out])
    except PictureError as error:
        _log.warning("the logo is left out: %s", error.problem)
        kept = [block for block in laid_out if not isinstance(block, Picture | QrCode)]
        await printer.print_blocks([_for_printer(block) for block in kept])


def _for_printer(block: Block) -> printer_words.Block:
    match block:
        case receipt_words.Line(text, style, centred):
            return printer_words.TextLine(text, printer_words.TextStyle(style.value), centred)
        case receipt_words.Rule():
            return printer_words.Rule()
        case receipt_words.Feed(lines):
            return printer_words.Feed(lines)
        case receipt_words.Cut():
            return printer_words.Cut()
        case QrCode(text, label):
            return printer_words.QrCode(text, label)
        case Picture(data):
            return printer_words.Picture(data)
        case _:
            assert_never(block)
