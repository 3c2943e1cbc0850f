"""Every loop of a test is a steady one, those of ``asyncio.run`` too."""

import asyncio

import pytest

from tests.support.steady_loop import SteadyLoops


def pytest_configure(config: pytest.Config) -> None:  # noqa: ARG001 - the hook's form
    """Choose the loops before any is made."""
    asyncio.set_event_loop_policy(SteadyLoops())
