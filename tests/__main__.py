"""Runs every test, most under coverage, some runs at once for two processors: ``python -m tests [PYTEST OPTION...]``.

Most tests wait for programs and devices more than they reckon, so more runs than processors go on side by side. Each
writes a log of its own to var/test-logs; at the end all are told, those that failed last and whole.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
RUNS: Final[Mapping[str, tuple[str, ...]]] = {
    "sites": ("tests/integration/site", "tests/stories"),
    "screens": ("tests/screens", "tests/integration/web"),
    "server": ("tests/unit/server",),
    "session": ("tests/unit/session", "tests/contract/test_kiosk_and_server.py"),
    "house": (
        "tests/architecture",
        "tests/quality",
        "tests/unit/support",
        "tests/unit/deploy",
        "tests/integration/server/test_postgresql.py",
    ),
    "kiosk": ("tests/unit/kiosk",),
    "units": ("tests/unit",),
    "pads": ("tests/contract/drivers/test_pads*.py",),
    "torture": ("tests/integration/kiosk/test_torture.py",),
    "programs": ("tests/integration/kiosk", "tests/integration/packaging", "tests/integration/workbench"),
    "wires": ("tests/integration/drivers",),
    "devices": ("tests/contract/drivers",),
    "others": ("tests",),
}
"""The longest first, those that reckon before those that wait. A run has what no run above it has."""
UNMEASURED: Final = frozenset({"sites", "pads", "torture", "wires", "house"})
"""What goes through lines that other runs measure, or tries what is not shipped: half as long at its own pace."""
AT_ONCE: Final = 5
LOGS: Final = ROOT / "var" / "test-logs"
NOTHING_CHOSEN: Final = 5
"""pytest's status when no test fits the options, which may be so in one run."""
_TOLD_AFTER: Final = "\n====="
"""With which the part of a log begins that follows the tests themselves."""


@dataclass(frozen=True)
class Ended:
    """A run that is over."""

    name: str
    status: int
    seconds: float

    @property
    def good(self) -> bool:
        """Whether it ended as it should."""
        return self.status in {0, NOTHING_CHOSEN}


def main(options: Sequence[str]) -> int:
    """Run all tests, or in one run those that are named by path; give the exit status."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # some thousand programs are started, which compile themselves once
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's "&" has it ignored, by whatever is started too
    if any((ROOT / option.partition("::")[0]).exists() for option in options if not option.startswith("-")):
        return subprocess.run(_command(options), cwd=ROOT, check=False).returncode
    if not any(option.startswith("--randomly-seed") for option in options):
        options = [*options, f"--randomly-seed={int.from_bytes(os.urandom(4))}"]
    LOGS.mkdir(parents=True, exist_ok=True)
    ended = asyncio.run(_all(options))
    for run in sorted(ended, key=lambda run: run.good, reverse=True):
        log = _log(run.name).read_text(encoding="utf-8", errors="replace")
        told = log[max(log.find(_TOLD_AFTER), 0) :] if run.good else log
        sys.stdout.write(f"\n== {run.name}\n{told}")
    for run in ended:
        sys.stdout.write(f"== {run.name}: {run.seconds:.0f} s, {'good' if run.good else f'STATUS {run.status}'}\n")
    return next((abs(run.status) for run in ended if not run.good), 0)


async def _all(options: Sequence[str]) -> Sequence[Ended]:
    slots = asyncio.Semaphore(AT_ONCE)
    taken = set[Path]()
    async with asyncio.TaskGroup() as group:
        tasks = []
        for name, places in RUNS.items():
            files = _files(places) - taken
            taken |= files
            tasks.append(group.create_task(_run(name, [*options, *map(str, sorted(files))], slots)))
    return [task.result() for task in tasks]


async def _run(name: str, options: Sequence[str], slots: asyncio.Semaphore) -> Ended:
    async with slots:
        began = time.monotonic()
        with _log(name).open("wb") as log:
            xml = f"--junit-xml={LOGS / name}.xml"
            run = await asyncio.create_subprocess_exec(
                *_command([xml, *options], measured=name not in UNMEASURED),
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            status = await run.wait()
    ended = Ended(name, status, time.monotonic() - began)
    sys.stdout.write(f"{name}: {'good' if ended.good else 'FAILED'}, {ended.seconds:.0f} s\n")
    sys.stdout.flush()
    return ended


def _files(places: Sequence[str]) -> set[Path]:
    found = set[Path]()
    for place in places:
        for path in ROOT.glob(place):
            found |= set(path.rglob("test_*.py")) if path.is_dir() else {path}
    return {path.relative_to(ROOT) for path in found}


def _log(name: str) -> Path:
    return LOGS / f"{name}.log"


def _command(options: Sequence[str], *, measured: bool = True) -> list[str]:
    coverage = ("-m", "coverage", "run") if measured else ()
    return [sys.executable, *coverage, "-m", "pytest", "--hypothesis-profile=ci", "--durations=8", *options]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
