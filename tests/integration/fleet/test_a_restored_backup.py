"""Yesterday's backup is put back under a working kiosk: what the store has lost is told again, as history."""

import shutil
import sqlite3
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.fleet import epochs
from server.store.engine import opened, transaction
from tests.support.broker import RealBroker, mosquitto_is_missing
from tests.support.fleet import FleetStore, agent_files, agent_program, kept, kiosk_end, outcome
from tests.support.waiting import eventually, in_time

pytestmark = pytest.mark.skipif(mosquitto_is_missing(), reason="mosquitto is missing")

KIOSK = "k-first"


async def test_what_a_restored_backup_lacks_is_told_again_as_history_and_stored_once(tmp_path: Path) -> None:
    with RealBroker(tmp_path / "broker", [KIOSK]) as broker:
        store = FleetStore(tmp_path / "server", broker)
        files = agent_files(tmp_path / "kiosk", KIOSK, broker.port)
        database, backup = tmp_path / "server" / "fleet.db", tmp_path / "backup.db"
        async with AsyncExitStack() as stack:
            ingest = await stack.enter_async_context(store.ingest())
            await stack.enter_async_context(agent_program(files))
            reports, _journal = await stack.enter_async_context(kiosk_end(files))
            await in_time(reports.report_visit(outcome()))
            await eventually(lambda: len(store.visits()) == 1 and kept(files) == 0)
            _copy(database, backup)
            for _ in range(5):
                await in_time(reports.report_visit(outcome()))
            await eventually(lambda: len(store.visits()) == 6 and kept(files) == 0)
            before = {visit.event_id for visit in store.visits()}
            await ingest.stop()
            store.close()
            for one in (tmp_path / "server").glob("fleet.db*"):
                one.unlink()
            shutil.copy(backup, database)
            with opened(store.url) as engine, transaction(engine) as session:
                epochs.begin(session, datetime.now(UTC))
            await ingest.start()
            other = FleetStore(tmp_path / "server", broker)
            await eventually(lambda: len(other.visits()) >= 6 and kept(files) == 0)
            await in_time(reports.report_visit(outcome()))
            await eventually(lambda: len(other.visits()) >= 7 and kept(files) == 0)
            with opened(store.url) as engine, transaction(engine) as session:
                epochs.begin(session, datetime.now(UTC))  # under a running ingest, with nothing lost
            await eventually(lambda: "a new epoch has begun" in ingest.log())
            await in_time(reports.report_visit(outcome()))
            await eventually(lambda: len(other.visits()) >= 8 and kept(files) == 0)
            visits = other.visits()
        other.close()

    assert len(visits) == 8
    assert before <= {visit.event_id for visit in visits}
    assert sum(visit.historical for visit in visits) == 5


def _copy(database: Path, backup: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as store:
        store.execute("VACUUM INTO ?", (str(backup),))
