"""What is written and sent about a visit says nothing of who came and what was borrowed."""

import csv
import json
from pathlib import Path

import pytest

from deploy.demo.broker import INGEST_ACCOUNT
from deploy.demo.faults import Fault
from deploy.demo.play import Part
from deploy.demo.play_borrow import BorrowPlay
from deploy.demo.site import KIOSK_ID, Site
from tests.support.demo_site import overheard

pytestmark = pytest.mark.timeout(300)
BOOKS = 3


def _broker_port(site: Site) -> int:
    text = site.files.agent_configuration.read_text(encoding="utf-8")
    (port,) = [line.partition("=")[2] for line in text.splitlines() if line.startswith("port =")]
    return int(port)


def _secret(site: Site, name: str) -> str:
    return (site.files.folder / "secrets" / name).read_text(encoding="utf-8")


def test_no_card_name_or_title_stands_in_a_log_or_goes_through_the_broker(site: Site, tmp_path: Path) -> None:
    card = site.card_called("ordinary")
    with (site.files.stock / "patrons.csv").open(encoding="utf-8", newline="") as file:
        (name,) = [row["name"] for row in csv.DictReader(file) if row["card"] == card]
    port = _broker_port(site)

    with (
        overheard(port, INGEST_ACCOUNT, _secret(site, "ingest-mqtt")) as up,
        overheard(port, KIOSK_ID, _secret(site, "kiosk-mqtt")) as down,
    ):
        play = BorrowPlay(site, Part(BOOKS, card, 7, "vi", Fault()), tmp_path / "run")
        went_well = play.run()
        play.wait("the acknowledgement of the visit", lambda: any(topic.endswith("/down/ack") for topic, _ in down))
    sent = "\n".join(json.dumps(json.loads(payload), ensure_ascii=False) for _, payload in up + down if payload)
    logs = {path.name: path.read_text(encoding="utf-8") for path in (site.files.folder / "log").iterdir()}
    private = {card, name, *play.pile.values()}

    assert went_well, play.failure
    assert len(play.pile) == BOOKS
    assert any(topic.endswith("/up/event") for topic, _ in up)
    assert {"kiosk.log", "agent.log", "server.log", "ingest.log", "broker.log"} <= set(logs)
    assert [word for word in private | set(play.pile) if word in sent] == []
    assert [(log, word) for log, text in logs.items() for word in private if word in text] == []
