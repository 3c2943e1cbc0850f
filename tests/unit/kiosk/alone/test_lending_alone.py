"""Loans and returns without the library system: by the rules, on disk first, and honest about the clock."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.errors import JournalUnavailableError
from kiosk.journal.file import Statement
from kiosk.journal.journal import Journal
from kiosk.journal.rows import AlarmWanted, KeptEntry, KeptKind, KeptState
from kiosk.ports import Refused, Unanswered
from kiosk.session.values import ItemId, Loan, Patron, PatronId, TagUid
from library.lending.refusals import Refusal
from tests.support.alone import (
    BLOCKED,
    DUE,
    MAI,
    NAM,
    RESERVED,
    FakeRules,
    FakeTime,
    alone,
    book,
    journal_in,
    transaction,
)


async def test_a_loan_is_in_the_journal_when_it_is_told(tmp_path: Path) -> None:
    async with journal_in(tmp_path) as journal:
        loan = await alone(journal).lend(transaction(1), MAI, book(1), 0)
        (kept,) = await journal.kept()
        owed = await journal.alarm_wanted(book(1))

    assert loan == Loan(book(1), "", DUE, may_leave=True, offline=True)
    assert (kept.entry.kind, kept.entry.patron_id, kept.entry.due) == (KeptKind.LEND, MAI, DUE)
    assert owed is AlarmWanted.OFF


async def test_a_return_owes_the_alarm_of_its_tags(tmp_path: Path) -> None:
    async with journal_in(tmp_path) as journal:
        back = await alone(journal).take_back(transaction(1), book(1), (TagUid("E004"),))
        (kept,) = await journal.kept()
        (owed,) = await journal.open_alarms()

    assert not isinstance(back, Refused)
    assert (back.offline, back.arm) == (True, True)
    assert (kept.entry.kind, kept.entry.patron_id) == (KeptKind.RETURN, None)
    assert (owed.wanted, owed.tags) == (AlarmWanted.ON, (TagUid("E004"),))


async def test_a_kiosk_without_a_pad_owes_no_alarm(tmp_path: Path) -> None:
    async with journal_in(tmp_path) as journal:
        await alone(journal, has_pad=False).lend(transaction(1), MAI, book(1), 0)
        owed = await journal.open_alarms()

    assert owed == ()


@pytest.mark.parametrize(
    ("card", "refusal"), [(BLOCKED, Refusal.PATRON_BLOCKED), (PatronId("9786041"), Refusal.PATRON_UNKNOWN)]
)
async def test_a_blocked_card_and_a_number_that_is_no_card_are_not_let_in(
    tmp_path: Path, card: PatronId, refusal: Refusal
) -> None:
    async with journal_in(tmp_path) as journal:
        answer = await alone(journal).identify(card)

    assert answer == Refused(refusal)


async def test_what_a_patron_took_alone_before_counts_and_is_known_as_theirs(tmp_path: Path) -> None:
    rules = FakeRules()
    async with journal_in(tmp_path) as journal:
        port = alone(journal, rules)
        await port.lend(transaction(1), MAI, book(1), 0)
        await port.lend(transaction(2), NAM, book(2), 0)
        patron = await port.identify(MAI)
        await port.lend(transaction(3), MAI, book(3), 0)
        third = await port.lend(transaction(4), MAI, book(4), 0)

    assert isinstance(patron, Patron)
    assert (patron.charged, patron.loans, patron.offline) == ((book(1),), 1, True)
    assert rules.heard == [0, 0, 1, 2]
    assert third == Refused(Refusal.PATRON_LIMIT_REACHED)


async def test_what_was_brought_back_alone_counts_no_more(tmp_path: Path) -> None:
    async with journal_in(tmp_path) as journal:
        port = alone(journal)
        await port.lend(transaction(1), MAI, book(1), 0)
        await port.take_back(transaction(2), book(1))
        patron = await port.identify(MAI)

    assert isinstance(patron, Patron)
    assert patron.charged == ()


async def test_what_the_library_system_has_learned_of_counts_there_and_not_here(tmp_path: Path) -> None:
    async with journal_in(tmp_path) as journal:
        port = alone(journal)
        await port.lend(transaction(1), MAI, book(1), 0)
        await journal.kept_settled(transaction(1), KeptState.APPLIED)
        patron = await port.identify(MAI)

    assert isinstance(patron, Patron)
    assert patron.charged == ()


async def test_a_reserved_item_stays_here(tmp_path: Path) -> None:
    async with journal_in(tmp_path) as journal:
        answer = await alone(journal).lend(transaction(1), MAI, RESERVED, 0)
        kept = await journal.kept()

    assert (answer, kept) == (Refused(Refusal.ITEM_RESERVED), ())


async def test_without_rules_nobody_is_let_in_and_nothing_is_lent_but_books_come_back(tmp_path: Path) -> None:
    async with journal_in(tmp_path) as journal:
        port = alone(journal, FakeRules(there=False))
        who, what = await port.identify(MAI), await port.lend(transaction(1), MAI, book(1), 0)
        back = await port.take_back(transaction(2), book(1))

    assert (who, what) == (Unanswered(), Refused(Refusal.OTHER))
    assert not isinstance(back, Refused)


async def test_with_a_clock_that_was_never_set_nothing_is_lent_unless_the_site_says_so(tmp_path: Path) -> None:
    unset = FakeTime(set=False)
    async with journal_in(tmp_path) as journal:
        refused = await alone(journal, time=unset).lend(transaction(1), MAI, book(1), 0)
        loan = await alone(journal, time=unset, with_unset_clock=True).lend(transaction(2), MAI, book(2), 0)
        (kept,) = await journal.kept()

    assert refused == Refused(Refusal.OTHER)
    assert loan == Loan(book(2), "", None, may_leave=True, offline=True)
    assert (kept.entry.due, kept.entry.clock_is_set) == (None, False)


@pytest.mark.parametrize(("there", "is_set", "told"), [(True, True, True), (False, True, False), (True, False, False)])
async def test_whether_it_could_lend_is_told(tmp_path: Path, *, there: bool, is_set: bool, told: bool) -> None:
    heard: list[bool] = []

    async def hear(ready: bool) -> None:  # noqa: FBT001 - the port's own form
        heard.append(ready)

    async with journal_in(tmp_path) as journal:
        await alone(journal, FakeRules(there=there), FakeTime(set=is_set)).watch(hear)

    assert heard == [told]


class FullJournal(Journal):
    """A journal on a full disk."""

    async def keep(self, entry: KeptEntry, *noted: Statement) -> None:  # noqa: ARG002 - the journal's own form
        raise JournalUnavailableError("full")


async def test_what_cannot_be_kept_is_not_lent_and_not_taken_back(tmp_path: Path) -> None:
    async with FullJournal(tmp_path / "j.sqlite3", lambda: 0.0) as journal:
        lent = await alone(journal).lend(transaction(1), MAI, book(1), 0)
        back = await alone(journal).take_back(transaction(2), book(1))

    assert (lent, back) == (Refused(Refusal.OTHER), Refused(Refusal.OTHER))


async def test_the_same_transaction_twice_is_kept_once(tmp_path: Path) -> None:
    async with journal_in(tmp_path) as journal:
        port = alone(journal)
        for _ in range(2):
            await port.lend(transaction(1), MAI, ItemId("VNM.000001"), 0)
        kept = await journal.kept()

    assert [replace(each.entry, at=kept[0].entry.at) for each in kept] == [kept[0].entry]
