"""Skips are told with their reasons at the end; one whose reason is not in the committed list fails the run."""

from pathlib import Path

import pytest

NAME = "skips that are told"
LIST = Path(__file__).parents[2] / "allowed_skips.txt"


def allowed_reasons(path: Path) -> frozenset[str]:
    """Read the list: one reason a line; a line that begins with # is a comment."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


class ToldSkips:
    """Collects the skips of one run."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._skipped: dict[str, list[str]] = {}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take a module that was skipped as a whole."""
        self._take(report)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a test that was skipped; one that is expected to fail is none."""
        if not hasattr(report, "wasxfail"):
            self._take(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run when there is a skip that nobody agreed to."""
        if self._refused() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell every reason with the tests that it stopped."""
        refused = self._refused()
        if self._skipped:
            terminalreporter.section("skips")
        for reason, tests in sorted(self._skipped.items()):
            verdict = "NOT ALLOWED (tests/allowed_skips.txt): " if reason in refused else "allowed: "
            terminalreporter.write_line(f"{verdict}{reason}", red=reason in refused)
            for test in tests:
                terminalreporter.write_line(f"    {test}")

    def _take(self, report: pytest.CollectReport | pytest.TestReport) -> None:
        if report.skipped:
            words = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
            self._skipped.setdefault(words.removeprefix("Skipped: "), []).append(report.nodeid)

    def _refused(self) -> set[str]:
        return set(self._skipped) - self._allowed


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let another list be named."""
    parser.addoption("--allowed-skips", type=Path, default=LIST, help="the reasons for which a test may be skipped")


def pytest_configure(config: pytest.Config) -> None:
    """Watch this run."""
    config.pluginmanager.register(ToldSkips(allowed_reasons(config.getoption("--allowed-skips"))), NAME)
