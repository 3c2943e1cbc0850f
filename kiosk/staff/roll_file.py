"""The file of the roll: nobody else's to read, written whole or not at all, read anew when it has changed."""

import contextlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.session.staff_values import StaffId
from kiosk.staff.roll import Roll, RollError, new_roll, read, written
from settings.errors import SecretFileError
from settings.secret_file import check_private

_log = logging.getLogger(__name__)

LONGEST: Final = 1 << 20
"""Bytes: a thousand members have some 300,000."""


def load_roll(path: Path) -> Roll:
    """Read the roll; a file that is not there yet is a roll without members.

    Raises:
        SecretFileError: others may read the file, or it cannot be read.
        RollError: it is something else.

    """
    if not path.exists():
        return new_roll()
    check_private(path)
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise RollError("is too long to be a roll of staff")
        return read(data.decode())
    except OSError as error:
        raise SecretFileError(path, f"cannot be read ({type(error).__name__})") from error
    except UnicodeDecodeError:
        raise RollError("is no roll of staff") from None


def save_roll(path: Path, roll: Roll) -> None:
    """Write the roll for its owner's eyes alone; raises ``OSError``, and then the file is as it was."""
    aside = path.with_name(f"{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        aside.unlink()
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(written(roll))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            before = path.stat()
            if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(aside, before.st_uid, before.st_gid)  # written by root for the kiosk's own user
        aside.replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            aside.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class KnownRoll:
    """The roll as last read; one that cannot be read any more counts for nobody, and is told once."""

    def __init__(self, path: Path | None, load: Callable[[Path], Roll] = load_roll) -> None:
        """``path``: none where the kiosk has no staff mode."""
        self._path = path
        self._read = load
        self._roll = Roll(b"")
        self._seen: tuple[int, int] | None = None
        self._works = True

    def refresh(self) -> Roll:
        """Read the file where it has changed, and give what it says; not on the loop."""
        if self._path is not None and (stamp := _stamp(self._path)) != self._seen:
            self._roll = self._load(self._path)
            self._seen = stamp if self._works else None  # what could not be read may be readable the next time
        return self._roll

    def whose_card(self, number: str) -> StaffId | None:
        """Say whose card has this number, as of the last reading of the file."""
        return self._roll.whose_card(number) if self._roll.members else None

    def _load(self, path: Path) -> Roll:
        try:
            roll = self._read(path)
        except (SecretFileError, RollError) as error:
            if self._works:
                _log.warning("nobody can enter staff mode: %s", type(error).__name__)
            self._works = False
            return Roll(b"")
        self._works = True
        return roll


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ctime_ns, found.st_ino
