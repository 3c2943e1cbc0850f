"""A visit as lines of JSON: how it began, each event with what came of it; written, and read with care."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_args

from pydantic import TypeAdapter, ValidationError

from kiosk.errors import KioskError
from kiosk.session.effects import Effect, ReportVisit
from kiosk.session.events import Event
from kiosk.session.state import Idle, State

VERSION: Final = 1
LONGEST_LINE: Final = 1 << 20
"""Characters; an account with every loan that a library system lists is far shorter."""
MOST_LINES: Final = 100_000
"""A visit has some hundred; more is no visit."""
_EVENTS: Final = {kind.__name__: kind for kind in get_args(Event)}
_KINDS: Final = {**_EVENTS, "Idle": Idle, "ReportVisit": ReportVisit}


class VisitUnreadableError(KioskError):
    """A file is no visit that this version can read."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a visit and what came of it then."""

    event: Event
    state: str
    """The kind of the state that followed."""
    effects: tuple[str, ...]
    """The kinds of the effects that were ordered."""


@dataclass(frozen=True, slots=True)
class RecordedVisit:
    """A visit, from the moment before somebody came."""

    began: Idle
    kiosk_version: str
    began_at: str
    """ISO 8601, local."""
    happened: tuple[Happened, ...]


def first_line(began: Idle, kiosk_version: str, began_at: str) -> str:
    """Write the beginning; ``began`` is masked already."""
    data = _adapter("Idle").dump_python(began, mode="json")
    return _written({"visit": VERSION, "kiosk": kiosk_version, "at": began_at, "began": data})


def line(event: Event, after: State, effects: Sequence[Effect]) -> str:
    """Write one event, masked already, with the kinds of what came of it; an outcome whole, for it is numbers alone."""
    kind = type(event).__name__
    told: dict[str, Any] = {
        "event": kind,
        "data": _adapter(kind).dump_python(event, mode="json"),
        "state": type(after).__name__,
    }
    if effects:
        told["effects"] = [type(effect).__name__ for effect in effects]
    outcomes = [effect for effect in effects if isinstance(effect, ReportVisit)]
    if outcomes:
        told["outcome"] = _adapter("ReportVisit").dump_python(outcomes[0], mode="json")["outcome"]
    return _written(told)


def said(event: Event) -> str:
    """Give an event in one line for a person to read; for masked ones alone, for nothing is hidden."""
    kind = type(event).__name__
    return f"{kind} {_written(_adapter(kind).dump_python(event, mode='json', exclude_defaults=True))}"


def read(lines: Iterable[str]) -> RecordedVisit:
    """Read a visit; a last line that was cut (the power went) is left out.

    Raises:
        VisitUnreadableError: any other line is no line of a visit, or of a version to come.

    """
    numbered = _objects(lines)
    number, head = next(numbered, (1, {}))
    if head.get("visit") != VERSION:
        raise VisitUnreadableError(number, "no visit, or one of another version")
    began = _validated("Idle", head.get("began"), number)
    happened = tuple(_happened(told, number) for number, told in numbered)
    return RecordedVisit(began, str(head.get("kiosk", "")), str(head.get("at", "")), happened)


def _happened(told: dict[str, Any], number: int) -> Happened:
    kind = str(told.get("event"))
    if kind not in _EVENTS:
        raise VisitUnreadableError(number, "an event that this version does not know")
    effects = told.get("effects", [])
    if not isinstance(effects, list):
        raise VisitUnreadableError(number, "effects are no list")
    return Happened(_validated(kind, told.get("data"), number), str(told.get("state", "")), tuple(map(str, effects)))


def _objects(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each line's object; what cannot be read is an error unless nothing follows it."""
    broken: VisitUnreadableError | None = None
    for number, text in enumerate(lines, start=1):
        if broken is not None:
            raise broken
        if number > MOST_LINES:
            raise VisitUnreadableError(number, "too many lines")
        told = _object(text)
        if told is None:
            broken = VisitUnreadableError(number, "no line of a visit")
        else:
            yield number, told


def _object(text: str) -> dict[str, Any] | None:
    if len(text) > LONGEST_LINE:
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _validated(kind: str, data: object, number: int) -> Any:
    try:
        return _adapter(kind).validate_python(data, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise VisitUnreadableError(number, f"{place or kind}: {first['type']}") from None
    except RecursionError:
        raise VisitUnreadableError(number, "nested too deeply") from None


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[name])


def _written(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
