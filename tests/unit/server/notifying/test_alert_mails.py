"""Letters about alerts."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from server.config import ServerConfig
from server.config_alerts import AlertsSection
from server.config_mail import MailSection
from server.fleet.alert_list import StoredAlerts
from server.fleet.models import Alert, Kiosk
from server.fleet.trouble import Kind
from server.mailing.letter import Letterhead
from server.mailing.postbox import NotSentError, postbox_of
from server.notifying.alert_mails import LONGEST_WAIT, MOST_OFTEN, AlertMails
from server.store.engine import transaction
from tests.support.fleet_intake import NOW, Store, fleet_store
from tests.support.smtp_server import SmtpServer
from tests.support.waiting import eventually

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
HEAD = Letterhead("Thư viện xã Quảng Nghiệp", "thu-vien@example.vn", HANOI)
TO = "can-bo@example.vn"
MINUTE = timedelta(minutes=1)


class Postbox:
    """Takes letters, or none for a while."""

    def __init__(self) -> None:
        self.refuses = False
        self.letters: list[tuple[str, bytes]] = []
        self.tries = 0

    def send(self, to: str, letter: bytes) -> None:
        """Take one."""
        self.tries += 1
        if self.refuses:
            raise NotSentError("OSError", for_good=False)
        self.letters.append((to, letter))

    def text(self) -> str:
        """Give the last one's text."""
        return str(message_from_bytes(self.letters[-1][1], policy=default).get_content())

    def subject(self) -> str:
        """Give what the last one is about."""
        return str(message_from_bytes(self.letters[-1][1], policy=default)["Subject"])


class Office:
    """Alerts, who writes about them, and a clock that is moved by hand."""

    def __init__(self, store: Store, **section: object) -> None:
        self.store = store
        self.postbox = Postbox()
        told = AlertsSection.model_validate({"mail_to": (TO,), "language": "en", **section})
        self.mails = AlertMails(StoredAlerts(store.engine), told, HEAD, self.postbox, lambda: self.store.now)

    def begins(self, kind: Kind, kiosk_id: str = "k-first", subject: str = "", ago: timedelta = 10 * MINUTE) -> int:
        """Let an alert stand for a while."""
        at = self.store.now - ago
        with transaction(self.store.engine) as session:
            if kiosk_id and session.get(Kiosk, kiosk_id) is None:
                session.add(
                    Kiosk(
                        kiosk_id=kiosk_id,
                        first_seen=NOW,
                        session_id="",
                        state="ready",
                        reasons="[]",
                        birth='{"name": "Quầy 1", "place": "Thư viện xã"}',
                    )
                )
            alert = Alert(kind=kind, kiosk_id=kiosk_id, subject=subject, since=at, seen_at=at, opened_at=at)
            session.add(alert)
            session.flush()
            return alert.id

    def changes(self, alert_id: int, **values: datetime) -> None:
        """Change an alert."""
        with transaction(self.store.engine) as session:
            for name, value in values.items():
                setattr(session.get_one(Alert, alert_id), name, value)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fleet_store(tmp_path) as made:
        yield made


async def test_one_letter_tells_of_many_alerts_gravest_first(store: Store) -> None:
    office = Office(store)
    office.begins(Kind.DEVICE_LOST, subject="pad")
    office.begins(Kind.PLACE_SILENT, "", "Trường tiểu học")

    assert await office.mails.look()
    assert [to for to, _ in office.postbox.letters] == [TO]
    assert office.postbox.subject() == "All kiosks of a place are silent (+1) - Thư viện xã Quảng Nghiệp"
    assert office.postbox.text().splitlines() == [
        "* All kiosks of a place are silent",
        "  Trường tiểu học, since 15:20 02/03/2026",
        "  Nobody can say how they are. They may lend on by themselves, if they are allowed to.",
        "  Do first: Call somebody there: is there power, and do the router's lights burn?",
        "",
        "* A device is not connected: RFID pad",
        "  Quầy 1, Thư viện xã, k-first, since 15:20 02/03/2026",
        "  What needs the device is not offered.",
        "  Do first: Pull its cable and put it in again; then try it in staff mode.",
        "",
    ]


async def test_nobody_is_written_to_twice_and_the_end_is_told_once(store: Store) -> None:
    office = Office(store, language="vi")
    alert = office.begins(Kind.SILENT)
    await office.mails.look()
    store.now += MOST_OFTEN
    again = await office.mails.look()
    office.changes(alert, ended_at=store.now)
    store.now += MOST_OFTEN
    over = await office.mails.look()
    text, subject = office.postbox.text(), office.postbox.subject()
    store.now += MOST_OFTEN

    assert (again, over, await office.mails.look()) == (False, True, False)
    assert subject == "Đã hết - Thư viện xã Quảng Nghiệp"
    assert text.splitlines()[1].startswith("* Một máy im lặng - Quầy 1, Thư viện xã, k-first, 15:20 02/03/2026 - 15:40")


