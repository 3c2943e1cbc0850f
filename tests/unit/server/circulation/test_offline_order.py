"""In whatever order kiosks tell what they did alone, the loans are what they would be had all been known at once."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.circulation.reserving import HoldWish
from server.store.account_models import Hold, HoldStage
from tests.support.offline_oracle import (
    TERMINALS,
    Deed,
    Happening,
    Town,
    add_third_kiosk,
    expected,
    in_time_order,
    town,
)
from tests.support.small_library import DE_MEN, KIEU, MAI, NAM, NOON, SmallLibrary, open_library
from tests.support.unmeasured import unmeasured

_MINUTES = 6
LONG = "OFFLINE_HISTORIES" in os.environ
"""A long run by hand takes as many histories as this says."""
EXAMPLES = int(os.environ.get("OFFLINE_HISTORIES", "80"))
_LATER = NOON + timedelta(days=2)
"""When the lines are back."""


@pytest.fixture(scope="module")
def quick(built_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLibrary]:
    """Give a library whose store is never committed to."""
    file = tmp_path_factory.mktemp("order") / "library.db"
    file.write_bytes(built_library.read_bytes())
    opened = open_library(file)
    add_third_kiosk(opened)
    yield opened
    opened.engine.dispose()


_TIES = [(2, 2, 2), (2, 4, 2), (2, 4, 3), (2, 4, 4)]
_PATTERNS = _TIES + ([(2, 2, 1), (2, 2, 3), (2, 4, 1), (2, 4, 5)] if LONG else [])
"""Minutes of a kiosk's two events and another's one: at the same time and between; in a long run also apart."""


def _at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def _interleavings(first: list[Happening], second: list[Happening]) -> Iterator[list[Happening]]:
    total = len(first) + len(second)
    for places in combinations(range(total), len(first)):
        one, two = iter(first), iter(second)
        yield [next(one) if index in places else next(two) for index in range(total)]


def _deed(kind: str, minute: int, terminal: str, number: int) -> Happening:
    if kind == "return":
        return Happening(_at(minute), terminal, "return", DE_MEN, number=number)
    due = NOON + timedelta(days=7 + minute + number)
    return Happening(_at(minute), terminal, "lend", DE_MEN, {"mai": MAI, "nam": NAM}[kind], due, number=number)


def test_every_history_of_two_kiosks_ends_as_if_all_had_been_known(quick: SmallLibrary) -> None:
    kinds = ("mai", "nam", "return")
    wrong = []
    for (a, b, c), (i, j, k) in product(product(kinds, repeat=3), _PATTERNS):
        journal = [_deed(a, i, TERMINALS[0], 1), _deed(b, j, TERMINALS[0], 2)]
        other = [_deed(c, k, TERMINALS[1], 1)]
        for arrival in _interleavings(journal, other):
            with unmeasured(), town(quick) as here:
                here.over_the_line(Happening(_at(0), TERMINALS[2], "lend", DE_MEN, MAI))
                quick.clock.now = _LATER
                for one in arrival:
                    here.hear(one)
                if here.stays() != expected([*here.done, *arrival]):
                    wrong.append(arrival)

    assert wrong == []


_WHAT: st.SearchStrategy[Deed] = st.sampled_from(("lend", "lend", "return", "renew"))
_DEEDS = st.tuples(
    st.integers(0, _MINUTES),
    st.sampled_from(TERMINALS),
    _WHAT,
    st.sampled_from((DE_MEN, DE_MEN, KIEU)),
    st.sampled_from((MAI, NAM)),
    st.booleans(),  # over the line
    st.sampled_from((True, True, True, False)),  # a certain time
    st.integers(0, _MINUTES),  # how much later it is told
    st.integers(1, 20),  # days promised
)


def _story(deeds: list[tuple[int, str, Deed, str, str, bool, bool, int, int]]) -> list[tuple[datetime, Happening]]:
    """Give what is done over the line and what is told, each with the time at which the server meets it."""
    steps: list[tuple[datetime, bool, Happening]] = []
    journals: dict[str, list[datetime]] = {terminal: [] for terminal in TERMINALS}
    for minute, terminal, deed, item, card, line, sure, delay, days in sorted(deeds, key=lambda deed: deed[0]):
        if line:
            steps.append((_at(minute), False, Happening(_at(minute), terminal, deed, item, card, line=True)))
            continue
        journal = journals[terminal]
        journal.append(max([_at(minute + delay), *journal[-1:]]))
        kind: Deed = "return" if deed == "return" else "lend"
        wrong = timedelta(minutes=2 * (days % 5 - 2))
        shown = _at(minute) if sure else min(_at(minute) + wrong, journal[-1])
        due = NOON + timedelta(days=days) if kind == "lend" else None
        told = Happening(shown, terminal, kind, item, card if due else "", due, sure=sure, number=len(journal))
        steps.append((journal[-1], True, told))
    return [(at, one) for at, _, one in sorted(steps, key=lambda step: step[:2])]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_DEEDS, min_size=1, max_size=9))
def test_any_history_of_three_kiosks_and_a_desk_ends_as_if_all_had_been_known(
    quick: SmallLibrary, deeds: list[tuple[int, str, Deed, str, str, bool, bool, int, int]]
) -> None:
    with town(quick) as here:
        told, first = [], []
        for at, one in _story(deeds):
            if one.line:
                here.over_the_line(one)
            else:
                told.append(one)
                first.append(here.hear(one, at))
        known = here.stays()
        again = [here.hear(one, _LATER) for one in told]

        assert known == expected([*here.done, *told])
        assert here.stays() == known
        assert [one.outcome for one in first] == [one.outcome for one in again]
        assert all(
            one.due is not None and one.due.at >= what.due for one, what in zip(first, told, strict=True) if what.due
        )


def _wait_for(here: Town) -> None:
    """Let Nam wait at the hub for the book, which is kept for Nam there."""
    here.library.clock.now = NOON - timedelta(days=1)
    desk = here.library.desk
    desk.reservations.place(here.session, here.counters[TERMINALS[0]], NAM, HoldWish(item_number=DE_MEN))
    desk.take_back(here.session, here.counters[TERMINALS[0]], DE_MEN)


def _stage_of_the_hold(happenings: list[Happening]) -> HoldStage:
    """Say what must have become of it: whoever waited has the book, or had it, or waits, or it is there again."""
    stays = expected(happenings)
    if any(stay.card == NAM for stay in stays):
        return HoldStage.FULFILLED
    if any(stay.ended_at is None for stay in stays):
        return HoldStage.WAITING
    last = [one for one in in_time_order(happenings) if one.deed == "return"][-1]
    return HoldStage.READY if last.terminal == TERMINALS[0] else HoldStage.IN_TRANSIT


def test_whoever_waits_gets_on_as_if_all_had_been_known(quick: SmallLibrary) -> None:
    kinds = ("mai", "nam", "return")
    wrong = []
    for (a, b, c), (i, j, k) in product(product(kinds, repeat=3), _TIES[1:] if LONG else [(2, 4, 3)]):
        journal = [_deed(a, i, TERMINALS[0], 1), _deed(b, j, TERMINALS[0], 2)]
        other = [_deed(c, k, TERMINALS[1], 1)]
        for arrival in _interleavings(journal, other):
            with unmeasured(), town(quick) as here:
                _wait_for(here)
                quick.clock.now = _LATER
                for one in arrival:
                    here.hear(one)
                hold = here.session.scalars(select(Hold)).one()
                if hold.stage is not _stage_of_the_hold(arrival):
                    wrong.append((hold.stage, _stage_of_the_hold(arrival), arrival))

    assert wrong == []
