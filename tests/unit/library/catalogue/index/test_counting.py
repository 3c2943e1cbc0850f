"""Narrowing results and counting them by their properties; availability and use in the order of results."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.catalogue.asking import Facet, FacetCount, Question
from library.catalogue.index import CatalogueIndex
from library.catalogue.index.counting import Counting
from library.catalogue.index.fields import LOTS, lot
from library.catalogue.index.queries import Asked
from library.catalogue.index.writing import opened
from library.catalogue.record import RecordKind
from tests.support.catalogue_index import built, entry, keys, shelved

RECORDS = (
    entry(1, "Sông xa", languages=("vie",), year=2001, subjects=("Thơ", "Sông"), holdings=(shelved("TV"),)),
    entry(2, "Sông gần", languages=("vie",), year=2001, holdings=(shelved("TV", available=False), shelved("P1"))),
    entry(3, "Sông Đà", languages=("vie", "fre"), year=1999, kind=RecordKind.MAP, holdings=(shelved("P1"),), use=9),
    entry(4, "Núi xa", languages=("fre",), subjects=("Thơ",), holdings=(shelved("P2", available=False),)),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogueIndex]:
    with built(tmp_path_factory.mktemp("index"), RECORDS) as opened:
        yield opened


def _narrowed(index: CatalogueIndex, *narrowed: tuple[Facet, str], text: str = "") -> list[int]:
    return sorted(keys(index.search(Question(text=text, narrowed=narrowed))))


def test_facets_narrow_each_other_and_values_of_one_widen_each_other(index: CatalogueIndex) -> None:
    assert _narrowed(index, (Facet.LANGUAGE, "vie"), text="song") == [1, 2, 3]
    assert _narrowed(index, (Facet.LANGUAGE, "vie"), (Facet.YEAR, "1999")) == [3]
    assert _narrowed(index, (Facet.YEAR, "1999"), (Facet.YEAR, "2001")) == [1, 2, 3]
    assert _narrowed(index, (Facet.SUBJECT, "Thơ"), (Facet.KIND, "book")) == [1, 4]
    assert _narrowed(index, (Facet.AVAILABLE, "no")) == [4]


def test_available_at_a_place_means_there(index: CatalogueIndex) -> None:
    assert _narrowed(index, (Facet.PLACE, "TV")) == [1, 2]
    assert _narrowed(index, (Facet.PLACE, "TV"), (Facet.AVAILABLE, "yes")) == [1]
    assert _narrowed(index, (Facet.PLACE, "TV"), (Facet.PLACE, "P1"), (Facet.AVAILABLE, "yes")) == [1, 2, 3]


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "\ud800", "²"])
@pytest.mark.parametrize("facet", Facet)
def test_a_value_that_nothing_has_narrows_to_nothing(index: CatalogueIndex, facet: Facet, value: str) -> None:
    question = Question.model_construct(
        text="", limit=10, offset=0, typing=False, literal=False, place=None, narrowed=((facet, value),)
    )

    assert index.search(question).total == 0


def test_results_are_counted_by_every_facet(index: CatalogueIndex) -> None:
    counts = index.facets(Question(text="song"), list(Facet))

    assert set(counts) == set(Facet)
    assert set(counts[Facet.PLACE]) == {FacetCount(value="TV", count=2), FacetCount(value="P1", count=2)}
    assert counts[Facet.LANGUAGE] == (FacetCount(value="vie", count=3), FacetCount(value="fre", count=1))
    assert counts[Facet.YEAR] == (FacetCount(value="2001", count=2), FacetCount(value="1999", count=1))
    assert counts[Facet.KIND] == (FacetCount(value="book", count=2), FacetCount(value="map", count=1))
    assert counts[Facet.AVAILABLE] == (FacetCount(value="yes", count=3),)
    assert set(counts[Facet.SUBJECT]) == {FacetCount(value="Thơ", count=1), FacetCount(value="Sông", count=1)}


def test_a_facet_is_counted_without_its_own_narrowing_and_with_that_of_the_others(index: CatalogueIndex) -> None:
    narrowed = ((Facet.LANGUAGE, "fre"), (Facet.SUBJECT, "Thơ"))

    counts = index.facets(Question(narrowed=narrowed), [Facet.LANGUAGE, Facet.SUBJECT, Facet.YEAR])

    assert counts[Facet.LANGUAGE] == (FacetCount(value="fre", count=1), FacetCount(value="vie", count=1))
    assert counts[Facet.SUBJECT] == (FacetCount(value="Thơ", count=1),)
    assert counts[Facet.YEAR] == ()


@pytest.mark.parametrize("text", ["rung song", "soong", "😀", "sonh"])
def test_what_is_counted_is_what_is_found_however_it_was_read(index: CatalogueIndex, text: str) -> None:
    question = Question(text=text)

    counted = index.facets(question, [Facet.KIND])

    assert sum(count.count for count in counted[Facet.KIND]) == index.search(question).total


def test_among_equals_what_is_here_comes_first_then_what_is_read(index: CatalogueIndex) -> None:
    assert keys(index.search(Question(text="song")))[0] == 3
    assert keys(index.search(Question(text="song", place="TV")))[0] == 1
    assert keys(index.search(Question(text="s", typing=True, place="P1")))[0] == 3


def test_a_first_key_that_very_many_titles_begin_with_gives_the_most_read_and_counts_all(tmp_path: Path) -> None:
    many = [entry(key, f"Dòng {key}", use=key) for key in range(1, 121)]
    marked = [entry(key, f"Đồi {key}", use=key) for key in range(201, 321)]
    with built(tmp_path, [*many, *marked, entry(500, "Xa dần", use=9_000)]) as index:
        plain = index.search(Question(text="d", typing=True, limit=2))
        with_mark = index.search(Question(text="đ", typing=True, limit=2))
        here = index.search(Question(text="d", typing=True, limit=2, place="TV"))

        assert (keys(plain), plain.total) == ([320, 319], 241)
        assert (keys(with_mark), with_mark.total) == ([320, 319], 241)
        assert keys(here) == [320, 319]


def test_of_more_results_than_are_counted_an_even_part_tells_about_how_many(tmp_path: Path) -> None:
    many = [
        entry(key, f"Sông {key}", kind=RecordKind.MAP if key % 4 else RecordKind.BOOK, year=2000 + key % 2)
        for key in range(1, 1_921)
    ]
    with built(tmp_path, many):
        index = opened(next(tmp_path.glob("gen-*")))
        asked = Asked(index.schema)

        def told(question: Question, *, most: int) -> dict[Facet, tuple[FacetCount, ...]]:
            wanted = [Facet.KIND, Facet.YEAR]
            return Counting(index.searcher(), asked, most).counts(asked.everything(), question, wanted)

        reckoned = told(Question(), most=480)
        counted = told(Question(), most=1_920)
        narrowed = told(Question(narrowed=((Facet.KIND, "book"),)), most=480)

    assert counted[Facet.KIND] == (FacetCount(value="map", count=1_440), FacetCount(value="book", count=480))
    for one, exact in zip(reckoned[Facet.KIND], counted[Facet.KIND], strict=True):
        assert one.value == exact.value
        assert one.about
        assert one.count % 10 == 0
        assert one.count == pytest.approx(exact.count, rel=0.1)
    assert [one.value for one in reckoned[Facet.YEAR]] == ["2001", "2000"]
    assert all(one.about for one in narrowed[Facet.KIND])
    assert narrowed[Facet.YEAR] == (FacetCount(value="2000", count=480),)


def test_keys_that_follow_each_other_and_those_of_one_in_ten_are_dealt_out_evenly() -> None:
    for keys_of_a_source in (range(1, 6_401), range(5_000_000, 5_064_000, 10)):
        heaps = [0] * LOTS
        for key in keys_of_a_source:
            heaps[lot(key)] += 1

        assert max(heaps) - min(heaps) <= 20