async def test_between_two_letters_is_a_while_and_what_comes_meanwhile_stands_in_the_next(store: Store) -> None:
    office = Office(store)
    office.begins(Kind.SILENT)
    await office.mails.look()
    office.begins(Kind.TAMPER)
    at_once = await office.mails.look()
    store.now += MOST_OFTEN

    assert not at_once
    assert await office.mails.look()
    assert office.postbox.subject().startswith("A kiosk was opened or moved")


@pytest.mark.parametrize(
    "case", ["young", "slight", "acknowledged", "snoozed", "ended before anybody was told"], ids=str
)
async def test_of_what_needs_nobody_now_nobody_is_written_to(store: Store, case: str) -> None:
    office = Office(store)
    match case:
        case "young":
            office.begins(Kind.SILENT, ago=4 * MINUTE)
        case "slight":
            office.begins(Kind.PAPER_OUT)
        case "acknowledged":
            office.changes(office.begins(Kind.SILENT), acknowledged_at=store.now)
        case "snoozed":
            office.changes(office.begins(Kind.SILENT), snoozed_until=store.now + MINUTE)
        case _:
            office.changes(office.begins(Kind.SILENT), ended_at=store.now)

    assert not await office.mails.look()
    assert office.postbox.tries == 0


async def test_slight_ones_are_told_where_somebody_wants_them(store: Store) -> None:
    office = Office(store, slight_ones_too=True)
    office.begins(Kind.PAPER_OUT)

    assert await office.mails.look()


async def test_at_night_nobody_is_written_to_and_in_the_morning_of_what_still_stands(store: Store) -> None:
    office = Office(store, quiet_from="21:00:00", quiet_until="06:30:00")
    store.now = datetime(2026, 3, 2, 23, 0, tzinfo=HANOI)
    gone, stays = office.begins(Kind.TAMPER), office.begins(Kind.SILENT)
    at_night = await office.mails.look()
    office.changes(gone, ended_at=store.now)
    store.now = datetime(2026, 3, 3, 6, 30, tzinfo=HANOI)

    assert stays
    assert not at_night
    assert await office.mails.look()
    assert office.postbox.subject().startswith("A kiosk is silent - ")


async def test_what_is_not_taken_is_tried_again_ever_more_rarely(store: Store) -> None:
    office = Office(store)
    office.begins(Kind.SILENT)
    office.postbox.refuses = True
    tried = []
    for _ in range(24 * 60):
        before = office.postbox.tries
        await office.mails.look()
        if office.postbox.tries > before:
            tried.append(store.now)
        store.now += MINUTE
    office.postbox.refuses = False
    store.now += LONGEST_WAIT

    assert [(later - earlier) / MINUTE for earlier, later in pairwise(tried)][:7] == [
        1,
        2,
        4,
        8,
        16,
        32,
        60,
    ]
    assert len(tried) < 35
    assert await office.mails.look()


async def test_a_store_that_cannot_be_read_ends_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(store)
    looked: list[int] = []

    async def look() -> bool:
        looked.append(1)
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(office.mails, "look", look)
    monkeypatch.setattr("server.notifying.alert_mails.LOOK_EVERY_S", 0.0)
    running = asyncio.create_task(office.mails.run())
    await eventually(lambda: len(looked) > 2)
    running.cancel()


async def test_a_real_mail_server_takes_the_letter_and_nothing_of_a_reader_is_in_it(store: Store) -> None:
    async with SmtpServer() as server:
        section = MailSection(host="127.0.0.1", port=server.port, security="none", sender="thu-vien@example.vn")
        told = AlertsSection(mail_to=(TO, "second@example.vn"))
        office = Office(store)
        office.begins(Kind.SILENT)
        mails = AlertMails(StoredAlerts(store.engine), told, HEAD, postbox_of(section), lambda: store.now)

        assert await mails.look()
    assert [(sender, to) for sender, to, _ in server.letters] == [
        ("thu-vien@example.vn", TO),
        ("thu-vien@example.vn", "second@example.vn"),
    ]


@pytest.mark.parametrize(
    ("begin", "end", "quiet", "loud"),
    [
        ("21:00", "06:30", ("21:00", "23:59", "00:00", "06:29"), ("06:30", "12:00", "20:59")),
        ("12:00", "13:00", ("12:00", "12:59"), ("13:00", "11:59", "00:00")),
        (None, "06:00", (), ("00:00", "05:00")),
    ],
)
def test_quiet_hours(begin: str | None, end: str | None, quiet: tuple[str, ...], loud: tuple[str, ...]) -> None:
    section = AlertsSection.model_validate({"quiet_from": begin, "quiet_until": end})

    assert all(section.is_quiet(time.fromisoformat(at)) for at in quiet)
    assert not any(section.is_quiet(time.fromisoformat(at)) for at in loud)


def test_letters_need_a_mail_server_and_addresses() -> None:
    least = {
        "schema_version": 1,
        "library": {"code": "VN-QN", "name": "Thư viện"},
        "store": {"url": "sqlite:///l.db"},
    }

    with pytest.raises(ValidationError, match=r"needs mail\.host"):
        ServerConfig.model_validate({**least, "alerts": {"mail_to": [TO]}})
    with pytest.raises(ValidationError, match="mail_to"):
        ServerConfig.model_validate({**least, "alerts": {"mail_to": ["no address\r\nBcc: x@y"]}})
