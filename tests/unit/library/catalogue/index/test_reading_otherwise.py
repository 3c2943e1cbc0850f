"""Queries that are read otherwise than typed: which reading is chosen, and what is told of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.catalogue.asking import Facet, Question, Reading
from library.catalogue.index import CatalogueIndex
from tests.support.catalogue_index import built, entry, keys

RECORDS = (
    entry(1, "Hay Fever", "Peter Coward", use=3),
    entry(2, "Making hay", "Klinkenborg, Peter"),
    entry(3, "Harry Potter and the Goblet of Fire", "J. K. Rowling", use=200),
    entry(4, "Harry Potter và Hòn đá Phù thủy", "J. K. Rowling", use=300),
    entry(5, "Mắt biếc", "Nguyễn Nhật Ánh", use=5),
    *(entry(10 + number, f"Biết chăm sóc đôi mắt, tập {number}", "Lê Văn Nam", use=50) for number in range(5)),
    entry(20, "The Great Gatsby", "F. Scott Fitzgerald"),
    entry(21, "Cleaning the grate and the hearth", "Mary Smith"),
    entry(22, "Phân tích vốn kinh doanh", "Đỗ Huỳnh Trang", "Nguyễn Minh Phương"),
    entry(23, "Thơ phương xa", "Nguyễn Bình", "Trần Minh", use=90),
    entry(24, "Tác phẩm của Nguyễn Nhật Ánh: Đi qua hoa cúc, Mắt biếc và Cỏ xanh", "Nguyễn Nhật Ánh", use=9),
    entry(25, "Les origines du concordat", "Séché, Léon"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogueIndex]:
    folder: Path = tmp_path_factory.mktemp("index")
    with built(folder, RECORDS) as opened:
        yield opened


def test_the_told_words_are_those_of_the_record_that_stands_first(index: CatalogueIndex) -> None:
    answer = index.search(Question(text="hary poter"))

    assert keys(answer)[0] == 4
    assert (answer.reading, answer.searched_for) == (Reading.CORRECTED, "harry potter")


def test_the_told_words_are_the_same_on_every_page(index: CatalogueIndex) -> None:
    answer = index.search(Question(text="hary poter", offset=1, limit=1))

    assert answer.searched_for == "harry potter"


def test_of_words_that_are_never_together_those_are_told_that_the_first_record_has(index: CatalogueIndex) -> None:
    answer = index.search(Question(text="origines concordat potter"))

    assert keys(answer)[0] == 25
    assert (answer.reading, answer.searched_for) == (Reading.FEWER_WORDS, "origines concordat")


def test_words_that_many_records_have_scattered_are_read_as_the_title_one_slip_away(index: CatalogueIndex) -> None:
    answer = index.search(Question(text="mắt biết"))

    assert keys(answer)[0] == 5
    assert (answer.reading, answer.searched_for) == (Reading.CORRECTED, "mắt biếc")
    assert 5 not in keys(index.search(Question(text="mắt biết", literal=True)))


def test_words_that_stand_in_a_row_are_left_as_they_are(index: CatalogueIndex) -> None:
    answer = index.search(Question(text="đôi mắt"))

    assert (answer.total, answer.reading) == (5, Reading.AS_TYPED)


def test_one_of_two_words_that_are_nowhere_together_may_have_two_slips(index: CatalogueIndex) -> None:
    answer = index.search(Question(text="grate gatsby"))

    assert keys(answer) == [20]
    assert (answer.reading, answer.searched_for) == (Reading.CORRECTED, "great gatsby")


def test_what_is_counted_is_what_is_found(index: CatalogueIndex) -> None:
    for text in ("hary poter", "mắt biết", "grate gatsby", "origines concordat potter", "phương nguyễn minh"):
        question = Question(text=text)

        counted = index.facets(question, [Facet.KIND])[Facet.KIND]

        assert sum(count.count for count in counted) == index.search(question).total, text


def test_a_name_with_its_words_turned_round_comes_before_words_scattered_over_others(index: CatalogueIndex) -> None:
    assert keys(index.search(Question(text="phương nguyễn minh")))[0] == 22


def test_a_title_and_its_author_come_before_a_longer_title_that_has_both(index: CatalogueIndex) -> None:
    assert keys(index.search(Question(text="nguyen nhat anh mat biec")))[0] == 5
