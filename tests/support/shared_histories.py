"""Histories that are drawn and played once for many laws, and histories drawn until they reached what is spoken of."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.support.unmeasured import unmeasured

_SLOWLY = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
"""How fast a busy machine draws a history is no fault of a law."""
_BATCH = 100
_MEASURED = 40
"""So many histories are enough to see which lines they go through; the others are played at full pace."""
_BATCHES = 40
"""Four thousand histories have not reached it: then it cannot be reached, or nobody would ever test it."""

History = TypeVar("History")
Told = TypeVar("Told")
Kind = TypeVar("Kind")


def drawn(histories: st.SearchStrategy[History], play: Callable[[History], Told], number: int) -> list[Told]:
    """Give what ``play`` told of some ``number`` histories, as the run's seed has it; a failing play is shrunk."""
    told: list[Told] = []

    @settings(max_examples=number, deadline=None, suppress_health_check=_SLOWLY)
    @given(histories)
    def look(history: History) -> None:
        if len(told) < _MEASURED:
            told.append(play(history))
            return
        with unmeasured():
            told.append(play(history))

    look()
    return told


def reached(
    wanted: Iterable[Kind], histories: st.SearchStrategy[History], kinds: Callable[[History], Iterable[Kind]]
) -> set[Kind]:
    """Give all kinds that were met in the histories; as many are drawn as it takes, each run the same ones first."""
    missing, met = set(wanted), set[Kind]()
    for number in range(_BATCHES):

        @seed(number)
        @settings(
            max_examples=_BATCH, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=_SLOWLY
        )
        @given(histories)
        def look(history: History) -> None:
            with unmeasured():
                met.update(kinds(history))

        look()
        missing -= met
        if not missing:
            break
    return met
