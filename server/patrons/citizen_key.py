"""The key by which citizen numbers are digested: a file of the server's own, made by it, and nobody else's to read."""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from server.errors import CitizenKeyError
from settings.secret_file import read_secret

KEY_BYTES: Final = 32
_CHECK_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class CitizenKey:
    """Digests numbers: twelve digits are soon guessed from a plain hash, and never without this key."""

    secret: bytes = field(repr=False)

    def digest(self, organisation_id: int, number: str) -> bytes:
        """Give what stands in the store for a number; another library's digest of the same number is another."""
        return hmac.digest(self.secret, f"citizen {organisation_id} {number}".encode(), "sha256")

    @property
    def check(self) -> bytes:
        """Tell this key from another, and tell nothing of it."""
        return hmac.digest(self.secret, b"which key", "sha256")[:_CHECK_BYTES]

    def part(self, purpose: str) -> bytes:
        """Give a key for something else, from which this one cannot be had."""
        return hmac.digest(self.secret, f"part {purpose}".encode(), "sha256")


def citizen_key(path: Path) -> CitizenKey:
    """Read the key, or make one (mode 0600) where there is no such file.

    Raise ``SecretFileError`` for a file that others may read, ``CitizenKeyError`` for one that holds no key.
    """
    if not path.exists():
        _make(path)
    try:
        secret = bytes.fromhex(read_secret(path))
    except ValueError:
        raise CitizenKeyError(path, "is no key: 64 hexadecimal digits") from None
    if len(secret) != KEY_BYTES:
        raise CitizenKeyError(path, "is no key: 64 hexadecimal digits")
    return CitizenKey(secret)


def _make(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        os.fchmod(descriptor, 0o600)
        file.write(f"{secrets.token_hex(KEY_BYTES)}\n")
        file.flush()
        os.fsync(descriptor)
