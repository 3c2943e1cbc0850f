"""What the demo tells the workbench: where the emulators listen, and which cards and books there are."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kiosk.errors import KioskError


class WorkbenchFileError(KioskError):
    """A file of the workbench cannot be used; ``problem`` says why, for the person who started the demo."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class WorkbenchConfig(_Model):
    """The workbench's one file."""

    devices: Mapping[str, Path]
    """Role (``pad``, ``scanner``, ``printer``, and ``screen`` where touches are possible) -> control socket."""
    stock: Path
    """The demo's cards and books."""
    screens: Path | None = None
    """Where ``kiosk run --record`` leaves what it shows."""
    secured_afi: Annotated[int, Field(ge=0, le=0xFF)] = 0x07
    on_loan_afi: Annotated[int, Field(ge=0, le=0xFF)] = 0xC2


class DemoCard(_Model):
    """A card that is there to show something."""

    card: str = Field(repr=False)
    category: str = ""
    shows: str = ""


class DemoTag(_Model):
    """A tag in the words of the emulators' control protocol (``lay``)."""

    uid: str
    memory: str
    afi: int
    dsfid: int
    eas: bool = False


class DemoBook(_Model):
    """A book that can be laid on the pad."""

    item_id: str
    title: str = Field(repr=False)
    shows: str = ""
    tag: DemoTag


class DemoStock(_Model):
    """Cards and books of the demo; none of them exists."""

    cards: Mapping[str, DemoCard]
    books: tuple[DemoBook, ...]
    odd_books: Mapping[str, DemoBook] = Field(default_factory=dict)

    @property
    def all_books(self) -> tuple[DemoBook, ...]:
        """Give the odd ones first: they are what one looks for."""
        return (*self.odd_books.values(), *self.books)


def load_config(path: Path) -> WorkbenchConfig:
    """Read the workbench's file; raises `WorkbenchFileError`."""
    try:
        return WorkbenchConfig.model_validate(_json(path))
    except ValueError as error:
        raise WorkbenchFileError(path, _first_line(error)) from error


def load_stock(path: Path) -> DemoStock:
    """Read the demo's cards and books; raises `WorkbenchFileError`."""
    try:
        return DemoStock.model_validate(_json(path))
    except ValueError as error:
        raise WorkbenchFileError(path, _first_line(error)) from error


def _json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkbenchFileError(path, type(error).__name__) from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
