"""Identifiers that sort by the time of their making."""

import os
import time

RANDOM_BYTES = 10


def time_ordered_id(unix_milliseconds: int, randomness: bytes) -> str:
    """Return a UUID of version 7 (RFC 9562 section 5.7) as text.

    ``unix_milliseconds`` is cut to 48 bits; ``randomness`` is ten bytes, of which 74 bits are used.
    Raise ``ValueError`` on another number of bytes.
    """
    if len(randomness) != RANDOM_BYTES:
        raise ValueError(f"ten random bytes are needed, not {len(randomness)}")
    random_bits = int.from_bytes(randomness, "big")
    value = (unix_milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76
    value |= (random_bits >> 68) << 64
    value |= 0b10 << 62
    value |= random_bits & (1 << 62) - 1
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def fresh_id() -> str:
    """Return a new identifier made now."""
    return time_ordered_id(time.time_ns() // 1_000_000, os.urandom(RANDOM_BYTES))
