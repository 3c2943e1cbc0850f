"""One system's catalogue harvested: everything or what changed, from where an ended program left off.

Each part of a list is one transaction, or some, and the last of them holds where the list goes on. So a program that is
killed at any moment is followed by one that goes on there, and what was taken in twice changes nothing. A list whose
token is over is begun anew. What is asked for next time begins where this run began, by the clock that is behind, and
ten minutes before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from library.catalogue.reading.harvested import HarvestedRecord, records
from server.clock import Clock
from server.exchange.fetching import FetchError
from server.exchange.oai_client import LaterError, OaiClient, Page, TokenOverError, written
from server.exchange.taking_in import HarvestReport, Intake, newest, take_away_unseen, unseen
from server.store.catalogue_models import Datestamp
from server.store.engine import for_reading, transaction
from server.store.harvest_models import HarvestSource
from server.store.models import Record

AT_A_TIME: Final = 100
"""Records of one transaction: a loan that comes meanwhile waits no longer than for them."""
OVERLAP: Final = timedelta(minutes=10)
TOKEN_COUNTS_FOR: Final = timedelta(hours=24)
_MOST_BEGINNINGS: Final = 3
_MOST_EMPTY_PARTS: Final = 10
_FEW: Final = 20
"""Records of which all may be gone at once; of more than that half may."""
_LONGEST_TROUBLE: Final = 500


class SourceTakenError(FetchError):
    """Records that were imported have this source."""

    def __init__(self) -> None:
        super().__init__("there are imported records of a source of this name: harvest it by another")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is to do."""

    is_full: bool = False
    """Ask for everything, though what changed would do."""
    shrinks: bool = False
    """Believe a source that has lost more than half of its records."""


