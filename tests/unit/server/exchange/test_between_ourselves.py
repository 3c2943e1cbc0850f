"""Two libraries with this server harvest each other: all records and copies arrive, nothing goes in a circle."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from library.lending.patterns import NumberPatterns
from server.catalogue.entries import all_entries
from server.catalogue.importing import Target
from server.catalogue.oai import OaiProvider, Repository
from server.catalogue.union import regroup
from server.config_harvest import HarvestSection
from server.exchange.harvesting import Harvest, Wanted
from server.exchange.oai_client import OaiClient
from server.exchange.taking_in import HarvestReport, Intake
from server.store.engine import transaction
from server.store.models import Record
from tests.support.small_library import SmallLibrary, open_library
from tests.unit.server.catalogue.test_importing import read, take

Prefix = Literal["marcxml", "oai_dc"]
HUYEN = Repository("Thư viện huyện", "https://huyen.example/oai", "desk@huyen.example", "VN-H")


@pytest.fixture
def huyen(built_library: Path, tmp_path: Path) -> Iterator[SmallLibrary]:
    (tmp_path / "huyen").mkdir()
    opened = open_library(Path(copy(built_library, tmp_path / "huyen")))
    yield opened
    opened.engine.dispose()


def harvest(
    into: SmallLibrary, of: SmallLibrary, prefix: Prefix = "marcxml", wanted: Wanted | None = None
) -> HarvestReport:
    provider = OaiProvider(of.engine, HUYEN, of.clock, longest_answer=2_000)
    section = HarvestSection(
        source="huyen",
        url=HUYEN.public_url,
        library="VN-H",
        name="Huyện",
        prefix=prefix,
        branches={"VN-QN-TH1": "VN-TH"},
    )

    def fetch(url: str) -> bytes:
        return provider.answer(parse_qsl(urlsplit(url).query))

    intake = Intake.of(Target(into.organisation_id, NumberPatterns()), section)
    client = OaiClient(HUYEN.public_url, fetch, lambda _: False)
    return Harvest(into.engine, intake, client, into.clock).run(wanted or Wanted())


@pytest.mark.parametrize("prefix", ["marcxml", "oai_dc"])
def test_everything_arrives_and_with_marc_every_copy(
    library: SmallLibrary, huyen: SmallLibrary, prefix: Prefix
) -> None:
    report = harvest(library, huyen, prefix)
    again = harvest(library, huyen, prefix, Wanted(is_full=True))

    entries = [each for each in all_entries(library.engine, library.clock()) if each.record.source == "huyen"]
    assert (report.added, report.trouble, report.faults) == (6, "", [])
    assert (again.added, again.unchanged) == (0, 6)
    assert entries[0].record.title == "Dế Mèn phiêu lưu ký"
    told = [(each.item_id, each.place, each.is_known) for each in entries[0].holdings]
    if prefix == "oai_dc":
        assert told == [("", "VN-H", False)]
    else:
        assert told == [("VNM.000001", "VN-H", False), ("VNM.000007", "VN-H", False), ("VNM.000008", "VN-TH", False)]


def test_what_was_harvested_does_not_come_back(library: SmallLibrary, huyen: SmallLibrary) -> None:
    take(library, read("7", "Giông tố"))
    harvest(library, huyen)
    back = harvest(huyen, library)

    assert back.added == 7


def test_two_libraries_records_of_one_book_are_one_with_the_copies_of_both(
    library: SmallLibrary, huyen: SmallLibrary
) -> None:
    for each in (library, huyen):
        with transaction(each.engine) as session:
            session.scalars(select(Record).where(Record.source_id == "r1")).one().year = "1941"
    harvest(library, huyen)
    with transaction(library.engine) as session:
        regroup(session)

    (one,) = (each for each in all_entries(library.engine, library.clock()) if each.united)
    assert one.record.title == "Dế Mèn phiêu lưu ký"
    assert [each.place for each in one.holdings] == ["VN-QN", "VN-QN", "VN-QN-TH1", "VN-H", "VN-H", "VN-TH"]
