"""Who may import whom."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, imported_roots, python_files, settings, syntax

PURE = (
    "drivers/errors.py",
    "kiosk/receipts",
    "kiosk/session",
    "kiosk/ui/view_account.py",
    "kiosk/ui/view_borrow.py",
    "kiosk/ui/view_end.py",
    "kiosk/ui/view_home.py",
    "kiosk/ui/view_model.py",
    "kiosk/ui/view_pin.py",
    "kiosk/ui/view_questions.py",
    "kiosk/ui/view_return.py",
    "kiosk/ui/view_rows.py",
    "kiosk/ui/view_types.py",
    "kiosk/ui/view_words.py",
    "library/identity",
    "library/lending",
    "library/text",
    "mqtt/messages.py",
    "mqtt/topics.py",
    "sip2",
)
"""Rooms and modules that do no I/O and read no clock; with every module named like a codec."""
PURE_BY_NAME = ("codec", "tagdata", "crc", "checksum", "frames")
IMPURE_CALLS = frozenset({"open", "print", "input", "now", "today", "utcnow", "monotonic", "monotonic_ns", "sleep"})
IMPURE_MODULES = frozenset(
    {"asyncio", "logging", "os", "random", "secrets", "select", "socket", "sqlite3", "subprocess", "threading", "time"}
)
BEHIND_ONE_DOOR = {
    "cv2": "drivers/",
    "escpos": "drivers/printer/",
    "evdev": "drivers/",
    "fastapi": "server/",
    "gpiozero": "drivers/",
    "kivy": "kiosk/ui/",
    "paho": "mqtt/",
    "pymarc": "library/catalogue/reading/",
    "serial": "drivers/",
    "smartcard": "drivers/",
    "sqlalchemy": "server/",
    "tantivy": "library/catalogue/index/",
}
"""A library and the only folder of the product that may import it."""


def test_the_layers_of_the_house_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [linter, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_the_wheel_and_mypy_know_every_room() -> None:
    tool = settings()["tool"]
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "deploy"}

    assert rooms == set(tool["importlinter"]["root_packages"])
    assert rooms == set(tool["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert rooms | {"tests", "deploy"} == set(tool["mypy"]["packages"])


def _pure_files() -> list[Path]:
    by_name = [path for path in python_files("drivers") if any(name in path.stem for name in PURE_BY_NAME)]
    return python_files(*PURE) + [path for path in by_name if "emulators" not in path.parts]


@pytest.mark.parametrize("path", _pure_files(), ids=str)
def test_a_pure_module_does_nothing_but_reckon(path: Path) -> None:
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }

    assert not called & IMPURE_CALLS
    assert not imported_roots(path) & IMPURE_MODULES


@pytest.mark.parametrize(("library", "door"), sorted(BEHIND_ONE_DOOR.items()))
def test_a_library_is_imported_behind_one_door(library: str, door: str) -> None:
    users = [path.as_posix() for path in python_files() if library in imported_roots(path)]
    product = [user for user in users if not user.startswith(("tests/", "deploy/"))]

    assert [user for user in product if not user.startswith(door)] == []


def test_the_view_model_can_be_had_without_kivy() -> None:
    asked = "import sys, kiosk.ui.view_model; print('kivy' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "False"
