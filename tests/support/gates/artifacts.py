"""What a failed test leaves: its report, its logs and the files of its folders, under var/test-artifacts/<test>/."""

import re
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest

FOLDER: Final = Path(__file__).parents[3] / "var" / "test-artifacts"
MOST_BYTES: Final = 20_000_000
"""Of one test: pictures and logs of a visit are two; a database and a browser's profile are more than anybody reads."""
MOST_BYTES_OF_A_FILE: Final = 5_000_000
LONGEST_NAME: Final = 120

_failed = pytest.StashKey[list[str]]()
KEPT: Final = pytest.StashKey[dict[str, Path]]()
"""In the configuration's stash: a fixture that lives longer than a test -> the folder to keep when its user fails."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let another folder be named."""
    parser.addoption("--test-artifacts", type=Path, default=FOLDER, help="where failed tests leave their files")


def pytest_configure(config: pytest.Config) -> None:
    """Make room for the folders of fixtures."""
    config.stash[KEPT] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note what failed; when the test and its fixtures have ended, keep their files."""
    report = yield
    said = item.stash.setdefault(_failed, [])
    if report.failed:
        said.append(f"{report.when} failed\n\n{report.longreprtext}\n")
        said += [f"{title}\n{words}\n" for title, words in report.sections]
    if report.when == "teardown":
        folder = item.config.getoption("--test-artifacts") / folder_name(item.nodeid)
        shutil.rmtree(folder, ignore_errors=True)
        if said:
            keep(folder, "\n".join(said), _folders(item))
    return report


def folder_name(test_id: str) -> str:
    """Make a name for a folder of a test's id, such as ``unit.sip2.test_codec.test_a_line[1]``."""
    name = test_id.removeprefix("tests/").replace(".py::", ".").replace("::", ".").replace("/", ".")
    return re.sub(r"[^\w.\[\]-]+", "_", name)[:LONGEST_NAME]


def keep(folder: Path, report: str, kept: dict[str, Path]) -> None:
    """Write the report, and copy plain files, the smallest first, until there are enough."""
    folder.mkdir(parents=True)
    (folder / "report.txt").write_text(report, encoding="utf-8", errors="replace")
    files = [
        (path.stat().st_size, name, path.relative_to(source), path)
        for name, source in kept.items()
        for path in source.rglob("*")
        if path.is_file() and not path.is_symlink()
    ]
    total = 0
    for size, name, place, path in sorted(files):
        total += size
        if size > MOST_BYTES_OF_A_FILE or total > MOST_BYTES:
            break
        target = folder / name / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where the files are."""
    folder = config.getoption("--test-artifacts")
    ids = {report.nodeid for kind in ("failed", "error") for report in terminalreporter.getreports(kind)}
    there = [folder / folder_name(test_id) for test_id in sorted(ids)]
    if there := [path for path in there if path.exists()]:
        terminalreporter.section("what failed tests left")
        for path in there:
            terminalreporter.write_line(str(path))


def _folders(item: pytest.Item) -> dict[str, Path]:
    own: dict[str, Any] = getattr(item, "funcargs", None) or {}
    used: list[str] = getattr(item, "fixturenames", [])
    longer = {name: path for name, path in item.config.stash[KEPT].items() if name in used}
    return longer | ({"tmp_path": own["tmp_path"]} if isinstance(own.get("tmp_path"), Path) else {})
