"""The camera's driver before an emulated camera: a process that draws what it is ordered to show, well or badly."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from drivers.barcode.base import BarcodeScanner
from drivers.emulators.control import ControlError
from drivers.errors import DeviceLostError, LossReason
from drivers.registry import installed_registry
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import eventually, in_time

CARD: dict[str, Any] = {"symbology": "codabar", "text": "31117013206375", "angle": 40}
BOOK: dict[str, Any] = {"symbology": "code128", "text": "TV-2050000012", "x": 50, "y": 20}


@pytest.fixture
async def camera() -> AsyncIterator[RunningEmulator]:
    async with emulator("camera") as running:
        yield running


def make(camera: RunningEmulator) -> BarcodeScanner:
    return installed_registry().scanner(camera.url("fps=20"))


async def test_a_tilted_label_in_bad_light_is_told(camera: RunningEmulator) -> None:
    async with make(camera) as scanner:
        await camera.do("show", labels=[CARD], noise=6, light=40, blur=6, shadow=40)
        reading = await in_time(anext(scanner.readings()))

    assert (reading.text, reading.symbology) == (CARD["text"], "]F0")


async def test_two_labels_at_once_are_both_told(camera: RunningEmulator) -> None:
    async with make(camera) as scanner:
        await camera.do("show", labels=[{**CARD, "angle": 0, "y": 70}, BOOK])
        readings = scanner.readings()
        found = {(await in_time(anext(readings))).text for _ in range(2)}

    assert found == {CARD["text"], BOOK["text"]}


async def test_a_pulled_cable_is_told_and_a_new_one_reads(camera: RunningEmulator) -> None:
    async with make(camera) as scanner:
        readings = scanner.readings()
        await camera.cable(plugged=False)
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(readings))
    with pytest.raises(DeviceLostError) as again:
        await in_time(make(camera).__aenter__())
    await camera.do("show", labels=[BOOK])
    await camera.cable(plugged=True)
    async with make(camera) as scanner:
        reading = await in_time(anext(scanner.readings()))

    assert (caught.value.reason, again.value.reason) == (LossReason.UNPLUGGED, LossReason.NOT_THERE)
    assert reading.text == BOOK["text"]


async def test_black_and_broken_pictures_and_one_of_another_size_are_passed_over(camera: RunningEmulator) -> None:
    async with make(camera) as scanner:
        await camera.misbehave("black")
        await eventually(lambda: scanner.health().damaged > 1)
        await camera.misbehave("normal")
        await camera.misbehave("corrupt", at=2)
        await camera.do("show", labels=[CARD])
        await eventually(lambda: scanner.health().unanswered > 1)
        await camera.do("size", width=900, height=700)

        assert (await in_time(anext(scanner.readings()))).text == CARD["text"]


async def test_a_camera_that_delivers_nothing_more_is_silent(camera: RunningEmulator) -> None:
    async with make(camera) as scanner:
        await camera.misbehave("hang")
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(scanner.readings()))

    assert caught.value.reason is LossReason.SILENT


@pytest.mark.parametrize(
    ("order", "arguments"),
    [
        ("show", {}),
        ("show", {"labels": [{"symbology": "aztec", "text": "1"}]}),
        ("show", {"labels": [{"symbology": "ean13", "text": "no digits"}]}),
        ("show", {"labels": [{"text": "1", "angle": 999}]}),
        ("size", {"width": 99999, "height": 1}),
        ("sing", {}),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused_and_changes_nothing(
    camera: RunningEmulator, order: str, arguments: dict[str, Any]
) -> None:
    await camera.do("show", labels=[CARD, BOOK])
    with pytest.raises(ControlError):
        await camera.do(order, **arguments)

    assert (await camera.do("state"))["labels"] == 2
