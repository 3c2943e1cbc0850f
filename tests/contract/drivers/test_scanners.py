"""What every barcode scanner must do; each is worked through its own emulator, a pseudo-terminal for its port."""

import time
from collections.abc import AsyncIterator

import pytest

from drivers.barcode.base import BarcodeScanner
from drivers.errors import DeviceLostError, LossReason
from drivers.registry import installed_registry
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import eventually, in_time

AIM = {"scanner": "profile=aim-crlf", "evdev": "aim=yes"}
"""How each is told that the scanner sends the AIM mark."""
PIECE = {"scanner": 3, "evdev": 40}
"""Bytes that make a label come in several pieces, none of which ends where a letter does."""
PATIENT = {"scanner": "profile=generic", "evdev": "gap_ms=5000"}
"""How each is told to wait long for the rest of a label, where it can be told."""


@pytest.fixture(params=["scanner", "evdev"])
async def device(request: pytest.FixtureRequest) -> AsyncIterator[RunningEmulator]:
    async with emulator(request.param) as running:
        yield running


def make(device: RunningEmulator, options: str = "") -> BarcodeScanner:
    return installed_registry().scanner(device.url(options))


async def test_labels_come_in_order(device: RunningEmulator) -> None:
    async with make(device) as scanner:
        for number in range(5):
            await device.do("scan", text=f"205000000{number}")
        readings = scanner.readings()
        found = [(await in_time(anext(readings))).text for _ in range(5)]

    assert found == [f"205000000{number}" for number in range(5)]


async def test_a_label_is_told_with_the_time_of_its_last_byte(device: RunningEmulator) -> None:
    before = time.monotonic_ns()
    async with make(device) as scanner:
        await device.do("scan", text="2050000001")
        reading = await in_time(anext(scanner.readings()))

    assert before < reading.received_ns < time.monotonic_ns()


async def test_control_characters_and_separators_arrive_as_they_are(device: RunningEmulator) -> None:
    async with make(device) as scanner:
        await device.do("scan", text="20|\x1b@\t\x1d50")
        reading = await in_time(anext(scanner.readings()))

    assert reading.text == "20|\x1b@\t\x1d50"
    assert "|" not in repr(reading)


async def test_an_empty_label_and_one_too_long_arrive_empty(device: RunningEmulator) -> None:
    async with make(device) as scanner:
        readings = scanner.readings()
        await device.do("scan", text="")
        await device.do("scan", text="9" * 5000)
        await device.do("scan", text="2050000001")
        found = [(await in_time(anext(readings))).text for _ in range(3)]

    assert found == ["", "", "2050000001"]


async def test_the_symbology_mark_is_told_apart(device: RunningEmulator) -> None:
    async with make(device, AIM[device.name]) as scanner:
        await device.do("scan", text="]F020500001", suffix="0d0a")
        reading = await in_time(anext(scanner.readings()))

    assert (reading.text, reading.symbology) == ("20500001", "]F0")


async def test_what_was_scanned_before_the_port_was_opened_is_for_nobody(device: RunningEmulator) -> None:
    await device.do("scan", text="before")
    async with make(device) as scanner:
        await device.do("scan", text="after")
        reading = await in_time(anext(scanner.readings()))

    assert reading.text == "after"


async def test_a_label_in_pieces_is_put_together(device: RunningEmulator) -> None:
    await device.misbehave("split", size=PIECE[device.name], ms=20)
    async with make(device, PATIENT[device.name]) as scanner:
        await device.do("scan", text="2050000001")
        reading = await in_time(anext(scanner.readings()))

    assert reading.text == "2050000001"


async def test_a_label_whose_end_was_lost_does_not_spoil_the_next(device: RunningEmulator) -> None:
    async with make(device) as scanner:
        await device.do("scan", text="2050000001", suffix="")
        await eventually(lambda: scanner.health().damaged == 10)
        await device.do("scan", text="2050000002")
        reading = await in_time(anext(scanner.readings()))

    assert reading.text == "2050000002"
    assert scanner.health().damaged == 10


async def test_labels_that_came_before_the_cable_was_pulled_are_told_first(device: RunningEmulator) -> None:
    async with make(device) as scanner:
        await device.do("scan", text="2050000001")
        await eventually(lambda: scanner.health().exchanges == 1)
        await device.cable(plugged=False)
        readings = scanner.readings()

        assert (await in_time(anext(readings))).text == "2050000001"
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(readings))

    assert caught.value.reason is LossReason.UNPLUGGED


async def test_labels_for_nobody_are_forgotten_from_the_oldest(device: RunningEmulator) -> None:
    async with make(device) as scanner:
        for number in range(20):
            await device.do("scan", text=str(number))
        await eventually(lambda: scanner.health().exchanges == 20)
        readings = scanner.readings()

        # Of twenty the last sixteen are kept; the twentieth may still be on its way from the device's thread.
        assert int((await in_time(anext(readings))).text) >= 3
