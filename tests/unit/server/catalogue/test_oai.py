"""Other systems harvest the catalogue by OAI-PMH 2.0: whole lists through any change, and each fault by its code."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import delete, select, update

from library.catalogue.reading.originals import marc_of_original
from library.catalogue.record import Holding
from server.catalogue.oai import OaiProvider, Repository
from server.circulation.values import Lent
from server.store.catalogue_models import Datestamp, Description
from server.store.changes import NOTED, note_changes
from server.store.engine import transaction
from server.store.harvest_models import HarvestSource
from server.store.models import Copy, CopyStatus, Record
from tests.support.marc_records import marc21
from tests.support.small_library import DE_MEN, MAI, SmallLibrary
from tests.unit.server.catalogue.test_importing import read, take

REPOSITORY = Repository("Thư viện xã", "https://library.example/oai", "desk@library.example", "VN-QN")
NAMES = {"o": "http://www.openarchives.org/OAI/2.0/", "m": "http://www.loc.gov/MARC21/slim"}
T0 = int(datetime(2001, 1, 1, tzinfo=UTC).timestamp())
Ask = Callable[..., etree._Element]


@pytest.fixture
def ask(library: SmallLibrary) -> Ask:
    stamp(library)
    return asking(OaiProvider(library.engine, REPOSITORY, library.clock))


def asking(provider: OaiProvider) -> Ask:
    def asked(*repeated: tuple[str, str], **arguments: str) -> etree._Element:
        pairs = [(name.rstrip("_"), value) for name, value in arguments.items()]
        return etree.fromstring(provider.answer([*pairs, *repeated]))

    return asked


def stamp(library: SmallLibrary) -> None:
    """Give the records stamps a minute apart."""
    with transaction(library.engine) as session:
        for number, record_id in enumerate(session.scalars(select(Record.id).order_by(Record.id)).all()):
            moved = update(Datestamp).where(Datestamp.record_id == record_id).values(at=T0 + 60 * number)
            session.execute(moved)


def code(answer: etree._Element) -> str | None:
    error = answer.find("o:error", NAMES)
    return None if error is None else error.get("code")


def ids(answer: etree._Element) -> list[str]:
    return [each.text or "" for each in answer.iterfind(".//o:header/o:identifier", NAMES)]


def token(answer: etree._Element) -> str | None:
    found = answer.find(".//o:resumptionToken", NAMES)
    return None if found is None else found.text


def walk(ask: Ask, verb: str, **arguments: str) -> Iterator[etree._Element]:
    answer = ask(verb=verb, **arguments)
    yield answer
    while (rest := token(answer)) is not None:
        answer = ask(verb=verb, resumptionToken=rest)
        yield answer


def remove(library: SmallLibrary, source_id: str) -> int:
    with transaction(library.engine) as session:
        found = session.scalars(select(Record.id).where(Record.source_id == source_id)).one()
        for model, column in ((Copy, Copy.record_id), (Description, Description.record_id), (Record, Record.id)):
            session.execute(delete(model).where(column == found), execution_options=NOTED)
        note_changes(session, [found])
    return found


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "badVerb"),
        ({"verb": "Harvest"}, "badVerb"),
        ({"verb": "Identify", "set": "x"}, "badArgument"),
        ({"verb": "Identify", "resumptionToken": "x"}, "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": "x"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2001"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2001-02-30"}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2001-01-02", "until": "2001-01-01"},
            "badArgument",
        ),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2001-01-01", "until": "2001-01-01T00:00:00Z"},
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "mods"}, "cannotDisseminateFormat"),
        ({"verb": "GetRecord", "metadataPrefix": "mods", "identifier": "x"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "x"}, "noSetHierarchy"),
        ({"verb": "ListSets"}, "noSetHierarchy"),
        ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "oai_dc.1.2.3"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "mods.1.2.3.4"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "oai_dc.0.9.0.0"}, "badResumptionToken"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "1969-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2190-01-01"}, "noRecordsMatch"),
        (
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:library.example:99999999999"},
            "idDoesNotExist",
        ),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:library.example:"}, "idDoesNotExist"),
        (
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:library.example:4294967297"},
            "idDoesNotExist",
        ),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "1"}, "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": "\x00\ud800"}, "idDoesNotExist"),
    ],
)
def test_a_request_that_is_wrong_is_answered_with_its_code(ask: Ask, arguments: dict[str, str], expected: str) -> None:
    answer = ask(**arguments)

    request = answer.find("o:request", NAMES)
    assert code(answer) == expected
    assert request is not None
    assert bool(request.attrib) is (expected not in {"badVerb", "badArgument"})


def test_an_argument_that_is_there_twice_is_refused(ask: Ask) -> None:
    assert code(ask(("verb", "Identify"), verb="Identify")) == "badVerb"
    assert code(ask(("metadataPrefix", "marcxml"), verb="ListRecords", metadataPrefix="oai_dc")) == "badArgument"


def test_it_says_who_it_is_and_what_it_gives(ask: Ask) -> None:
    who = {each.tag.partition("}")[2]: each.text for each in ask(verb="Identify").iterfind("o:Identify/*", NAMES)}
    formats = ask(verb="ListMetadataFormats").iterfind(".//o:metadataPrefix", NAMES)
    same = ask(verb="ListMetadataFormats", identifier="oai:library.example:1").iterfind(".//o:metadataPrefix", NAMES)

    assert who["repositoryName"] == "Thư viện xã"
    assert who["earliestDatestamp"] == "2001-01-01T00:00:00Z"
    assert (who["deletedRecord"], who["granularity"]) == ("transient", "YYYY-MM-DDThh:mm:ssZ")
    assert [each.text for each in formats] == [each.text for each in same] == ["oai_dc", "marcxml"]


def test_a_record_is_given_in_both_forms_from_its_own_bytes_where_they_are_marc(
    library: SmallLibrary, ask: Ask
) -> None:
    original = marc21([("001", "7"), ("245", "10$aSố đỏ"), ("306", "  $a001500")])
    assert marc_of_original(original, "marc21") is not None
    take(library, read("7", original=original))
    identifier = ids(ask(verb="ListIdentifiers", metadataPrefix="oai_dc"))[-1]

    by_marc = ask(verb="GetRecord", metadataPrefix="marcxml", identifier=identifier)
    by_dublin_core = ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier)
    of_columns = ask(verb="GetRecord", metadataPrefix="marcxml", identifier="oai:library.example:1")

    tags = [each.get("tag") for each in by_marc.iterfind(".//m:record/*", NAMES) if each.get("tag")]
    titles = [each.text for each in by_dublin_core.iterfind(".//{http://purl.org/dc/elements/1.1/}title")]
    built = of_columns.find(".//m:datafield[@tag='245']/m:subfield", NAMES)
    assert tags == ["001", "245", "306"]
    assert titles == ["Số đỏ"]
    assert built is not None
    assert built.text == "Dế Mèn phiêu lưu ký"


def test_from_and_until_are_both_included_and_a_day_lasts_until_its_end(ask: Ask) -> None:
    def asked(**span: str) -> list[str]:
        found = ids(ask(verb="ListIdentifiers", metadataPrefix="oai_dc", **span))
        return [identifier.rpartition(":")[2] for identifier in found]

    assert asked(from_="2001-01-01T00:01:00Z", until="2001-01-01T00:03:00Z") == ["2", "3", "4"]
    assert len(asked(from_="2001-01-01", until="2001-01-01")) == 6
    assert asked(until="2001-01-01T00:00:59Z") == ["1"]


def test_a_list_is_whole_through_its_tokens_whatever_changes_between_them(library: SmallLibrary) -> None:
    stamp(library)
    ask = asking(OaiProvider(library.engine, REPOSITORY, library.clock, longest_answer=1))
    walked = walk(ask, "ListRecords", metadataPrefix="oai_dc")
    seen = ids(next(walked))
    take(library, read("7", "Số đỏ"))
    remove(library, "r6")
    rest = list(walked)

    for answer in rest:
        seen += ids(answer)
    expected = [f"oai:library.example:{number}" for number in range(1, 8)]
    assert [*seen[:5], *sorted(seen[5:])] == expected
    assert rest[-1].find(".//o:resumptionToken", NAMES) is not None
    assert token(rest[-1]) is None


def test_a_list_that_ends_in_its_first_answer_has_no_token(ask: Ask) -> None:
    answer = ask(verb="ListRecords", metadataPrefix="marcxml")

    assert len(ids(answer)) == 6
    assert answer.find(".//o:resumptionToken", NAMES) is None


def test_an_answer_holds_a_hundred_records(library: SmallLibrary, ask: Ask) -> None:
    take(library, *(read(f"n{number}", f"Tập {number}") for number in range(101)))

    answers = list(walk(ask, "ListRecords", metadataPrefix="oai_dc"))

    assert [len(ids(answer)) for answer in answers] == [100, 7]
    assert [each for answer in answers for each in ids(answer)] == [f"oai:library.example:{at}" for at in range(1, 108)]


def test_a_record_that_is_gone_is_told_as_deleted(library: SmallLibrary, ask: Ask) -> None:
    number = remove(library, "r6")

    answer = ask(verb="GetRecord", metadataPrefix="marcxml", identifier=f"oai:library.example:{number}")
    listed = ask(verb="ListIdentifiers", metadataPrefix="marcxml", from_="2001-01-02")

    header = answer.find(".//o:header", NAMES)
    assert header is not None
    assert header.get("status") == "deleted"
    assert answer.find(".//o:metadata", NAMES) is None
    assert [each.get("status") for each in listed.iterfind(".//o:header", NAMES)] == ["deleted"]


def test_a_loan_is_nobodys_business_outside(library: SmallLibrary, ask: Ask) -> None:
    with transaction(library.engine) as session:
        lent = library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)
    assert isinstance(lent, Lent)

    assert code(ask(verb="ListRecords", metadataPrefix="oai_dc", from_="2001-01-02")) == "noRecordsMatch"


def test_an_answer_says_to_be_of_a_minute_ago_so_that_nothing_being_committed_is_missed(
    library: SmallLibrary, ask: Ask
) -> None:
    told = ask(verb="Identify").findtext("o:responseDate", "", NAMES)

    assert datetime.fromisoformat(told) == library.clock() - timedelta(seconds=60)


def test_what_no_longer_reads_as_a_record_is_given_from_its_columns(library: SmallLibrary, ask: Ask) -> None:
    take(library, read("7", "Số đỏ"))
    with transaction(library.engine) as session:
        session.execute(update(Description).values(content="{}"), execution_options=NOTED)

    answer = ask(verb="ListRecords", metadataPrefix="oai_dc", from_="2001-01-02")

    assert [each.text for each in answer.iterfind(".//{http://purl.org/dc/elements/1.1/}title")] == ["Số đỏ"]


def copies(ask: Ask, number: int) -> list[dict[str, str | None]]:
    answer = ask(verb="GetRecord", metadataPrefix="marcxml", identifier=f"oai:library.example:{number}")
    fields = answer.iterfind(".//m:datafield[@tag='852']", NAMES)
    return [{str(each.get("code")): each.text for each in field} for field in fields]


def test_a_records_copies_are_told_with_their_home_and_never_whether_they_are_in(
    library: SmallLibrary, ask: Ask
) -> None:
    with transaction(library.engine) as session:
        library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)

    assert copies(ask, 1) == [
        {"a": "VN-QN", "b": "VN-QN", "h": "895.92 T450H", "p": "VNM.000001"},
        {"a": "VN-QN", "b": "VN-QN", "p": "VNM.000007"},
        {"a": "VN-QN", "b": "VN-QN-TH1", "p": "VNM.000008"},
    ]


def test_a_source_that_tells_copies_in_its_marc_is_given_as_it_is_and_one_that_tells_them_elsewhere_too(
    library: SmallLibrary, ask: Ask
) -> None:
    told = marc21([("001", "7"), ("245", "10$aSố đỏ"), ("852", "  $aKho A$pOLD 7$xbought in 2001")])
    koha = marc21([("001", "8"), ("245", "10$aSố đỏ"), ("901", "  $amine")])
    held = Holding(item_id="OLD 8", place="Kho B", location="Kệ 3")
    take(library, read("7", "Số đỏ", Holding(item_id="OLD 7", place="Kho A"), original=told))
    take(library, read("8", "Số đỏ", held, original=koha))

    assert copies(ask, 7) == [{"a": "Kho A", "p": "OLD 7"}]
    assert copies(ask, 8) == [{"a": "VN-QN", "b": "Kho B", "c": "Kệ 3", "p": "OLD 8"}]


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        ({"place_id": 2}, True),
        ({"call_number": "1"}, True),
        ({"status": CopyStatus.WITHDRAWN}, True),
        ({"status": CopyStatus.MISSING}, False),
        ({"current_place_id": 2}, False),
    ],
)
def test_a_copy_gives_a_datestamp_when_what_others_are_told_of_it_changes(
    library: SmallLibrary, ask: Ask, change: dict[str, Any], *, is_told: bool
) -> None:
    with transaction(library.engine) as session:
        copy = session.scalars(select(Copy).where(Copy.item_number == DE_MEN)).one()
        for column, value in change.items():
            setattr(copy, column, value)

    listed = ask(verb="ListIdentifiers", metadataPrefix="oai_dc", from_="2001-01-02")

    assert ids(listed) == (["oai:library.example:1"] if is_told else [])


def test_what_was_harvested_from_others_is_theirs_to_give(library: SmallLibrary, ask: Ask) -> None:
    take(library, read("7", "Số đỏ", source="tinh"))
    with transaction(library.engine) as session:
        source = HarvestSource(source="tinh", url="", prefix="", set_spec="", library_code="VN-T", library_name="Tỉnh")
        session.add(source)
    take(library, read("8", "Số đỏ", source="tinh"))

    listed = ask(verb="ListRecords", metadataPrefix="marcxml", from_="2001-01-02")

    assert [each.get("status") for each in listed.iterfind(".//o:header", NAMES)] == ["deleted"]
    assert ids(listed) == ["oai:library.example:7"]
    assert b"title" not in etree.tostring(listed)
