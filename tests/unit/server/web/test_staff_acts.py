"""What staff did at kiosks: told by kiosks, read page by page, shown and given to programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from mqtt.link_values import Received
from mqtt.messages import Event, StaffActReport, encode
from mqtt.topics import Channel, of_kiosk
from server.fleet.ingest import FLEET_STEPS
from server.fleet.intake import take_in
from server.fleet.staff_acts import AT_A_TIME, StoredActs
from server.store.engine import open_engine, transaction
from server.store.migrate import migrate
from server.web.app import create_app
from server.web.site import Site
from tests.support.fleet_pages import LIBRARY_ZONE, FakeFleet, FakeLoans
from tests.support.markup import Markup
from tests.support.mqtt_messages import KIOSK, batch, staff_act

_HOST = "127.0.0.1:8080"
NOW = datetime(2026, 3, 2, 8, 30, 1, tzinfo=UTC)
HOSTILE = '<script>alert("quay")</script>'


@dataclass
class Pages:
    """The page over a real store, and a kiosk that tells."""

    engine: Engine

    def take(self, *events: Event, kiosk: str = KIOSK) -> None:
        message = batch(*events).model_copy(update={"kiosk_id": kiosk})
        told = Received(of_kiosk(kiosk, Channel.EVENT), encode(message), 1, retained=False, number=1)
        with transaction(self.engine) as session:
            take_in(session, [told], NOW)

    async def get(self, path: str) -> httpx.Response:
        app = create_app(
            fleet=FakeFleet(),
            loans=FakeLoans(),
            clock=lambda: NOW,
            site=Site("Thư viện xã", LIBRARY_ZONE),
            staff_acts=StoredActs(self.engine),
        )
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get(f"http://{_HOST}{path}", headers={"Host": _HOST})

    async def read(self, path: str = "/staff-acts?lang=en") -> Markup:
        answer = await self.get(path)
        assert answer.status_code == 200
        return Markup(answer.text)


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    engine = open_engine(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(engine, FLEET_STEPS)
    yield Pages(engine)
    engine.dispose()


def rows(page: Markup) -> list[list[str]]:
    """Give the words of each act, cell by cell."""
    cells = [each.text.strip() for each in page.all("td")]
    return [cells[place : place + 6] for place in range(0, len(cells), 6)]


def act(sequence: int, minutes: int = 0, **fields: object) -> Event:
    report = StaffActReport.model_validate({"act": "entered", "staff": "quay-1", **fields})
    return staff_act(sequence).model_copy(
        update={"data": report.model_dump(mode="json"), "occurred_at": NOW + timedelta(minutes=minutes)}
    )


async def test_an_override_says_who_why_what_and_what_became_of_it(pages: Pages) -> None:
    overrode = {"act": "overrode", "reason": "study", "refusal": "item_not_for_loan"}
    pages.take(act(1, -9), act(2, -5, **overrode), act(3, -4, **overrode, outcome="done", completes="act-2"))
    page = await pages.read()

    (newest, oldest) = rows(page)
    assert newest[1:] == [
        KIOSK,
        "quay-1",
        "Let a refused loan through",
        "needed for study (not for loan)",
        "Done",
    ]
    assert oldest[2:] == ["quay-1", "Came in", "—", "not known"]


async def test_an_outcome_that_comes_before_its_act_or_twice_counts_once(pages: Pages) -> None:
    ended = act(3, -4, act="paper_changed", outcome="paper_out", completes="act-2")
    pages.take(ended, ended)
    pages.take(act(2, -5, act="paper_changed"), ended)

    assert [row[3:] for row in rows(await pages.read())] == [["Changed the paper", "—", "No paper"]]


async def test_an_outcome_of_another_kiosk_is_not_this_ones(pages: Pages) -> None:
    pages.take(act(2, -5, act="paper_changed"))
    pages.take(act(3, -4, act="paper_changed", outcome="done", completes="act-2"), kiosk="other-kiosk")

    assert [row[5] for row in rows(await pages.read())] == ["not known"]


async def test_a_wrong_pin_by_the_service_key_names_nobody_in_vietnamese_too(pages: Pages) -> None:
    pages.take(act(1, act="wrong_pin", staff=None, outcome="done"))
    (row,) = rows(await pages.read("/staff-acts?lang=vi"))

    assert row[2:] == ["bằng chìa khóa máy", "Sai mã PIN", "—", "Xong"]


async def test_a_newer_kiosks_words_and_hostile_ones_are_shown_as_they_are(pages: Pages) -> None:
    pages.take(act(1, act="danced", outcome="applauded", item=HOSTILE))
    answer = await pages.get("/staff-acts?lang=en")

    assert "danced" in answer.text
    assert "applauded" in answer.text
    assert HOSTILE not in answer.text


async def test_pages_are_turned_and_kept_to_one_kiosk(pages: Pages) -> None:
    pages.take(*(act(number, -number) for number in range(1, AT_A_TIME + 2)))
    pages.take(act(1, -500), kiosk="other-kiosk")
    first, second = await pages.read(), await pages.read("/staff-acts?lang=en&page=2")
    other = await pages.read("/staff-acts?lang=en&kiosk=other-kiosk")

    assert (len(rows(first)), len(rows(second)), len(rows(other))) == (AT_A_TIME, 2, 1)
    assert [each.attributes["href"] for each in first.all("a", rel="next")] == ["/staff-acts?page=2"]
    assert [each.attributes["href"] for each in second.all("a", rel="prev")] == ["/staff-acts"]
    assert second.all("a", rel="next") == other.all("a", rel="next") == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/staff-acts?lang=en", "Staff have done nothing here yet"),
        ("/staff-acts?lang=vi", "Chưa có việc nào của thủ thư"),
        ("/staff-acts?lang=en&page=7", "Nothing is that old"),
        ("/staff-acts?lang=en&kiosk=nobody", "Staff have done nothing here yet"),
    ],
)
async def test_where_nothing_is_the_page_says_so(pages: Pages, path: str, words: str) -> None:
    assert words in (await pages.get(path)).text


@pytest.mark.parametrize("path", ["/staff-acts?page=0", "/staff-acts?page=x", "/api/v1/staff-acts?page=99999999"])
async def test_no_page_is_no_page(pages: Pages, path: str) -> None:
    assert (await pages.get(path)).status_code == 422


async def test_programs_get_the_same(pages: Pages) -> None:
    pages.take(act(1, -5, act="overrode", reason="agreed", refusal="item_reserved"))
    answer = (await pages.get(f"/api/v1/staff-acts?kiosk={KIOSK}")).json()

    assert (answer["schema_version"], answer["number"], answer["has_older"]) == (1, 1, False)
    (told,) = answer["acts"]
    assert told == {
        "kiosk_id": KIOSK,
        "at": "2026-03-02T08:25:01Z",
        "staff": "quay-1",
        "act": "overrode",
        "device": "",
        "item": "",
        "reason": "agreed",
        "refusal": "item_reserved",
        "outcome": "",
    }
