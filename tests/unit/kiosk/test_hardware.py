"""Every profile that ships is right, is used, and can be shown; a setup sheet says what its barcodes say."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from pydantic import ValidationError

from drivers.barcode.sheet_profile import FOLDER as SHEETS
from drivers.barcode.sheet_profile import SheetProfile, SheetStep
from drivers.gpio.board_profile import HEADER, BoardProfile
from drivers.profiles import load_profile
from drivers.registry import BUILT_IN
from drivers.rfid.reader_profile import ReaderProfile
from kiosk.hardware.catalogue import KINDS, PACKAGE, Kind, kind_of, names_of, profile_of, text_of
from kiosk.hardware.code128 import modules
from kiosk.hardware.program import main
from kiosk.hardware.schemas import schemas
from kiosk.hardware.sheet import LANGUAGES, picture_of, sheet_page
from kiosk.hardware.wiring import wiring_rows

ROOT = Path(__file__).parents[3]
ALL = [(kind, name) for kind in KINDS for name in names_of(kind)]
PROFILES = [(kind, name) for kind, name in ALL if kind.model is not None]
SHIPPED_SHEETS = names_of(kind_of(SHEETS))
STEPS = [
    (name, number, step)
    for name in SHIPPED_SHEETS
    for number, step in enumerate(load_profile(SHEETS, name, SheetProfile).steps, 1)
]
DOTS_PER_MM = 20


def test_every_folder_is_a_kind_and_no_kind_is_empty() -> None:
    folders = {entry.name for entry in files(PACKAGE).iterdir() if entry.is_dir() and not entry.name.startswith("_")}

    assert {kind.name for kind in KINDS} == folders
    assert [kind.name for kind in KINDS if not names_of(kind)] == []


@pytest.mark.parametrize(("kind", "name"), PROFILES, ids=lambda value: getattr(value, "name", value))
def test_a_profile_that_ships_is_right(kind: Kind, name: str) -> None:
    assert kind.model is not None
    assert isinstance(profile_of(kind, name), kind.model)


@pytest.mark.parametrize(("kind", "name"), ALL, ids=lambda value: getattr(value, "name", value))
def test_everything_can_be_shown_and_is_in_the_list(kind: Kind, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = (main(["show", f"{kind.name}/{name}"]), capsys.readouterr().out)
    listed = (main(["show"]), capsys.readouterr().out)

    assert shown[0] == listed[0] == 0
    assert shown[1].count("\n") > 1
    assert f"  {kind.name}/{name}\n" in listed[1]


@pytest.mark.parametrize("kind", ["boards", "readers", "sheets", "boot", "udev"])
def test_every_profile_is_named_in_the_hardware_page(kind: str) -> None:
    page = (ROOT / "docs" / "hardware.md").read_text(encoding="utf-8")

    assert [name for name in names_of(kind_of(kind)) if f"`{name}`" not in page] == []


def test_what_is_not_there_is_named_with_what_is(capsys: pytest.CaptureFixture[str]) -> None:
    found = [main(["show", "boards/banana"]), main(["show", "bananas"]), main(["sheet", "banana"])]
    said = capsys.readouterr().err

    assert found == [1, 1, 1]
    assert all(word in said for word in ("raspberry-pi-5", "panels", "gm65"))


def test_the_published_schemas_are_those_of_the_models() -> None:
    folder = ROOT / "docs" / "schemas" / "firmware"

    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == schemas()


@pytest.mark.parametrize("name", names_of(kind_of("readers")))
def test_a_reader_is_proposed_with_a_driver_that_exists(name: str) -> None:
    profile = load_profile("readers", name, ReaderProfile)
    schemes = {key.split(".", 1)[1] for key in BUILT_IN if key.startswith(("rfid.", "card."))}

    assert profile.url.partition("://")[0] in schemes


def _reflected_crc(data: bytes) -> bytes:
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
    return value.to_bytes(2, "little")


def _genibus_crc(data: bytes) -> bytes:
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return (value ^ 0xFFFF).to_bytes(2, "big")


def _identify(name: str) -> bytes:
    return bytes.fromhex(load_profile("readers", name, ReaderProfile).identify_hex)


def test_the_frames_by_which_readers_are_found_are_whole() -> None:
    threem, serial, network = _identify("threem-810"), _identify("feig-mr102"), _identify("feig-network")
    module, uhf, card = _identify("yrm100"), _identify("uhfreader18"), _identify("pn532")

    assert _genibus_crc(threem[1:-2]) == threem[-2:]
    assert _reflected_crc(serial[:-2]) == serial[-2:]
    assert (_reflected_crc(network[:-2]), network[1:3]) == (network[-2:], len(network).to_bytes(2, "big"))
    assert (_reflected_crc(uhf[:-2]), uhf[0]) == (uhf[-2:], len(uhf) - 1)
    assert (sum(module[1:-2]) & 0xFF, module[-1]) == (module[-2], 0x7E)
    assert sum(card[card.index(b"\xd4") : -1]) & 0xFF == 0


def test_a_board_is_wired_by_its_header() -> None:
    rows = wiring_rows(load_profile("boards", "raspberry-pi-5", BoardProfile))

    assert [int(pin) for pin, *_ in rows] == sorted(int(pin) for pin, *_ in rows)
    assert ("29", "5", "door_open", "in, active is high, pull up, 100 ms") in [row[:4] for row in rows]
    assert all(HEADER[int(bcm)] == int(pin) for pin, bcm, *_ in rows)


def test_the_wiring_is_printed_with_its_columns_below_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["wiring", "raspberry-pi-4"])
    title, _, heading, *lines = capsys.readouterr().out.splitlines()

    assert (status, title, heading.split()) == (0, "Raspberry Pi 4", ["pin", "BCM", "for", "level", "connect"])
    assert any("out, tone" in line for line in lines)
    assert len({line.index("UART") for line in lines if "UART" in line}) == 1


def test_both_boards_are_wired_alike() -> None:
    four, five = (load_profile("boards", f"raspberry-pi-{number}", BoardProfile) for number in (4, 5))

    assert wiring_rows(four) == wiring_rows(five)
    assert not {*four.models} & {*five.models}


def _board(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": "x", "models": ["5B"], "library": "lgpio", "chips": [0], "revision": "c04170"}
    return {**facts, **changes}


LAMP = {"bcm": 17, "physical": 11, "connect": "x"}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (_board(lamps={"red": {**LAMP, "physical": 12}}), "pin 11 of the header"),
        (_board(lamps={"red": {**LAMP, "bcm": 5, "physical": 29}}), "on from power-on"),
        (_board(lamps={"red": {**LAMP, "active": "low"}}), "on from power-on"),
        (_board(lamps={"red": LAMP, "blue": LAMP}), "BCM 17: used twice"),
        (_board(lamps={"red": LAMP}, reserved=[LAMP]), "BCM 17: used twice"),
        (_board(lamps={"pink": LAMP}), "pink"),
    ],
)
def test_a_board_that_cannot_be_is_refused(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        BoardProfile.model_validate(facts)


def _read_back(svg: str) -> tuple[str, bool, bool]:
    """Draw a sheet's picture as it would be printed, read it; give its text, whether it is a QR code, and FNC3."""
    width, height = (float(word) for word in re.findall(r'viewBox="0 0 (\S+) (\S+)"', svg)[0])
    margin = 5 * DOTS_PER_MM
    image = np.full((int(height * DOTS_PER_MM) + 2 * margin, int(width * DOTS_PER_MM) + 2 * margin), 255, np.uint8)
    for found in re.findall(r'<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"/>', svg):
        x, y, w, h = (round(float(number) * DOTS_PER_MM) for number in found)
        image[margin + y : margin + y + h, margin + x : margin + x + w] = 0
    (barcode,) = zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)
    return barcode.text, barcode.format == zxingcpp.BarcodeFormat.QRCode, "ReaderInit" in str(barcode.extra)


