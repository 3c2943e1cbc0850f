"""A bank's statement as a CSV file: what came in is matched to transfers by the reference in its text.

payments
    ``number`` (the bank's own number of the movement), ``amount`` (whole đồng; what went out begins with ``-`` and is
    passed over), ``text`` (as the sender and the banks wrote it); ``date``, ``sender``, ``balance`` may be there and
    are not looked at. The same file may be imported again: each number counts once.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from library.paying.reference import references_in
from server.circulation.fee_counter import amount_of
from server.circulation.transfers import Arrival, Arrived, money_came
from server.store.csv_rows import FileKind, ImportReport, Row, RowError, import_file
from server.store.transfer_models import LONGEST_BANK_NUMBER

STATEMENT: Final = FileKind(("number", "amount", "text"), ("date", "sender", "balance"))
BY: Final = "bank statement"
_FRACTIONS: Final = (".00", ",00")
"""Of đồng there are none; banks write them."""
_WHY: Final = {
    Arrived.UNKNOWN: "no transfer has its reference",
    Arrived.CONTRADICTED: "this transfer was written down before with another amount: look at the page of transfers",
}


@dataclass(slots=True)
class Statement:
    """What became of a statement; the report names lines and no values."""

    report: ImportReport
    applied: int = 0
    known: int = 0
    """Written down before, by staff or by an earlier file."""
    passed_over: int = 0
    """Money that went out, and texts without a reference: nothing of ours."""
    left_over: list[int] = field(default_factory=list)
    """Lines of which something is to be given back."""


def import_statement(engine: Engine, path: Path, now: datetime) -> Statement:
    """Apply a statement's rows, each in a transaction that holds as a whole; what cannot be matched is reported.

    Raise ``ImportFileError`` where the file cannot be read or its columns are others.
    """
    statement = Statement(ImportReport(path))

    def put(session: Session, row: Row) -> bool:
        number = row.needed("number", LONGEST_BANK_NUMBER)
        references = references_in(row["text"])
        if row["amount"].startswith("-") or not references:
            statement.passed_over += 1
            return False
        if len(references) > 1:
            raise RowError("text holds several references")
        amount = _amount(row["amount"])
        if amount is None:
            raise RowError("amount is no whole number of đồng that can be")
        became = money_came(session, Arrival(references[0], amount, BY, bank_number=number), now)
        if became in _WHY:
            raise RowError(_WHY[became])
        statement.known += became is Arrived.KNOWN
        statement.applied += became is not Arrived.KNOWN
        if became is Arrived.LEFT_OVER:
            statement.left_over.append(row.line)
        return became is not Arrived.KNOWN

    statement.report = import_file(engine, path, STATEMENT, lambda session, _: lambda row: put(session, row))
    return statement


def _amount(text: str) -> int | None:
    bare = text.removeprefix("+").strip()
    for fraction in _FRACTIONS:
        bare = bare.removesuffix(fraction)
    return amount_of(bare)
