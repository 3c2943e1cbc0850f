"""One seed for the tests' order, for chance inside them and for Hypothesis; told, so that a run can be repeated."""

import os

import pytest
from hypothesis import HealthCheck, settings

_BITS = 32
_BYTES = _BITS // 8


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed, unless one was given, before pytest-randomly and Hypothesis look for theirs."""
    _register_profiles()
    wanted = config.getoption("randomly_seed", None)
    if wanted is None:  # pytest-randomly was switched off
        return
    if wanted == "default":
        wanted = int.from_bytes(os.urandom(_BYTES))
    elif wanted == "last" and config.cache is not None:
        wanted = config.cache.get("randomly_seed", int.from_bytes(os.urandom(_BYTES)))
    config.option.randomly_seed = wanted
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = wanted


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say the seed where everybody looks, also in a log of a thousand lines."""
    seed = config.getoption("randomly_seed", None)
    if seed is not None:
        terminalreporter.section("random order")
        terminalreporter.write_line(f"seed {seed}; the same order again: make test PYTEST_ARGS=--randomly-seed={seed}")


def _register_profiles() -> None:
    """Register how Hypothesis works: no law fails because a machine is slow; in CI nothing but the seed decides."""
    slow = [HealthCheck.too_slow]
    settings.register_profile("here", deadline=None, print_blob=True, suppress_health_check=slow)
    settings.register_profile("ci", settings.get_profile("here"), database=None, derandomize=False, max_examples=60)
    settings.load_profile("here")
