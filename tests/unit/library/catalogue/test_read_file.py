"""Files: their form told by what stands in them, and the real ones of libraries read whole."""

import gc
import gzip
import os
import threading
import tracemalloc
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from library.catalogue.reading import Fault, Form, ReadRecord, read_file
from library.catalogue.reading.files import read_json
from library.catalogue.record import CatalogueRecord, Name, NameRole, RecordKind
from tests.support.goldens import golden
from tests.support.marc_records import marc21, marcxml

SHARED = Path(__file__).parents[5] / "shared" / "data" / "catalogue"
FIELDS = (("001", "1"), ("245", "10$aMột"))
EVERY = 7
"""Of the largest file every seventh record is read, of the others every seventh looked at closely."""


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("x.mrc", marc21(FIELDS), Form.MARC21),
        ("x.txt", b"\n" + marc21(FIELDS), Form.MARC21),
        ("x.csv", b"\xef\xbb\xbftitle\nA\n", Form.CSV),
        ("x", b'\xef\xbb\xbf [{"title":"A"}]', Form.JSON),
        ("x.mrc", marcxml(FIELDS).encode(), Form.MARCXML),
        ("x.xml", b"<?xml version='1.0'?><dc><title>A</title></dc>", Form.DUBLIN_CORE),
        ("x.json", '{"title":"A"}'.encode("utf-16"), Form.JSON),
    ],
)
def test_the_form_is_told_by_what_stands_in_a_file(tmp_path: Path, name: str, data: bytes, form: Form) -> None:
    (tmp_path / name).write_bytes(data)
    (found,) = read_file(tmp_path / name)

    assert isinstance(found, ReadRecord)
    assert (found.form, found.record.source) == (form, "x")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\0", "is empty"),
        (b"a,b\r\n\x00", "its first line names no column for titles"),
        (b"\x89PNG\r\n\x1a\n\x1e\x1d", "is in no form that is read"),
        (b"PK\x03\x04\x1e\x1d" * 100, "is in no form that is read"),
        (gzip.compress(b""), "is empty"),
        (b"\x1f\x8b", "is empty"),
    ],
)
def test_a_file_of_nothing_that_is_read_says_so(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "x.mrc").write_bytes(data)
    found, *_ = read_file(tmp_path / "x.mrc")

    assert isinstance(found, Fault)
    assert found.words == words


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.json.GZ", "x.jsonl", "x"])
def test_a_packed_file_is_unpacked_on_the_way(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress('{"title":"Số đỏ"}\n'.encode()))
    (found,) = read_file(tmp_path / name)

    assert isinstance(found, ReadRecord)
    assert (found.record.source, found.record.title) == ("x", "Số đỏ")


