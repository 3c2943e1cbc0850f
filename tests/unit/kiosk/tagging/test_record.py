"""The record of the tagging station: on disk at once, read back, half a line forgotten, a stranger's file refused."""

import resource
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.tagging.record import Line, Record, RecordError, complete, done, read_record
from kiosk.tagging.words import Content, Note, Outcome

AT = datetime(2026, 11, 22, 8, 30, tzinfo=timezone(timedelta(hours=7)))
NOTE = Note(Content("TVX.000001", 1, 2), "E004010000000001", Outcome.WRITTEN)


def lines(path: Path) -> tuple[Line, ...]:
    with Record(path) as record:
        return record.lines


def test_what_was_noted_is_there_next_time(tmp_path: Path) -> None:
    path = tmp_path / "tagging.csv"
    with Record(path) as record:
        record.add(NOTE, AT)

    assert lines(path) == (Line(NOTE.content, NOTE.uid, Outcome.WRITTEN),)
    assert path.read_text(encoding="utf-8").splitlines() == [
        "time,item_id,part,parts,uid,outcome,found",
        "2026-11-22T08:30:00+07:00,TVX.000001,1,2,E004010000000001,written,",
    ]


def test_half_a_line_is_cut_off_and_the_next_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "tagging.csv"
    with Record(path) as record:
        record.add(NOTE, AT)
    with path.open("ab") as file:
        file.write(b"2026-11-22T08:31:00+07:00,TVX.0000")
    with Record(path) as record:
        record.add(NOTE, AT)

    assert len(lines(path)) == 2


def test_lines_that_say_nothing_are_named_and_left(tmp_path: Path) -> None:
    path = tmp_path / "tagging.csv"
    with Record(path) as record:
        record.add(NOTE, AT)
    with path.open("a", encoding="utf-8") as file:
        file.write("what is this\n,,x,y,,written,\n")
    with Record(path) as record:
        found = record.lines, record.damaged

    assert found == ((Line(NOTE.content, NOTE.uid, Outcome.WRITTEN),), (3, 4))
    assert "what is this" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "data", [b"name,age\n", b"\xff\xfe\n", b"time,item_id\n", b"a letter without an end", b"dear\nreader"]
)
def test_another_file_is_refused_and_not_touched(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "letter.csv"
    path.write_bytes(data)
    with pytest.raises(RecordError) as caught, Record(path):
        pass

    assert str(path) in str(caught.value)
    assert path.read_bytes() == data


@pytest.mark.parametrize("path", [Path("/"), Path("/dev/zero")])
def test_a_folder_or_device_is_no_record(path: Path) -> None:
    with pytest.raises(RecordError), Record(path):
        pass


def test_two_stations_never_share_a_record_but_anybody_may_look(tmp_path: Path) -> None:
    path = tmp_path / "tagging.csv"
    with Record(path) as record:
        with pytest.raises(RecordError, match="another station"), Record(path):
            pass
        record.add(NOTE, AT)
        seen = read_record(path)

    assert seen == lines(path)
    assert len(seen) == 1


def test_looking_makes_no_record_and_says_why_it_cannot(tmp_path: Path) -> None:
    assert read_record(tmp_path / "absent.csv") == ()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RecordError, match="directory"):
        read_record(tmp_path)


def test_an_item_is_complete_when_every_part_of_it_has_its_tag() -> None:
    told = [
        Line(Content("A"), "T1", Outcome.WRITTEN),
        Line(Content("B", 1, 2), "T2", Outcome.WRITTEN),
        Line(Content("C", 1, 2), "T3", Outcome.CHECKED),
        Line(Content("C", 2, 2), "T4", Outcome.WRITTEN),
        Line(Content("D", 1, 2), "T5", Outcome.WRITTEN),
        Line(Content("D", 2, 2), "T6", Outcome.LOCKED),
    ]

    assert complete(told) == {"A", "C"}


def test_a_file_that_cannot_grow_is_told(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Record(tmp_path / "tagging.csv") as record:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))
        try:
            with pytest.raises(RecordError):
                record.add(NOTE, AT)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_of_a_tag_the_last_line_counts() -> None:
    told = (
        Line(Content("A"), "T1", Outcome.WRITTEN),
        Line(Content("B"), "T2", Outcome.CHECKED),
        Line(Content("C"), "T1", Outcome.WRITTEN),
        Line(Content("D"), "T3", Outcome.LOCKED),
    )

    assert sorted(done(told)) == [("B", "T2"), ("C", "T1")]


@given(st.text(max_size=60))
def test_whatever_a_tag_said_stays_one_harmless_field(tmp_path_factory: pytest.TempPathFactory, found: str) -> None:
    path = tmp_path_factory.mktemp("record") / "tagging.csv"
    with Record(path) as record:
        record.add(Note(NOTE.content, NOTE.uid, Outcome.DIFFERS, found), AT)
    (line,) = lines(path)

    assert line.outcome is Outcome.DIFFERS
    assert not line.found.startswith(("=", "+", "-", "@"))
