"""Each pad of `tests.support.pad_kinds` and its emulator, for the contract of pads."""

from collections.abc import AsyncIterator

import pytest

from tests.support.emulators import RunningEmulator, emulator
from tests.support.pad_kinds import KINDS, PadKind


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> PadKind:
    """Give one kind of pad; a test for some of them names these."""
    return KINDS[request.param]


@pytest.fixture
async def pad_device(kind: PadKind) -> AsyncIterator[RunningEmulator]:
    """Run the emulator of that kind."""
    async with emulator(kind.emulator, network=kind.network) as running:
        yield running
