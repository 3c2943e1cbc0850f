"""Kiosks ask whose a citizen number is: known by a keyed digest alone, and never tried out."""

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from library.api.citizens import ANSWER_BYTES, CITIZENS_PATH, CitizenAsked, CitizenTold, read_told
from server.__main__ import main
from server.circulation.citizen_desk import MOST_STRANGERS, WITHIN_S, CitizenDesk
from server.errors import CitizenKeyError, CitizenTakenError, UnknownCardError
from server.patrons.citizen_key import citizen_key
from server.patrons.citizens import link_citizen, opened_key
from server.selfcheck.throttle import LoginThrottle
from server.store.citizen_models import CitizenLink
from server.store.engine import open_engine, transaction
from server.store.models import Card
from server.store.writer import WriterQueue
from server.web.citizens_api import answer_citizens
from server.web.kiosk_api import Doorkeeper
from settings.errors import SecretFileError
from tests.support.small_library import LOST_CARD, MAI, NAM, UNKNOWN_CARD, SmallLibrary
from tests.unit.server.web.test_kiosk_api import GOOD, NOBODY

NUMBER, STRANGER = "001090777123", "001090777124"
ASKED = CitizenAsked(number=NUMBER).model_dump_json().encode()


@dataclass
class Api:
    """The kiosks' address, and a clock that stands."""

    app: FastAPI
    now: float = 0.0

    async def ask(self, body: bytes = ASKED, headers: dict[str, str] = GOOD) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.post(f"https://library.example{CITIZENS_PATH}", content=body, headers=headers)


@asynccontextmanager
async def api(library: SmallLibrary, folder: Path) -> AsyncIterator[Api]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        app = FastAPI()
        found = Api(app)
        desk = CitizenDesk(queue, citizen_key(folder / "citizen.key"), lambda: found.now)
        door = Doorkeeper(queue, LoginThrottle(lambda: 0.0), NOBODY, by_certificate=False)
        answer_citizens(app, door, desk)
        yield found


def link(library: SmallLibrary, folder: Path, card: str = MAI, number: str = NUMBER) -> None:
    with transaction(library.engine) as session:
        link_citizen(session, citizen_key(folder / "citizen.key"), library.organisation_id, card, number)


async def test_a_linked_number_is_answered_with_the_readers_card(library: SmallLibrary, tmp_path: Path) -> None:
    link(library, tmp_path)
    async with api(library, tmp_path) as kiosks:
        answer = await kiosks.ask()

    assert (answer.status_code, read_told(answer.content)) == (200, CitizenTold(card=MAI))
    assert answer.headers["cache-control"] == "no-store"


async def test_an_answer_about_a_stranger_is_as_long_as_one_about_a_reader(
    library: SmallLibrary, tmp_path: Path
) -> None:
    link(library, tmp_path)
    async with api(library, tmp_path) as kiosks:
        known = await kiosks.ask()
        unknown = await kiosks.ask(CitizenAsked(number=STRANGER).model_dump_json().encode())

    assert (unknown.status_code, read_told(unknown.content)) == (200, CitizenTold(card=None))
    assert len(known.content) == len(unknown.content) == ANSWER_BYTES
    assert dict(known.headers) == dict(unknown.headers)


def test_the_longest_card_number_does_not_make_an_answer_longer() -> None:
    assert len(CitizenTold(card="Đ" * 64).body()) == ANSWER_BYTES


async def test_whoever_is_no_kiosk_is_told_nothing(library: SmallLibrary, tmp_path: Path) -> None:
    link(library, tmp_path)
    async with api(library, tmp_path) as kiosks:
        answer = await kiosks.ask(headers={})

    assert answer.status_code == 401
    assert MAI.encode() not in answer.content


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{}", 422),
        (b'{"number":"12345"}', 422),
        (b'{"number":"001090777123","name":"x"}', 422),
        (b" " * 300, 413),
    ],
)
async def test_what_is_no_question_is_refused(library: SmallLibrary, tmp_path: Path, body: bytes, status: int) -> None:
    async with api(library, tmp_path) as kiosks:
        answer = await kiosks.ask(body)

    assert answer.status_code == status


async def test_a_kiosk_that_tries_out_numbers_gets_no_more_answers_for_an_hour(
    library: SmallLibrary, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    link(library, tmp_path)
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        now = 0.0
        desk = CitizenDesk(queue, citizen_key(tmp_path / "citizen.key"), lambda: now)
        app = FastAPI()
        answer_citizens(app, Doorkeeper(queue, LoginThrottle(lambda: 0.0), NOBODY, by_certificate=False), desk)
        for _ in range(MOST_STRANGERS):
            await desk.find(library.hub, STRANGER)
        elsewhere = await desk.find(library.school, NUMBER)
        refused = await Api(app).ask()
        now = WITHIN_S
        afterwards = await Api(app).ask()

    assert (elsewhere, refused.status_code, read_told(afterwards.content)) == (MAI, 429, CitizenTold(card=MAI))
    assert "too many" in caplog.text
    assert NUMBER not in caplog.text


async def test_neither_store_nor_log_has_a_number(
    library: SmallLibrary, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link(library, tmp_path)
    async with api(library, tmp_path) as kiosks:
        await kiosks.ask()
        await kiosks.ask(CitizenAsked(number=STRANGER).model_dump_json().encode())

    database = Path(library.engine.url.database or "")
    written = b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))
    assert MAI.encode() in written
    for number in (NUMBER, STRANGER):
        assert number.encode() not in written
        assert bytes.fromhex(number) not in written
        assert number not in caplog.text


