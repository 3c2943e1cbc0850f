"""Kiosks that are killed in the middle of a visit: server, tags and journal are compared after each start."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.unmeasured import unmeasured_environment

ROOT = Path(__file__).parents[3]
KILLS = 25
LONGEST_S = 560.0
"""A busy machine; alone it takes less than one minute."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("half", ["first", "second"])
def test_after_fifty_kills_no_tag_says_what_is_not_so(half: str) -> None:
    del half
    seed = int.from_bytes(os.urandom(4))
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", "--seed", str(seed), "--kills", str(KILLS)],
        cwd=ROOT,
        env=unmeasured_environment(),
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    caught = [int(number) for number in re.findall(r"(\d+) (?:loans|returns|alarms)", done.stdout)]

    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, [f"{KILLS} kills, nothing false"]), (
        done.stdout + done.stderr
    )
    assert sum(caught) > 0, done.stdout
