"""``python -m tests.fuzz [TARGET...]``: a million inputs by chance for each target that is named, or for all."""

import argparse
import os
import sys
from typing import Final

from tests.fuzz.runs import run
from tests.fuzz.targets import TARGETS

MANY: Final = 1_000_000
SHOWN: Final = 200
"""Bytes of a failing input; all of a longer one can be had again by its number."""


def main() -> int:
    """Fuzz, and say how to have a failing input again; exit status 1 where there was one."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, epilog=f"Targets: {', '.join(TARGETS)}"
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all where none is named")
    parser.add_argument("--inputs", type=int, default=MANY, metavar="N", help="inputs for each target")
    parser.add_argument(
        "--seed", type=int, default=int.from_bytes(os.urandom(4)), help="the same seed, the same inputs"
    )
    parser.add_argument("--first", type=int, default=0, metavar="N", help="begin with input number N of the seed")
    wanted = parser.parse_args()
    if unknown := sorted(set(wanted.targets) - set(TARGETS)):
        parser.error(f"there is no target {unknown[0]}; there are {', '.join(TARGETS)}")
    sys.stdout.write(f"seed {wanted.seed}\n")
    failed = 0
    for name in wanted.targets or TARGETS:
        result = run(TARGETS[name], wanted.seed, wanted.inputs, wanted.first)
        sys.stdout.write(f"{name}: {result.inputs} inputs in {result.seconds:.1f} s")
        if result.failure is None:
            sys.stdout.write(", good\n")
        else:
            failed = 1
            sys.stdout.write(
                f"; input {result.failure.number} FAILED: {_shown(result.failure.data)}\n{result.failure.trace}"
                f"again: python -m tests.fuzz {name} --seed {wanted.seed} --first {result.failure.number} --inputs 1\n"
            )
        sys.stdout.flush()
    return failed


def _shown(data: bytes) -> str:
    return data.hex() if len(data) <= SHOWN else f"{data[:SHOWN].hex()}... ({len(data)} bytes)"


if __name__ == "__main__":
    sys.exit(main())
