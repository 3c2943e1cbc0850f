"""What is found for what is typed, and how it was read."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from library.catalogue.asking import Question, Reading
from library.catalogue.index import CatalogueIndex
from tests.support.catalogue_index import found, keys


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dat rung phuong nam", 1),
        ("ĐẤT RỪNG PHƯƠNG NAM", 1),
        ("đất rừng phương nam", 1),
        ("đa\u0302\u0301t rư\u0300ng", 1),
        ("phuong nam dat", 1),
        ("Số đỏ", 2),
        ("tôi và chúng ta", 4),
        ("va", 4),
        ("hermann hesse", 5),
        ("hesse hermann", 5),
        ("giỏi đoàn", 1),
        ("dat rung doan gioi", 1),
        ("978-0-553-20884-9", 5),
        ("0-553-20884-1", 5),
        ("0553208841", 5),
        ("0439139600", 6),
        ("0866 7608", 13),
        ("08667608", 13),
        ("978-0-00-000000-1", 15),
        ("VNM 038637", 2),
        ("vnm038637", 2),
        ("895922s450d", 2),
        ("895.922 S450Đ", 2),
        ("C++", 8),
        ("hồng lâu 红楼", 10),
        ("红楼梦", 10),
        ("楼", 10),
        ("война", 11),
        ("ТОЛСТОЙ", 11),
        ("मुनामदन", 12),
        ("الأيام", 19),
        ("οδυσσεια", 20),
        ("tâm lý học", 14),
        ("tam li hoc", 14),
        ("hoà bình", 21),
        ("hòa bình", 21),
        ("amour", 15),
        ("l'amour", 15),
        ("email", 15),
        ("e-mail", 15),
        ("obrien", 15),
        ("1957 doan gioi", 1),
    ],
)
def test_the_wanted_record_is_first(index: CatalogueIndex, text: str, first: int) -> None:
    assert found(index, text)[0] == first


def test_the_typed_marks_come_before_records_that_are_only_alike_and_far_more_read(index: CatalogueIndex) -> None:
    assert found(index, "số đỏ") == [2, 3]
    assert set(found(index, "so do")) == {2, 3}


def test_a_vowel_sign_is_part_of_its_word(index: CatalogueIndex) -> None:
    assert found(index, "मन", literal=True) == []


def test_the_title_comes_before_the_summary(index: CatalogueIndex) -> None:
    assert found(index, "dat rung phuong nam") == [1, 14]


def test_c_plus_plus_is_not_c(index: CatalogueIndex) -> None:
    assert found(index, "c++", literal=True) == [8]
    assert found(index, "c programming language")[0] == 9


@pytest.mark.parametrize(
    ("slip", "meant", "first"),
    [
        ("dat run phuong nam", "dat rung phuong nam", 1),
        ("dat rungg phuong nam", "dat rung phuong nam", 1),
        ("dat rumg phuong nam", "dat rung phuong nam", 1),
        ("dat rugn phuong nam", "dat rung phuong nam", 1),
        ("đất rứg phương nam", "đất rừng phương nam", 1),
        ("harry poter goblet", "harry potter goblet", 6),
        ("encyclopedea", "encyclopaedia", 16),
        ("siddharta hesse", "siddhartha hesse", 5),
        ("толсой", "толстой", 11),
        ("goblet offire", "goblet of fire", 6),
        ("sid dhartha", "siddhartha", 5),
        ("datrungphuongnam", "dat rung phuong nam", 1),
    ],
)
def test_a_slip_is_mended_and_told(index: CatalogueIndex, slip: str, meant: str, first: int) -> None:
    answer = index.search(Question(text=slip))

    assert keys(answer)[0] == first
    assert (answer.reading, answer.searched_for) == (Reading.CORRECTED, meant)


def test_a_mended_slip_is_undone_by_asking_literally(index: CatalogueIndex) -> None:
    answer = index.search(Question(text="dat run phuong nam", literal=True))

    assert (answer.hits, answer.total, answer.reading, answer.searched_for) == ((), 0, Reading.AS_TYPED, None)


def test_what_is_found_as_typed_is_not_mended(index: CatalogueIndex) -> None:
    answer = index.search(Question(text="sổ đo"))

    assert (keys(answer), answer.reading) == ([3, 2], Reading.AS_TYPED)


@pytest.mark.parametrize(
    ("typed", "meant", "first"),
    [
        ("ddaats rungwf phuwowng nam", "đất rừng phương nam", 1),
        ("DDAATS RUNGWF", "đất rừng", 1),
        ("d9a6t1 ru7ng2", "đất rừng", 1),
        ("dday thoon", "đây thôn", 17),
        ("harry potter phuf thuyr", "harry potter phù thủy", 7),
    ],
)
def test_the_keys_of_a_vietnamese_keyboard_are_understood(
    index: CatalogueIndex, typed: str, meant: str, first: int
) -> None:
    answer = index.search(Question(text=typed))

    assert keys(answer)[0] == first
    assert (answer.reading, answer.searched_for) == (Reading.TELEX, meant)


def test_a_long_query_with_a_word_that_is_nowhere_is_found_by_the_others(index: CatalogueIndex) -> None:
    answer = index.search(Question(text="harry potter goblet zzyzzyx"))

    assert keys(answer)[0] == 6
    assert (answer.reading, answer.searched_for) == (Reading.FEWER_WORDS, "harry potter goblet")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("h", 7),
        ("ha", 7),
        ("harry po", 7),
        ("đ", 1),
        ("dat r", 1),
        ("siddha", 5),
        ("đất rư", 1),
        ("ddaat", 1),
        ("sidh", 5),
    ],
)
def test_a_record_is_found_while_its_words_are_typed(index: CatalogueIndex, typed: str, first: int) -> None:
    assert found(index, typed, typing=True)[0] == first


def test_only_while_typing_is_the_last_word_a_beginning(index: CatalogueIndex) -> None:
    assert found(index, "siddha", literal=True) == []
    assert found(index, "siddha", typing=True, literal=True) == [5]
    assert found(index, "siddha ", typing=True, literal=True) == []


def test_nothing_typed_gives_everything_the_most_read_first(index: CatalogueIndex) -> None:
    answer = index.search(Question(text="  ", limit=3))

    assert (answer.total, keys(answer)) == (21, [3, 7, 6])


def test_pages_follow_each_other(index: CatalogueIndex) -> None:
    pages = [keys(index.search(Question(limit=5, offset=offset))) for offset in range(0, 25, 5)]

    assert sorted(key for page in pages for key in page) == list(range(1, 22))
    assert index.search(Question(limit=0)).total == 21


@pytest.mark.parametrize(
    "text",
    [
        "😀",
        '"',
        "((",
        "AND OR NOT",
        "title:x",
        "*",
        "a" * 10_000,
        "\x00\x07",
        "\ud800",
        "đ" * 500,
        "-" * 300,
        "1 " * 200,
        "~2^",
        "\u202etxet",
        "e" + "\u0301" * 300,
        "[a TO z]",
        "\\",
        "ก" * 300,
        "a b c d e f g h i j k l m n o p q r s t",
    ],
)
@pytest.mark.parametrize("typing", [True, False])
def test_any_text_is_a_question(index: CatalogueIndex, text: str, typing: bool) -> None:  # noqa: FBT001 - a parameter of the test
    answer = index.search(Question(text=text, typing=typing))

    assert answer.total >= len(answer.hits)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), typing=st.booleans())
def test_text_by_chance_is_a_question(index: CatalogueIndex, text: str, typing: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    answer = index.search(Question(text=text, typing=typing))

    assert answer.total >= len(answer.hits)


def test_a_query_is_read_up_to_two_hundred_characters(index: CatalogueIndex) -> None:
    assert found(index, "siddhartha" + " " * 200 + "zzyzzyx", literal=True) == [5]
