"""``kiosk decode barcode``: a line of JSON for each picture, whatever it is."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from drivers.barcode.picture_file import LARGEST_FILE
from drivers.barcode.symbology import Symbology
from drivers.emulators.label_pictures import Label, Pose, Seeing, picture
from kiosk.__main__ import main
from tests.support.camera_frames import write

ROOT = Path(__file__).parents[3]

CARD = Label(Symbology.CODABAR, "31117013206375")
BOOK = Label(Symbology.CODE128, "TV-2050000012")
SIZE = (800, 600)


def _said(capsys: pytest.CaptureFixture[str], *words: str | Path) -> list[dict[str, Any]]:
    assert main(["decode", "barcode", *map(str, words)]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_picture_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "card.png"
    write(file, picture([(CARD, Pose(2.0, 33.0))], Seeing(noise=2), SIZE))
    (said,) = _said(capsys, file)

    assert list(said) == ["file", "symbology", "text", "milliseconds"]
    assert (said["file"], said["symbology"], said["text"]) == (str(file), "codabar", CARD.text)
    assert said["milliseconds"] > 0


def test_a_picture_without_a_label_has_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "table.png", picture([], size=SIZE))
    (said,) = _said(capsys, tmp_path / "table.png")

    assert (said["symbology"], said["text"]) == (None, None)
    assert "error" not in said


def test_what_is_no_picture_gets_its_line_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words.png").write_text("words", encoding="ascii")
    (tmp_path / "empty.png").touch()
    with (tmp_path / "huge.png").open("wb") as huge:
        huge.truncate(LARGEST_FILE + 1)
    files = [tmp_path / name for name in ("absent.png", "words.png", "empty.png", "huge.png")]
    said = _said(capsys, *files, tmp_path, Path("/dev/zero"))
    errors = ["absent", "no_picture", "no_picture", "too_large", "unreadable", "unreadable"]

    assert [line["error"] for line in said] == errors
    assert {(line["symbology"], line["text"]) for line in said} == {(None, None)}


def test_the_rules_decide_what_is_a_label(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "card.png"
    write(file, picture([(CARD, Pose(2.0, 10.0))], size=SIZE))
    asked = [
        ("--symbologies", "codabar", "--length", "14", "--check-digit", "codabar:library14"),
        ("--symbologies", "code128,ean13"),
        ("--length", "6-13"),
        ("--keep-start-stop",),
    ]

    assert [_said(capsys, file, *words)[0]["text"] for words in asked] == [CARD.text, None, None, f"A{CARD.text}B"]


def test_several_labels_are_all_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "both.png"
    write(file, picture([(BOOK, Pose(2.0, at=(0.5, 0.5))), (CARD, Pose(2.0, at=(0.5, 0.15)))], size=SIZE))
    (said,) = _said(capsys, file)

    assert said["text"] == BOOK.text
    assert said["others"] == [{"symbology": "codabar", "text": CARD.text}]


def test_missing_libraries_are_said_in_words() -> None:
    without = (
        "import sys; sys.modules['zxingcpp'] = None; from kiosk.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", without, "decode", "barcode", "label.png"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "not installed" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("a.png", "--symbologies", "aztec"),
        ("a.png", "--length", "x"),
        ("a.png", "--check-digit", "codabar"),
        ("a.png", "--colour"),
    ],
)
def test_wrong_arguments_are_said_and_end_with_2(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["decode", "barcode", *words])

    assert caught.value.code == 2
    assert "kiosk decode barcode" in capsys.readouterr().err
