"""Somebody becomes a reader: told at a kiosk, sealed for a week, finished at the desk or erased."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from library.api.new_readers import LONGEST_TOLD, NEW_READERS_PATH, NewReaderTold, read_pick_up
from library.identity.purposes import Purpose
from library.lending.patterns import NumberPatterns
from server.circulation.citizen_desk import CitizenDesk
from server.circulation.new_reader_values import Finishing, NotTakenError, Trouble
from server.circulation.new_readers import MOST_OF_A_TERMINAL, NewReaderDesk, keep_clean
from server.patrons.citizen_key import citizen_key
from server.patrons.citizens import link_citizen
from server.selfcheck.throttle import LoginThrottle
from server.store.citizen_models import NewReaderAct, PendingReader, ReaderConsent
from server.store.engine import open_engine, transaction
from server.store.models import Card
from server.store.secrets import secret_matches
from server.store.writer import WriterQueue
from server.web.app import create_app
from server.web.kiosk_api import Doorkeeper
from server.web.new_readers import ADDRESS, take_new_readers
from server.web.site import Site
from tests.support.fleet_pages import FakeFleet, FakeLoans
from tests.support.markup import Markup
from tests.support.small_library import MAI, ZONE, SmallLibrary
from tests.support.waiting import in_time
from tests.unit.server.circulation.test_receipts import Naps
from tests.unit.server.web.test_kiosk_api import GOOD, NOBODY

NUMBER, NEW_CARD = "001090777123", "23529000000500"
TOLD = NewReaderTold(
    number=NUMBER,
    name="Căn Cước Đánh Dấu",
    born=date(1990, 1, 1),
    address="Thôn Mười Bảy",
    purposes=frozenset({Purpose.LENDING, Purpose.MESSAGES}),
)
SECRETS = (NUMBER, TOLD.name, TOLD.address, "1990-01-01")
WEEK = timedelta(days=7)
PAGE = {"Sec-Fetch-Site": "same-origin"}
FORM = {"name": TOLD.name, "card": NEW_CARD, "category": "adult", "by": "Thủ thư Hoa"}


@dataclass
class Desk:
    """The kiosks' listener and the page, over one store."""

    kiosks: FastAPI
    pages: FastAPI
    desk: NewReaderDesk
    citizens: CitizenDesk
    queue: WriterQueue

    async def hand_in(
        self, body: bytes = TOLD.model_dump_json().encode(), headers: dict[str, str] = GOOD
    ) -> httpx.Response:
        return await _ask(self.kiosks, "POST", f"https://library.example{NEW_READERS_PATH}", headers, content=body)

    async def picked_up(self) -> str:
        answer = read_pick_up((await self.hand_in()).content)
        assert answer is not None
        return answer.pick_up

    async def page(self, path: str = "", **typed: str) -> httpx.Response:
        method = "POST" if typed else "GET"
        return await _ask(self.pages, method, f"http://127.0.0.1:8080{ADDRESS}{path}", PAGE, data=typed)


async def _ask(app: FastAPI, method: str, url: str, headers: dict[str, str], **more: object) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.request(method, url, headers=headers, **more)  # type: ignore[arg-type]  # content or data


@asynccontextmanager
async def desk(library: SmallLibrary, folder: Path) -> AsyncIterator[Desk]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        key = citizen_key(folder / "citizen.key")
        new_readers = NewReaderDesk(library.engine, queue, library.clock, key, NumberPatterns(), "VN-QN", ZONE)
        kiosks = FastAPI()
        take_new_readers(
            kiosks, Doorkeeper(queue, LoginThrottle(lambda: 0.0), NOBODY, by_certificate=False), new_readers
        )
        pages = create_app(
            fleet=FakeFleet(),
            loans=FakeLoans(),
            clock=library.clock,
            site=Site("Thư viện xã", ZONE, new_readers=True),
            applicants=new_readers,
        )
        yield Desk(kiosks, pages, new_readers, CitizenDesk(queue, key), queue)


def waiting(library: SmallLibrary) -> int:
    with transaction(library.engine) as session:
        return session.scalar(select(func.count()).select_from(PendingReader)) or 0


