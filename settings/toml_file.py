"""One TOML file into pydantic models: checked whole, every fault named, an unknown key with the nearest valid one."""

import difflib
import ipaddress
import tomllib
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from settings.errors import FaultyFileError

LONGEST: Final = 1024 * 1024
"""Bytes: a hundred times the longest configuration; what is longer is some other file, or has no end."""


class Section(BaseModel):
    """A file or a table in it: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


SectionT = TypeVar("SectionT", bound=BaseModel)


def read_toml(path: Path, model: type[SectionT]) -> SectionT:
    """Read and check a file; relative paths in it are meant from its own folder.

    Raises:
        FaultyFileError: the file is absent, not TOML, or wrong in at least one key; all faults are named at once.

    """
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise FaultyFileError(path, ("is too long to be a configuration",))
        raw = tomllib.loads(data.decode())
    except (OSError, UnicodeDecodeError) as error:
        raise FaultyFileError(path, (f"cannot be read ({type(error).__name__})",)) from error
    except tomllib.TOMLDecodeError as error:
        raise FaultyFileError(path, (f"is not TOML: {error}",)) from error
    try:
        section = model.model_validate(raw)
    except ValidationError as error:
        faults = error.errors(include_input=False)  # a value may be a secret in the wrong place
        raise FaultyFileError(path, tuple(_in_words(fault, model) for fault in faults)) from error
    return _from_folder(section, path.resolve().parent)


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_words(fault: Any, model: type[BaseModel]) -> str:
    keys = [str(part) for part in fault["loc"]]
    name = ".".join(keys)
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(keys[-1], _keys_at(model, keys[:-1]), n=1, cutoff=0)
        return f"{name}: unknown key; the nearest valid key is {near[0]!r}" if near else f"{name}: unknown key"
    words = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name}: {words}" if name else words


def _keys_at(model: type[BaseModel], keys: list[str]) -> list[str]:
    for key in keys:
        if key in model.model_fields:
            model = _model_in(model.model_fields[key].annotation) or model
    return sorted(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Find the table's model in an annotation such as ``Section``, ``Section | None`` or ``tuple[Section, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)


def _from_folder(section: SectionT, folder: Path) -> SectionT:
    changed: dict[str, Any] = {}
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, Path):
            changed[name] = folder / value
        elif isinstance(value, BaseModel):
            changed[name] = _from_folder(value, folder)
    return section.model_copy(update=changed)
