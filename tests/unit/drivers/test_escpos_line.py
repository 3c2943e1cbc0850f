"""The laws of a receipt: told printed only if it is whole, never printed twice, whatever goes wrong where."""

from collections import deque
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.emulators.escpos_device import EscposDevice
from drivers.errors import DeviceLostError, LossReason, PaperOutError, PrinterError, PrinterStoppedError
from drivers.printer.base import Block, Cut, PaperStatus, PrinterReading, TextLine
from drivers.printer.escpos_line import EscposLine
from drivers.printer.escpos_profile import PrinterProfile
from tests.support.printers import profile_of

LINES = [f"{number}. Sách số {number}" for number in range(6)]
RECEIPT: tuple[Block, ...] = (*(TextLine(line) for line in LINES), Cut())
NEXT: tuple[Block, ...] = (TextLine("next"), Cut())
IMPATIENT = profile_of("epson-80mm", seconds=0.1)
SILENT = profile_of("silent-80mm")


class FakeWire:
    """A cable of no length to an emulated printer; it may break at a given write, or never be still."""

    def __init__(self, device: EscposDevice, *, breaks_at: int | None = None, noise: bytes = b"") -> None:
        self.writes: list[bytes] = []
        self.closed = False
        self._device = device
        self._breaks_at = breaks_at
        self._noise = noise
        self._answers: deque[bytes] = deque()

    def read(self, timeout: float) -> bytes:
        del timeout
        return self._answers.popleft() if self._answers else self._noise

    def write(self, data: bytes, timeout: float) -> None:
        del timeout
        if self._breaks_at is not None and len(self.writes) >= self._breaks_at:
            raise DeviceLostError("fake", LossReason.UNPLUGGED)
        self.writes.append(data)
        self._answers.extend(answer.data for answer in self._device.received(data))

    def drain(self) -> int:
        return 0

    def interrupt(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True


def opened(wire: FakeWire, profile: PrinterProfile = IMPATIENT) -> tuple[EscposLine, list[PrinterReading]]:
    readings: list[PrinterReading] = []
    line = EscposLine("fake", lambda: wire, profile, readings.append)
    line.open()
    return line, readings


def printed(device: EscposDevice) -> dict[str, Any]:
    return device.do({"do": "printed"})[0]


def receipts(device: EscposDevice) -> list[list[str]]:
    return [[line for line in receipt.splitlines() if line] for receipt in printed(device)["receipts"]]


misdeeds = st.one_of(
    st.fixed_dictionaries({"what": st.just("paper_out_after"), "lines": st.integers(1, 9)}),
    st.fixed_dictionaries({"what": st.just("power_cycle_after"), "lines": st.integers(1, 9)}),
    st.fixed_dictionaries({"what": st.just("slow"), "looks": st.integers(1, 5)}),
    st.fixed_dictionaries({"what": st.sampled_from(["cover_open", "offline", "cutter_stuck"])}),
    st.fixed_dictionaries({"what": st.just("deaf"), "times": st.integers(1, 2)}),
)


@settings(max_examples=60, deadline=None)
@given(misdeeds)
def test_a_receipt_that_is_told_printed_is_whole_and_no_line_is_ever_printed_twice(order: dict[str, Any]) -> None:
    device = EscposDevice()
    line, _ = opened(FakeWire(device))
    device.do({"do": "misbehave", **order})
    try:
        line.print_blocks(RECEIPT)
        told_printed = True
    except (PrinterError, DeviceLostError):
        told_printed = False
    whole = receipts(device) == [LINES]
    paper = "\n".join([*printed(device)["torn"], printed(device)["text"]])

    assert whole or not told_printed
    assert all(paper.count(text) <= 1 for text in LINES)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 220), st.integers(1, 60))
