"""Seals what is kept of people who are no readers yet, so that the database alone tells nothing of them.

AES-256-GCM with a random nonce of 96 bits: some thousand texts a year under one key are far from any repetition.
"""

import secrets
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES: Final = 12
_PAD: Final = 512
"""Texts are filled up to a multiple of it: a length tells nothing of a name."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens texts with one key of 32 bytes."""

    secret: bytes = field(repr=False)

    def seal(self, text: bytes, about: bytes) -> bytes:
        """Seal a text; it opens only together with what it is ``about``. A NUL may not be in it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = text.ljust(-(-len(text) // _PAD) * _PAD, b"\0")
        return nonce + AESGCM(self.secret).encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes) -> bytes | None:
        """Give the text; ``None`` for what was sealed with another key, about something else, or changed."""
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(self.secret).decrypt(nonce, body, about).rstrip(b"\0")
        except (InvalidTag, ValueError):  # the second: too short to be anything of ours
            return None
