"""Blocks of four bytes, as tags of ISO 15693 have them."""

from typing import Final

BLOCK_BYTES: Final = 4


def reverse_blocks(memory: bytes) -> bytes:
    """Return the memory with the bytes of each block in the other order, as some readers hand it on."""
    padded = whole_blocks(memory)
    return b"".join(padded[start : start + BLOCK_BYTES][::-1] for start in range(0, len(padded), BLOCK_BYTES))


def whole_blocks(data: bytes) -> bytes:
    """Return the data with zeros behind, so that it fills its last block."""
    return data + bytes(-len(data) % BLOCK_BYTES)
