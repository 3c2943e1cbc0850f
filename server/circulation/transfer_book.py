"""The staff's side of bank transfers: which ones are waited for, which money came, and what is to be given back."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from library.paying.reference import REFERENCE_BYTES, references_in
from library.text.forms import printable
from server.circulation.fee_counter import amount_of
from server.circulation.refusals import Refused
from server.circulation.transfers import Arrival, Arrived, Opened, money_came, open_transfer
from server.circulation.values import Counter
from server.clock import Clock
from server.store.engine import for_reading, transaction
from server.store.fee_models import LONGEST_FORM, LONGEST_NAME
from server.store.transfer_models import Transfer, TransferArrival
from server.store.writer import WriterQueue

LISTED_FOR: Final = timedelta(days=60)
"""How long a transfer without money is shown; a later one is still taken."""
MOST_LISTED: Final = 200
_HIGHEST_ID: Final = 2**31


class TransferTrouble(StrEnum):
    """Why nothing was written down."""

    REFERENCE = "reference"
    """What was typed is no reference, or has a slip."""
    UNKNOWN = "unknown"
    """No transfer has it."""
    AMOUNT = "amount"
    WHO = "who"
    TOO_LONG = "too_long"
    BEFORE = "before"
    """Money with this reference was written down before."""
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class AwaitedTransfer:
    """A transfer that no money came for yet."""

    reference: str
    amount: int
    opened_at: datetime
    patron_id: int


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Money of a reader that was not owed."""

    arrival_id: int
    reference: str
    amount: int
    left_over: int
    at: datetime
    patron_id: int


@dataclass(frozen=True, slots=True)
class TransferList:
    """What staff see; no name of a reader."""

    awaited: tuple[AwaitedTransfer, ...]
    """The newest first."""
    left_over: tuple[LeftOver, ...]
    """The oldest first."""


@dataclass(frozen=True, slots=True)
class Told:
    """What staff filled in, as they typed it."""

    reference: str
    amount: str
    by: str
    form: str = field(default="")


class TransferBook:
    """Opens, lists and confirms; :meth:`listing` blocks and belongs into a worker thread."""

    def __init__(self, engine: Engine, queue: WriterQueue, clock: Clock) -> None:
        self._engine = for_reading(engine)
        self._queue = queue
        self._clock = clock

    async def open(self, counter: Counter, card_number: str) -> Opened | Refused | None:
        """Begin a transfer of all that a reader owes; ``None`` where that is nothing."""

        def work(session: Session) -> Opened | Refused | None:
            return open_transfer(
                session, counter, card_number, self._clock(), lambda: secrets.token_bytes(REFERENCE_BYTES)
            )

        return await self._queue.write(work)

    def listing(self) -> TransferList:
        """Read what is waited for, and what is to be given back."""
        came = select(TransferArrival.id).where(TransferArrival.transfer_id == Transfer.id).exists()
        awaited = select(Transfer).where(~came, Transfer.opened_at > self._clock() - LISTED_FOR)
        over = (
            select(TransferArrival, Transfer)
            .join(Transfer, Transfer.id == TransferArrival.transfer_id)
            .where(TransferArrival.left_over > 0, TransferArrival.given_back_at.is_(None))
        )
        with transaction(self._engine) as session:
            return TransferList(
                tuple(
                    AwaitedTransfer(each.reference, each.amount, each.opened_at, each.patron_id)
                    for each in session.scalars(awaited.order_by(Transfer.id.desc()).limit(MOST_LISTED))
                ),
                tuple(
                    LeftOver(one.id, of.reference, one.amount, one.left_over, one.at, of.patron_id)
                    for one, of in session.execute(over.order_by(TransferArrival.id).limit(MOST_LISTED))
                ),
            )

    async def confirm(self, told: Told) -> Arrived | TransferTrouble:
        """Write down that staff saw the money on the library's account; sent twice, it counts once."""
        references, amount = references_in(told.reference), amount_of(told.amount)
        if len(references) != 1:
            return TransferTrouble.REFERENCE
        if amount is None:
            return TransferTrouble.AMOUNT
        trouble = _unsigned(told.by)
        if trouble is not None:
            return trouble
        if not 0 < len(told.form) <= LONGEST_FORM:
            return TransferTrouble.STALE
        arrival = Arrival(references[0], amount, printable(told.by), form=told.form)

        def work(session: Session) -> Arrived | TransferTrouble:
            sent = session.scalar(select(TransferArrival).where(TransferArrival.form == told.form))
            became = money_came(session, arrival, self._clock())
            match became:
                case Arrived.UNKNOWN:
                    return TransferTrouble.UNKNOWN
                case Arrived.CONTRADICTED:
                    return TransferTrouble.BEFORE if sent is None else TransferTrouble.STALE
                case Arrived.KNOWN:
                    return TransferTrouble.BEFORE if sent is None else became
                case _:
                    return became

        return await self._queue.write(work)

    async def give_back(self, arrival_id: int, by: str) -> TransferTrouble | None:
        """Write down that a reader has the money that was left over; the first to say so is kept."""
        trouble = _unsigned(by)
        if trouble is not None:
            return trouble

        def work(session: Session) -> TransferTrouble | None:
            arrival = session.get(TransferArrival, arrival_id) if 0 < arrival_id < _HIGHEST_ID else None
            if arrival is None or not arrival.left_over:
                return TransferTrouble.UNKNOWN
            if arrival.given_back_at is None:
                arrival.given_back_at, arrival.given_back_by = self._clock(), printable(by)
            return None

        return await self._queue.write(work)


def _unsigned(by: str) -> TransferTrouble | None:
    if not printable(by):
        return TransferTrouble.WHO
    return TransferTrouble.TOO_LONG if len(by) > LONGEST_NAME else None
