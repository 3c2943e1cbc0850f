"""Fees at the desk: staff write one, say that one is no longer owed, and take money; each act is kept for good."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from library.text.forms import printable
from server.circulation.circumstances import owed_by
from server.circulation.fees import charge, lines_of, open_fees, share_out
from server.circulation.values import FeeLine
from server.patrons.suspensions import suspended_until
from server.store.account_models import Fee, FeeEnd, FeeReason, Payment
from server.store.engine import for_reading, transaction
from server.store.fee_models import LONGEST_FORM, LONGEST_NAME, FeeAct, FeeActKind
from server.store.models import Card, Copy, Organisation, Patron
from server.store.writer import WriterQueue

LONGEST_WORDS: Final = 300
HIGHEST_AMOUNT: Final = 100_000_000
"""Đồng of one act: more is a slip of the finger."""
HISTORY_AT_A_TIME: Final = 30
CASH: Final = "00"
"""SIP2's payment type."""
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[ .,][0-9]{3})+|[0-9]{1,12}")
_UNIT: Final = re.compile(r"\s*(?:đồng|đ|₫|vnd|vnđ)\s*$", re.IGNORECASE)


class Trouble(StrEnum):
    """Why an act was not done; nothing of it is kept."""

    AMOUNT = "amount"
    """What was typed is no whole number of đồng between one and the highest."""
    TOO_HIGH = "too_high"
    """More than is owed: the money stays the reader's."""
    WHO = "who"
    """Nobody signed."""
    WHY = "why"
    """A fee is waived for a reason."""
    TOO_LONG = "too_long"
    ITEM = "item"
    """No such item."""
    GONE = "gone"
    """That line is paid or waived already."""
    STALE = "stale"
    """The form was used for something else."""


@dataclass(frozen=True, slots=True)
class WrittenFee:
    """A fee as staff fill it in; texts as they were typed."""

    reason: FeeReason
    amount: str
    item_number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """What stands on every form."""

    by: str
    words: str = field(default="", repr=False)
    form: str = ""
    """Made for the form when it was shown."""


@dataclass(frozen=True, slots=True)
class ActLine:
    """One line of what was done about a reader's fees."""

    kind: FeeActKind
    amount: int
    reason: FeeReason | None
    title: str = field(repr=False)
    words: str = field(repr=False)
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FeeAccount:
    """What staff see of a reader's fees."""

    patron_id: int
    name: str = field(repr=False)
    last_four: str = field(repr=False)
    """Of the newest card."""
    suspended_until: date | None
    """The last day without borrowing; ``None`` where there is none to come."""
    lines: tuple[FeeLine, ...] = field(repr=False)
    """The unpaid ones, the oldest first."""
    acts: tuple[ActLine, ...] = field(repr=False)
    """The newest first."""

    @property
    def owed(self) -> int:
        """Give the sum, in đồng."""
        return sum(line.owed for line in self.lines)


def amount_of(typed: str) -> int | None:
    """Read đồng as people write them (``20000``, ``20.000 đ``); ``None`` for what is none, or not believable."""
    bare = _UNIT.sub("", printable(typed))
    if _GROUPED.fullmatch(bare) is None:
        return None
    amount = int(re.sub("[ .,]", "", bare))
    return amount if 0 < amount <= HIGHEST_AMOUNT else None


