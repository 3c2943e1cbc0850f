"""A USB printer's endpoints as a wire: what is found, claimed, given back, and every way to lose it."""

import threading
from pathlib import Path

import pytest

from drivers.errors import DeviceLostError, DeviceUrlError, LossReason
from drivers.printer.base import Cut, PaperStatus, TextLine
from drivers.printer.escpos_status import ASK_PAPER
from drivers.printer.escpos_usb import EscposUsbPrinter
from drivers.printer.usb_wire import UsbPlace, UsbWire
from tests.support.usb_printers import UsbBus, UsbPrinter
from tests.support.waiting import in_time

EPSON = UsbPlace(0x04B8, 0x0E15)
LONGER_THAN_A_TEST_MAY_TAKE = 3600.0


def lost(place: UsbPlace, *printers: UsbPrinter) -> LossReason:
    with pytest.raises(DeviceLostError) as caught:
        UsbWire.open(place, UsbBus(*printers))
    return caught.value.reason


def test_bytes_go_out_and_answers_come_in() -> None:
    wire = UsbWire.open(EPSON, UsbBus(UsbPrinter()))
    wire.write(ASK_PAPER, 1)
    answer = wire.read(1)
    wire.close()

    assert answer == b"\x12"


def test_the_kernels_driver_lets_go_and_has_its_printer_back_at_the_end() -> None:
    printer = UsbPrinter()
    wire = UsbWire.open(EPSON, UsbBus(printer))
    during = (printer.kernel_has_it, printer.claims)
    wire.close()
    wire.close()

    assert during == (False, 1)
    assert (printer.kernel_has_it, printer.claims) == (True, 0)


def test_a_printer_that_nobody_configured_is_configured() -> None:
    printer = UsbPrinter(configured=False)
    UsbWire.open(EPSON, UsbBus(printer)).close()

    assert printer.configured


def test_another_device_that_hangs_on_the_bus_keeps_no_printer_away() -> None:
    printer = UsbPrinter()
    UsbWire.open(UsbPlace(), UsbBus(UsbPrinter(vendor=0x1234, mute=True), printer)).close()

    assert lost(UsbPlace(), UsbPrinter(mute=True)) is LossReason.NOT_THERE
    assert printer.claims == 0


def test_of_two_alike_the_one_with_the_serial_number_is_taken() -> None:
    bus = UsbBus(UsbPrinter(serial="X1"), UsbPrinter(serial="X2"))
    UsbWire.open(UsbPlace(0x04B8, 0x0E15, "X2"), bus).close()

    assert [printer.configured for printer in bus.printers] == [True, True]
    assert lost(EPSON, *bus.printers) is LossReason.WRONG_DEVICE
    assert lost(UsbPlace(0x04B8, 0x0E15, "X3"), *bus.printers) is LossReason.NOT_THERE


def test_without_a_model_the_only_printer_is_meant() -> None:
    keyboard = UsbPrinter(vendor=1, product=2, interface_class=3)
    UsbWire.open(UsbPlace(), UsbBus(keyboard, UsbPrinter())).close()

    assert lost(UsbPlace(), keyboard) is LossReason.NOT_THERE
    assert lost(UsbPlace(), UsbPrinter(), UsbPrinter(product=3)) is LossReason.WRONG_DEVICE


def test_a_printer_of_no_printer_class_is_taken_by_its_numbers() -> None:
    UsbWire.open(EPSON, UsbBus(UsbPrinter(interface_class=255))).close()


def test_a_device_whose_strings_may_not_be_read_has_no_serial_number() -> None:
    assert lost(UsbPlace(0x04B8, 0x0E15, "X1"), UsbPrinter(strings_refused=True)) is LossReason.NOT_THERE


@pytest.mark.parametrize(
    ("printer", "reason"),
    [
        (UsbPrinter(plugged=False), LossReason.NOT_THERE),
        (UsbPrinter(allowed=False), LossReason.NOT_ALLOWED),
        (UsbPrinter(claimed_by_another=True), LossReason.IN_USE),
    ],
)
def test_a_printer_that_is_not_to_be_had_says_why(printer: UsbPrinter, reason: LossReason) -> None:
    assert lost(EPSON, printer) is reason


