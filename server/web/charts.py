"""Lines over time as shapes for a page: no script draws them, and a gap in what is known stays a gap. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

WIDTH: Final = 1000
HEIGHT: Final = 100
COLUMNS: Final = 288
"""Points of a line at most; where there are more readings, the worst of each column stands for all of it."""
_STEPS: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """A value at the beginning of a span of time."""

    at: datetime
    value: float
    late: bool = False
    """Nobody could hear it then: it was told afterwards."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is drawn in a field ``WIDTH`` wide and ``HEIGHT`` high, of which the origin is above on the left."""

    lines: tuple[str, ...]
    """Each the ``points`` of a polyline."""
    late: tuple[tuple[float, float], ...]
    """Where nobody could hear it: left edge and width."""
    top: float
    """The value at the upper edge; 0 is at the lower one."""
    worst: float
    latest: float


def shape(
    samples: Sequence[Sample], begin: datetime, end: datetime, every: timedelta, worst: Callable[[float, float], float]
) -> Shape | None:
    """Draw samples, oldest first, each of which stands for ``every``; ``worst`` chooses between two values.

    ``None``: there is none between ``begin`` and ``end``.
    """
    inside = [sample for sample in samples if begin <= sample.at < end]
    if not inside:
        return None
    column = max(every, (end - begin) / COLUMNS)
    columns = _columns(inside, begin, column, worst)
    top = _round_up(max(sample.value for sample in columns.values()))
    scale = WIDTH * column / (end - begin)
    lines = []
    for numbers in _runs(columns):
        points = [
            f"{round(number * scale, 1):g},{round(HEIGHT * (1 - columns[number].value / top), 1):g}"
            for number in numbers
        ]
        last = columns[numbers[-1]].value
        points.append(f"{round((numbers[-1] + 1) * scale, 1):g},{round(HEIGHT * (1 - last / top), 1):g}")
        lines.append(" ".join(points))
    late = _runs({number: sample for number, sample in columns.items() if sample.late})
    worst_of_all = columns[next(iter(columns))].value
    for sample in columns.values():
        worst_of_all = worst(worst_of_all, sample.value)
    return Shape(
        tuple(lines),
        tuple((round(numbers[0] * scale, 1), round(len(numbers) * scale, 1)) for numbers in late),
        top,
        worst_of_all,
        inside[-1].value,
    )


def _columns(
    samples: Sequence[Sample], begin: datetime, column: timedelta, worst: Callable[[float, float], float]
) -> dict[int, Sample]:
    columns: dict[int, Sample] = {}
    for sample in samples:
        number = int((sample.at - begin) / column)
        old = columns.get(number)
        value = sample.value if old is None else worst(old.value, sample.value)
        columns[number] = Sample(sample.at, value, sample.late or (old is not None and old.late))
    return columns


def _runs(columns: dict[int, Sample]) -> list[list[int]]:
    """Return the columns that stand side by side."""
    return [[number for _, number in run] for _, run in groupby(enumerate(columns), lambda pair: pair[1] - pair[0])]


def _round_up(value: float) -> float:
    """Return a number that is good to read and not below the value."""
    if value <= 0:
        return 1.0
    power = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 0.1
    return next((step * power for step in _STEPS if step * power >= value), 10 * power)
