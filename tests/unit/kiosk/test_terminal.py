"""What is typed arrives line by line, from a terminal, a pipe or a file, however long and however cut."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TextIO

from kiosk.terminal import LONGEST_LINE, typed_lines


async def everything(stdin: TextIO) -> list[str]:
    lines: AsyncIterator[str] = typed_lines(stdin)
    return [line.strip() async for line in lines]


async def piped(data: bytes) -> list[str]:
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as stdin:
        async with asyncio.timeout(10):
            return await everything(stdin)


async def test_lines_from_a_pipe_arrive_whole_and_the_last_needs_no_end() -> None:
    assert await piped("bộ 3\nTVX.000001\nquit".encode()) == ["bộ 3", "TVX.000001", "quit"]


async def test_what_is_no_text_is_shown_as_well_as_can_be() -> None:
    assert await piped(b"a\xffb\n") == ["a\ufffdb"]


async def test_a_line_that_nobody_can_have_typed_is_left_out() -> None:
    found = await piped(b"one\n" + b"x" * (LONGEST_LINE * 3) + b"\ntwo\n")

    assert found[0] == "one"
    assert found[-1] == "two"
    assert max(map(len, found)) <= LONGEST_LINE


async def test_a_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "typed.txt"
    path.write_text("one\ntwo\n", encoding="utf-8")
    with path.open(encoding="utf-8") as stdin:
        assert await everything(stdin) == ["one", "two"]
