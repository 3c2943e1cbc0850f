"""From the card to the closed kiosk and over a restart: session, runtime, roll and journal together."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from kiosk.journal import Journal
from kiosk.journal.staff import StaffRecords
from kiosk.performer import Performer
from kiosk.ports import LibrarySystem, OfflineLending, ReceiptPrinter, TagAlarm, Telemetry
from kiosk.runtime import Runtime
from kiosk.session.events import DeviceBack, LibrarySystemBack
from kiosk.session.machine import initial, step
from kiosk.session.staff_effects import CarryOut, CheckStaffPin, ReadDesk
from kiosk.session.staff_events import ActDone, DeskUnread, StaffCardPresented, StaffPinChecked, StaffTouched
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.staff_values import ActKind, ActResult, Desk, StaffAct
from kiosk.session.state import Idle, State
from kiosk.session.touches import DoneTouched, EnterTouched, KeyTouched
from kiosk.session.values import Device, Pin
from kiosk.staff.desk import Behind, StaffDesk
from kiosk.staff.hours import HoursWatch
from kiosk.staff.roll import new_roll
from kiosk.staff.roll_file import KnownRoll, save_roll
from library.lending.opening_hours import OpeningHours
from tests.support.staff_play import CLOSING, LAN, LIMITS
from tests.support.waiting import eventually
from tests.unit.kiosk.staff.test_desk import FakeSettler, FakeTrials

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOBODY = cast("Any", None)


class FakeClock:
    """Time as it is."""

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> datetime:
        return NOW


def performer(desk: StaffDesk | None) -> Performer:
    return Performer(
        library_system=cast("LibrarySystem", NOBODY),
        offline=cast("OfflineLending", NOBODY),
        alarm=cast("TagAlarm", NOBODY),
        printer=cast("ReceiptPrinter", NOBODY),
        telemetry=cast("Telemetry", NOBODY),
        clock=FakeClock(),
        staff=desk,
    )


@asynccontextmanager
async def kiosk(folder: Path) -> AsyncIterator[Runtime]:
    """Start a kiosk whose library system and devices are there."""
    states: list[State] = []
    async with Journal(folder / "journal.sqlite3", NOW.timestamp) as journal:
        records = StaffRecords(journal, NOW.timestamp)
        desk = StaffDesk(
            Behind(
                KnownRoll(folder / "staff"),
                records,
                journal,
                FakeSettler(),
                FakeTrials(),
                lambda _: (),
                lambda: True,
                lambda: NOW,
                lambda: None,
            )
        )
        runtime = Runtime(
            initial(replace(LIMITS), time.monotonic()),
            step=step,
            perform=performer(desk).perform,
            on_state=states.append,
            clock=FakeClock(),
        )
        running = asyncio.create_task(runtime.run())
        try:
            runtime.post(LibrarySystemBack())
            for device in Device:
                runtime.post(DeviceBack(device))
            await HoursWatch(OpeningHours(), lambda: NOW, records, runtime.post).recall()
            yield runtime
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def enter(runtime: Runtime, pin: str) -> None:
    runtime.post(StaffCardPresented(LAN))
    for digit in pin:
        runtime.post(KeyTouched(digit))
    runtime.post(EnterTouched())


async def test_staff_close_a_kiosk_and_it_is_closed_after_a_restart_until_they_open_it(tmp_path: Path) -> None:
    save_roll(tmp_path / "staff", new_roll().with_member(LAN, "NV-0001", "274193"))
    async with kiosk(tmp_path) as first:
        began = first.state
        enter(first, "000001")
        await eventually(lambda: isinstance(first.state, AskingStaffPin) and first.state.wrong)
        enter(first, "274193")
        await eventually(lambda: isinstance(first.state, AtStaffDesk) and first.state.desk is not None)
        first.post(StaffTouched(CLOSING))
        await eventually(lambda: isinstance(first.state, AtStaffDesk) and first.state.said is not None)
        first.post(DoneTouched())
        await eventually(lambda: isinstance(first.state, Closed))
    async with kiosk(tmp_path) as second:
        restarted = second.state
        enter(second, "274193")
        desk = await eventually(lambda: second.state.desk if isinstance(second.state, AtStaffDesk) else None)

    assert isinstance(began, Idle)
    assert isinstance(restarted, Closed)
    assert [each.act.kind for each in desk.acts] == [
        ActKind.ENTERED,
        ActKind.CLOSED,
        ActKind.ENTERED,
        ActKind.WRONG_PIN,
    ]


async def test_a_desk_that_fails_or_is_not_there_is_answered_all_the_same() -> None:
    act = StaffAct(ActKind.PAPER_CHANGED)
    orders = (CheckStaffPin(LAN, Pin("1"), last_try=False), ReadDesk(), CarryOut(LAN, act))
    failing = cast("StaffDesk", object())
    answers = [[await performer(desk).perform(order) for order in orders] for desk in (None, failing)]

    assert answers == [[StaffPinChecked(None, failed=True), DeskUnread(), ActDone(act, ActResult.FAILED)]] * 2


async def test_a_journal_that_does_not_say_is_no_desk() -> None:
    class Silent:
        async def read_desk(self) -> Desk | None:
            return None

    assert await performer(cast("StaffDesk", Silent())).perform(ReadDesk()) == DeskUnread()
