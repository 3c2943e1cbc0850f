"""The texts for the operating system can be read by udev and the Pi's firmware, and agree with the boards."""

import re

import pytest

from drivers.gpio.board_profile import BoardProfile
from drivers.profiles import load_profile
from drivers.rfid.reader_profile import ReaderProfile
from kiosk.hardware.catalogue import kind_of, names_of, text_of

RULES = text_of(kind_of("udev"), "99-library-kiosk.rules")
PIS = ("raspberry-pi-4", "raspberry-pi-5")

MATCHED = frozenset(
    {"ACTION", "KERNEL", "KERNELS", "SUBSYSTEM", "SUBSYSTEMS", "DRIVER", "DRIVERS", "TEST", "ENV", "ATTR", "ATTRS"}
)
"""udev(7): what may be compared."""
ASSIGNED = frozenset({"SYMLINK", "GROUP", "MODE", "ENV", "ATTR", "GOTO", "LABEL", "IMPORT"})
"""udev(7): what these rules may set."""
PIECE = re.compile(r'([A-Z]+)(?:\{([^}"]+)\})?(==|!=|\+=|=)"([^"]*)"')
KNOWN_SETTINGS = frozenset({"dtoverlay", "dtparam", "disable_splash", "enable_uart", "usb_max_current_enable"})
KNOWN_OVERLAYS = frozenset({"vc4-kms-v3d", "disable-bt", "i2c-rtc", "gpio-shutdown"})
"""Of the firmware's own README of overlays."""

Piece = tuple[str, str, str, str]


def _rules(text: str) -> list[list[Piece]]:
    """Read rules as strictly as `udevadm verify` does: every piece known, nothing between them but a comma."""
    rules = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pieces: list[Piece] = []
        place = 0
        while place < len(line):
            piece = PIECE.match(line, place)
            if piece is None:
                raise ValueError(line[place:])
            pieces.append((piece[1], piece[2] or "", piece[3], piece[4]))
            place = piece.end()
            if place < len(line):
                if not line.startswith(", ", place):
                    raise ValueError(line[place:])
                place += 2
        rules.append(pieces)
    return rules


def _unknown(rules: list[list[Piece]]) -> list[Piece]:
    def known(piece: Piece) -> bool:
        key, inside, operator, _ = piece
        if key in {"ENV", "ATTR", "ATTRS", "IMPORT"} and not inside:
            return False
        return key in (MATCHED if operator in {"==", "!="} else ASSIGNED)

    return [piece for rule in rules for piece in rule if not known(piece)]


def test_udev_can_read_the_rules() -> None:
    assert _unknown(_rules(RULES)) == []


@pytest.mark.parametrize(
    "line", ['SUBSYSTEM="usb" GROUP="x"', 'SUBSYSTEM=="usb", GROUP=x', 'SUBSYSTEM=="usb",GROUP="x"', 'SUBSYSTEM=="usb']
)
def test_a_rule_that_udev_would_not_read_is_found(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        _rules(line)


@pytest.mark.parametrize("line", ['SUBSYSTEM=="usb", GRUOP="x"', 'MODE=="0660"', 'ATTR=="1"', 'KERNEL="x"'])
def test_a_key_that_udev_does_not_know_is_found(line: str) -> None:
    assert _unknown(_rules(line))


def test_every_jump_leads_somewhere_further_down() -> None:
    places = {value: number for number, rule in enumerate(_rules(RULES)) for key, _, _, value in rule if key == "LABEL"}
    jumps = [(value, number) for number, rule in enumerate(_rules(RULES)) for key, _, _, value in rule if key == "GOTO"]

    assert jumps
    assert [jump for jump in jumps if places.get(jump[0], -1) <= jump[1]] == []


def _with(*wanted: str) -> list[list[Piece]]:
    return [rule for rule in _rules(RULES) if set(wanted) <= {value for *_, value in rule}]


@pytest.mark.parametrize("name", names_of(kind_of("readers")))
def test_modem_manager_leaves_every_reader_s_adapter_alone(name: str) -> None:
    vendors = {usb.split(":")[0] for usb in load_profile("readers", name, ReaderProfile).usb}
    left_alone = {
        value
        for rule in _rules(RULES)
        if ("ENV", "ID_MM_DEVICE_IGNORE", "=", "1") in rule
        for key, inside, _, value in rule
        if (key, inside) == ("ATTR", "idVendor")
    }

    assert vendors <= left_alone


def test_each_role_has_a_name_that_stays() -> None:
    links = {value for rule in _rules(RULES) for key, _, _, value in rule if key == "SYMLINK"}
    by_ports = next(rule for rule in _rules(RULES) if ("SYMLINK", "", "+=", "kiosk-$env{KIOSK_ROLE}") in rule)

    assert {"kiosk-rfid", "kiosk-scanner", "kiosk-printer"} <= links
    assert ("ENV", "KIOSK_ROLE", "==", "rfid|scanner|printer|card") in by_ports


def test_a_feig_reader_on_usb_is_the_kiosk_s() -> None:
    (rule,) = _with("2737", "0002")

    assert {("SYMLINK", "", "+=", "kiosk-rfid"), ("MODE", "", "=", "0660")} <= set(rule)


def test_an_ftdi_chip_hands_its_bytes_on_at_once() -> None:
    (rule,) = _with("ftdi_sio")

    assert ("ATTR", "latency_timer", "=", "1") in rule


def test_nothing_is_open_to_everybody() -> None:
    modes = {value for rule in _rules(RULES) for key, _, _, value in rule if key == "MODE"}

    assert modes == {"0660"}


def _settings(pi: str) -> list[tuple[str, str]]:
    """Read a config.txt as the firmware does: filters in brackets, comments, key=value."""
    found = []
    for line in text_of(kind_of("boot"), f"{pi}/config.txt").splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            found.append((key, value))
    return found


@pytest.mark.parametrize("pi", PIS)
def test_the_firmware_knows_every_setting(pi: str) -> None:
    text = text_of(kind_of("boot"), f"{pi}/config.txt")
    filters = re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)
    overlays = {value.split(",")[0] for key, value in _settings(pi) if key == "dtoverlay"}

    assert [setting for setting in _settings(pi) if setting[0] not in KNOWN_SETTINGS or not setting[1]] == []
    assert overlays <= KNOWN_OVERLAYS
    assert filters == [f"pi{pi[-1]}", "all"]
    assert max(map(len, text.splitlines())) <= 98  # the firmware's longest line, older ones included


@pytest.mark.parametrize("pi", PIS)
def test_the_pins_of_the_firmware_are_reserved_on_the_board(pi: str) -> None:
    reserved = {use.bcm for use in load_profile("boards", pi, BoardProfile).reserved}
    named = {int(pin) for _, value in _settings(pi) for pin in re.findall(r"gpio_pin=(\d+)", value)}

    assert named == {4}
    assert named | {14, 15} <= reserved


@pytest.mark.parametrize("pi", PIS)
def test_a_pi_that_hangs_starts_anew_and_its_uart_is_free_for_the_card_reader(pi: str) -> None:
    settings = _settings(pi)
    line = [
        word for word in text_of(kind_of("boot"), f"{pi}/cmdline.txt").splitlines() if word and not word.startswith("#")
    ]

    assert ("dtparam", "watchdog=on") in settings
    assert {("enable_uart", "1"), ("dtparam", "uart0=on")} & set(settings)
    assert [word for word in line if " " in word or word.startswith("console=")] == []
    assert "consoleblank=0" in line
