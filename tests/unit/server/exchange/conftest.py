"""A Koha that is harvested."""

import pytest

from tests.support.harvests import Harvests, five_records
from tests.support.small_library import SmallLibrary


@pytest.fixture
def harvests(library: SmallLibrary) -> Harvests:
    """Give a library, and a Koha of five records that it harvests."""
    return five_records(library)
