"""People who told a kiosk that they want to become readers: sealed for a week, finished at the desk, or erased."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy import ColumnElement, Engine, delete, func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from library.api.new_readers import DAYS_KEPT, PICK_UP_LENGTH, PICK_UP_SIGNS, NewReaderTold, read_new_reader
from library.identity.citizen_card import DESK_AGE, LONGEST_NAME, years_old
from library.lending.patterns import NumberKind, NumberPatterns
from library.text.forms import printable
from server.circulation.new_reader_values import Applicant, Finishing, NotTakenError, Trouble, Waiting
from server.circulation.values import Counter
from server.clock import Clock
from server.errors import PinShapeError
from server.patrons.citizen_key import CitizenKey
from server.patrons.citizens import put_link
from server.patrons.pins import put_pin
from server.patrons.register import find_card
from server.patrons.sealing import Sealer
from server.store.citizen_models import (
    LONGEST_BY,
    CitizenLink,
    NewReaderAct,
    NewReaderStep,
    PendingReader,
    ReaderConsent,
)
from server.store.engine import for_reading, transaction
from server.store.models import Card, Organisation, Patron, PatronCategory
from server.store.writer import WriterQueue

_log = logging.getLogger(__name__)

GOOD_FOR: Final = timedelta(days=DAYS_KEPT)
MOST_OF_A_TERMINAL: Final = 200
"""People at a time who told one kiosk: more than a school has new pupils in a week."""
ERASE_EVERY_S: Final = 600.0
_YEAR: Final = timedelta(days=365)


class NewReaderDesk:
    """Where they wait; :meth:`listing`, :meth:`categories` and :meth:`open` block and belong into a worker thread."""

    def __init__(  # noqa: PLR0913, PLR0917 - the store, whose it is, and what rules numbers and days there
        self,
        engine: Engine,
        queue: WriterQueue,
        clock: Clock,
        key: CitizenKey,
        numbers: NumberPatterns,
        library_code: str,
        zone: tzinfo,
    ) -> None:
        self._engine = for_reading(engine)
        self._queue = queue
        self._clock = clock
        self._key = key
        self._sealer = Sealer(key.part("new readers"))
        self._numbers = numbers
        self._code = library_code
        self._zone = zone

    async def put(self, counter: Counter, told: NewReaderTold) -> str:
        """Keep what somebody told and give the number to pick it up by; raise ``NotTakenError``.

        Told again, it takes the place of what the same person told before.
        """
        now, owner = self._clock(), counter.organisation_id
        if years_old(told.born, now.astimezone(self._zone).date()) < DESK_AGE:
            raise NotTakenError

        def work(session: Session) -> str:
            _erase(session, now)
            digest = self._key.digest(owner, told.number)
            before = (PendingReader.organisation_id == owner, PendingReader.digest == digest)
            session.execute(delete(PendingReader).where(*before))
            mine = select(func.count()).where(PendingReader.terminal_id == counter.terminal_id)
            known = session.get(CitizenLink, (owner, digest))
            if known is not None or (session.scalar(mine) or 0) >= MOST_OF_A_TERMINAL:
                raise NotTakenError
            pick_up = _fresh(session, owner)
            session.add(
                PendingReader(
                    organisation_id=owner,
                    pick_up=pick_up,
                    digest=digest,
                    sealed=self._sealer.seal(told.model_dump_json().encode(), _about(owner, pick_up)),
                    terminal_id=counter.terminal_id,
                    place_id=counter.place_id,
                    made_at=now,
                    expires_at=now + GOOD_FOR,
                )
            )
            _note(session, counter.place_id, NewReaderStep.TOLD, now)
            return pick_up

        return await self._queue.write(work)

    def listing(self) -> tuple[Waiting, ...]:
        """Give who waits, the oldest first."""
        with transaction(self._engine) as session:
            waiting = select(PendingReader).where(*self._waiting())
            rows = session.scalars(waiting.order_by(PendingReader.made_at, PendingReader.pick_up))
            return tuple(Waiting(row.pick_up, row.made_at, row.expires_at) for row in rows)

    def categories(self) -> tuple[str, ...]:
        """Give the categories that readers of this library have."""
        mine = select(PatronCategory.code).join(Organisation).where(Organisation.code == self._code)
        with transaction(self._engine) as session:
            return tuple(session.scalars(mine.order_by(PatronCategory.code)))

    def open(self, pick_up: str) -> Applicant | None:
        """Give what somebody told; ``None`` where there is none any more."""
        with transaction(self._engine) as session:
            row = self._found(session, pick_up)
            told = None if row is None else self._told(row)
            return None if row is None or told is None else Applicant(row.pick_up, told, row.expires_at)

    async def finish(self, pick_up: str, finishing: Finishing) -> Trouble | None:
        """Make the reader, with card, home, consents and citizen number, and erase what was told; ``None``: done."""
        wanted = replace(
            finishing,
            name=printable(finishing.name),
            card_number=printable(finishing.card_number),
            by=printable(finishing.by)[:LONGEST_BY],
        )
        if not 0 < len(wanted.name) <= LONGEST_NAME:
            return Trouble.NAME
        if self._numbers.classify(wanted.card_number) is not NumberKind.CARD:
            return Trouble.CARD
        if not wanted.by:
            return Trouble.WHO

        def work(session: Session) -> Trouble | None:
            row = self._found(session, pick_up)
            told = None if row is None else self._told(row)
            return Trouble.GONE if row is None or told is None else self._made(session, row, told, wanted)

        try:
            return await self._queue.write(work)
        except PinShapeError:
            return Trouble.PIN
        except IntegrityError:  # a program of the terminal made this card in the same moment
            return Trouble.CARD_TAKEN

    async def reject(self, pick_up: str, by: str) -> Trouble | None:
        """Erase what somebody told; ``None``: done."""
        signed = printable(by)[:LONGEST_BY]
        if not signed:
            return Trouble.WHO

        def work(session: Session) -> Trouble | None:
            row = self._found(session, pick_up)
            if row is None:
                return Trouble.GONE
            _note(session, row.place_id, NewReaderStep.ERASED, self._clock(), signed)
            session.delete(row)
            return None

        return await self._queue.write(work)

    def _made(self, session: Session, row: PendingReader, told: NewReaderTold, wanted: Finishing) -> Trouble | None:
        owner, now = row.organisation_id, self._clock()
        if find_card(session, owner, wanted.card_number) is not None:
            return Trouble.CARD_TAKEN
        if session.get(CitizenLink, (owner, row.digest)) is not None:
            return Trouble.ALREADY
        category = select(PatronCategory).where(
            PatronCategory.organisation_id == owner, PatronCategory.code == wanted.category
        )
        known = session.scalar(category)
        if known is None:
            return Trouble.CATEGORY
        patron = Patron(
            organisation_id=owner,
            name=wanted.name,
            category=known,
            place_id=row.place_id,
            expires=(now.astimezone(self._zone) + _YEAR).date(),
            blocked=False,
        )
        card = Card(organisation_id=owner, number=wanted.card_number, patron=patron, lost=False)
        session.add(card)
        session.flush()
        if wanted.pin:
            put_pin(session, owner, card.number, wanted.pin)
        put_link(session, self._key, row.digest, card)
        session.add_all(
            ReaderConsent(patron_id=patron.id, purpose=purpose.value, given_at=row.made_at) for purpose in told.purposes
        )
        _note(session, row.place_id, NewReaderStep.MADE, now, wanted.by)
        session.delete(row)
        return None

    def _found(self, session: Session, pick_up: str) -> PendingReader | None:
        wanted = select(PendingReader).where(PendingReader.pick_up == pick_up.strip().upper(), *self._waiting())
        return session.scalar(wanted)

    def _waiting(self) -> tuple[ColumnElement[bool], ...]:
        """Tell who waits here, and no longer than their week."""
        owner = select(Organisation.id).where(Organisation.code == self._code).scalar_subquery()
        return (PendingReader.organisation_id == owner, PendingReader.expires_at > self._clock())

    def _told(self, row: PendingReader) -> NewReaderTold | None:
        text = self._sealer.open(row.sealed, _about(row.organisation_id, row.pick_up))
        return None if text is None else read_new_reader(text)


async def keep_clean(
    queue: WriterQueue, clock: Clock, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Erase whose week is over, every ten minutes until cancelled; also where nobody new is taken any more."""
    while True:
        try:
            await queue.write(lambda session: _erase(session, clock()))
        except SQLAlchemyError as error:
            _log.warning("new readers whose week is over cannot be erased: %s", type(error).__name__)
        await sleep(ERASE_EVERY_S)


def _about(organisation_id: int, pick_up: str) -> bytes:
    return f"{organisation_id} {pick_up}".encode()


def _fresh(session: Session, organisation_id: int) -> str:
    while True:
        pick_up = "".join(secrets.choice(PICK_UP_SIGNS) for _ in range(PICK_UP_LENGTH))
        if session.get(PendingReader, (organisation_id, pick_up)) is None:
            return pick_up


def _erase(session: Session, now: datetime) -> None:
    over = PendingReader.expires_at <= now
    for place_id in session.scalars(select(PendingReader.place_id).where(over)).all():
        _note(session, place_id, NewReaderStep.EXPIRED, now)
    session.execute(delete(PendingReader).where(over))


def _note(session: Session, place_id: int, kind: NewReaderStep, at: datetime, by: str = "") -> None:
    session.add(NewReaderAct(place_id=place_id, kind=kind, by=by, at=at))
