"""The last visits in numbers: when, what for, how many items; nothing in it is anybody's."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from kiosk.blackbox.visit_codec import LONGEST_LINE
from kiosk.blackbox.visits import FOLDER, recorded
from kiosk.session.staff_values import PastVisit
from kiosk.session.values import Service

_MOST_BYTES: Final = 4 << 20
"""Of one visit's file; more is no visit of a day's work."""
_MOST_FILES: Final = 100
"""So many files are looked into for ten visits: one that was cut short by a power cut tells none."""


def last_visits(state_folder: Path, number: int) -> tuple[PastVisit, ...]:
    """Give the last visits that are on record, newest first; what cannot be read is left out. Reads files."""
    files = islice(reversed(recorded(state_folder / FOLDER)), _MOST_FILES)
    return tuple(islice((visit for path in files for visit in _told(path)), number))


def _told(path: Path) -> list[PastVisit]:
    """Give the visits of a file, newest first: a card in the midst of a return ends one and begins another."""
    try:
        with path.open("rb") as file:
            lines = file.read(_MOST_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    objects = list(_objects(lines))
    try:
        began = datetime.fromisoformat(objects[0]["at"])
        visits = [_visit(began, told["outcome"]) for told in objects if "outcome" in told]
    except (IndexError, KeyError, TypeError, ValueError):
        return []
    return visits[::-1] if began.tzinfo is not None else []


def _objects(lines: list[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if len(line) <= LONGEST_LINE:
            with suppress(ValueError, RecursionError):
                told = json.loads(line)
                if isinstance(told, dict):
                    yield told


def _visit(began: datetime, outcome: dict[str, Any]) -> PastVisit:
    return PastVisit(
        began,
        Service(outcome["service"]),
        done=sum(int(outcome[key]) for key in ("lent", "renewed", "returned")),
        refused=sum(int(count) for _, count in outcome["refused"]),
        to_look_at=sum(int(outcome[key]) for key in ("unknown", "alarms_still_on", "alarms_still_off")),
    )
