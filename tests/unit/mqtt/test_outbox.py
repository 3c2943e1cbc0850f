"""The outbox: on disk before it says so, emptied only by the server, alive after whatever was done to its file."""

import itertools
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mqtt.agent.pump import batch_of
from mqtt.errors import OutboxUnavailableError
from mqtt.outbox import Outbox, Receipt
from mqtt.outbox_file import OutboxFile

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
BODY = '{"type": "visit"}'


def numbered() -> Callable[[], str]:
    """Return a maker of ids: id-1, id-2, ..."""
    numbers = itertools.count(1)
    return lambda: f"id-{next(numbers)}"


def receipt(outbox_id: str, through: int, epoch: str = "", at: datetime = NOW) -> Receipt:
    """Return the server's word."""
    return Receipt(outbox_id, through, epoch, at)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "outbox.sqlite"


async def test_events_are_given_out_in_order_and_stay_until_they_are_acknowledged(path: Path) -> None:
    async with Outbox(path, numbered()) as outbox:
        for number in range(5):
            await outbox.add(f"event-{number}", BODY)
        parcel = await outbox.oldest(3, 10_000)
        again = await outbox.oldest(3, 10_000)
        gone = await outbox.acknowledged(receipt("id-1", 2))
        rest = await outbox.oldest(10, 10_000)

    assert [event.event_id for event in parcel.events] == ["event-0", "event-1", "event-2"]
    assert again == parcel
    assert gone == 2
    assert [(event.sequence, event.event_id) for event in rest.events] == [
        (3, "event-2"),
        (4, "event-3"),
        (5, "event-4"),
    ]


async def test_an_event_id_is_kept_once(path: Path) -> None:
    async with Outbox(path, numbered()) as outbox:
        first = await outbox.add("event-1", BODY)
        second = await outbox.add("event-1", '{"type": "other"}')
        parcel = await outbox.oldest(10, 10_000)

    assert (first, second) == (True, False)
    assert [event.body for event in parcel.events] == [BODY]
    assert outbox.depth == 1


async def test_a_new_start_keeps_the_events_and_numbers_them_anew(path: Path) -> None:
    ids = numbered()
    async with Outbox(path, ids) as outbox:
        for number in range(3):
            await outbox.add(f"event-{number}", BODY)
        await outbox.oldest(10, 10_000)
        await outbox.acknowledged(receipt("id-1", 1))
    async with Outbox(path, ids) as outbox:
        await outbox.add("event-3", BODY)
        parcel = await outbox.oldest(10, 10_000)

    assert parcel.outbox_id == "id-2"
    assert [(event.sequence, event.event_id) for event in parcel.events] == [
        (1, "event-1"),
        (2, "event-2"),
        (3, "event-3"),
    ]


async def test_an_acknowledgement_for_another_file_empties_nothing(path: Path) -> None:
    async with Outbox(path, numbered()) as outbox:
        await outbox.add("event-1", BODY)
        await outbox.oldest(10, 10_000)
        gone = await outbox.acknowledged(receipt("id-of-the-card-before", 1))

    assert (gone, outbox.depth) == (0, 1)


async def test_what_was_not_given_out_since_the_start_is_not_forgotten(path: Path) -> None:
    async with Outbox(path, numbered()) as outbox:
        await outbox.add("event-1", BODY)
        gone = await outbox.acknowledged(receipt("id-1", 1))

    assert (gone, outbox.depth) == (0, 1)


async def test_a_file_that_went_back_in_time_is_not_emptied_by_an_old_acknowledgement(path: Path) -> None:
    ids = numbered()
    async with Outbox(path, ids) as outbox:
        await outbox.add("event-1", BODY)
    shutil.copy(path, path.with_suffix(".image"))
    async with Outbox(path, ids) as outbox:
        await outbox.add("event-2", BODY)
        told = await outbox.oldest(10, 10_000)
    shutil.copy(path.with_suffix(".image"), path)
    async with Outbox(path, ids) as outbox:
        await outbox.add("event-3", BODY)
        await outbox.oldest(10, 10_000)
        gone = await outbox.acknowledged(receipt(told.outbox_id, 2))

    assert (gone, outbox.depth) == (0, 2)


async def test_where_nothing_can_be_written_the_old_numbering_goes_on(path: Path) -> None:
    ids = numbered()
    async with Outbox(path, ids) as outbox:
        await outbox.add("event-1", BODY)
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        async with Outbox(path, ids) as outbox:
            parcel = await outbox.oldest(10, 10_000)

    assert (parcel.outbox_id, len(parcel.events)) == ("id-1", 1)


