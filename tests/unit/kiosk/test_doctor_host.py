"""What the doctor sees of a machine: shown one that stands in a folder."""

import os
from pathlib import Path

import pytest

from kiosk.doctor.host import Host, Port, PortKind


def device(root: Path, node: str, *, usb: str = "") -> None:
    """Put a device file there, and what sysfs says of its USB device."""
    place = root / node.removeprefix("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch()
    if usb:
        interface = root / "sys/devices/usb1/1-1/1-1:1.0" / place.name
        interface.mkdir(parents=True)
        vendor, product = usb.split(":")
        (root / "sys/devices/usb1/1-1/idVendor").write_text(f"{vendor}\n")
        (root / "sys/devices/usb1/1-1/idProduct").write_text(f"{product}\n")
        entry = root / "sys/class/tty" / place.name
        entry.mkdir(parents=True)
        (entry / "device").symlink_to(interface)


def named(root: Path, link: str, node: str) -> None:
    """Give a device file a name that stays, as udev does."""
    place = root / link.removeprefix("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(os.path.relpath(root / node.removeprefix("/"), place.parent))


def process(root: Path, number: int, name: str, *nodes: str) -> None:
    """Let a program run and hold these files open."""
    folder = root / "proc" / str(number)
    (folder / "fd").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n")
    for descriptor, node in enumerate(nodes):
        (folder / "fd" / str(descriptor)).symlink_to(node)


def test_a_port_is_told_once_by_the_name_that_stays(tmp_path: Path) -> None:
    device(tmp_path, "/dev/ttyUSB0", usb="0403:6001")
    named(tmp_path, "/dev/serial/by-id/usb-FTDI", "/dev/ttyUSB0")
    named(tmp_path, "/dev/serial/by-path/pci-1", "/dev/ttyUSB0")

    assert Host(tmp_path).ports() == (
        Port(PortKind.SERIAL, "/dev/serial/by-id/usb-FTDI", "/dev/ttyUSB0", usb="0403:6001"),
    )


def test_every_kind_of_device_is_found(tmp_path: Path) -> None:
    for node in ("/dev/ttyACM0", "/dev/ttyAMA0", "/dev/input/event3", "/dev/video0", "/dev/usb/lp0", "/dev/gpiochip0"):
        device(tmp_path, node)
    named(tmp_path, "/dev/input/by-id/usb-Scanner-event-kbd", "/dev/input/event3")
    named(tmp_path, "/dev/v4l/by-id/usb-Cam-video-index0", "/dev/video0")

    assert [(port.kind, port.path) for port in Host(tmp_path).ports()] == [
        (PortKind.SERIAL, "/dev/ttyACM0"),
        (PortKind.SERIAL, "/dev/ttyAMA0"),
        (PortKind.KEYS, "/dev/input/by-id/usb-Scanner-event-kbd"),
        (PortKind.CAMERA, "/dev/v4l/by-id/usb-Cam-video-index0"),
        (PortKind.PRINTER, "/dev/usb/lp0"),
        (PortKind.PINS, "/dev/gpiochip0"),
    ]


def test_the_program_that_holds_a_port_is_named(tmp_path: Path) -> None:
    device(tmp_path, "/dev/ttyUSB0")
    process(tmp_path, 71, "minicom", "/dev/null", "/dev/ttyUSB0")
    process(tmp_path, os.getpid(), "kiosk", "/dev/ttyUSB0")
    (port,) = Host(tmp_path).ports()

    assert port.holder == "minicom"


def test_programs_that_take_ports_unasked_are_named(tmp_path: Path) -> None:
    process(tmp_path, 70, "ModemManager")
    process(tmp_path, 71, "bash")

    assert Host(tmp_path).meddlers() == ("ModemManager",)


def test_a_machine_with_nothing_is_a_machine_too(tmp_path: Path) -> None:
    host = Host(tmp_path / "absent")

    assert (host.ports(), host.meddlers(), host.has_graphics()) == ((), (), True)
    assert host.user()


def test_a_port_that_may_not_be_opened_is_told_so(tmp_path: Path) -> None:
    device(tmp_path, "/dev/ttyUSB0")
    (tmp_path / "dev/ttyUSB0").unlink()
    named(tmp_path, "/dev/ttyUSB1", "/dev/ttyUSB0")
    (port,) = Host(tmp_path).ports()

    assert not port.allowed


@pytest.mark.parametrize("root", [Path("/")])
def test_this_very_machine_can_be_looked_at(root: Path) -> None:
    host = Host(root)

    assert all(port.path.startswith("/dev/") for port in host.ports())
    assert host.missing_groups() == () or os.geteuid() != 0
