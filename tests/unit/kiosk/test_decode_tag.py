"""``kiosk decode tag`` on published tags, blank ones, damaged ones and what somebody types."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.rfid.tagdata import iso28560_2, iso28560_3, iso28560_4
from drivers.rfid.tagdata.blocks import reverse_blocks
from drivers.rfid.tagdata.content import TagContent, TagFormat, Usage
from drivers.rfid.tagdata.epc import EpcBank, write_epc_bank
from kiosk.decode import program
from tests.support.tag_vectors import vectors

BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"
KEYS = {"format", "item_id", "part", "parts", "owner", "usage", "alarm", "warnings", "damage"}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert program.main(["tag", *words]) == 0
    [line] = capsys.readouterr().out.splitlines()
    said: dict[str, Any] = json.loads(line)
    assert said.keys() >= KEYS
    return said


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as stop:
        program.main(["tag", *words])
    assert stop.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("vector", [each for each in vectors("tag_data") if "blank" not in each.values[0]["expected"]])
def test_a_published_tag_is_known_by_its_bytes_alone(
    vector: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, vector["hex"])["format"] == vector["format"]


@pytest.mark.parametrize(("dsfid", "warnings"), [("00", []), ("3E", []), ("FF", []), ("06", ["dsfid_differs"])])
def test_a_dsfid_that_names_another_data_model_is_told(
    dsfid: str, warnings: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(capsys, BOOK, "--dsfid", dsfid)

    assert (said["format"], said["item_id"], said["warnings"]) == ("iso28560-3", "1000000056", warnings)


def test_a_tag_is_explained_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, BOOK, "--dsfid", "3E", "--afi", "07")

    assert said == {
        "format": "iso28560-3",
        "item_id": "1000000056",
        "part": 1,
        "parts": 1,
        "owner": "DK-718500",
        "usage": "circulating",
        "alarm": "secured",
        "warnings": [],
        "damage": None,
        "isil": "DK-718500",
        "extensions": [],
        "alarm_schemes": ["iso", "german_legacy"],
    }


def test_what_stands_between_digits_and_marks_of_hexadecimal_do_not_count(capsys: pytest.CaptureFixture[str]) -> None:
    spaced = [f"0x{BOOK[:2]}", ":".join(BOOK[at : at + 2] for at in range(2, 40, 2)), f" {BOOK[40:].upper()}\n"]

    assert run(capsys, *spaced) == run(capsys, BOOK)
    for between in "-,.:\n":
        assert run(capsys, between.join(BOOK[at : at + 2] for at in range(0, len(BOOK), 2))) == run(capsys, BOOK)


@pytest.mark.parametrize(
    ("words", "alarm", "schemes"),
    [
        ([], "unknown", []),
        (["--afi", "c2"], "on_loan", ["iso"]),
        (["--afi", "0x21"], "on_loan", ["german_legacy"]),
        (["--afi", "DA"], "secured", ["3m_legacy"]),
        (["--afi", "00"], "unknown", []),
        (["--afi", "C2", "--eas", "on"], "mixed", ["iso"]),
        (["--afi", "C2", "--eas", "off"], "on_loan", ["iso"]),
        (["--eas", "on"], "secured", ["iso", "3m_legacy", "german_legacy"]),
        (["--afi", "90", "--secured-afi", "90", "--on-loan-afi", "91"], "secured", ["site"]),
        (["--afi", "07", "--secured-afi", "90", "--on-loan-afi", "91"], "unknown", []),
    ],
)
def test_the_alarm_is_read_by_the_sites_values_or_by_those_in_use(
    words: list[str], alarm: str, schemes: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(capsys, BOOK, *words)

    assert (said["alarm"], said["alarm_schemes"]) == (alarm, schemes)


@pytest.mark.parametrize(
    ("hexadecimal", "words", "word", "damage"),
    [
        ("00000000", [], "blank", None),
        ("55" * 24 + "00000000", [], "blank", None),
        (BOOK.replace("98a4", "98a5"), [], "checksum", "checksum"),
        ("9999", ["--dsfid", "3e"], "checksum", "checksum"),
        ("9999", ["--dsfid", "6"], "element", "element"),
        ("9999", [], "unknown_format", "unknown_format"),
        ("9999", ["--uhf"], "too_short", "too_short"),
        ("0800 2222", ["--uhf"], "unknown_format", "unknown_format"),
        ("1", [], "odd_digits", "odd_digits"),
        ("", [], "too_short", "too_short"),
        ("", ["--uhf"], "too_short", "too_short"),
        ("0800 0000", ["--uhf", "--user", "00"], "blank", None),
    ],
)
def test_a_tag_that_says_nothing_is_answered_with_the_reason(
    hexadecimal: str, words: list[str], word: str, damage: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(capsys, hexadecimal, *words)

    assert (said["format"], said["item_id"], said["warnings"], said["damage"]) == (None, None, [word], damage)


def test_what_is_odd_about_a_tag_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    memory = iso28560_3.encode(TagContent(TagFormat.ISO_28560_3, "", usage=Usage.DISCARDED), usage_high=True)
    said = run(capsys, reverse_blocks(memory).hex())

    assert said["warnings"] == ["blocks_reversed", "nibbles_swapped", "no_item_id"]
    assert (said["item_id"], said["usage"], said["owner"]) == (None, "discarded", None)


def test_a_uhf_tag_tells_its_afi_itself(capsys: pytest.CaptureFixture[str]) -> None:
    content = TagContent(TagFormat.ISO_28560_4, "2050000001", 2, 3, "VN", "HP01", Usage.NOT_FOR_LOAN)
    banks = iso28560_4.encode(content, iso28560_4.AFI_ON_LOAN)
    said = run(capsys, banks.epc.hex(), "--user", banks.user.hex())

    assert (said["item_id"], said["part"], said["parts"], said["owner"]) == ("2050000001", 2, 3, "VN-HP01")
    assert (said["usage"], said["alarm"], said["afi"], said["warnings"]) == ("not_for_loan", "on_loan", 0xC2, [])


def test_a_number_in_an_epc_is_found_by_the_sites_pattern(capsys: pytest.CaptureFixture[str]) -> None:
    pattern = "LIB([0-9]{6})"
    epc = write_epc_bank(EpcBank(b"LIB205001\0\0\0", None, user_bank=False))
    said = run(capsys, epc.hex(), "--epc-pattern", pattern)

    assert (said["format"], said["item_id"]) == ("raw-epc", "205001")


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ([], "HEX"),
        (["11 0g"], "0-9"),
        (["11", "--afi", "123"], "two digits"),
        (["11", "--dsfid", "x"], "two digits"),
        (["11", "--eas", "maybe"], "on or off"),
        (["11", "--secured-afi", "07"], "together"),
        (["11", "--secured-afi", "07", "--on-loan-afi", "07"], "different"),
        (["11", "--epc-pattern", "("], "regular expression"),
        (["11", "--epc-pattern", "LIB.*"], "one group"),
        (["11", "--what"], "--what"),
    ],
)
def test_wrong_arguments_are_refused_with_the_reason(
    words: list[str], about: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert about in refused(capsys, *words)


def test_a_part_of_a_set_in_elements_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    memory = iso28560_2.encode(TagContent(TagFormat.ISO_28560_2, "DPB000002", 3, 12, "US", "InU-Mu"))
    said = run(capsys, memory.hex())

    assert (said["format"], said["part"], said["parts"], said["owner"]) == ("iso28560-2", 3, 12, "US-InU-Mu")


@settings(deadline=None)
@given(memory=st.binary(max_size=120), user=st.none() | st.binary(max_size=40), uhf=st.booleans())
def test_any_bytes_at_all_are_answered(memory: bytes, user: bytes | None, *, uhf: bool) -> None:
    words = [memory.hex(), *(["--user", user.hex()] if user is not None else []), *(["--uhf"] if uhf else [])]

    assert program.main(["tag", *words]) == 0
