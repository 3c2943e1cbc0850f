"""Scanners and card readers that type, and what the field has seen such devices and the kernel do wrong."""

import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import evdev
import pytest

from drivers.barcode.evdev import EvdevScanner
from drivers.card.evdev import EvdevCardReader
from drivers.errors import DeviceLostError, DeviceUrlError, LossReason, ProfileError
from drivers.input_keys.event_codec import EV_KEY, EV_SYN, SYN_REPORT
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import in_time

UINPUT = Path("/dev/uinput")


@pytest.fixture
async def device() -> AsyncIterator[RunningEmulator]:
    async with emulator("evdev") as running:
        yield running


async def scanned(device: RunningEmulator, text: str, options: str = "") -> str:
    async with EvdevScanner.from_url(device.url(options)) as scanner:
        await device.do("scan", text=text)
        return (await in_time(anext(scanner.readings()))).text


@pytest.mark.parametrize("misdeed", ["caps", "by_number", "repeat"])
async def test_a_label_is_read_however_it_is_typed(device: RunningEmulator, misdeed: str) -> None:
    await device.misbehave(misdeed)

    assert await scanned(device, "Ab-20 €é\x1dZ") == "Ab-20 €é\x1dZ"


@pytest.mark.parametrize("country", ["de", "fr", "gb", "us"])
async def test_a_scanner_of_another_country_is_read_where_the_kiosk_knows_it(
    device: RunningEmulator, country: str
) -> None:
    await device.misbehave("layout", name=country)

    assert await scanned(device, "ZYQAWM-/_^ 1907@", f"layout={country}") == "ZYQAWM-/_^ 1907@"


async def test_a_scanner_of_another_country_is_misread_where_nobody_says_so(device: RunningEmulator) -> None:
    await device.misbehave("layout", name="de")

    assert await scanned(device, "ZY-1") == "YZ/1"


async def test_a_label_of_which_the_kernel_lost_keys_is_told_as_unreadable(device: RunningEmulator) -> None:
    async with EvdevScanner.from_url(device.url()) as scanner:
        await device.misbehave("dropped", at=4)
        await device.do("scan", text="2050000001")
        await device.do("scan", text="2050000002")
        readings = scanner.readings()
        found = [(await in_time(anext(readings))).text for _ in range(2)]

    assert found == ["", "2050000002"]


async def test_a_label_without_a_suffix_ends_with_silence(device: RunningEmulator) -> None:
    async with EvdevScanner.from_url(device.url("suffix=none&gap_ms=50")) as scanner:
        readings = scanner.readings()
        found = []
        for text in ("2050000001", "2050000002"):
            await device.do("scan", text=text, suffix="")
            found.append((await in_time(anext(readings))).text)

    assert found == ["2050000001", "2050000002"]


async def test_a_label_ends_with_tab_where_the_scanner_is_set_so_and_a_prefix_is_no_part_of_it(
    device: RunningEmulator,
) -> None:
    async with EvdevScanner.from_url(device.url("suffix=tab&prefix=%02")) as scanner:
        await device.do("scan", text="\x022050000001", suffix="09")
        reading = await in_time(anext(scanner.readings()))

    assert reading.text == "2050000001"


async def test_a_shift_key_that_another_left_down_counts_for_nothing(device: RunningEmulator) -> None:
    await device.do("press", key=42)
    async with EvdevScanner.from_url(device.url()) as scanner:
        await device.do("release", key=42)
        await device.do("scan", text="a1")
        reading = await in_time(anext(scanner.readings()))

    assert reading.text == "a1"


async def test_a_card_that_is_typed_again_and_again_while_it_lies_there_is_told_once(device: RunningEmulator) -> None:
    async with EvdevCardReader.from_url(device.url("again_ms=10000")) as reader:
        for _ in range(3):
            await device.do("present", text="0003887558")
        await device.do("present", text="0003887559")
        readings = reader.readings()
        found = [(await in_time(anext(readings))).text for _ in range(2)]

    assert found == ["0003887558", "0003887559"]


async def test_a_card_is_told_again_where_the_site_wants_each_showing(device: RunningEmulator) -> None:
    async with EvdevCardReader.from_url(device.url("again_ms=0")) as reader:
        for _ in range(2):
            await device.do("present", text="0003887558")
        readings = reader.readings()
        found = [(await in_time(anext(readings))).text for _ in range(2)]

    assert found == ["0003887558"] * 2


async def test_what_was_recorded_of_a_scanner_is_read_again_from_the_recording(
    device: RunningEmulator, tmp_path: Path
) -> None:
    file = tmp_path / "scanner.txt"
    async with EvdevScanner.from_url(f"spy+{device.url(f'spy={file}')}") as scanner:
        await device.misbehave("by_number")
        await device.do("scan", text="2050é0001")
        said = (await in_time(anext(scanner.readings()))).text
    async with (
        emulator("playback", "--recording", str(file)) as played,
        EvdevScanner.from_url(f"evdev://{played.link}") as scanner,
    ):
        await played.do("play")
        again = (await in_time(anext(scanner.readings()))).text

    assert (said, again) == ("2050é0001", "2050é0001")


@pytest.mark.parametrize(
    ("options", "part"),
    [("suffix=cr", "suffix"), ("gap_ms=9", "gap_ms"), ("aim=1", "aim"), ("baud=9600", "baud")],
)
def test_an_option_that_cannot_be_is_refused(options: str, part: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        EvdevScanner.from_url(f"evdev:///dev/input/event0?{options}")

    assert caught.value.part == part


def test_a_keyboard_that_nobody_described_is_refused() -> None:
    with pytest.raises(ProfileError, match="keyboards/xx"):
        EvdevCardReader.from_url("evdev:///dev/input/event0?layout=xx")


def test_a_card_reader_has_no_symbology_mark() -> None:
    with pytest.raises(DeviceUrlError):
        EvdevCardReader.from_url("evdev:///dev/input/event0?aim=yes")


async def test_a_keyboard_of_the_kernels_own_is_taken_and_read() -> None:
    if not os.access(UINPUT, os.W_OK):
        pytest.skip("uinput is not on this machine")
    keys: dict[int, Sequence[int]] = {EV_KEY: range(1, 120)}
    with evdev.UInput(keys, name="library kiosk test scanner") as typing:
        path = os.fsdecode(typing.device.path)
        async with EvdevScanner.from_url(f"evdev://{path}") as scanner:
            with pytest.raises(DeviceLostError) as caught:
                await EvdevScanner.from_url(f"evdev://{path}").__aenter__()
            for code in (3, 11, 6, 11, 28):
                for value in (1, 0):
                    typing.write(EV_KEY, code, value)
                    typing.write(EV_SYN, SYN_REPORT, 0)
            reading = await in_time(anext(scanner.readings()))
            identity = scanner.health().identity

    assert caught.value.reason is LossReason.IN_USE
    assert (reading.text, identity) == ("2050", "library kiosk test scanner")
