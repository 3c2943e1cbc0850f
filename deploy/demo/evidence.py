"""Compares what happened at its sources: server rows, tag memory, printer bytes, journal, admin page."""

import json
import sqlite3
import tomllib
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from deploy.demo.devices import Printed
from deploy.demo.rows import LoanRow, PatronRow
from deploy.demo.tags import ON_LOAN_AFI, SECURED_AFI
from library.text.cp1258 import decode_cp1258, encode_cp1258


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was to be true, what was found, and where it was looked up."""

    name: str
    source: str
    expected: object
    found: object

    @property
    def holds(self) -> bool:
        """Whether both are the same."""
        return self.expected == self.found

    def as_json(self) -> dict[str, object]:
        """Give it as it stands in summary.json."""
        return {
            "name": self.name,
            "source": self.source,
            "holds": self.holds,
            "expected": self.expected,
            "found": self.found,
        }


@dataclass(frozen=True, slots=True)
class AdminPage:
    """What the admin's page shows of the kiosk and of the library."""

    status: str
    visits_today: int
    loans_today: int
    library_loans_today: int
    broker_up: bool | None


def most_items(server_configuration: Path, category: str) -> int:
    """Give how many items a category may have on loan, from the server's own file."""
    rules = tomllib.loads(server_configuration.read_text(encoding="utf-8"))["lending"]["rules"]
    return next(int(rule["max_items"]) for rule in rules if rule["category"] == category)


def loans_due(patron: PatronRow | None, limit: Callable[[str], int], items: int, today: date) -> int:
    """Say how many of so many lendable items the server must lend to a card, by its rows alone."""
    if patron is None or patron.blocked or patron.card_lost or (patron.expires is not None and patron.expires < today):
        return 0
    return max(0, min(items, limit(patron.category) - len(patron.open_loans)))


def loan_checks(
    loans: Sequence[LoanRow], card: str, pile: Iterable[str], expected: int, *, all_made: bool
) -> list[Check]:
    """Check the loans of a visit in the server's database; without ``all_made`` fewer than expected may stand."""
    source = "rows of the server's database"
    numbers = [loan.item_id for loan in loans]
    number = Check("loans made", source, expected, len(loans))
    if not all_made:
        number = Check("loans made beyond those that were due", source, 0, max(0, len(loans) - expected))
    return [
        number,
        Check("items lent twice", source, 0, len(numbers) - len(set(numbers))),
        Check("loans of another card", source, 0, sum(loan.card != card for loan in loans)),
        Check("loans of items that did not lie on the pad", source, [], sorted(set(numbers) - set(pile))),
        Check("loans that are open", source, len(loans), sum(loan.open for loan in loans)),
    ]


def tag_checks(afis: dict[str, int], lent: set[str], open_alarms: set[str], *, all_off: bool) -> list[Check]:
    """Check each tag's AFI against the loans; ``afis`` is item -> AFI in the emulated reader's memory.

    An item that is lent and still secured must stand on the kiosk's list of open alarms, and no other may.
    """
    source = "tag memory of the emulated reader"
    off = {item for item, afi in afis.items() if afi == ON_LOAN_AFI}
    odd = {item for item, afi in afis.items() if afi not in (ON_LOAN_AFI, SECURED_AFI)}
    checks = [
        Check('tags that say "on loan" without a loan', source, [], sorted(off - lent)),
        Check("tags with another value", source, [], sorted(odd)),
        Check(
            "items lent and still secured, on the open alarm list",
            "tag memory and the kiosk's journal",
            sorted(lent - off),
            sorted(open_alarms),
        ),
    ]
    if all_off:
        checks.append(Check('lent items whose tag says "on loan"', source, sorted(lent), sorted(lent & off)))
    return checks


