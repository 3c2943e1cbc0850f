"""Ten books on the pad: from the first look to the whole stable picture, beside what the wire itself needs."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.demo.children import Children, python
from deploy.demo.tags import tag_of
from drivers.emulators.control import EmulatorControl
from drivers.registry import installed_registry
from tests.bench.harness import Comparison, Sample, compare

BOOKS = 10


@dataclass(frozen=True, slots=True)
class _Pad:
    """A pad's protocol, and what it asks of the wire."""

    name: str
    pause_s: float
    """Silence that the protocol prescribes before each of the host's requests."""
    note: str


PADS = (
    _Pad("threem", 0.0, "19,200 baud 8N1"),
    _Pad("feig", 0.005, "38,400 baud 8E1, and the protocol's 5 ms before each request"),
)
POLL_MS = 20
"""The driver's own pause between two looks, small here so that the wire is what is measured."""


class _Pile:
    """One throttled emulator; each opening of the pad with the pile on it is one round of both sides."""

    def __init__(self, pad: _Pad, control: EmulatorControl, wire: Path) -> None:
        self._pad = pad
        self._control = control
        self._url = f"{pad.name}://{wire}?poll_ms={POLL_MS}"
        self._needed_s = 0.0

    def recognised(self) -> Sample:
        """Open the pad with the pile on it and wait for the picture that holds all of it."""
        cpu = time.process_time()
        before = self._wire()
        began = time.monotonic()
        asyncio.run(self._read())
        taken = time.monotonic() - began
        after = self._wire()
        pauses = (after["turns"] - before["turns"]) * self._pad.pause_s
        self._needed_s = (after["busy_ns"] - before["busy_ns"]) / 1e9 + pauses
        return Sample(taken, time.process_time() - cpu)

    def wire_alone(self) -> Sample:
        """Give how long the bytes of the round before keep a real cable busy, with the pauses that are prescribed."""
        return Sample(self._needed_s, 0.0)

    async def _read(self) -> None:
        async with installed_registry().pad(self._url) as pad:
            async for reading in pad.readings():
                if len(reading.tags) == BOOKS and all(tag.memory is not None for tag in reading.tags):
                    return

    def _wire(self) -> dict[str, Any]:
        return dict(self._control.call_blocking("wire"))


def run() -> Sequence[Comparison]:
    """Measure over emulated cables as slow as real ones, in turn."""
    return [_measured(pad) for pad in PADS]


def _measured(pad: _Pad) -> Comparison:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        children = stack.enter_context(Children(folder / "log"))
        control, wire = folder / "pad.control", folder / "pad.tty"
        children.start(
            "pad", python("drivers.emulators", pad.name, "--control", str(control), "--link", str(wire), "--throttle")
        )
        emulator = EmulatorControl(control)
        emulator.call_blocking("lay", tags=[asdict(tag_of(f"TVX.{number:06}")) for number in range(1, BOOKS + 1)])
        pile = _Pile(pad, emulator, wire)
        return compare(
            f"ten-book pile, {pad.name}",
            ("until the picture is whole", pile.recognised),
            ("the wire's own time", pile.wire_alone),
            note=f"probe, inventories, ten tags' memory and AFI; {pad.note}",
        )
