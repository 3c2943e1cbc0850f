"""What a terminal may know of a patron and of an item."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.decisions import Reader, against_borrowing, may_use_card
from library.lending.refusals import Refusal
from server.circulation.circumstances import Circumstances
from server.circulation.fees import lines_of
from server.circulation.hold_queue import HoldQueue
from server.circulation.loans import open_loan, open_loans
from server.circulation.refusals import Detail
from server.circulation.values import Counter, ItemAccount, Limits, PatronAccount, PatronHold, PatronLoan, PinCheck
from server.holdings.shelves import copies_of
from server.store.account_models import Hold, HoldStage
from server.store.models import Card, Copy


def patron_account(
    session: Session, at: Circumstances, queue: HoldQueue, counter: Counter, card: Card
) -> PatronAccount:
    """Look at the account of the patron who shows this card."""
    now, patron = at.now(), card.patron
    rule, reader = at.rule(counter.place_code, patron), at.reader(session, card)
    occasion = at.occasion(session, counter.place_id)
    no_loans = against_borrowing(reader, rule, occasion)
    return PatronAccount(
        card=card.number,
        name=patron.name,
        refusal=may_use_card(reader, occasion),
        card_lost=card.lost,
        pin=PinCheck.NOT_GIVEN,
        limits=Limits(rule.max_items, rule.max_holds, rule.max_overdue, rule.fee_limit),
        loans=tuple(PatronLoan(loan.copy.item_number, loan.due_at < now) for loan in open_loans(session, patron.id)),
        holds=_holds(session, queue, patron.id),
        fees=lines_of(session, patron.id),
        expires=patron.expires,
        no_loans=no_loans,
        no_loans_detail=detail_of(no_loans, reader),
    )


def item_account(session: Session, at: Circumstances, queue: HoldQueue, counter: Counter, copy: Copy) -> ItemAccount:
    """Look at an item."""
    loan = open_loan(session, copy)
    hold = queue.caught(session, copy)
    return ItemAccount(
        copy=copy,
        due=None if loan is None else loan.due_at.astimezone(at.zone),
        kept_as=None if hold is None else hold.stage,
        kept_until=None if hold is None else hold.keep_until,
        waiting=len(queue.waiting(session, copy.record_id)),
        place_code="" if loan is not None else copy.here.code,
        place_name="" if loan is not None else copy.here.name,
        travels=loan is None and copy.transit_to_id is not None,
        fee=at.rule(counter.place_code, None, copy.item_type).lending_fee,
    )


def detail_of(refusal: Refusal | None, reader: Reader | None) -> Detail:
    """Give the day or the amount that a refusal of this reader speaks of."""
    if reader is None:
        return None
    if refusal is Refusal.PATRON_SUSPENDED:
        return reader.suspended_until
    return reader.owed if refusal is Refusal.FEE_LIMIT_REACHED else None


def _holds(session: Session, queue: HoldQueue, patron_id: int) -> tuple[PatronHold, ...]:
    wanted = select(Hold).where(Hold.patron_id == patron_id, Hold.ended_at.is_(None))
    told = []
    for hold in session.scalars(wanted.order_by(Hold.placed_at, Hold.id)):
        if queue.is_over(hold):
            continue
        copy = hold.caught_copy or hold.wanted_copy or _likeliest(copies_of(session, hold.record_id))
        if copy is not None:
            told.append(PatronHold(copy.item_number, hold.stage, hold.stage is HoldStage.READY))
    return tuple(told)


def _likeliest(copies: list[Copy]) -> Copy | None:
    lendable = [copy for copy in copies if copy.status.may_circulate]
    return next(iter(lendable or copies), None)