def receipt_checks(printed: Printed, loans: Sequence[LoanRow], *, language: str, whole: bool) -> list[Check]:
    """Check the receipt as the emulated printer decoded it from its bytes: each title and due date, cut once.

    Without ``whole`` no receipt may have come out to its end, and with no loan none may have been printed.
    """
    source = "ESC/POS bytes at the emulated printer"
    paper = squeezed("\n".join(printed.receipts))
    untold = [loan.item_id for loan in loans if squeezed(loan.title)[:60] not in paper]
    return [
        Check("receipts cut off", source, 1 if whole and loans else 0, printed.cuts),
        Check("lent items whose title is not on the receipt", source, [], untold),
        undated(printed, loans, language=language),
    ]


def undated(printed: Printed, loans: Sequence[LoanRow], *, language: str) -> Check:
    """Check that each loan's due date is on the paper."""
    paper = squeezed("\n".join(printed.receipts))
    missing = [loan.item_id for loan in loans if squeezed(_printed(loan.due, language)) not in paper]
    return Check(
        "lent items whose due date is not on the receipt", "ESC/POS bytes at the emulated printer", [], missing
    )


def visit_checks(before: AdminPage, after: AdminPage, loans: int, open_loans: int, *, visits: int) -> list[Check]:
    """Check what the admin's page makes of the visit, and that the kiosk has no loan left to clear up."""
    source = "the admin's page over HTTP"
    return [
        Check("the kiosk's status", source, "online", after.status),
        Check("visits counted", source, visits, after.visits_today - before.visits_today),
        Check("loans counted at the kiosk", source, loans, after.loans_today - before.loans_today),
        Check("loans counted in the library", source, loans, after.library_loans_today - before.library_loans_today),
        Check("loans of which the kiosk does not know whether they stand", "the kiosk's journal", 0, open_loans),
    ]


def _printed(day: date, language: str) -> str:
    return f"{day:%d/%m/%Y}" if language == "vi" else f"{day.day} {day:%b %Y}"


def squeezed(text: str) -> str:
    """Leave out blanks and line breaks, after what the printer's code page does to the letters."""
    return "".join(decode_cp1258(encode_cp1258(text)).split())


def open_alarms(journal: Path) -> set[str]:
    """Read the items on the kiosk's list of open alarms that are lent and may still set off the gate."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=10)) as connection:
        return {row[0] for row in connection.execute("SELECT item_id FROM alarm WHERE wanted = 'off'")}


def open_loans(journal: Path) -> int:
    """Count the loans of which the kiosk's journal does not know whether they stand."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=10)) as connection:
        return int(connection.execute("SELECT count(*) FROM loan").fetchone()[0])


def read(url: str) -> str:
    """Fetch a page of the server."""
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - the demo's own server on loopback
        return str(answer.read().decode("utf-8"))


def admin_page(base_url: str, kiosk_id: str) -> AdminPage | None:
    """Read the admin's page as a browser would; ``None`` while it does not show the kiosk."""
    page = _AdminReader(kiosk_id)
    page.feed(read(f"{base_url}/?lang=en"))
    fleet: dict[str, Any] = json.loads(read(f"{base_url}/api/v1/fleet"))
    if not page.kiosk:
        return None
    return AdminPage(
        status=page.kiosk["data-status"],
        visits_today=int(page.kiosk["data-visits"]),
        loans_today=int(page.kiosk["data-loans"]),
        library_loans_today=int("".join(filter(str.isdigit, page.library_loans)) or 0),
        broker_up=fleet["broker"]["up"],
    )


class _AdminReader(HTMLParser):
    def __init__(self, kiosk_id: str) -> None:
        super().__init__()
        self._kiosk_id = kiosk_id
        self._in_loans = False
        self.kiosk: dict[str, str] = {}
        self.library_loans = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if found.get("data-kiosk") == self._kiosk_id:
            self.kiosk = found
        self._in_loans = tag == "strong" and found.get("data-figure") == "loans"

    def handle_data(self, data: str) -> None:
        if self._in_loans:
            self.library_loans += data
            self._in_loans = False
