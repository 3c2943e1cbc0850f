"""Reads what the kiosk's recorder leaves: which screen was shown when, and where it can be touched."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOOK_AGAIN_S = 0.02


class NotShownError(Exception):
    """The awaited screen did not come in time."""

    def __init__(self, what: str, seconds: float, last: "Shown | None") -> None:
        seen = "nothing" if last is None else f"{last.page}: {' / '.join(last.texts)}"
        super().__init__(f"{what} was not shown within {seconds:.0f} s; the screen shows {seen}")


@dataclass(frozen=True, slots=True)
class Target:
    """A touchable rectangle in window pixels from the top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[int, int]:
        """Where a finger would touch it."""
        return round(self.x + self.width / 2), round(self.y + self.height / 2)


@dataclass(frozen=True, slots=True)
class Shown:
    """One screen as it was shown."""

    number: int
    page: str
    language: str
    targets: dict[str, Target]
    texts: tuple[str, ...]
    marks: dict[str, str]
    """Item number -> mark; a tag that is no item of ours stands there as ``tag UID``."""
    bins: dict[str, str]
    """Item number -> where the screen says that it is to be put; only those of which it says so."""
    busy: bool
    refused: bool
    """The card was refused."""
    shown_ns: int
    picture: Path


class Recording:
    """The folder that ``kiosk run --record`` fills."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shown: list[Shown] = []

    def shown(self) -> list[Shown]:
        """Give every screen so far, in order."""
        while (path := self._folder / f"{len(self._shown) + 1:04d}.json").exists():
            self._shown.append(_read(path, json.loads(path.read_text(encoding="utf-8"))))
        return self._shown

    def last(self) -> Shown | None:
        """Give the screen that is shown now."""
        shown = self.shown()
        return shown[-1] if shown else None

    def wait(self, what: str, fits: Callable[[Shown], bool], seconds: float = 30.0) -> Shown:
        """Wait until the screen that is shown now fits.

        Raises:
            NotShownError: it did not come in time; ``what`` names it for a person.

        """
        end = time.monotonic() + seconds
        while (last := self.last()) is None or not fits(last):
            if time.monotonic() > end:
                raise NotShownError(what, seconds, last)
            time.sleep(LOOK_AGAIN_S)
        return last


def _read(path: Path, raw: dict[str, Any]) -> Shown:
    return Shown(
        number=raw["number"],
        page=raw["page"],
        language=raw["language"],
        targets={
            target["name"]: Target(target["x"], target["y"], target["width"], target["height"])
            for target in raw["targets"]
        },
        texts=tuple(raw["texts"]),
        marks={row["key"].removeprefix("item "): row["mark"] for row in raw["rows"]},
        bins={row["key"].removeprefix("item "): row["where"] for row in raw["rows"] if row["where"]},
        busy=raw["busy"],
        refused=raw["refused"],
        shown_ns=raw["shown_monotonic_ns"],
        picture=next(iter(path.parent.glob(f"{path.stem}-*.png")), path.with_suffix(".png")),
    )
