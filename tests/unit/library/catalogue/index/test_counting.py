"""Narrowing results and counting them by their properties; availability and use in the order of results."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.catalogue.asking import Facet, FacetCount, Question
from library.catalogue.index import CatalogueIndex
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
