"""The pauses between two connections."""

from hypothesis import given
from hypothesis import strategies as st

from mqtt.link import reconnect_pause

CHANCE = st.floats(min_value=0, max_value=1)


@given(attempt=st.integers(0, 10_000), chance=CHANCE)
def test_a_pause_is_never_longer_than_the_longest_and_never_shorter_than_half_the_shortest(
    attempt: int, chance: float
) -> None:
    assert 0.5 <= reconnect_pause(attempt, 1.0, 30.0, chance) <= 30.0


@given(chance=CHANCE)
def test_pauses_grow(chance: float) -> None:
    pauses = [reconnect_pause(attempt, 1.0, 30.0, chance) for attempt in range(6)]

    assert pauses == sorted(pauses)


def test_a_thousand_kiosks_come_back_scattered() -> None:
    pauses = [reconnect_pause(5, 1.0, 30.0, number / 1000) for number in range(1000)]

    assert (min(pauses), max(pauses) > 29.9, len(set(pauses))) == (15.0, True, 1000)
