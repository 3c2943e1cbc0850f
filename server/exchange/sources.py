"""All systems that are harvested, one after the other: by command, or by the running server when each is due."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from server.catalogue.importing import Target
from server.clock import Clock
from server.config_harvest import HarvestSection
from server.errors import ServerError
from server.exchange.fetching import Fetcher
from server.exchange.harvesting import Harvest, Wanted
from server.exchange.oai_client import LeavingError, OaiClient
from server.exchange.taking_in import HarvestReport, Intake
from server.exchange.turns import HarvestedAlreadyError, turn
from server.store.engine import for_reading, transaction
from server.store.harvest_models import HarvestSource

LOOKS_EVERY_S: Final = 30.0
"""How often the running server looks whether a source is due."""
_TRIED_AGAIN_S: Final = 3_600
"""After trouble."""
_MOST_NAMED: Final = 20
"""Records that were left out of one run that the log names; ``library-server harvest`` names all."""
_LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Harvester:
    """Harvests sources; for one thread, and told to end by another."""

    engine: Engine
    folder: Path
    """Where it is held which source is being harvested: that of the index."""
    target: Target
    clock: Clock
    fetcher: Fetcher = field(default_factory=Fetcher)
    pause: Callable[[float], bool] | None = None
    """Waits so many seconds and says whether the program is to end; by the clock of the system without one."""

    def all(self, sections: Sequence[HarvestSection], wanted: Wanted = Wanted()) -> Iterator[HarvestReport]:  # noqa: B008 - it is frozen
        """Harvest one after the other; whatever is wrong with one, the next has its turn."""
        for section in sections:
            yield self.one(section, wanted)

    def one(self, section: HarvestSection, wanted: Wanted) -> HarvestReport:
        """Harvest one; raise ``LeavingError`` where the program is to end."""
        intake = Intake.of(self.target, section)
        client = OaiClient(section.url, self.fetcher.get, self.pause or _sleep, section.pause_s)
        try:
            with turn(self.folder, section.source):
                return Harvest(self.engine, intake, client, self.clock).run(wanted)
        except HarvestedAlreadyError as error:
            intake.report.trouble = str(error)
        except LeavingError:
            raise
        except (SQLAlchemyError, OSError, ServerError) as error:
            intake.report.trouble = f"the store or the disk: {type(error).__name__}"
        except Exception as error:  # noqa: BLE001 - what others wrote must not keep the next source from its turn
            intake.report.trouble = f"cannot be read ({type(error).__name__})"
        return intake.report

    def due(self, sections: Sequence[HarvestSection]) -> list[HarvestSection]:
        """Give those whose time has come."""
        now = self.clock().timestamp()
        with transaction(for_reading(self.engine)) as session:
            return [each for each in sections if now >= _due_at(session.get(HarvestSource, each.source), each)]


def _due_at(state: HarvestSource | None, section: HarvestSection) -> float:
    if state is None or state.tried_at is None:
        return 0
    if state.is_running:
        return max(state.not_before, state.tried_at + _TRIED_AGAIN_S if state.trouble else 0)
    if state.completed_at is None or state.tried_at > state.completed_at:
        return max(state.not_before, state.tried_at + _TRIED_AGAIN_S)
    return max(state.not_before, state.completed_at + section.every_hours * 3_600)


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


class HarvestKeeper:
    """Harvests what is due in a thread of its own, for as long as it is entered."""

    def __init__(
        self, harvester: Harvester, sections: Sequence[HarvestSection], looks_every_s: float = LOOKS_EVERY_S
    ) -> None:
        self._harvester = harvester
        self._sections = sections
        self._looks_every_s = looks_every_s
        self._leaving = threading.Event()
        self._harvester.pause = self._leaving.wait
        self._troubles: dict[str, str] = {}
        self._thread = threading.Thread(target=self._run, name="harvest")

    def __enter__(self) -> Self:
        if self._sections:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; what was begun is gone on with next time."""
        self._leaving.set()
        self._harvester.fetcher.break_off()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._leaving.is_set():
            try:
                for section in self._harvester.due(self._sections):
                    self._tell(self._harvester.one(section, Wanted()))
            except LeavingError:
                return
            except SQLAlchemyError as error:
                _LOG.warning("harvests wait: the store cannot be read (%s)", type(error).__name__)
            self._leaving.wait(self._looks_every_s)

    def _tell(self, report: HarvestReport) -> None:
        """Log what changed; trouble once when it comes and once when it is over."""
        if self._leaving.is_set():
            return
        before = self._troubles.get(report.source, "")
        if report.trouble and report.trouble != before:
            _LOG.warning("harvest of %s: %s", report.source, report.trouble)
        elif before and not report.trouble:
            _LOG.info("harvest of %s: works again", report.source)
        self._troubles[report.source] = report.trouble
        for fault in report.faults[:_MOST_NAMED]:
            _LOG.warning("harvest of %s: %s: %s", report.source, ascii(fault.position), fault.words)
        if report.added or report.updated or report.deleted:
            counts = (report.added, report.updated, report.deleted, len(report.faults))
            _LOG.info("harvest of %s: %d added, %d updated, %d deleted, %d left out", report.source, *counts)
