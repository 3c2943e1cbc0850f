"""The table of everything that is fuzzed: a reader of what others wrote joins by a line in one of these modules."""

from collections.abc import Mapping
from typing import Final

from tests.fuzz import feeds, records, reports, tags, wires
from tests.fuzz.target import Target

TARGETS: Final[Mapping[str, Target]] = {
    target.name: target
    for target in (*tags.TARGETS, *wires.TARGETS, *records.TARGETS, *feeds.TARGETS, *reports.TARGETS)
}
