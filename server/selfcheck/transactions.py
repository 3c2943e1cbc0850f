"""The field XT of our own kiosks: one number for each transaction, whatever else stands in the message."""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from sip2.agreement import Agreement, Encoding
from sip2.codec import decode, encode
from sip2.layout import Message, Response
from sip2.messages import CheckinRequest, CheckoutRequest, FeePaidRequest, HoldRequest, RenewRequest

TRANSACTION_FIELD: Final = "XT"
_SHAPE: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_KEPT_AS: Final = Agreement(encoding=Encoding.UTF_8, error_detection=False)
_WITH_TRANSACTION: Final = (CheckoutRequest, CheckinRequest, RenewRequest, HoldRequest, FeePaidRequest)
_ResponseT = TypeVar("_ResponseT", bound=Response)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and what was changed in giving it."""

    answer: Response
    done: bool
    """Something was changed; a refusal changes nothing and may be asked about again."""
    loan_id: int | None = None
    hold_id: int | None = None


def transaction_of(request: Message) -> str | None:
    """Give the transaction's number; ``None`` without one, with one of another shape, or where none belongs."""
    given = request.extension(TRANSACTION_FIELD) if isinstance(request, _WITH_TRANSACTION) else None
    return given if given is not None and _SHAPE.fullmatch(given) else None


def with_transaction(answer: _ResponseT, transaction_id: str) -> _ResponseT:
    """Give the answer with the transaction's number in it."""
    others = tuple(pair for pair in answer.extensions if pair[0] != TRANSACTION_FIELD)
    return replace(answer, extensions=(*others, (TRANSACTION_FIELD, transaction_id)))


def subject_of(request: Message) -> bytes:
    """Give the SHA-256 of what a transaction is about: the message, the card, the item, and which way it goes."""
    named = ("patron_id", "item_id", "title", "cancel", "hold_mode", "fee_amount", "transaction_id")
    parts = [request.code, *(str(getattr(request, name, None) or "") for name in named)]
    return hashlib.sha256("|".join(parts).encode()).digest()


def to_keep(answer: Response) -> bytes:
    """Give an answer's text for the store."""
    return encode(answer, _KEPT_AS)


def kept_answer(text: bytes | None) -> Response | None:
    """Read an answer from the store; ``None`` where it is forgotten."""
    message = None if text is None else decode(text, _KEPT_AS).message
    return message if isinstance(message, Response) else None
