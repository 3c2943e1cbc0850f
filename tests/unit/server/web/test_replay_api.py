"""Kiosks ask whose turn it is; what they say is kept once, and a bad question changes nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from library.api.replaying import (
    LONGEST_QUESTION,
    REPLAY_PATH,
    ReplayEvent,
    ReplayQuestion,
    Stage,
    Turn,
    read_turns,
)
from library.lending.offline_events import ClockCertainty
from server.circulation.replay_desk import KEPT, ReplayDesk
from server.circulation.replay_order import GATHER
from server.circulation.values import Counter
from server.selfcheck.throttle import LoginThrottle
from server.store.engine import open_engine, transaction
from server.store.offline_models import Matter, MatterKind
from server.store.replay_models import ReplayedEvent, ReplayStage
from server.store.writer import WriterQueue
from server.web.kiosk_api import Doorkeeper
from server.web.replay_api import give_turns
from tests.support.small_library import NOON, SmallLibrary
from tests.unit.server.web.test_kiosk_api import GOOD, NOBODY

LENT = ReplayEvent(
    transaction_id="v1-1",
    kind="lend",
    item="VNM.000001",
    at=NOON - timedelta(hours=1),
    clock=ClockCertainty.SURE,
    journal_no=1,
    stage=Stage.OPEN,
)


class Broken(ReplayDesk):
    """Its disk is full."""

    async def ask(self, counter: Counter, events: tuple[ReplayEvent, ...]) -> dict[str, Turn]:
        del counter, events
        raise OperationalError("", None, Exception())


@asynccontextmanager
async def api(library: SmallLibrary, kind: type[ReplayDesk] = ReplayDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        app = FastAPI()
        door = Doorkeeper(queue, LoginThrottle(lambda: 0.0), NOBODY, by_certificate=False)
        give_turns(app, door, kind(queue, library.clock))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://library.example", headers=GOOD) as client:
            yield client


async def asked(client: httpx.AsyncClient, *events: ReplayEvent) -> dict[str, Turn] | None:
    answer = await client.post(REPLAY_PATH, content=ReplayQuestion(events=events).model_dump_json())
    assert answer.status_code == httpx.codes.OK
    return read_turns(answer.content)


def kept(library: SmallLibrary) -> list[tuple[str, ReplayStage, datetime]]:
    with transaction(library.engine) as session:
        return [(row.transaction_id, row.stage, row.at) for row in session.scalars(select(ReplayedEvent))]


def stage(of: Stage, event: ReplayEvent = LENT) -> ReplayEvent:
    return event.model_copy(update={"stage": of})


async def test_an_event_waits_is_told_and_ends(library: SmallLibrary) -> None:
    async with api(library) as client:
        turns = [await asked(client, LENT)]
        library.clock.advance(GATHER)
        turns += [await asked(client, LENT), await asked(client, LENT), await asked(client, stage(Stage.APPLIED))]
        again = await asked(client, LENT)

    assert turns == [{"v1-1": Turn.WAIT}, {"v1-1": Turn.TELL}, {"v1-1": Turn.TELL}, {}]
    assert again == {"v1-1": Turn.TELL}, "a kiosk that forgot it asks the library system, and finds it"
    assert kept(library) == [("v1-1", ReplayStage.APPLIED, LENT.at)]


async def test_what_is_for_staff_stands_on_their_list_once_and_is_said_again(library: SmallLibrary) -> None:
    async with api(library) as client:
        for _ in range(2):
            await asked(client, stage(Stage.NEEDS_STAFF))
        turns = await asked(client, LENT)
    with transaction(library.engine) as session:
        listed = [(matter.kind, matter.card_number) for matter in session.scalars(select(Matter))]

    assert turns == {"v1-1": Turn.NEEDS_STAFF}
    assert listed == [(MatterKind.NOT_TOLD, None)]


async def test_a_number_that_was_another_events_is_for_staff(library: SmallLibrary) -> None:
    async with api(library) as client:
        await asked(client, LENT)
        turns = await asked(client, LENT.model_copy(update={"item": "VNM.000002"}))

    assert turns == {"v1-1": Turn.NEEDS_STAFF}
    assert [name for name, _, _ in kept(library)] == ["v1-1"]


async def test_a_time_to_come_is_no_time(library: SmallLibrary) -> None:
    async with api(library) as client:
        await asked(client, LENT.model_copy(update={"at": NOON + timedelta(days=3)}))

    assert kept(library) == [("v1-1", ReplayStage.OPEN, NOON)]


async def test_what_ended_is_forgotten_after_a_month(library: SmallLibrary) -> None:
    other = LENT.model_copy(update={"transaction_id": "v1-2"})
    async with api(library) as client:
        await asked(client, stage(Stage.SUPERSEDED))
        library.clock.advance(KEPT + timedelta(seconds=1))
        await asked(client, other)

    assert [name for name, _, _ in kept(library)] == ["v1-2"]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"events": []}', b'{"events": [{"card": "23529000000001"}]}'])
async def test_a_bad_question_is_refused(library: SmallLibrary, body: bytes) -> None:
    async with api(library) as client:
        answer = await client.post(REPLAY_PATH, content=body)

    assert (answer.status_code, kept(library)) == (422, [])


async def test_strangers_and_too_long_questions_are_turned_away_and_a_full_disk_is_said(library: SmallLibrary) -> None:
    body = ReplayQuestion(events=(LENT,)).model_dump_json()
    async with api(library) as client:
        stranger = await client.post(REPLAY_PATH, content=body, headers={"Authorization": "Basic eDp5"})
        long = await client.post(REPLAY_PATH, content=b" " * (LONGEST_QUESTION + 1))
    async with api(library, Broken) as client:
        full = await client.post(REPLAY_PATH, content=body)

    assert [answer.status_code for answer in (stranger, long, full)] == [401, 413, 503]
