"""The URL of a UHFReader18: what may be said of it, and what is said wrongly is named."""

import pytest

from drivers.errors import DeviceUrlError
from drivers.rfid.uhfreader18 import Uhfreader18Pad

PLACE = "uhfreader18:///dev/serial/by-id/uhf"


@pytest.mark.parametrize(
    "options",
    ["?region=eu", "?region=as_set", "?air=off", "?region=eu&layout=288&address=254&baud=115200&poll_ms=200"],
)
def test_what_the_law_needs_or_all_options_together_make_a_pad(options: str) -> None:
    assert Uhfreader18Pad.from_url(PLACE + options).health().exchanges == 0


@pytest.mark.parametrize("options", ["", "?region=", "?air=on"])
def test_a_region_is_never_taken_for_granted(options: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        Uhfreader18Pad.from_url(PLACE + options)

    assert caught.value.part == "region"
    assert sorted(caught.value.allowed) == ["as_set", "cn800", "cn900", "eu", "kr", "us"]


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ("region=vn", "region"),
        ("region=eu&layout=86", "layout"),
        ("region=eu&address=256", "address"),
        ("region=eu&baud=1200", "baud"),
        ("region=eu&poll_ms=1", "poll_ms"),
        ("region=eu&power_dbm=15", "power_dbm"),
        ("air=0", "air"),
        ("air=off&layout=86", "layout"),
    ],
)
def test_an_option_that_cannot_be_is_named(options: str, part: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        Uhfreader18Pad.from_url(f"{PLACE}?{options}")

    assert caught.value.part == part
