"""What the tests cost the processor, theirs and that of programs they started and saw end; told after a run.

Wall time tells little where tests wait for programs and several runs share the machine.
"""

import os
from collections import defaultdict
from collections.abc import Iterator

import pytest

_TOLD = 6
_spent: defaultdict[str, float] = defaultdict(float)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Add what a test and its fixtures cost to its module."""
    before = _seconds()
    try:
        return (yield)
    finally:
        _spent[item.nodeid.partition("::")[0]] += _seconds() - before


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the modules that cost most."""
    terminalreporter.section(f"processor: {_seconds():.0f} s")
    for module, seconds in sorted(_spent.items(), key=lambda spent: -spent[1])[:_TOLD]:
        terminalreporter.write_line(f"{seconds:6.1f} s  {module}")


def _seconds() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
