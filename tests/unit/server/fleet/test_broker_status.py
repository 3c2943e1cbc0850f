"""Workers of the ingest: what the pages make of their heartbeats."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import delete

from mqtt.topics import Channel
from server.__main__ import main as library_server
from server.fleet import broker_status, ingest
from server.fleet.models import BrokerLink
from server.fleet.overview import read_overview
from server.store.engine import transaction
from tests.support.fleet_intake import NOW, Store, message

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def workers(store: Store) -> Store:
    """Two of them, that began a minute apart."""
    with transaction(store.engine) as session:
        session.execute(delete(BrokerLink))
        broker_status.ingest_started(session, NOW, "a")
        broker_status.ingest_started(session, LATER, "b")
    return store


def links(store: Store, at: datetime) -> tuple[object, ...]:
    with transaction(store.engine) as session:
        overview = read_overview(session, at, UTC, {})
    return (overview.broker.up, overview.broker.since, overview.ingest.up, overview.ingest.since)


def test_one_worker_with_the_broker_is_enough(workers: Store) -> None:
    with transaction(workers.engine) as session:
        broker_status.beat(session, LATER, "a")
        broker_status.broker_is(session, LATER, "b", up=True)

    assert links(workers, LATER) == (True, LATER, True, NOW)


def test_a_worker_that_died_with_the_broker_says_nothing_for_the_others(workers: Store) -> None:
    with transaction(workers.engine) as session:
        broker_status.broker_is(session, NOW, "a", up=True)

    assert links(workers, LATER) == (False, LATER, True, LATER)


def test_without_a_heartbeat_of_any_nobody_knows_of_the_broker(workers: Store) -> None:
    assert links(workers, LATER + timedelta(minutes=1)) == (None, None, False, LATER)


def test_dead_letters_are_counted_once_whoever_found_them(workers: Store) -> None:
    workers.take(message(Channel.EVENT, b"{}"), message(Channel.STATE, b"[]"))

    assert sorted(link.dead_letters for link in workers.rows(BrokerLink)) == [0, 2]


def test_several_workers_on_a_file_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    section = SimpleNamespace(
        store=f"sqlite:///{tmp_path / 'fleet.db'}",
        broker_host="127.0.0.1",
        broker_port=1883,
        broker_login="",
        broker_password_file=None,
        broker_ca=None,
    )

    assert ingest.main(cast("ingest.FleetSettings", section), "a") == 2
    assert "PostgreSQL" in capsys.readouterr().err


def test_without_a_name_it_is_the_only_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []

    def main(_section: object, worker: str = "the only one") -> int:
        asked.append(worker)
        return 0

    monkeypatch.setattr(ingest, "main", main)
    config = tmp_path / "server.toml"
    text = 'schema_version = 1\n[library]\ncode = "VN-QN"\nname = "Thư viện"\n[store]\nurl = "sqlite:///l.db"\n'
    config.write_text(text, encoding="utf-8")

    assert library_server(["ingest", "--config", str(config)]) == 0
    assert library_server(["ingest", "--config", str(config), "--worker", "a"]) == 0
    assert asked == ["the only one", "a"]


@pytest.mark.parametrize("name", ["", "-a", "A", "a" * 21, "a/b", "#"])
def test_a_worker_has_a_name_that_may_stand_in_an_id(name: str) -> None:
    with pytest.raises(SystemExit) as ended:
        library_server(["ingest", f"--worker={name}"])

    assert ended.value.code == 2
