"""The answers kept for messages that changed something, so that neither a repeat nor a restart executes one twice."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from server.store.models import KeptAnswer
from sip2.agreement import Agreement, Encoding
from sip2.codec import decode, encode
from sip2.layout import Response

_KEPT_AS = Agreement(encoding=Encoding.UTF_8, error_detection=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a terminal was told, and when (aware)."""

    answer: Response
    at: datetime


def fingerprint(body: bytes) -> bytes:
    """Give the SHA-256 of a message's bytes without AY and AZ."""
    return hashlib.sha256(body).digest()


def find_kept(session: Session, terminal_id: str, message_hash: bytes) -> Kept | None:
    """Give what this terminal was told about this very message."""
    kept = session.get(KeptAnswer, (terminal_id, message_hash))
    if kept is None:
        return None
    message = decode(kept.answer, _KEPT_AS).message
    return Kept(message, kept.at) if isinstance(message, Response) else None


def keep(session: Session, terminal_id: str, message_hash: bytes, answer: Response, now: datetime) -> None:
    """Keep an answer in the transaction of the change that it reports."""
    text = encode(answer, _KEPT_AS)
    session.add(KeptAnswer(terminal_id=terminal_id, message_hash=message_hash, answer=text, at=now))
    session.flush()


def forget(session: Session, terminal_id: str, message_hash: bytes) -> None:
    """Delete what this terminal was told about this message, if anything is kept of it."""
    kept = session.get(KeptAnswer, (terminal_id, message_hash))
    if kept is not None:
        session.delete(kept)
        session.flush()


def forget_before(session: Session, moment: datetime) -> None:
    """Delete what was kept before ``moment`` (aware); they hold card numbers and titles."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.at < moment))
