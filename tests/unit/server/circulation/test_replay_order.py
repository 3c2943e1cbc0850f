"""Whose turn it is: the earliest of an item, one at a time, and nobody's where the times have no order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from library.api.replaying import Turn
from library.lending.offline_events import ClockCertainty
from server.circulation.replay_order import GATHER, PATIENCE, Waiting, in_time, turn_of
from server.store.offline_models import EventKind
from server.store.replay_models import ReplayStage
from tests.support.small_library import NOON

LENT = Waiting(
    "kiosk-a",
    "t1",
    EventKind.LENT,
    NOON,
    ClockCertainty.SURE,
    1,
    NOON + timedelta(hours=1),
    ReplayStage.OPEN,
    NOON + timedelta(hours=1),
)
RETURNED = replace(LENT, terminal_id="kiosk-b", transaction_id="t9", kind=EventKind.RETURNED)
LATER = replace(RETURNED, at=NOON + timedelta(minutes=1))
NOW = LENT.arrived_at + GATHER
UNKNOWN = ClockCertainty.UNKNOWN


def at(minutes: int, number: int, clock: ClockCertainty = ClockCertainty.SURE) -> Waiting:
    return replace(
        LENT, at=NOON + timedelta(minutes=minutes), journal_no=number, transaction_id=f"t{number}", clock=clock
    )


def test_an_event_alone_is_told_once_others_had_time_to_come() -> None:
    early = turn_of(LENT, [LENT], NOW - timedelta(seconds=1))

    assert (early, turn_of(LENT, [LENT], NOW)) == (Turn.WAIT, Turn.TELL)


def test_the_earlier_one_is_told_first_and_the_later_one_waits_for_it() -> None:
    both = [LATER, LENT]

    assert [turn_of(each, both, NOW) for each in both] == [Turn.WAIT, Turn.TELL]


@pytest.mark.parametrize("stage", [ReplayStage.APPLIED, ReplayStage.RENEWED])
def test_what_happened_before_something_that_stands_is_superseded(stage: ReplayStage) -> None:
    assert turn_of(LENT, [LENT, replace(LATER, stage=stage)], NOW) is Turn.SUPERSEDED


def test_one_that_is_being_told_keeps_also_an_earlier_one_waiting() -> None:
    telling = replace(LATER, stage=ReplayStage.TELLING)

    assert turn_of(LENT, [LENT, telling], NOW) is Turn.WAIT


def test_a_kiosk_that_says_nothing_more_holds_up_the_others_for_a_day_at_most() -> None:
    telling = replace(LENT, stage=ReplayStage.TELLING)
    turns = [turn_of(LATER, [telling, LATER], LATER.arrived_at + wait) for wait in (PATIENCE / 2, PATIENCE)]

    assert turns == [Turn.WAIT, Turn.TELL]


def test_what_somebody_else_has_waits_for_news_and_is_for_staff_after_a_day() -> None:
    elsewhere = replace(LATER, kind=EventKind.LENT, stage=ReplayStage.ELSEWHERE)
    back = replace(LENT, kind=EventKind.RETURNED, stage=ReplayStage.APPLIED, changed_at=NOW)
    old_news = replace(back, changed_at=NOON)

    assert turn_of(elsewhere, [elsewhere], NOW) is Turn.WAIT
    assert turn_of(elsewhere, [elsewhere, old_news], NOW) is Turn.WAIT
    assert turn_of(elsewhere, [elsewhere, back], NOW) is Turn.TELL
    assert turn_of(elsewhere, [elsewhere], elsewhere.arrived_at + PATIENCE) is Turn.NEEDS_STAFF


def test_what_somebody_else_has_is_in_nobodys_way() -> None:
    assert turn_of(LATER, [replace(LENT, stage=ReplayStage.ELSEWHERE), LATER], NOW) is Turn.TELL


def test_times_that_nobody_knows_have_no_order_among_kiosks_but_one_in_their_own_journal() -> None:
    unknown = replace(LENT, clock=UNKNOWN)
    own = replace(unknown, journal_no=2, transaction_id="t2")

    assert [turn_of(each, [unknown, LATER], NOW) for each in (unknown, LATER)] == [Turn.NEEDS_STAFF] * 2
    assert turn_of(LATER, [replace(unknown, stage=ReplayStage.NEEDS_STAFF), LATER], NOW) is Turn.TELL
    assert [turn_of(each, [unknown, own], NOW) for each in (unknown, own)] == [Turn.TELL, Turn.WAIT]


def test_an_unknown_time_lies_between_its_neighbours_in_the_journal() -> None:
    journal = [at(5, 1), at(-999, 2, UNKNOWN), at(7, 3), at(999, 4, UNKNOWN), at(8, 5)]

    assert in_time(reversed(journal)) == journal


def test_in_the_same_second_a_kiosk_that_begins_with_a_return_comes_first() -> None:
    assert in_time([LENT, RETURNED]) == [RETURNED, LENT]
