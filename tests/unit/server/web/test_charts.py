"""Lines over time as shapes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.web.charts import COLUMNS, HEIGHT, WIDTH, Sample, shape

END = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
Worst = Callable[[float, float], float]


def most(one: float, other: float) -> float:
    return max(one, other)


def least(one: float, other: float) -> float:
    return min(one, other)


def samples(*values: float | None, late: frozenset[int] = frozenset()) -> list[Sample]:
    """Return one value an hour, the last of them in the hour before the end; ``None``: nothing was read."""
    begin = END - len(values) * HOUR
    return [
        Sample(begin + number * HOUR, value, number in late) for number, value in enumerate(values) if value is not None
    ]


def test_a_line_stands_from_the_begin_of_its_first_hour_to_the_end_of_its_last() -> None:
    drawn = shape(samples(0, 5, 10, 10), END - 4 * HOUR, END, HOUR, max)

    assert drawn is not None
    assert drawn.lines == ("0,100 250,50 500,0 750,0 1000,0",)
    assert (drawn.top, drawn.worst, drawn.latest) == (10, 10, 10)


def test_what_was_not_read_is_a_gap_and_no_line_from_one_side_to_the_other() -> None:
    drawn = shape(samples(5, None, None, 10), END - 4 * HOUR, END, HOUR, max)

    assert drawn is not None
    assert drawn.lines == ("0,50 250,50", "750,0 1000,0")


def test_what_was_told_afterwards_is_marked_where_it_belongs() -> None:
    drawn = shape(samples(5, 5, 5, 5, late=frozenset({1, 2})), END - 4 * HOUR, END, HOUR, max)

    assert drawn is not None
    assert drawn.late == ((250, 500),)


@pytest.mark.parametrize(("worst", "expected"), [(most, 9), (least, 1)])
def test_many_readings_become_few_of_which_each_is_the_worst(worst: Worst, expected: float) -> None:
    minute = timedelta(minutes=1)
    many = [Sample(END - HOUR * 24 + number * minute, 9 if number % 2 else 1) for number in range(24 * 60)]
    drawn = shape(many, END - HOUR * 24, END, minute, worst)

    assert drawn is not None
    (line,) = drawn.lines
    assert len(line.split()) == COLUMNS + 1
    assert drawn.worst == expected
    assert {point.partition(",")[2] for point in line.split()} == {f"{HEIGHT * (1 - expected / drawn.top):g}"}


def test_without_a_sample_in_the_span_nothing_is_drawn() -> None:
    assert shape([], END - HOUR, END, HOUR, max) is None
    assert shape([Sample(END, 1)], END - HOUR, END, HOUR, max) is None
    assert shape([Sample(END - 2 * HOUR, 1)], END - HOUR, END, HOUR, max) is None


@given(
    st.lists(st.tuples(st.integers(0, 500), st.floats(0, 1e15)), min_size=1, max_size=60),
    st.sampled_from([most, least]),
)
def test_every_point_stands_in_the_field(pairs: list[tuple[int, float]], worst: Worst) -> None:
    many = [Sample(END - timedelta(minutes=500 - at), value) for at, value in sorted(pairs)]
    drawn = shape(many, END - timedelta(minutes=500), END, timedelta(minutes=5), worst)
    if drawn is None:
        assert all(at == 500 for at, _ in pairs)
        return
    points = [point.split(",") for line in drawn.lines for point in line.split()]
    assert all(0 <= float(x) <= WIDTH + 10 and 0 <= float(y) <= HEIGHT for x, y in points)
    assert drawn.top >= max(value for at, value in pairs if at < 500) or worst is least