@pytest.mark.parametrize("spoil", [lambda packed: packed[:-9], lambda packed: packed[:-200] + b"x" * 200])
def test_a_packed_file_that_is_broken_gives_what_can_be_unpacked_and_says_so(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    dice = Random("packed")  # noqa: S311 - texts that cannot be packed, no secret
    lines = b"".join(b'{"title":"%s"}\n' % dice.randbytes(100).hex().encode() for _ in range(2_000))
    (tmp_path / "x.gz").write_bytes(spoil(gzip.compress(lines)))

    found = list(read_file(tmp_path / "x.gz"))

    assert found[-1] == Fault("the file", "cannot be unpacked to its end: what comes after is missing")
    assert len(found) > 1_800


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x")
    writing = threading.Thread(target=lambda: (tmp_path / "x").write_bytes(b"title\nA\nB\n"))
    writing.start()
    found = list(read_file(tmp_path / "x"))
    writing.join()

    assert [each.record.title for each in found if isinstance(each, ReadRecord)] == ["A", "B"]


def test_a_file_that_is_not_there_is_the_callers_matter(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(read_file(tmp_path / "nothing.mrc"))


def test_a_file_is_never_in_memory_whole(tmp_path: Path) -> None:
    (tmp_path / "many.mrc").write_bytes(marc21((*FIELDS, ("500", "  $a" + "x" * 9_000))) * 400)
    gc.collect()
    tracemalloc.start()
    count = sum(isinstance(each, ReadRecord) for each in read_file(tmp_path / "many.mrc"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 400
    assert peak < 1_500_000


@cache
def _real(name: str) -> tuple[ReadRecord | Fault, ...]:
    path = SHARED / name
    if not path.exists():
        pytest.skip("shared data set not present")
    if name != "records.jsonl":
        return tuple(read_file(path))
    lines = path.read_bytes().splitlines(keepends=True)[::EVERY]
    return tuple(read_json(BytesIO(b"".join(lines)), path.stem))


def _records(name: str) -> dict[str, ReadRecord]:
    return {each.record.source_id: each for each in _real(name) if isinstance(each, ReadRecord)}


FILES: tuple[tuple[str, int, dict[str, int]], ...] = (
    ("evergreen_jazz_1k.mrc", 1_000, {}),
    ("evergreen_lul_fre_500.mrc", 500, {}),
    ("evergreen_nepali.marc", 96, {}),
    ("vn_catalogue.mrc", 4_838, {}),
    ("qnu_sach.csv", 499, {}),
    ("webbookrate.csv", 1_694, {}),
    ("records.jsonl", 3_429, {}),
    ("qnu_lv.json", 2_645, {"is not JSON: Expecting ',' delimiter": 88, "is no JSON object": 3}),
)


@pytest.mark.parametrize(("name", "records", "bad"), FILES, ids=lambda part: part if isinstance(part, str) else "")
def test_a_real_file_is_read_whole_and_its_bad_records_named(name: str, records: int, bad: dict[str, int]) -> None:
    read = _real(name)
    words = Counter(each.words for each in read if isinstance(each, Fault))

    assert sum(isinstance(each, ReadRecord) for each in read) == records
    assert {each: words[each] for each in bad} == bad
    assert len(read) - records == sum(words.values())


def _texts(record: CatalogueRecord) -> list[str]:
    return [
        record.title,
        record.publisher,
        record.published_at,
        record.edition,
        record.extent,
        *record.other_titles,
        *(name.text for name in record.names),
        *record.subjects,
        *record.notes,
        *record.series,
        *record.summary.split("\n"),
    ]  # fmt: skip - one list, read as one


@pytest.mark.parametrize("name", [name for name, _, _ in FILES])
def test_every_text_of_a_real_record_is_composed_and_can_be_shown(name: str) -> None:
    texts = [text for each in list(_records(name).values())[::EVERY] for text in _texts(each.record)]

    assert [text for text in texts if not unicodedata.is_normalized("NFC", text)] == []
    assert [text for text in texts if text and not text.isprintable()] == []
    assert [text for text in texts if text != text.strip()] == []


@pytest.mark.parametrize("name", [name for name, _, _ in FILES])
def test_real_records_are_read_as_they_were(name: str) -> None:
    records = list(_records(name).values())
    told = "".join(_line(each) for each in records[:: max(1, len(records) // 24)])

    assert told == golden(f"catalogue/{name}.txt", told)


def _line(read: ReadRecord) -> str:
    record = read.record
    names = "; ".join(f"{name.text} ({name.role})" for name in record.names)
    of_imprint = f"{record.published_at} : {record.publisher}, {record.year}"
    codes = " ".join((record.kind, *record.languages, *record.isbns, *record.other_numbers))
    copies = " ".join(f"{each.item_id}@{each.place}" for each in read.holdings[:3])
    return f"{record.source}/{record.source_id}\n  {record.title}\n  {names}\n  {of_imprint}\n  {codes}\n  {copies}\n"


def test_a_thesis_of_the_university_has_its_supervisor_and_its_copies() -> None:
    found = _records("qnu_lv.json")["1"]

    assert found.record.names == (
        Name(text="Nguyễn Thị Thơm"),
        Name(text="Nguyễn An Lịch", role=NameRole.SUPERVISOR),
    )
    assert (found.record.kind, found.record.year, found.record.extent) == (RecordKind.THESIS, 1994, "124 tr. ; 17 cm")
    assert [each.item_id for each in found.holdings] == ["LV/TT.000055", "LV/TT.000056"]


def test_a_book_of_the_university_has_its_imprint_out_of_the_field_of_authors() -> None:
    found = _records("qnu_sach.csv")['ObjectId("5cab08f182ac8110ad8a3f2d")']

    assert [name.text for name in found.record.names] == ["Karl Marx", "Friedrich Engel"]
    assert (found.record.publisher, found.record.year) == ("Progres", 1981)
    assert [each.item_id for each in found.holdings] == [
        "NNM.000464",
        "NNM.000465",
        "NNM.000466",
        "NNM.000467",
        "300/F.000241",
    ]  # fmt: skip - one shelf


def test_invented_isbns_are_told_apart() -> None:
    records = [each.record for each in _records("webbookrate.csv").values()]

    assert sum(bool(record.isbns) for record in records) == 168
    assert sum(bool(record.other_numbers) for record in records) == 1_526


def test_what_a_shop_puts_around_titles_is_gone() -> None:
    titles = [each.record.title for each in _records("webbookrate.csv").values()]

    assert sum("tái bản" in title.casefold() for title in titles) < 10
    assert sum(title.startswith(("Sách - ", "Combo 2")) for title in titles) == 0


def test_marc8_of_a_real_library_is_read() -> None:
    record = _records("evergreen_lul_fre_500.mrc")["01-0222506"].record

    assert record.title.startswith("Histoire des colonies françaises et des établissements français")
    assert record.names == (Name(text="Roy, Just Jean Etienne"),)
    assert record.subjects == ("France -- Colonies -- Histoire",)
