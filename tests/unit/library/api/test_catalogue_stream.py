"""A part of a catalogue on its way: whole, or an error of its own."""

import gzip
import hashlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from library.api.catalogue_stream import Heading, PartError, PartFault, Row, read_part, write_part
from tests.support.replica import HERE, NAMES, book

HEADING = Heading(feed="first", cursor=7, place=HERE, places=NAMES, last=True)
BOOKS = [book(1, "Dế Mèn phiêu lưu ký", HERE), book(5, "Một\u2028dòng\x85và \\u000a", HERE)]
ROWS = [*((each.key, each.model_dump_json().encode()) for each in BOOKS), (9, None)]
WHOLE = write_part(HEADING, ROWS)


def fault_of(packed: bytes) -> PartFault:
    with pytest.raises(PartError) as error:
        read_part(packed)
    return error.value.fault


def test_a_part_comes_back_as_it_was_written() -> None:
    part = read_part(WHOLE)

    assert part.heading == HEADING
    assert [(row.key, row.entry) for row in part.rows] == [(1, BOOKS[0]), (5, BOOKS[1]), (9, None)]
    assert part.rows[0].body == ROWS[0][1]


def test_a_part_without_a_record_is_one() -> None:
    assert read_part(write_part(HEADING, [])).rows == ()


def test_a_part_that_was_cut_anywhere_is_none() -> None:
    faults = {fault_of(WHOLE[:length]) for length in range(len(WHOLE))}

    assert faults == {PartFault.CUT_SHORT}


def test_a_line_that_is_left_out_put_in_or_changed_is_found() -> None:
    lines = gzip.decompress(WHOLE).splitlines(keepends=True)
    without = gzip.compress(b"".join([lines[0], *lines[2:]]))
    twice = gzip.compress(b"".join([lines[0], lines[1], *lines[1:]]))
    changed = gzip.compress(b"".join(lines).replace(b"VN-QN", b"VN-QM", 1))

    assert [fault_of(each) for each in (without, twice, changed)] == [PartFault.CHECKSUM] * 3
    assert fault_of(gzip.compress(lines[-1])) is PartFault.CHECKSUM


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([(1, b'{"key": 2}')], PartFault.UNREADABLE),
        ([(2, ROWS[0][1])], PartFault.UNREADABLE),
        ([(1, b"[" * 5000)], PartFault.UNREADABLE),
        ([(0, None)], PartFault.UNREADABLE),
        ([(-5, None)], PartFault.UNREADABLE),
        ([(1 << 63, None)], PartFault.UNREADABLE),
    ],
    ids=["no record", "another key", "deep", "no key", "below", "beyond a store"],
)
def test_a_row_that_is_no_record_spoils_its_part(rows: list[tuple[int, bytes | None]], fault: PartFault) -> None:
    assert fault_of(write_part(HEADING, rows)) is fault


def test_a_part_of_another_format_says_so() -> None:
    later = HEADING.model_construct(**{**HEADING.model_dump(), "format": 2})

    assert fault_of(write_part(later, [])) is PartFault.OTHER_FORMAT


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"a heading\n", PartFault.CUT_SHORT),
        (b'a heading\n{"end": false}\n', PartFault.CUT_SHORT),
        (b"a heading\n[true]\n", PartFault.CUT_SHORT),
        (b"a heading\n" + b"[" * 5000 + b"\n", PartFault.CUT_SHORT),
    ],
)
def test_a_part_whose_last_line_is_no_end_is_cut_short(text: bytes, fault: PartFault) -> None:
    assert fault_of(gzip.compress(text)) is fault


@pytest.mark.parametrize(
    ("heading", "lines", "fault"),
    [
        (HEADING.model_dump_json().encode(), 3, PartFault.CUT_SHORT),
        (b"no heading", 1, PartFault.UNREADABLE),
        (b"[" * 5000, 1, PartFault.UNREADABLE),
        (b"[]", 1, PartFault.OTHER_FORMAT),
        (b'{"format": 1}', 1, PartFault.UNREADABLE),
    ],
    ids=["other number of lines", "no JSON", "deep", "no object", "no heading"],
)
def test_a_part_that_was_sealed_with_a_fault_in_it_is_none(heading: bytes, lines: int, fault: PartFault) -> None:
    text = heading + b"\n"
    end = {"end": True, "lines": lines, "sha256": hashlib.sha256(text).hexdigest()}

    assert fault_of(gzip.compress(text + json.dumps(end).encode() + b"\n")) is fault


def test_what_is_not_packed_or_grows_beyond_all_bounds_is_none() -> None:
    assert fault_of(b"<html>busy</html>") is PartFault.NOT_PACKED
    assert fault_of(gzip.compress(b"\0" * (65 * 1024 * 1024), compresslevel=1)) is PartFault.TOO_LONG


@given(st.binary(max_size=200), st.integers(0, len(WHOLE)), st.integers(0, 8))
@example(b"", 0, 0)
def test_any_bytes_are_a_part_or_an_error_of_its_own(noise: bytes, at: int, over: int) -> None:
    try:
        part = read_part(WHOLE[:at] + noise + WHOLE[at + over :])
    except PartError:
        return

    assert all(isinstance(row, Row) for row in part.rows)
