"""A library system's catalogue as a kiosk's copy sees it: a door that gives parts, and lies when told to."""

from dataclasses import dataclass, field

from kiosk.replica.door import LedAstrayError
from library.api.catalogue_stream import Heading, write_part
from library.api.cover_stream import CoversHeading, Pictures, write_covers
from library.catalogue.record import CatalogueEntry, Holding
from tests.support.catalogue_index import entry

HERE, SCHOOL = "VN-QN", "VN-QN-TH1"
NAMES = {HERE: "Thư viện xã Quảng Nghiệp", SCHOOL: "Trường Tiểu học 1"}


def book(key: int, title: str, *places: str, available: bool = True) -> CatalogueEntry:
    """Give a record with a copy at each place."""
    return entry(
        key,
        title,
        "Tô Hoài",
        holdings=tuple(
            Holding(item_id=f"{key}-{number}", place=place, call_number=f"8{key}", available=available)
            for number, place in enumerate(places)
        ),
    )


@dataclass
class Shelves:
    """A ``door.Door`` over records in memory."""

    at_once: int = 2
    feed: str = "first"
    place: str = HERE
    records: dict[int, CatalogueEntry] = field(default_factory=dict)
    changed: dict[int, int] = field(default_factory=dict)
    cursor: int = 0
    asked: list[str] = field(default_factory=list)
    covers_told: list[tuple[int, Pictures | None]] = field(default_factory=list)
    covers_at_once: int = 2
    faults: list[BaseException | bytes] = field(default_factory=list)
    """Each is raised, or given in place of a part, once; ``None`` lets one go by."""

    def put(self, *books: CatalogueEntry) -> None:
        """Add records, or give them as they stand now."""
        for each in books:
            self.records[each.key] = each
            self._note(each.key)

    def take_away(self, key: int) -> None:
        """Take a record away."""
        del self.records[key]
        self._note(key)

    def _note(self, key: int) -> None:
        self.cursor += 1
        self.changed[key] = self.cursor

    def changes(self, position: str) -> bytes | None:
        """Give what changed after a position; waits for nothing."""
        self.asked.append(position)
        feed, _, cursor = position.partition(":")
        if feed != self.feed or int(cursor) > self.cursor:
            raise LedAstrayError
        new = sorted((at, key) for key, at in self.changed.items() if at > int(cursor))
        if not new:
            return self._given(None)
        rows = new[: self.at_once]
        return self._given(self._part([key for _, key in rows], rows[-1][0], last=len(rows) == len(new)))

    def copy(self, after: int) -> bytes:
        """Give the next records."""
        self.asked.append(f"copy {after}")
        keys = sorted(key for key in self.records if key > after)
        part = self._given(self._part(keys[: self.at_once], self.cursor, last=len(keys) <= self.at_once))
        assert part is not None
        return part

    def covers(self, position: str) -> bytes | None:
        """Give the covers that follow; the first part where the feed is another one."""
        self.asked.append(f"covers {position}")
        feed, _, cursor = position.partition(":")
        begin = int(cursor) if feed == self.feed else 0
        told = self.covers_told[begin : begin + self.covers_at_once]
        if not told and feed == self.feed:
            return self._given(None)
        reached = begin + len(told)
        heading = CoversHeading(feed=self.feed, cursor=reached, last=reached == len(self.covers_told))
        return self._given(write_covers(heading, told))

    def _part(self, keys: list[int], cursor: int, *, last: bool) -> bytes:
        heading = Heading(feed=self.feed, cursor=cursor, place=self.place, places=NAMES, last=last)
        return write_part(heading, [(key, self._body(key)) for key in keys])

    def _body(self, key: int) -> bytes | None:
        return self.records[key].model_dump_json().encode() if key in self.records else None

    def _given(self, part: bytes | None) -> bytes | None:
        if not self.faults:
            return part
        fault = self.faults.pop(0)
        if isinstance(fault, BaseException):
            raise fault
        return fault
