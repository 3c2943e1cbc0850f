"""Devices that come and go, and the alarm that is written through the pad."""

import asyncio
import errno
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from drivers.errors import (
    AlarmNotVerifiedError,
    DeviceLostError,
    LossReason,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
)
from drivers.rfid.tagdata.alarm import AlarmScheme
from kiosk.alarm.pad import PadTagAlarm
from kiosk.devices.kept import Together
from kiosk.devices.supervisor import FIRST_WAIT_S, LONGEST_WAIT_S, STEADY_S, Slot
from kiosk.journal import Journal
from kiosk.ports import AlarmNotOff, AlarmOff
from kiosk.session.events import DeviceBack, DeviceLost, Event, LabelRejected
from kiosk.session.values import AlarmFault, Device, ItemId, LabelFault, TagUid
from tests.support.pads import FakePad

ON_LOAN = 0xC2
SECURED = 0x07
TAG = TagUid("E004010031269117")
BOOK = ItemId("TV.000001")


class FakeDriver:
    """Opens or refuses as its script says; its work ends with a loss."""

    def __init__(self, script: list[str]) -> None:
        self._script = script
        self.closed = 0

    async def __aenter__(self) -> Self:
        match self._script.pop(0):
            case "refuse":
                raise DeviceLostError("pad", LossReason.NOT_THERE)
            case "break":
                raise OSError(errno.EIO, "what no driver has thought of")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closed += 1


class Stopped(Exception):  # noqa: N818 - not an error: the end of the test's script
    """The script is over."""


async def kept(script: list[str], open_for: float = 0.0) -> tuple[list[Event], list[float]]:
    driver = FakeDriver(script)
    slot = Slot(Device.PAD, lambda: driver)
    events: list[Event] = []
    pauses: list[float] = []

    now = 0.0

    async def work(opened: FakeDriver) -> None:
        nonlocal now
        now += open_for
        assert slot.current is opened
        raise DeviceLostError("pad", LossReason.UNPLUGGED)

    async def pause(seconds: float) -> None:
        assert slot.current is None
        pauses.append(seconds)
        if not script:
            raise Stopped

    with pytest.raises(Stopped):
        await slot.keep(work, events.append, pause, lambda: now)
    return events, pauses


async def test_a_device_that_is_not_there_is_told_once() -> None:
    events, pauses = await kept(["refuse"] * 8)

    assert events == [DeviceLost(Device.PAD)]
    assert len(pauses) == 8


async def test_a_fault_of_the_system_beneath_a_driver_costs_the_device_and_not_the_kiosk() -> None:
    events, _ = await kept(["break", "open", "break"])

    assert events == [DeviceLost(Device.PAD), DeviceBack(Device.PAD), DeviceLost(Device.PAD)]


async def test_each_loss_and_each_return_is_told() -> None:
    events, _ = await kept(["open", "refuse", "open"])

    assert events == [
        DeviceBack(Device.PAD),
        DeviceLost(Device.PAD),
        DeviceBack(Device.PAD),
        DeviceLost(Device.PAD),
    ]


async def test_the_pauses_grow_to_a_bound_and_begin_anew_after_a_return() -> None:
    _, pauses = await kept(["refuse"] * 10 + ["open"], open_for=STEADY_S)

    assert pauses[0] <= FIRST_WAIT_S * 1.2
    assert max(pauses) <= LONGEST_WAIT_S * 1.2
    assert pauses[9] >= LONGEST_WAIT_S * 0.8
    assert pauses[10] <= FIRST_WAIT_S * 1.2


async def test_work_that_ends_without_an_error_is_a_loss_too() -> None:
    driver = FakeDriver(["open", "open"])
    slot = Slot(Device.PAD, lambda: driver)
    events: list[Event] = []

    async def work(_: FakeDriver) -> None:
        """End at once."""

    async def pause(_seconds: float) -> None:
        if driver.closed == 2:
            raise Stopped

    with pytest.raises(Stopped):
        await slot.keep(work, events.append, pause)

    assert events == [DeviceBack(Device.PAD), DeviceLost(Device.PAD)] * 2
    assert driver.closed == 2


async def test_a_device_that_opens_and_dies_at_once_is_opened_ever_more_rarely() -> None:
    _, pauses = await kept(["open"] * 8)

    assert pauses[7] >= LONGEST_WAIT_S * 0.8


def test_of_several_scanners_the_last_lost_is_told_and_the_first_back() -> None:
    told: list[Event] = []
    together = Together(told.append)
    first, second = together.post_of(0), together.post_of(1)

    second(DeviceLost(Device.SCANNER))
    first(DeviceBack(Device.SCANNER))
    second(DeviceLost(Device.SCANNER))
    second(DeviceBack(Device.SCANNER))
    first(DeviceLost(Device.SCANNER))
    first(LabelRejected(LabelFault.EMPTY))
    second(DeviceLost(Device.SCANNER))

    assert told == [
        DeviceLost(Device.SCANNER),
        DeviceBack(Device.SCANNER),
        LabelRejected(LabelFault.EMPTY),
        DeviceLost(Device.SCANNER),
    ]


async def test_a_cancelled_device_is_closed() -> None:
    driver = FakeDriver(["open"])
    slot = Slot(Device.PAD, lambda: driver)
    opened = asyncio.Event()

    async def work(_: FakeDriver) -> None:
        opened.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(slot.keep(work, lambda _: None))
        await opened.wait()
        keeping.cancel()

    assert driver.closed == 1
    assert slot.current is None


async def test_the_intent_is_struck_off_only_after_the_tag_was_read_back(tmp_path: Path) -> None:
    pad = FakePad({TAG: SECURED})
    async with Journal(tmp_path / "journal.sqlite3", lambda: 1.0) as journal:
        slot = FakeSlot(pad)

        answer = await PadTagAlarm(slot, journal, AlarmScheme()).switch_off(BOOK, [TAG])

        assert answer == AlarmOff()
        assert pad.afi[TAG] == ON_LOAN
        assert await journal.open_alarms() == ()


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (TagGoneError(TAG), AlarmFault.TAG_GONE),
        (TagLockedError(TAG), AlarmFault.LOCKED),
        (AlarmNotVerifiedError(TAG, ON_LOAN, SECURED), AlarmFault.NOT_VERIFIED),
        (TagUnreadableError(TAG), AlarmFault.NOT_VERIFIED),
        (DeviceLostError("pad", LossReason.UNPLUGGED), AlarmFault.PAD_LOST),
    ],
)
async def test_an_alarm_that_stays_on_leaves_its_intent_open(
    tmp_path: Path, error: Exception, fault: AlarmFault
) -> None:
    pad = FakePad({TAG: SECURED}, fails_with=error)
    async with Journal(tmp_path / "journal.sqlite3", lambda: 1.0) as journal:
        answer = await PadTagAlarm(FakeSlot(pad), journal, AlarmScheme()).switch_off(BOOK, [TAG])

        assert answer == AlarmNotOff(fault)
        assert [alarm.item_id for alarm in await journal.open_alarms()] == [BOOK]


async def test_without_a_pad_the_intent_stays_open_too(tmp_path: Path) -> None:
    async with Journal(tmp_path / "journal.sqlite3", lambda: 1.0) as journal:
        answer = await PadTagAlarm(FakeSlot(None), journal, AlarmScheme()).switch_off(BOOK, [TAG])

        assert answer == AlarmNotOff(AlarmFault.PAD_LOST)
        assert [alarm.tags for alarm in await journal.open_alarms()] == [(TAG,)]


class FakeSlot:
    """Where the pad is, or is not."""

    def __init__(self, current: FakePad | None) -> None:
        self.current = current
