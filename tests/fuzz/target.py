"""What is fuzzed: a name, good inputs to begin with, and a use that fails by raising."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

from drivers.errors import DeviceError
from drivers.frames import FrameBuffer
from tests.fuzz.inputs import cut

Use = Callable[[bytes, Random], None]
"""Takes an input, and the dice for what else is left to chance; raises where the code under test is wrong."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that reads what others wrote."""

    name: str
    use: Use
    corpus: Sequence[bytes] = ()


def total(read: Callable[[bytes], object]) -> Use:
    """Use what never raises."""

    def use(data: bytes, dice: Random) -> None:
        del dice
        read(data)

    return use


def refusing(error: type[Exception], *reads: Callable[[bytes], object]) -> Use:
    """Use what raises its own error and no other."""

    def use(data: bytes, dice: Random) -> None:
        del dice
        for read in reads:
            with suppress(error):
                read(data)

    return use


def framed(codec: Callable[[], FrameBuffer[Any]], cap: int, tells: Iterable[Callable[[Any], object]] = ()) -> Use:
    """Use a codec of frames however its bytes are cut: it never raises, and never keeps more than ``cap``.

    Every frame goes to each of ``tells``, which may raise errors of drivers.
    """
    tellers = tuple(tells)

    def use(data: bytes, dice: Random) -> None:
        buffer = codec()
        for piece in cut(dice, data):
            buffer.receive_data(piece)
            for frame in buffer.messages():
                for tell in tellers:
                    with suppress(DeviceError):
                        tell(frame)
            if buffer.waiting > cap:
                raise AssertionError(f"{buffer.waiting} bytes kept, {cap} allowed")
            if dice.randrange(16) == 0:
                buffer.skip_incomplete()

    return use
