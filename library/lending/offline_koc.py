"""Koha's offline circulation format (``.koc``): read, written, and the files of several kiosks merged into one; pure.

A line of tab-separated ``key=value`` pairs, then an event a line: ``YYYY-MM-DD HH:MM:SS mmm``, the command, its words.
Koha carries events out in the order of the lines, so the order of a merged file is the order in which things happened.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

VERSION: Final = "1.0"
LONGEST_FILE: Final = 64 * 1024 * 1024
"""Bytes; a million events."""
_WHEN: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})\s+([0-9]{1,3})")
_CLOCK: Final = "%Y-%m-%d %H:%M:%S"
_WORD: Final = re.compile(r"[^\t\r\n\0]+")


class KocCommand(StrEnum):
    """What happened."""

    ISSUE = "issue"
    RETURN = "return"
    PAYMENT = "payment"


_WORDS: Final = {KocCommand.ISSUE: 2, KocCommand.RETURN: 1, KocCommand.PAYMENT: 2}


@dataclass(frozen=True, slots=True)
class KocEvent:
    """One event: card and item of an issue, the item of a return, card and amount of a payment."""

    at: datetime
    """The library's wall clock, without a zone, to the millisecond."""
    command: KocCommand
    words: tuple[str, ...] = field(repr=False)


class KocError(ValueError):
    """A line is none of this format; ``line`` counts from 1, ``words`` never hold what stands there."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(f"line {line}: {words}")
        self.line = line
        self.words = words


@dataclass(frozen=True, slots=True)
class Merged:
    """All events of several files in the order in which they happened."""

    events: tuple[KocEvent, ...]
    repeated: int
    """Events that stood in several files and are here once."""


def write_koc(events: Sequence[KocEvent], generator: str, version: str) -> str:
    """Write a file; raise ``ValueError`` for a word that would break a line."""
    lines = [f"Version={VERSION}\tGenerator={_sound(generator)}\tGeneratorVersion={_sound(version)}"]
    for event in events:
        if len(event.words) != _WORDS[event.command]:
            raise ValueError("words")
        milliseconds = event.at.microsecond // 1000
        when = f"{event.at:%Y-%m-%d %H:%M:%S} {milliseconds:03d}"
        lines.append("\t".join([when, event.command.value, *map(_sound, event.words)]))
    return "".join(f"{line}\n" for line in lines)


def read_koc(text: str) -> tuple[KocEvent, ...]:
    """Read a file in the order of its lines; raise :class:`KocError` for the first line that is none of the format."""
    lines = text.removeprefix("\ufeff").replace("\r", "").split("\n")
    header = dict(pair.partition("=")[::2] for pair in lines[0].split("\t"))
    if header.get("Version") != VERSION:
        raise KocError(1, f"is no head of a file of version {VERSION}")
    return tuple(_event(number, line) for number, line in enumerate(lines[1:], start=2) if line.strip())


def merge(files: Sequence[Sequence[KocEvent]]) -> Merged:
    """Bring the events of several kiosks into one order; one that several files hold is taken once.

    Whole seconds count: what stands behind them is a place in a kiosk's own order as often as milliseconds. In the same
    second a kiosk that begins with a return comes before one that does not; the order within a file stays.
    """
    seen: set[KocEvent] = set()
    moments: dict[datetime, list[list[KocEvent]]] = defaultdict(list)
    repeated = 0
    for events in sorted(files, key=len, reverse=True):  # of two exports of one kiosk the whole one keeps its order
        fresh = [event for event in events if event not in seen]
        repeated += len(events) - len(fresh)
        seen.update(events)
        at_moment: dict[datetime, list[KocEvent]] = defaultdict(list)
        for event in fresh:
            at_moment[event.at.replace(microsecond=0)].append(event)
        for at, its_events in at_moment.items():
            moments[at].append(its_events)
    ordered = (
        event
        for at in sorted(moments)
        for its_events in sorted(moments[at], key=lambda found: found[0].command is not KocCommand.RETURN)
        for event in its_events
    )
    return Merged(tuple(ordered), repeated)


def _event(number: int, line: str) -> KocEvent:
    when, _, rest = line.partition("\t")
    found = _WHEN.fullmatch(when.strip())
    command, *words = rest.split("\t")
    if found is None:
        raise KocError(number, "does not begin with a time")
    try:
        at = datetime.strptime(found[1], _CLOCK)  # noqa: DTZ007 - the format knows no zone
    except ValueError:
        raise KocError(number, "does not begin with a time") from None
    if command not in set(KocCommand):
        raise KocError(number, "is neither an issue nor a return nor a payment")
    kind = KocCommand(command)
    if len(words) != _WORDS[kind] or not all(_WORD.fullmatch(word) and word.strip() for word in words):
        raise KocError(number, f"has not the {_WORDS[kind]} words of a {kind.value}")
    return KocEvent(at + timedelta(milliseconds=int(found[2])), kind, tuple(word.strip() for word in words))


def _sound(word: str) -> str:
    if not _WORD.fullmatch(word) or word != word.strip():
        raise ValueError("word")
    return word