def written(library: SmallLibrary) -> bytes:
    database = Path(library.engine.url.database or "")
    return b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))


async def test_whoever_was_told_is_found_by_a_number_that_names_nobody(library: SmallLibrary, tmp_path: Path) -> None:
    async with desk(library, tmp_path) as at:
        answer = await at.hand_in()
        pick_up = read_pick_up(answer.content)
        assert pick_up is not None
        page = await at.page(pick_up=f" {pick_up.pick_up.lower()} ")

    assert answer.status_code == 201
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert all(secret in page.text for secret in (NUMBER, TOLD.name, "01/01/1990", TOLD.address))
    assert [
        each.attributes["data-agreed"] for each in Markup(page.text).all("dd") if "data-agreed" in each.attributes
    ] == [
        "lending",
        "messages",
    ]


async def test_neither_store_nor_log_nor_list_tells_who_waits(
    library: SmallLibrary, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with desk(library, tmp_path) as at:
        pick_up = await at.picked_up()
        listed = (await at.page()).text
        files = written(library)

    assert pick_up in listed
    assert pick_up.encode() in files
    for secret in SECRETS:
        assert secret not in listed + caplog.text
        assert secret.encode() not in files


async def test_the_desk_makes_the_reader_and_erases_what_was_told(library: SmallLibrary, tmp_path: Path) -> None:
    typed = {"card": f" {NEW_CARD} ", "name": "Căn Cước  Đánh Dấu Đúng", "pin": "2468"}
    async with desk(library, tmp_path) as at:
        pick_up = await at.picked_up()
        told_at = library.clock()
        library.clock.advance(timedelta(days=2))
        done = await at.page("/finish", pick_up=pick_up, **FORM | typed)
        said = await at.page("?done=made")
        found = await at.citizens.find(library.hub, NUMBER)
    with transaction(library.engine) as session:
        card = session.scalars(select(Card).where(Card.number == NEW_CARD)).one()
        patron = card.patron
        made = (patron.name, patron.category.code, patron.place_id, patron.expires)
        consents = session.execute(
            select(ReaderConsent.purpose, ReaderConsent.given_at).where(ReaderConsent.patron_id == card.patron_id)
        )
        agreed = {(purpose, given_at) for purpose, given_at in consents}

    assert (done.status_code, done.headers["location"]) == (303, f"{ADDRESS}?done=made")
    assert 'data-done="made"' in said.text
    assert made == ("Căn Cước Đánh Dấu Đúng", "adult", library.hub.place_id, date(2027, 7, 30))
    assert secret_matches("2468", patron.pin_hash or "")
    assert agreed == {("lending", told_at), ("messages", told_at)}
    assert (found, waiting(library)) == (NEW_CARD, 0)


async def test_a_reader_may_go_without_a_pin(library: SmallLibrary, tmp_path: Path) -> None:
    async with desk(library, tmp_path) as at:
        done = await at.page("/finish", pick_up=await at.picked_up(), **FORM)
    with transaction(library.engine) as session:
        pin_hash = session.scalars(select(Card).where(Card.number == NEW_CARD)).one().patron.pin_hash

    assert (done.status_code, pin_hash) == (303, None)


async def test_the_desk_erases_whom_it_does_not_take(library: SmallLibrary, tmp_path: Path) -> None:
    async with desk(library, tmp_path) as at:
        pick_up = await at.picked_up()
        unsigned = await at.page("/reject", pick_up=pick_up, by=" ")
        answers = [await at.page("/reject", pick_up=pick_up, by="Hoa") for _ in range(2)]
        found = await at.citizens.find(library.hub, NUMBER)

    assert (unsigned.status_code, 'data-trouble="who"' in unsigned.text) == (422, True)
    assert [answer.status_code for answer in answers] == [303, 404]
    assert (found, waiting(library)) == (None, 0)


async def test_each_step_is_kept_with_place_time_and_who_and_about_nobody(
    library: SmallLibrary, tmp_path: Path
) -> None:
    async with desk(library, tmp_path) as at:
        for path, number in (("/finish", NUMBER), ("/reject", "001090777124")):
            told = TOLD.model_copy(update={"number": number})
            handed_in = read_pick_up((await at.hand_in(told.model_dump_json().encode())).content)
            assert handed_in is not None
            await at.page(path, pick_up=handed_in.pick_up, **FORM)
        others = [TOLD.model_copy(update={"number": f"00109077712{digit}"}) for digit in "56"]
        await at.desk.put(library.hub, others[0])
        library.clock.advance(WEEK)
        await at.desk.put(library.school, others[1])
    with transaction(library.engine) as session:
        acts = session.scalars(select(NewReaderAct).order_by(NewReaderAct.id)).all()
        kept = [(act.kind.value, act.by, act.place_id == library.hub.place_id) for act in acts]

    assert kept == [
        ("told", "", True),
        ("made", "Thủ thư Hoa", True),
        ("told", "", True),
        ("erased", "Thủ thư Hoa", True),
        ("told", "", True),
        ("expired", "", True),
        ("told", "", False),
    ]


@pytest.mark.parametrize(
    ("typed", "trouble", "status"),
    [
        ({"name": " "}, "name", 422),
        ({"card": "12"}, "card", 422),
        ({"card": MAI}, "card_taken", 409),
        ({"category": "nobility"}, "category", 422),
        ({"pin": "12"}, "pin", 422),
        ({"by": " "}, "who", 422),
    ],
)
async def test_what_the_desk_gets_wrong_is_said_and_loses_nothing(
    library: SmallLibrary, tmp_path: Path, typed: dict[str, str], trouble: str, status: int
) -> None:
    async with desk(library, tmp_path) as at:
        pick_up = await at.picked_up()
        answer = await at.page("/finish", pick_up=pick_up, **FORM | typed)

    assert answer.status_code == status
    assert f'data-trouble="{trouble}"' in answer.text
    assert f'data-applicant="{pick_up}"' in answer.text
    assert waiting(library) == 1


async def test_a_card_that_is_made_in_the_same_moment_is_said_to_be_taken(
    library: SmallLibrary, tmp_path: Path
) -> None:
    class Raced(WriterQueue):
        async def write(self, *_: object) -> None:  # type: ignore[override]  # always the same
            raise IntegrityError("", None, Exception())

    async with Raced(open_engine(library.url), "circulation-store") as queue:
        key = citizen_key(tmp_path / "citizen.key")
        raced = NewReaderDesk(library.engine, queue, library.clock, key, NumberPatterns(), "VN-QN", ZONE)
        trouble = await raced.finish("A2B3C4", Finishing(TOLD.name, NEW_CARD, "adult", "Hoa"))

    assert trouble is Trouble.CARD_TAKEN


async def test_who_became_a_reader_meanwhile_is_not_made_twice(library: SmallLibrary, tmp_path: Path) -> None:
    async with desk(library, tmp_path) as at:
        pick_up = await at.picked_up()
        with transaction(library.engine) as session:
            link_citizen(session, citizen_key(tmp_path / "citizen.key"), library.organisation_id, MAI, NUMBER)
        answer = await at.page("/finish", pick_up=pick_up, **FORM)
        again = await at.hand_in()

    assert (answer.status_code, 'data-trouble="already"' in answer.text) == (409, True)
    assert again.status_code == 409


async def test_after_seven_days_nobody_finds_it_and_the_sweep_erases_it(library: SmallLibrary, tmp_path: Path) -> None:
    naps = Naps()
    async with desk(library, tmp_path) as at:
        pick_up = await at.picked_up()
        library.clock.advance(WEEK - timedelta(seconds=1))
        sweep = asyncio.create_task(keep_clean(at.queue, library.clock, naps))
        await in_time(naps.asleep.wait())
        before = ((await at.page(pick_up=pick_up)).status_code, waiting(library))
        library.clock.advance(timedelta(seconds=1))
        over = await at.page(pick_up=pick_up)
        finished = await at.page("/finish", pick_up=pick_up, **FORM)
        naps.asleep.clear()
        naps.over.set()
        await in_time(naps.asleep.wait())
        sweep.cancel()
        await asyncio.wait([sweep])

    assert before == (200, 1)
    assert (over.status_code, finished.status_code, waiting(library)) == (404, 404, 0)
    assert naps.asked == [600.0, 600.0]


async def test_a_sweep_that_cannot_write_goes_on(library: SmallLibrary, caplog: pytest.LogCaptureFixture) -> None:
    naps = Naps()

    class Broken(WriterQueue):
        async def write(self, *_: object) -> None:  # type: ignore[override]  # always the same
            raise OperationalError("", None, Exception())

    async with Broken(open_engine(library.url), "circulation-store") as queue:
        sweep = asyncio.create_task(keep_clean(queue, library.clock, naps))
        await in_time(naps.asleep.wait())
        sweep.cancel()
        await asyncio.wait([sweep])

    assert "OperationalError" in caplog.text


async def test_who_comes_again_takes_the_place_of_what_was_told_before(library: SmallLibrary, tmp_path: Path) -> None:
    async with desk(library, tmp_path) as at:
        first, second = await at.picked_up(), await at.picked_up()
        old = await at.page(pick_up=first)

    assert first != second
    assert (old.status_code, waiting(library)) == (404, 1)


async def test_a_kiosk_cannot_fill_the_store(library: SmallLibrary, tmp_path: Path) -> None:
    async with desk(library, tmp_path) as at:
        with transaction(library.engine) as session:
            session.add_all(
                PendingReader(
                    organisation_id=library.organisation_id,
                    pick_up=f"A{place}",
                    digest=bytes([place]) * 32,
                    sealed=b"",
                    terminal_id=library.hub.terminal_id,
                    place_id=library.hub.place_id,
                    made_at=library.clock(),
                    expires_at=library.clock() + WEEK,
                )
                for place in range(MOST_OF_A_TERMINAL)
            )
        with pytest.raises(NotTakenError):
            await at.desk.put(library.hub, TOLD)
        unsealed = await at.page(pick_up="A1")

    assert unsealed.status_code == 404


@pytest.mark.parametrize(("born", "status"), [(date(2010, 7, 28), 201), (date(2010, 7, 29), 409)])
async def test_whoever_is_under_sixteen_here_today_is_not_taken_whatever_a_kiosk_says(
    library: SmallLibrary, tmp_path: Path, born: date, status: int
) -> None:
    library.clock.now = datetime(2026, 7, 28, 0, 30, tzinfo=ZONE)  # still the 27th in UTC
    told = TOLD.model_copy(update={"born": born})
    async with desk(library, tmp_path) as at:
        answer = await at.hand_in(told.model_dump_json().encode())

    assert (answer.status_code, waiting(library)) == (status, int(status == 201))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{}", 422),
        (TOLD.model_copy(update={"purposes": frozenset({Purpose.MESSAGES})}).model_dump_json().encode(), 422),
        (TOLD.model_dump_json().replace(NUMBER, "12").encode(), 422),
        (b" " * (LONGEST_TOLD + 1), 413),
    ],
)
async def test_what_is_not_of_the_form_or_not_agreed_to_is_not_kept(
    library: SmallLibrary, tmp_path: Path, body: bytes, status: int
) -> None:
    async with desk(library, tmp_path) as at:
        answer = await at.hand_in(body)

    assert (answer.status_code, waiting(library)) == (status, 0)
    assert NUMBER not in answer.text


async def test_whoever_is_no_kiosk_hands_nothing_in(library: SmallLibrary, tmp_path: Path) -> None:
    async with desk(library, tmp_path) as at:
        answer = await at.hand_in(headers={})

    assert (answer.status_code, waiting(library)) == (401, 0)


async def test_another_sites_page_cannot_make_a_reader(library: SmallLibrary, tmp_path: Path) -> None:
    async with desk(library, tmp_path) as at:
        pick_up = await at.picked_up()
        answer = await _ask(
            at.pages,
            "POST",
            f"http://127.0.0.1:8080{ADDRESS}/finish",
            {"Sec-Fetch-Site": "cross-site"},
            data=FORM | {"pick_up": pick_up},
        )

    assert (answer.status_code, waiting(library)) == (403, 1)
