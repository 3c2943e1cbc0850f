"""Every contract that kiosks ever spoke is understood: recordings of each are played to the server of today."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from mqtt.envelope import SCHEMA_VERSION, Message
from mqtt.messages import EventAck, ServerHello, ServerState, decode
from mqtt.topics import SERVER_STATE, Channel, parse
from server.fleet import broker_status
from server.fleet.ingest import FLEET_STEPS
from server.fleet.intake import AckOwed, HelloOwed, Owed, take_in
from server.fleet.models import DeadLetter, Kiosk, StaffAct, Visit
from server.store.engine import open_engine, transaction
from server.store.migrate import migrate
from tests.support.mqtt_messages import NOW
from tests.support.mqtt_recording import FOLDER, contract_digest, recorded, summary

CONTRACTS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
DOWN: dict[str, type[Message]] = {Channel.ACK: EventAck, Channel.HELLO: ServerHello}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_what_a_kiosk_of_any_release_said_is_stored_as_it_was_then(contract: str, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'fleet.db'}", durable=False)
    migrate(engine, FLEET_STEPS)
    with transaction(engine) as session:
        broker_status.ingest_started(session, NOW)
    owed: list[Owed] = []
    for message in recorded(contract, "kiosk"):
        with transaction(engine) as session:
            owed += take_in(session, [message], NOW)
    with transaction(engine) as session:
        kiosks, visits = list(session.scalars(select(Kiosk))), list(session.scalars(select(Visit)))
        made = summary(kiosks, visits, list(session.scalars(select(StaffAct))))
        letters = list(session.scalars(select(DeadLetter)))
    engine.dispose()

    assert made == json.loads((FOLDER / contract / "stored.json").read_text(encoding="utf-8"))
    assert letters == []
    assert {type(answer) for answer in owed} == {AckOwed, HelloOwed}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_what_a_server_of_any_release_said_is_understood_by_the_kiosk_of_today(contract: str) -> None:
    understood = set()
    for message in recorded(contract, "server"):
        place = parse(message.topic)
        model = ServerState if message.topic == SERVER_STATE else DOWN[place[1]] if place else None
        assert model is not None
        understood.add(type(decode(model, message.payload)))

    assert understood == {EventAck, ServerHello, ServerState}


def test_whoever_changes_the_contract_gives_it_a_number_and_records_it() -> None:
    """Else: raise ``mqtt.messages.SCHEMA_VERSION``, then ``python -m tests.support.mqtt_recording``."""
    recorded_of = (FOLDER / SCHEMA_VERSION / "schemas.sha256").read_text(encoding="ascii").strip()

    assert recorded_of == contract_digest()
