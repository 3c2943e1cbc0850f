"""A visit for five books, from the card to the receipt: the whole installation, by touches and bytes at a real pace.

Seconds begin with the card under the scanner and end with the receipt cut off; hands need no time. The other side is
how long the same bytes keep real cables busy.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from statistics import median

import psutil
from typing_extensions import override

from deploy.demo.faults import Fault
from deploy.demo.play import Part
from deploy.demo.play_borrow import BorrowPlay
from deploy.demo.site import Site, Wishes
from tests.bench.harness import Comparison, Sample, compare

BOOKS = 5
STEPS = ("card", "pile", "finish", "receipt")
"""Of the play; what comes before is the choice of language and service, what comes after is the proof."""


class _CountedPlay(BorrowPlay):
    """Counts touches, and what the wires carried from the card to the receipt."""

    touches = 0

    @override
    def touch(self, name: str) -> None:
        self.touches += 1
        super().touch(name)


class _Visits:
    """One kiosk, and a reader who comes again and again with the same card and brings the books back between."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site = site
        self._folder = folder
        self._number = 0
        self._needed_s = 0.0
        self.touches: list[int] = []

    def played(self) -> Sample:
        """Play a visit and see that it holds at every source."""
        self._number += 1
        part = Part(
            BOOKS, self._site.card_called(("ordinary", "second")[self._number % 2]), self._number, "vi", Fault()
        )
        play = _CountedPlay(self._site, part, self._folder / str(self._number))
        busy, cpu = self._busy(), _cpu()
        if not play.run():
            raise RuntimeError(play.failure or [check.name for check in play.checks if not check.holds])
        self._needed_s = (self._busy() - busy) / 1e9
        self.touches.append(play.touches)
        with self._site.desk() as desk:
            for item_id in play.pile:
                desk.take_back(item_id, datetime.now(self._site.zone))
        taken = dict(play.steps)
        return Sample(sum(taken[step] for step in STEPS) / 1e3, _cpu() - cpu)

    def wires_alone(self) -> Sample:
        """Give how long the bytes of the visit before keep real cables busy."""
        return Sample(self._needed_s, 0.0)

    def _busy(self) -> int:
        devices = (self._site.pad, self._site.scanner, self._site.printer)
        return sum(int(json.dumps(dict(each.control.call_blocking("wire"))["busy_ns"])) for each in devices)


def run() -> Sequence[Comparison]:
    """Measure at one installation."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wishes = Wishes(folder=folder, virtual_screen=True, workbench=False, real_pace=True)
        with Site(wishes) as site:
            visits = _Visits(site, folder / "visits")
            compared = compare(
                "a five-book visit, threem",
                ("from the card to the receipt", visits.played),
                ("the wires' own time", visits.wires_alone),
            )
    note = (
        f"{median(visits.touches):.0f} touches; pad 19,200 baud, every alarm read back; CPU of all processes, proof too"
    )
    return [replace(compared, note=note)]


def _cpu() -> float:
    """Give the CPU time so far of this process and all that it started."""
    own = psutil.Process()
    return sum(sum(process.cpu_times()[:2]) for process in (own, *own.children(recursive=True)))
