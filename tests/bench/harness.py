"""Measures two ways of doing the same thing in turn, and says when a figure cannot be trusted."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROUNDS = 7
"""The fewest rounds in which the two alternate."""
STEADY = 0.20
"""A spread of the rounds' ratios (largest - smallest, over the median) above this share is printed as inconclusive."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One round of one side."""

    seconds: float
    """Wall time an operation, or whatever the bench compares (its name says it), such as a 95th percentile."""
    cpu_seconds: float
    """CPU time an operation, of every process that the bench counts."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure beside its floor or its best alternative."""

    name: str
    unit: str
    ours: str
    other: str
    ours_median: float
    other_median: float
    ratio_median: float
    ratio_min: float
    ratio_max: float
    ours_cpu: float
    other_cpu: float
    rounds: int
    note: str = ""

    @property
    def conclusive(self) -> bool:
        """Whether the rounds agree."""
        return (self.ratio_max - self.ratio_min) <= STEADY * self.ratio_median

    def as_json(self) -> dict[str, object]:
        """Give the figures and whether they are to be trusted."""
        return {**asdict(self), "conclusive": self.conclusive}


def compare(  # noqa: PLR0913 - a bench is named by its two sides, and all but the two functions are words
    name: str,
    ours: tuple[str, Callable[[], Sample]],
    other: tuple[str, Callable[[], Sample]],
    *,
    unit: str = "ms",
    rounds: int = ROUNDS,
    note: str = "",
) -> Comparison:
    """Run the two in turn, one uncounted round first; times are told in ``unit`` (``ms`` or ``us``) an operation."""
    scale = {"ms": 1e3, "us": 1e6}[unit]
    ours[1]()
    other[1]()
    pairs = [(ours[1](), other[1]()) for _ in range(max(rounds, ROUNDS))]
    ratios = [mine.seconds / theirs.seconds for mine, theirs in pairs]
    return Comparison(
        name=name,
        unit=unit,
        ours=ours[0],
        other=other[0],
        ours_median=statistics.median(mine.seconds for mine, _ in pairs) * scale,
        other_median=statistics.median(theirs.seconds for _, theirs in pairs) * scale,
        ratio_median=statistics.median(ratios),
        ratio_min=min(ratios),
        ratio_max=max(ratios),
        ours_cpu=statistics.median(mine.cpu_seconds for mine, _ in pairs) * scale,
        other_cpu=statistics.median(theirs.cpu_seconds for _, theirs in pairs) * scale,
        rounds=len(pairs),
        note=note,
    )


def timed(work: Callable[[], object], operations: int) -> Sample:
    """Time ``work``, which does so many operations in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Sample((time.perf_counter() - wall) / operations, (time.process_time() - cpu) / operations)


def fsync_seconds(folder: Path | None = None, tries: int = 50) -> float:
    """Measure this machine's median time for one fsync of a small append."""
    found: list[float] = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(tries):
            file.write(b"x" * 512)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            found.append(time.perf_counter() - began)
    return statistics.median(found)
