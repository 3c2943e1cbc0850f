"""A serial barcode scanner: says what is scanned, and nothing else."""

from collections.abc import Iterable

from drivers.emulators.device import Answer, Order, OrderError, bytes_of, text_of


class ScannerDevice:
    """Scans what it is ordered to: ``scan`` with ``text`` (UTF-8) or ``hex``, and ``suffix`` in hexadecimal."""

    def __init__(self) -> None:
        self._scans = 0

    def received(self, data: bytes) -> Iterable[Answer]:
        """Take what a host sends; a scanner that is not being set up ignores it."""
        del data
        return ()

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        match text_of(order, "do"):
            case "scan":
                self._scans += 1
                return {"scans": self._scans}, (Answer(_label(order)),)
            case "state" | "misbehave":
                return {"scans": self._scans}, ()
            case unknown:
                raise OrderError(f"{unknown}: no such order")


def _label(order: Order) -> bytes:
    """``text`` gets the suffix, a carriage return unless given; ``hex`` goes out as it is."""
    if "hex" in order:
        return bytes_of(order, "hex")
    return text_of(order, "text").encode() + bytes_of(order, "suffix", "0d")
