"""What reaches a receipt printer: letters of its page, and never a command that a stranger wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.code_page import CodePage, printer_runs, printer_text
from library.text.cp1258 import decode_cp1258
from library.text.tcvn3 import TcvnPage


def test_vietnamese_reaches_the_printer_in_windows_1258() -> None:
    assert printer_text("Đắc Nhân Tâm", CodePage.CP1258).hex(" ") == "d0 e3 ec 63 20 4e 68 e2 6e 20 54 e2 6d"


@given(
    st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ ", max_size=40)
)
def test_every_vietnamese_text_comes_back_from_the_page(text: str) -> None:
    assert decode_cp1258(printer_text(text, CodePage.CP1258)) == text


@given(st.text(max_size=200), st.sampled_from(CodePage))
def test_no_byte_that_a_printer_takes_for_a_command_comes_out_whatever_goes_in(text: str, page: CodePage) -> None:
    assert all(byte >= 0x20 and byte != 0x7F for byte in printer_text(text, page))


def test_spaces_that_line_up_columns_stay() -> None:
    assert printer_text("1.  Truyện     31/12", CodePage.ASCII) == b"1.  Truyen     31/12"


def test_vietnamese_reaches_the_printer_in_tcvn_3() -> None:
    assert printer_text("Đắc Nhân Tâm", CodePage.TCVN3).hex(" ") == "a7 be 63 20 4e 68 a9 6e 20 54 a9 6d"


def test_a_printer_with_two_pages_gets_each_letter_on_its_page() -> None:
    assert printer_runs("Ở\x1b nhà") == ((TcvnPage.CAPITALS, b"\xeb nh"), (TcvnPage.SMALL, b"\xb5"))


@pytest.mark.parametrize("page", CodePage)
def test_control_characters_are_left_out(page: CodePage) -> None:
    assert printer_text("a\x1b@b\x1dV\x00\r\nc\u202e\x10\x04\x01d", page) == b"a@bVcd"


def test_a_letter_that_the_page_lacks_becomes_its_relative_or_a_question_mark() -> None:
    assert printer_text("ř 漢 😀", CodePage.CP1258) == b"r ? ?"
