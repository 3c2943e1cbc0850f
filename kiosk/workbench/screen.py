"""What the kiosk shows now, as its recorder left it."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError


class ScreenTarget(BaseModel):
    """A rectangle that can be touched, in window pixels from the top left."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    x: float
    y: float
    width: float
    height: float
    words: str
    """What stands on it, in the screen's language."""

    @property
    def middle(self) -> tuple[int, int]:
        """Where a finger would touch it."""
        return round(self.x + self.width / 2), round(self.y + self.height / 2)


class _Sheet(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    language: str
    texts: tuple[str, ...] = ()
    targets: tuple[ScreenTarget, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownScreen:
    """One screen of the kiosk."""

    number: int
    language: str
    texts: tuple[str, ...]
    """All that can be read on it, from top to bottom."""
    targets: tuple[ScreenTarget, ...]
    picture: Path

    def target(self, name: str) -> ScreenTarget | None:
        """Find a target by its name."""
        return next((target for target in self.targets if target.name == name), None)


def last_screen(folder: Path) -> ShownScreen | None:
    """Give the newest screen that is whole; ``None`` when there is none yet. Blocks shortly."""
    for sheet in sorted(folder.glob("[0-9]*.json"), reverse=True):
        screen = _read(sheet)
        if screen is not None:
            return screen
    return None


def picture_of(folder: Path, number: int) -> Path | None:
    """Find the picture of a screen by its number."""
    return next(iter(folder.glob(f"{number:04d}-*.png")), None)


def _read(sheet: Path) -> ShownScreen | None:
    try:
        read = _Sheet.model_validate_json(sheet.read_bytes())
    except (OSError, ValidationError):
        return None
    picture = picture_of(sheet.parent, read.number)
    return None if picture is None else ShownScreen(read.number, read.language, read.texts, read.targets, picture)
