"""Patrons from a CSV file, of the same form as the files of :mod:`server.holdings.importing`.

patrons
    ``card`` (must match the card patterns of the configuration), ``name``, ``category`` (any word, named by the
    lending rules, like ``child`` or ``adult``; made when it is new), ``place`` (code of the place where the patron is
    at home), ``expires`` (ISO date, the last good day; empty for never),
    ``blocked`` (``yes`` or ``no``; the column may be left out: a new patron is not blocked, a known one stays so).
"""

from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from library.lending.patterns import NumberKind, NumberPatterns
from server.patrons.register import find_card
from server.store.csv_rows import FileKind, ImportReport, Row, RowError, import_file
from server.store.models import Card, Patron, PatronCategory, Place

PATRONS: Final = FileKind(("card", "name", "category", "place", "expires"), ("blocked",))

_BLOCKED: Final = {"": None, "yes": True, "no": False}
_WORD: Final = 32


def import_patrons(engine: Engine, organisation_id: int, path: Path, numbers: NumberPatterns) -> ImportReport:
    """Import patrons, each with one card; their places must stand in the store already."""
    return import_file(engine, path, PATRONS, lambda session, row: _put_patron(session, organisation_id, row, numbers))


def _put_patron(session: Session, organisation_id: int, row: Row, numbers: NumberPatterns) -> bool:
    number = row.needed("card")
    if numbers.classify(number) is not NumberKind.CARD:
        raise RowError("card does not match the card patterns")
    name, expires = row.needed("name"), _expires(row)
    if row["blocked"] not in _BLOCKED:
        raise RowError("blocked is neither yes nor no")
    place = session.scalar(select(Place).where(Place.organisation_id == organisation_id, Place.code == row["place"]))
    if place is None:
        raise RowError("place is unknown")
    category = _category(session, organisation_id, row.needed("category", _WORD))
    card = find_card(session, organisation_id, number)
    patron = Patron(organisation_id=organisation_id, blocked=False) if card is None else card.patron
    patron.name, patron.category_id, patron.place_id, patron.expires = name, category.id, place.id, expires
    blocked = _BLOCKED[row["blocked"]]
    if blocked is not None:
        patron.blocked = blocked
    session.add(patron)
    session.flush()
    if card is None:
        session.add(Card(organisation_id=organisation_id, number=number, patron_id=patron.id, lost=False))
        session.flush()
    return card is None


def _category(session: Session, organisation_id: int, code: str) -> PatronCategory:
    category = session.scalar(
        select(PatronCategory).where(PatronCategory.organisation_id == organisation_id, PatronCategory.code == code)
    )
    if category is None:
        category = PatronCategory(organisation_id=organisation_id, code=code, name=code)
        session.add(category)
        session.flush()
    return category


def _expires(row: Row) -> date | None:
    try:
        return date.fromisoformat(row["expires"]) if row["expires"] else None
    except ValueError:
        raise RowError("expires is no ISO date") from None
