"""From a device URL to its driver."""

from importlib.metadata import EntryPoint

import pytest

from drivers.barcode.serial import SerialScanner
from drivers.device_url import DeviceUrl
from drivers.errors import DeviceUrlError, ProfileError, UnknownSchemeError
from drivers.printer.escpos_serial import EscposPrinter
from drivers.registry import ENTRY_POINT_GROUP, Family, Registry, installed_registry, registry_with
from drivers.rfid.threem import ThreemPad

GROUP = ENTRY_POINT_GROUP


def test_a_url_gives_the_driver_that_its_scheme_names() -> None:
    registry = installed_registry()

    assert isinstance(registry.pad("threem:///dev/ttyUSB0?baud=19200&poll_ms=200"), ThreemPad)
    assert isinstance(registry.scanner("serial:///dev/ttyACM0?profile=aim-crlf"), SerialScanner)
    assert isinstance(registry.printer("escpos:///dev/ttyUSB1?profile=xprinter-58mm"), EscposPrinter)


def test_an_unknown_scheme_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownSchemeError, match="known: feig, feig") as caught:
        installed_registry().pad("threm:///dev/ttyUSB0")

    assert caught.value.allowed == ("feig", "feig+tcp", "m100", "pcsc", "threem", "uhfreader18")


def test_a_scheme_of_another_family_is_unknown() -> None:
    with pytest.raises(UnknownSchemeError):
        installed_registry().printer("threem:///dev/ttyUSB0")


def test_a_package_may_add_a_driver_and_replace_ours() -> None:
    registry = registry_with(
        [
            EntryPoint("rfid.other", "drivers.rfid.threem:ThreemPad", GROUP),
            EntryPoint("barcode.serial", "drivers.rfid.threem:ThreemPad", GROUP),
        ]
    )

    assert registry.schemes(Family.RFID) == ("feig", "feig+tcp", "m100", "other", "pcsc", "threem", "uhfreader18")
    assert isinstance(registry.pad("other:///dev/x"), ThreemPad)
    assert isinstance(registry.scanner("serial:///dev/x"), ThreemPad)


def test_two_packages_with_one_name_are_refused() -> None:
    points = [EntryPoint("rfid.other", "one:Driver", GROUP), EntryPoint("rfid.other", "two:Driver", GROUP)]

    with pytest.raises(DeviceUrlError) as caught:
        registry_with(points)

    assert caught.value.allowed == ("one:Driver", "two:Driver")


def test_no_driver_is_loaded_before_it_is_asked_for() -> None:
    registry = Registry({"rfid.broken": "no.such.module:Driver"})

    assert registry.schemes(Family.RFID) == ("broken",)
    with pytest.raises(DeviceUrlError, match="what its driver needs is not installed: no"):
        registry.pad("broken:///dev/x")


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("threem://host/dev/x", "path"),
        ("threem:dev/x", "path"),
        ("threem:///dev/x?baud=12", "baud"),
        ("threem:///dev/x?baud=fast", "baud"),
        ("threem:///dev/x?poll_ms=5", "poll_ms"),
        ("threem:///dev/x?speed=9600", "speed"),
        ("threem:///dev/x?baud=9600&baud=9600", "baud"),
        ("threem:///dev/x?baud", "form"),
        ("threem://[/x", "form"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_with_the_part_that_is_wrong(url: str, part: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        installed_registry().pad(url)

    assert (caught.value.url, caught.value.part) == (url, part)


def test_a_path_may_hold_any_letter() -> None:
    assert DeviceUrl.parse("threem:///dev/serial/by-id/usb-A%20B-if00", ()).path == "/dev/serial/by-id/usb-A B-if00"


@pytest.mark.parametrize("name", ["no-such", "../printers/epson-80mm", ""])
def test_an_unknown_profile_is_refused_with_those_that_are_known(name: str) -> None:
    with pytest.raises(ProfileError, match="known: aim-crlf, generic"):
        installed_registry().scanner(f"serial:///dev/x?profile={name}")