@pytest.mark.parametrize("way", ["unplug", "stall"])
def test_a_printer_that_goes_is_lost_in_whatever_is_done(way: str) -> None:
    printer = UsbPrinter()
    wire = UsbWire.open(EPSON, UsbBus(printer))
    printer.unplug() if way == "unplug" else setattr(printer, "stalled", True)
    reasons = []
    for act in (lambda: wire.read(0.1), lambda: wire.write(b"x", 0.1)):
        with pytest.raises(DeviceLostError) as caught:
            act()
        reasons.append(caught.value.reason)
    wire.close()

    assert reasons == [LossReason.UNPLUGGED] * 2


def test_nothing_to_read_is_nothing_and_empty_pieces_are_waited_out() -> None:
    printer = UsbPrinter(empty_pieces=3)
    wire = UsbWire.open(EPSON, UsbBus(printer))
    nothing = wire.read(0.01)
    wire.write(ASK_PAPER, 1)
    answer = wire.read(1)
    wire.write(ASK_PAPER, 1)
    thrown = wire.drain()
    wire.close()

    assert (nothing, answer, thrown) == (b"", b"\x12", 1)


def test_a_printer_with_one_endpoint_takes_bytes_and_says_nothing() -> None:
    printer = UsbPrinter(one_way=True)
    wire = UsbWire.open(EPSON, UsbBus(printer))
    wire.write(b"one\n", 1)
    nothing = wire.read(0.01)
    wire.close()

    assert nothing == b""
    assert printer.do(do="printed")["text"].split() == ["one"]


def test_a_printer_that_takes_no_more_is_silent_and_what_it_took_in_parts_is_not_sent_twice() -> None:
    printer = UsbPrinter(takes=6000)
    wire = UsbWire.open(EPSON, UsbBus(printer))
    wire.write(b"a" * 5000, 1)
    with pytest.raises(DeviceLostError) as caught:
        wire.write(b"b" * 5000, 0.05)
    wire.close()

    assert caught.value.reason is LossReason.SILENT
    assert bytes.fromhex(printer.do(do="printed")["hex"]) == b"a" * 5000 + b"b" * 1000


def test_an_interrupt_ends_a_wait() -> None:
    wire = UsbWire.open(EPSON, UsbBus(UsbPrinter()))
    timer = threading.Timer(0.05, wire.interrupt)
    timer.start()
    with pytest.raises(DeviceLostError) as caught:
        wire.read(LONGER_THAN_A_TEST_MAY_TAKE)
    timer.join()
    wire.close()

    assert caught.value.reason is LossReason.CLOSED


async def test_a_recording_says_what_went_over_the_bus(tmp_path: Path) -> None:
    file = tmp_path / "usb.txt"
    async with EscposUsbPrinter.from_url(f"spy+escpos+usb://04b8:0e15?spy={file}", UsbBus(UsbPrinter())) as printer:
        await in_time(printer.print_blocks((TextLine("one"), Cut())))
    lines = file.read_text(encoding="ascii").splitlines()

    assert any(" > 100404" in line for line in lines)
    assert any(" < 12" in line for line in lines)


async def test_a_usb_printer_prints_and_says_how_it_is() -> None:
    usb = UsbPrinter()
    async with EscposUsbPrinter.from_url("escpos+usb:///?vendor=04b8&product=0e15&serial=X1", UsbBus(usb)) as printer:
        await in_time(printer.print_blocks((TextLine("Số đỏ"), Cut())))
        usb.do(do="paper", state="low")
        paper = await in_time(printer.status())

    assert [receipt.split("\n")[0] for receipt in usb.do(do="printed")["receipts"]] == ["Số đỏ"]
    assert paper is PaperStatus.LOW


@pytest.mark.parametrize(
    "url",
    [
        "escpos+usb://04b8",
        "escpos+usb:///?vendor=04b8",
        "escpos+usb:///?vendor=4b8&product=0202",
        "escpos+usb:///?serial=X",
        "escpos+usb:///dev/usb/lp0",
    ],
)
def test_a_url_that_names_no_printer_is_refused(url: str) -> None:
    with pytest.raises(DeviceUrlError):
        EscposUsbPrinter.from_url(url)


def test_both_ways_to_write_a_model_mean_the_same() -> None:
    assert str(UsbPlace(0x04B8, 0x0202, "A")) == "usb 04b8:0202 A"
    assert str(UsbPlace()) == "usb printer"
    assert EscposUsbPrinter.from_url("escpos+usb://04B8:0E15?profile=epson-tm-t20").columns == 48
