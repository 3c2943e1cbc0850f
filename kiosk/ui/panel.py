"""The panels that a kiosk may have: their size in pixels and millimetres, as data in firmware_config/panels."""

import math
import tomllib
from importlib.resources import files
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.ui.errors import PanelProfileError, UnknownPanelError

_MM_PER_INCH = 25.4
_PPI_TOLERANCE = 0.02  # makers round the diagonal to a tenth of an inch


class Panel(BaseModel):
    """One panel's profile; ``width`` and ``height`` are the panel's own pixels, before any rotation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    width: int = Field(ge=480, le=7680)
    height: int = Field(ge=480, le=7680)
    ppi: float = Field(ge=50, le=600)
    diagonal_inches: float = Field(ge=5, le=60)
    rotation: Literal[0, 90, 180, 270]
    """How far the picture is turned counter-clockwise, in degrees."""

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height in pixels as the patron sees them, after rotation."""
        return (self.height, self.width) if self.rotation in {90, 270} else (self.width, self.height)

    @property
    def pixels_per_mm(self) -> float:
        """How many pixels are one millimetre of glass."""
        return self.ppi / _MM_PER_INCH

    @model_validator(mode="after")
    def _numbers_agree(self) -> Self:
        expected = math.hypot(self.width, self.height) / self.diagonal_inches
        if abs(self.ppi - expected) > expected * _PPI_TOLERANCE:
            raise ValueError(f"ppi is {self.ppi}, but pixels and diagonal give {expected:.1f}")
        return self


def panel_names() -> tuple[str, ...]:
    """Give the names of all profiles, sorted."""
    folder = files("firmware_config").joinpath("panels")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_panel(name: str) -> Panel:
    """Read one profile.

    Raises:
        UnknownPanelError: there is no such profile.
        PanelProfileError: the profile is not TOML or wrong in at least one key.

    """
    known = panel_names()
    if name not in known:
        raise UnknownPanelError(name, known)
    text = files("firmware_config").joinpath("panels", f"{name}.toml").read_text(encoding="utf-8")
    return read_panel(name, text)


def read_panel(name: str, text: str) -> Panel:
    """Check the text of a profile.

    Raises:
        PanelProfileError: it is not TOML or wrong in at least one key.

    """
    try:
        return Panel.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PanelProfileError(name, (f"is not TOML: {error}",)) from error
    except ValidationError as error:
        problems = tuple(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise PanelProfileError(name, problems) from error


def on_panel(
    corner: tuple[float, float], size: tuple[float, float], window_size: tuple[float, float], turn: int
) -> tuple[float, float, float, float]:
    """Turn a rectangle as Kivy sees it into one of the panel's own pixels: left, top, width and height.

    Kivy counts from the lower left corner of a picture of `window_size`, which lies on the panel turned
    counter-clockwise by `turn` degrees; the panel counts from its own top left.
    """
    (x, y), (width, height), (wide, high) = corner, size, window_size
    match turn:
        case 90:
            return (high - y - height, wide - x - width, height, width)
        case 180:
            return (wide - x - width, y, width, height)
        case 270:
            return (y, x, height, width)
        case _:
            return (x, high - y - height, width, height)
