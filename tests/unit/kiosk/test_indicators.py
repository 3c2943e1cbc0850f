"""Lights and tones follow the session; neither ever says anything alone."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import cast

import pytest
from hypothesis import given, settings

from drivers.errors import DeviceLostError, LossReason
from drivers.gpio.base import Board, Lamp, Signal, SignalReading, Tone
from kiosk.devices.indicators import Indicators, lights_of, tone_of
from kiosk.devices.return_lights import Lights
from kiosk.session.answers import AlarmStillOn, AlarmSwitchedOff, LoanMade, LoanRefused, PatronRefused, ReceiptFailed
from kiosk.session.events import CardPresented, DeviceLost, Event, ItemScanned, LabelRejected, LibrarySystemLost
from kiosk.session.staff_events import HoursChanged
from kiosk.session.state import State
from kiosk.session.touches import FinishTouched, ReceiptTouched, StartTouched
from kiosk.session.values import AlarmFault, Device, LabelFault, PatronId, PrinterFault, VisitId
from library.lending.refusals import Refusal
from tests.support.session_histories import Move, Witness, histories
from tests.support.session_play import Play, item, loan, pad_of
from tests.support.waiting import eventually, in_time

VISIT = VisitId("v1")


def heard(play: Play, *events: Event) -> list[Tone]:
    """Tell these and give the tones."""
    tones = []
    for event in events:
        before = play.state
        play.tell(event)
        tones.append(tone_of(before, play.state))
    return [tone for tone in tones if tone is not None]


def lit(play: Play) -> set[str]:
    """Name the lamps that are on, those that blink with a star."""
    lights = lights_of(play.state)
    return {str(lamp) for lamp in lights.lit} | {f"{lamp}*" for lamp in lights.blinking}


def test_green_says_that_the_kiosk_is_free() -> None:
    assert lit(Play().open()) == {"green"}


def test_the_ring_lights_while_a_card_is_awaited() -> None:
    play = Play().open()
    play.tell(StartTouched())

    assert lit(play) == {"green", "reader"}


def test_a_card_is_heard_and_seen_when_it_was_read() -> None:
    play = Play().open()

    assert heard(play, CardPresented(VISIT, PatronId("x"))) == [Tone.READ]
    assert lit(play) == {"reader", "blue*"}


def test_a_patron_who_is_turned_away_is_called_to_the_screen() -> None:
    play = Play().open()
    play.tell(CardPresented(VISIT, PatronId("x")))

    assert heard(play, PatronRefused(VISIT, Refusal.PATRON_BLOCKED, "")) == [Tone.ATTENTION]
    assert lit(play) == {"red*"}


def test_a_pile_is_heard_once_when_it_is_read_and_once_when_it_is_safe_to_take() -> None:
    play = Play().open().begin()
    read = heard(play, pad_of(1, 2))
    while_lending = lit(play)
    answers: list[Event] = [LoanMade(VISIT, loan(1)), AlarmSwitchedOff(VISIT, item(1)), LoanMade(VISIT, loan(2))]
    between = heard(play, *answers)
    done = heard(play, AlarmSwitchedOff(VISIT, item(2)))

    assert (read, while_lending) == ([Tone.READ], {"reader", "blue*"})
    assert between == []
    assert (done, lit(play)) == ([Tone.DONE], {"reader", "green"})


def test_a_book_that_must_still_be_laid_down_is_not_called_done() -> None:
    play = Play().open().begin()
    play.tell(ItemScanned(item(1)))

    assert heard(play, LoanMade(VISIT, loan(1))) == []
    assert lit(play) == {"reader", "blue"}


def test_a_refused_book_calls_the_patron_and_red_stays() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1))

    assert heard(play, LoanRefused(VISIT, item(1), Refusal.OTHER, "")) == [Tone.ATTENTION]
    assert lit(play) == {"reader", "red*"}
    assert heard(play, ItemScanned(item(2))) == [Tone.READ]
    assert lit(play) == {"reader", "red*", "blue*"}


def test_each_failed_attempt_at_an_alarm_calls_anew() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), LoanMade(VISIT, loan(1)))

    assert heard(play, AlarmStillOn(VISIT, item(1), AlarmFault.NOT_VERIFIED)) == [Tone.ATTENTION]
    play.tell(pad_of(), pad_of(1))
    assert heard(play, AlarmStillOn(VISIT, item(1), AlarmFault.NOT_VERIFIED)) == [Tone.ATTENTION]


def test_a_strange_label_calls_each_time() -> None:
    play = Play().open().begin()
    first = heard(play, LabelRejected(LabelFault.UNKNOWN_PATTERN))
    play.pass_time(1)

    assert first == [Tone.ATTENTION]
    assert heard(play, LabelRejected(LabelFault.UNKNOWN_PATTERN)) == [Tone.ATTENTION]


def test_the_question_whether_somebody_is_there_calls_once() -> None:
    play = Play().open().begin()
    tones = []
    for _ in range(70 * 4):
        before = play.state
        play.pass_time(0.25)
        tones.append(tone_of(before, play.state))

    assert tones.count(Tone.ATTENTION) == 1
    assert lit(play) == {"reader", "red*"}


def test_a_visit_that_went_well_ends_with_done_and_green() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1))
    play.answer_all()

    assert heard(play, FinishTouched()) == [Tone.DONE]
    assert lit(play) == {"green"}


def test_a_visit_without_a_loan_ends_in_silence() -> None:
    assert heard(Play().open().begin(), FinishTouched()) == []


def test_a_receipt_that_did_not_come_out_calls() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1))
    play.answer_all()
    play.tell(FinishTouched(), ReceiptTouched(wanted=True))

    assert heard(play, ReceiptFailed(VISIT, PrinterFault.PAPER_OUT)) == [Tone.ATTENTION]
    assert lit(play) == {"red*"}


def test_a_kiosk_that_fails_with_nobody_before_it_blinks_red_in_silence() -> None:
    play = Play().open()

    assert heard(play, LibrarySystemLost(), DeviceLost(Device.PAD), DeviceLost(Device.SCANNER)) == []
    assert lit(play) == {"red*"}


def _steps(history: tuple[bool, list[Move]]) -> list[tuple[State, State]]:
    begun, moves = history
    witness = Witness()
    witness.play.open()
    if begun:
        witness.play.begin()
    steps = []
    for move in moves:
        before = witness.play.state
        try:
            witness.happen(move)
        except (AssertionError, KeyError):  # the witness's own laws are tested elsewhere
            break
        steps.append((before, witness.play.state))
    return steps


@settings(max_examples=80, deadline=None)
@given(histories)
def test_no_tone_is_without_its_lamp(history: tuple[bool, list[Move]]) -> None:
    lamp_of = {
        Tone.READ: lambda lights: Lamp.BLUE in lights.blinking,
        Tone.DONE: lambda lights: Lamp.GREEN in lights.lit and Lamp.RED not in lights.blinking,
        Tone.ATTENTION: lambda lights: Lamp.RED in lights.blinking,
    }

    silent = [
        (tone, after)
        for before, after in _steps(history)
        if (tone := tone_of(before, after)) is not None and not lamp_of[tone](lights_of(after))
    ]
    assert silent == []


@settings(max_examples=80, deadline=None)
@given(histories)
def test_red_never_stands_green_never_blinks_and_no_lamp_does_both(history: tuple[bool, list[Move]]) -> None:
    shown = [lights_of(after) for _, after in _steps(history)]

    assert [lights for lights in shown if Lamp.RED in lights.lit or Lamp.GREEN in lights.blinking] == []
    assert [lights for lights in shown if lights.lit & lights.blinking] == []
    assert [lights for lights in shown if not lights.lit | lights.blinking] == []


@settings(max_examples=80, deadline=None)
@given(histories)
def test_a_state_that_stays_says_nothing(history: tuple[bool, list[Move]]) -> None:
    assert [after for _, after in _steps(history) if tone_of(after, after) is not None] == []


class FakeBoard:
    """A board that writes down what it is told."""

    def __init__(self, readings: list[SignalReading] | None = None) -> None:
        self.said: list[Lights | Tone] = []
        self.readings_left = readings or []
        self.gone = asyncio.Event()
        self.fails: DeviceLostError | None = None

    async def light(self, lit: frozenset[Lamp], blinking: frozenset[Lamp] = frozenset()) -> None:
        if self.fails is not None:
            raise self.fails
        self.said.append(Lights(lit, blinking))

    async def sound(self, tone: Tone) -> None:
        self.said.append(tone)

    async def readings(self) -> AsyncIterator[SignalReading]:
        for reading in self.readings_left:
            yield reading
        await self.gone.wait()
        raise DeviceLostError("board", LossReason.UNPLUGGED)


async def test_a_board_shows_the_state_that_it_finds_and_each_after_it() -> None:
    board, indicators, play = FakeBoard(), Indicators(lambda _: None), Play().open()
    indicators.follow(play.state)
    async with asyncio.TaskGroup() as group:
        work = group.create_task(indicators.work(cast("Board", board)))
        await eventually(lambda: len(board.said) == 1)
        play.tell(CardPresented(VISIT, PatronId("x")))
        indicators.follow(play.state)
        await eventually(lambda: len(board.said) == 3)
        work.cancel()

    assert board.said == [
        Lights(frozenset({Lamp.GREEN})),
        Lights(frozenset({Lamp.READER}), frozenset({Lamp.BLUE})),
        Tone.READ,
    ]


async def test_what_a_trial_lit_is_put_right_when_it_is_over() -> None:
    board, indicators = FakeBoard(), Indicators(lambda _: None)
    indicators.follow(Play().open().state)
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(indicators.work(cast("Board", board)))
        await eventually(lambda: len(board.said) == 1)
        indicators.show_again()
        await eventually(lambda: len(board.said) == 2)
        working.cancel()

    assert board.said[0] == board.said[1]


def test_a_closed_kiosk_is_dark() -> None:
    play = Play().open()

    assert heard(play, HoursChanged(in_hours=False)) == []
    assert lit(play) == set()


async def test_of_two_tones_in_one_turn_the_graver_is_heard() -> None:
    board, indicators, play = FakeBoard(), Indicators(lambda _: None), Play().open()
    indicators.follow(play.state)
    async with asyncio.TaskGroup() as group:
        work = group.create_task(indicators.work(cast("Board", board)))
        await eventually(lambda: len(board.said) == 1)
        for event in (CardPresented(VISIT, PatronId("x")), PatronRefused(VISIT, Refusal.PATRON_BLOCKED, "")):
            play.tell(event)
            indicators.follow(play.state)
        await eventually(lambda: len(board.said) == 3)
        work.cancel()

    assert board.said[1:] == [Lights(blinking=frozenset({Lamp.RED})), Tone.ATTENTION]


async def test_what_happened_without_a_board_is_shown_and_not_sounded() -> None:
    board, indicators, play = FakeBoard(), Indicators(lambda _: None), Play().open()
    indicators.follow(play.state)
    play.tell(CardPresented(VISIT, PatronId("x")))
    indicators.follow(play.state)
    async with asyncio.TaskGroup() as group:
        work = group.create_task(indicators.work(cast("Board", board)))
        await eventually(lambda: len(board.said) == 1)
        work.cancel()

    assert board.said == [Lights(frozenset({Lamp.READER}), frozenset({Lamp.BLUE}))]


async def test_signals_are_told_and_those_for_staff_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    board = FakeBoard(
        [
            SignalReading(Signal.DOOR_OPEN, active=False, received_ns=1),
            SignalReading(Signal.PRESENCE, active=True, received_ns=2),
            SignalReading(Signal.DOOR_OPEN, active=True, received_ns=3),
        ]
    )
    told: list[SignalReading] = []
    indicators = Indicators(told.append)
    with caplog.at_level(logging.WARNING):
        async with asyncio.TaskGroup() as group:
            work = group.create_task(indicators.work(cast("Board", board)))
            await eventually(lambda: len(told) == 3)
            active = indicators.active
            work.cancel()

    assert [reading.signal for reading in told] == [Signal.DOOR_OPEN, Signal.PRESENCE, Signal.DOOR_OPEN]
    assert active == {Signal.PRESENCE, Signal.DOOR_OPEN}
    assert caplog.messages == ["door_open: begins"]
    assert indicators.active == frozenset()


@pytest.mark.parametrize("way", ["reading", "lighting"])
async def test_a_lost_board_ends_the_work_by_its_own_error(way: str) -> None:
    board, indicators = FakeBoard(), Indicators(lambda _: None)
    if way == "lighting":
        board.fails = DeviceLostError("board", LossReason.UNPLUGGED)
        indicators.follow(Play().open().state)
    else:
        board.gone.set()

    with pytest.raises(DeviceLostError) as caught:
        await in_time(indicators.work(cast("Board", board)))

    assert caught.value.reason is LossReason.UNPLUGGED
