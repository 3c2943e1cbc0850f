"""What can be wrong with an index, by what one does next."""

from pathlib import Path


class IndexProblem(Exception):  # noqa: N818 - the root; its leaves say Error
    """Root of what the index raises."""

    def __init__(self, folder: Path, reason: str = "") -> None:
        super().__init__(f"{type(self).__name__}: {folder}: {reason}")
        self.folder = folder
        self.reason = reason


class NoIndexError(IndexProblem):
    """There is none that can be read, or it is of another format: build one."""


class IndexBusyError(IndexProblem):
    """Another process writes it: leave it to that one, or come again."""


class IndexFullError(IndexProblem):
    """There is no room to write: make room and do it again; what was there before stands and works."""


class IndexBrokenError(IndexProblem):
    """What was read or written failed otherwise: build it anew."""
