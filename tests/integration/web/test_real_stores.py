"""The page over the stores that the server and the ingest really use."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import Engine

from server.circulation.kiosk_places import KioskPlaces
from server.circulation.today import LoansToday
from server.fleet.broker_status import broker_is, ingest_started
from server.fleet.ingest import FLEET_STEPS
from server.fleet.models import Kiosk, Visit
from server.fleet.overview import StoredFleet
from server.selfcheck.terminals import NewTerminal, put_terminal
from server.store.csv_rows import put_organisation
from server.store.engine import open_engine, transaction
from server.store.migrate import migrate
from server.store.models import Place, PlaceKind
from server.web.app import create_app
from server.web.reading import FleetReader, LoansReader
from server.web.site import Site
from tests.support.markup import Markup

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 7, 28, 5, 0, tzinfo=UTC)


@dataclass(slots=True)
class Stores:
    """The two databases of a server, and a clock at noon."""

    circulation: Engine
    fleet: Engine

    async def page(self) -> Markup:
        fleet: FleetReader = StoredFleet(self.fleet, ZONE, KioskPlaces(self.circulation).by_kiosk)
        loans: LoansReader = LoansToday(self.circulation, ZONE)
        app = create_app(fleet=fleet, loans=loans, clock=lambda: NOW, site=Site("Thư viện xã", ZONE))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return Markup((await client.get("/?lang=en")).text)


@contextmanager
def stores(folder: Path) -> Iterator[Stores]:
    circulation, fleet = (open_engine(f"sqlite:///{folder}/{name}.db") for name in ("library", "fleet"))
    migrate(circulation)
    migrate(fleet, FLEET_STEPS)
    try:
        yield Stores(circulation, fleet)
    finally:
        circulation.dispose()
        fleet.dispose()


async def test_a_new_server_says_what_is_missing(tmp_path: Path) -> None:
    with stores(tmp_path) as made:
        page = await made.page()

    assert "The ingest has never reported." in page.one(class_="notice").text
    assert "No kiosk has reported yet" in page.one(class_="empty").text
    assert page.one(data_figure="loans").text == "0"


async def test_a_kiosk_that_the_ingest_stored_is_shown_with_its_visits(tmp_path: Path) -> None:
    with stores(tmp_path) as made:
        with transaction(made.fleet) as session:
            ingest_started(session, NOW)
            broker_is(session, NOW, up=True)
            session.add(
                Kiosk(
                    kiosk_id="k-front",
                    first_seen=NOW,
                    last_seen=NOW,
                    state="ready",
                    state_since=NOW - timedelta(hours=1),
                    birth='{"kiosk_version": "0.1.0"}',
                    devices='[{"role": "printer", "model": "TM-T20", "state": "present", "detail": "paper_low",'
                    f' "since": "{NOW.isoformat()}"}}]',
                )
            )
            session.add(visit("e-today", NOW))
            session.add(visit("e-yesterday", NOW - timedelta(days=1)))
        with transaction(made.circulation) as session:
            owner = put_organisation(session, "VN-QN", "Thư viện xã")
            session.add(Place(organisation_id=owner, code="VN-QN-TH1", name="Trường Ba", kind=PlaceKind.SCHOOL))
            put_terminal(session, NewTerminal("k-front", "VN-QN-TH1", "k-front", "a password"))
        page = await made.page()

    kiosk = page.one("article")
    assert kiosk.attributes["data-status"] == "online"
    assert (kiosk.attributes["data-visits"], kiosk.attributes["data-loans"]) == ("1", "3")
    assert "Working since 11:00 k-front Trường Ba" in kiosk.text
    assert "Receipt printer: paper is low since 12:00 TM-T20" in kiosk.text
    assert page.all(class_="notice") == []


def visit(event_id: str, when: datetime) -> Visit:
    return Visit(
        kiosk_id="k-front",
        event_id=event_id,
        visit_id=event_id,
        occurred_at=when,
        received_at=when,
        ending="finished",
        seconds=40.0,
        language="vi",
        lent=3,
        refused=0,
        refusals="{}",
        unknown=0,
        alarms_still_on=0,
        receipt="printed",
    )


async def test_a_fleet_store_that_was_never_made_is_said_and_the_page_stands(tmp_path: Path) -> None:
    with stores(tmp_path) as made:
        made.fleet.dispose()
        made.fleet = open_engine(f"sqlite:///{tmp_path}/other.db")
        page = await made.page()

    assert "The kiosks' records have been unreadable since 12:00." in page.one(class_="notice").text
    assert page.one(data_figure="loans").text == "0"
