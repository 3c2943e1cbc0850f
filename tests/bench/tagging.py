"""``kiosk tag``: from the label under the scanner to "done", beside what the wires themselves need."""

import json
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from deploy.demo.children import Children, python
from drivers.emulators.control import EmulatorControl
from drivers.emulators.device import Fact
from tests.bench.harness import Comparison, Sample, compare

BOOKS = 5
"""A round's books."""
MEMORY = bytes(112).hex()
"""A blank tag of the kind that libraries buy most: 28 blocks of four bytes."""
CONFIG = """
schema_version = 1
kiosk_id = "bench"
site_name = "Bench"
state_folder = "."
language = "en"
[library_system]
url = "sip2://127.0.0.1:6001"
[devices]
rfid = "threem://{pad}"
barcode = "serial://{scanner}"
[tags]
owners = ["VN-QN01"]
[agent]
socket = "agent.sock"
"""


class _Station:
    """The program, and hands that need no time: label, book down, wait for "done", book away."""

    def __init__(self, out: IO[str], pad: EmulatorControl, scanner: EmulatorControl) -> None:
        self._out = out
        self._pad = pad
        self._scanner = scanner
        self._number = 0
        self._needed_s = 0.0

    def tagged(self) -> Sample:
        """Tag a round's books; seconds a book."""
        busy, began = self._busy(), time.monotonic()
        for _ in range(BOOKS):
            self._number += 1
            tag: dict[str, Fact] = {"uid": f"E00401{self._number:010X}", "memory": MEMORY, "afi": 0}
            self._scanner.call_blocking("scan", text=f"TVX.{self._number:06}")
            self._pad.call_blocking("lay", tags=[tag])
            self.hears(r": done\.")
            self._pad.call_blocking("lift")
            self.hears("Scan the barcode")
        taken = (time.monotonic() - began) / BOOKS
        self._needed_s = (self._busy() - busy) / 1e9 / BOOKS
        return Sample(taken, 0.0)

    def wires_alone(self) -> Sample:
        """Give how long the bytes of the round before keep real cables busy."""
        return Sample(self._needed_s, 0.0)

    def hears(self, words: str) -> None:
        """Wait for a line."""
        for line in self._out:
            if re.search(words, line):
                return
        raise RuntimeError(f"the station ended without {words!r}")

    def _busy(self) -> int:
        told = [dict(each.call_blocking("wire")) for each in (self._pad, self._scanner)]
        return sum(int(json.dumps(wire["busy_ns"])) for wire in told)


def run() -> Sequence[Comparison]:
    """Measure over emulated cables as slow as real ones."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        children = stack.enter_context(Children(folder / "log"))
        controls = {}
        for role, name in (("pad", "threem"), ("scanner", "scanner")):
            control, link = folder / f"{role}.control", folder / f"{role}.tty"
            children.start(
                role, python("drivers.emulators", name, "--control", str(control), "--link", str(link), "--throttle")
            )
            controls[role] = EmulatorControl(control)
        config = folder / "kiosk.toml"
        config.write_text(CONFIG.format(pad=folder / "pad.tty", scanner=folder / "scanner.tty"), encoding="utf-8")
        process = stack.enter_context(
            subprocess.Popen(
                python("kiosk", "tag", "--config", str(config)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("no pipes")
        station = _Station(process.stdout, controls["pad"], controls["scanner"])
        station.hears("The pad is ready")
        compared = compare(
            "tagging a book, threem",
            ("from the label to the next invitation", station.tagged),
            ("the wires' own time", station.wires_alone),
            note="a blank tag of 112 bytes, 19,200 baud, every write read back; hands need no time",
        )
        process.stdin.write("quit\n")
        process.stdin.close()
    return [compared]
