"""What a person types at the terminal, line by line, beside everything else that goes on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final, TextIO

LONGEST_LINE: Final = 1024
"""Bytes; a longer line was typed by nobody and is left out."""


async def typed_lines(stdin: TextIO) -> AsyncIterator[str]:
    """Yield what is typed, line by line, until the end of input; nothing where there is no input to wait for."""
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stdin)
    except (OSError, ValueError):  # a file or nothing at all
        for line in stdin:
            yield line
        return
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
