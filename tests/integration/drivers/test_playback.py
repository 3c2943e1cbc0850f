"""A wire that was recorded in the field is played back to the same driver as a device of its own."""

from pathlib import Path

from drivers.rfid.threem import ThreemPad
from tests.support.emulators import emulator
from tests.support.waiting import in_time

BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"
UID = "E004010000000001"


async def seen_through(url: str) -> tuple[list[str], bytes | None]:
    async with ThreemPad.from_url(url) as pad:
        async for reading in pad.readings():
            if reading.tags:
                return [tag.uid for tag in reading.tags], reading.tags[0].memory
    raise AssertionError("the pad ended")


async def test_what_a_pad_said_once_it_says_again(tmp_path: Path) -> None:
    recording = tmp_path / "pad.txt"
    async with emulator("threem") as device:
        await device.do("lay", tags=[{"uid": UID, "memory": BOOK, "afi": 7, "dsfid": 0x3E}])
        once = await in_time(seen_through("spy+" + device.url(f"spy={recording}")))
    async with emulator("playback", "--recording", str(recording)) as device:
        again = await in_time(seen_through(f"threem://{device.link}"))
        state = await device.do("state")

    assert once == ([UID], bytes.fromhex(BOOK) + bytes(2))
    assert again == once
    assert state["unknown_count"] == 0
