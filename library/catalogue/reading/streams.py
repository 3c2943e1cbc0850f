"""Bytes as a reader takes them: from a file or a pipe, its first ones looked at already, unpacked where it is gzip."""

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO, Final

_GZIP: Final = b"\x1f\x8b"
_PACKED: Final = (".gz", ".gzip")


class Again(io.RawIOBase):
    """A file whose first bytes were read already."""

    def __init__(self, head: bytes, file: BinaryIO) -> None:
        self._head = head
        self._file = file

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # the only buffer that its reader gives
        """Give the first bytes, then those of the file."""
        data = self._head[: len(buffer)] or self._file.read(len(buffer))
        self._head = self._head[len(data) :]
        buffer[: len(data)] = data
        return len(data)


class Unpacked(io.RawIOBase):
    """What is in a gzip file; where that is broken it ends, and says so."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = gzip.GzipFile(fileobj=file, mode="rb")
        self.is_broken = False

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # the only buffer that its reader gives
        """Give what was unpacked."""
        try:
            data = self._file.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            self.is_broken = True
            return 0
        buffer[: len(data)] = data
        return len(data)


def begun(file: BinaryIO, length: int) -> tuple[bytes, BinaryIO]:
    """Return the first bytes of a file, and the file from its beginning; it need not be one that can go back."""
    head = file.read(length)
    return head, io.BufferedReader(Again(head, file))


def is_packed(head: bytes) -> bool:
    """Return whether a file begins as gzip does."""
    return head.startswith(_GZIP)


def name_of(path: Path) -> str:
    """Return a file's name without its ending, and without that of its packing."""
    name = Path(path.stem) if path.suffix.lower() in _PACKED else path
    return name.stem or name.name
