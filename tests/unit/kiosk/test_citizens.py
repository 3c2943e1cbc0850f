"""A citizen card on its way through the kiosk: to our server once, and into no file, no log and no report."""

import asyncio
import http.client
import logging
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from drivers.barcode.base import ScanReading
from kiosk.blackbox.visits import FOLDER, BlackBox
from kiosk.config import KioskConfig, TagsSection
from kiosk.devices.translate import scan_event
from kiosk.ils.citizens import CitizensAtServer, citizens_of
from kiosk.journal import Journal
from kiosk.performer import Performer
from kiosk.ports import SlipPrinter, Unanswered
from kiosk.session.citizen_effects import FindCitizen
from kiosk.session.citizen_events import CitizenCardPresented, CitizenFound, CitizenNotAsked, CitizenUnknown
from kiosk.session.effects import Effect, ReportVisit
from kiosk.session.events import Event, LabelRejected
from kiosk.session.limits import Limits
from kiosk.session.machine import step
from kiosk.session.state import State
from kiosk.session.touches import CancelTouched
from kiosk.session.values import LabelFault, PatronId, VisitId
from kiosk.telemetry.agent import AgentTelemetry
from library.api.citizens import CITIZENS_PATH, CitizenTold
from library.lending.patterns import NumberPatterns
from mqtt.agent.protocol import ProgramLine
from tests.support.session_play import Play
from tests.support.sip2_kiosk import FixedClock
from tests.support.waiting import eventually, in_time

NUMBER = "001090777123"
SECRETS = (NUMBER, "012777123", "Căn Cước Đánh Dấu", "01011990", "1990-01-01", "Thôn Mười Bảy")
TEXT = f"{NUMBER}|012777123|Căn Cước Đánh Dấu|01011990|Nam|Thôn Mười Bảy|15042021|CHA|MẸ"
TODAY = date(2026, 11, 23)
V1 = VisitId("fresh")
ASK = FindCitizen(V1, NUMBER)


class FakeServer:
    """Answers what it was given; keeps what it was asked."""

    def __init__(self, answer: tuple[int, bytes] | Exception) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, bytes]] = []

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        self.asked.append((method, path, body))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def scanned(text: str) -> Event:
    return scan_event(ScanReading(text, 0), TagsSection(owners=("VN-QN01",)), NumberPatterns(), TODAY, lambda: V1)


def performer(server: FakeServer | None, slips: SlipPrinter | None = None) -> Performer:
    nothing: object = None
    return Performer(
        library_system=nothing,  # type: ignore[arg-type]  # none of these is asked
        offline=nothing,  # type: ignore[arg-type]  # as above
        alarm=nothing,  # type: ignore[arg-type]  # as above
        printer=nothing,  # type: ignore[arg-type]  # as above
        telemetry=nothing,  # type: ignore[arg-type]  # as above
        clock=FixedClock(),
        citizens=None if server is None else CitizensAtServer(server),
        slips=slips,
    )


def test_a_citizen_cards_label_is_a_citizen_card() -> None:
    event = scanned(f"{TEXT}\r")

    assert isinstance(event, CitizenCardPresented)
    assert (event.visit_id, event.card.number, event.minor) == (V1, NUMBER, False)


@pytest.mark.parametrize(("born", "minor"), [("23112010", False), ("24112010", True)])
def test_who_is_under_sixteen_today_is_a_minor(born: str, *, minor: bool) -> None:
    event = scanned(f"001210777123||Bé|{born}|Nam|Nhà|15042021")

    assert isinstance(event, CitizenCardPresented)
    assert event.minor is minor


@pytest.mark.parametrize(
    "text", [TEXT[:40], TEXT.replace("Nam", "Nữ"), TEXT.replace("|", "\x1d", 3).replace("\x1d", "|", 1)]
)
def test_a_card_that_was_not_read_whole_is_to_be_scanned_again(text: str) -> None:
    assert scanned(text) == LabelRejected(LabelFault.CITIZEN_MISREAD)


