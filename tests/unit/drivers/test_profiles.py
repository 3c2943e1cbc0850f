"""Profiles that ship, and profiles that are wrong."""

import re
from importlib.resources import files

import pytest

from drivers.barcode.scanner_profile import ScannerProfile
from drivers.emulators.escpos_device import EscposDevice
from drivers.errors import ProfileError
from drivers.input_keys.layout import LayoutProfile
from drivers.printer.base import Cut, Feed, QrCode, Rule, TextLine, TextStyle
from drivers.printer.escpos_commands import ReceiptCommands
from drivers.printer.escpos_profile import PrinterProfile
from drivers.profiles import Profile, load_profile

SHIPPED = [
    (folder, entry.name.removesuffix(".toml"), model)
    for folder, model in (("scanners", ScannerProfile), ("printers", PrinterProfile), ("keyboards", LayoutProfile))
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


@pytest.mark.parametrize(
    "told",
    [{"raster": "none", "text": "image"}, {"raster": "none", "qr": "image"}, {"capitals_page_number": 31}],
)
def test_a_printer_that_contradicts_itself_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"raster|capitals_page_number"):
        PrinterProfile.model_validate({"name": "x", **told})


@pytest.mark.parametrize("name", [name for folder, name, _ in SHIPPED if folder == "printers"])
def test_every_printer_says_in_its_file_what_is_unproven_and_can_write_a_receipt(name: str) -> None:
    profile = load_profile("printers", name, PrinterProfile)
    words = (files("firmware_config") / "printers" / f"{name}.toml").read_text(encoding="utf-8")
    device = EscposDevice()
    blocks = (TextLine("Dế Mèn phiêu lưu ký"), TextLine("ĐỖ", TextStyle.LARGE), QrCode("x"), Rule(), Feed(1), Cut())
    list(device.received(b"".join(ReceiptCommands(profile).pieces(blocks))))

    assert re.search(r"^# .*(Unproven|unproven|nothing is known|nobody knows)", words, re.MULTILINE)
    assert device.do({"do": "printed"})[0]["unknown"] == []
    assert profile.dots // profile.columns >= 10


def test_a_printer_asks_its_line_for_the_flow_control_of_its_profile() -> None:
    profile = PrinterProfile(name="x", flow="hardware", parity="E")

    assert (profile.serial_settings().hardware_flow, profile.serial_settings().software_flow) == (True, False)
    assert profile.serial_settings().parity == "E"