async def test_a_parcel_is_no_larger_than_asked_but_never_empty(path: Path) -> None:
    async with Outbox(path, numbered()) as outbox:
        for number in range(4):
            await outbox.add(f"event-{number}", "x" * 100)
        two = await outbox.oldest(10, 250)
        one = await outbox.oldest(10, 1)

    assert (len(two.events), len(one.events)) == (2, 1)


@pytest.mark.parametrize("rubbish", [b"", b"short", b"no database " * 1000])
async def test_a_file_that_is_no_database_never_stops_the_agent(path: Path, rubbish: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(rubbish)
    async with Outbox(path, numbered()) as outbox:
        added = await outbox.add("event-1", BODY)
        moved = outbox.found.moved_aside

    assert added
    assert (moved is not None) == bool(rubbish)


@pytest.mark.parametrize(
    ("text", "spoilt"),
    [
        (b"CREATE TABLE event", b"CREATE TABLE eve\xff\xff"),
        (b"SQLite format 3\x00\x10\x00\x02", b"SQLite format 3\x00\x10\x00\x09"),
    ],
    ids=["the schema", "the format"],
)
async def test_a_file_of_which_sqlite_cannot_say_what_is_wrong_never_stops_the_agent(
    path: Path, text: bytes, spoilt: bytes
) -> None:
    async with Outbox(path, numbered()) as outbox:
        await outbox.add("event-1", BODY)
    content = path.read_bytes()
    assert text in content
    path.write_bytes(content.replace(text, spoilt))
    async with Outbox(path, numbered()) as outbox:
        moved, added = outbox.found.moved_aside, await outbox.add("event-2", BODY)

    assert moved is not None
    assert added


async def test_an_event_whose_bytes_were_spoilt_holds_up_nothing(path: Path) -> None:
    ids = numbered()
    async with Outbox(path, ids) as outbox:
        await outbox.add("event-1", '{"type": "spoilt"}')
        await outbox.add("event-2", BODY)
    path.write_bytes(path.read_bytes().replace(b"spoilt", b"sp\xff\xffil").replace(b"event-1", b"event\xff1"))
    async with Outbox(path, ids) as outbox:
        parcel = await outbox.oldest(10, 10_000)
    batch = batch_of("k-first", parcel, NOW)

    assert [event.event_id for event in parcel.events] == ["event\ufffd1", "event-2"]
    assert [event.type for event in batch.events] == ["unreadable", "unreadable"]
    assert len({event.event_id for event in batch.events}) == 2


async def test_what_can_still_be_read_of_a_damaged_file_is_saved_under_a_new_name(path: Path) -> None:
    ids = numbered()
    async with Outbox(path, ids) as outbox:
        for number in range(400):
            await outbox.add(f"event-{number}", "y" * 200)
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xff" * 4096
    path.write_bytes(content)
    async with Outbox(path, ids) as outbox:
        parcel = await outbox.oldest(1000, 10_000_000)
        found = outbox.found

    assert found.moved_aside == path.with_name("outbox.sqlite.damaged-1")
    assert 0 < found.saved == len(parcel.events) <= 400
    assert parcel.outbox_id == "id-2"


async def test_a_second_damaged_file_does_not_replace_the_first(path: Path) -> None:
    path.parent.mkdir()
    for _ in range(2):
        path.write_bytes(b"no database " * 1000)
        async with Outbox(path, numbered()):
            pass

    assert {one.name for one in path.parent.glob("*.damaged-*")} == {
        "outbox.sqlite.damaged-1",
        "outbox.sqlite.damaged-2",
    }


def test_others_cannot_read_the_file_and_every_commit_reaches_the_disk(path: Path) -> None:
    file = OutboxFile(path, "id-1")
    file.add("event-1", BODY)
    with closing(sqlite3.connect(path)) as second:
        mode = second.execute("PRAGMA journal_mode").fetchone()[0]
        seen = second.execute("SELECT count(*) FROM event").fetchone()[0]
    file.close()

    assert (path.stat().st_mode & 0o777, mode, seen) == (0o600, "wal", 1)


async def test_a_disk_that_takes_no_more_leaves_the_event_with_its_sender(path: Path) -> None:
    async with Outbox(path, numbered()) as outbox:
        await outbox.add("event-1", BODY)
        with closing(sqlite3.connect(path, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")  # as long as another holds the pen, nothing can be written
            with pytest.raises(OutboxUnavailableError) as caught:
                await outbox.add("event-2", BODY)

    assert not caught.value.damaged
    assert outbox.depth == 1


async def test_a_folder_that_cannot_be_made_is_an_error_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    with pytest.raises(OutboxUnavailableError):
        async with Outbox(tmp_path / "state" / "outbox.sqlite", numbered()):
            pass


async def test_an_outbox_that_is_not_open_cannot_be_used(path: Path) -> None:
    outbox = Outbox(path, numbered())
    with pytest.raises(RuntimeError):
        await outbox.add("event-1", BODY)