def test_lost_bytes_never_spoil_the_receipt_after(at: int, count: int) -> None:
    device = EscposDevice()
    line, _ = opened(FakeWire(device))
    device.do({"do": "misbehave", "what": "forget", "at": at, "bytes": count})
    with suppress(PrinterStoppedError, DeviceLostError):
        line.print_blocks(RECEIPT)
    device.do({"do": "misbehave", "what": "normal"})
    again, _ = opened(FakeWire(device))
    again.print_blocks(NEXT)

    assert receipts(device)[-1][-1] == "next"


class TalkativeWire(FakeWire):
    """To a printer that reports each change by itself: four bytes, three of which look like answers in turn."""

    def write(self, data: bytes, timeout: float) -> None:
        super().write(data, timeout)
        self._answers.extend([b"\x14\x00", b"\x00\x0f"])


@pytest.mark.parametrize("lines", range(len(LINES)))
def test_what_a_printer_reports_by_itself_is_not_taken_for_an_answer(lines: int) -> None:
    device = EscposDevice()
    line, _ = opened(TalkativeWire(device))
    device.do({"do": "misbehave", "what": "power_cycle_after", "lines": lines})

    with pytest.raises(PrinterStoppedError):
        line.print_blocks(RECEIPT)


def test_a_printer_that_reports_changes_by_itself_prints() -> None:
    device = EscposDevice()
    line, _ = opened(TalkativeWire(device))
    line.print_blocks(RECEIPT)

    assert receipts(device) == [LINES]


@pytest.mark.parametrize("broken_at", range(4, 20))
def test_a_cable_that_breaks_at_any_moment_loses_the_printer_and_repeats_nothing(broken_at: int) -> None:
    device = EscposDevice()
    wire = FakeWire(device, breaks_at=broken_at)
    line, _ = opened(wire)
    with pytest.raises(DeviceLostError) as caught:
        line.print_blocks(RECEIPT)
    pieces = [data for data in wire.writes if not data.startswith(b"\x10")]

    assert caught.value.reason is LossReason.UNPLUGGED
    assert len(pieces) == len(set(pieces))


def test_a_printer_that_never_stops_talking_is_asked_all_the_same() -> None:
    line, readings = opened(FakeWire(EscposDevice(), noise=b"\xff"))

    assert [reading.paper for reading in readings] == [PaperStatus.OK]
    assert line.health().damaged > 64


def test_an_answer_that_was_on_its_way_before_is_not_taken_for_the_new_one() -> None:
    device = EscposDevice()
    wire = FakeWire(device)
    line, _ = opened(wire)
    device.do({"do": "paper", "state": "out"})
    wire._answers.extend([b"\x12"] * 5)
    with pytest.raises(PaperOutError):
        line.print_blocks(RECEIPT)

    assert printed(device)["hex"] == ""


def test_a_silent_printer_that_does_not_take_a_second_call_is_lost() -> None:
    class HungUp(FakeWire):
        def read(self, timeout: float) -> bytes:
            del timeout
            raise DeviceLostError("fake", LossReason.UNPLUGGED)

    calls: list[FakeWire] = []

    def call() -> FakeWire:
        calls.append(FakeWire(EscposDevice()) if not calls else HungUp(EscposDevice()))
        return calls[-1]

    line = EscposLine("fake", call, SILENT, lambda _: None)
    line.open()
    calls[0].read = HungUp(EscposDevice()).read  # type: ignore[method-assign] # the printer hangs up
    with pytest.raises(DeviceLostError):
        line.work()
    line.close()

    assert len(calls) == 2
    assert all(wire.closed for wire in calls)


def test_before_it_is_opened_nothing_is_printed_and_an_interrupt_is_kept() -> None:
    interrupted = []

    class Wire(FakeWire):
        def interrupt(self) -> None:
            interrupted.append(True)

    line = EscposLine("fake", lambda: Wire(EscposDevice()), IMPATIENT, lambda _: None)
    with pytest.raises(DeviceLostError):
        line.print_blocks(RECEIPT)
    line.interrupt()
    line.open()
    line.interrupt()
    line.close()

    assert interrupted == [True, True]
