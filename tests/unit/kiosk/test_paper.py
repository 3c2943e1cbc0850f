"""A receipt on its way to the printer: what is printed, what is left out, which fault is told."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from drivers.errors import DeviceLostError, LossReason, PaperOutError, PrinterStoppedError
from drivers.health import DeviceHealth
from drivers.printer import base
from drivers.printer.base import Block, PaperStatus, PictureError, Printer, PrinterReading
from drivers.printer.escpos_profile import LONGEST_RECEIPT_S
from kiosk.devices.paper import PRINTING_S, PaperReceipts, printer_event
from kiosk.ports import NotPrinted, Printed
from kiosk.receipts.blocks import QrCode
from kiosk.session.answers import ReceiptFailed, ReceiptPrinted
from kiosk.session.citizen_effects import PrintPickUp
from kiosk.session.effects import PrintReceipt, ReceiptLine
from kiosk.session.events import Event, PrinterChanged
from kiosk.session.values import ItemId, Language, PrinterFault, VisitId
from kiosk.texts import load_texts
from tests.unit.kiosk.test_citizens import performer

TEXTS = load_texts()
NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
ORDER = PrintReceipt(
    VisitId("v1"),
    Language.VIETNAMESE,
    "0001",
    (ReceiptLine("Số đỏ", NOW, show_at_desk=False, loan_known=True, item_id=ItemId("1")),),
)

PICK_UP = PrintPickUp(VisitId("v1"), Language.VIETNAMESE, "W7KM4Q")


class FakePrinter:
    """Prints into a list, or fails as it is told."""

    columns = 32

    def __init__(self, error: Exception | None = None, *, refuses_pictures: bool = False) -> None:
        self.printed: list[tuple[Block, ...]] = []
        self._error = error
        self._refuses_pictures = refuses_pictures

    @classmethod
    def from_url(cls, url: str) -> Self:
        raise NotImplementedError(url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""

    async def print_blocks(self, blocks: Sequence[Block]) -> None:
        await asyncio.sleep(0)
        if self._error is not None:
            raise self._error
        if self._refuses_pictures and any(isinstance(block, base.Picture) for block in blocks):
            raise PictureError("no picture")
        self.printed.append(tuple(blocks))

    async def status(self) -> PaperStatus:
        return PaperStatus.OK

    def readings(self) -> AsyncIterator[PrinterReading]:
        raise NotImplementedError

    def health(self) -> DeviceHealth:
        return DeviceHealth("")


class FakeSlot:
    """Where the printer is, or is not."""

    def __init__(self, current: Printer | None) -> None:
        self.current = current


async def answer_of(printer: Printer | None) -> Printed | NotPrinted:
    return await PaperReceipts(FakeSlot(printer), TEXTS, "Thư viện").print_receipt(ORDER, NOW)


async def test_a_receipt_is_printed_once_and_every_line_fits() -> None:
    printer = FakePrinter()

    assert await answer_of(printer) == Printed()

    (blocks,) = printer.printed
    lines = [block for block in blocks if isinstance(block, base.TextLine)]

    assert all(len(line.text) <= 32 for line in lines)
    assert next(line.text.strip() for line in lines if line.centred) == "Thư viện"
    assert isinstance(blocks[-1], base.Cut)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (PaperOutError(), PrinterFault.PAPER_OUT),
        (DeviceLostError("printer", LossReason.UNPLUGGED), PrinterFault.LOST),
        (PrinterStoppedError(), PrinterFault.OTHER),
        (TimeoutError(), PrinterFault.OTHER),
    ],
)
async def test_a_receipt_that_does_not_come_out_names_the_fault(error: Exception, fault: PrinterFault) -> None:
    assert await answer_of(FakePrinter(error)) == NotPrinted(fault)


async def test_without_a_printer_nothing_is_printed() -> None:
    assert await answer_of(None) == NotPrinted(PrinterFault.LOST)


@pytest.mark.parametrize(
    ("printer", "event"),
    [
        (FakePrinter(), ReceiptPrinted(VisitId("v1"))),
        (FakePrinter(PaperOutError()), ReceiptFailed(VisitId("v1"), PrinterFault.PAPER_OUT)),
        (None, ReceiptFailed(VisitId("v1"), PrinterFault.LOST)),
    ],
    ids=["printed", "paper out", "no printer"],
)
async def test_a_new_readers_number_is_printed_or_the_fault_named(printer: FakePrinter | None, event: Event) -> None:
    paper = PaperReceipts(FakeSlot(printer), TEXTS, "Thư viện")
    told = await performer(None, slips=paper).perform(PICK_UP)

    assert told == event
    assert printer is None or all("W7KM4Q" in repr_of(blocks) for blocks in printer.printed)
    assert "W7KM4Q" not in repr(PICK_UP)


def repr_of(blocks: tuple[Block, ...]) -> str:
    return "".join(block.text for block in blocks if isinstance(block, base.TextLine))


async def test_a_kiosk_that_prints_no_slips_says_so() -> None:
    assert await performer(None).perform(PICK_UP) == ReceiptFailed(VisitId("v1"), PrinterFault.OTHER)


async def test_a_logo_and_a_code_are_printed(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"png")
    printer = FakePrinter()
    receipts = PaperReceipts(FakeSlot(printer), TEXTS, "Thư viện", logo, QrCode("https://library.example", "Gia hạn"))

    assert await receipts.print_receipt(ORDER, NOW) == Printed()

    (blocks,) = printer.printed

    assert blocks[0] == base.Picture(b"png")
    assert base.QrCode("https://library.example", "Gia hạn") in blocks


@pytest.mark.parametrize("there", [True, False])
async def test_a_logo_that_is_none_or_not_there_is_left_out(tmp_path: Path, there: bool) -> None:  # noqa: FBT001 - pytest hands it
    logo = tmp_path / "logo.png"
    if there:
        logo.write_bytes(b"no picture")
    printer = FakePrinter(refuses_pictures=True)

    assert await PaperReceipts(FakeSlot(printer), TEXTS, "Thư viện", logo).print_receipt(ORDER, NOW) == Printed()

    (blocks,) = printer.printed

    assert not any(isinstance(block, base.Picture) for block in blocks)


@pytest.mark.parametrize(
    ("paper", "stopped", "fault"),
    [
        (PaperStatus.OK, False, None),
        (PaperStatus.LOW, False, None),
        (PaperStatus.UNKNOWN, False, None),
        (PaperStatus.OUT, False, PrinterFault.PAPER_OUT),
        (PaperStatus.OUT, True, PrinterFault.PAPER_OUT),
        (PaperStatus.OK, True, PrinterFault.OTHER),
    ],
)
def test_the_session_is_told_whether_a_receipt_would_come_out(
    paper: PaperStatus,
    stopped: bool,  # noqa: FBT001 - pytest hands it
    fault: PrinterFault | None,
) -> None:
    assert printer_event(PrinterReading(paper, 0, stopped)) == PrinterChanged(fault)


def test_a_receipt_is_given_up_only_after_the_slowest_printer_has_given_it_up() -> None:
    """Before that the printer may print it still, and the patron who asks again would get it twice."""
    assert PRINTING_S >= LONGEST_RECEIPT_S + 20
