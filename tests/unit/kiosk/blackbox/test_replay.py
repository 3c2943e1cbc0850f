"""``kiosk replay``: what it prints of a kept visit, and how it ends."""

from pathlib import Path

import pytest

from kiosk.replay.program import DIFFERENT, UNREADABLE, main
from tests.support.visits import two_books


def written(folder: Path, lines: list[str]) -> str:
    path = folder / "one.visit.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_each_event_stands_there_with_what_came_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([written(tmp_path, two_books())])
    said = capsys.readouterr().out

    assert status == 0
    assert "visit of 2026-11-22T09:00:00+07:00, kiosk 0.1.0" in said
    assert "Identifying -> IdentifyPatron" in said
    assert "DIFFERENT" not in said


@pytest.mark.parametrize(("language", "word"), [("vi", "Xong"), ("en", "Done")])
def test_the_screens_are_said_in_either_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, word: str
) -> None:
    main([written(tmp_path, two_books()), "--screens", "--language", language])
    said = [line for line in capsys.readouterr().out.splitlines() if line.lstrip().startswith("|")]

    assert any(word in line for line in said)


def test_another_way_than_then_is_shown_and_told_by_the_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [line.replace('"state":"Finished"', '"state":"Settling"') for line in two_books()]
    status = main([written(tmp_path, lines)])

    assert status == DIFFERENT
    assert "DIFFERENT: it was Settling" in capsys.readouterr().out


@pytest.mark.parametrize("lines", [[], ["{}"], ["\x00"], ["nothing"]])
def test_a_file_that_is_no_visit_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: list[str]) -> None:
    status = main([written(tmp_path, lines)])
    told = capsys.readouterr()

    assert (status, told.out) == (UNREADABLE, "")
    assert "one.visit.jsonl: line 1: " in told.err


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    statuses = [main([str(tmp_path / name)]) for name in ("missing", "bytes")]

    assert statuses == [UNREADABLE, UNREADABLE]
    assert "No such file" in capsys.readouterr().err
