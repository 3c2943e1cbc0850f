"""A fleet store for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fleet_intake import Store, fleet_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fleet_store(tmp_path) as made:
        yield made
