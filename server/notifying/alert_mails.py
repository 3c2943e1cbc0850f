"""Letters about alerts: one for many, not at night, again until somebody's mail server took it; of no reader a word."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final, Protocol
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from server.clock import Clock
from server.config_alerts import AlertsSection
from server.fleet.alert_list import AlertView, ToTell
from server.mailing.letter import Letterhead
from server.mailing.postbox import NotSentError
from server.web.kiosk_view import PLAIN_LINE
from server.web.labels import ROLE
from server.web.runbook import OVER, RUNBOOK
from server.web.wording import Wording, load_wordings

_log = logging.getLogger(__name__)

SINCE: Final = "since %(time)s"
LOOK_EVERY_S: Final = 30.0
MOST_OFTEN: Final = timedelta(minutes=10)
"""Between two letters at least: what comes meanwhile stands in the next one."""
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)


class AlertBook(Protocol):
    """Where alerts stand that nobody was told of."""

    def to_tell(self, now: datetime, opened_before: datetime) -> ToTell:
        """Read them; called in a worker thread."""
        ...

    def told(self, what: ToTell, now: datetime) -> None:
        """Note that somebody was told; called in a worker thread."""
        ...


class Letterbox(Protocol):
    """Where letters are handed in; blocks."""

    def send(self, to: str, letter: bytes) -> None:
        """Hand one in; raise ``NotSentError``."""
        ...


@dataclass(slots=True)
class _Pace:
    not_before: datetime | None = None
    failures: int = 0


class AlertMails:
    """Writes to those whom ``[alerts]`` names."""

    def __init__(
        self, book: AlertBook, section: AlertsSection, head: Letterhead, postbox: Letterbox, clock: Clock
    ) -> None:
        self._book = book
        self._section = section
        self._head = head
        self._postbox = postbox
        self._clock = clock
        self._words = load_wordings()[section.language]
        self._pace = _Pace()

    async def run(self) -> None:
        """Look and write, until cancelled."""
        while True:
            try:
                await self.look()
            except SQLAlchemyError as error:
                _log.warning("alerts cannot be read now: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> bool:
        """Write one letter if there is something to tell, and it is time; say whether anybody's server took it."""
        now = self._clock()
        if self._section.is_quiet(now.astimezone(self._head.zone).time()):
            return False
        if self._pace.not_before is not None and now < self._pace.not_before:
            return False
        before = now - timedelta(minutes=self._section.after_minutes)
        found = await asyncio.to_thread(self._book.to_tell, now, before)
        what = found.of(lambda alert: self._section.slight_ones_too or RUNBOOK[alert.kind].grave)
        if not what.begun and not what.ended:
            return False
        letters = [(to, alert_letter(what, self._head, to, now, self._words)) for to in self._section.mail_to]
        taken = [await self._handed_in(to, letter) for to, letter in letters]
        if any(taken):
            await asyncio.to_thread(self._book.told, what, now)
            self._pace = _Pace(now + MOST_OFTEN)
        else:
            wait = min(FIRST_WAIT * 2**self._pace.failures, LONGEST_WAIT)
            self._pace = _Pace(now + wait, min(self._pace.failures + 1, 10))
        return any(taken)

    async def _handed_in(self, to: str, letter: bytes) -> bool:
        try:
            await asyncio.to_thread(self._postbox.send, to, letter)
        except NotSentError as error:
            _log.warning("a letter about alerts was not taken: %s%s", error, " for good" if error.for_good else "")
            return False
        return True


def alert_letter(what: ToTell, head: Letterhead, to: str, now: datetime, words: Wording) -> bytes:
    """Write the letter: what has begun, what is over; plain text, and nothing of any reader."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"{_subject(what, words.say)} - {head.library}"
    message["From"] = Address(head.library, addr_spec=head.sender)
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(now.astimezone(head.zone).replace(microsecond=0))
    message["Message-ID"] = f"<{uuid4()}@{head.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_lines(what, head, words.say)) + "\n", cte="quoted-printable")
    message["Content-Language"] = words.language
    return message.as_bytes()


def _subject(what: ToTell, say: Callable[[str], str]) -> str:
    if not what.begun:
        return say(OVER)
    first = say(RUNBOOK[what.begun[0].kind].heading)
    return first if len(what.begun) == 1 else f"{first} (+{len(what.begun) - 1})"


def _lines(what: ToTell, head: Letterhead, say: Callable[[str], str]) -> Sequence[str]:
    lines: list[str] = []
    for alert in what.begun:
        entry = RUNBOOK[alert.kind]
        lines += [
            f"* {say(entry.heading)}{_subject_of(alert, say)}",
            f"  {_where(alert, say)}, {say(SINCE) % {'time': _at(alert.since, head)}}",
            f"  {say(entry.cannot)}",
            f"  {say('Do first')}: {say(entry.next_step)}",
            "",
        ]
    if what.ended:
        lines.append(f"{say(OVER)}:")
    lines += [
        f"* {say(RUNBOOK[alert.kind].heading)}{_subject_of(alert, say)} - {_where(alert, say)},"
        f" {_at(alert.since, head)} - {'' if alert.ended_at is None else _at(alert.ended_at, head)}"
        for alert in what.ended
    ]
    return lines


def _subject_of(alert: AlertView, say: Callable[[str], str]) -> str:
    if not alert.kiosk_id or not alert.subject:
        return ""
    return f": {say(ROLE.get(alert.subject, PLAIN_LINE.get(alert.subject, alert.subject)))}"


def _where(alert: AlertView, say: Callable[[str], str]) -> str:
    if alert.kiosk_id:
        return ", ".join(filter(None, (alert.name, alert.place, alert.kiosk_id)))
    return alert.subject or say("The whole fleet")


def _at(moment: datetime, head: Letterhead) -> str:
    return f"{moment.astimezone(head.zone):%H:%M %d/%m/%Y}"
