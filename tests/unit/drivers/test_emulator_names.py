"""Each emulator's name finds its device."""

from importlib import import_module

import pytest

from drivers.emulators.__main__ import DEVICES


@pytest.mark.parametrize("name", DEVICES)
def test_a_name_finds_a_device_that_takes_bytes_and_orders(name: str) -> None:
    module, _, target = DEVICES[name][0].partition(":")
    device = getattr(import_module(f"drivers.emulators.{module}"), target)()

    assert all(answer.data for answer in device.received(b""))
    assert device.do({"do": "state"})
