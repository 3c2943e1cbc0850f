"""A Koha and a library that harvests it, run after run."""

from collections.abc import Callable
from dataclasses import dataclass, field

from library.catalogue.record import CatalogueEntry
from library.lending.patterns import NumberPatterns
from server.catalogue.entries import all_entries
from server.catalogue.importing import Target
from server.catalogue.union import regroup
from server.config_harvest import HarvestSection
from server.exchange.harvesting import Harvest, Wanted
from server.exchange.oai_client import OaiClient
from server.exchange.taking_in import HarvestReport, Intake
from server.store.engine import transaction
from server.store.harvest_models import HarvestSource
from tests.support.koha_oai import ADDRESS, ARCHIVE, Biblio, KohaOai
from tests.support.small_library import SmallLibrary

SECTION = HarvestSection(
    source="tinh", url=ADDRESS, library="VN-QNA", name="Thư viện tỉnh", branches={"TH1": "VN-QN-TH1"}
)
STAMP = "2026-07-01T00:00:00Z"


@dataclass
class Harvests:
    """Harvests a Koha into a library, run after run."""

    library: SmallLibrary
    koha: KohaOai = field(default_factory=KohaOai)
    section: HarvestSection = SECTION
    waited: list[float] = field(default_factory=list)

    def run(self, wanted: Wanted | None = None, fetch: Callable[[str], bytes] | None = None) -> HarvestReport:
        """Harvest once; by another line than the Koha's own where ``fetch`` is given."""

        def pause(seconds: float) -> bool:
            self.waited.append(seconds)
            return False

        client = OaiClient(ADDRESS, fetch or self.koha.fetch, pause, self.section.pause_s)
        intake = Intake.of(Target(self.library.organisation_id, NumberPatterns()), self.section)
        return Harvest(self.library.engine, intake, client, self.library.clock).run(wanted or Wanted())

    def entries(self) -> list[CatalogueEntry]:
        """Give what readers see of the Koha's records."""
        with transaction(self.library.engine) as session:
            while regroup(session):
                pass
        found = all_entries(self.library.engine, self.library.clock())
        return [entry for entry in found if entry.record.source == self.section.source or entry.united]

    def ids(self) -> list[str]:
        """Give the numbers of those records."""
        return [entry.record.source_id.removeprefix(f"{ARCHIVE}:") for entry in self.entries()]

    def state(self) -> HarvestSource:
        """Give what is known of the source."""
        with transaction(self.library.engine) as session:
            return session.get_one(HarvestSource, self.section.source)


def five_records(library: SmallLibrary) -> Harvests:
    """Give a Koha with five records, whose clock is the library's."""
    koha = KohaOai([Biblio(number, STAMP, f"Tập san {number}") for number in range(1, 6)], now=library.clock)
    return Harvests(library, koha)


def counts(report: HarvestReport) -> tuple[int, int, int, int, int]:
    """Give added, updated, unchanged, deleted, left out."""
    return report.added, report.updated, report.unchanged, report.deleted, len(report.faults)
