"""Records of one thing become one for readers; editions, volumes and parts never do, whatever is missing or shared."""

import itertools
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.catalogue.likeness import Difference, Likeness, difference
from library.catalogue.merging import groups, joined, merged
from library.catalogue.reading import ReadRecord, read_file
from library.catalogue.record import CatalogueRecord, Link, Name, NameRole, RecordKind
from tests.quality.corpus import FOLDER

ISBN, OTHER_ISBN, SET_ISBN = "9786041234567", "9786040000001", "9786049999990"


def record(
    source: str = "a", title: str = "Đất rừng phương Nam", author: str = "Đoàn Giỏi", **said: Any
) -> CatalogueRecord:
    names = (Name(text=author),) if author else ()
    given_ = {"source_id": "1", "year": 1999, "names": names, **said}
    return CatalogueRecord(source=source, title=title, **given_)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({}, {"title": "DAT RUNG PHUONG NAM", "author": "Doan Gioi"}, id="without marks and case"),
        pytest.param({"author": "Hesse, Hermann"}, {"author": "Hermann Hesse"}, id="a name turned about"),
        pytest.param({"title": "Số đỏ"}, {"title": "Số đỏ: tiểu thuyết"}, id="the genre behind the title"),
        pytest.param({"title": "Sử. Tập 2"}, {"title": "Sử - T.II"}, id="one volume written in two ways"),
        pytest.param({"title": "Sử, quyển ba"}, {"title": "Sử. Q.3"}, id="a volume in words"),
        pytest.param({"isbns": (ISBN,)}, {"isbns": (OTHER_ISBN, ISBN)}, id="one of two ISBNs"),
        pytest.param({"isbns": (ISBN,)}, {}, id="an ISBN that one source lacks"),
        pytest.param({"isbns": (ISBN,)}, {"isbns": (ISBN,), "author": "", "year": None}, id="an ISBN and no author"),
        pytest.param({"isbns": (ISBN,), "year": 2015}, {"isbns": (ISBN,), "year": 2016}, id="copyright and print"),
        pytest.param(
            {"isbns": (ISBN,)}, {"isbns": (ISBN,), "title": "Đất rừng phương Nam: truyện phiêu lưu"}, id="a subtitle"
        ),
        pytest.param({"publisher": "NXB Kim Đồng"}, {"publisher": "Kim Đồng"}, id="a publisher's name in short"),
        pytest.param({"edition": "In lần thứ 2"}, {"edition": "In lần 2"}, id="one edition in two ways"),
        pytest.param({"extent": "300 tr. ; 19 cm"}, {"extent": "304 p."}, id="pages counted otherwise"),
        pytest.param({"languages": ("vie", "eng")}, {"languages": ("eng",)}, id="one of two languages"),
        pytest.param(
            {"kind": RecordKind.SERIAL, "issns": ("0866-7144",), "author": "", "year": None},
            {"kind": RecordKind.SERIAL, "issns": ("0866-7144",), "author": ""},
            id="a serial by its ISSN",
        ),
    ],
)
def test_two_libraries_records_of_one_book_are_one(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert joined(record("a", **one), record("b", **other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"title": "Sử. Tập 1"}, {"title": "Sử. Tập 2"}, id="volumes"),
        pytest.param({"title": "Toán 1"}, {"title": "Toán 11"}, id="numbers of a series of schoolbooks"),
        pytest.param(
            {"title": "Sử. Tập 1", "isbns": (SET_ISBN,)},
            {"title": "Sử. Tập 2", "isbns": (SET_ISBN,)},
            id="a set's ISBN",
        ),
        pytest.param(
            {"title": "Sử", "isbns": (SET_ISBN,)},
            {"title": "Sử. Tập 2", "isbns": (SET_ISBN,)},
            id="a set and its volume",
        ),
        pytest.param(
            {"isbns": (SET_ISBN,), "extent": "3 tập"}, {"isbns": (SET_ISBN,), "extent": "212 tr."}, id="a set by extent"
        ),
        pytest.param(
            {"isbns": (SET_ISBN,), "extent": "212 tr."}, {"isbns": (SET_ISBN,), "extent": "348 tr."}, id="other pages"
        ),
        pytest.param(
            {"isbns": (SET_ISBN,), "title": "Sử: Cổ đại"}, {"isbns": (SET_ISBN,), "title": "Sử: Cận đại"}, id="parts"
        ),
        pytest.param(
            {"isbns": (SET_ISBN,), "title": "Sử: giáo trình. Cổ đại"},
            {"isbns": (SET_ISBN,), "title": "Sử: giáo trình"},
            id="a part that has a name",
        ),
        pytest.param(
            {"isbns": (SET_ISBN,), "series": ("Tủ sách ; 5",)},
            {"isbns": (SET_ISBN,), "series": ("Tủ sách ; 6",)},
            id="series",
        ),
        pytest.param({"title": "Toán 6"}, {"title": "Toán 6: sách giáo viên"}, id="the teacher's book"),
        pytest.param({"isbns": (ISBN,)}, {"isbns": (OTHER_ISBN,)}, id="two ISBNs"),
        pytest.param({"isbns": (ISBN,)}, {"isbns": (ISBN,), "title": "Số đỏ"}, id="an ISBN that lies"),
        pytest.param({"isbns": (ISBN,)}, {"isbns": (ISBN,), "author": "Vũ Trọng Phụng"}, id="an ISBN of somebody else"),
        pytest.param({"isbns": (ISBN,), "year": 1999}, {"isbns": (ISBN,), "year": 2019}, id="a reprint of later"),
        pytest.param({}, {"year": 2000}, id="years"),
        pytest.param({}, {"author": "Nguyễn Giỏi"}, id="authors"),
        pytest.param({"author": ""}, {"author": ""}, id="nobody named and no ISBN"),
        pytest.param({"year": None}, {"year": None}, id="no year and no ISBN"),
        pytest.param({"publisher": "Kim Đồng"}, {"publisher": "Văn học"}, id="publishers"),
        pytest.param({"edition": "In lần 2"}, {"edition": "In lần 3"}, id="editions"),
        pytest.param({"edition": "Bìa cứng"}, {"edition": "Bìa mềm"}, id="bindings"),
        pytest.param(
            {"isbns": (ISBN,), "edition": "Tái bản", "year": 2001}, {"isbns": (ISBN,), "year": 2000}, id="a new edition"
        ),
        pytest.param({"languages": ("vie",)}, {"languages": ("eng",)}, id="a translation"),
        pytest.param({}, {"kind": RecordKind.SOUND}, id="a book and its recording"),
        pytest.param({"isbns": (ISBN,), "title": "!!!"}, {"isbns": (ISBN,), "title": "!!!"}, id="a title of no words"),
        pytest.param(
            {"issns": ("0866-7144",), "year": None}, {"issns": ("0866-7144",), "year": None}, id="a book's ISSN"
        ),
    ],
)
def test_what_anything_tells_apart_stays_apart(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not joined(record("a", **one), record("b", **other))


def test_two_records_of_one_library_are_two_things_and_a_third_librarys_joins_neither() -> None:
    twice = {1: record(isbns=(ISBN,)), 2: record(isbns=(ISBN,), source_id="2")}

    assert groups(twice) == [{1}, {2}]
    assert groups({**twice, 3: record("b", isbns=(ISBN,))}) == [{1}, {2}, {3}]


def test_a_record_that_fits_two_editions_joins_neither_and_they_stay_whole() -> None:
    records = {
        1: record("a", isbns=(ISBN,)),
        2: record("b", isbns=(ISBN,)),
        3: record("c"),
        4: record("d", isbns=(OTHER_ISBN,)),
        5: record("e", isbns=(OTHER_ISBN,)),
    }

    assert groups(records) == [{1, 2}, {3}, {4, 5}]


def test_what_hangs_together_by_a_go_between_alone_is_not_one() -> None:
    """A box with the ISBNs of both its volumes."""
    records = {
        1: record("a", isbns=(ISBN,)),
        2: record("b", isbns=(ISBN, OTHER_ISBN)),
        3: record("c", isbns=(OTHER_ISBN,)),
        4: record("d", isbns=(ISBN,)),
    }

    assert groups(records) == [{1, 4}, {2}, {3}]


def test_a_key_that_very_many_share_brings_nothing_together() -> None:
    many = {number: record(f"library-{number}", isbns=(ISBN,)) for number in range(1, 102)}

    assert len(groups(many)) == 101
    assert len(groups({number: many[number] for number in range(1, 101)})) == 1


titles = st.sampled_from(["Sử", "Sử. Tập 1", "Sử. Tập 2", "Sử: tiểu thuyết", "Sử: cổ đại", "Toán"])
described = st.builds(
    record,
    source=st.sampled_from("abcd"),
    title=titles,
    author=st.sampled_from(["", "Nam Cao", "Cao Nam", "Tô Hoài"]),
    year=st.sampled_from([None, 1999, 2000, 2004]),
    isbns=st.sets(st.sampled_from([ISBN, OTHER_ISBN]), max_size=2).map(lambda found: tuple(sorted(found))),
    edition=st.sampled_from(["", "In lần 2"]),
    extent=st.sampled_from(["", "200 tr.", "2 tập"]),
)
catalogues = st.lists(described, max_size=8).map(lambda found: dict(enumerate(found, 1)))


@settings(max_examples=40)
@given(catalogues, st.randoms(use_true_random=False))
def test_a_group_holds_no_two_records_that_differ_and_the_order_in_which_they_came_means_nothing(
    records: dict[int, CatalogueRecord], chance: Any
) -> None:
    found = groups(records)
    order = list(records)
    chance.shuffle(order)

    assert sorted(key for group in found for key in group) == sorted(records)
    for group in found:
        for one, other in itertools.combinations(group, 2):
            first, second = records[one], records[other]
            same = first.source == second.source
            assert difference(Likeness.of(first), Likeness.of(second), one_source=same) is None
    assert groups({key: records[key] for key in order}) == found


@settings(max_examples=40)
@given(catalogues, described)
def test_what_joined_falls_apart_again_when_the_record_between_goes(
    records: dict[int, CatalogueRecord], another: CatalogueRecord
) -> None:
    before = groups(records)
    groups({**records, 99: another})

    assert groups(records) == before


@given(described, described)
def test_neither_of_two_records_comes_first(one: CatalogueRecord, other: CatalogueRecord) -> None:
    first, second = Likeness.of(one), Likeness.of(other)

    assert difference(first, second, one_source=False) == difference(second, first, one_source=False)


def test_the_one_record_says_what_the_fullest_says_and_what_that_lacks_comes_from_the_next() -> None:
    full = record(
        "koha",
        "Đất rừng phương Nam",
        source_id="77",
        isbns=(ISBN,),
        publisher="Kim Đồng",
        extent="300 tr.",
        subjects=("Văn học",),
        languages=("vie",),
    )
    short = record(
        "local",
        "Đất rừng phương nam: truyện",
        source_id="r1",
        subjects=("Thiếu nhi", "van hoc"),
        summary="Cậu bé An",
        links=(Link(address="https://library.example/1"),),
        names=(Name(text="Đoàn Giỏi"), Name(text="Thành Chương", role=NameRole.ILLUSTRATOR)),
    )

    one = merged({5: short, 9: full}, own={"local"})

    assert (one.source, one.source_id) == ("local", "r1")
    assert (one.title, one.publisher, one.summary) == ("Đất rừng phương Nam", "Kim Đồng", "Cậu bé An")
    assert one.other_titles == ("Đất rừng phương nam: truyện",)
    assert one.subjects == ("Văn học", "Thiếu nhi")
    assert [name.text for name in one.names] == ["Đoàn Giỏi", "Thành Chương"]
    assert (one.isbns, one.links, one.languages) == ((ISBN,), short.links, ("vie",))


def test_among_equals_the_librarys_own_description_is_shown() -> None:
    theirs, ours = record("koha", "DAT RUNG PHUONG NAM"), record("local", "Đất rừng phương Nam")

    assert merged({1: theirs, 2: ours}, own={"local"}).title == "Đất rừng phương Nam"
    assert merged({1: theirs, 2: ours}).title == "DAT RUNG PHUONG NAM"
    assert merged({1: theirs}) is theirs


@pytest.mark.parametrize(
    ("other", "expected"),
    [({"title": "Số đỏ"}, Difference.TITLE), ({"year": 2005}, Difference.YEAR), ({"author": "Ai"}, Difference.PEOPLE)],
)
def test_the_difference_is_named(other: dict[str, Any], expected: Difference) -> None:
    first, second = Likeness.of(record(isbns=(ISBN,))), Likeness.of(record(isbns=(ISBN,), **other))

    assert difference(first, second, one_source=False) is expected


def test_real_records_join_their_own_copies_in_another_library_and_nothing_else() -> None:
    """Real records, in two libraries: whoever has an ISBN, or author and year, finds itself."""
    if not FOLDER.is_dir():
        pytest.skip("shared data set not present")
    files = ("records.jsonl", "vn_catalogue.mrc", "evergreen_lul_fre_500.mrc", "evergreen_nepali.marc")
    read = [each for name in files for each in islice(read_file(FOLDER / name), 250)]
    real = [each.record for each in read if isinstance(each, ReadRecord)]
    ours = dict(enumerate(real, 1))
    theirs = {key + len(ours): one.model_copy(update={"source": f"{one.source}-2"}) for key, one in ours.items()}

    found = [group for group in groups({**ours, **theirs}) if len(group) > 1]

    may_join = [one for one in real if one.isbns or (one.year and Likeness.of(one).authors)]
    assert all({key + len(ours) for key in group if key in ours} == group - ours.keys() for group in found)
    assert all(len(group) == 2 for group in found)
    assert len(found) > 0.97 * len(may_join) > 300
