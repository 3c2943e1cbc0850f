"""Copies out of a line of accession numbers: ``Phòng Mượn: VNM 038637-038641 ; Phòng Đọc: VND 000012``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from library.catalogue.record import Holding
from library.catalogue.tidying.lines import line

MOST_COPIES: Final = 500
"""Copies of one record: a longer range is a slip of the pen, and no title of a library has more."""
_LONGEST: Final = 10_000
_LONGEST_NUMBER: Final = 64
_ROOM: Final = re.compile(r"\s*\*?\s*(?P<room>[^:;()]{2,60}?)\s*(?:\([^()]{0,20}\)\s*:?|:)(?![0-9])")
_NUMBER: Final = re.compile(r"(?P<set>[0-9]{3,10}:)?(?P<first>[0-9]{3,12})")
_TO: Final = re.compile(r"\s*(?:->|[-\u2013\u2014])\s*(?=[0-9])")
_PREFIX: Final = re.compile(
    r"(?P<prefix>(?:[0-9A-ZĐ]{1,12}/)*(?:[0-9]?[A-ZĐ][A-ZĐ0-9]{0,9}))[ .]+(?=[0-9]{3})|(?P<between>[\s,.]+)"
)


@dataclass(slots=True)
class Copies:
    """What a line of accession numbers says."""

    holdings: list[Holding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def copies(text: str, item_type: str = "book") -> Copies:
    """Return a holding for each number, ranges written out, with the room's words as its place.

    The last number of a range has as many digits as the first (``001976-001977400/A`` goes on with ``400/A``) or fewer
    (``038637-41``). What cannot be read, runs backwards or is longer than :data:`MOST_COPIES` is told in `notes`.
    """
    told = Copies()
    seen = line(text[:_LONGEST])
    if len(text) > _LONGEST:
        told.notes.append("the line of copies is too long; its end was left out")
    for part in seen.split(";"):
        room = _ROOM.match(part)
        place = room["room"].strip(" .,*") if room else ""
        rest = part[room.end() :] if room else part
        for item_id in _numbers(rest, told.notes):
            if len(told.holdings) == MOST_COPIES:
                told.notes.append(f"more than {MOST_COPIES} copies; the rest was left out")
                return told
            if len(item_id) <= _LONGEST_NUMBER:
                told.holdings.append(Holding(item_id=item_id, place=place, item_type=item_type))
    return told


def _numbers(text: str, notes: list[str]) -> Iterator[str]:
    at, prefix = 0, ""
    while at < len(text):
        number = _NUMBER.match(text, at)
        if number and not _PREFIX.match(text, at):
            found, at = _range(text, number, notes)
            yield from (f"{prefix}.{one}" if prefix else one for one in found)
            continue
        step = _PREFIX.match(text, at)
        if not step:
            if text[at:].strip():
                notes.append("a part of the line of copies cannot be read")
            return
        prefix = step["prefix"] or prefix
        at = step.end()


def _range(text: str, number: re.Match[str], notes: list[str]) -> tuple[list[str], int]:
    """Give the numbers of one range, or the one number, and where the line goes on."""
    group, first = number["set"] or "", number["first"]
    step = _TO.match(text, number.end())
    if not step:
        return [group + first], number.end()
    digits = re.compile(rf"[0-9]{{1,{len(first)}}}").match(text, step.end())
    if digits is None:
        return [group + first], number.end()
    last = first[: len(first) - len(digits[0])] + digits[0]
    count = int(last) - int(first) + 1
    if not 0 < count <= MOST_COPIES:
        notes.append("a range of copies runs backwards or is too long; its ends were kept")
        return [group + first, group + last], digits.end()
    return [f"{group}{one:0{len(first)}d}" for one in range(int(first), int(last) + 1)], digits.end()
