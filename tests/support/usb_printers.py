"""USB as pyusb sees it, with emulated printers behind it: endpoints, time-outs, stalls, unplugging."""

import errno
import threading
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import usb.backend
from usb.core import USBError, USBTimeoutError

from drivers.emulators.escpos_device import EscposDevice

BULK_OUT, BULK_IN = 0x02, 0x81
_BULK = 2
_STRING = 3
_ENGLISH = 0x0409


@dataclass
class UsbPrinter:
    """One printer on the bus."""

    vendor: int = 0x04B8
    product: int = 0x0E15
    serial: str = "X1"
    interface_class: int = 7
    one_way: bool = False
    kernel_has_it: bool = True
    device: EscposDevice = field(default_factory=EscposDevice)
    plugged: bool = True
    allowed: bool = True
    claimed_by_another: bool = False
    configured: bool = True
    stalled: bool = False
    takes: int | None = None
    """Bytes that it still takes; ``None``: no end."""
    empty_pieces: int = 0
    """So many empty pieces come before an answer."""
    claims: int = 0
    strings_refused: bool = False
    mute: bool = False
    """It does not tell what it is, as a device that hangs on the bus."""
    answers: deque[bytes] = field(default_factory=deque)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def unplug(self) -> None:
        """Pull the cable."""
        with self.changed:
            self.plugged = False
            self.changed.notify_all()

    def hear(self, data: bytes) -> None:
        """Hand bytes to the printer's head."""
        with self.changed:
            self.answers.extend(answer.data for answer in self.device.received(data))
            self.changed.notify_all()

    def do(self, **order: Any) -> Any:
        """Give the emulated printer an order."""
        with self.changed:
            told, answers = self.device.do(order)
            self.answers.extend(answer.data for answer in answers)
            self.changed.notify_all()
        return told


class UsbBus(usb.backend.IBackend):  # type: ignore[misc] # pyusb ships no types
    """A backend for pyusb with these printers."""

    def __init__(self, *printers: UsbPrinter) -> None:
        super().__init__()
        self.printers = list(printers)

    def enumerate_devices(self) -> Iterator[UsbPrinter]:
        return iter([printer for printer in self.printers if printer.plugged])

    def get_device_descriptor(self, dev: UsbPrinter) -> Any:
        return SimpleNamespace(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=dev.vendor,
            idProduct=dev.product,
            bcdDevice=0x100,
            iManufacturer=0,
            iProduct=0,
            iSerialNumber=1,
            bNumConfigurations=1,
            address=self.printers.index(dev) + 1,
            bus=1,
            port_number=1,
            port_numbers=(1,),
            speed=3,
        )

    def get_configuration_descriptor(self, dev: UsbPrinter, config: int) -> Any:
        if config > 0:
            raise IndexError
        if dev.mute:
            raise USBError("Entity not found")
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=1,
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0xC0,
            bMaxPower=1,
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, dev: UsbPrinter, intf: int, alt: int, _config: int) -> Any:
        if intf > 0 or alt > 0:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=0,
            bAlternateSetting=0,
            bNumEndpoints=1 if dev.one_way else 2,
            bInterfaceClass=dev.interface_class,
            bInterfaceSubClass=1,
            bInterfaceProtocol=2,
            iInterface=0,
            extra_descriptors=[],
        )

    def get_endpoint_descriptor(self, dev: UsbPrinter, ep: int, *_: int) -> Any:
        if ep >= (1 if dev.one_way else 2):
            raise IndexError
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=(BULK_OUT, BULK_IN)[ep],
            bmAttributes=_BULK,
            wMaxPacketSize=64,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=[],
        )

    def open_device(self, dev: UsbPrinter) -> UsbPrinter:
        if not dev.allowed:
            raise USBError("access denied", errno=errno.EACCES)
        return self._there(dev)

    def close_device(self, dev_handle: UsbPrinter) -> None:
        """Nothing is held."""

    def get_configuration(self, dev_handle: UsbPrinter) -> int:
        return 1 if self._there(dev_handle).configured else 0

    def set_configuration(self, dev_handle: UsbPrinter, config_value: int) -> None:
        self._there(dev_handle).configured = config_value == 1

    def is_kernel_driver_active(self, dev_handle: UsbPrinter, _: int) -> bool:
        return dev_handle.kernel_has_it

    def detach_kernel_driver(self, dev_handle: UsbPrinter, _: int) -> None:
        dev_handle.kernel_has_it = False

    def attach_kernel_driver(self, dev_handle: UsbPrinter, _: int) -> None:
        self._there(dev_handle).kernel_has_it = True

    def claim_interface(self, dev_handle: UsbPrinter, _: int) -> None:
        if dev_handle.kernel_has_it or dev_handle.claimed_by_another:
            raise USBError("busy", errno=errno.EBUSY)
        dev_handle.claims += 1

    def release_interface(self, dev_handle: UsbPrinter, _: int) -> None:
        dev_handle.claims -= 1

    def ctrl_transfer(self, dev_handle: UsbPrinter, *request: Any) -> int:
        """Give a string, or the languages of all strings."""
        _, _, value, _, data, _ = request
        if dev_handle.strings_refused:
            raise USBError("pipe", errno=errno.EPIPE)
        words = dev_handle.serial.encode("utf-16-le") if value & 0xFF else _ENGLISH.to_bytes(2, "little")
        answer = array("B", bytes((2 + len(words), _STRING)) + words)[: len(data)]
        data[: len(answer)] = answer
        return len(answer)

    def bulk_write(self, dev_handle: UsbPrinter, _ep: int, _intf: int, data: Any, timeout: int) -> int:
        self._works(dev_handle)
        taken = data.tobytes()
        if dev_handle.takes is not None:
            taken = taken[: dev_handle.takes]
            dev_handle.takes -= len(taken)
            if not taken:
                with dev_handle.changed:
                    dev_handle.changed.wait(timeout / 1000)
                raise USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
        dev_handle.hear(taken)
        return len(taken)

    def bulk_read(self, dev_handle: UsbPrinter, _ep: int, _intf: int, buff: Any, timeout: int) -> int:
        self._works(dev_handle)
        with dev_handle.changed:
            if dev_handle.empty_pieces:
                dev_handle.empty_pieces -= 1
                return 0
            if not dev_handle.answers:
                dev_handle.changed.wait(timeout / 1000)
                self._works(dev_handle)
            if not dev_handle.answers:
                raise USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
            answer = dev_handle.answers.popleft()
        buff[: len(answer)] = array("B", answer)
        return len(answer)

    def _works(self, printer: UsbPrinter) -> None:
        if self._there(printer).stalled:
            raise USBError("pipe", errno=errno.EPIPE)

    @staticmethod
    def _there(printer: UsbPrinter) -> UsbPrinter:
        if not printer.plugged:
            raise USBError("no such device", errno=errno.ENODEV)
        return printer
