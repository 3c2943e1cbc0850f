"""The search page, a record's page and ``/api/v1/records``, over a catalogue of a few invented records."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import pytest

from library.api.records import FoundRecord, RecordsAnswer
from library.catalogue.asking import Answer, Facet, FacetCount, Hit, Question, Reading
from library.catalogue.record import (
    CatalogueEntry,
    CatalogueRecord,
    Holding,
    Link,
    Name,
    NameRole,
    RecordKind,
    SourceId,
)
from server.catalogue.condition import Condition
from server.errors import CatalogueBusyError, NoIndexYetError, SeveralSourcesError
from server.web.app import create_app
from server.web.catalogue_view import AT_A_TIME
from server.web.site import Site
from tests.support.fleet_pages import LIBRARY_ZONE, FakeClock, FakeFleet, FakeLoans
from tests.support.markup import Markup

HOSTILE = '<script>alert("1")</script>'
PLACES = {"VN-QN": "Thư viện xã", "VN-QN-TH1": "Trường tiểu học số 1"}
SOUTH = CatalogueEntry(
    key=7,
    record=CatalogueRecord(
        source="koha",
        source_id="k/7",
        title="Đất rừng phương Nam",
        names=(Name(text="Đoàn Giỏi"), Name(text="Huy Toàn", role=NameRole.ILLUSTRATOR)),
        publisher="Kim Đồng",
        year=2019,
        languages=("vie",),
        subjects=("Truyện thiếu nhi",),
        isbns=("9786042140638",),
        links=(Link(address="javascript:alert(1)"), Link(address="https://example.org/doc", words="Bản số")),
    ),
    holdings=(
        Holding(item_id="VNM.000001", place="VN-QN", call_number="895.92 Đ", available=False),
        Holding(item_id="VNM.000002", place="VN-QN-TH1", location="Kệ 3", call_number="895.92 Đ", available=True),
    ),
)
ODD = CatalogueEntry(
    key=8,
    record=CatalogueRecord(source="s", source_id="8", title=HOSTILE, kind=RecordKind.THESIS, summary=HOSTILE),
)


@dataclass
class FakeFinder:
    """Finds whatever it was given."""

    entries: Sequence[CatalogueEntry] = (SOUTH, ODD)
    total: int | None = None
    reading: Reading = Reading.AS_TYPED
    searched_for: str | None = None
    condition: Condition = Condition.CURRENT
    fault: Exception | None = None
    years: Sequence[int] = ()
    asked: list[Question] = field(default_factory=list)

    async def search(self, question: Question, facets: Sequence[Facet]) -> RecordsAnswer:
        self.asked.append(question)
        if self.fault is not None:
            raise self.fault
        counts = {
            Facet.AVAILABLE: (FacetCount(value="yes", count=1), FacetCount(value="no", count=1)),
            Facet.PLACE: (FacetCount(value="VN-QN", count=1),),
            Facet.KIND: (FacetCount(value="book", count=1), FacetCount(value="thesis", count=1)),
            Facet.LANGUAGE: (FacetCount(value="vie", count=1234),),
            Facet.SUBJECT: (FacetCount(value="Rừng", count=71_000, about=True),),
            Facet.YEAR: tuple(FacetCount(value=str(year), count=1) for year in self.years),
        }
        answer = Answer(
            hits=tuple(Hit(entry=entry, score=1.0) for entry in self.entries),
            total=len(self.entries) if self.total is None else self.total,
            reading=self.reading,
            searched_for=self.searched_for,
        )
        return RecordsAnswer.of(question, answer, {facet: counts.get(facet, ()) for facet in facets}, PLACES)

    async def record(self, key: int) -> FoundRecord | None:
        if self.fault is not None:
            raise self.fault
        return next((FoundRecord.of(entry, PLACES) for entry in self.entries if entry.key == key), None)

    async def cover(self, _: int) -> None:
        return None

    async def record_of_source(self, source_id: str, source: str | None) -> FoundRecord | None:
        if self.fault is not None:
            raise self.fault
        found = (entry for entry in self.entries if entry.record.source_id == source_id)
        return next((FoundRecord.of(entry, PLACES) for entry in found if source in (None, entry.record.source)), None)


async def get(finder: FakeFinder, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
    site = Site("Thư viện xã", LIBRARY_ZONE)
    app = create_app(fleet=FakeFleet(), loans=FakeLoans(), clock=FakeClock(), site=site, finder=finder)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False)) as client:
        return await client.get(f"http://127.0.0.1:8080{address}", headers=headers)


async def read(finder: FakeFinder, address: str) -> str:
    answer = await get(finder, address)
    assert answer.status_code == 200
    return Markup(answer.text).one(id="main").text


async def test_a_result_says_what_it_is_and_where_it_stands() -> None:
    page = await read(FakeFinder(), "/catalogue?q=dat+rung&lang=en")

    assert "Đất rừng phương Nam Đoàn Giỏi; Huy Toàn Kim Đồng, 2019" in page
    assert "On the shelf Trường tiểu học số 1 Kệ 3 895.92 Đ" in page
    assert "2 results" in page


async def test_vietnamese_comes_first() -> None:
    page = await read(FakeFinder(), "/catalogue?q=dat+rung")

    assert "Có trên giá Trường tiểu học số 1" in page
    assert "2 kết quả" in page


async def test_what_records_hold_is_shown_as_text() -> None:
    pages = [await get(FakeFinder(), address) for address in ("/catalogue", "/catalogue/8", "/catalogue/found")]
    asked = await get(FakeFinder(), "/catalogue?q=%3Cscript%3E%22")

    assert all(HOSTILE not in page.text and "&lt;script&gt;" in page.text for page in pages)
    assert '"<script>' not in asked.text.replace("&", "")


async def test_a_correction_is_said_and_can_be_undone() -> None:
    finder = FakeFinder(reading=Reading.CORRECTED, searched_for="đất rừng")

    answer = await get(finder, "/catalogue?q=dat+rumg&narrow=kind:book&lang=en")
    await get(finder, "/catalogue?q=dat+rumg&literal=true")

    assert "Searched for đất rừng. Search for “dat rumg” as typed" in Markup(answer.text).one(id="main").text
    assert 'href="/catalogue?q=dat+rumg&amp;narrow=kind%3Abook&amp;literal=true"' in answer.text
    assert [question.literal for question in finder.asked] == [False, True]


async def test_fewer_words_are_said() -> None:
    page = await read(FakeFinder(reading=Reading.FEWER_WORDS), "/catalogue?q=a+b&lang=en")

    assert "No record has all of these words; these have most of them." in page


async def test_facets_narrow_and_are_undone() -> None:
    finder = FakeFinder()

    answer = await get(finder, "/catalogue?q=a&narrow=place:VN-QN&lang=en")

    page = Markup(answer.text).one(id="main").text
    assert finder.asked[0].narrowed == ((Facet.PLACE, "VN-QN"),)
    assert 'href="/catalogue?q=a" aria-current="true"' in answer.text
    assert 'href="/catalogue?q=a&amp;narrow=place%3AVN-QN&amp;narrow=kind%3Athesis"' in answer.text
    assert "Only what is on the shelf 1" in page
    assert "Vietnamese 1,234" in page
    assert "Rừng about 71,000" in page
    assert "no 1" not in page


async def test_nonsense_in_an_address_is_left_out() -> None:
    finder = FakeFinder()

    await read(
        finder, "/catalogue?q=" + "a" * 10_000 + "&offset=-4&literal=perhaps&narrow=colour:red&narrow=kind&new=1"
    )
    await read(finder, "/catalogue?offset=999999999")

    assert finder.asked[0] == Question(text="a" * 200, limit=AT_A_TIME)
    assert finder.asked[1].offset == 1000


async def test_more_results_follow_on_further_pages() -> None:
    finder = FakeFinder(total=50)

    first = await get(finder, "/catalogue?q=a")
    middle = await get(finder, "/catalogue?q=a&offset=20")

    assert [name in first.text for name in ('rel="prev"', 'href="/catalogue?q=a&amp;offset=2" rel="next"')] == [
        False,
        True,
    ]
    assert 'href="/catalogue?q=a" rel="prev"' in middle.text


async def test_another_language_keeps_the_question() -> None:
    answer = await get(FakeFinder(), "/catalogue?q=a&narrow=kind:book")

    assert 'href="?q=a&amp;narrow=kind%3Abook&amp;lang=en"' in answer.text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/catalogue?q=zzz&lang=en", "Try fewer words, or only the author's name."),
        ("/catalogue?q=zzz&narrow=kind:map&lang=en", "Search everything"),
        ("/catalogue?lang=en", "The catalogue is still empty."),
    ],
)
async def test_nothing_found_says_what_to_do(address: str, words: str) -> None:
    assert words in await read(FakeFinder(entries=()), address)


@pytest.mark.parametrize(
    ("condition", "fault", "words"),
    [
        (Condition.TROUBLE, None, "Its index cannot be kept at the moment. Lending goes on."),
        (Condition.TROUBLE, NoIndexYetError(), "Its index cannot be kept at the moment. Lending goes on."),
        (Condition.BUILDING, NoIndexYetError(), "The index is being made"),
        (Condition.STARTING, NoIndexYetError(), "The index is being made"),
    ],
)
async def test_trouble_with_the_index_is_told(condition: Condition, fault: Exception | None, words: str) -> None:
    assert words in await read(FakeFinder(condition=condition, fault=fault), "/catalogue?q=a&lang=en")


@pytest.mark.parametrize("address", ["/catalogue?q=a", "/catalogue/7", "/api/v1/records", "/api/v1/records/k/7"])
async def test_whoever_comes_when_too_many_ask_is_told_to_come_again(address: str) -> None:
    answer = await get(FakeFinder(fault=CatalogueBusyError()), address)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_the_results_alone_come_while_one_types() -> None:
    finder = FakeFinder()

    answer = await get(finder, "/catalogue/found?q=dat+ru")

    assert finder.asked[0].typing
    assert "<html" not in answer.text
    assert "Đất rừng phương Nam" in answer.text


async def test_a_records_page_shows_each_place_and_all_that_is_known() -> None:
    answer = await get(FakeFinder(), "/catalogue/7?lang=en")

    page = Markup(answer.text).one(id="main").text
    assert "Trường tiểu học số 1 1 of 1 on the shelf 895.92 Đ Kệ 3 VNM.000002 on the shelf" in page
    assert "Thư viện xã Not on the shelf now 895.92 Đ VNM.000001 away" in page
    assert page.index("Trường tiểu học số 1") < page.index("VNM.000001")
    assert "Huy Toàn (illustrator)" in page
    assert "Written in Vietnamese" in page
    assert 'href="https://example.org/doc"' in answer.text
    assert "javascript:" not in answer.text


@pytest.mark.parametrize("key", ["9", "0", "-1", "99999999999999999999"])
async def test_a_record_that_is_not_there_is_not_found(key: str) -> None:
    assert (await get(FakeFinder(), f"/catalogue/{key}")).status_code == 404


async def test_a_program_gets_the_results_in_rank_order_with_the_ids_of_their_sources() -> None:
    finder = FakeFinder(reading=Reading.TELEX, searched_for="đây")

    answer = await get(finder, "/api/v1/records?q=dday&limit=2&place=VN-QN&facet=place&facet=kind&narrow=kind:book")

    told = answer.json()
    assert [(hit["id"], hit["source"], hit["key"], hit["available"], hit["copies"]) for hit in told["hits"]] == [
        ("k/7", "koha", 7, 1, 2),
        ("8", "s", 8, 0, 0),
    ]
    assert told["hits"][0]["holdings"][1] == {
        "item_id": "VNM.000002",
        "place": "VN-QN-TH1",
        "place_name": "Trường tiểu học số 1",
        "location": "Kệ 3",
        "call_number": "895.92 Đ",
        "item_type": "book",
        "available": True,
        "is_known": True,
    }
    assert (told["reading"], told["searched_for"], told["total"]) == ("telex", "đây", 2)
    assert told["facets"]["place"] == [{"value": "VN-QN", "count": 1, "about": False}]
    assert told["places"] == {"VN-QN": "Thư viện xã"}
    assert finder.asked == [Question(text="dday", limit=2, place="VN-QN", narrowed=((Facet.KIND, "book"),))]


async def test_a_query_without_end_is_cut() -> None:
    finder = FakeFinder()

    answer = await get(finder, "/api/v1/records?q=" + "a" * 10_000)

    assert finder.asked[0].text == answer.json()["query"] == "a" * 200


@pytest.mark.parametrize(
    ("parameters", "parameter", "words"),
    [
        ("limit=101", "limit", "less than or equal to 100"),
        ("limit=ten", "limit", "valid integer"),
        ("offset=1001", "offset", "less than or equal to 1000"),
        ("page=2", "page", "unknown parameter"),
        ("facet=colour", "facet.0", "'place', 'kind'"),
        ("narrow=colour:red", "narrow", "must be property:value with one of place, kind"),
        ("narrow=kind:", "narrow", "must be property:value"),
        ("&".join(["facet=kind"] * 7), "facet", "at most 6 items"),
        ("&".join(["narrow=kind:book"] * 21), "narrow", "at most 20 items"),
        ("typing=perhaps", "typing", "valid boolean"),
    ],
)
async def test_a_wrong_parameter_is_named(parameters: str, parameter: str, words: str) -> None:
    answer = await get(FakeFinder(), f"/api/v1/records?q=a&{parameters}")

    (fault,) = answer.json()["faults"]
    assert (answer.status_code, fault["parameter"]) == (422, parameter)
    assert words in fault["words"]


async def test_a_program_that_comes_before_the_index_is_told_so() -> None:
    answer = await get(FakeFinder(fault=NoIndexYetError()), "/api/v1/records?q=a")

    assert (answer.status_code, answer.json()) == (503, {"error": "the index is being made"})


async def test_one_record_is_given_by_the_id_of_its_source() -> None:
    answers = [await get(FakeFinder(), f"/api/v1/records/k/7{more}") for more in ("", "?source=koha", "?source=x")]

    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert answers[0].json()["title"] == "Đất rừng phương Nam"


async def test_an_id_that_several_sources_have_needs_its_source() -> None:
    answer = await get(FakeFinder(fault=SeveralSourcesError(["emiclib", "koha"])), "/api/v1/records/1")

    assert (answer.status_code, answer.json()["sources"]) == (409, ["emiclib", "koha"])


@pytest.mark.parametrize("key", ["0", "-1", "9" * 30, "9" * 5_000, "abc", "7.5", "%D9%A7"])
async def test_a_record_that_cannot_be_is_not_there(key: str) -> None:
    assert (await get(FakeFinder(), f"/catalogue/{key}")).status_code == 404


async def test_a_page_far_beyond_the_last_is_the_last_that_may_be_asked_for() -> None:
    finder = FakeFinder()

    answer = await get(finder, "/catalogue?offset=" + "9" * 5_000)

    assert (answer.status_code, finder.asked[0].offset) == (200, 1_000)


async def test_the_room_of_a_copy_is_told() -> None:
    page = await read(FakeFinder(), "/catalogue/7?lang=en")
    told = (await get(FakeFinder(), "/api/v1/records/k/7")).json()

    assert "895.92 Đ Kệ 3 VNM.000002 on the shelf" in page
    assert [copy["location"] for copy in told["holdings"]] == ["", "Kệ 3"]


async def test_every_value_that_was_counted_can_be_chosen() -> None:
    finder = FakeFinder(years=range(2026, 2006, -1))

    page = Markup((await get(finder, "/catalogue?lang=en&narrow=year:2010")).text).one(id="narrow").text

    assert all(str(year) in page for year in range(2007, 2027))
    assert page.index("2010") < page.index("2026") < page.index("Show more") < page.index("2018")


async def test_the_health_of_the_server_tells_how_the_index_is_and_lending_does_not_need_it() -> None:
    answer = await get(FakeFinder(condition=Condition.TROUBLE), "/healthz")

    assert (answer.status_code, answer.json()["catalogue"]) == (200, "trouble")


SHARED = CatalogueEntry(
    key=9,
    record=CatalogueRecord(source="koha", source_id="9", title="Số đỏ"),
    holdings=(
        Holding(item_id="K1", place="VN-QN", available=False, is_known=False),
        Holding(item_id="K2", place="VN-QN", available=False),
        Holding(item_id="K3", place="VN-QN-TH1", available=False),
        Holding(place="VN-T", available=False, is_known=False),
    ),
    united=(SourceId(source="koha", source_id="9"), SourceId(source="huyen", source_id="b<7>")),
)


async def test_of_another_librarys_copies_the_pages_say_to_ask_there_and_which_records_are_one() -> None:
    finder = FakeFinder(entries=(SHARED,))

    page = (await get(finder, "/catalogue/9?lang=en")).text
    listed = (await get(finder, "/catalogue?q=so+do&lang=vi")).text

    assert (page.count("Ask there whether it is in"), page.count("Not on the shelf now")) == (2, 1)
    assert page.count("no call number") == 3
    assert "koha 9; huyen b&lt;7&gt;" in page
    assert "Hỏi tại nơi đó xem sách còn không</strong> Thư viện xã · VN-T" in listed
    told = (await get(finder, "/api/v1/records?q=x")).json()["hits"][0]
    assert told["united"] == [{"id": "9", "source": "koha"}, {"id": "b<7>", "source": "huyen"}]
    assert [each["is_known"] for each in told["holdings"]] == [False, True, True, False]
