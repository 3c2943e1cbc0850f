"""What is typed arrives line by line, from a terminal, a pipe or a file, however long and however cut."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TextIO

import pytest

from kiosk.terminal import INTERRUPTED, LONGEST_LINE, NOT_SHOWN, at_terminal, typed_lines
from tests.support.emulators import ROOT


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


async def test_where_nobody_can_type_there_is_an_end_at_once() -> None:
    with os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8") as nobody:
        async with asyncio.timeout(10):
            assert await everything(nobody) == []


def of_kiosk(shell: str) -> tuple[int, str, str]:
    """Run a line of the shell, in which ``$K`` is the program; give status, output and errors."""
    environment = {**os.environ, "K": f"{sys.executable} -m kiosk"}
    environment.pop("PYTHONUTF8", None)
    ended = subprocess.run(
        ["bash", "-c", shell], env=environment, cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


@pytest.mark.parametrize(
    ("shell", "status"),
    [
        ("$K hardware show >&-", 0),
        ("$K decode sip2 <&-", 0),
        ("$K check /nonexistent 2>&-", 1),
        ("$K decode tag zz >&- 2>&- <&-", 2),
    ],
)
def test_closed_streams_hinder_nothing(shell: str, status: int) -> None:
    assert of_kiosk(shell)[::2] == (status, "")


def test_vietnamese_is_utf_8_wherever_the_program_runs() -> None:
    status, out, said = of_kiosk("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 $K hardware show sheets/gm65")

    assert (status, said) == (0, "")
    assert "Trở về cài đặt gốc" in out


def test_a_full_disk_is_said_in_one_line_and_a_reader_that_went_away_in_none() -> None:
    assert of_kiosk("$K hardware sheet gm65 >/dev/full")[::2] == (1, "kiosk: output: No space left on device\n")
    assert of_kiosk("$K hardware sheet gm65 | true; exit ${PIPESTATUS[0]}")[::2] == (1, "")


def test_ctrl_c_ends_in_silence() -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    assert at_terminal(interrupted) == INTERRUPTED


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (BrokenPipeError(), ""),
        (OSError(28, "full", "/x"), "kiosk: /x: full\n"),
        (ExceptionGroup("tasks", [ExceptionGroup("inner", [OSError(5, "gone")])]), "kiosk: output: gone\n"),
    ],
)
def test_what_hinders_is_told_however_deep_it_stands(
    problem: Exception, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> int:
        raise problem

    assert at_terminal(fails) == NOT_SHOWN
    assert capsys.readouterr().err == said


def test_a_mistake_of_ours_is_not_hidden() -> None:
    def fails() -> int:
        raise ExceptionGroup("tasks", [OSError(), ValueError()])

    with pytest.raises(ExceptionGroup):
        at_terminal(fails)