class Harvest:
    """A run; for one thread, and one at a time for each source (``server.exchange.turns``)."""

    def __init__(self, engine: Engine, intake: Intake, client: OaiClient, clock: Clock) -> None:
        self._engine = engine
        self._intake = intake
        self._section = intake.section
        self._report = intake.report
        self._client = client
        self._clock = clock

    def run(self, wanted: Wanted) -> HarvestReport:
        """Harvest to the end, or to what keeps it from there; raise ``LeavingError`` where the program is to end."""
        try:
            with transaction(self._engine) as session:
                self._prepare(session)
        except SourceTakenError as error:
            self._report.trouble = str(error)
            return self._report
        try:
            who = self._client.identify()
            self._write(lambda state: self._begin(state, wanted, who.granularity))
            self._walk()
            self._end(wanted)
        except FetchError as error:
            self._give_up(error)
        return self._report

    def _prepare(self, session: Session) -> None:
        """Write whose it is; of another list nothing counts that was known of the old one."""
        section = self._section
        state = session.get(HarvestSource, section.source)
        if state is None:
            imported = select(Record.id).join(Datestamp, Datestamp.record_id == Record.id)
            if session.scalar(imported.where(Record.source == section.source).limit(1)) is not None:
                raise SourceTakenError
            state = HarvestSource(source=section.source, url=section.url, prefix=section.prefix, set_spec=section.set)
            session.add(state)
        elif (state.url, state.prefix, state.set_spec) != (section.url, section.prefix, section.set):
            state.url, state.prefix, state.set_spec = section.url, section.prefix, section.set
            state.is_running, state.next_since, state.full_at = False, None, None
        state.library_code, state.library_name = section.library, section.name

    def _begin(self, state: HarvestSource, wanted: Wanted, granularity: str) -> None:
        """Go on with the run that was not ended, or begin one."""
        now = self._now()
        if state.is_running and not (wanted.is_full and state.since):
            if now - (state.tried_at or 0) > TOKEN_COUNTS_FOR.total_seconds():
                state.token = ""
        else:
            full_again = (state.full_at or 0) + timedelta(days=self._section.full_every_days).total_seconds()
            everything = wanted.is_full or state.next_since is None or now >= full_again
            state.since = "" if everything else written(state.next_since or 0, granularity)
            state.run += 1
            state.is_running, state.is_full, state.token, state.begun_at = True, everything, "", 0
        state.tried_at = now

    def _walk(self) -> None:
        """Follow the list to its end."""
        with transaction(for_reading(self._engine)) as session:
            state = session.get_one(HarvestSource, self._section.source)
            token, since = state.token, state.since
        beginnings, empty = 1, 0
        passed = {token}
        while True:
            try:
                page = self._client.records(self._arguments(token, since))
            except TokenOverError:
                if beginnings == _MOST_BEGINNINGS or not token:
                    raise
                beginnings += 1
                token, passed = "", {""}
                continue
            token = page.envelope.token
            if token in passed and token:
                raise FetchError("gives a list that goes in a circle")
            passed.add(token)
            empty = 0 if self._take(page) else empty + 1
            if not token:
                return
            if empty > _MOST_EMPTY_PARTS:
                raise FetchError("gives a list that goes on and on without a record")

    def _arguments(self, token: str, since: str) -> dict[str, str]:
        if token:
            return {"resumptionToken": token}
        asked = {"metadataPrefix": self._section.prefix, "set": self._section.set, "from": since}
        return {name: value for name, value in asked.items() if value}

    def _take(self, page: Page) -> int:
        """Take in a part of the list, and write where it goes on; give how many records it had."""
        found = newest(records(page.body, self._section.source))
        parts = [found[start : start + AT_A_TIME] for start in range(0, len(found), AT_A_TIME)] or [[]]
        for part in parts:
            with transaction(self._engine) as session:
                state = session.get_one(HarvestSource, self._section.source)
                self._intake.take_in(session, part, state.run)
                self._note(state, page, part, is_last=part is parts[-1])
        return len(found)

    def _note(self, state: HarvestSource, page: Page, part: Sequence[HarvestedRecord], *, is_last: bool) -> None:
        now = self._now()
        if not state.begun_at:
            state.begun_at = min(now, int(page.envelope.at.timestamp()) if page.envelope.at else now)
        if page.is_nothing or any(not each.identifier for each in part):
            state.is_full = False  # what this run did not see may be there all the same
        if is_last:
            state.token, state.tried_at = page.envelope.token, now

    def _end(self, wanted: Wanted) -> None:
        source = self._section.source
        with transaction(for_reading(self._engine)) as session:
            state = session.get_one(HarvestSource, source)
            may_take_away, run = state.is_full and not state.since, state.run
            gone, there = unseen(session, source, run)
        if may_take_away and gone > max(_FEW, there // 2) and not wanted.shrinks:
            self._report.trouble = (
                f"lacks {gone} of the {there} records that it had: nothing was taken away; if that is right, "
                "library-server harvest --shrink does it"
            )
        elif may_take_away:
            self._take_away(run)
        self._write(self._completed)

    def _take_away(self, run: int) -> None:
        at_work = True
        while at_work:
            with transaction(self._engine) as session:
                at_work = bool(take_away_unseen(session, self._section.source, run, AT_A_TIME, self._report))

    def _completed(self, state: HarvestSource) -> None:
        now = self._now()
        state.is_running, state.token, state.not_before, state.completed_at = False, "", 0, now
        state.next_since = state.begun_at - int(OVERLAP.total_seconds())
        if not state.since:
            state.full_at = now
        state.trouble = self._report.trouble

    def _give_up(self, error: FetchError) -> None:
        self._report.trouble = str(error)[:_LONGEST_TROUBLE]
        self._report.wait_s = error.wait_s if isinstance(error, LaterError) else 0

        def note(state: HarvestSource) -> None:
            state.tried_at = self._now()
            state.not_before = self._now() + int(self._report.wait_s)
            state.trouble = self._report.trouble
            if isinstance(error, TokenOverError):
                state.token = ""

        self._write(note)

    def _write(self, work: Callable[[HarvestSource], None]) -> None:
        with transaction(self._engine) as session:
            work(session.get_one(HarvestSource, self._section.source))

    def _now(self) -> int:
        return int(self._clock().timestamp())
