"""Runs every test under coverage, as two runs at once for two processors: ``python -m tests [PYTEST OPTION...]``."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
REASONING: Final = ("tests/unit", "tests/contract", "tests/architecture")
"""The half that mostly reckons; the other, which mostly waits for processes, is every other folder."""
LOG: Final = ROOT / "var" / "test-logs" / "reasoning.log"
NOTHING_CHOSEN: Final = 5
"""pytest's status when no test fits the options, which may be so in one half."""


def main(options: Sequence[str]) -> int:
    """Run all tests, or in one run those that are named by path; give the exit status."""
    if any((ROOT / option.partition("::")[0]).exists() for option in options if not option.startswith("-")):
        return subprocess.run(_command(options), cwd=ROOT, check=False).returncode
    if not any(option.startswith("--randomly-seed") for option in options):
        options = [*options, f"--randomly-seed={int.from_bytes(os.urandom(4))}"]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        quiet = subprocess.Popen(_command([*options, *REASONING]), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        with quiet:
            others = [f"--ignore={folder}" for folder in REASONING]
            loud = subprocess.run(_command([*options, *others]), cwd=ROOT, check=False)
    sys.stdout.write(LOG.read_text(encoding="utf-8", errors="replace"))
    statuses: set[int] = {loud.returncode, quiet.returncode}
    return max(abs(status) for status in statuses - {NOTHING_CHOSEN} or statuses)


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
