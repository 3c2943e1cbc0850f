"""Readings of this computer."""

import asyncio
from pathlib import Path

from mqtt.agent.machine import (
    LAG_PERIOD_S,
    LagMeter,
    own_version,
    read_hardware,
    read_machine,
    temperature,
    under_voltage,
)
from tests.support.waiting import in_time


def test_a_linux_machine_gives_its_readings(tmp_path: Path) -> None:
    reading = read_machine(tmp_path)

    assert (reading.memory_available_bytes or 0) > 0
    assert (reading.disk_free_bytes or 0) > 0
    assert (reading.load_1min or 0) >= 0


def test_a_folder_that_is_not_there_has_no_free_space(tmp_path: Path) -> None:
    assert read_machine(tmp_path / "none").disk_free_bytes is None


def test_heat_and_supply_are_what_the_kernel_says(tmp_path: Path) -> None:
    zone, other, supply = (tmp_path / name for name in ("thermal_zone0", "hwmon0", "hwmon1"))
    for folder in (zone, other, supply):
        folder.mkdir()
    (zone / "temp").write_text("51540\n")
    (other / "name").write_text("cpu_thermal\n")
    (supply / "name").write_text("rpi_volt\n")
    (supply / "in0_lcrit_alarm").write_text("1\n")
    weak = under_voltage(tmp_path)
    (supply / "in0_lcrit_alarm").write_text("0\n")

    assert (temperature(tmp_path), weak, under_voltage(tmp_path)) == (51.5, True, False)


def test_a_computer_that_measures_neither_says_neither(tmp_path: Path) -> None:
    (tmp_path / "hwmon0").mkdir()
    (tmp_path / "hwmon0/name").write_text("rpi_volt\n")
    (tmp_path / "thermal_zone0").mkdir()
    (tmp_path / "thermal_zone0/temp").write_text("hot\n")

    assert (temperature(tmp_path), under_voltage(tmp_path)) == (None, None)
    assert under_voltage(tmp_path / "none") is None


def test_the_hardware_is_printable() -> None:
    hardware = read_hardware()

    assert hardware.system.startswith("Linux")
    assert (hardware.serial + hardware.model).isprintable()
    assert own_version().isprintable()


async def test_a_loop_that_was_held_up_is_measured_once() -> None:
    times = iter([0.0, LAG_PERIOD_S + 0.3, 1.0, 1.0 + LAG_PERIOD_S, 2.0])
    enough = asyncio.Event()

    def clock() -> float:
        try:
            return next(times)
        except StopIteration:
            enough.set()
            return 2.0

    meter = LagMeter(clock)
    running = asyncio.create_task(meter.run())
    await in_time(enough.wait())
    running.cancel()

    assert (meter.take_ms(), meter.take_ms()) == (300.0, 0.0)
