"""The journal around a return: what is owed from the moment at which it may stand, and until when."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from kiosk.journal import (
    AlarmReason,
    AlarmWanted,
    Journal,
    KeptEntry,
    KeptKind,
    LoanState,
    OpenAlarm,
    OpenReturn,
)
from kiosk.session.values import AlarmFault, ItemId, PatronId, TagUid, TransactionId

A = ItemId("A")
TAGS = (TagUid("E0"), TagUid("E1"))
FIRST = TransactionId("t1")


def journal(folder: Path) -> Journal:
    ticks = count(1)
    return Journal(folder / "journal.sqlite3", lambda: float(next(ticks)))


def owed(wanted: AlarmWanted, reason: AlarmReason, tags: tuple[TagUid, ...] = TAGS) -> tuple[OpenAlarm, ...]:
    return (OpenAlarm(A, tags, wanted, reason, at=0.0),)


async def lend(opened: Journal, transaction: str = "loan") -> None:
    await opened.sending(TransactionId(transaction), PatronId("QN0000001"), A)
    await opened.settled(TransactionId(transaction), alarm_owed=True)


async def test_a_return_under_way_is_there_after_a_restart_and_owes_its_alarm(tmp_path: Path) -> None:
    async with journal(tmp_path) as first:
        await first.returning(FIRST, A, TAGS)

    async with journal(tmp_path) as second:
        assert await second.open_returns() == (OpenReturn(FIRST, A, TAGS, LoanState.SENDING, 1.0),)
        assert await second.open_alarms() == owed(AlarmWanted.ON, AlarmReason.RETURN_IN_DOUBT)


async def test_no_tag_is_to_be_armed_before_the_return_stands(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.returning(FIRST, A, TAGS)
        before = await opened.alarm_wanted(A)
        await opened.return_unknown(FIRST)
        in_doubt = await opened.alarm_wanted(A)
        await opened.return_settled(FIRST, arm=True)

        assert (before, in_doubt, await opened.alarm_wanted(A)) == (None, None, AlarmWanted.ON)
        assert await opened.open_returns() == ()
        assert await opened.open_alarms() == owed(AlarmWanted.ON, AlarmReason.RETURNED)


async def test_a_return_in_doubt_stays(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.returning(FIRST, A, ())
        await opened.return_unknown(FIRST)

        assert [each.state for each in await opened.open_returns()] == [LoanState.UNKNOWN]
        assert await opened.open_alarms() == ()


async def test_a_return_that_does_not_stand_leaves_what_an_earlier_loan_owes(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await lend(opened)
        await opened.returning(FIRST, A, TAGS)
        await opened.return_settled(FIRST, arm=False)

        assert await opened.open_alarms() == owed(AlarmWanted.OFF, AlarmReason.LENT, ())
        assert await opened.alarm_is_owed(A)


async def test_of_an_item_that_is_back_nothing_is_to_be_switched_off_any_more(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await lend(opened)
        await opened.returning(FIRST, A, TAGS)
        await opened.return_settled(FIRST, arm=False, stands=True)

        assert await opened.open_alarms() == ()


async def test_a_return_that_must_be_armed_takes_the_place_of_what_the_loan_owed(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await lend(opened)
        await opened.returning(FIRST, A, TAGS)
        await opened.return_settled(FIRST, arm=True)

        assert await opened.open_alarms() == owed(AlarmWanted.ON, AlarmReason.RETURNED)
        assert not await opened.alarm_is_owed(A)


async def test_an_item_that_is_lent_again_is_not_to_be_armed_any_more(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.returning(FIRST, A, TAGS)
        await opened.return_settled(FIRST, arm=True)
        await opened.sending(TransactionId("t2"), PatronId("QN0000001"), A)
        under_way = await opened.alarm_wanted(A)
        await opened.settled(TransactionId("t2"), alarm_owed=True)

        assert (under_way, await opened.alarm_wanted(A)) == (None, AlarmWanted.OFF)


async def test_an_alarm_that_could_not_be_written_says_why_and_since_when(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.returning(FIRST, A, TAGS)
        await opened.return_settled(FIRST, arm=True)
        since = (await opened.open_alarms())[0].at
        await opened.alarm_intended(A, TAGS, AlarmWanted.ON)
        under_way = await opened.open_alarms()
        await opened.alarm_failed(A, AlarmWanted.ON, AlarmFault.TAG_GONE)

        assert under_way == owed(AlarmWanted.ON, AlarmReason.WRITING)
        assert await opened.open_alarms() == owed(AlarmWanted.ON, AlarmReason.TAG_GONE)
        assert [each.at for each in await opened.open_alarms()] == [since]


async def test_every_fault_of_a_write_is_a_reason_on_the_alarm_list(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.alarm_intended(A, TAGS, AlarmWanted.OFF)
        reasons = []
        for fault in AlarmFault:
            await opened.alarm_failed(A, AlarmWanted.OFF, fault)
            reasons += [each.reason.value for each in await opened.open_alarms()]

    assert reasons == [fault.value for fault in AlarmFault]


async def test_what_became_owed_meanwhile_is_not_struck_off_with_what_was_written(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.alarm_intended(A, TAGS, AlarmWanted.ON)
        await lend(opened)
        await opened.alarm_settled(A, AlarmWanted.ON)

        assert await opened.open_alarms() == owed(AlarmWanted.OFF, AlarmReason.LENT, ())


async def test_an_older_return_in_doubt_is_of_no_matter_once_something_newer_stands(tmp_path: Path) -> None:
    newer = TransactionId("t2")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    left: list[int] = []
    async with journal(tmp_path) as opened:
        for kind in ("loan", "lent alone", "taken back alone", "returned", "not to be armed"):
            await opened.returning(FIRST, A, TAGS)
            await opened.return_unknown(FIRST)
            match kind:
                case "loan":
                    await lend(opened)
                case "lent alone":
                    await opened.keep(KeptEntry(newer, KeptKind.LEND, PatronId("QN0000001"), A, (), at, "boot", 1.0))
                case "taken back alone":
                    await opened.keep(KeptEntry(newer, KeptKind.RETURN, None, A, (), at, "boot", 1.0))
                case _:
                    await opened.returning(newer, A, TAGS)
                    await opened.return_settled(newer, arm=kind == "returned", stands=True)
            left.append(len(await opened.open_returns()))
            await opened.return_settled(FIRST, arm=True)  # told late: it is struck off already

    assert left == [0] * 5


async def test_what_an_older_return_in_doubt_owes_its_tags_stays_owed_where_the_item_comes_back_as_on_no_loan(
    tmp_path: Path,
) -> None:
    async with journal(tmp_path) as opened:
        await opened.returning(FIRST, A, TAGS)
        await opened.return_unknown(FIRST)
        await opened.returning(TransactionId("t2"), A, TAGS)
        await opened.return_settled(TransactionId("t2"), arm=False, stands=True)

        assert await opened.open_alarms() == owed(AlarmWanted.ON, AlarmReason.RETURNED, TAGS)


async def test_another_return_that_does_not_stand_says_nothing_of_an_older_one(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.returning(FIRST, A, TAGS)
        await opened.return_unknown(FIRST)
        await opened.returning(TransactionId("t2"), A, TAGS)
        await opened.return_settled(TransactionId("t2"), arm=False, stands=False)

        assert [each.transaction_id for each in await opened.open_returns()] == [FIRST]


async def test_what_became_owed_anew_is_neither_struck_off_nor_turned_with_what_was_owed_before(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await lend(opened)
        (older,) = await opened.open_alarms()
        await lend(opened, "again")
        await opened.alarm_turned(older)
        await opened.alarm_outlived(older)
        kept = await opened.open_alarms()
        await opened.sending(TransactionId("t3"), PatronId("QN0000001"), A)
        await opened.alarm_turned(kept[0])
        under_way = await opened.open_alarms()
        await opened.settled(TransactionId("t3"), alarm_owed=False)
        await opened.alarm_turned(kept[0])
        turned = await opened.open_alarms()
        await opened.alarm_outlived(turned[0])

        assert [each[0].wanted for each in (kept, under_way, turned)] == [AlarmWanted.OFF] * 2 + [AlarmWanted.ON]
        assert await opened.open_alarms() == ()
