"""The row of readings that could not be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt.telemetry_ring import TelemetryRing


def test_a_full_ring_gives_up_its_oldest_and_counts_it() -> None:
    ring = TelemetryRing[int](3)
    for reading in range(5):
        ring.add(reading)

    assert (ring.oldest(10)[1], len(ring), ring.dropped) == ((2, 3, 4), 3, 2)


def test_what_gave_way_while_it_was_being_told_takes_nothing_newer_with_it() -> None:
    ring = TelemetryRing[int](3)
    for reading in range(3):
        ring.add(reading)
    mark, taken = ring.oldest(2)
    ring.add(3)
    ring.add(4)
    ring.told(mark)

    assert (taken, ring.oldest(10)[1]) == ((0, 1), (2, 3, 4))


def test_a_ring_has_room_for_one_at_least() -> None:
    with pytest.raises(ValueError, match="one at least"):
        TelemetryRing[int](0)


@given(st.integers(1, 5), st.lists(st.one_of(st.just("add"), st.integers(1, 6)), max_size=60))
def test_whatever_happens_nothing_is_told_twice_and_only_what_was_dropped_is_missing(
    limit: int, steps: list[str | int]
) -> None:
    ring = TelemetryRing[int](limit)
    added, told = 0, list[int]()
    for step in steps:
        if isinstance(step, int):
            mark, taken = ring.oldest(step)
            told += taken
            ring.told(mark)
        else:
            ring.add(added)
            added += 1
    told += ring.oldest(limit)[1]

    assert told == sorted(set(told))
    assert len(told) + ring.dropped == added
    assert told[-limit:] == list(range(added))[-min(limit, len(told)) :] or not told
