"""Inputs by chance: noise, and good inputs with what goes wrong on wires and tags. The same dice, the same input."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final

LONGEST_NOISE: Final = 120
LONG: Final = 20_000
"""Bytes of the few long inputs: more than any codec may keep."""
ONE_IN: Final = 1000
"""How rare those are; the first of a run is one."""
MOST_CHANGES: Final = 4
TELLING: Final = (0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF)
"""Bytes at which lengths and signs turn."""


def an_input(dice: Random, corpus: Sequence[bytes], number: int) -> bytes:
    """Make an input: noise, or one or two of ``corpus``, changed in a few places; now and then a very long one."""
    if number % ONE_IN == 0:
        piece = dice.choice(corpus) if corpus and dice.random() < 0.5 else dice.randbytes(dice.randint(1, 8))
        return (piece * (LONG // max(1, len(piece)) + 1))[:LONG]
    if not corpus or dice.randrange(8) == 0:
        return dice.randbytes(dice.randint(0, LONGEST_NOISE))
    data = bytearray(dice.choice(corpus))
    if dice.randrange(3) == 0:
        data += dice.choice(corpus)
    for _ in range(dice.randint(0, MOST_CHANGES)):
        dice.choice(_CHANGES)(data, dice)
    return bytes(data)


def cut(dice: Random, data: bytes) -> Iterator[bytes]:
    """Cut an input into pieces, as a wire hands it on."""
    at = 0
    while at < len(data):
        size = len(data) if dice.randrange(4) == 0 else dice.randint(1, 32)
        yield data[at : at + size]
        at += size


def held(thing: object) -> int:
    """Count the bytes, characters and members that an object keeps in attributes of its own."""
    kinds = (bytes, bytearray, str, list, dict, set, deque)
    return sum(len(value) for value in vars(thing).values() if isinstance(value, kinds))


def _flip(data: bytearray, dice: Random) -> None:
    if data:
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _put(data: bytearray, dice: Random) -> None:
    if data:
        data[dice.randrange(len(data))] = dice.choice(TELLING) if dice.randrange(2) else dice.randrange(256)


def _insert(data: bytearray, dice: Random) -> None:
    at = dice.randint(0, len(data))
    data[at:at] = dice.randbytes(dice.randint(1, 4))


def _lose(data: bytearray, dice: Random) -> None:
    at = dice.randint(0, len(data))
    del data[at : at + dice.randint(1, 8)]


def _double(data: bytearray, dice: Random) -> None:
    at = dice.randint(0, len(data))
    data[at:at] = data[at : at + dice.randint(1, 8)]


def _end(data: bytearray, dice: Random) -> None:
    del data[dice.randint(0, len(data)) :]


_CHANGES: Final[tuple[Callable[[bytearray, Random], None], ...]] = (_flip, _flip, _put, _insert, _lose, _double, _end)