def test_another_label_with_bars_in_it_is_what_it_was() -> None:
    assert scanned("TVX.000123|AA1") == LabelRejected(LabelFault.CONTROL_CHARACTERS)


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        ((200, CitizenTold(card="29040071").body()), CitizenFound(V1, PatronId("29040071"))),
        ((200, CitizenTold(card=None).body()), CitizenUnknown(V1)),
        ((200, b'{"card":""}'), CitizenUnknown(V1)),
        ((200, b"<html>"), CitizenNotAsked(V1)),
        ((404, b""), CitizenNotAsked(V1)),
        ((429, b""), CitizenNotAsked(V1)),
        (OSError(), CitizenNotAsked(V1)),
        (ValueError(NUMBER), CitizenNotAsked(V1)),
        (http.client.BadStatusLine(NUMBER), CitizenNotAsked(V1)),
        (RuntimeError(NUMBER), CitizenNotAsked(V1)),
    ],
)
async def test_the_server_is_asked_once_and_its_answer_is_all_that_is_told(
    answer: tuple[int, bytes] | Exception, event: Event, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = FakeServer(answer)
    told = await performer(server).perform(ASK)

    assert told == event
    assert server.asked == [("POST", CITIZENS_PATH, b'{"number":"%s"}' % NUMBER.encode())]
    assert NUMBER not in caplog.text
    assert all(NUMBER not in str(record.args) for record in caplog.records)


async def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    release = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Silent(FakeServer):
        def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result()
            return super().ask(method, path, body)

    citizens = CitizensAtServer(Silent((200, b"")), answer_s=0.01)
    answer = await in_time(citizens.find(NUMBER))
    release.set()

    assert answer == Unanswered()


async def test_what_is_no_number_is_not_sent() -> None:
    server = FakeServer((200, b""))
    answer = await CitizensAtServer(server).find("12|34")

    assert (answer, server.asked) == (Unanswered(), [])


async def test_a_kiosk_without_our_server_asks_nobody() -> None:
    assert await performer(None).perform(ASK) == CitizenNotAsked(V1)


class Told:
    """A session whose steps the black box sees and whose reports go to the journal."""

    def __init__(
        self, box: BlackBox, telemetry: AgentTelemetry, server: FakeServer, *, takes_new_readers: bool = False
    ) -> None:
        limits = Limits(takes_citizens=True, takes_new_readers=takes_new_readers)
        self.state: State = Play(limits).open().state
        self.seen: list[str] = []
        self._box, self._telemetry, self._performer = box, telemetry, performer(server)

    async def tell(self, event: Event) -> None:
        before = self.state
        self.state, effects = step(before, event)
        self._box.note(before, event, self.state, effects)
        self.seen.append(f"{event!r} {self.state!r} {effects!r}")
        for effect in effects:
            await self._carry_out(effect)

    async def _carry_out(self, effect: Effect) -> None:
        if isinstance(effect, ReportVisit):
            await self._telemetry.report_visit(effect.outcome)
        elif (answer := await self._performer.perform(effect)) is not None:
            await self.tell(answer)


@pytest.mark.parametrize(
    "answer",
    [(200, CitizenTold(card="29040071").body()), (200, CitizenTold(card=None).body()), OSError(), (500, TEXT.encode())],
    ids=["reader", "stranger", "no line", "fault"],
)
async def test_no_byte_of_a_card_is_in_any_file_log_or_report(
    answer: tuple[int, bytes] | Exception, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    box = BlackBox(tmp_path, 30, "0.1.0", lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))
    async with Journal(tmp_path / "journal.sqlite3", lambda: 0.0) as journal:
        telemetry = AgentTelemetry(
            tmp_path / "agent.sock",
            journal,
            FixedClock(),
            new_id=lambda: "e",
            program=ProgramLine(kiosk_version="0.1.0"),
        )
        session = Told(box, telemetry, FakeServer(answer))
        running = asyncio.create_task(box.run())
        await session.tell(scanned(TEXT))
        await session.tell(scanned(TEXT[:30]))
        await session.tell(CancelTouched())
        await eventually(lambda: len(written(tmp_path / FOLDER)) > 0)
        running.cancel()
        await asyncio.wait([running])
    files = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())

    assert b"CitizenCardPresented" in files
    assert "AskingCitizen" in "".join(session.seen)
    for secret in SECRETS:
        assert secret.encode() not in files
        assert secret not in caplog.text + "".join(session.seen)


def written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("*")) if folder.is_dir() else b""


def test_a_site_without_citizen_cards_has_no_way_to_ask() -> None:
    assert citizens_of(config(citizen_card=False)) is None


def test_a_site_with_citizen_cards_asks_our_server() -> None:
    assert citizens_of(config(citizen_card=True)) is not None


def test_another_library_system_than_ours_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="needs our own server"):
        config(citizen_card=True, url="")


def config(*, citizen_card: bool, url: str = "https://library.example:8443", new_readers: bool = False) -> KioskConfig:
    return KioskConfig.model_validate(
        {
            "schema_version": 1,
            "kiosk_id": "kiosk-1",
            "site_name": "Thư viện",
            "state_folder": "state",
            "library_system": {"url": "sip2://localhost:6001", "institution": "VN-QN"},
            "devices": {"barcode": "sim://scanner"},
            "screen": {"panel": "7in-1024x600"},
            "agent": {"socket": "agent.sock"},
            "services": {"citizen_card": citizen_card, "new_readers": new_readers},
            "offline": {"policy_url": url},
        }
    )
