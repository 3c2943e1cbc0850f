"""Patrons from a CSV file, of the same form as the files of :mod:`server.holdings.importing`.

patrons
    ``card`` (must match the card patterns of the configuration), ``name``, ``category`` (any word, named by the
    lending rules, like ``child`` or ``adult``; made when it is new), ``place`` (code of the place where the patron is
    at home), ``expires`` (ISO date, the last good day; empty for never),
    ``blocked`` (``yes`` or ``no``; the column may be left out: a new patron is not blocked, a known one stays so),
    ``email`` (where receipts may be sent; may be left out or empty: a known one stays; ``-`` forgets it).
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from library.lending.patterns import NumberKind, NumberPatterns
from server.patrons.addresses import NO_ADDRESS, is_address, put_address
from server.store.csv_rows import FileKind, ImportReport, Row, RowError, import_file, place_ids
from server.store.models import Card, Patron, PatronCategory

PATRONS: Final = FileKind(("card", "name", "category", "place", "expires"), ("blocked", "email"))

_BLOCKED: Final = {"": None, "yes": True, "no": False}
_WORD: Final = 32


def import_patrons(engine: Engine, organisation_id: int, path: Path, numbers: NumberPatterns) -> ImportReport:
    """Import patrons, each with one card; their places must stand in the store already."""
    return import_file(
        engine, path, PATRONS, lambda session, rows: _Patrons(session, organisation_id, rows, numbers).put
    )


class _Patrons:
    def __init__(self, session: Session, organisation_id: int, rows: Sequence[Row], numbers: NumberPatterns) -> None:
        self._session = session
        self._organisation_id = organisation_id
        self._numbers = numbers
        self._places = place_ids(session, organisation_id)
        categories = select(PatronCategory).where(PatronCategory.organisation_id == organisation_id)
        self._categories = {category.code: category for category in session.scalars(categories)}
        cards = select(Card).where(
            Card.organisation_id == organisation_id, Card.number.in_({row["card"] for row in rows})
        )
        self._known = {card.number: card.patron for card in session.scalars(cards)}

    def put(self, row: Row) -> bool:
        number = row.needed("card")
        if self._numbers.classify(number) is not NumberKind.CARD:
            raise RowError("card does not match the card patterns")
        name, expires = row.needed("name"), _expires(row)
        if row["blocked"] not in _BLOCKED:
            raise RowError("blocked is neither yes nor no")
        place_id = self._places.get(row["place"])
        if place_id is None:
            raise RowError("place is unknown")
        email = row["email"]
        if email not in {"", NO_ADDRESS} and not is_address(email):
            raise RowError("email is no address")
        category = self._category(row.needed("category", _WORD))
        patron = self._known.get(number)
        if patron is None:
            patron = Patron(organisation_id=self._organisation_id, blocked=False)
            self._session.add(Card(organisation_id=self._organisation_id, number=number, patron=patron, lost=False))
        patron.name, patron.category, patron.place_id, patron.expires = name, category, place_id, expires
        blocked = _BLOCKED[row["blocked"]]
        if blocked is not None:
            patron.blocked = blocked
        if email:
            self._session.flush()
            put_address(self._session, patron.id, email)
        return number not in self._known

    def _category(self, code: str) -> PatronCategory:
        category = self._categories.get(code)
        if category is None:
            category = self._categories[code] = PatronCategory(
                organisation_id=self._organisation_id, code=code, name=code
            )
            self._session.add(category)
        return category


def _expires(row: Row) -> date | None:
    try:
        return date.fromisoformat(row["expires"]) if row["expires"] else None
    except ValueError:
        raise RowError("expires is no ISO date") from None
