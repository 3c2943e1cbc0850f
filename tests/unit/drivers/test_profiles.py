"""Profiles that ship, and profiles that are wrong."""

from importlib.resources import files

import pytest

from drivers.barcode.scanner_profile import ScannerProfile
from drivers.errors import ProfileError
from drivers.printer.escpos_profile import PrinterProfile
from drivers.profiles import Profile, load_profile

SHIPPED = [
    (folder, entry.name.removesuffix(".toml"), model)
    for folder, model in (("scanners", ScannerProfile), ("printers", PrinterProfile))
    for entry in sorted((files("firmware_config") / folder).iterdir(), key=lambda entry: entry.name)
    if entry.name.endswith(".toml")
]


@pytest.mark.parametrize(("folder", "name", "model"), SHIPPED, ids=str)
def test_a_profile_that_ships_is_right(folder: str, name: str, model: type[Profile]) -> None:
    assert isinstance(load_profile(folder, name, model), model)


def test_a_profile_of_another_kind_is_refused() -> None:
    with pytest.raises(ProfileError, match="columns"):
        load_profile("printers", "epson-80mm", ScannerProfile)


def test_a_scanner_asks_its_line_for_what_its_profile_says() -> None:
    profile = load_profile("scanners", "aim-crlf", ScannerProfile)

    assert profile.serial_settings().baud == 9600
    assert (profile.label_settings().aim, profile.label_settings().suffix) == (True, "crlf")


def test_a_printer_asks_its_line_for_the_flow_control_of_its_profile() -> None:
    profile = PrinterProfile(name="x", flow="hardware", parity="E")

    assert (profile.serial_settings().hardware_flow, profile.serial_settings().software_flow) == (True, False)
    assert profile.serial_settings().parity == "E"
