"""Emulated devices as processes of a test, ready by the line that they print."""

import asyncio
import itertools
import json
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drivers.emulators.control import EmulatorControl
from drivers.emulators.device import Fact, Order
from tests.support.unmeasured import unmeasured_environment

ROOT = Path(__file__).parents[2]
READY_S = 90.0

SCHEMES = {
    "threem": "threem",
    "feig": "feig",
    "m100": "m100",
    "uhfreader18": "uhfreader18",
    "uhfreader288": "uhfreader18",
    "scanner": "serial",
    "escpos": "escpos",
    "evdev": "evdev",
    "pn532": "pn532",
    "rdm6300": "rdm6300",
    "camera": "camera",
    "pcsc": "pcsc",
}
"""Emulator -> the scheme of the driver that works it."""

ALWAYS = {"m100": "region=eu", "uhfreader18": "region=eu", "uhfreader288": "region=eu"}
"""Emulator -> the options without which its driver takes no URL."""

AS_OPTION = {"pcsc": "service"}
"""Emulator -> the option of the URL that says where it is; else that stands behind the scheme."""

NETWORK_SCHEMES = {"feig": "feig+tcp", "escpos": "escpos+tcp"}
"""The same for an emulator that hangs on the network."""


@dataclass(frozen=True, slots=True)
class RunningEmulator:
    """One emulated device."""

    name: str
    link: Path
    control: EmulatorControl
    process: asyncio.subprocess.Process
    port: int = 0
    """Where it hangs on the network; 0 where it does not."""

    @property
    def place(self) -> str:
        """What a driver calls the line to it."""
        return f"localhost:{self.port}" if self.port else str(self.link)

    @property
    def scheme(self) -> str:
        """By which scheme a driver finds it."""
        return (NETWORK_SCHEMES if self.port else SCHEMES)[self.name]

    def url(self, options: str = "") -> str:
        """Return the device URL by which a driver finds it."""
        given = "&".join(part for part in (ALWAYS.get(self.name, ""), options) if part)
        return self.url_with(given)

    def url_with(self, given: str) -> str:
        """Return the device URL with these options and no others."""
        option = AS_OPTION.get(self.name)
        place = self.place if option is None else ""
        options = "&".join(part for part in (f"{option}={self.place}" if option else "", given) if part)
        return f"{self.scheme}://{place}{'?' if options else ''}{options}"

    async def do(self, order: str, **arguments: Fact) -> Order:
        """Give an order."""
        return await self.control.call(order, **arguments)

    async def misbehave(self, what: str, **arguments: Fact) -> None:
        """Order a misdeed."""
        await self.control.call("misbehave", what=what, **arguments)

    async def cable(self, *, plugged: bool) -> None:
        """Pull the cable or put it in."""
        await self.control.call("cable", **{"in": plugged})


MEASURED_ONE_IN: Final = 8
"""Of the emulators that a run starts: they do the same over and over, and what they reckon has tests of its own."""
_started = itertools.count()


@asynccontextmanager
async def emulator(name: str, *options: str, network: bool = False) -> AsyncIterator[RunningEmulator]:
    """Run an emulator; its folder is short, for the path of a Unix socket must be."""
    folder = Path(tempfile.mkdtemp(prefix="emu"))
    control, link = folder / "control", folder / "tty"
    where = ("--listen", "0") if network else ("--link", str(link))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "drivers.emulators", name, "--control", str(control), *where, *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=unmeasured_environment() if next(_started) % MEASURED_ONE_IN else None,
    )
    if process.stdin is None or process.stdout is None:
        raise AssertionError("no pipes")
    try:
        async with asyncio.timeout(READY_S):
            line = await process.stdout.readline()
        if b"ready" not in line:
            raise AssertionError(f"{name} did not start")
        yield RunningEmulator(name, link, EmulatorControl(control), process, json.loads(line).get("port", 0))
    finally:
        process.stdin.close()
        async with asyncio.timeout(READY_S):
            await process.wait()
        shutil.rmtree(folder)
