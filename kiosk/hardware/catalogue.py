"""Every profile that ships, by kind: the package ``firmware_config`` as a catalogue."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from drivers.barcode.camera_profile import FOLDER as CAMERAS
from drivers.barcode.camera_profile import CameraProfile
from drivers.barcode.scanner_profile import FOLDER as SCANNERS
from drivers.barcode.scanner_profile import ScannerProfile
from drivers.barcode.sheet_profile import FOLDER as SHEETS
from drivers.barcode.sheet_profile import SheetProfile
from drivers.errors import ProfileError
from drivers.gpio.board_profile import FOLDER as BOARDS
from drivers.gpio.board_profile import BoardProfile
from drivers.input_keys.layout import FOLDER as KEYBOARDS
from drivers.input_keys.layout import LayoutProfile
from drivers.printer.escpos_profile import FOLDER as PRINTERS
from drivers.printer.escpos_profile import PrinterProfile
from drivers.rfid.reader_profile import FOLDER as READERS
from drivers.rfid.reader_profile import ReaderProfile
from kiosk.ui.panel import Panel

PACKAGE: Final = "firmware_config"


@dataclass(frozen=True, slots=True)
class Kind:
    """One folder of the catalogue."""

    name: str
    purpose: str
    model: type[BaseModel] | None = None
    """``None``: the files are fragments for the operating system, shown as they are."""


KINDS: Final = (
    Kind(BOARDS, "pins of a Raspberry Pi: gpio://NAME", BoardProfile),
    Kind("panels", "screens: screen.panel in kiosk.toml", Panel),
    Kind(READERS, "RFID pads and card readers: what to write into kiosk.toml", ReaderProfile),
    Kind(SCANNERS, "barcode scanners: serial://...?profile=NAME", ScannerProfile),
    Kind(CAMERAS, "cameras that read labels: camera://0?profile=NAME", CameraProfile),
    Kind(SHEETS, "setup sheets of scanners: kiosk hardware sheet NAME", SheetProfile),
    Kind(KEYBOARDS, "keyboard layouts of scanners that type: evdev://...?layout=NAME", LayoutProfile),
    Kind(PRINTERS, "receipt printers: escpos://...?profile=NAME", PrinterProfile),
    Kind("boot", "lines for /boot/firmware of a Raspberry Pi"),
    Kind("udev", "names and rights of devices, for /etc/udev/rules.d"),
)
"""All kinds; a folder that is not here fails a test."""


def kind_of(name: str) -> Kind:
    """Return a kind by its name; raises `ProfileError`, which names those that exist."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    raise ProfileError(name, f"no such kind; known: {', '.join(kind.name for kind in KINDS)}")


def names_of(kind: Kind) -> tuple[str, ...]:
    """Name what a kind holds, sorted; a file in a folder of its own as ``FOLDER/FILE``."""
    return tuple(sorted(path.removesuffix(".toml") for path, _ in _files(files(PACKAGE) / kind.name, "")))


def text_of(kind: Kind, name: str) -> str:
    """Return a profile's own text; raises `ProfileError`."""
    wanted = name if kind.model is None else f"{name}.toml"
    for path, file in _files(files(PACKAGE) / kind.name, ""):
        if path == wanted:
            return file.read_text(encoding="utf-8")
    raise ProfileError(f"{kind.name}/{name}", f"not there; known: {', '.join(names_of(kind))}")


def profile_of(kind: Kind, name: str) -> BaseModel:
    """Return a profile, checked; raises `ProfileError`."""
    if kind.model is None:
        raise ProfileError(f"{kind.name}/{name}", "is no profile but a text")
    try:
        facts: dict[str, Any] = tomllib.loads(text_of(kind, name))
        return kind.model.model_validate(facts)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ProfileError(f"{kind.name}/{name}", str(error)) from error


def _files(folder: Traversable, inside: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{inside}{entry.name}/")
        elif not entry.name.startswith((".", "__")):
            yield f"{inside}{entry.name}", entry
