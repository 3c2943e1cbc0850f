"""The URL of a UHF module: the region must be said, and what is said wrongly is named."""

from pathlib import Path

import pytest

from drivers.errors import DeviceLostError, DeviceUrlError, LossReason
from drivers.rfid.m100 import M100Pad
from tests.support.waiting import in_time

PLACE = "m100:///dev/serial/by-id/uhf"


@pytest.mark.parametrize("region", ["cn900", "us", "eu", "cn800", "kr"])
def test_each_region_of_the_modules_can_be_said(region: str) -> None:
    assert M100Pad.from_url(f"{PLACE}?region={region}").abilities() == frozenset()


@pytest.mark.parametrize("options", ["", "?region=", "?air=on"])
def test_a_region_is_never_taken_for_granted(options: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        M100Pad.from_url(PLACE + options)

    assert (caught.value.part, caught.value.allowed) == ("region", ("cn900", "us", "eu", "cn800", "kr"))


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ("region=vn", "region"),
        ("region=EU", "region"),
        ("region=eu&power_dbm=34", "power_dbm"),
        ("region=eu&power_dbm=-1", "power_dbm"),
        ("region=eu&rssi_min=1", "rssi_min"),
        ("region=eu&rssi_min=-101", "rssi_min"),
        ("region=eu&rssi_min=--5", "rssi_min"),
        ("region=eu&rssi_min=x", "rssi_min"),
        ("region=eu&user=1", "user"),
        ("region=eu&baud=1200", "baud"),
        ("region=eu&poll_ms=1", "poll_ms"),
        ("region=eu&colour=red", "colour"),
        ("region=eu&air=no", "air"),
        ("air=off&baud=1200", "baud"),
    ],
)
def test_an_option_that_cannot_be_is_named(options: str, part: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        M100Pad.from_url(f"{PLACE}?{options}")

    assert caught.value.part == part


def test_all_options_together_make_a_pad() -> None:
    options = "region=eu&power_dbm=15&rssi_min=-65&user=yes&baud=57600&poll_ms=200&password_file=/run/kiosk/tags"

    assert M100Pad.from_url(f"{PLACE}?{options}").health().exchanges == 0


@pytest.mark.parametrize("written", [None, "", "0000fff", "0000ffff00", "password", "00 00ff ff"])
async def test_a_password_file_that_holds_none_is_a_wrong_url(tmp_path: Path, written: str | None) -> None:
    file = tmp_path / "password"
    if written is not None:
        file.write_text(written, encoding="ascii")
    with pytest.raises(DeviceUrlError) as caught:
        await in_time(M100Pad.from_url(f"{PLACE}?region=eu&password_file={file}").__aenter__())

    assert caught.value.part == "password_file"


async def test_the_password_is_read_before_the_port_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("0000FFFF\n", encoding="ascii")
    with pytest.raises(DeviceLostError) as caught:
        await in_time(M100Pad.from_url(f"m100://{tmp_path}/tty?region=eu&password_file={file}").__aenter__())

    assert caught.value.reason is LossReason.NOT_THERE
