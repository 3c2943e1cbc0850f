"""``kiosk decode sip2`` on good lines, odd lines, transcripts and noise."""

import io
import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.decode import program
from kiosk.decode.sip2 import explain, lines, main
from sip2.agreement import LINE_CAP, Agreement


def run(data: bytes, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert main([], io.BytesIO(data)) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_is_explained_with_names_and_ids(capsys: pytest.CaptureFixture[str]) -> None:
    [seen] = run(b"1720261122    142801AOCPL|AB39999000000001|AC|ZZ1|AF\r\n", capsys)

    assert seen == {
        "message": "ItemInformationRequest",
        "code": "17",
        "direction": "request",
        "fields": [
            {"name": "transaction_date", "id": None, "value": "20261122    142801"},
            {"name": "institution_id", "id": "AO", "value": "CPL"},
            {"name": "item_id", "id": "AB", "value": "39999000000001"},
            {"name": "terminal_password", "id": "AC", "value": ""},
            {"name": None, "id": "ZZ", "value": "1"},
            {"name": None, "id": "AF", "value": ""},
        ],
        "checksum": "absent",
        "sequence": None,
        "oddities": ["no_last_delimiter"],
        "error": None,
    }


@pytest.mark.parametrize(
    ("line", "checksum", "sequence", "error"),
    [
        (b"9900802.00AY1AZFCA0", "good", 1, None),
        (b"9900802.00AY1AZ0000", "bad", 1, "bad_checksum"),
        (b"9900802.00", "absent", None, None),
        (b"96AZFEF6", "good", None, None),
        (b"ZZ20261122    142848AOCPL|AY7AZF8AA", "good", 7, "unknown_command: ZZ"),
        (b"17", "absent", None, "truncated: 17"),
        (b"", "absent", None, "too_short"),
        (b"942", "absent", None, "bad_fixed_field: ok"),
    ],
)
def test_checksum_number_and_error_are_told(
    line: bytes, checksum: str, sequence: int | None, error: str | None
) -> None:
    seen = explain(line, Agreement())

    assert (seen["checksum"], seen["sequence"], seen["error"]) == (checksum, sequence, error)


def test_every_line_gives_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    seen = run(b"941\r\n940\r96\n\n97\r", capsys)

    assert [line["code"] for line in seen] == ["94", "94", "96", "", "97"]


def test_a_recorded_transcript_is_read_through_its_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    transcript = rb"""# login
>> b'9300CNa|COb|\r1720261122    142849AO|ABx|\r'
<< b"941AY0AZFDFE\r\n"   [4 ms]
<< b'\r'
<< b'\u'
<< b'\xzz'
"""
    seen = run(transcript, capsys)

    assert [line["code"] for line in seen] == ["# ", "93", "17", "94", "", "\\u", "<<"]


def test_a_line_that_never_ends_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    seen = run(b"17" * LINE_CAP + b"\r\n941\r\n", capsys)

    assert [(line["code"], line["error"]) for line in seen] == [("17", "too_long"), ("94", None)]


def test_wrong_arguments_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--encoding", "morse"])

    assert stop.value.code == 2
    assert "morse" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["sip3"], ["--what"]])
def test_a_kind_that_does_not_exist_is_refused_with_those_that_do(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(words) == 2
    assert "sip2" in capsys.readouterr().err


def test_help_names_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--help"]) == 0

    shown = capsys.readouterr().out
    assert all(name in shown for name in program.KINDS)


@pytest.mark.parametrize("kind", program.KINDS)
def test_every_kind_has_its_own_help(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        program.main([kind, "--help"])

    assert stop.value.code == 0
    assert f"kiosk decode {kind}" in capsys.readouterr().out


@settings(deadline=None)
@given(st.lists(st.binary()))
def test_no_bytes_at_all_crash_it(chunks: list[bytes]) -> None:
    for line in lines(chunks):
        assert json.dumps(explain(line, Agreement()))


@settings(deadline=None)
@given(st.binary(), st.lists(st.integers(0, 50)))
def test_lines_do_not_depend_on_how_the_bytes_were_cut(stream: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[start:end] for start, end in itertools.pairwise(places)]

    assert list(lines(pieces)) == list(lines([stream]))
