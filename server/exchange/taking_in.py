"""What a harvest gave, taken into the store: records put, copies placed in their library, what is gone taken away.

The store keeps each record as its source said it; of its copies the place is written as one of this network's codes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from library.catalogue.reading import Fault, ReadRecord
from library.catalogue.reading.harvested import HarvestedRecord
from library.catalogue.record import Holding
from server.catalogue.importing import Target, put_records
from server.config_harvest import HarvestSection
from server.errors import ServerError
from server.store.account_models import Fee, Hold
from server.store.catalogue_models import Description
from server.store.changes import NOTED, note_changes, parts_of
from server.store.engine import transaction
from server.store.harvest_models import HarvestedRecord as SeenRecord
from server.store.harvest_models import HarvestSource
from server.store.models import Copy, Record

_LONGEST_LOCATION: Final = 64
_AT_A_TIME: Final = 100
_SILENT: Final[dict[str, Any]] = {"synchronize_session": False}


class UnknownSourceError(ServerError):
    """Nothing of this source was ever harvested."""

    def __init__(self, source: str) -> None:
        super().__init__(f"nothing was ever harvested of {ascii(source)[:80]}")
        self.source = source


@dataclass(slots=True)
class HarvestReport:
    """What became of a source's records in one run, as far as this program did it."""

    source: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    kept: int = 0
    """Gone at their source, but with copies, holds or fees of this library."""
    faults: list[Fault] = field(default_factory=list)
    trouble: str = ""
    """Why it did not come to its end; empty: it did."""
    wait_s: float = 0
    """How long the source wants to be left alone."""

    @property
    def is_good(self) -> bool:
        """Tell whether it came to its end and left nothing out."""
        return not self.trouble and not self.faults


def newest(found: Iterable[HarvestedRecord]) -> list[HarvestedRecord]:
    """Give each record once: of several with one identifier the one with the latest datestamp, or the last."""
    kept: dict[str, HarvestedRecord] = {}
    for one in found:
        before = kept.get(one.identifier)
        if not one.identifier or before is None or one.datestamp >= before.datestamp:
            kept[one.identifier or f"\0{len(kept)}"] = one
    return list(kept.values())


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes a source's records into a library's store, and reports."""

    target: Target
    section: HarvestSection
    report: HarvestReport

    @classmethod
    def of(cls, target: Target, section: HarvestSection) -> Self:
        """Make one for a run."""
        return cls(target, section, HarvestReport(section.source))

    def take_in(self, session: Session, found: Sequence[HarvestedRecord], run: int) -> None:
        """Take in some records, each once, in the session's transaction."""
        source = self.section.source
        reads = [placed(one.read, self.section) for one in found if isinstance(one.read, ReadRecord)]
        put = put_records(session, reads, self.target)
        self.report.added += put.added
        self.report.updated += put.updated
        self.report.unchanged += put.unchanged
        self.report.faults += [each.read for each in found if isinstance(each.read, Fault)] + put.faults
        _take_away(session, _ids(session, source, [each.identifier for each in found if each.deleted]), self.report)
        seen = [each.identifier for each in found if each.identifier and not each.deleted]
        _note_seen(session, source, _ids(session, source, seen), run)


def take_away_unseen(session: Session, source: str, run: int, at_most: int, report: HarvestReport) -> int:
    """Take away some records that a whole run did not see; give how many there were."""
    wanted = select(SeenRecord.record_id).where(SeenRecord.source == source, SeenRecord.run < run).limit(at_most)
    gone = session.scalars(wanted).all()
    _take_away(session, gone, report)
    return len(gone)


def forget(engine: Engine, source: str) -> HarvestReport:
    """Take away all records of a source, and then what is known of it; raise ``UnknownSourceError`` where nothing is.

    A record that something of this library hangs on stays, as one of that source that is not harvested any more.
    """
    report = HarvestReport(source)
    with transaction(engine) as session:
        state = session.get(HarvestSource, source)
        if state is None:
            raise UnknownSourceError(source)
        beyond = state.run + 1
    at_work = True
    while at_work:
        with transaction(engine) as session:
            at_work = bool(take_away_unseen(session, source, beyond, _AT_A_TIME, report))
    with transaction(engine) as session:
        session.delete(session.get_one(HarvestSource, source))
    return report


def unseen(session: Session, source: str, run: int) -> tuple[int, int]:
    """Give how many records of a source a run did not see, and how many there are."""
    there = select(func.count()).select_from(SeenRecord).where(SeenRecord.source == source)
    return session.scalar(there.where(SeenRecord.run < run)) or 0, session.scalar(there) or 0


def placed(read: ReadRecord, section: HarvestSection) -> ReadRecord:
    """Give a record with its copies in this network's places; one without copies is somewhere in its library."""
    holdings = tuple(_placed(holding, section) for holding in read.holdings)
    somewhere = Holding(place=section.library, available=False, is_known=False, is_theirs=True)
    return replace(read, holdings=holdings or (somewhere,))


def _placed(holding: Holding, section: HarvestSection) -> Holding:
    branch = section.branches.get(holding.place)
    said = "" if branch or holding.place == section.library else holding.place
    location = " · ".join(part for part in (said, holding.location) if part)[:_LONGEST_LOCATION].strip()
    asks = holding.available and not section.told
    return holding.model_copy(
        update={
            "place": branch or section.library,
            "location": location,
            "available": holding.available and not asks,
            "is_known": not asks,
            "is_theirs": branch is None,
        }
    )


def _ids(session: Session, source: str, identifiers: Collection[str]) -> list[int]:
    found: list[int] = []
    for part in parts_of(sorted(identifiers)):
        wanted = select(Record.id).where(Record.source == source, Record.source_id.in_(part))
        found += session.scalars(wanted).all()
    return found


def _note_seen(session: Session, source: str, record_ids: Sequence[int], run: int) -> None:
    for part in parts_of(sorted(record_ids)):
        session.execute(delete(SeenRecord).where(SeenRecord.record_id.in_(part)), execution_options=_SILENT)
        session.execute(insert(SeenRecord), [{"record_id": each, "source": source, "run": run} for each in part])


def _take_away(session: Session, record_ids: Sequence[int], report: HarvestReport) -> None:
    """Take away records; one that something of this library hangs on stays, without the copies that its source told."""
    for part in parts_of(sorted(record_ids)):
        used: set[int | None] = set()
        for column in (Copy.record_id, Hold.record_id, Fee.record_id):
            used.update(session.scalars(select(column).where(column.in_(part))))
        gone = [record_id for record_id in part if record_id not in used]
        session.execute(delete(SeenRecord).where(SeenRecord.record_id.in_(part)), execution_options=_SILENT)
        emptied = update(Description).where(Description.record_id.in_(part)).values(holdings="[]")
        session.execute(emptied, execution_options=NOTED | _SILENT)
        session.execute(delete(Description).where(Description.record_id.in_(gone)), execution_options=NOTED | _SILENT)
        session.execute(delete(Record).where(Record.id.in_(gone)), execution_options=NOTED | _SILENT)
        note_changes(session, part)
        report.deleted += len(gone)
        report.kept += len(part) - len(gone)
