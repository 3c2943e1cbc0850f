"""What travels between kiosk and server about a bank transfer."""

from datetime import UTC, datetime

import pytest

from library.api.payments import TransferBegun, TransferWish, read_begun, read_wish

BEGUN = TransferBegun(
    reference="TV23456789A",
    amount=50_000,
    payload="000201",
    bank_name="Ngân hàng",
    account="0123456789",
    holder="THU VIEN",
    until=datetime(2026, 7, 28, 12, 15, tzinfo=UTC),
)


def test_both_are_read_as_they_were_written_and_show_no_card() -> None:
    wish = TransferWish(card="23529000000001")

    assert read_wish(wish.model_dump_json().encode()) == wish
    assert read_begun(BEGUN.model_dump_json().encode()) == BEGUN
    assert "2352" not in repr(wish)


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"card":""}', b'{"card":"1","name":"Mai"}'])
def test_anything_else_is_neither(body: bytes) -> None:
    assert (read_wish(body), read_begun(body)) == (None, None)
