"""Reads the server's own databases, past all of the server's code: what stands there is what happened."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from deploy.demo.stock import RENTAL


@dataclass(frozen=True, slots=True)
class PatronRow:
    """What the server knows of a card's holder, as far as lending goes."""

    blocked: bool
    expires: date | None
    card_lost: bool
    category: str
    open_loans: frozenset[str]
    """Item numbers."""


@dataclass(frozen=True, slots=True)
class LoanRow:
    """One loan, open or ended."""

    loan_id: int
    item_id: str
    title: str
    card: str
    due: date
    open: bool
    ended_as: str = ""
    """Empty while it is open."""
    ended_at_terminal: str = ""
    renewals: int = 0


@dataclass(frozen=True, slots=True)
class CopyRow:
    """Where a copy belongs, and whether somebody waits for its title."""

    title: str
    place: str
    waited_for: bool


@dataclass(frozen=True, slots=True)
class ToldRow:
    """What the kiosk told of its time alone, and what became of it."""

    transaction_id: str
    kind: str
    outcome: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as the fleet's store has it."""

    ending: str
    service: str
    lent: int = 0
    renewed: int = 0
    returned: int = 0
    unknown: int = 0
    alarms_still_on: int = 0
    alarms_still_off: int = 0
    offline: int = 0
    receipt: str = ""


class _Database:
    """A database, opened for reading at each question."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(question, values).fetchall()


class FleetRows(_Database):
    """The store of what the kiosks reported."""

    def visits(self) -> list[VisitRow]:
        """Give every visit so far, in the order in which they were stored."""
        rows = self._ask(
            "SELECT ending, service, lent, renewed, returned, unknown, alarms_still_on, alarms_still_off, offline,"
            " receipt FROM visit ORDER BY received_at, occurred_at"
        )
        return [VisitRow(*row) for row in rows]


class ServerRows(_Database):
    """The circulation database."""

    def patron(self, card: str) -> PatronRow | None:
        """Give what stands about a card; ``None`` for an unknown one."""
        rows = self._ask(
            "SELECT patron.id, patron.blocked, patron.expires, card.lost, patron_category.code FROM card"
            " JOIN patron ON patron.id = card.patron_id"
            " JOIN patron_category ON patron_category.id = patron.category_id WHERE card.number = ?",
            card,
        )
        if not rows:
            return None
        patron_id, blocked, expires, lost, category = rows[0]
        held = self._ask(
            "SELECT copy.item_number FROM loan JOIN copy ON copy.id = loan.copy_id"
            " WHERE loan.patron_id = ? AND loan.ended_at IS NULL",
            patron_id,
        )
        return PatronRow(
            blocked=bool(blocked),
            expires=None if expires is None else date.fromisoformat(expires),
            card_lost=bool(lost),
            category=category,
            open_loans=frozenset(row[0] for row in held),
        )

    def loans_after(self, loan_id: int) -> list[LoanRow]:
        """Give every loan made after a given one, in order."""
        rows = self._ask(
            "SELECT loan.id, copy.item_number, record.title, min(card.number), loan.due_day, loan.ended_at IS NULL,"
            " coalesce(loan.ended_as, ''), coalesce(loan.ended_terminal_id, ''), loan.renewals"
            " FROM loan JOIN copy ON copy.id = loan.copy_id JOIN record ON record.id = copy.record_id"
            " JOIN card ON card.patron_id = loan.patron_id WHERE loan.id > ? GROUP BY loan.id ORDER BY loan.id",
            loan_id,
        )
        return [
            LoanRow(row[0], row[1], row[2], row[3], date.fromisoformat(row[4]), bool(row[5]), row[6], row[7], row[8])
            for row in rows
        ]

    def copy(self, item_id: str) -> CopyRow:
        """Give what stands about a copy."""
        ((title, place, waited_for),) = self._ask(
            "SELECT record.title, place.code, EXISTS (SELECT 1 FROM hold WHERE hold.record_id = copy.record_id"
            " AND hold.ended_at IS NULL) FROM copy JOIN record ON record.id = copy.record_id"
            " JOIN place ON place.id = copy.place_id WHERE copy.item_number = ?",
            item_id,
        )
        return CopyRow(title, place, bool(waited_for))

    def told(self, terminal_id: str) -> list[ToldRow]:
        """Give what a kiosk told of its time alone, in the order of its journal."""
        rows = self._ask(
            "SELECT transaction_id, kind, outcome FROM offline_event WHERE terminal_id = ? ORDER BY journal_no",
            terminal_id,
        )
        return [ToldRow(*row) for row in rows]

    def open_matters(self) -> int:
        """Count what staff have to settle."""
        return int(self._ask("SELECT count(*) FROM matter WHERE settled_at IS NULL")[0][0])

    def newest_loan(self) -> int:
        """Give the highest loan id so far; 0 when there is none."""
        return int(self._ask("SELECT coalesce(max(id), 0) FROM loan")[0][0])

    def lendable(self, place: str | None = None) -> list[tuple[str, str]]:
        """Give item number and title of every copy that anybody may have for nothing, in the order of their numbers."""
        rows = self._ask(
            "SELECT copy.item_number, record.title FROM copy JOIN record ON record.id = copy.record_id"
            " JOIN place ON place.id = copy.place_id"
            " WHERE copy.status = 'shelf' AND (? IS NULL OR place.code = ?) AND NOT EXISTS"
            " (SELECT 1 FROM loan WHERE loan.copy_id = copy.id AND loan.ended_at IS NULL) AND NOT EXISTS"
            " (SELECT 1 FROM hold WHERE hold.record_id = copy.record_id AND hold.ended_at IS NULL)"
            " AND copy.item_type <> ? ORDER BY copy.item_number",
            place,
            place,
            RENTAL,
        )
        return [(row[0], row[1]) for row in rows]

    def counts(self) -> dict[str, int]:
        """Count records, copies, patrons and places."""
        return {
            table: int(self._ask(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - the names stand in the line below
            for table in ("record", "copy", "patron", "place")
        }
