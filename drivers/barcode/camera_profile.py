"""How a model of camera is set up, and which labels are read with it; the models are in ``firmware_config/cameras``."""

from typing import Final

from pydantic import Field

from drivers.profiles import Profile

FOLDER: Final = "cameras"
DEFAULT_PROFILE: Final = "usb"
LARGEST: Final = 4096
FASTEST: Final = 60


class CameraProfile(Profile):
    """What is asked of a model of camera, and what is read with it unless the URL says otherwise."""

    name: str
    width: int = Field(default=1280, ge=160, le=LARGEST)
    height: int = Field(default=720, ge=120, le=LARGEST)
    fps: int = Field(default=15, ge=1, le=FASTEST)
    """Frames a second that are asked for; a slow computer looks at fewer and drops the rest."""
    pixels: str = Field(default="MJPG", pattern=r"^[A-Z0-9]{4}$")
    """The four letters of the pixel format."""
    autofocus: bool = False
    """Off for a camera at a fixed distance: hunting for focus costs seconds."""
    focus: int | None = Field(default=None, ge=0, le=1023)
    exposure: int | None = Field(default=None, ge=-13, le=10_000)
    symbologies: str = "codabar,code39,code128,ean13,qrcode"
    """ITF is not among them: where no library uses it, it is only found where there is none."""
    length: str = ""
    check_digit: str = ""
    keep_start_stop: bool = False
    frozen_s: float = Field(default=5.0, ge=1.0, le=60.0)
    """Seconds after which a picture that never changes in one pixel is no picture any more."""
