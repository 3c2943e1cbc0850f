"""What is asked of one camera: its profile, what its URL says instead, and the rules for labels that follow."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drivers.barcode.camera_profile import DEFAULT_PROFILE, FASTEST, FOLDER, LARGEST, CameraProfile
from drivers.barcode.label_rules import LabelRuleError, label_rules
from drivers.barcode.symbology import LabelRules
from drivers.device_url import DeviceUrl
from drivers.errors import DeviceUrlError
from drivers.profiles import load_profile

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
        "width": parts.number("width", profile.width, range(160, LARGEST + 1)),
        "height": parts.number("height", profile.height, range(120, LARGEST + 1)),
        "fps": parts.number("fps", profile.fps, range(1, FASTEST + 1)),
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
