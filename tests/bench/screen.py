"""Reading to screen: from the last byte of a label at the wire to the frame that shows what became of it."""

import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psutil

from deploy.demo.children import Child, Children, python
from deploy.demo.devices import DemoScanner
from deploy.demo.site import Site, Wishes
from tests.bench.harness import Comparison, Sample, compare

SCANS = 30
"""Labels a round; the round's figure is their 95th percentile."""
NO_NUMBER, EMPTY = "9786041234567", ""
"""Two labels that the home page answers with different words, so that each scan changes the screen."""
LATE_S = 10.0


class _Kiosk:
    def __init__(self, site: Site, process: psutil.Process) -> None:
        self._site = site
        self._process = process
        self._number = site.recording.wait("the home page", lambda shown: shown.page == "home", 60).number

    def round(self) -> Sample:
        """Scan, and compare what the emulator wrote last with what the recorder saw."""
        began = _cpu(self._process)
        waits = []
        for scan in range(SCANS):
            self._site.scanner.scan((NO_NUMBER, EMPTY)[scan % 2])
            shown = self._site.recording.wait("a word", lambda shown: shown.number > self._number, LATE_S)
            self._number = shown.number
            waits.append(shown.shown_ns - _last_written(self._site.scanner))
        return Sample(_p95(waits), (_cpu(self._process) - began) / SCANS)


class _Bare:
    def __init__(self, child: Child, scanner: DemoScanner, log: Path) -> None:
        self._process = psutil.Process(child.process.pid)
        self._scanner = scanner
        self._log = log
        self._seen = 0

    def round(self) -> Sample:
        """Do the same with the bare label."""
        began = _cpu(self._process)
        waits = []
        for scan in range(SCANS):
            self._scanner.scan((NO_NUMBER, "0")[scan % 2])
            waits.append(self._next() - _last_written(self._scanner))
        return Sample(_p95(waits), (_cpu(self._process) - began) / SCANS)

    def _next(self) -> int:
        end = time.monotonic() + LATE_S
        while time.monotonic() < end:
            lines = [line for line in self._log.read_text(encoding="utf-8").splitlines() if "shown_ns" in line]
            if len(lines) > self._seen:
                self._seen += 1
                return int(json.loads(lines[self._seen - 1])["shown_ns"])
            time.sleep(0.005)
        raise TimeoutError


def run() -> Sequence[Comparison]:
    """Measure on one virtual screen, in turn."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        site = stack.enter_context(Site(Wishes(folder=folder / "site", virtual_screen=True, workbench=False)))
        children = stack.enter_context(Children(folder / "log"))
        control, wire = folder / "bare.control", folder / "bare.tty"
        children.start(
            "scanner", python("drivers.emulators", "scanner", "--control", str(control), "--link", str(wire))
        )
        bare = children.start(
            "bare",
            python("tests.bench.bare_label", str(wire)),
            environment={"DISPLAY": site.display, "LIBGL_ALWAYS_SOFTWARE": "1", "SDL_VIDEODRIVER": "x11"},
        )
        kiosk_side = _Kiosk(site, psutil.Process(site.kiosk_pid))
        bare_side = _Bare(bare, DemoScanner(control), bare.log)
        return [
            compare(
                "reading to screen, p95",
                ("the kiosk", kiosk_side.round),
                ("a bare Kivy label", bare_side.round),
                note=f"{SCANS} labels a round; from the last byte at the wire to the flipped frame",
            )
        ]


def _last_written(scanner: DemoScanner) -> int:
    return int(str(scanner.control.call_blocking("wire")["last_sent_ns"]))


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _p95(nanoseconds: Sequence[int]) -> float:
    return statistics.quantiles(nanoseconds, n=20)[-1] / 1e9
