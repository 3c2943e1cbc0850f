"""The terminal: what a person types, line by line, and a program that ends in words whatever becomes of its screen."""

import asyncio
import contextlib
import logging
import os
import stat
import sys
from collections.abc import AsyncIterator, Callable
from io import TextIOWrapper
from pathlib import Path
from typing import Final, TextIO

LONGEST_LINE: Final = 1024
"""Bytes; a longer line was typed by nobody and is left out."""

INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, as shells know it."""

NOT_SHOWN: Final = 1
"""Exit status where what was to be said could not be written."""


def at_terminal(program: Callable[[], int]) -> int:
    """Run a program that talks to a person; give its exit status.

    It speaks UTF-8 wherever it runs; a stream that was closed is as one that says nothing. Ctrl-C ends it with 130.
    A reader that went away (``| head``) ends it in silence, and a full disk in one line of words, both with 1.
    """
    _make_streams()
    for ours in ("kiosk", "drivers"):  # a person is told in words of the program's own, not by remarks for a log
        logging.getLogger(ours).addHandler(logging.NullHandler())
    try:
        status = program()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _ended(INTERRUPTED)
    except SystemExit:
        _flush()
        raise
    except OSError as problem:
        return _unshown(problem)
    except ExceptionGroup as problems:
        matching = problems.split(OSError)
        if matching[0] is None or matching[1] is not None:
            raise
        return _unshown(_first(matching[0]))
    return status


def _unshown(problem: OSError) -> int:
    """Say what hindered, if anybody still reads."""
    if not isinstance(problem, BrokenPipeError):
        with contextlib.suppress(OSError):
            sys.stderr.write(f"kiosk: {problem.filename or 'output'}: {problem.strerror or problem}\n")
    return _ended(NOT_SHOWN)


def _first(problems: ExceptionGroup[OSError]) -> OSError:
    """Give the first problem, however deep it stands among others."""
    first = problems.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first


def _make_streams() -> None:
    """Open what was closed by whoever started the program, and let every letter through."""
    nowhere = Path(os.devnull)
    if sys.stdin is None:
        sys.stdin = nowhere.open(encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = nowhere.open("w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = nowhere.open("w", encoding="utf-8")
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _ended(NOT_SHOWN)


def _ended(status: int) -> int:
    """Let nothing more be written: the interpreter would complain of it at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    return status


async def typed_lines(stdin: TextIO) -> AsyncIterator[str]:
    """Yield what is typed, line by line, until the end of input; nothing where there is no input to wait for."""
    if not _can_be_awaited(stdin):
        for line in stdin:
            yield line
        return
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stdin)
    try:
        while True:
            try:
                typed = await reader.readuntil()
            except asyncio.IncompleteReadError as end:
                if end.partial:
                    yield end.partial.decode("utf-8", "replace")
                return
            except asyncio.LimitOverrunError as error:
                await reader.readexactly(error.consumed)
                continue
            yield typed.decode("utf-8", "replace")
    finally:
        transport.close()


def _can_be_awaited(stdin: TextIO) -> bool:
    """Say whether the kernel tells when more is there: not of a file, nor of ``/dev/null``, which never waits."""
    mode = os.fstat(stdin.fileno()).st_mode
    return stdin.isatty() or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
