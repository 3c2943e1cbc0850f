"""Writes what was shown, for tests, the demo and its pictures; never used in service, for it shows what patrons see."""

import asyncio
import json
import struct
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

_CLOSE_S = 10.0


@dataclass(frozen=True, slots=True)
class Target:
    """A touchable rectangle in window pixels; x and y are its corner nearest to the window's top left."""

    name: str
    x: float
    y: float
    width: float
    height: float
    words: str
    """What stands on it."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as OpenGL gives it: rows from the bottom up, four bytes a pixel, the fourth without meaning."""

    width: int
    height: int
    rgba: bytes

    def png(self) -> bytes:
        """Give the picture as a PNG file, without its fourth bytes."""
        rgb = bytearray(3 * self.width * self.height)
        for part in range(3):
            rgb[part::3] = self.rgba[part::4]
        row = 3 * self.width
        rows = (b"\x00" + rgb[low : low + row] for low in range(len(rgb) - row, -1, -row))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        return (
            b"\x89PNG\r\n\x1a\n"
            + _chunk(b"IHDR", header)
            + _chunk(b"IDAT", zlib.compress(b"".join(rows), 1))
            + _chunk(b"IEND", b"")
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen as it was shown."""

    page: str
    """The page's name, or ``still_there`` while the warning lies over it."""
    language: str
    targets: tuple[Target, ...]
    texts: tuple[str, ...]
    """Every text as it was drawn, in the order of the layout."""
    rows: tuple[tuple[str, str, str], ...]
    """Key and mark of each row, and where its item is to be put."""
    busy: bool
    refused: bool
    """The card was refused."""
    shown_monotonic_ns: int
    """``time.monotonic_ns()`` right after the first frame with it was flipped."""
    touchable_monotonic_ns: int
    """From when on its buttons count."""
    pixels: Callable[[], Pixels]
    """Takes the picture; to be called by Kivy's thread, before something else is shown."""


class Recorder:
    """Numbers the screens from 1 and writes NNNN-page.png, then NNNN.json as a whole, in a thread of its own.

    The JSON file of a screen appears only when its buttons count, so whoever waits for it may touch at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recorder")
        folder.mkdir(parents=True, exist_ok=True)

    def note(self, shown: Shown) -> None:
        """Take a screen; returns at once."""
        self._number += 1
        self._thread.submit(self._write, self._number, shown, shown.pixels())

    async def close(self) -> None:
        """Wait until all is written, for a while."""
        async with asyncio.timeout(_CLOSE_S):
            await asyncio.to_thread(self._thread.shutdown)

    def _write(self, number: int, shown: Shown, pixels: Pixels) -> None:
        (self._folder / f"{number:04d}-{shown.page}.png").write_bytes(pixels.png())
        words = {
            "number": number,
            "page": shown.page,
            "language": shown.language,
            "targets": [asdict(target) for target in shown.targets],
            "texts": list(shown.texts),
            "rows": [{"key": key, "mark": mark, "where": where} for key, mark, where in shown.rows],
            "busy": shown.busy,
            "refused": shown.refused,
            "shown_monotonic_ns": shown.shown_monotonic_ns,
        }
        early_s = (shown.touchable_monotonic_ns - time.monotonic_ns()) / 1e9
        if early_s > 0:
            time.sleep(early_s)
        partial = self._folder / f".{number:04d}.json"
        partial.write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
        partial.replace(self._folder / f"{number:04d}.json")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
