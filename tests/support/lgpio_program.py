"""Works a board over gpiozero's lgpio pins and the library's stand-in; prints what happened as one line of JSON."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator
from typing import Literal

import lgpio
from gpiozero.exc import GPIOZeroError
from gpiozero.pins.lgpio import LGPIOFactory

from drivers.device_url import DeviceUrl, UrlForm
from drivers.errors import DeviceLostError
from drivers.gpio.base import Lamp, Signal, SignalReading, Tone
from drivers.gpio.board import PinBoard
from drivers.gpio.board_profile import FOLDER, BoardProfile, BuzzerUse
from drivers.gpio.pin_access import PinAccess
from drivers.profiles import load_profile
from tests.support.waiting import eventually, in_time

URL = "gpio://raspberry-pi-5"


class Pi5Factory(LGPIOFactory):  # type: ignore[misc]  # gpiozero ships no types
    """Believes that it is on a Raspberry Pi 5."""

    def _get_revision(self) -> int:
        return 0xC04170


def board(buzzer: Literal["tone", "plain"] = "tone") -> PinBoard:
    parts = DeviceUrl.parse(URL, (), UrlForm.NAME)
    profile = load_profile(FOLDER, parts.name, BoardProfile)
    use = BuzzerUse(bcm=13, physical=33, connect="x", kind=buzzer)
    profile = profile.model_copy(update={"buzzer": use})
    errors = (GPIOZeroError, lgpio.error, OSError)
    return PinBoard(URL, profile, lambda: PinAccess(URL, Pi5Factory(chip=0), errors), parts)


async def settled(readings: AsyncIterator[SignalReading]) -> None:
    for _ in Signal:
        await in_time(anext(readings))


async def works() -> list[list[str | int]]:
    lgpio.levels[21] = 0
    async with board() as opened:
        readings = opened.readings()
        await settled(readings)
        begun = len(lgpio.calls)
        await opened.light(frozenset({Lamp.RED}))
        await opened.sound(Tone.READ)
        lgpio.levels[21] = 1
        edge = threading.Thread(target=lgpio.callbacks[21], args=(0, 21, 1, 1))
        edge.start()
        edge.join()
        reading = await in_time(anext(readings))
        await eventually(lambda: ("write", 13, 0) in lgpio.calls[begun + 2 :])
        during = [list(call) for call in lgpio.calls[begun:]]
    return [*during, [reading.signal.value, int(reading.active)]]


async def beeps() -> list[list[str | int]]:
    async with board("plain") as opened:
        await settled(opened.readings())
        begun = len(lgpio.calls)
        await opened.sound(Tone.READ)
        await eventually(lambda: len(lgpio.calls) == begun + 3)
        return [list(call) for call in lgpio.calls[begun:]]


async def busy() -> str:
    lgpio.busy.add(26)
    try:
        async with board():
            return "opened"
    except DeviceLostError as error:
        return error.reason.value
    finally:
        lgpio.busy.clear()


async def gone() -> str:
    async with board() as opened:
        readings = opened.readings()
        await settled(readings)
        lgpio.gone.append(True)
        try:
            await in_time(anext(readings))
        except DeviceLostError as error:
            return error.reason.value
    return "nothing"


async def elsewhere() -> str:
    """Open pins on a machine that has a chip and is no Raspberry Pi, as this one is none."""
    parts = DeviceUrl.parse(URL, (), UrlForm.NAME)
    profile = load_profile(FOLDER, parts.name, BoardProfile)
    errors = (GPIOZeroError, lgpio.error, OSError)
    try:
        async with PinBoard(URL, profile, lambda: PinAccess(URL, LGPIOFactory(chip=0), errors), parts):
            return "opened"
    except DeviceLostError as error:
        return error.reason.value


async def main() -> None:
    worked, closed = await works(), [list(call) for call in lgpio.calls[-40:]]
    beeped, refused, lost = await beeps(), await busy(), await gone()
    lgpio.gone.clear()
    again = (await works())[-1]
    told = {"works": worked, "closed": closed, "beeps": beeped, "busy": refused, "gone": lost, "again": again}
    told["elsewhere"] = await elsewhere()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
