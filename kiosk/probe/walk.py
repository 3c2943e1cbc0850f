"""The walk through every message that changes nothing, and what each answer says about the library system."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from kiosk.ils.answers import finding_from, same
from kiosk.ils.lists import count_in
from kiosk.ils.profiles import Listed
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.words import Words
from kiosk.ports import Clock
from kiosk.probe.findings import Findings
from kiosk.probe.line import Answer, ProbedLine, Where
from kiosk.session.values import Candidate, ItemId, PatronId, Pin
from sip2.agreement import Agreement, Encoding, Terminator
from sip2.checksum import Checksum
from sip2.codec import decode
from sip2.fields import Summary
from sip2.layout import Request
from sip2.messages import (
    AcsStatus,
    EndPatronSessionRequest,
    ItemInformationResponse,
    LoginResponse,
    PatronInformationResponse,
    PatronStatusRequest,
)

NOBODYS_ITEM = ItemId("NO.SUCH.ITEM")
"""Asked about to see how an unknown number is answered."""
_LISTS = {
    Summary.CHARGED: ("on loan", "charged_items"),
    Summary.OVERDUE: ("overdue", "overdue_items"),
    Summary.HOLDS: ("holds", "hold_items"),
    Summary.UNAVAILABLE_HOLDS: ("unavailable holds", "unavailable_hold_items"),
    Summary.FINES: ("fines", "fine_items"),
}
_YES, _NO = "Y", "N"


@dataclass(frozen=True, slots=True)
class Task:
    """What the probe may use."""

    where: Where
    settings: Sip2Settings
    patron_id: PatronId = field(repr=False)
    item_id: ItemId = field(repr=False)
    pin: Pin | None = field(default=None, repr=False)


class Walk:
    """Opens lines of its own, each logged in as the findings say by then."""

    def __init__(self, task: Task, findings: Findings, clock: Clock) -> None:
        self.task = task
        self.findings = findings
        self.clock = clock
        self._bytes = bytearray()

    @property
    def words(self) -> Words:
        """Build requests as the profile, so far, wants them."""
        return Words(self.task.settings, self.findings.profile, self.clock)

    async def read_only(self) -> bool:
        """Ask what changes nothing; ``False``: there is no use in asking more.

        Raises:
            OSError, TimeoutError: there is no connection at all.

        """
        await self._status_before_login()
        if not await self._greeting():
            return False
        await self._without_error_detection()
        await self._patron()
        await self._lists()
        await self._item()
        await self._end_session()
        self._letters()
        return True

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[ProbedLine]:
        """Open a line and log in."""
        async with ProbedLine(self.task.where, self.findings.profile.agreement) as line:
            if self.task.settings.login and self.findings.profile.logs_in:
                await line.ask(self.words.login(), max(self.task.where.answer_s, self.findings.profile.login_s))
            yield line

    async def ask(self, request: Request) -> Answer:
        """Ask on a line of its own; the letters are judged by what came, and the answer is read by them.

        Where one question ends a line, the next one has not ended it.
        """
        async with self._line() as line:
            answer = await line.ask(request)
        self._bytes += answer.raw
        agreement = self.findings.profile.agreement
        encoding = encoding_of(answer.raw)
        if answer.received is None or answer.raw.isascii() or encoding is agreement.encoding:
            return answer
        agreement = replace(agreement, encoding=encoding)
        self.findings.learn(agreement=agreement)
        return replace(answer, message=decode(answer.received.body, agreement).message)

    async def _status_before_login(self) -> None:
        if not self.task.settings.login:
            return
        async with ProbedLine(self.task.where, self.findings.profile.agreement) as line:
            answer = await line.ask(self.words.status())
        first = "answers" if isinstance(answer.message, AcsStatus) else str(answer.silence or "answers something else")
        self.findings.note(f"99 before the login: {first}")

    async def _greeting(self) -> bool:
        """Find the line ends and the error detection with which a line can be opened at all."""
        wanted = self.findings.profile.agreement
        other = Terminator.CR if wanted.terminator is Terminator.CR_LF else Terminator.CR_LF
        for agreement in (
            wanted,
            replace(wanted, terminator=other),
            replace(wanted, error_detection=not wanted.error_detection),
        ):
            self.findings.learn(agreement=agreement)
            if await self._opens():
                return True
        self.findings.learn(agreement=wanted)
        self.findings.need("a line", there=False, words="no answer to the first message, in any form")
        return False

    async def _opens(self) -> bool:
        settings, profile = self.task.settings, self.findings.profile
        async with ProbedLine(self.task.where, profile.agreement) as line:
            if settings.login and profile.logs_in:
                answer = await line.ask(self.words.login(), max(self.task.where.answer_s, profile.login_s))
                if not isinstance(answer.message, LoginResponse):
                    return False
                self.findings.answered["93"] = answer.message.ok
                words = f"93 login: {'accepted' if answer.message.ok else 'refused'}, {answer.milliseconds} ms"
                self.findings.need("a login that is accepted", there=answer.message.ok, words=words)
                self._form(answer)
                if not answer.message.ok:
                    return True
            answer = await line.ask(self.words.status())
            if not isinstance(answer.message, AcsStatus):
                self.findings.missing(f"99 status: {answer.silence or 'answered by another message'}")
                self.findings.answered["99"] = False
                self.findings.learn(asks_status=False)
                return bool(settings.login)
            self._status(answer.message, answer)
            return True

    def _form(self, answer: Answer) -> None:
        ends = "CR LF" if answer.raw.endswith(b"\r\n") else "CR" if answer.raw.endswith(b"\r") else "LF"
        checked = answer.received is not None and answer.received.checksum is Checksum.GOOD
        self.findings.note(f"its lines end in {ends}; error detection (AY, AZ): {'yes' if checked else 'no'}")

    def _status(self, status: AcsStatus, answer: Answer) -> None:
        self.findings.answered["99"] = True
        self.findings.supported = status.supported_messages or ""
        self.findings.works(f"99 status: SIP {status.protocol_version}, {answer.milliseconds} ms")
        flags = {"on line": status.online_status, "checkout": status.checkout_ok, "checkin": status.checkin_ok}
        for name, there in flags.items():
            if not there:
                self.findings.missing(f"98 says: no {name}")
        renews = "yes" if status.acs_renewal_policy else "no"
        self.findings.note(f"98 says: renewals {renews}, offline {'yes' if status.offline_ok else 'no'}")
        self.findings.note(f"98: BX has {len(self.findings.supported)} of 16 places")

    async def _without_error_detection(self) -> None:
        profile = self.findings.profile
        if not profile.agreement.error_detection:
            return
        bare: Agreement = replace(profile.agreement, error_detection=False)
        async with ProbedLine(self.task.where, bare) as line:
            if self.task.settings.login and profile.logs_in:
                await line.ask(self.words.login(), max(self.task.where.answer_s, profile.login_s))
            answer = await line.ask(self.words.status())
        there = answer.message is not None
        self.findings.note(f"without AY and AZ: {'answers too' if there else answer.silence}")

    async def _patron(self) -> None:
        answer = await self.ask(self.words.patron(self.task.patron_id))
        message = answer.message
        there = isinstance(message, PatronInformationResponse)
        self.findings.answered["63"] = there
        if not isinstance(message, PatronInformationResponse):
            self.findings.need("63, patron information", there=False, words=f"63 patron information: {answer.silence}")
            return
        good = message.valid_patron == _YES
        words = f"63 patron information: {answer.milliseconds} ms, BL {message.valid_patron or 'absent'}"
        self.findings.need("a test card that the library system knows (BL Y)", there=good, words=words)
        counts = [f"{name} {count_in(message, summary)}" for summary, (name, _) in _LISTS.items()]
        self.findings.note("64 counts: " + ", ".join(counts))
        self.findings.note(f"64 patron status: {len(message.patron_status)} of 14 privileges denied")
        money = ("BV" if message.fee_amount else "no BV") + (", BH" if message.currency else ", no BH")
        self.findings.note(
            f"64 tells: {money}, {'PA' if message.extension('PA') else 'no PA'}, AF lines "
            f"{len(message.screen_messages)}, name {'yes' if message.personal_name else 'no'}"
        )
        if message.patron_id and not same(message.patron_id, self.task.patron_id.text):
            self.findings.note("64 names the patron by another number (AA)")
            self.findings.learn(card_number_may_change=True)
        await self._pin()

    async def _pin(self) -> None:
        if self.task.pin is None:
            self.findings.note("CQ: not tried, no PIN was given")
            return
        answer = await self.ask(self.words.patron(self.task.patron_id, pin=self.task.pin))
        said = answer.message.valid_patron_password if isinstance(answer.message, PatronInformationResponse) else None
        if said == _YES:
            self.findings.works("CQ: the PIN is checked, and right")
        else:
            self.findings.missing(f"CQ: {said or 'absent'} for the PIN that was given")

    async def _lists(self) -> None:
        for summary, (name, attribute) in _LISTS.items():
            answer = await self.ask(self.words.patron(self.task.patron_id, summary))
            message = answer.message
            if not isinstance(message, PatronInformationResponse):
                self.findings.missing(f"list {name}: {answer.silence}")
                continue
            texts: tuple[str, ...] = getattr(message, attribute)
            self.findings.note(f"list {name}: {len(texts)} of {count_in(message, summary)}, on one page")
            if summary is not Summary.FINES and texts:
                await self._numbers_or_titles(summary, texts[0])
            if len(texts) > 1:
                await self._pages(summary, attribute, len(texts))

    async def _numbers_or_titles(self, summary: Summary, text: str) -> None:
        candidate = Candidate(ItemId(text.strip()), "")
        answer = await self.ask(self.words.item(candidate.item_id))
        message = answer.message
        known = (
            isinstance(message, ItemInformationResponse)
            and finding_from(message, candidate, self.findings.profile).known
        )
        self.findings.note(f"list {_LISTS[summary][0]} names {'items by their numbers' if known else 'titles'}")
        if summary is Summary.CHARGED:
            self.findings.learn(lists=Listed.IDS if known else Listed.TITLES)

    async def _pages(self, summary: Summary, attribute: str, whole: int) -> None:
        one = replace(self.words.patron(self.task.patron_id, summary), start_item="1", end_item="1")
        answer = await self.ask(one)
        if not isinstance(answer.message, PatronInformationResponse):
            self.findings.missing(f"BP and BQ: {answer.silence}")
            self.findings.learn(list_page=0)
            return
        given = len(getattr(answer.message, attribute))
        if given == 1:
            self.findings.works("BP 1, BQ 1: one item")
            self.findings.learn(list_extra=0)
        elif given == whole and whole > 2:  # noqa: PLR2004 - of two items, both may be one more than asked
            self.findings.note("BP and BQ are ignored")
        else:
            self.findings.note(f"BP 1, BQ 1: {given} items")
            self.findings.learn(list_extra=max(given - 1, 0))

    async def _item(self) -> None:
        answer = await self.ask(self.words.item(self.task.item_id))
        message = answer.message
        known = False
        if isinstance(message, ItemInformationResponse):
            candidate = Candidate(self.task.item_id, "")
            known = finding_from(message, candidate, self.findings.profile).known is True
            fields = {
                "AH": message.due_date,
                "AP": message.current_location,
                "AQ": message.permanent_location,
                "CM": message.hold_pickup_date,
                "CK": message.media_type,
                "CF": message.hold_queue_length,
            }
            told = " ".join(name for name, value in fields.items() if value) or "nothing"
            self.findings.note(f"18: status {message.circulation_status}, tells {told}")
        self.findings.answered["17"] = isinstance(message, ItemInformationResponse)
        words = f"17 item information: {answer.silence or f'{answer.milliseconds} ms'}"
        self.findings.need("a test item that the library system knows", there=known, words=words)
        answer = await self.ask(self.words.item(NOBODYS_ITEM))
        if isinstance(answer.message, ItemInformationResponse):
            finding = finding_from(answer.message, Candidate(NOBODYS_ITEM, ""), self.findings.profile)
            told = "told apart" if finding.known is False else "not told apart from a known one"
            self.findings.note(f"17 of an unknown number: {told}")
            if answer.message.extension("XR"):
                self.findings.note('this is our own server (XR): its profile is "own"')
        else:
            self.findings.note(f"17 of an unknown number: {answer.silence}")

    async def _end_session(self) -> None:
        bare, pin = self.words.patron(self.task.patron_id), self.task.pin
        requests: list[tuple[str, Request]] = []
        if pin is not None:  # a 23 has AD in any case, and an empty one may count as a wrong one
            status = PatronStatusRequest(
                language=bare.language,
                transaction_date=bare.transaction_date,
                institution_id=bare.institution_id,
                patron_id=bare.patron_id,
                terminal_password="",
                patron_password=pin.text,
            )
            requests.append(("23 patron status", status))
        end = EndPatronSessionRequest(
            transaction_date=bare.transaction_date, institution_id=bare.institution_id, patron_id=bare.patron_id
        )
        requests.append(("35 end of session", end))
        for name, request in requests:
            answer = await self.ask(request)
            self.findings.answered[request.code] = answer.message is not None
            self.findings.note(f"{name}: {answer.silence or f'{answer.milliseconds} ms'}")

    def _letters(self) -> None:
        raw = bytes(self._bytes)
        if raw.isascii():
            self.findings.note("letters: nothing beyond ASCII was seen, so the encoding is not known")
            return
        self.findings.note(f"letters: {encoding_of(raw)}")


def encoding_of(raw: bytes) -> Encoding:
    """Tell by the bytes beyond ASCII; in Latin-1 letters stand above 0xC0, in CP850 nearly all below."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        high = [byte for byte in raw if byte > 0x7F]  # noqa: PLR2004 - the last of ASCII
        latin = sum(byte >= 0xC0 for byte in high)  # noqa: PLR2004 - Latin-1's first letter with a mark
        return Encoding.LATIN_1 if 2 * latin >= len(high) else Encoding.CP850
    return Encoding.UTF_8
