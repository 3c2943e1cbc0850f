"""Where an index lies: a folder for each generation, a file that says which one counts, and who may touch them.

``current`` holds the name of a generation (``gen-1-000007``: the format, a number) and is replaced in one step. A
reader holds a shared lock on its generation, so that a writer takes away only what nobody reads; ``writer.lock`` is
held by the one process that writes. Locks are the system's (flock) and end with their process.
"""

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from library.catalogue.index.errors import IndexBrokenError, IndexBusyError, IndexFullError, IndexProblem, NoIndexError
from library.catalogue.index.fields import FORMAT

_POINTER: Final = "current"
_IN_USE: Final = "in-use.lock"
_NAME: Final = re.compile(r"gen-(\d{1,6})-(\d{1,12})")
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SHARED_MANY: Final = 5
"""Times that a reader looks again when the generation it was told of has just been taken away."""


class Held:
    """A lock on a file, until closed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def close(self) -> None:
        """Give it back; a second time does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lock_for_writing(folder: Path) -> Held:
    """Return the lock of the one writer; raises :class:`IndexBusyError` while another has it."""
    folder.mkdir(parents=True, exist_ok=True)
    held = _locked(folder / "writer.lock", fcntl.LOCK_EX)
    if held is None:
        raise IndexBusyError(folder)
    return held


def current(folder: Path) -> Path | None:
    """Return the generation that counts, or None where there is none of this format."""
    try:
        name = (folder / _POINTER).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None
    match = _NAME.fullmatch(name)
    if match is None or int(match[1]) != FORMAT or not (folder / name).is_dir():
        return None
    return folder / name


def held_for_reading(folder: Path) -> tuple[Path, Held]:
    """Return the generation that counts with a lock that keeps it; raises :class:`NoIndexError`."""
    for _ in range(_SHARED_MANY):
        generation = current(folder)
        if generation is None:
            break
        try:
            held = _locked(generation / _IN_USE, fcntl.LOCK_SH)
        except FileNotFoundError:
            continue
        if held is not None and current(folder) == generation:
            return generation, held
        if held is not None:
            held.close()
    raise NoIndexError(folder)


def next_generation(folder: Path) -> Path:
    """Make the folder of a generation that nobody reads yet."""
    taken = [int(match[2]) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    generation = folder / f"gen-{FORMAT}-{max(taken, default=0) + 1:06}"
    generation.mkdir()
    (generation / _IN_USE).touch()
    return generation


def switch_to(generation: Path) -> None:
    """Make this generation the one that counts, whatever happens to the power meanwhile."""
    folder = generation.parent
    flush_folder(generation)
    fresh = folder / f"{_POINTER}.new"
    with fresh.open("w", encoding="ascii") as file:
        file.write(generation.name + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / _POINTER)
    flush_folder(folder)


def clear(folder: Path) -> None:
    """Take away every generation but the one that counts, except those that somebody still reads."""
    kept = current(folder)
    for path in folder.iterdir():
        if path == kept or _NAME.fullmatch(path.name) is None:
            continue
        try:
            held = _locked(path / _IN_USE, fcntl.LOCK_EX)
        except FileNotFoundError:
            shutil.rmtree(path, ignore_errors=True)
            continue
        if held is not None:
            shutil.rmtree(path, ignore_errors=True)
            held.close()


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what the disk or Tantivy raises into an :class:`IndexProblem`."""
    try:
        yield
    except IndexProblem:
        raise
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise IndexFullError(folder, str(error)) from error
        raise IndexBrokenError(folder, str(error)) from error
    except ValueError as error:
        words = str(error)
        if any(sign in words for sign in ("os error 28", "os error 27", "os error 122", "StorageFull", "FileTooLarge")):
            raise IndexFullError(folder, words) from error
        raise IndexBrokenError(folder, words) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a panic in Rust is in Python; it has no class to import
            raise
        raise IndexBrokenError(folder, str(error)) from error


def _locked(path: Path, kind: int) -> Held | None:
    """Return a lock on a file that is there or, for the writer's, is made; None when another has it."""
    make = os.O_CREAT if kind == fcntl.LOCK_EX and path.parent.is_dir() and path.name != _IN_USE else 0
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | make, 0o644)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return Held(descriptor)