class FeeCounter:
    """The desk's side of fees; the readings block and belong into a worker thread."""

    def __init__(self, engine: Engine, queue: WriterQueue, library_code: str, zone: tzinfo) -> None:
        self._engine = for_reading(engine)
        self._queue = queue
        self._code = library_code
        self._zone = zone

    def patron_of(self, card_number: str) -> int | None:
        """Find whose card this is."""
        wanted = (
            select(Card.patron_id)
            .join(Organisation, Organisation.id == Card.organisation_id)
            .where(Organisation.code == self._code, Card.number == printable(card_number))
        )
        with transaction(self._engine) as session:
            return session.scalar(wanted)

    def account(self, patron_id: int, now: datetime) -> FeeAccount | None:
        """Read what a reader owes and what was done about it; ``None`` for nobody."""
        with transaction(self._engine) as session:
            patron = session.get(Patron, patron_id)
            if patron is None:
                return None
            newest = select(Card.number).where(Card.patron_id == patron_id).order_by(Card.id.desc())
            until = suspended_until(session, patron_id)
            return FeeAccount(
                patron_id=patron_id,
                name=patron.name,
                last_four=(session.scalars(newest).first() or "")[-4:],
                suspended_until=until if until is not None and until >= now.astimezone(self._zone).date() else None,
                lines=lines_of(session, patron_id),
                acts=_history(session, patron_id),
            )

    async def write(self, patron_id: int, fee: WrittenFee, signed: Signed, now: datetime) -> Trouble | None:
        """Write a fee; ``None`` when it stands."""
        amount = amount_of(fee.amount)
        if amount is None:
            return Trouble.AMOUNT

        def work(session: Session) -> Trouble | None:
            record_id = None
            if printable(fee.item_number):
                record_id = _record_of(session, patron_id, fee.item_number)
                if record_id is None:
                    return Trouble.ITEM
            written = Fee(patron_id=patron_id, reason=fee.reason, amount=amount, created_at=now, record_id=record_id)
            fee_id = charge(session, written)
            _note(session, patron_id, FeeActKind.WRITTEN, amount, signed, now, fee_id=fee_id)
            return None

        return await self._do(patron_id, FeeActKind.WRITTEN, signed, work)

    async def waive(self, patron_id: int, fee_id: int, signed: Signed, now: datetime) -> Trouble | None:
        """Say of a line that what is left of it is no longer owed; what was paid of it stays paid."""
        if not printable(signed.words):
            return Trouble.WHY

        def work(session: Session) -> Trouble | None:
            fee = next((fee for fee in open_fees(session, patron_id) if fee.id == fee_id), None)
            if fee is None:
                return Trouble.GONE
            _note(session, patron_id, FeeActKind.WAIVED, fee.owed, signed, now, fee_id=fee.id)
            fee.ended_at, fee.ended_as = now, FeeEnd.WAIVED
            return None

        return await self._do(patron_id, FeeActKind.WAIVED, signed, work)

    async def take(self, patron_id: int, typed: str, signed: Signed, now: datetime) -> Trouble | None:
        """Take money; it pays the oldest lines first."""
        amount = amount_of(typed)
        if amount is None:
            return Trouble.AMOUNT

        def work(session: Session) -> Trouble | None:
            if amount > owed_by(session, patron_id):
                return Trouble.TOO_HIGH
            payment = Payment(patron_id=patron_id, terminal_id=None, reference=None, amount=amount, way=CASH, at=now)
            share_out(session, payment)
            _note(session, patron_id, FeeActKind.PAID, amount, signed, now, payment_id=payment.id)
            return None

        return await self._do(patron_id, FeeActKind.PAID, signed, work)

    async def _do(
        self, patron_id: int, kind: FeeActKind, signed: Signed, work: Callable[[Session], Trouble | None]
    ) -> Trouble | None:
        if not printable(signed.by):
            return Trouble.WHO
        if len(signed.by) > LONGEST_NAME or len(signed.words) > LONGEST_WORDS:
            return Trouble.TOO_LONG
        if not 0 < len(signed.form) <= LONGEST_FORM:
            return Trouble.STALE

        def once(session: Session) -> Trouble | None:
            held = select(Patron).where(Patron.id == patron_id).with_for_update(of=Patron, key_share=True)
            if session.scalar(held) is None:
                return Trouble.GONE
            known = session.scalar(select(FeeAct).where(FeeAct.form == signed.form))
            if known is not None:
                return None if (known.patron_id, known.kind) == (patron_id, kind) else Trouble.STALE
            return work(session)

        return await self._queue.write(once)


def _note(  # noqa: PLR0913, PLR0917 - each is one thing that stands on the line
    session: Session,
    patron_id: int,
    kind: FeeActKind,
    amount: int,
    signed: Signed,
    now: datetime,
    *,
    fee_id: int | None = None,
    payment_id: int | None = None,
) -> None:
    session.add(
        FeeAct(
            patron_id=patron_id,
            kind=kind,
            amount=amount,
            fee_id=fee_id,
            payment_id=payment_id,
            words=printable(signed.words),
            by=printable(signed.by),
            at=now,
            form=signed.form,
        )
    )
    session.flush()


def _record_of(session: Session, patron_id: int, item_number: str) -> int | None:
    number = printable(item_number)
    owner = select(Patron.organisation_id).where(Patron.id == patron_id).scalar_subquery()
    return session.scalar(select(Copy.record_id).where(Copy.organisation_id == owner, Copy.item_number == number))


def _history(session: Session, patron_id: int) -> tuple[ActLine, ...]:
    acts = select(FeeAct).where(FeeAct.patron_id == patron_id).order_by(FeeAct.at.desc(), FeeAct.id.desc())
    told = [_act_line(act) for act in session.scalars(acts.limit(HISTORY_AT_A_TIME))]
    taken = (
        select(Payment)
        .where(Payment.patron_id == patron_id, Payment.terminal_id.is_not(None))
        .order_by(Payment.at.desc(), Payment.id.desc())
    )
    told += [
        ActLine(FeeActKind.PAID, payment.amount, None, "", "", payment.terminal_id or "", payment.at)
        for payment in session.scalars(taken.limit(HISTORY_AT_A_TIME))
    ]
    return tuple(sorted(told, key=lambda line: line.at, reverse=True)[:HISTORY_AT_A_TIME])


def _act_line(act: FeeAct) -> ActLine:
    fee = act.fee
    title = "" if fee is None or fee.record is None else fee.record.title
    return ActLine(act.kind, act.amount, None if fee is None else fee.reason, title, act.words, act.by, act.at)
