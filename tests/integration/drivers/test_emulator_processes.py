"""An emulator as a process: when it ends, what it leaves, what it answers."""

import asyncio
import json
import os
import signal
import stat
import sys
import time
from pathlib import Path

import pytest

from drivers.barcode.serial import SerialScanner
from drivers.emulators.control import ControlError, EmulatorControl
from drivers.errors import DeviceLostError, LossReason
from drivers.registry import installed_registry
from tests.support.emulators import ROOT, emulator
from tests.support.waiting import in_time

NAMES = ["threem", "scanner", "escpos"]


@pytest.mark.parametrize("name", NAMES)
async def test_an_emulator_ends_with_its_parent_and_leaves_nothing(name: str) -> None:
    async with emulator(name) as device:
        folder = device.link.parent

        assert {entry.name for entry in folder.iterdir()} == {"control", "tty"}
        assert device.process.stdin is not None
        device.process.stdin.close()
        assert await in_time(device.process.wait()) == 0
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_an_emulator_ends_when_asked_and_leaves_nothing(number: signal.Signals) -> None:
    async with emulator("scanner") as device:
        device.process.send_signal(number)

        assert await in_time(device.process.wait()) == 0
        assert list(device.link.parent.iterdir()) == []


async def test_an_emulator_without_a_pipe_at_its_input_lives_until_it_is_asked(tmp_path: Path) -> None:
    control = tmp_path / "c"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "drivers.emulators", "scanner", "--control", str(control), "--link", str(tmp_path / "t")),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    ready = json.loads(await in_time(process.stdout.readline()))
    state = await EmulatorControl(control).call("state")
    process.terminate()

    assert (ready, state["name"]) == ({"ready": "scanner"}, "scanner")
    assert await in_time(process.wait()) == 0


async def test_a_socket_left_by_a_killed_emulator_is_replaced(tmp_path: Path) -> None:
    control, link = tmp_path / "c", tmp_path / "t"
    link.symlink_to("/nowhere")
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "drivers.emulators", "scanner", "--control", str(control), "--link", str(link)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        assert process.stdout is not None
        assert b"ready" in await in_time(process.stdout.readline())
        assert (await EmulatorControl(control).call("state"))["cable"] is True
        process.kill()
        await in_time(process.wait())


async def test_the_control_socket_is_its_owners_alone() -> None:
    async with emulator("scanner") as device:
        assert stat.S_IMODE(device.control.path.stat().st_mode) == 0o600


async def test_orders_that_make_no_sense_are_refused_and_the_next_is_obeyed() -> None:
    async with emulator("threem") as device:
        reader, writer = await asyncio.open_unix_connection(device.control.path)
        writer.write(b'nonsense\n[1]\n{"do":"dance"}\n{"do":"cable","in":"yes"}\n{}\n{"do":"state"}\n')
        answers = [json.loads(await in_time(reader.readline())) for _ in range(6)]
        writer.close()
        await writer.wait_closed()
        with pytest.raises(ControlError, match="dance"):
            await device.do("dance")

    assert [answer["ok"] for answer in answers] == [False] * 5 + [True]
    assert answers[2]["error"] == "dance: no such order"


async def test_an_emulator_that_is_gone_is_a_control_error(tmp_path: Path) -> None:
    control = EmulatorControl(tmp_path / "nothing")
    with pytest.raises(ControlError):
        await control.call("state")
    with pytest.raises(ControlError):
        control.call_blocking("state")


async def test_orders_can_be_given_without_a_loop() -> None:
    async with emulator("escpos") as device:
        state = await asyncio.to_thread(device.control.call_blocking, "state")
        with pytest.raises(ControlError):
            await asyncio.to_thread(device.control.call_blocking, "dance")

    assert (state["name"], state["paper"]) == ("escpos", "ok")


async def test_a_pulled_cable_takes_the_link_with_it_and_gives_it_back() -> None:
    async with emulator("scanner") as device:
        first = device.link.resolve()
        await device.cable(plugged=False)
        await device.cable(plugged=False)

        assert not os.path.lexists(device.link)
        await device.do("scan", text="unheard")

        await device.cable(plugged=True)
        await device.cable(plugged=True)

        assert device.link.is_symlink()
        assert device.link.resolve().parent == first.parent


async def test_a_throttled_emulator_is_as_slow_as_its_cable() -> None:
    label = "9" * 96
    async with emulator("scanner", "--throttle") as device, SerialScanner.from_url(device.url()) as scanner:
        before = time.monotonic_ns()
        await device.do("scan", text=label)
        reading = await in_time(anext(scanner.readings()))
        wire = await device.do("wire")

    needed_ns = 97 * 10 / 9600 * 1e9
    assert wire["busy_ns"] == pytest.approx(needed_ns, rel=0.01)
    assert reading.received_ns - before >= needed_ns * 0.97
    assert int(str(wire["last_sent_ns"])) - before >= needed_ns * 0.97


async def test_a_throttled_pad_answers_no_sooner_than_its_cable_allows() -> None:
    async with emulator("threem", "--throttle") as device, installed_registry().pad(device.url()) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        before = await device.do("wire")
        begun = time.monotonic_ns()
        await device.do("lay", tags=[{"uid": f"E0040100000000{number:02}"} for number in range(10)])
        reading = await in_time(anext(readings))
        after = await device.do("wire")

    assert len(reading.tags) == 10
    assert reading.received_ns - begun >= (int(str(after["busy_ns"])) - int(str(before["busy_ns"]))) * 0.9


async def test_an_emulator_that_is_killed_is_a_pulled_cable() -> None:
    async with emulator("threem") as device, installed_registry().pad(device.url()) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        device.process.kill()
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(readings))

    assert caught.value.reason is LossReason.UNPLUGGED


async def test_a_host_that_does_not_read_does_not_stop_the_emulator() -> None:
    async with emulator("scanner") as device:
        for _ in range(40):
            await device.do("scan", text="9" * 4000)

        assert (await device.do("state"))["scans"] == 40
