"""Ten books on the pad: from the first look to the whole stable picture, beside what the wire itself needs."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from deploy.demo.children import Children, python
from deploy.demo.tags import tag_of
from drivers.emulators.control import EmulatorControl
from drivers.registry import installed_registry
from tests.bench.harness import Comparison, Sample, compare

BOOKS = 10
POLL_MS = 20
"""The driver's own pause between two looks, small here so that the wire is what is measured."""


class _Pile:
    """One throttled emulator; each opening of the pad with the pile on it is one round of both sides."""

    def __init__(self, control: EmulatorControl, wire: Path) -> None:
        self._control = control
        self._url = f"threem://{wire}?poll_ms={POLL_MS}"
        self._busy_s = 0.0

    def recognised(self) -> Sample:
        """Open the pad with the pile on it and wait for the picture that holds all of it."""
        cpu = time.process_time()
        before = self._wire()
        began = time.monotonic()
        asyncio.run(self._read())
        taken = time.monotonic() - began
        self._busy_s = (self._wire()["busy_ns"] - before["busy_ns"]) / 1e9
        return Sample(taken, time.process_time() - cpu)

    def wire_alone(self) -> Sample:
        """Give how long the bytes of the round before kept a real cable busy at its baud rate."""
        return Sample(self._busy_s, 0.0)

    async def _read(self) -> None:
        async with installed_registry().pad(self._url) as pad:
            async for reading in pad.readings():
                if len(reading.tags) == BOOKS and all(tag.memory is not None for tag in reading.tags):
                    return

    def _wire(self) -> dict[str, Any]:
        return dict(self._control.call_blocking("wire"))


def run() -> Sequence[Comparison]:
    """Measure over the emulated 19,200 baud, in turn."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        children = stack.enter_context(Children(folder / "log"))
        control, wire = folder / "pad.control", folder / "pad.tty"
        children.start(
            "pad", python("drivers.emulators", "threem", "--control", str(control), "--link", str(wire), "--throttle")
        )
        emulator = EmulatorControl(control)
        emulator.call_blocking("lay", tags=[asdict(tag_of(f"TVX.{number:06}")) for number in range(1, BOOKS + 1)])
        pile = _Pile(emulator, wire)
        return [
            compare(
                "ten-book pile",
                ("until the picture is whole", pile.recognised),
                ("the wire's own time", pile.wire_alone),
                note="probe, inventories, ten tags' memory and AFI; 19,200 baud 8N1",
            )
        ]
