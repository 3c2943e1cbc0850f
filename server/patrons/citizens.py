"""Which reader has a citizen number; the number itself is kept nowhere."""

from pathlib import Path

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from server.errors import CitizenKeyError, CitizenTakenError, UnknownCardError
from server.patrons.citizen_key import CitizenKey, citizen_key
from server.patrons.register import find_card
from server.store.citizen_models import CitizenLink
from server.store.engine import transaction
from server.store.models import Card


def card_of_citizen(session: Session, key: CitizenKey, organisation_id: int, number: str) -> str | None:
    """Give the newest card of the reader who has this number; one that was lost only where there is no other."""
    link = session.get(CitizenLink, (organisation_id, key.digest(organisation_id, number)))
    patron_id = None if link is None else link.patron_id
    cards = select(Card.number).where(Card.organisation_id == organisation_id, Card.patron_id == patron_id)
    return session.scalar(cards.order_by(Card.lost, Card.id.desc()).limit(1))


def link_citizen(session: Session, key: CitizenKey, organisation_id: int, card_number: str, number: str) -> None:
    """Let this number find the reader who has this card.

    Raise ``UnknownCardError``, or ``CitizenTakenError`` where it is another reader's: that is one person, twice.
    """
    card = find_card(session, organisation_id, card_number)
    if card is None:
        raise UnknownCardError
    put_link(session, key, key.digest(organisation_id, number), card)


def put_link(session: Session, key: CitizenKey, digest: bytes, card: Card) -> None:
    """Link a digest to the reader who has the card; raise ``CitizenTakenError``."""
    known = session.get(CitizenLink, (card.organisation_id, digest))
    if known is not None and known.patron_id != card.patron_id:
        raise CitizenTakenError
    if known is None:
        session.add(
            CitizenLink(
                organisation_id=card.organisation_id, digest=digest, key_check=key.check, patron_id=card.patron_id
            )
        )
        session.flush()


def unlink_citizen(session: Session, organisation_id: int, card_number: str) -> bool:
    """Forget every citizen number of the reader who has this card; say whether there was one."""
    card = find_card(session, organisation_id, card_number)
    if card is None:
        raise UnknownCardError
    mine = (CitizenLink.organisation_id == organisation_id, CitizenLink.patron_id == card.patron_id)
    there = session.scalar(select(CitizenLink.digest).where(*mine).limit(1)) is not None
    session.execute(delete(CitizenLink).where(*mine))
    return there


def opened_key(engine: Engine, path: Path | None) -> CitizenKey | None:
    """Read the key, or make the first one; ``None`` without a file.

    Raise ``SecretFileError``, or ``CitizenKeyError`` also where numbers were digested by a key that is not this one: no
    reader would be found by them. So a lost key is never silently replaced.
    """
    if path is None:
        return None
    with transaction(engine) as session:
        kept = session.scalar(select(CitizenLink.key_check).limit(1))
    if kept is not None and not path.exists():
        raise CitizenKeyError(path, "is gone; put the key back, or unlink all citizen numbers")
    key = citizen_key(path)
    if kept is not None and kept != key.check:
        raise CitizenKeyError(path, "is not the key by which citizen numbers were digested")
    return key
