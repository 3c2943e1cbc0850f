"""Records a kiosk and its server: ``python -m tests.support.mqtt_recording`` writes tests/data/mqtt/<contract>.

A recording is made once for each version of the contract and never written anew: the server of every later release is
shown it. A kiosk, its agent, the ingest and a broker run for it; the visits are invented.
"""

import asyncio
import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from kiosk.session.effects import VisitEnd
from kiosk.session.values import Service
from mqtt.agent.protocol import EventLine
from mqtt.envelope import SCHEMA_VERSION
from mqtt.health import WaitingReport
from mqtt.ids import fresh_id
from mqtt.link_values import Received
from mqtt.messages import STAFF_ACT, DeviceCondition, DeviceReport, KioskCondition, StaffActReport
from mqtt.schema import schemas
from mqtt.topics import SERVER_STATE
from server.fleet.models import Kiosk, StaffAct, Visit
from tests.support.broker import RealBroker
from tests.support.fleet import FleetStore, WallClock, agent_files, agent_program, kept, kiosk_end, outcome
from tests.support.party import Party
from tests.support.waiting import eventually, in_time

FOLDER: Final = Path(__file__).parents[1] / "data" / "mqtt"
KIOSK: Final = "k-recorded"
UNHEARD_S: Final = 12.0
"""Long enough for two readings that nobody hears: the recorded agent tells its health every half second."""


def recorded(contract: str, side: str) -> list[Received]:
    """Read what one side, ``kiosk`` or ``server``, said under a contract."""
    lines = (FOLDER / contract / f"{side}.jsonl").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    return [
        Received(one["topic"], json.dumps(one["payload"]).encode(), 1, retained=False, number=number)
        for number, one in enumerate(said, 1)
    ]


def contract_digest() -> str:
    """Return what changes whenever a schema does."""
    texts = schemas()
    return hashlib.sha256("".join(texts[name] for name in sorted(texts)).encode()).hexdigest()


def summary(kiosks: Sequence[Kiosk], visits: Sequence[Visit], acts: Sequence[StaffAct]) -> dict[str, Any]:
    """Say what a server made of a recording, without its own times."""
    (kiosk,) = kiosks
    birth = json.loads(kiosk.birth)
    return {
        "state": kiosk.state,
        "name": birth["name"],
        "devices": [[device["role"], device["state"], device["detail"]] for device in json.loads(kiosk.devices)],
        "visits": [
            [visit.event_id, visit.service, visit.lent, visit.returned, visit.renewed, visit.refused, visit.ending]
            for visit in sorted(visits, key=lambda visit: visit.event_id)
        ],
        "acts": [[act.event_id, act.act, act.device] for act in sorted(acts, key=lambda act: act.event_id)],
    }


async def record(folder: Path) -> None:
    """Let a kiosk live a day and write down what was said; ``folder`` must be new."""
    with tempfile.TemporaryDirectory() as place, RealBroker(Path(place) / "broker", [KIOSK]) as broker:
        store = FleetStore(Path(place) / "server", broker)
        files = agent_files(Path(place) / "kiosk", KIOSK, broker.port)
        ears = [
            replace(broker.settings(account), client_id=f"recorder-{number}")
            for number, account in enumerate(("library-ingest", KIOSK))
        ]
        async with AsyncExitStack() as stack:
            up = ["library/v1/d/+/state", "library/v1/d/+/up/#"]
            kiosk = await stack.enter_async_context(Party(broker, "", up, ears[0]))
            server = await stack.enter_async_context(
                Party(broker, "", [f"library/v1/d/{KIOSK}/down/#", SERVER_STATE], ears[1])
            )
            ingest = await stack.enter_async_context(store.ingest())
            agent = await stack.enter_async_context(agent_program(files))
            reports, journal = await stack.enter_async_context(kiosk_end(files))
            reports.tell_state(KioskCondition.READY, ())
            reports.tell_devices([DeviceReport(role="pad", model="threem 810", state=DeviceCondition.PRESENT)])
            await in_time(reports.report_visit(outcome(lent=3)))
            await in_time(
                reports.report_visit(replace(outcome(0), service=Service.RETURN, returned=2, end=VisitEnd.ABANDONED))
            )
            act = StaffActReport(act="paper_changed", staff="quay-1", device="printer", outcome="done")
            line = EventLine(
                event_id=fresh_id(), kind=STAFF_ACT, occurred_at=WallClock().wall(), data=act.model_dump(mode="json")
            )
            await journal.add_event(line.event_id, line.model_dump_json())
            await in_time(reports.report_visit(outcome(lent=1)))
            await eventually(lambda: len(store.visits()) == 3 and store.rows(StaffAct) and not kept(files))
            reports.tell_devices(
                [
                    DeviceReport(role="pad", model="threem 810", state=DeviceCondition.LOST),
                    DeviceReport(role="printer", state=DeviceCondition.PRESENT, detail="paper_low"),
                ]
            )
            reports.tell_state(KioskCondition.OUT_OF_ORDER, ("pad",))
            await eventually(lambda: any(kiosk.state == "out_of_order" for kiosk in store.rows(Kiosk)))
            await eventually(lambda: any(one.devices.count("paper_low") for one in store.rows(Kiosk)))
            reports.note_waiting(WaitingReport(to_tell=2, oldest_s=90.5, alarms_owed=1))
            reports.tell_health(1.5)
            await eventually(lambda: any("alarms_owed" in one.health for one in store.rows(Kiosk)))
            await ingest.stop()
            await asyncio.sleep(UNHEARD_S)
            await stack.enter_async_context(store.ingest())
            await eventually(lambda: any("/up/readings" in topic for topic, _ in kiosk.heard))
            await agent.kill()
            await eventually(lambda: any(kiosk.state == "lost" for kiosk in store.rows(Kiosk)))
            made = summary(store.rows(Kiosk), store.visits(), store.rows(StaffAct))
            folder.mkdir(parents=True)
            _write(folder / "kiosk.jsonl", kiosk.heard)
            _write(folder / "server.jsonl", server.heard)
        store.close()
    (folder / "schemas.sha256").write_text(contract_digest() + "\n", encoding="ascii")
    (folder / "stored.json").write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _write(path: Path, heard: Sequence[tuple[str, bytes]]) -> None:
    said = ({"topic": topic, "payload": json.loads(payload)} for topic, payload in heard)
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in said), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(record(FOLDER / (sys.argv[1] if len(sys.argv) > 1 else SCHEMA_VERSION)))
