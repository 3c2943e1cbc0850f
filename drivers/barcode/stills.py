"""Reads the label in a picture file, with everything that the camera's chain can do; loads its libraries when asked."""

from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol

from drivers.barcode.symbology import LabelRules, Symbology

_TARGET = "drivers.barcode.still_reader"


class StillError(Exception):
    """A file holds no picture that can be looked at; ``word`` says why: absent, unreadable, no_picture, too_large."""

    def __init__(self, file: Path, word: str) -> None:
        super().__init__(file, word)
        self.file = file
        self.word = word


@dataclass(frozen=True, slots=True)
class Still:
    """What was read in a picture; the first is the one that counts."""

    reads: tuple[tuple[Symbology, str], ...] = field(repr=False)
    milliseconds: float
    """The chain's time, without reading the file."""


class StillReader(Protocol):
    """Reads pictures by one set of rules."""

    def read(self, file: Path) -> Still:
        """Read a picture; raises `StillError`."""
        ...


def still_reader(rules: LabelRules) -> StillReader:
    """Give a reader; raises `ImportError` where the camera's libraries are not installed."""
    reader: StillReader = import_module(_TARGET).ChainStillReader(rules)
    return reader
