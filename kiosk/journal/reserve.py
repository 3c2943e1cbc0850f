"""Room on the disk that is held for the visit in progress: given back when the disk is full, so that it can finish."""

import os
from pathlib import Path
from typing import Final, Protocol

SIZE: Final = 2 * 1024 * 1024
"""A commit takes some pages of 4 KiB; a visit of sixty items that all fail takes half of this."""


class Reserve(Protocol):
    """Room that can be held and given back."""

    def hold(self) -> bool:
        """Take the room, unless it is held; ``False``: there is none."""
        ...

    def give_back(self) -> bool:
        """Let it go; ``False``: it was not held."""
        ...


class ReserveFile:
    """A file that holds room on the journal's own disk, and nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def hold(self) -> bool:
        """Take the room; a file of the right size is taken to have it."""
        try:
            if self._path.exists() and self._path.stat().st_size == SIZE:
                return True
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, SIZE)
            finally:
                os.close(descriptor)
        except OSError:
            self.give_back()
            return False
        return True

    def give_back(self) -> bool:
        """Remove the file."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True
