"""One registry of reasons: what a reader is told, what SIP2 is told, what HTTP is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final, Literal

from library.lending.refusals import Refusal
from sip2.fields import PatronFlag

Language = Literal["vi", "en"]

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

    def words(self, language: Language) -> str:
        """Give the words that a child understands."""
        return self.vi if language == "vi" else self.en


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
        Refusal.WRONG_PIN: Consequence(
            vi="Mã PIN chưa đúng. Bạn thử lại nhé.",
            en="That PIN is not right. Please try again.",
            http=HTTPStatus.UNAUTHORIZED,
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
        Refusal.OTHER: Consequence(
            vi="Máy chưa làm được việc này. Bạn hãy hỏi thủ thư nhé.",
            en="This machine cannot do that yet. Please ask the librarian.",
            http=HTTPStatus.NOT_IMPLEMENTED,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A no, and the title of the item if it is known."""

    refusal: Refusal
    title: str = ""
