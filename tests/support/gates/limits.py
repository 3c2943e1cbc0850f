"""A test may limit this process's files; the limit is gone before anything is said about the test.

pytest writes a letter to its own log between a test and the end of its fixtures, and that log is a file too.
"""

import resource
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    """Give back the room that the test took away."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        return (yield)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
