"""Receipts into files, for a spooler that prints them or for a look at their bytes.

URL: ``escpos+file:///var/spool/receipts/?profile=epson-80mm`` (a folder: each receipt a file of its own, named by the
moment) or ``escpos+file:///tmp/last.escpos`` (a file: always the newest receipt). A receipt appears whole or not at
all. Nobody knows of paper; a disk with too little room left is told before a receipt is wanted. A recording (``spy+``)
has each receipt's bytes and under which name it was kept, or why it was not.
"""

import errno
import os
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from drivers.device_url import DeviceUrl
from drivers.errors import DeviceLostError, LossReason, PrinterError, PrinterStoppedError
from drivers.health import DeviceHealth
from drivers.printer.base import Block, PaperStatus, PrinterReading
from drivers.printer.escpos_printer import Publish, ThreadedPrinter, profile_of
from drivers.printer.escpos_profile import PrinterProfile
from drivers.printer.escpos_status import PrinterState
from drivers.spy import Recording
from drivers.wire import WirePlace

if TYPE_CHECKING:
    from drivers.printer.escpos_commands import ReceiptCommands

LOOK_EVERY: Final = 5.0
"""Seconds between two looks at the folder."""

ROOM: Final = 1 << 20
"""Bytes: more than any receipt; with less the disk counts as full."""

_OWNER_ONLY: Final = 0o600
"""A receipt says who borrowed what."""

_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


class SpoolFullError(PrinterError):
    """The disk or the user's share of it is full: the receipt was not kept, and nothing of it is left."""


class EscposFilePrinter(ThreadedPrinter):
    """A `Printer`; see the module."""

    def __init__(self, place: WirePlace, profile: PrinterProfile) -> None:
        """``place``: a path that ends in ``/`` must be a folder."""
        path, folder = Path(place.path), place.path.endswith("/")
        super().__init__(
            str(path),
            profile,
            lambda publish: ReceiptFolder(path, profile, publish, folder=folder, record=place.begin_recording),
        )

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the disk; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, ("profile",))
        return cls(parts.place, profile_of(parts))


class ReceiptFolder:
    """A `PrinterLine` that writes files."""

    def __init__(  # noqa: PLR0913 - each is one thing known of the place
        self,
        path: Path,
        profile: PrinterProfile,
        publish: Publish,
        *,
        folder: bool = False,
        room: int = ROOM,
        may_write: Callable[[Path], bool] = lambda folder: os.access(folder, os.W_OK | os.X_OK),
        record: Callable[[], Recording | None] = lambda: None,
    ) -> None:
        """``record`` begins a recording, if one is wanted; raises `DeviceUrlError`."""
        self._path = path
        self._must_be_folder = folder
        self._profile = profile
        self._publish = publish
        self._room = room
        self._may_write = may_write
        self._record = record
        self._recording: Recording | None = None
        self._commands: ReceiptCommands | None = None
        self._told: PrinterReading | None = None
        self._written = 0

    def open(self) -> None:
        """See that the folder is there and may be written to."""
        self._recording = self._record()
        try:
            self.ask()
        except DeviceLostError as error:
            self._note(f"not opened: {error}")
            raise
        from drivers.printer.escpos_commands import ReceiptCommands  # noqa: PLC0415 - loads slowly; this thread can wait

        self._commands = ReceiptCommands(self._profile)

    def work(self) -> float:
        """Look at the folder."""
        try:
            self.ask()
        except DeviceLostError as error:
            self._note(f"lost: {error.reason.value}")
            raise
        return LOOK_EVERY

    def interrupt(self) -> None:
        """Nothing here waits."""

    def close(self) -> None:
        """End the recording; nothing else is held open."""
        if self._recording is not None:
            self._recording.close()

    def health(self) -> DeviceHealth:
        """How many receipts were written."""
        return DeviceHealth(self._profile.name, self._written)

    def ask(self) -> PrinterState:
        """Look whether a receipt could be kept; raises `DeviceLostError`."""
        folder = self._folder()
        if not folder.is_dir():
            raise DeviceLostError(str(folder), LossReason.NOT_THERE)
        if not self._may_write(folder):
            raise DeviceLostError(str(folder), LossReason.NOT_ALLOWED)
        state = PrinterState(PaperStatus.UNKNOWN, offline=shutil.disk_usage(folder).free < self._room)
        reading = PrinterReading(state.paper, time.monotonic_ns(), state.stopped)
        if reading != self._told:
            self._told = reading
            self._publish(reading)
        return state

    def print_blocks(self, blocks: Sequence[Block]) -> None:
        """Write one receipt; raises `SpoolFullError`, `PrinterStoppedError`, `DeviceLostError`, `PictureError`."""
        if self._commands is None:
            raise DeviceLostError(str(self._path), LossReason.CLOSED)
        data = b"".join(self._commands.pieces(blocks))
        if self._recording is not None:
            self._recording.sent(data)
        if self.ask().stopped:
            self._note("not kept: too little room")
            raise PrinterStoppedError
        try:
            name = self._keep(data)
        except OSError as error:
            self._note(f"not kept: {errno.errorcode.get(error.errno or 0, 'unknown')}")
            if error.errno in _FULL:
                raise SpoolFullError(str(self._path)) from error
            raise DeviceLostError(str(self._path), LossReason.UNPLUGGED) from error
        self._note(f"kept as {name}")
        self._written += 1

    def _folder(self) -> Path:
        return self._path if self._must_be_folder or self._path.is_dir() else self._path.parent

    def _note(self, words: str) -> None:
        if self._recording is not None:
            self._recording.note(words)

    def _keep(self, data: bytes) -> str:
        """Write beside the place, to the disk, and only then under the name that others look for; return that."""
        folder = self._folder()
        place = self._free_name(folder) if folder == self._path else self._path
        staged = folder / f".receipt.{os.getpid()}.part"
        try:
            descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _OWNER_ONLY)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            staged.replace(place)
            _to_disk(folder)
        finally:
            staged.unlink(missing_ok=True)
        return place.name

    def _free_name(self, folder: Path) -> Path:
        """Name a file by the moment; where a clock went back no receipt replaces another."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        number = 1
        while (name := folder / f"receipt-{moment}-{number:03}.escpos").exists():
            number += 1
        return name


def _to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
