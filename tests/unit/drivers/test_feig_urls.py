"""URLs of FEIG's readers: what may stand in them, and what is asked of a serial line."""

import os
import tty

import pytest

from drivers.device_url import DeviceUrl
from drivers.errors import DeviceUrlError
from drivers.registry import installed_registry
from drivers.rfid.feig import FeigNetworkPad, FeigPad, serial_settings
from drivers.serial_port import SerialPort
from drivers.serial_settings import SerialSettings


def asked_of_the_line(query: str) -> SerialSettings:
    return serial_settings(DeviceUrl.parse(f"feig:///dev/ttyUSB0{query}", ("baud", "line")))


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", "38400 8E1"),
        ("?baud=9600", "9600 8E1"),
        ("?line=8N1", "38400 8N1"),
        ("?baud=115200&line=8O1", "115200 8O1"),
    ],
)
def test_even_parity_is_asked_for_unless_the_url_says_otherwise(query: str, asked: str) -> None:
    device, host = os.openpty()
    tty.setraw(host)
    port = SerialPort.open(os.ttyname(host), asked_of_the_line(query))
    try:
        assert port.asked == asked
    finally:
        port.close()
        os.close(device)
        os.close(host)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("feig:///dev/serial/by-id/usb-reader", FeigPad),
        ("feig:///dev/ttyS0?baud=57600&line=8N1&frames=advanced&address=3&eas=transparent&poll_ms=100", FeigPad),
        ("feig+tcp://reader.library:10001", FeigNetworkPad),
        ("feig+tcp://reader.library:10001?frames=standard&address=0&eas=off&poll_ms=20", FeigNetworkPad),
        ("spy+feig+tcp://reader.library:10001?spy=/var/tmp/pad.txt", FeigNetworkPad),
    ],
)
def test_a_url_makes_the_driver_without_touching_the_device(url: str, kind: type) -> None:
    assert isinstance(installed_registry().pad(url), kind)


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("feig:///dev/ttyS0?baud=300", "baud"),
        ("feig:///dev/ttyS0?line=7E1", "line"),
        ("feig:///dev/ttyS0?frames=long", "frames"),
        ("feig:///dev/ttyS0?address=256", "address"),
        ("feig:///dev/ttyS0?eas=on", "eas"),
        ("feig:///dev/ttyS0?poll_ms=5", "poll_ms"),
        ("feig:///dev/ttyS0?parity=E", "parity"),
        ("feig://reader.library:10001", "path"),
        ("feig+tcp://reader.library:10001?baud=38400", "baud"),
        ("feig+tcp://reader.library:10001?line=8E1", "line"),
        ("feig+tcp://reader.library", "address"),
        ("feig+tcp:///dev/ttyS0", "address"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_with_the_part_that_is_wrong(url: str, part: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        installed_registry().pad(url)

    assert (caught.value.url, caught.value.part) == (url, part)
