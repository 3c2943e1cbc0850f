"""``kiosk check``: what is wrong with the devices of a ``kiosk.toml``, in words that say what to write instead."""

from pathlib import Path

import pytest

from kiosk import check

CONFIG = """
schema_version = 1
kiosk_id = "k-check"
site_name = "Thư viện xã"
state_folder = "."
[library_system]
url = "sip2://127.0.0.1:6001"
[devices]
{devices}
[tags]
owners = ["VN-QN01"]
[agent]
socket = "agent.sock"
"""
LABELS = 'barcode = "serial:///dev/scanner"\n'


@pytest.mark.parametrize(
    ("devices", "words"),
    [
        ('rfid = "treem:///x"', "known: feig, feig+tcp, m100, pcsc, threem"),
        ('rfid = "threem://x"', "path cannot be used; known: threem:///dev/serial/by-id/..."),
        ('rfid = "threem:///x?poll_ms=abc"', "poll_ms cannot be used; known: 20 to 2000"),
        ('rfid = "threem:///x?baud"', "known: threem:///dev/serial/by-id/...?option=value"),
        ('rfid = "threem:///x\\u0000y"', "path cannot be used"),
        ('rfid = "feig+tcp://host"', "known: feig+tcp://host:port"),
        ('rfid = "feig+tcp://host:99999"', "known: feig+tcp://host:port"),
        ('rfid = "spy+threem:///x"', "known: spy=/folder/file.txt"),
        ('card = "evdev:///x?layout=vn"', "devices.card: keyboards/vn: not there; known: de, fr, gb, us"),
        ('printer = "escpos:///x?profile=epsn"', "devices.printer: printers/epsn: not there; known: ascii-80mm"),
        ('rfid = "threem:///dev/scanner?poll_ms=50"', "/dev/scanner is also that of devices."),
        ('card = "evdev:///dev/card"\nrfid = "feig:///dev/card"', "/dev/card is also that of devices."),
        ('printer = "spy+escpos:///dev/scanner?spy=/x"', "/dev/scanner is also that of devices."),
    ],
)
def test_a_wrong_device_is_told_with_what_would_be_right(
    devices: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(CONFIG.format(devices=LABELS + devices), encoding="utf-8")

    assert check.main([str(file)]) == 1
    assert words in capsys.readouterr().err


def test_where_the_catalogue_is_searched_it_is_told_how_its_copy_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kiosk.toml"
    searching = '\n[catalogue]\nsearch = true\nurl = "https://library.example"\n'
    file.write_text(CONFIG.format(devices=LABELS) + searching, encoding="utf-8")

    assert check.main([str(file)]) == 0
    assert capsys.readouterr().out.endswith("\ncatalogue: no copy yet\n")


def test_devices_that_share_a_name_but_no_port_are_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(CONFIG.format(devices='barcode = ["camera://0", "picamera://0"]'), encoding="utf-8")

    assert check.main([str(file)]) == 0
    assert "good" in capsys.readouterr().out


def test_a_roll_of_staff_that_lets_nobody_in_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, roll = tmp_path / "kiosk.toml", tmp_path / "staff"
    file.write_text(CONFIG.format(devices=LABELS) + '[staff]\nfile = "staff"\n', encoding="utf-8")
    absent = check.main([str(file)])
    roll.write_text("{}", encoding="utf-8")
    roll.chmod(0o644)
    open_to_all = check.main([str(file)])
    roll.chmod(0o600)
    wrong = check.main([str(file)])
    words = capsys.readouterr().err

    assert (absent, open_to_all, wrong) == (0, 1, 1)
    assert "staff.file: has mode 0644" in words
    assert "staff.file: is no roll of staff" in words
