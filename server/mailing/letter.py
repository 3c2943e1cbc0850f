"""A receipt as a letter: plain text in the reader's language, the same bytes for the same receipt; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from types import MappingProxyType
from typing import Final, Literal

from babel.dates import format_datetime as written

from library.api.receipts import SharedLine, SharedReceipt

Language = Literal["vi", "en"]
_DAY: Final[Mapping[Language, str]] = MappingProxyType({"vi": "EEEE, dd/MM/yyyy", "en": "EEEE, d MMMM yyyy"})
_END_OF_DAY: Final = (23, 59)
_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "subject": ("Phiếu mượn trả sách", "Your library receipt"),
        "hello": ("Chào bạn,", "Hello,"),
        "made": (
            "Đây là phiếu của bạn tại {library}, lập lúc {moment}.",
            "This is your receipt from {library}, {moment}.",
        ),
        "card": ("Thẻ có số cuối {last_four}.", "Card ending in {last_four}."),
        "lent": ("Đã mượn", "Borrowed"),
        "lent_until": ("Đã mượn. Hạn trả: {day}", "Borrowed. Due: {day}"),
        "renewed": ("Đã gia hạn", "Renewed"),
        "renewed_until": ("Đã gia hạn. Hạn trả mới: {day}", "Renewed. New due date: {day}"),
        "on_loan": ("Đang mượn", "On loan"),
        "on_loan_until": ("Đang mượn. Hạn trả: {day}", "On loan. Due: {day}"),
        "returned": ("Đã trả", "Returned"),
        "unknown": (
            "Chưa biết đã ghi nhận hay chưa. Xin hỏi ở bàn thủ thư.",
            "Nobody knows whether this was done. Please ask at the desk.",
        ),
        "desk": ("Xin mang cuốn này đến bàn thủ thư.", "Please show this book at the desk."),
        "untitled": ("Một cuốn sách chưa có tên", "A book without a title"),
        "end": (
            "Thư này do máy gửi, bạn không cần trả lời. Nếu có gì chưa đúng, xin hỏi thủ thư.",
            "A machine sent this; there is no need to answer. If something is not right, please ask a librarian.",
        ),
    }
)
"""Vietnamese and English."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes."""

    library: str
    sender: str
    zone: tzinfo


def letter(receipt: SharedReceipt, head: Letterhead, to: str, made_at: datetime, message_id: str) -> bytes:
    """Write the letter; ``made_at`` is aware, ``message_id`` tells a mail server that a second copy is the same."""
    at = made_at.astimezone(head.zone)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"{_say('subject', receipt.language)} - {head.library}"
    message["From"] = Address(head.library, addr_spec=head.sender)
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(at.replace(microsecond=0))
    message["Message-ID"] = f"<{message_id}@{head.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_text(receipt, head, at)) + "\n", cte="quoted-printable")
    message["Content-Language"] = receipt.language
    return message.as_bytes()


def _text(receipt: SharedReceipt, head: Letterhead, at: datetime) -> Iterator[str]:
    language = receipt.language
    moment = f"{at:%H:%M}, {written(at, _DAY[language], locale=language)}"
    yield _say("hello", language)
    yield ""
    yield _say("made", language).format(library=head.library, moment=moment)
    if receipt.last_four:
        yield _say("card", language).format(last_four=receipt.last_four)
    yield ""
    for number, line in enumerate(receipt.lines, start=1):
        label = f"{number}. "
        yield label + (line.title or _say("untitled", language))
        for words in _standing(line, language, head.zone):
            yield " " * len(label) + words
    yield ""
    yield _say("end", language)


def _standing(line: SharedLine, language: Language, zone: tzinfo) -> Iterator[str]:
    if not line.loan_known:
        yield _say("unknown", language)
        return
    if line.due is None or line.kind == "returned":
        yield _say(line.kind, language)
    else:
        yield _say(f"{line.kind}_until", language).format(day=_day(line.due.astimezone(zone), language))
    if line.show_at_desk:
        yield _say("desk", language)


def _day(due: datetime, language: Language) -> str:
    day: str = written(due, _DAY[language], locale=language)
    return day if (due.hour, due.minute) == _END_OF_DAY else f"{due:%H:%M}, {day}"


def _say(key: str, language: Language) -> str:
    vi, en = _WORDS[key]
    return vi if language == "vi" else en
