"""Every target takes some inputs by chance in each run of the tests; ``python -m tests.fuzz`` takes a million."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.runs import run
from tests.fuzz.target import Target, total
from tests.fuzz.targets import TARGETS

A_FEW = 400


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
def test_what_reads_what_others_wrote_takes_any_input(target: Target) -> None:
    found = run(target, random.getrandbits(32), A_FEW)

    assert found.failure is None
    assert found.inputs == A_FEW


def test_an_input_that_fails_is_had_again_by_its_seed_and_number() -> None:
    def use(data: bytes) -> None:
        if len(data) > 100:
            raise ValueError("too long")

    target = Target("short", total(use), (b"abc",))
    first = run(target, 7, 10_000).failure
    assert first is not None
    again = run(target, 7, 1, first.number).failure

    assert again == first
    assert "too long" in first.trace


def asked(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *words],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_program_says_what_it_did() -> None:
    done = asked("tag-ascii", "--inputs", "20", "--seed", "7")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("seed 7\ntag-ascii: 20 inputs in ")


def test_a_target_that_does_not_exist_is_refused_with_those_that_do() -> None:
    done = asked("tags")

    assert done.returncode == 2
    assert "tag-damage" in done.stderr
