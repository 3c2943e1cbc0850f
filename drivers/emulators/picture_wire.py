"""A picture file as the cable of an emulated camera: the newest picture is in it, whole or not at all."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from drivers.emulators.device import Answer, Order
from drivers.emulators.faults import WireFault

_OWNER_ONLY: Final = 0o600


class PictureWire:
    """An `EmulatorWire`; a picture goes out as one piece. Without a cable there is no file."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self._plugged = False
        self._hung = False
        self._faults: list[WireFault] = []
        self._sent = 0
        self._sent_at = 0.0

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._plugged

    @property
    def place(self) -> Order:
        """Nothing: the caller chose the file."""
        return {}

    def plug(self, receive: Callable[[bytes], None]) -> None:
        """Put the cable in: the device is asked for its picture."""
        if not self._plugged:
            self._plugged = True
            receive(b"")

    def pull(self) -> None:
        """Pull the cable."""
        self._plugged = False
        self._link.unlink(missing_ok=True)

    def end(self) -> None:
        """Pull the cable for good."""
        self.pull()

    def hang(self) -> None:
        """Deliver nothing more, with the cable in."""
        self._hung = True
        if self._plugged:
            self._write(b"")

    def spoil(self, fault: WireFault) -> None:
        """Spoil the next pictures; a delay means nothing here, for a camera's host waits for the next one."""
        self._faults.append(fault)

    def heal(self) -> None:
        """Forget all faults."""
        self._hung = False
        self._faults.clear()

    def send(self, answer: Answer) -> None:
        """Show a picture."""
        if not self._plugged or self._hung or not answer.data:
            return
        data = answer.data
        for fault in self._faults:
            data = b"".join(piece.data for piece in fault.pieces(data))
        self._faults = [
            WireFault(fault.what, fault.at, fault.milliseconds, fault.size, fault.times - 1)
            for fault in self._faults
            if fault.times > 1
        ]
        self._write(data)
        self._sent += len(data)
        self._sent_at = time.monotonic()

    def facts(self) -> Order:
        """Give the bytes of all pictures so far."""
        return {"sent": self._sent, "received": 0, "sent_ns": int(self._sent_at * 1e9)}

    def _write(self, data: bytes) -> None:
        beside = self._link.with_name(f".{self._link.name}")
        beside.touch(mode=_OWNER_ONLY)
        beside.write_bytes(data)
        beside.replace(self._link)
