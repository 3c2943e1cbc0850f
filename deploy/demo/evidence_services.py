"""Compares returns, renewals and what was done alone at their sources: server rows, tags, journal, fleet, paper."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from deploy.demo.devices import Printed
from deploy.demo.evidence import AdminPage, Check, squeezed
from deploy.demo.installation import BINS, KIOSK_ID
from deploy.demo.people import HUB
from deploy.demo.rows import CopyRow, LoanRow, ToldRow, VisitRow
from deploy.demo.tags import ON_LOAN_AFI, SECURED_AFI

_ROWS = "rows of the server's database"
_TAGS = "tag memory of the emulated reader"
_JOURNAL = "the kiosk's journal"
_SCREEN = "the kiosk's screen"
_PAPER = "ESC/POS bytes at the emulated printer"
_OPEN_IN_JOURNAL = {
    "loans in doubt": "SELECT count(*) FROM loan",
    "returns in doubt": "SELECT count(*) FROM giving_back",
    "alarms owed": "SELECT count(*) FROM alarm",
    "not told": "SELECT count(*) FROM kept WHERE state IN ('kept', 'sending')",
}


def return_checks(loans: Sequence[LoanRow], pile: Collection[str], expected: int, *, all_made: bool) -> list[Check]:
    """Check that each loan of the pile ended once, here, and that no new one began.

    ``loans`` are all loans from the first of the pile's on; without ``all_made`` fewer than expected may have ended.
    """
    ended = [loan for loan in loans if not loan.open]
    number = Check("loans that ended", _ROWS, expected, len(ended))
    if not all_made:
        number = Check("loans that ended beyond those that were to", _ROWS, 0, max(0, len(ended) - expected))
    return [
        number,
        Check("how they ended", _ROWS, [f"returned at {KIOSK_ID}"] if ended else [], _how(ended)),
        Check(
            "items whose loan is not the one from before", _ROWS, sorted(pile), sorted(loan.item_id for loan in loans)
        ),
    ]


def _how(ended: Sequence[LoanRow]) -> list[str]:
    return sorted({f"{loan.ended_as} at {loan.ended_at_terminal}" for loan in ended})


def secured_checks(afis: Mapping[str, int], back: set[str], owed: set[str], *, all_on: bool) -> list[Check]:
    """Check each tag's AFI against the returns; ``owed``: items whose alarm the kiosk's journal says is to be set."""
    quiet = {item for item, afi in afis.items() if afi == ON_LOAN_AFI}
    checks = [
        Check("tags with another value", _TAGS, [], sorted(set(afis) - quiet - _secured(afis))),
        Check(
            "items back that do not alarm, on the open alarm list",
            f"{_TAGS}; {_JOURNAL}",
            sorted(back & quiet),
            sorted(owed),
        ),
        Check("items still lent that alarm", _TAGS, [], sorted(_secured(afis) - back)),
    ]
    if all_on:
        checks.append(
            Check('returned items whose tag says "secured"', _TAGS, sorted(back), sorted(back & _secured(afis)))
        )
    return checks


def _secured(afis: Mapping[str, int]) -> set[str]:
    return {item for item, afi in afis.items() if afi == SECURED_AFI}


def bin_of(copy: CopyRow) -> int:
    """Say by the server's rows into which bin a copy goes that is brought back at the hub."""
    if copy.waited_for:
        return BINS["hold"]
    return BINS["shelf"] if copy.place == HUB.code else BINS["other_place"]


def bin_checks(shown: Mapping[str, str], expected: Mapping[str, int]) -> Check:
    """Check the bin that the screen names for each item."""
    found = {item: [int(word) for word in words.split() if word.isdigit()] for item, words in shown.items()}
    return Check("the bin of each item", _SCREEN, {item: [number] for item, number in expected.items()}, found)


def paper_checks(printed: Printed, titles: Sequence[str], card: str, *, whole: bool) -> list[Check]:
    """Check a receipt: cut once, each title on it, and of the card nothing more than its last four digits."""
    paper = squeezed("\n".join(printed.receipts))
    return [
        Check("receipts cut off", _PAPER, 1 if whole and titles else 0, printed.cuts),
        Check(
            "titles that are not on the receipt",
            _PAPER,
            [],
            [each for each in titles if squeezed(each)[:60] not in paper],
        ),
        Check("receipts with a card's number", _PAPER, 0, sum(card in each for each in printed.receipts)),
    ]


def renewal_checks(before: Sequence[LoanRow], after: Sequence[LoanRow]) -> list[Check]:
    """Check that each loan goes on, later than before, renewed once, and that none was made anew."""
    later = {loan.item_id for loan, old in zip(after, before, strict=False) if loan.due > old.due}
    return [
        Check(
            "loans that go on", _ROWS, [loan.loan_id for loan in before], [loan.loan_id for loan in after if loan.open]
        ),
        Check("renewals of each", _ROWS, [old.renewals + 1 for old in before], [loan.renewals for loan in after]),
        Check("items with a later date", _ROWS, sorted(loan.item_id for loan in before), sorted(later)),
    ]


def told_checks(told: Sequence[ToldRow], lent: int, returned: int, matters: int) -> list[Check]:
    """Check what the server made of what was done alone: each told once, each as it happened, nothing for staff."""
    return [
        Check("loans told", _ROWS, lent, sum(each.kind == "lent" for each in told)),
        Check("returns told", _ROWS, returned, sum(each.kind == "returned" for each in told)),
        Check("what became of them", _ROWS, ["applied"] if told else [], sorted({each.outcome for each in told})),
        Check("matters for staff that are new", _ROWS, 0, matters),
    ]


def open_in_journal(journal: Path) -> dict[str, int]:
    """Count what the kiosk's journal has still to clear up, by what it is; empty where that is nothing."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=10)) as connection:
        counts = {what: int(connection.execute(question).fetchone()[0]) for what, question in _OPEN_IN_JOURNAL.items()}
    return {what: count for what, count in counts.items() if count}


def alarms_to_set(journal: Path) -> set[str]:
    """Read the items on the kiosk's list of open alarms that are back and may leave unseen."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=10)) as connection:
        return {row[0] for row in connection.execute("SELECT item_id FROM alarm WHERE wanted = 'on'")}


def journal_check(journal: Path) -> Check:
    """Check that the kiosk has nothing left to clear up."""
    return Check("left to clear up", _JOURNAL, {}, open_in_journal(journal))


def fleet_check(expected: Sequence[VisitRow], found: Sequence[VisitRow]) -> Check:
    """Check what the fleet's store says of the visits."""
    return Check(
        "the visits as they were told", "rows of the fleet's store", list(map(str, expected)), list(map(str, found))
    )


def page_checks(before: AdminPage, after: AdminPage, *, visits: int, loans: int) -> list[Check]:
    """Check what the admin's page makes of the visits."""
    source = "the admin's page over HTTP"
    return [
        Check("the kiosk's status", source, "online", after.status),
        Check("visits counted", source, visits, after.visits_today - before.visits_today),
        Check("loans counted at the kiosk", source, loans, after.loans_today - before.loans_today),
    ]
