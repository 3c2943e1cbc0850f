"""A USB printer's two bulk endpoints as a wire, by libusb; the one module that imports ``usb``.

A printer is found by maker and model, by its serial number where two are alike, or, where nothing is said, as the only
device of the printer class. Linux's own driver (usblp) is asked to let go of it, and it is given back at the end.
"""

import errno
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Self

import usb.core
import usb.util

from drivers.errors import DeviceLostError, LossReason

PRINTER_CLASS: Final = 7
CHUNK: Final = 4096
"""Bytes given to the printer at once; a transfer that it takes in part says how far it came."""

_SLICE: Final = 0.1
"""Seconds of one transfer: so soon an interrupt from another thread is noticed."""

_EMPTY: Final = 0.01
_REASONS: Final = {
    errno.ENODEV: LossReason.UNPLUGGED,
    errno.ENOENT: LossReason.UNPLUGGED,
    errno.EIO: LossReason.UNPLUGGED,
    errno.EPIPE: LossReason.UNPLUGGED,
    errno.EBUSY: LossReason.IN_USE,
    errno.EACCES: LossReason.NOT_ALLOWED,
    errno.EPERM: LossReason.NOT_ALLOWED,
}


@dataclass(frozen=True, slots=True)
class UsbPlace:
    """Which USB device is meant."""

    vendor: int | None = None
    product: int | None = None
    serial: str = ""

    def __str__(self) -> str:
        if self.vendor is None or self.product is None:
            return "usb printer"
        return f"usb {self.vendor:04x}:{self.product:04x}" + (f" {self.serial}" if self.serial else "")


class UsbWire:
    """A `Wire`; it belongs to one thread, `interrupt` is for any."""

    def __init__(self, name: str, device: Any, number: int, writes: Any, reads: Any) -> None:
        self._name = name
        self._device = device
        self._number = number
        self._writes = writes
        self._reads = reads
        self._interrupted = threading.Event()
        self._closed = False

    @classmethod
    def open(cls, place: UsbPlace, backend: Any = None) -> Self:
        """Find the printer, take it from the kernel and claim it; raises `DeviceLostError`.

        ``backend`` is pyusb's, for tests; without one libusb is used.
        """
        name = str(place)
        try:
            device = _the_one(name, _found(place, backend))
            return cls._claimed(name, device)
        except usb.core.NoBackendError as error:  # libusb is not installed
            raise DeviceLostError(name, LossReason.NOT_THERE) from error
        except usb.core.USBError as error:
            raise _lost(name, error) from error

    @classmethod
    def _claimed(cls, name: str, device: Any) -> Self:
        interface, writes, reads = _endpoints(name, device)
        number = interface.bInterfaceNumber
        try:
            _take_from_kernel(device, number)
            _configure(device)
            usb.util.claim_interface(device, number)
        except BaseException:
            usb.util.dispose_resources(device)
            raise
        return cls(name, device, number, writes, reads)

    def read(self, timeout: float) -> bytes:
        """Return what is there, waiting at most ``timeout`` seconds for a first byte; raises `DeviceLostError`.

        A printer with one endpoint cannot say anything; one with nothing to say may send empty pieces.
        """
        deadline = time.monotonic() + timeout
        while True:
            data = self._taken(deadline)
            left = deadline - time.monotonic()
            if data or left <= 0:
                return data
            self._pause(min(left, _EMPTY))

    def write(self, data: bytes, timeout: float) -> None:
        """Hand all of ``data`` over within ``timeout`` seconds; a printer that takes nothing for so long is silent."""
        deadline = time.monotonic() + timeout
        done = 0
        while done < len(data):
            if time.monotonic() >= deadline:
                raise DeviceLostError(self._name, LossReason.SILENT)
            done += self._transfer(partial(self._writes.write, data[done : done + CHUNK]), deadline) or 0

    def drain(self) -> int:
        """Throw away what lies there and return how many bytes it was."""
        thrown = 0
        while data := self.read(0):
            thrown += len(data)
        return thrown

    def interrupt(self) -> None:
        """Make this and every later wait raise soon; from any thread."""
        self._interrupted.set()

    def close(self) -> None:
        """Give the printer back to the kernel; twice is harmless."""
        if self._closed:
            return
        self._closed = True
        steps: tuple[Callable[[], None], ...] = (
            partial(usb.util.release_interface, self._device, self._number),
            partial(self._device.attach_kernel_driver, self._number),
            partial(usb.util.dispose_resources, self._device),
        )
        for give_back in steps:
            try:
                give_back()
            except (usb.core.USBError, NotImplementedError):
                continue  # it is gone, or there is no kernel's driver: nothing is left to give back

    def _taken(self, deadline: float) -> bytes:
        if self._reads is None:
            self._pause(max(0.0, deadline - time.monotonic()))
            return b""
        return bytes(self._transfer(partial(self._reads.read, CHUNK), deadline) or b"")

    def _transfer(self, run: Callable[[int], Any], deadline: float) -> Any:
        """Run one transfer in short pieces of time; ``None`` when nothing went over."""
        self._pause(0)
        wait = min(_SLICE, max(0.001, deadline - time.monotonic()))
        try:
            return run(max(1, round(wait * 1000)))
        except usb.core.USBTimeoutError:
            return None
        except usb.core.USBError as error:
            raise _lost(self._name, error) from error

    def _pause(self, seconds: float) -> None:
        if self._interrupted.wait(seconds):
            raise DeviceLostError(self._name, LossReason.CLOSED)


