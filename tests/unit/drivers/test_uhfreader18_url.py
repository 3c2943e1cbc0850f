"""The URL of a UHFReader18: what may be said of it, and what is said wrongly is named."""

import pytest

from drivers.errors import DeviceUrlError
from drivers.rfid.uhfreader18 import Uhfreader18Pad

PLACE = "uhfreader18:///dev/serial/by-id/uhf"


@pytest.mark.parametrize("options", ["", "?region=eu&layout=288&address=254&baud=115200&poll_ms=200"])
def test_a_place_alone_or_all_options_together_make_a_pad(options: str) -> None:
    assert Uhfreader18Pad.from_url(PLACE + options).health().exchanges == 0


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ("region=vn", "region"),
        ("layout=86", "layout"),
        ("address=256", "address"),
        ("baud=1200", "baud"),
        ("poll_ms=1", "poll_ms"),
        ("power_dbm=15", "power_dbm"),
    ],
)
def test_an_option_that_cannot_be_is_named(options: str, part: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        Uhfreader18Pad.from_url(f"{PLACE}?{options}")

    assert caught.value.part == part
