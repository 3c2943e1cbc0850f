"""A small library for every test of the server that needs one: built once, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.small_library import SmallLibrary, build_library, open_library


@pytest.fixture(scope="session")
def built_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the library's database; Mai's PIN is 2580. Not to be written."""
    return build_library(tmp_path_factory.mktemp("library"), pin="2580")


@pytest.fixture
def library(built_library: Path, tmp_path: Path) -> Iterator[SmallLibrary]:
    """Give a library of the test's own, on disk."""
    opened = open_library(Path(shutil.copy(built_library, tmp_path)))
    yield opened
    opened.engine.dispose()
