"""What the server has acknowledged is kept sealed for a month, and told again to a server that lost it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mqtt.errors import OutboxUnavailableError, SealBrokenError
from mqtt.history_key import HistoryKey
from mqtt.outbox import Outbox, Receipt
from mqtt.outbox_file import OutboxFile

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
BODY = '{"type": "visit", "data": "a text that stands nowhere else"}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite"


def opened(path: Path, pages_limit: int = 65_536) -> OutboxFile:
    return OutboxFile(path, f"id-{path.stat().st_mtime_ns if path.exists() else 0}", pages_limit)


def told(file: OutboxFile, *event_ids: str, epoch: str = "e-1", at: datetime = NOW) -> None:
    """Have the server acknowledge these."""
    for event_id in event_ids:
        file.add(event_id, BODY)
    (*_, last) = file.oldest(1000, 10_000_000)
    file.acknowledged(last.sequence, epoch, int(at.timestamp()))


def filled(file: OutboxFile) -> tuple[int, OutboxUnavailableError]:
    """Add events until no more is taken; return how many were, and the error."""
    for number in range(10_000):
        try:
            file.add(f"event-{number}", BODY * 20)
        except OutboxUnavailableError as error:
            return number, error
    raise AssertionError("a file without end")


def waiting(file: OutboxFile) -> list[tuple[str, bool]]:
    return [(event.event_id, event.replayed) for event in file.oldest(1000, 10_000_000)]


def test_what_was_acknowledged_waits_again_when_the_server_begins_a_new_epoch(path: Path) -> None:
    with closing(opened(path)) as file:
        file.server_is("e-1")
        told(file, "event-1", "event-2")
        file.add("event-3", BODY)
        before = waiting(file)
        again = file.server_is("e-2")
        after = waiting(file)
        bodies = {event.body for event in file.oldest(10, 10_000)}

    assert before == [("event-3", False)]
    assert again == (2, 0)
    assert after == [("event-3", False), ("event-1", True), ("event-2", True)]
    assert bodies == {BODY}


def test_an_epoch_that_is_known_changes_nothing_also_after_a_start(path: Path) -> None:
    with closing(opened(path)) as file:
        file.server_is("e-1")
        told(file, "event-1")
    with closing(opened(path)) as file:
        again = file.server_is("e-1")

        assert (again, file.depth(), file.told()) == ((0, 0), 0, 1)


def test_the_mark_of_what_is_told_again_outlives_a_start_and_ends_with_the_acknowledgement(path: Path) -> None:
    with closing(opened(path)) as file:
        told(file, "event-1")
        file.server_is("e-2")
    with closing(opened(path)) as file:
        marked = waiting(file)
        told(file, "event-2", epoch="e-2")
        file.server_is("e-3")

        assert marked == [("event-1", True)]
        assert waiting(file) == [("event-1", True), ("event-2", True)]


def test_an_event_that_is_told_already_is_not_taken_once_more(path: Path) -> None:
    with closing(opened(path)) as file:
        told(file, "event-1")
        added = file.add("event-1", BODY)

        assert (added, file.depth()) == (False, 0)


def test_what_is_kept_can_be_read_with_the_key_alone(path: Path) -> None:
    with closing(opened(path)) as file:
        told(file, "event-1")
    lying_about = b"".join(one.read_bytes() for one in path.parent.iterdir())
    mode = (path.parent / "outbox.key").stat().st_mode & 0o777

    assert b"a text that stands nowhere else" not in lying_about
    assert mode == 0o600


def test_a_key_that_others_could_read_is_closed_to_them(path: Path) -> None:
    opened(path).close()
    key = path.parent / "outbox.key"
    key.chmod(0o644)
    opened(path).close()

    assert key.stat().st_mode & 0o777 == 0o600


def test_a_lost_key_costs_the_history_and_nothing_that_waits(path: Path) -> None:
    with closing(opened(path)) as file:
        told(file, "event-1")
        file.add("event-2", BODY)
    key = path.parent / "outbox.key"
    key.write_bytes(b"half a key")
    with closing(opened(path)) as file:
        again = file.server_is("e-2")

        assert again == (0, 1)
        assert waiting(file) == [("event-2", False)]
    assert key.with_name("outbox.key.damaged-1").read_bytes() == b"half a key"


def test_a_sealed_event_opens_under_its_own_id_alone() -> None:
    key = HistoryKey(bytes(32))
    box = key.seal("event-1", "Quầy mượn")

    assert key.open("event-1", box) == "Quầy mượn"
    for event_id, wrong in (("event-2", box), ("event-1", box[:-1]), ("event-1", b"")):
        with pytest.raises(SealBrokenError):
            key.open(event_id, wrong)


def test_a_month_after_it_was_told_an_event_goes_by_the_servers_clock(path: Path) -> None:
    with closing(opened(path)) as file:
        told(file, "event-1")
        told(file, "event-2", at=NOW + timedelta(days=29))
        kept = file.told()
        told(file, "event-3", at=NOW + timedelta(days=31))

        assert kept == 2
        assert file.server_is("e-2") == (2, 0)


def test_on_a_full_disk_what_is_told_makes_room_for_what_is_not(path: Path) -> None:
    with closing(opened(path, pages_limit=60)) as file:
        for number in range(25):
            told(file, f"told-{number}", at=NOW + timedelta(seconds=number))
        taken, error = filled(file)
        left = [event for event, _replayed in waiting(file)]

        assert (file.told(), left) == (0, [f"event-{number}" for number in range(taken)])
        assert taken > 50
        assert not error.damaged


def test_a_full_disk_takes_an_acknowledgement_and_then_events_again(path: Path) -> None:
    with closing(opened(path, pages_limit=60)) as file:
        taken, _error = filled(file)
        gone = file.acknowledged(taken, "e-1", int(NOW.timestamp()))
        added = file.add("event-after", BODY)

        assert (gone, added, file.depth()) == (taken, True, 1)


def test_the_history_never_fills_more_than_half_of_the_file(path: Path) -> None:
    with closing(opened(path, pages_limit=100)) as file:
        for number in range(50):
            for one in range(3):
                file.add(f"event-{number}-{one}", BODY * 60)
            (*_, last) = file.oldest(1000, 10_000_000)
            file.acknowledged(last.sequence, "e-1", int(NOW.timestamp()))
        with closing(sqlite3.connect(path)) as looking:
            used = looking.execute("PRAGMA page_count").fetchone()[0]
            free = looking.execute("PRAGMA freelist_count").fetchone()[0]
        oldest_kept = file.server_is("e-2")[0]

    assert used - free <= 50
    assert 0 < oldest_kept < 150


def test_a_damaged_file_gives_back_its_history_too(path: Path) -> None:
    with closing(opened(path)) as file:
        file.server_is("e-1")
        for number in range(80):
            file.add(f"event-{number}", BODY)
        (*_, last) = file.oldest(40, 10_000_000)
        file.acknowledged(last.sequence, "e-1", int(NOW.timestamp()))
        file.server_is("e-2")
        told(file, "event-last", epoch="e-2")
        for number in range(80):
            file.add(f"more-{number}", BODY)
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xff" * 4096
    path.write_bytes(content)
    with closing(opened(path)) as file:
        moved, epoch, again = file.opened.moved_aside, file.epoch, file.server_is("e-3")

        assert moved == path.with_name("outbox.sqlite.damaged-1")
        assert (epoch, again[1]) == ("e-2", 0)
        assert file.depth() > 40


async def test_an_outbox_heeds_no_receipt_of_another_epoch_than_the_servers_last(path: Path) -> None:
    async with Outbox(path, lambda: "id-1") as outbox:
        await outbox.server_is("e-2")
        await outbox.add("event-1", BODY)
        await outbox.oldest(10, 10_000)
        late = await outbox.acknowledged(Receipt("id-1", 1, "e-1", NOW))
        right = await outbox.acknowledged(Receipt("id-1", 1, "e-2", NOW))

    assert (late, right) == (0, 1)


async def test_an_outbox_takes_the_receipt_of_a_server_that_names_no_epoch(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Outbox(path, lambda: "id-1") as outbox:
        await outbox.server_is("e-1")
        await outbox.add("event-1", BODY)
        await outbox.oldest(10, 10_000)
        gone = await outbox.acknowledged(Receipt("id-1", 1, "", NOW))
        again = await outbox.server_is("e-2")

        assert (gone, again, outbox.depth) == (1, 1, 1)
    assert "1 events are told again" in caplog.text
