"""One registry of reasons: what a reader is told, what SIP2 is told, what HTTP is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from types import MappingProxyType
from typing import Final, Literal

from library.lending.refusals import Refusal
from sip2.fields import PatronFlag

Language = Literal["vi", "en"]
Detail = date | int | None
"""The day until which, or the đồng of which, a refusal speaks."""

_NO_PRIVILEGES: Final = frozenset(
    {PatronFlag.CHARGE_DENIED, PatronFlag.RENEWAL_DENIED, PatronFlag.RECALL_DENIED, PatronFlag.HOLD_DENIED}
)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a refusal."""

    vi: str
    en: str
    http: HTTPStatus
    patron_flags: frozenset[PatronFlag] = frozenset()
    """What a 24 or 64 says of a patron for whom the reason holds."""
    vi_exactly: str = ""
    """The words where the day or the amount is known, which stands for ``{}``."""
    en_exactly: str = ""

    def words(self, language: Language, detail: Detail = None) -> str:
        """Give the words that a child understands, with the day or the amount where they have a place for it."""
        plain, exact = (self.vi, self.vi_exactly) if language == "vi" else (self.en, self.en_exactly)
        return exact.format(_shown(detail, language)) if detail is not None and exact else plain


CONSEQUENCES: Final[Mapping[Refusal, Consequence]] = MappingProxyType(
    {
        Refusal.PATRON_UNKNOWN: Consequence(
            vi="Thư viện không tìm thấy thẻ này. Bạn hãy hỏi thủ thư nhé.",
            en="The library does not know this card. Please ask the librarian.",
            http=HTTPStatus.NOT_FOUND,
            patron_flags=_NO_PRIVILEGES,
        ),
        Refusal.PATRON_BLOCKED: Consequence(
            vi="Thẻ này đang tạm khóa. Bạn hãy gặp thủ thư nhé.",
            en="This card cannot be used just now. Please see the librarian.",
            http=HTTPStatus.FORBIDDEN,
            patron_flags=_NO_PRIVILEGES,
        ),
        Refusal.PATRON_EXPIRED: Consequence(
            vi="Thẻ này đã hết hạn. Thủ thư sẽ gia hạn thẻ giúp bạn.",
            en="This card is too old. The librarian can renew it for you.",
            http=HTTPStatus.FORBIDDEN,
            patron_flags=_NO_PRIVILEGES,
        ),
        Refusal.PATRON_LIMIT_REACHED: Consequence(
            vi="Bạn đã mượn đủ số sách được mượn. Bạn trả bớt sách rồi mượn tiếp nhé.",
            en="You have as many books as you may take. Bring some back, then borrow more.",
            http=HTTPStatus.CONFLICT,
            patron_flags=frozenset({PatronFlag.TOO_MANY_CHARGED}),
        ),
        Refusal.PATRON_SUSPENDED: Consequence(
            vi="Bạn đã trả sách muộn nên tạm thời chưa mượn được.",
            en="You brought a book back late, so you cannot borrow for some days.",
            vi_exactly="Bạn đã trả sách muộn nên sau ngày {} mới mượn được.",
            en_exactly="You brought a book back late. You can borrow again after {}.",
            http=HTTPStatus.FORBIDDEN,
            patron_flags=frozenset({PatronFlag.CHARGE_DENIED, PatronFlag.HOLD_DENIED}),
        ),
        Refusal.PATRON_OVERDUE: Consequence(
            vi="Bạn có sách quá hạn. Bạn trả sách đó rồi mượn tiếp nhé.",
            en="You have books that are late. Bring them back, then borrow more.",
            http=HTTPStatus.CONFLICT,
            patron_flags=frozenset({PatronFlag.CHARGE_DENIED, PatronFlag.TOO_MANY_OVERDUE}),
        ),
        Refusal.FEE_LIMIT_REACHED: Consequence(
            vi="Bạn còn phí chưa nộp nên chưa mượn được. Bạn gặp thủ thư nhé.",
            en="You owe the library too much to borrow now. Please see the librarian.",
            vi_exactly="Bạn còn {} phí chưa nộp nên chưa mượn được. Bạn gặp thủ thư nhé.",
            en_exactly="You owe the library {}, too much to borrow now. Please see the librarian.",
            http=HTTPStatus.CONFLICT,
            patron_flags=frozenset({PatronFlag.CHARGE_DENIED, PatronFlag.EXCESSIVE_FEES}),
        ),
        Refusal.FEE_NOT_ACKNOWLEDGED: Consequence(
            vi="Việc này có thu phí. Bạn đồng ý thì mới làm tiếp.",
            en="This costs a fee. It goes on only if you agree.",
            vi_exactly="Phí là {}. Bạn đồng ý thì mới làm tiếp.",
            en_exactly="The fee is {}. It goes on only if you agree.",
            http=HTTPStatus.PAYMENT_REQUIRED,
        ),
        Refusal.WRONG_PIN: Consequence(
            vi="Mã PIN chưa đúng. Bạn thử lại nhé.",
            en="That PIN is not right. Please try again.",
            http=HTTPStatus.UNAUTHORIZED,
            patron_flags=_NO_PRIVILEGES,
        ),
        Refusal.PIN_LOCKED: Consequence(
            vi="Mã PIN sai nhiều lần nên tạm khóa. Bạn thử lại sau, hoặc gặp thủ thư.",
            en="The PIN was wrong too often. Try again later, or see the librarian.",
            http=HTTPStatus.TOO_MANY_REQUESTS,
            patron_flags=_NO_PRIVILEGES,
        ),
        Refusal.ITEM_UNKNOWN: Consequence(
            vi="Thư viện không tìm thấy cuốn này. Bạn đưa cho thủ thư xem nhé.",
            en="The library does not know this book. Please show it to the librarian.",
            http=HTTPStatus.NOT_FOUND,
        ),
        Refusal.ITEM_NOT_FOR_LOAN: Consequence(
            vi="Cuốn này không cho mượn về. Bạn đọc ở thư viện nhé.",
            en="This book stays here. You can read it in the library.",
            http=HTTPStatus.CONFLICT,
        ),
        Refusal.ITEM_ON_LOAN: Consequence(
            vi="Cuốn này đang do bạn khác mượn. Bạn đưa cho thủ thư nhé.",
            en="Somebody else has borrowed this book. Please give it to the librarian.",
            http=HTTPStatus.CONFLICT,
        ),
        Refusal.ITEM_ON_LOAN_TO_SAME_PATRON: Consequence(
            vi="Bạn đang mượn cuốn này rồi.",
            en="You have already borrowed this book.",
            http=HTTPStatus.CONFLICT,
        ),
        Refusal.ITEM_RESERVED: Consequence(
            vi="Cuốn này đang được giữ cho bạn khác.",
            en="This book is kept for somebody else.",
            http=HTTPStatus.CONFLICT,
        ),
        Refusal.ITEM_NOT_ON_LOAN: Consequence(
            vi="Cuốn này chưa có ai mượn.",
            en="Nobody has borrowed this book.",
            http=HTTPStatus.CONFLICT,
        ),
        Refusal.RENEWAL_LIMIT_REACHED: Consequence(
            vi="Cuốn này không gia hạn thêm được nữa. Bạn trả đúng hạn nhé.",
            en="You cannot keep this book longer. Please bring it back in time.",
            http=HTTPStatus.CONFLICT,
        ),
        Refusal.HOLD_EXISTS: Consequence(
            vi="Bạn đã đặt giữ cuốn này rồi.",
            en="You have reserved this book already.",
            http=HTTPStatus.CONFLICT,
        ),
        Refusal.HOLD_LIMIT_REACHED: Consequence(
            vi="Bạn đã đặt giữ đủ số sách được đặt.",
            en="You have reserved as many books as you may.",
            http=HTTPStatus.CONFLICT,
        ),
        Refusal.HOLD_UNKNOWN: Consequence(
            vi="Bạn chưa đặt giữ cuốn này.",
            en="You have not reserved this book.",
            http=HTTPStatus.NOT_FOUND,
        ),
        Refusal.PLACE_UNKNOWN: Consequence(
            vi="Thư viện không có nơi nhận sách này. Bạn chọn nơi khác nhé.",
            en="The library has no such place to pick books up. Please choose another.",
            http=HTTPStatus.NOT_FOUND,
        ),
        Refusal.PAYMENT_INVALID: Consequence(
            vi="Khoản nộp này không ghi được. Bạn gặp thủ thư nhé.",
            en="This payment could not be taken. Please see the librarian.",
            http=HTTPStatus.UNPROCESSABLE_ENTITY,
        ),
        Refusal.PAYMENT_TOO_HIGH: Consequence(
            vi="Số tiền lớn hơn phí phải nộp nên không ghi được.",
            en="That is more than there is to pay, so it was not taken.",
            vi_exactly="Phí phải nộp chỉ là {}, nên khoản này không ghi được.",
            en_exactly="There is only {} to pay, so this was not taken.",
            http=HTTPStatus.CONFLICT,
        ),
        Refusal.OTHER: Consequence(
            vi="Máy chưa làm được việc này. Bạn hãy hỏi thủ thư nhé.",
            en="This machine cannot do that yet. Please ask the librarian.",
            http=HTTPStatus.NOT_IMPLEMENTED,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A no, the title of the item if it is known, and the day or the amount that the reason has."""

    refusal: Refusal
    title: str = ""
    detail: Detail = None


def money(amount: int, language: Language) -> str:
    """Write an amount of đồng as a reader reads it."""
    return f"{amount:,} đồng".replace(",", ".") if language == "vi" else f"{amount:,} VND"


def _shown(detail: date | int, language: Language) -> str:
    return money(detail, language) if isinstance(detail, int) else f"{detail:%d/%m/%Y}"
