"""``kiosk staff``: add, remove, list."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.__main__ import main as kiosk
from kiosk.enrolment import main
from kiosk.staff.roll_file import load_roll

TOML = """
schema_version = 1
kiosk_id = "tang-1"
site_name = "Thư viện"
state_folder = "state"
library_system = {url = "sip2://127.0.0.1:6001"}
devices = {barcode = "sim://barcode"}
agent = {socket = "agent.sock"}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(TOML + 'staff = {file = "staff"}\n', encoding="utf-8")
    return path


class Terminal(io.StringIO):
    """Standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


def typing(*lines: str) -> Callable[[str], str]:
    left = list(lines)
    return lambda _words: left.pop(0)


def test_a_member_is_added_from_a_pipe_listed_and_removed(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("NV-0001\n274193\n"))
    added = kiosk(["staff", "--config", str(config), "add", "quay-1"])
    listed = main(["--config", str(config), "list"])
    told = capsys.readouterr()
    roll = load_roll(config.with_name("staff"))
    removed = main(["--config", str(config), "remove", "quay-1"])
    empty = main(["--config", str(config), "list"])
    left = capsys.readouterr()

    assert (added, listed, removed, empty) == (0, 0, 0, 0)
    assert told.out == "quay-1 may enter staff mode\nquay-1\n"
    assert "274193" not in told.out + told.err
    assert roll.whose_card("NV-0001") == "quay-1"
    assert "nobody is on the roll" in left.err


def test_at_a_terminal_the_pin_is_typed_twice(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    differ = main(["--config", str(config), "add", "quay-1"], typing("NV-0001", "274193", "274194"))
    before = load_roll(config.with_name("staff")).members
    same = main(["--config", str(config), "add", "quay-1"], typing("NV-0001", "274193", "274193"))

    assert (differ, same) == (2, 0)
    assert before == ()
    assert "the two PINs differ" in capsys.readouterr().err


def test_what_cannot_be_done_is_said_in_words(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = main(["--config", str(config), "remove", "quay-9"])
    config.with_name("staff").write_text("{}", encoding="utf-8")
    open_to_all = main(["--config", str(config), "list"])
    config.write_text(TOML, encoding="utf-8")
    without = main(["--config", str(config), "list"])
    config.write_text("", encoding="utf-8")
    wrong = main(["--config", str(config), "list"])
    words = capsys.readouterr().err

    assert (gone, open_to_all, without, wrong) == (2, 2, 2, 2)
    assert "quay-9: nobody on the roll has this id" in words
    assert "staff.file is not set" in words
    assert "kiosk_id" in words
