"""What the kiosk did alone: on disk before the patron reads it, until the library system has learned of it."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from kiosk.journal import AlarmReason, AlarmWanted, Journal, Kept, KeptEntry, KeptKind, KeptState, OpenAlarm
from kiosk.session.values import ItemId, PatronId, TagUid, TransactionId

AT = datetime(2026, 11, 22, 9, 30, 15, 250000, tzinfo=timezone(timedelta(hours=7)))
LOAN = KeptEntry(
    TransactionId("v1-1"),
    KeptKind.LEND,
    PatronId("QN0000001"),
    ItemId("A"),
    (TagUid("E0"), TagUid("E1")),
    AT,
    "3f1c",
    812.5,
    due=AT + timedelta(days=14),
)
RETURN = KeptEntry(TransactionId("v2-1"), KeptKind.RETURN, None, ItemId("B"), (), AT, "3f1c", 900.0, clock_is_set=False)


def journal(folder: Path) -> Journal:
    return Journal(folder / "journal.sqlite3", lambda: 1.0)


async def test_what_was_done_alone_is_there_after_a_restart_as_it_was_in_its_order(tmp_path: Path) -> None:
    async with journal(tmp_path) as first:
        await first.keep(RETURN)
        await first.keep(LOAN)
        await first.keep(RETURN)

    async with journal(tmp_path) as second:
        assert await second.kept() == (Kept(RETURN, KeptState.KEPT), Kept(LOAN, KeptState.KEPT))


async def test_what_its_tags_are_to_say_is_owed_in_the_same_commit(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.keep(LOAN)
        await opened.keep(RETURN)

        assert await opened.open_alarms() == (
            OpenAlarm(ItemId("A"), LOAN.tags, AlarmWanted.OFF, AlarmReason.LENT, 1.0),
            OpenAlarm(ItemId("B"), (), AlarmWanted.ON, AlarmReason.RETURNED, 1.0),
        )


async def test_a_kiosk_without_a_pad_owes_no_alarm(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.keep(replace(LOAN, owes_alarm=False))

        assert await opened.open_alarms() == ()


@pytest.mark.parametrize("entry", [LOAN, replace(RETURN, item_id=LOAN.item_id)], ids=["lent", "taken back"])
async def test_an_older_loan_of_the_item_that_is_in_doubt_is_of_no_matter_any_more(
    tmp_path: Path, entry: KeptEntry
) -> None:
    async with journal(tmp_path) as opened:
        await opened.sending(TransactionId("v0-1"), PatronId("QN0000009"), LOAN.item_id)
        await opened.unknown(TransactionId("v0-1"))
        await opened.keep(entry)
        owed = await opened.open_alarms()
        await opened.settled(TransactionId("v0-1"), alarm_owed=True)  # told late: it is struck off already
        found = [path.name for path in tmp_path.iterdir() if b"QN0000009" in path.read_bytes()]

        assert await opened.open_loans() == ()
        assert await opened.open_alarms() == owed
    assert found == []


@pytest.mark.parametrize("outcome", [KeptState.APPLIED, KeptState.RENEWED, KeptState.SUPERSEDED])
async def test_once_the_library_system_has_learned_of_a_loan_no_card_number_is_left(
    tmp_path: Path, outcome: KeptState
) -> None:
    async with journal(tmp_path) as opened:
        await opened.keep(LOAN)
        await opened.kept_sending(LOAN.transaction_id)
        sending = await opened.kept()
        await opened.kept_settled(LOAN.transaction_id, outcome)
        settled = await opened.kept()
        found = [path.name for path in tmp_path.iterdir() if b"QN0000001" in path.read_bytes()]

    assert [each.state for each in sending] == [KeptState.SENDING]
    assert settled == (Kept(replace(LOAN, patron_id=None), outcome),)
    assert found == []


async def test_what_staff_must_look_at_keeps_its_card_number(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.keep(LOAN)
        await opened.kept_settled(LOAN.transaction_id, KeptState.NEEDS_STAFF)
        await opened.kept_sending(LOAN.transaction_id)

        assert await opened.kept() == (Kept(LOAN, KeptState.NEEDS_STAFF),)


async def test_what_was_learned_long_ago_makes_room_and_nothing_else_does(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.keep(LOAN)
        await opened.keep(RETURN)
        await opened.kept_settled(RETURN.transaction_id, KeptState.APPLIED)
        for number in range(1001):
            newer = TransactionId(f"v3-{number}")
            await opened.keep(replace(RETURN, transaction_id=newer))
        await opened.kept_settled(TransactionId("v3-1000"), KeptState.APPLIED)
        kept = await opened.kept()

    assert (kept[0].entry, len(kept)) == (LOAN, 1002)
    assert RETURN.transaction_id not in {each.entry.transaction_id for each in kept}
