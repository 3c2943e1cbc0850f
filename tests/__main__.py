"""Runs every test under coverage, as four runs at once for two processors: ``python -m tests [PYTEST OPTION...]``."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
QUIET: Final[Mapping[str, tuple[str, ...]]] = {
    "reasoning": ("tests/unit", "tests/contract/test_kiosk_and_server.py", "tests/architecture"),
    "devices": ("tests/contract/drivers",),
    "programs": ("tests/integration/drivers", "tests/integration/kiosk"),
}
"""The run that mostly reckons, and two that mostly wait for emulated devices; each is told when all are over. Every
other test is in the fourth run, told as it goes."""
LOGS: Final = ROOT / "var" / "test-logs"
NOTHING_CHOSEN: Final = 5
"""pytest's status when no test fits the options, which may be so in one run."""


def main(options: Sequence[str]) -> int:
    """Run all tests, or in one run those that are named by path; give the exit status."""
    if any((ROOT / option.partition("::")[0]).exists() for option in options if not option.startswith("-")):
        return subprocess.run(_command(options), cwd=ROOT, check=False).returncode
    if not any(option.startswith("--randomly-seed") for option in options):
        options = [*options, f"--randomly-seed={int.from_bytes(os.urandom(4))}"]
    LOGS.mkdir(parents=True, exist_ok=True)
    others = [f"--ignore={place}" for places in QUIET.values() for place in places]
    with ExitStack() as running:
        quiet = [running.enter_context(_started(name, [*options, *places])) for name, places in QUIET.items()]
        loud = subprocess.run(_command([*options, *others]), cwd=ROOT, check=False)
    for name in QUIET:
        sys.stdout.write(_log(name).read_text(encoding="utf-8", errors="replace"))
    statuses: set[int] = {loud.returncode, *(run.returncode for run in quiet)}
    return max(abs(status) for status in statuses - {NOTHING_CHOSEN} or statuses)


def _started(name: str, options: Sequence[str]) -> "subprocess.Popen[bytes]":
    with _log(name).open("wb") as log:
        return subprocess.Popen(_command(options), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)


def _log(name: str) -> Path:
    return LOGS / f"{name}.log"


def _command(options: Sequence[str]) -> list[str]:
    return [
        sys.executable,
        "-m",
        "coverage",
        "run",
        "-m",
        "pytest",
        "--hypothesis-profile=ci",
        "--durations=25",
        *options,
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
