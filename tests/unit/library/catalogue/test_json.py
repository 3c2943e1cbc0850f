"""JSON: a line each, in a list, run together, broken in the middle."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue.reading import Form, ReadRecord
from library.catalogue.record import RecordKind
from tests.support.marc_records import faults, only, read, titles


@pytest.mark.parametrize(
    "text",
    [
        '{"title":"A"}\n{"title":"B"}\n',
        '{"title":"A"}{"title":"B"}',
        '[{"title":"A"},\n {"title":"B"}]',
        '{"title":\n "A"},\n{"title": "B"\n},',
        '\ufeff{"title":"A"},{{"title":"B"}',
    ],
)
def test_objects_are_read_however_they_stand(text: str) -> None:
    assert titles(read(text, "json")) == ["A", "B"]


@pytest.mark.parametrize(
    "text",
    [
        '{"records": [{"title":"A"}, {"title":"B"}]}',
        '{"total": 2, "next": null, "meta": {"page": 1}, "Results": [\n{"title":"A"},\n{"title":"B"}], "took": 1}\n',
        '{"response": {"numFound": 2, "docs": [{"title":"A"}, {"title":"B"}]}, "facets": {"a": "]}"}}',
        '{"items": [{"title":"A"}]}\n{"items": [{"title":"B"}]}\n',
        '[{"data": [{"title":"A"}, {"title":"B"}]}]',
    ],
)
def test_a_list_of_records_may_stand_in_an_object(text: str) -> None:
    assert (titles(read(text, "json")), faults(read(text, "json"))) == (["A", "B"], [])


def test_a_record_that_holds_others_is_a_record() -> None:
    text = '{"id": 1, "items": [{"title": "Tập 1"}, {"title": "Tập 2"}], "title": "Bộ sách"}'

    assert titles(read(text, "json")) == ["Bộ sách"]


def test_a_bad_record_in_such_a_list_is_told_and_the_others_are_read() -> None:
    found = read('{"records": [{"title":"A"},\n{"title": oh},\n{"title":"B"}]}', "json")

    assert titles(found) == ["A", "B"]
    assert faults(found) == ["record 2 at line 2: is not JSON: Expecting value"]


def test_a_record_is_read() -> None:
    given_record = {
        "id": 17,
        "source": "elsewhere",
        "title": "Dế mèn : truyện",
        "authors": ["Tô Hoài", {"name": "Lê Chu Cầu (dịch)"}],
        "publisher": "Kim Đồng",
        "year": 2001,
        "isbn13": "9780306406157",
        "issn": None,
        "lang": "vi",
        "pages": 124,
        "subjects": ["Truyện; Thiếu nhi", "Văn học"],
        "type": "ebook",
        "summary": "<p>Một</p><p>Hai</p>",
        "description": "Ba",
        "available": True,
        "nested": [[[[[[[["x"]]]]]]]],
    }
    found = only(json.dumps(given_record), "json")
    record = found.record

    assert (record.source, record.source_id, record.title) == ("elsewhere", "17", "Dế mèn: truyện")
    assert [(name.text, str(name.role)) for name in record.names] == [
        ("Tô Hoài", "author"),
        ("Lê Chu Cầu", "translator"),
    ]
    assert (record.year, record.isbns, record.languages, record.extent) == (
        2001,
        ("9780306406157",),
        ("vie",),
        "124 tr.",
    )
    assert record.subjects == ("Truyện", "Thiếu nhi", "Văn học")
    assert (record.kind, record.summary) == (RecordKind.DIGITAL, "Một\nHai\nBa")
    assert found.form is Form.JSON


def test_a_thesis_is_known_by_who_guided_it() -> None:
    text = (
        '{"Name":"X ","Author":"A Ba ; B Cô (h.d.)","Year":" 1994 ","Des":" 124 tr. ; 17 cm  1 bản","Key":"hình học",'
        '"Code":" Phòng Báo (SL 2) LV/TT.000055-000056"}'
    )
    found = only(text, "json")

    assert (found.record.kind, found.record.year, found.record.subjects) == (RecordKind.THESIS, 1994, ("hình học",))
    assert (found.record.extent, found.record.notes) == ("124 tr. ; 17 cm", ("1 bản",))
    assert [each.item_id for each in found.holdings] == ["LV/TT.000055", "LV/TT.000056"]


def test_a_long_text_under_key_is_what_the_work_is_about() -> None:
    assert only(json.dumps({"title": "A", "key": "chữ " * 30}), "json").record.summary.startswith("chữ chữ")


def test_what_is_no_json_in_the_middle_is_named_and_the_rest_is_read() -> None:
    text = (
        '{"title":"A"},\n'
        '{"title":"B "quoted" b"},\n'
        '{"title":"C\x0c\x01c"},\n'
        "rubbish\n"
        '{"title":"D\n'
        '{"title":"E"}\n'
        '{"author":"F"}\n'
        '{"title":"G"}_'
    )
    found = read(text, "json")

    assert titles(found) == ["A", "C c", "E", "G"]
    assert faults(found) == [
        "record 2 at line 2: is not JSON: Expecting ',' delimiter",
        "record 4 at line 4: is no JSON object",
        "record 5 at line 5: is not JSON: Expecting ',' delimiter",
        "record 7 at line 7: has no title",
        "record 9 at line 8: is no JSON object",
    ]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, '{"title":' + "9" * 10_000 + "}", '"x"', "null", "\\"]
)
def test_what_no_reader_should_choke_on_is_told(text: str) -> None:
    found = read(text, "json")

    assert all(isinstance(each, ReadRecord) for each in found) or faults(found)


def test_a_text_without_end_costs_only_what_it_swallowed() -> None:
    found = read('{"title":"' + "x" * 9_000_000 + '\n{"title":"B"}', "json")

    assert titles(found) == ["B"]
    assert len(faults(found)) == 1


def test_surrogates_and_broken_bytes_become_visible_signs() -> None:
    found = read(b'{"title":"A \\ud800 \xff b"}{"title":"\\ud83d\\ude00 ok"}', "json")

    assert titles(found) == ["A \ufffd \ufffd b", "\U0001f600 ok"]
    assert isinstance(found[0], ReadRecord)
    assert found[0].notes == ("bytes that are no UTF-8 were left out",)
    assert found[0].original == b'{"title":"A \\ud800 \xff b"}'


def test_utf16_is_read() -> None:
    assert titles(read('{"title":"Đỏ"}'.encode("utf-16"), "json")) == ["Đỏ"]


def test_the_same_file_gives_the_same_ids_again() -> None:
    text = '{"title":"A"}\nrubbish\n{"title":"B"}'

    assert [each.record.source_id for each in read(text, "json") if isinstance(each, ReadRecord)] == ["1", "3"]


@given(st.lists(st.dictionaries(st.text(max_size=8), st.text() | st.integers() | st.none(), max_size=4), max_size=4))
def test_every_object_that_is_written_is_read_or_named(objects: list[dict[str, object]]) -> None:
    texts = [
        json.dumps({"title": f"T{number}"} | each | {"title": f"T{number}"}) for number, each in enumerate(objects)
    ]

    assert len(titles(read("\n".join(texts), "json"))) == len(objects)
