"""Identifiers that sort by time."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt.ids import fresh_id, time_ordered_id

MOMENTS = st.integers(min_value=0, max_value=2**48 - 1)
RANDOM = st.binary(min_size=10, max_size=10)


@given(moment=MOMENTS, randomness=RANDOM)
def test_an_id_is_a_uuid_of_version_7(moment: int, randomness: bytes) -> None:
    made = uuid.UUID(time_ordered_id(moment, randomness))

    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, moment)


@given(moments=st.tuples(MOMENTS, MOMENTS).filter(lambda pair: pair[0] < pair[1]), first=RANDOM, second=RANDOM)
def test_a_later_id_sorts_behind(moments: tuple[int, int], first: bytes, second: bytes) -> None:
    assert time_ordered_id(moments[0], first) < time_ordered_id(moments[1], second)


def test_two_ids_are_never_the_same() -> None:
    assert len({fresh_id() for _ in range(1000)}) == 1000


def test_the_randomness_is_ten_bytes() -> None:
    with pytest.raises(ValueError, match="ten random bytes"):
        time_ordered_id(0, b"short")
