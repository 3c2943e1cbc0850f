"""A receipt as a letter: byte for byte in both languages, with nothing in it that could be taken for more."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from library.api.receipts import SharedLine, SharedReceipt
from server.mailing.letter import Letterhead, letter
from tests.support.goldens import golden
from tests.support.small_library import NOON, ZONE

HEAD = Letterhead("Thư viện xã Quảng Nghiệp", "phieu@thuvien.example", ZONE)
DUE = NOON.replace(hour=23, minute=59) + timedelta(days=14)
LINES = (
    SharedLine(kind="lent", title="Dế Mèn phiêu lưu ký", due=DUE),
    SharedLine(kind="lent", title="Từ điển Việt - Anh", due=NOON.replace(hour=16, minute=30), show_at_desk=True),
    SharedLine(kind="lent", title=".", due=None),
    SharedLine(kind="renewed", title="Truyện Kiều", due=DUE),
    SharedLine(kind="renewed", title="Số đỏ", due=None),
    SharedLine(kind="on_loan", title="The Adventures of Sherlock Holmes, and many more words " * 3, due=DUE),
    SharedLine(kind="on_loan", title="", due=None),
    SharedLine(kind="returned", title="Tắt đèn", due=DUE),
    SharedLine(kind="lent", title="Lão Hạc", due=DUE, loan_known=False),
)


def written(receipt: SharedReceipt) -> bytes:
    return letter(receipt, HEAD, "mai@example.com", NOON, "0123abcd")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_letter_is_these_bytes(language: str) -> None:
    receipt = SharedReceipt.model_validate({"language": language, "last_four": "0001", "lines": LINES})
    text = written(receipt)

    assert golden(f"letters/receipt.{language}.eml", text.decode("ascii")) == text.decode("ascii")
    assert max(map(len, text.split(b"\r\n"))) <= 78


def test_a_letter_is_read_by_others_as_it_was_meant() -> None:
    text = written(SharedReceipt(language="vi", lines=LINES[:1]))
    read = message_from_bytes(text, policy=default)
    body = read.get_body()

    assert (read["To"], read["From"]) == ("mai@example.com", "Thư viện xã Quảng Nghiệp <phieu@thuvien.example>")
    assert (read["Auto-Submitted"], read["Message-ID"]) == ("auto-generated", "<0123abcd@thuvien.example>")
    assert body is not None
    assert "1. Dế Mèn phiêu lưu ký" in body.get_content()
    assert "Thẻ" not in body.get_content()
