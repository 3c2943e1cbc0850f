"""Readers' e-mail addresses: what one looks like, and where it is kept."""

import re
from typing import Final

from sqlalchemy.orm import Session

from server.store.mail_models import MailAddress

LONGEST_ADDRESS: Final = 254
NO_ADDRESS: Final = "-"
"""In a file: the reader wants no letters any more."""
_FORM: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_address(text: str) -> bool:
    """Say whether letters can be sent there: one plain address, with nothing that a header could take for more."""
    return len(text) <= LONGEST_ADDRESS and _FORM.fullmatch(text) is not None


def put_address(session: Session, patron_id: int, text: str) -> None:
    """Keep an address, or forget it (``-``); an empty text changes nothing."""
    known = session.get(MailAddress, patron_id)
    if text == NO_ADDRESS:
        if known is not None:
            session.delete(known)
    elif text and known is None:
        session.add(MailAddress(patron_id=patron_id, address=text))
    elif text and known is not None:
        known.address = text


def address_of(session: Session, patron_id: int) -> str | None:
    """Give a reader's address."""
    known = session.get(MailAddress, patron_id)
    return None if known is None else known.address
