"""A headless browser, for tests that look at what a page's own script does; spoken to over its debugging pipe."""

import asyncio
import base64
import itertools
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.markup import Markup
from tests.support.waiting import DEADLINE_S, LOOK_AGAIN_S, in_time

BROWSER = shutil.which("chromium")
NO_BROWSER = "chromium is not installed"

_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_WITH_PIPE = """
import os, sys
first, second = (os.dup(int(number)) for number in sys.argv[1:3])
while min(first, second) < 5:
    first, second = os.dup(first), os.dup(second)
os.dup2(first, 3)
os.dup2(second, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Becomes the browser with the pipe at descriptors 3 and 4, where it looks for it."""
_LONGEST_ANSWER = 64 << 20  # bytes: a picture of a long page


@dataclass(slots=True)
class OpenPage:
    """One page in a running browser."""

    _reader: asyncio.StreamReader
    _commands: int
    _numbers: "itertools.count[int]"
    _session: str = ""

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command of the Chrome DevTools Protocol and wait for its answer."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        await asyncio.to_thread(os.write, self._commands, json.dumps(command).encode() + b"\0")
        while True:
            answer = json.loads((await in_time(self._reader.readuntil(b"\0"), 60))[:-1])
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                result: dict[str, Any] = answer["result"]
                return result

    async def go(self, address: str, width: int = 1280, height: int = 800) -> None:
        """Open an address in a window of that many CSS pixels; returns when it has loaded."""
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        await self.call("Page.navigate", url=address)
        await self.until(f"document.readyState === 'complete' && location.href !== 'about:blank' && {width} > 0")

    async def evaluate(self, script: str) -> Any:
        """Evaluate an expression in the page and give its value; a promise is waited for."""
        answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until an expression in the page is true."""
        async with asyncio.timeout(DEADLINE_S):
            while not await self.evaluate(f"Boolean({script})"):
                await asyncio.sleep(LOOK_AGAIN_S)

    async def read(self) -> Markup:
        """Read the page as it stands."""
        return Markup(await self.evaluate("document.documentElement.outerHTML"))

    async def picture(self, path: Path) -> None:
        """Write a PNG of the whole page, however long."""
        answer = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(answer["data"]))


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[OpenPage]:
    """Run a browser with a fresh profile in ``folder``; it has ended when the block is left."""
    assert BROWSER is not None
    command_end, commands = os.pipe()
    answers, answer_end = os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _WITH_PIPE,
        str(command_end),
        str(answer_end),
        BROWSER,
        *_QUIET,
        f"--user-data-dir={folder / 'profile'}",
        pass_fds=(command_end, answer_end),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(command_end)
    os.close(answer_end)
    reader = asyncio.StreamReader(limit=_LONGEST_ANSWER)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(answers, "rb")
    )
    try:
        yield OpenPage(reader, commands, itertools.count(1))
    finally:
        os.close(commands)  # the browser ends when its pipe does
        try:
            await in_time(process.wait())
        except TimeoutError:
            process.kill()
            await process.wait()
        transport.close()
