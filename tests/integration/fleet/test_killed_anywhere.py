"""A delivery survives a kill at any boundary; ``python -m tests.torture.delivery`` kills at every one."""

import asyncio
import sys

from tests.support.programs import ROOT
from tests.support.waiting import in_time


async def test_whatever_a_kill_leaves_of_a_delivery_is_stored_once() -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.torture.delivery", "--every", "8"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=ROOT,
    )
    told, _nothing = await in_time(program.communicate(), 120.0)

    assert program.returncode == 0, told.decode()
    assert [line.partition(":")[0] for line in told.decode().splitlines()] == [
        "a new card",
        "a restored backup",
        "a damaged file",
    ]
