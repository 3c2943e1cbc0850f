"""What a fee line is called, for readers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from server.circulation.refusals import Language, money
from server.circulation.values import FeeLine
from server.store.account_models import FeeReason

FEE_WORDS: Final[Mapping[FeeReason, tuple[str, str]]] = MappingProxyType(
    {
        FeeReason.LENDING: ("Phí mượn", "Lending fee"),
        FeeReason.HOLD: ("Phí đặt giữ sách", "Reservation fee"),
        FeeReason.LOST: ("Đền sách mất", "Lost book"),
        FeeReason.DAMAGED: ("Đền sách hỏng", "Damaged book"),
        FeeReason.CARD: ("Phí làm thẻ", "Card fee"),
        FeeReason.OTHER: ("Phí khác", "Other fee"),
    }
)
"""Vietnamese and English."""


def fee_words(fee: FeeLine, language: Language) -> str:
    """Give one line: what for, which book, how much."""
    vi, en = FEE_WORDS[fee.reason]
    what = vi if language == "vi" else en
    about = f"{what}: {fee.title}" if fee.title else what
    return f"{about} - {money(fee.owed, language)}"
