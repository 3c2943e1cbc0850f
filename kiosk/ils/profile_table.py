"""A profile as a table of a TOML file: what of a known system is different here; every fault is named."""

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from kiosk.errors import KioskError
from kiosk.ils.profiles import PROFILES, Listed, Profile, Replay
from sip2.agreement import Agreement, Encoding, Terminator
from sip2.fields import PatronFlag

_Reader = Callable[[object], Any]
_WordT = TypeVar("_WordT", bound=StrEnum)


class ProfileError(KioskError):
    """A table that is no profile."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
        """Each fault with its key, in words for whoever wrote the table."""


def adapted(name: str, table: Mapping[str, object]) -> Profile:
    """Give the profile of that name with what the table says of it.

    Raises:
        ProfileError: there is no such profile, a key is unknown, or a value cannot be.

    """
    if name not in PROFILES:
        raise ProfileError((f"profile: there is no {name!r}; there are {', '.join(PROFILES)}",))
    base = PROFILES[name]
    problems: list[str] = []
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _READERS:
            near = difflib.get_close_matches(key, _READERS, n=1, cutoff=0)
            problems.append(f"{key}: unknown key; the nearest valid key is {near[0]!r}")
            continue
        try:
            values[key] = _READERS[key](value)
        except ValueError as error:
            problems.append(f"{key}: {error}")
    if problems:
        raise ProfileError(tuple(problems))
    wire = {key: values.pop(key) for key in tuple(values) if key in _AGREEMENT}
    return replace(base, agreement=replace(base.agreement, **wire), **values)


def differences(profile: Profile, name: str) -> dict[str, object]:
    """Give the table that makes the profile out of the one of that name; ``adapted`` reads it again."""
    base = PROFILES[name]
    told = {each.name: getattr(profile.agreement, each.name) for each in fields(Agreement)}
    known = {each.name: getattr(base.agreement, each.name) for each in fields(Agreement)}
    for each in fields(Profile):
        if each.name != "agreement":
            told[each.name], known[each.name] = getattr(profile, each.name), getattr(base, each.name)
    return {key: _plain(value) for key, value in told.items() if value != known[key] and value is not None}


def to_toml(table: Mapping[str, object]) -> str:
    """Write the table's lines."""
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in table.items())


def _plain(value: object) -> object:
    if isinstance(value, Terminator):
        return next(word for word, terminator in _TERMINATORS.items() if terminator is value)
    if isinstance(value, frozenset):
        return sorted(flag.name.lower() for flag in value)
    return value


def _yes_or_no(value: object) -> bool:
    if value is not True and value is not False:
        raise ValueError("must be true or false")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST_S:
        raise ValueError(f"must be seconds, 0 to {_LONGEST_S}")
    return float(value)


def _number(lowest: int, highest: int) -> _Reader:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError(f"must be a whole number, {lowest} to {highest}")
        return value

    return read


def _word(kind: type[_WordT]) -> _Reader:
    def read(value: object) -> _WordT:
        words = [word.value for word in kind]
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return kind(str(value))

    return read


def _letters(length: int) -> _Reader:
    def read(value: object) -> str:
        if not isinstance(value, str) or not (value == "" or (value.isascii() and len(value) == length)):
            raise ValueError(f"must be {length} ASCII signs")
        return value

    return read


def _terminator(value: object) -> Terminator:
    if not isinstance(value, str) or value not in _TERMINATORS:
        raise ValueError(f"must be one of {', '.join(_TERMINATORS)}")
    return _TERMINATORS[value]


def _delimiter(value: object) -> str:
    try:
        return Agreement(delimiter=value).delimiter  # type: ignore[arg-type] # whatever it is, it is checked there
    except (ValueError, TypeError):
        raise ValueError("must be one sign that is neither a letter nor a digit") from None


def _flags(value: object) -> frozenset[PatronFlag]:
    names = {flag.name.lower(): flag for flag in PatronFlag}
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each in names for each in value):
        raise ValueError(f"must be a list of {', '.join(names)}")
    return frozenset(names[each] for each in value)


_LONGEST_S: Final = 60
_TERMINATORS: Final = {"cr": Terminator.CR, "crlf": Terminator.CR_LF, "lf": Terminator.LF}
_AGREEMENT: Final[Mapping[str, _Reader]] = {
    "encoding": _word(Encoding),
    "terminator": _terminator,
    "error_detection": _yes_or_no,
    "delimiter": _delimiter,
    "retries": _number(0, 9),
    "field_limit": _number(20, 65_536),
}
_READERS: Final[Mapping[str, _Reader]] = {
    **_AGREEMENT,
    **{each.name: _yes_or_no for each in fields(Profile) if each.type in {bool, bool | None}},
    "login_s": _seconds,
    "language": _letters(3),
    "english": _letters(3),
    "stop_flags": _flags,
    "currency": _letters(3),
    "lists": _word(Listed),
    "list_page": _number(0, 500),
    "list_extra": _number(0, 9),
    "replay": _word(Replay),
    "sends": _number(1, 9),
}
