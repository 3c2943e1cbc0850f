"""The key under which a kiosk keeps what it has told already: a small file that only the agent reads."""

import os
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mqtt.errors import SealBrokenError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
"""AES-GCM's own; with one drawn by chance for each event a key may seal 2**32 (NIST SP 800-38D, 8.3)."""


class HistoryKey:
    """Seals and opens the text of an event; a sealed text belongs to one event id and opens under no other."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    @classmethod
    def kept_at(cls, path: Path) -> Self:
        """Read the key, or make one of mode 0600 that is on disk when this returns.

        A file that holds no key is moved aside (``.damaged-N``): what was sealed under it cannot be opened any more,
        and that must not keep a kiosk from reporting. Raise ``OSError`` where nothing can be read or written.
        """
        if path.exists():
            key = path.read_bytes()
            if len(key) == KEY_BYTES:
                path.chmod(0o600)
                return cls(key)
            path.rename(free_name(path))
        key = os.urandom(KEY_BYTES)
        _write(path, key)
        return cls(key)

    def seal(self, event_id: str, text: str) -> bytes:
        """Return the text as bytes that tell nothing without the key."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), event_id.encode())

    def open(self, event_id: str, box: bytes) -> str:
        """Return the text again; raise ``SealBrokenError`` on another key, another event's box, or a changed one."""
        try:
            return self._cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], event_id.encode()).decode()
        except (InvalidTag, ValueError, TypeError) as error:  # TypeError: no bytes, in a file that was spoilt
            raise SealBrokenError(event_id) from error


def free_name(path: Path) -> Path:
    """Return the first name ``<name>.damaged-N`` that is not taken."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return aside


def _write(path: Path, key: bytes) -> None:
    """Write a file that is there whole or not at all, whenever the power goes."""
    half = path.with_name(f"{path.name}.new")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(descriptor)
    half.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