async def test_of_two_cards_the_one_that_is_not_lost_is_told(library: SmallLibrary, tmp_path: Path) -> None:
    link(library, tmp_path, LOST_CARD)
    with transaction(library.engine) as session:
        lost = session.scalars(select(Card).where(Card.number == LOST_CARD)).one()
        session.add(Card(organisation_id=lost.organisation_id, number="23529000000077", patron_id=lost.patron_id))
    async with api(library, tmp_path) as kiosks:
        answer = await kiosks.ask()

    assert read_told(answer.content) == CitizenTold(card="23529000000077")


def test_one_person_is_not_two_readers(library: SmallLibrary, tmp_path: Path) -> None:
    link(library, tmp_path)
    link(library, tmp_path)

    with pytest.raises(CitizenTakenError):
        link(library, tmp_path, NAM)
    with pytest.raises(UnknownCardError):
        link(library, tmp_path, UNKNOWN_CARD, STRANGER)


def test_another_library_digests_the_same_number_otherwise(tmp_path: Path) -> None:
    key, other = citizen_key(tmp_path / "one.key"), citizen_key(tmp_path / "other.key")

    assert key.digest(1, NUMBER) != key.digest(2, NUMBER)
    assert key.digest(1, NUMBER) != other.digest(1, NUMBER)
    assert (key.part("a") != key.part("b"), key.check != other.check) == (True, True)


def test_the_server_makes_its_key_once_and_for_itself_alone(library: SmallLibrary, tmp_path: Path) -> None:
    path = tmp_path / "citizen.key"
    made = opened_key(library.engine, path)
    again = opened_key(library.engine, path)

    assert made is not None
    assert made == again
    assert path.stat().st_mode & 0o777 == 0o600
    assert made.secret.hex() not in repr(made)
    assert opened_key(library.engine, None) is None


def test_a_key_that_is_lost_or_another_is_told_and_never_made_anew(library: SmallLibrary, tmp_path: Path) -> None:
    path = tmp_path / "citizen.key"
    link(library, tmp_path)
    path.rename(tmp_path / "kept.key")
    with pytest.raises(CitizenKeyError, match="is gone"):
        opened_key(library.engine, path)

    citizen_key(path)
    with pytest.raises(CitizenKeyError, match="is not the key"):
        opened_key(library.engine, path)


@pytest.mark.parametrize("text", ["not a key", "00", ""])
def test_a_file_that_is_no_key_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "citizen.key"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises((CitizenKeyError, SecretFileError)):
        citizen_key(path)


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "citizen.key"
    citizen_key(path)
    path.chmod(0o644)

    with pytest.raises(SecretFileError):
        citizen_key(path)


def run(monkeypatch: pytest.MonkeyPatch, library: SmallLibrary, folder: Path, typed: str, *words: str) -> int:
    config = folder / "server.toml"
    config.write_text(
        f'schema_version = 1\n[library]\ncode = "VN-QN"\nname = "x"\n[store]\nurl = "{library.url}"\n'
        '[fleet]\nstore = "sqlite:///fleet.db"\n[citizens]\nkey_file = "citizen.key"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(sys, "stdin", StringIO(typed))
    return main(["citizen", words[0], "--config", str(config), *words[1:]])


def test_staff_link_a_number_from_standard_input_and_unlink_it(
    library: SmallLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = f"{NUMBER}||Nguyễn Văn An|01011990|Nam|Quảng Nghiệp|15042021\n"
    linked = [
        run(monkeypatch, library, tmp_path, f"{NUMBER}\n", "link", MAI),
        run(monkeypatch, library, tmp_path, scanned, "link", MAI),
    ]
    with transaction(library.engine) as session:
        links = session.scalars(select(CitizenLink)).all()
    unlinked = [run(monkeypatch, library, tmp_path, "", "unlink", MAI) for _ in range(2)]

    assert (linked, len(links), unlinked) == ([0, 0], 1, [0, 1])


@pytest.mark.parametrize(
    "wrong",
    [("12345\n", MAI), (f"{NUMBER}||\n", MAI), (f"{NUMBER}\n", UNKNOWN_CARD), (f"{NUMBER}\n", NAM)],
)
def test_what_cannot_be_linked_is_told_without_the_number(
    library: SmallLibrary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: tuple[str, str],
) -> None:
    typed, card = wrong
    link(library, tmp_path)
    status = run(monkeypatch, library, tmp_path, typed, "link", card)
    said = "".join(capsys.readouterr())

    assert status == 2
    assert "library-server: " in said
    assert typed.strip() not in said