WITH_BARCODE = [(f"{name} {number}", step) for name, number, step in STEPS if step.code is not None]


@pytest.mark.parametrize(("where", "step"), WITH_BARCODE, ids=[where for where, _ in WITH_BARCODE])
def test_a_sheet_s_barcode_says_what_the_profile_says(where: str, step: SheetStep) -> None:
    assert _read_back(picture_of(step)) == (step.code, step.symbology == "qr", step.fnc3), where


@pytest.mark.parametrize("text", ["0006010", "\r", "\rabc\rA", "~`_^\x7f\x00", "$CSNRM04\r"])
@pytest.mark.parametrize("fnc3", [False, True])
def test_any_text_becomes_a_code_128_that_says_it(text: str, fnc3: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    step = SheetStep(vi="x", en="x", code=text, fnc3=fnc3, source="x")

    assert _read_back(picture_of(step)) == (text, False, fnc3)


def test_letters_that_code_128_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        modules("sách")


def test_a_step_without_a_barcode_has_no_picture() -> None:
    with pytest.raises(ValueError, match="no barcode"):
        picture_of(SheetStep(vi="x", en="x", manual="x", source="x"))


@pytest.mark.parametrize("name", SHIPPED_SHEETS)
def test_a_sheet_ends_with_the_lock_or_with_a_warning(name: str) -> None:
    profile = load_profile(SHEETS, name, SheetProfile)
    page = sheet_page(profile)

    assert profile.steps[-1].locks == ("THIS SCANNER CANNOT BE LOCKED" not in page)
    assert page.count("<li") == len(profile.steps)
    assert page.count("class=lock") == int(profile.steps[-1].locks)


@pytest.mark.parametrize("name", SHIPPED_SHEETS)
def test_a_sheet_is_whole_in_itself_and_numbers_its_steps(name: str) -> None:
    profile = load_profile(SHEETS, name, SheetProfile)
    page = sheet_page(profile)

    assert re.findall(r'class="number">(\d+)<', page) == [str(number + 1) for number in range(len(profile.steps))]
    assert not re.search(r"<script|<link|<img|src=|url\(|@import", page)


def test_a_sheet_is_in_both_languages_or_in_the_one_that_is_asked_for(tmp_path: Path) -> None:
    both, english = tmp_path / "both.html", tmp_path / "english.html"

    assert (
        main(["sheet", "gm65", "-o", str(both)]) == main(["sheet", "gm65", "-o", str(english), "--language", "en"]) == 0
    )
    assert all(words in both.read_text(encoding="utf-8") for words in ("Cài đặt máy quét", "Back to factory settings"))
    assert "Cài đặt" not in english.read_text(encoding="utf-8")
    assert LANGUAGES == ("vi", "en")


def test_a_sheet_that_cannot_be_written_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sheet", "gm65", "-o", str(tmp_path)]) == 1
    assert "directory" in capsys.readouterr().err


def test_an_order_for_a_shell_is_the_bytes_of_the_profile() -> None:
    page = sheet_page(load_profile(SHEETS, "gm65", SheetProfile), ("en",))
    typed = re.findall(r"printf &#x27;(\S+)&#x27;", page)

    assert [bytes(int(octal, 8) for octal in order.split("\\")[1:]).hex() for order in typed] == [
        *("7e00080100d955abcd", "7e000801000d00abcd", "7e000801000303abcd", "7e000901000000dec8"),
    ]


STEP = {"vi": "x", "en": "x", "source": "x"}


@pytest.mark.parametrize(
    "steps",
    [
        [{**STEP, "code": "a", "manual": "b"}],
        [{**STEP}],
        [{**STEP, "manual": "b", "fnc3": True}],
        [{**STEP, "code": "a", "symbology": "qr", "fnc3": True}],
        [{**STEP, "code": "â"}],
        [{**STEP, "code": "a", "locks": True}, {**STEP, "code": "b", "locks": True}],
        [{**STEP, "code": "a"}],
        [],
    ],
)
def test_a_sheet_that_cannot_be_is_refused(steps: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError):
        SheetProfile.model_validate({"name": "x", "url": "x", "steps": steps})


def test_a_sheet_that_locks_and_warns_is_refused() -> None:
    with pytest.raises(ValidationError, match="warns"):
        SheetProfile.model_validate(
            {
                "name": "x",
                "url": "x",
                "warning_vi": "x",
                "warning_en": "x",
                "steps": [{**STEP, "code": "a", "locks": True}],
            }
        )


def test_a_text_is_no_profile_and_control_characters_are_shown_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    main(["show", "sheets/datalogic-td1100"])
    shown = capsys.readouterr().out

    assert "code: $P\\r\n" in shown
    assert text_of(kind_of("udev"), "99-library-kiosk.rules").startswith("#")
