"""Passwords and PINs, kept so that whoever steals the database does not have them."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

COST: Final = 1 << 14
"""Of scrypt; its power of two is what guessing costs."""
_BLOCK: Final = 8
_LANES: Final = 1
_MEMORY: Final = 64 * 1024 * 1024
"""Bytes that one check may take; the cost above needs 16 MiB, and a raised cost must not be refused by OpenSSL."""
_KEY: Final = 32


def hash_secret(secret: str, *, cost: int = COST) -> str:
    """Give ``scrypt$cost$block$lanes$salt$key`` for storing; takes tens of milliseconds at the usual cost."""
    salt = secrets.token_bytes(16)
    key = hashlib.scrypt(secret.encode(), salt=salt, n=cost, r=_BLOCK, p=_LANES, maxmem=_MEMORY, dklen=_KEY)
    return _stored(cost, salt, key)


def nobodys_hash() -> str:
    """Give at once what no secret matches, and what takes as long to find that out as any stored secret."""
    return _stored(COST, secrets.token_bytes(16), secrets.token_bytes(_KEY))


def secret_matches(secret: str, stored: str) -> bool:
    """Say whether ``stored`` was made from ``secret``; takes as long as :func:`hash_secret`."""
    _, cost, block, lanes, salt, key = stored.split("$")
    tried = hashlib.scrypt(
        secret.encode(),
        salt=base64.b64decode(salt),
        n=int(cost),
        r=int(block),
        p=int(lanes),
        maxmem=_MEMORY,
        dklen=_KEY,
    )
    return hmac.compare_digest(tried, base64.b64decode(key))


def _stored(cost: int, salt: bytes, key: bytes) -> str:
    return f"scrypt${cost}${_BLOCK}${_LANES}${_to_text(salt)}${_to_text(key)}"


def _to_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
