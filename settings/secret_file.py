"""What a file with a secret must be like: there, small, one line, and nobody else's to read."""

import stat
from pathlib import Path
from typing import Final

from settings.errors import SecretFileError

LONGEST: Final = 1024
"""Bytes: a password file that is longer is some other file."""


def read_secret(path: Path) -> str:
    """Give the first line of a file that others may not read; raise ``SecretFileError`` for any other file."""
    check_private(path)
    try:
        with path.open("rb") as file:
            first, _, _ = file.read(LONGEST + 1).partition(b"\n")
        secret = first.removesuffix(b"\r").decode()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretFileError(path, f"cannot be read ({type(error).__name__})") from error
    if not secret or len(first) > LONGEST:
        raise SecretFileError(path, "is too long" if secret else "is empty")
    return secret


def check_private(path: Path) -> None:
    """Raise ``SecretFileError`` unless this is a file that its owner alone may read, or with its group (0600, 0640)."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SecretFileError(path, f"cannot be read ({type(error).__name__})") from error
    if not stat.S_ISREG(mode):
        raise SecretFileError(path, "is no file")
    if mode & (stat.S_IRWXO | stat.S_IWGRP | stat.S_IXGRP):
        raise SecretFileError(path, f"has mode {stat.S_IMODE(mode):04o}; a secret's file must have 0600 or 0640")
