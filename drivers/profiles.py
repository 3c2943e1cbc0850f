"""Reads hardware profiles: the differences between models, as data in the package ``firmware_config``."""

import re
import tomllib
from importlib.resources import files
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from drivers.errors import ProfileError

_PACKAGE: Final = "firmware_config"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

ProfileT = TypeVar("ProfileT", bound="Profile")


class Profile(BaseModel):
    """A profile must say what its model knows and nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def load_profile(folder: str, name: str, model: type[ProfileT]) -> ProfileT:
    """Return the profile ``firmware_config/FOLDER/NAME.toml``; raises `ProfileError`, which names those that exist."""
    place = files(_PACKAGE) / folder
    known = sorted(entry.name.removesuffix(".toml") for entry in place.iterdir() if entry.name.endswith(".toml"))
    if not _NAME.fullmatch(name) or name not in known:
        raise ProfileError(f"{folder}/{name}", f"not there; known: {', '.join(known)}")
    try:
        return model.model_validate(tomllib.loads((place / f"{name}.toml").read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ProfileError(f"{folder}/{name}", str(error)) from error
