"""Whatever a library system does instead of answering, it is told lost soon, and there again when it is."""

import asyncio
import contextlib
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.ils.conversation import Turn
from kiosk.ils.pulse import MOST_UNANSWERED, Pulse
from kiosk.ils.settings import Sip2Settings
from kiosk.ports import Unanswered
from kiosk.session.values import Patron
from sip2.messages import PatronInformationRequest
from tests.support import acs_acts as acts
from tests.support.acs import FakeAcs
from tests.support.sip2_kiosk import BOOK, LOAN, MAI, FakeJournal, Pending, system_for
from tests.support.waiting import eventually, in_time
from tests.support.watched import Watched

SILENCE: dict[str, Any] = {"answer_s": 0.1, "lost_after_s": 0.3}


def test_a_line_that_nobody_uses_is_known_to_be_lost_within_ten_seconds_and_nobody_waits_longer() -> None:
    defaults = Sip2Settings(host="server", port=6001, zone=ZoneInfo("Asia/Ho_Chi_Minh"))

    assert defaults.keep_alive_s + defaults.silence_s <= 10
    assert defaults.give_up_s <= 10
    assert defaults.silence_s > defaults.answer_s


async def test_a_server_that_never_answers_a_loan_is_lost_while_the_loan_is_still_asked_about() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.drip)
        acs.plan("63", *[acts.drip] * 400)
        system = system_for(acs, give_up_s=20.0, **SILENCE)
        async with Watched(system) as watched:
            await eventually(lambda: watched.told[-1:] == [True])
            lending = asyncio.create_task(system.lend(LOAN, MAI, BOOK))
            await eventually(lambda: watched.told[-1:] == [False])
            still_asking = not lending.done()
            lending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await lending

    assert still_asking


async def test_a_server_that_says_it_is_there_and_answers_nobody_is_lost_and_gets_another_chance_later() -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.01)

    async with FakeAcs() as acs:
        acs.plan("63", *[acts.hang_up] * MOST_UNANSWERED)
        system = system_for(acs, pause=note)
        async with Watched(system) as watched:
            await eventually(lambda: watched.told == [True])
            answers = [await in_time(system.identify(MAI)) for _ in range(2)]
            await eventually(lambda: watched.told[:2] == [True, False])
            await eventually(lambda: watched.told == [True, False, True])
            again = await in_time(system.identify(MAI))

    assert answers == [Unanswered(), Unanswered()]
    assert isinstance(again, Patron)
    assert max(pauses) >= 4


async def test_a_patron_at_whose_card_the_server_hangs_up_does_not_take_it_from_the_others() -> None:
    async with FakeAcs() as acs:
        acs.plan("63", acts.hang_up, acts.hang_up)
        system = system_for(acs)
        async with Watched(system) as watched:
            await eventually(lambda: watched.told == [True])
            first = await in_time(system.identify(MAI))
            second = await in_time(system.identify(MAI))

    assert first == Unanswered()
    assert isinstance(second, Patron)
    assert watched.told == [True]


async def test_a_half_open_line_that_nobody_uses_is_lost() -> None:
    async with FakeAcs() as acs, Watched(system_for(acs, keep_alive_s=0.02, **SILENCE)) as watched:
        await eventually(lambda: watched.told[-1:] == [True])
        acs.mute = True
        await eventually(lambda: watched.told[-1:] == [False])
        acs.mute = False
        await eventually(lambda: watched.told[-1:] == [True])


async def test_a_server_that_takes_the_connection_and_never_speaks_is_lost_from_the_start() -> None:
    async with FakeAcs(mute=True) as acs, Watched(system_for(acs, **SILENCE)) as watched:
        await eventually(lambda: watched.told == [False])


async def test_a_line_that_flaps_and_answers_is_there() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs, answer_s=5.0, lost_after_s=5.0)
        async with Watched(system) as watched:
            await eventually(lambda: watched.told == [True])
            for _ in range(5):
                acs.hang_up_all()
                assert isinstance(await in_time(system.identify(MAI)), Patron)

    assert watched.told == [True]
    assert acs.count(PatronInformationRequest) >= 5


async def test_a_slow_answer_is_an_answer() -> None:
    """Two answers, each slower than half of the silence that is too long."""
    pulse = Pulse(silence_s=0.4)
    for _ in range(3):
        pulse.begun()
        began = asyncio.get_running_loop().time()
        await eventually(lambda began=began: asyncio.get_running_loop().time() - began > 0.05)  # type: ignore[misc] # bound now on purpose
        pulse.answered()

    assert pulse.verdict is True


async def test_a_silence_is_noticed_by_who_waits_for_it() -> None:
    pulse = Pulse(silence_s=0.05)
    pulse.line_is(there=True)
    pulse.begun()
    verdicts: list[bool | None] = []
    while not verdicts or verdicts[-1]:
        verdicts.append(pulse.verdict)
        if verdicts[-1]:
            await in_time(pulse.stirred_or_late())
    pulse.line_is(there=True)
    still = pulse.verdict
    pulse.forgive()

    assert (verdicts[-1], still, pulse.verdict) == (False, False, True)


async def test_what_nobody_waits_for_may_stay_unanswered() -> None:
    async with FakeAcs() as acs:
        acs.plan("63", *[acts.hang_up] * (3 * MOST_UNANSWERED))
        system = system_for(acs, FakeJournal())
        async with Watched(system) as watched:
            await eventually(lambda: watched.told == [True])
            await in_time(system.recover([Pending(LOAN, MAI, BOOK)]))
            await eventually(lambda: not acs.script["63"])

    assert watched.told == [True]


async def test_a_line_that_falls_silent_at_what_nobody_waits_for_is_looked_at_before_any_pause() -> None:
    async def forever(_seconds: float) -> None:
        await asyncio.Event().wait()

    async with FakeAcs() as acs:
        acs.plan("63", acts.hang_up, acts.fall_silent)
        system = system_for(acs, FakeJournal(), pause=forever, **SILENCE)
        await in_time(system.recover([Pending(LOAN, MAI, BOOK)]))
        async with Watched(system) as watched:
            await eventually(lambda: watched.told == [True, False])


async def test_who_waits_for_their_turn_while_nothing_is_answered_is_told_that_it_is_lost() -> None:
    pulse = Pulse(silence_s=0.05)
    turn = Turn(pulse)
    pulse.line_is(there=True)
    with pulse.aside():
        async with turn:
            pulse.begun()
            alone = pulse.verdict
            waiting = asyncio.create_task(turn.acquire())
            await eventually(lambda: pulse.verdict is False)
        await in_time(waiting)

    assert alone is True
