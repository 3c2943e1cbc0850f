"""How a camera is set up and which labels it is to read: a profile, and what a URL says instead."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import Field

from drivers.barcode.label_rules import LabelRuleError, label_rules
from drivers.barcode.symbology import LabelRules
from drivers.device_url import DeviceUrl
from drivers.errors import DeviceUrlError
from drivers.profiles import Profile, load_profile

FOLDER: Final = "cameras"
DEFAULT_PROFILE: Final = "usb"
OPTIONS: Final = (
    "profile",
    "width",
    "height",
    "fps",
    "symbologies",
    "length",
    "check_digit",
    "keep_start_stop",
    "once",
)
_LARGEST: Final = 4096
_FASTEST: Final = 60


class CameraProfile(Profile):
    """What is asked of a model of camera, and what is read with it unless the URL says otherwise."""

    name: str
    width: int = Field(default=1280, ge=160, le=_LARGEST)
    height: int = Field(default=720, ge=120, le=_LARGEST)
    fps: int = Field(default=15, ge=1, le=_FASTEST)
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


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """A profile, its URL's wishes, and the rules that follow."""

    profile: CameraProfile
    rules: LabelRules
    recording: Path | None = None
    once: bool = False
    """Whether recorded pictures end like a camera that is unplugged, and do not begin again."""


def camera_settings(parts: DeviceUrl, default_profile: str = DEFAULT_PROFILE) -> CameraSettings:
    """Read profile and options; raises `DeviceUrlError`, `ProfileError`."""
    profile = load_profile(FOLDER, parts.text("profile", default_profile), CameraProfile)
    wishes: dict[str, object] = {
        "width": parts.number("width", profile.width, range(160, _LARGEST + 1)),
        "height": parts.number("height", profile.height, range(120, _LARGEST + 1)),
        "fps": parts.number("fps", profile.fps, range(1, _FASTEST + 1)),
        "symbologies": parts.text("symbologies", profile.symbologies),
        "length": parts.text("length", profile.length),
        "check_digit": parts.text("check_digit", profile.check_digit),
        "keep_start_stop": _yes(parts, "keep_start_stop", default=profile.keep_start_stop),
    }
    profile = profile.model_copy(update=wishes)
    try:
        rules = label_rules(
            profile.symbologies, profile.length, profile.check_digit, keep_start_stop=profile.keep_start_stop
        )
    except LabelRuleError as error:
        raise DeviceUrlError(parts.url, error.part, error.known) from error
    return CameraSettings(profile, rules, parts.recording, _yes(parts, "once", default=False))


def _yes(parts: DeviceUrl, name: str, *, default: bool) -> bool:
    return parts.choice(name, "1" if default else "0", ("0", "1")) == "1"