def _found(place: UsbPlace, backend: Any) -> Iterator[Any]:
    """Give each device that may be meant; one that this user may not ask for its serial number says none."""
    for device in usb.core.find(find_all=True, backend=backend):
        if place.vendor is None:
            if _prints(device):
                yield device
        elif (device.idVendor, device.idProduct) == (place.vendor, place.product) and (
            not place.serial or _serial(device) == place.serial
        ):
            yield device


def _prints(device: Any) -> bool:
    """Say whether a device is a printer; one that hangs on the bus and tells nothing of itself counts as none."""
    try:
        return _printing_interface(device) is not None
    except usb.core.USBError:
        return False


def _serial(device: Any) -> str:
    try:
        return str(usb.util.get_string(device, device.iSerialNumber) or "")
    except ValueError:  # pyusb's word for strings that may not be read
        return ""


def _the_one(name: str, found: Iterator[Any]) -> Any:
    devices = list(found)
    if not devices:
        raise DeviceLostError(name, LossReason.NOT_THERE)
    if len(devices) > 1:
        raise DeviceLostError(name, LossReason.WRONG_DEVICE)  # a receipt must not come out of somebody else's printer
    return devices[0]


def _printing_interface(device: Any) -> Any:
    return next((each for config in device for each in config if each.bInterfaceClass == PRINTER_CLASS), None)


def _endpoints(name: str, device: Any) -> tuple[Any, Any, Any]:
    """Give the printing interface, or the only one, with its endpoints out and in."""
    interface = _printing_interface(device) or next(iter(next(iter(device))))
    bulk = [each for each in interface if usb.util.endpoint_type(each.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK]
    ways = {usb.util.endpoint_direction(each.bEndpointAddress): each for each in reversed(bulk)}
    if usb.util.ENDPOINT_OUT not in ways:
        raise DeviceLostError(name, LossReason.WRONG_DEVICE)
    return interface, ways[usb.util.ENDPOINT_OUT], ways.get(usb.util.ENDPOINT_IN)


def _take_from_kernel(device: Any, number: int) -> None:
    try:
        if device.is_kernel_driver_active(number):
            device.detach_kernel_driver(number)
    except NotImplementedError:
        return  # this system's kernel takes no USB printers


def _configure(device: Any) -> None:
    """Choose the configuration that is chosen already, or the only one: choosing anew would reset the printer."""
    try:
        device.get_active_configuration()
    except usb.core.USBError:
        device.set_configuration()


def _lost(name: str, error: usb.core.USBError) -> DeviceLostError:
    return DeviceLostError(name, _REASONS.get(error.errno or 0, LossReason.UNPLUGGED))
