"""A blocking device on its own thread: opened, worked, asked, closed; nothing left running."""

import asyncio
import contextlib
import threading
from collections.abc import Callable

import pytest

from drivers.device_thread import DeviceThread
from drivers.errors import DeviceError, DeviceLostError, LossReason
from drivers.handover import InOrder, Latest
from tests.support.waiting import eventually, in_time

LOST = DeviceLostError("fake", LossReason.UNPLUGGED)


class FakeDevice:
    """Does as the test says, and remembers what was done to it."""

    def __init__(self, work: Callable[[], float] = lambda: 60.0, opening: Exception | None = None) -> None:
        self._work = work
        self._opening = opening
        self._interrupted = threading.Event()
        self.done: list[str] = []

    def open(self) -> None:
        self.done.append("open")
        if self._opening is not None:
            raise self._opening

    def work(self) -> float:
        self.done.append("work")
        return self._work()

    def interrupt(self) -> None:
        self._interrupted.set()

    def close(self) -> None:
        self.done.append("close")

    def wait_for_interruption(self) -> float:
        self._interrupted.wait(10.0)
        raise DeviceLostError("fake", LossReason.CLOSED)


def raising(error: Exception) -> Callable[[], float]:
    def work() -> float:
        raise error

    return work


async def test_a_device_is_opened_worked_and_closed_on_one_thread() -> None:
    device = FakeDevice()
    thread = DeviceThread("fake", device)
    await thread.start(lambda: None)
    name = await in_time(thread.call(lambda: threading.current_thread().name))
    await thread.stop()
    await thread.stop()

    assert (name, device.done) == ("fake", ["open", "work", "close"])


async def test_work_is_done_again_when_it_says() -> None:
    device = FakeDevice(lambda: 0.0)
    thread = DeviceThread("fake", device)
    await thread.start(lambda: None)
    await eventually(lambda: device.done.count("work") > 5)
    await thread.stop()

    assert device.done[-1] == "close"


async def test_a_device_that_cannot_be_opened_says_why() -> None:
    device = FakeDevice(opening=LOST)

    with pytest.raises(DeviceLostError) as caught:
        await in_time(DeviceThread("fake", device).start(lambda: None))

    assert caught.value is LOST
    assert device.done == ["open", "close"]


@pytest.mark.parametrize("error", [LOST, RuntimeError("a defect")])
async def test_whatever_ends_the_work_reaches_every_caller(error: Exception) -> None:
    ended = asyncio.Event()
    thread = DeviceThread("fake", FakeDevice(raising(error)))
    await thread.start(ended.set)
    await in_time(ended.wait())
    with pytest.raises(type(error)):
        await in_time(thread.call(lambda: None))
    await thread.stop()

    assert thread.failure is error


class FakeStuckDevice(FakeDevice):
    """Cannot even be closed."""

    def close(self) -> None:
        raise OSError("the kernel refuses")


@pytest.mark.parametrize("opening", [None, LOST])
async def test_a_device_that_cannot_be_closed_leaves_nobody_waiting(opening: Exception | None) -> None:
    ended = asyncio.Event()
    thread = DeviceThread("fake", FakeStuckDevice(raising(LOST), opening))
    with contextlib.suppress(DeviceLostError):
        await in_time(thread.start(ended.set))
    await in_time(ended.wait())
    await in_time(thread.stop())

    assert thread.failure is LOST


async def test_a_command_that_fails_fails_its_caller_alone() -> None:
    thread = DeviceThread("fake", FakeDevice())
    await thread.start(lambda: None)

    def fail() -> None:
        raise DeviceError

    with pytest.raises(DeviceError):
        await in_time(thread.call(fail))

    assert await in_time(thread.call(lambda: 42)) == 42
    await thread.stop()


async def test_a_command_that_loses_the_device_ends_the_thread() -> None:
    thread = DeviceThread("fake", FakeDevice())
    ended = asyncio.Event()
    await thread.start(ended.set)
    with pytest.raises(DeviceLostError):
        await in_time(thread.call(raising(LOST)))
    await in_time(ended.wait())

    assert thread.failure is LOST
    await thread.stop()


async def test_a_command_that_waits_when_the_device_is_lost_is_told() -> None:
    release = threading.Event()

    def lose_later() -> float:
        release.wait(10.0)
        raise LOST

    thread = DeviceThread("fake", FakeDevice(lose_later))
    await thread.start(lambda: None)
    waiting = asyncio.create_task(thread.call(lambda: None))
    await asyncio.sleep(0)
    release.set()
    with pytest.raises(DeviceLostError):
        await in_time(waiting)
    await thread.stop()


async def test_a_cancelled_command_is_not_run() -> None:
    started, release = threading.Event(), threading.Event()
    ran: list[str] = []

    def hold() -> None:
        started.set()
        release.wait(10.0)

    thread = DeviceThread("fake", FakeDevice())
    await thread.start(lambda: None)
    first = asyncio.create_task(thread.call(hold))
    await asyncio.to_thread(started.wait, 10.0)
    second = asyncio.create_task(thread.call(lambda: ran.append("second")))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    release.set()
    await in_time(first)
    await in_time(thread.call(lambda: ran.append("third")))
    await thread.stop()

    assert ran == ["third"]


async def test_stopping_interrupts_what_waits_and_is_no_failure() -> None:
    device = FakeDevice()
    device._work = device.wait_for_interruption
    thread = DeviceThread("fake", device)
    await thread.start(lambda: None)
    await eventually(lambda: "work" in device.done)
    await in_time(thread.stop())

    assert thread.failure is None
    with pytest.raises(DeviceLostError) as caught:
        await in_time(thread.call(lambda: None))
    assert caught.value.reason is LossReason.CLOSED


async def test_a_thread_whose_loop_is_gone_ends() -> None:
    device = FakeDevice(lambda: 0.0)
    thread = DeviceThread("fake", device)

    async def begin() -> None:
        await thread.start(lambda: None)

    await asyncio.to_thread(asyncio.run, begin())
    thread.cross(lambda: None)
    await eventually(lambda: "close" in device.done)


async def test_the_newest_value_is_told_and_what_was_missed_is_not() -> None:
    latest: Latest[int] = Latest()
    values = latest.values()
    latest.put(1)
    first = await in_time(anext(values))
    for value in (2, 3, 3):
        latest.put(value)
    second = await in_time(anext(values))
    waiting = asyncio.ensure_future(anext(values))
    await asyncio.sleep(0)
    latest.put(4)
    third = await in_time(waiting)
    latest.put(5)
    latest.close(LOST)
    fourth = await in_time(anext(values))

    assert (first, second, third, fourth) == (1, 3, 4, 5)
    with pytest.raises(DeviceLostError):
        await in_time(anext(values))


async def test_a_second_reader_sees_the_newest_value_at_once() -> None:
    latest: Latest[int] = Latest()
    latest.put(1)
    latest.close(None)

    assert [value async for value in latest.values()] == [1]
    assert [value async for value in latest.values()] == [1]


async def test_values_come_in_order_and_the_oldest_are_thrown_away() -> None:
    stream: InOrder[int] = InOrder(3)
    for value in range(5):
        stream.put(value)
    stream.close(None)

    assert [value async for value in stream.values()] == [2, 3, 4]


async def test_a_reader_waits_for_the_next_value() -> None:
    stream: InOrder[int] = InOrder(3)
    values = stream.values()
    waiting = asyncio.ensure_future(anext(values))
    await asyncio.sleep(0)
    stream.put(7)

    assert await in_time(waiting) == 7
    stream.close(LOST)
    with pytest.raises(DeviceLostError):
        await in_time(anext(values))
