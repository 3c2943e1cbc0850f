"""TCVN-3, by the standard and by printers with two pages."""

import json
import unicodedata
from pathlib import Path

import escpos
import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.text.tcvn3 import TcvnPage, decode_tcvn3, decode_tcvn3_page, encode_tcvn3, encode_tcvn3_pages

SMALL = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
LETTERS = SMALL + SMALL.upper() + "fjwzFJWZ 0123456789"


def from_pages(text: str) -> str:
    return "".join(decode_tcvn3_page(data, page) for page, data in encode_tcvn3_pages(text))


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("Đắc Nhân Tâm", "a7be63204e68a96e2054a96d"),
        ("tiếng Việt", "7469d56e67205669d674"),
        ("ỆỌƯỚ", "a3b44fb4a6a5b3"),
        ("漢ř“\u00a0”", "3f7222 2022"),
        ("x\u0301", "78b3"),
    ],
)
def test_a_text_is_these_bytes(text: str, data: str) -> None:
    assert encode_tcvn3(text) == bytes.fromhex(data)


@given(st.text(LETTERS, max_size=60))
def test_every_vietnamese_text_comes_back(text: str) -> None:
    assert decode_tcvn3(encode_tcvn3(text)) == text
    assert from_pages(text) == text
    assert decode_tcvn3(encode_tcvn3(unicodedata.normalize("NFD", text))) == text


def test_each_small_letter_is_one_byte_and_each_letter_is_one_on_a_printer_with_two_pages() -> None:
    assert len(encode_tcvn3(SMALL)) == len(SMALL)
    assert sum(len(data) for _, data in encode_tcvn3_pages(LETTERS)) == len(LETTERS)


def test_a_printer_changes_its_page_no_more_often_than_it_must() -> None:
    assert encode_tcvn3_pages("THƯ VIỆN XÃ số 1") == (
        (TcvnPage.SMALL, b"TH"),
        (TcvnPage.CAPITALS, b"\xad VI\xd6N X\xb7 s"),
        (TcvnPage.SMALL, b"\xe8 1"),
    )


@given(st.text(max_size=60))
def test_any_text_becomes_bytes_and_no_control_character_comes_out_that_did_not_go_in(text: str) -> None:
    data = encode_tcvn3(text) + b"".join(run for _, run in encode_tcvn3_pages(text))

    assert all(byte >= 0x20 or chr(byte) in text for byte in data)


@given(st.binary(max_size=60))
def test_any_bytes_become_text(data: bytes) -> None:
    assert len(decode_tcvn3_page(data, TcvnPage.CAPITALS)) == len(data)
    assert len(decode_tcvn3_page(data, TcvnPage.SMALL)) <= len(data)


@pytest.mark.parametrize(("page", "name"), [(TcvnPage.SMALL, "TCVN-3-1"), (TcvnPage.CAPITALS, "TCVN-3-2")])
def test_a_printers_pages_are_those_of_the_table_of_printers(page: TcvnPage, name: str) -> None:
    table = json.loads((Path(escpos.__file__).parent / "capabilities.json").read_text(encoding="utf-8"))
    letters = "".join(table["encodings"][name]["data"]).replace("Ð", "Đ")

    assert {chr(0x80 + place): char for place, char in enumerate(letters) if char != " "} == {
        chr(byte): char
        for byte in range(0x80, 0x100)
        if (char := decode_tcvn3_page(bytes((byte,)), page)) != "\ufffd"
        and not (page is TcvnPage.SMALL and (0xA1 <= byte <= 0xA7 or 0xB0 <= byte <= 0xB4))
    }
