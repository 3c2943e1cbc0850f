"""What a patron has on loan and on hold: renewals and cancelled holds, what is asked for them, and the answers."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.session.answers import HoldCancelled, HoldKept, LoanRenewed, RenewalRefused, RenewalUnknown
from kiosk.session.effects import CancelHold, Effect, LineKind, ReceiptLine, RenewLoan
from kiosk.session.events import Event
from kiosk.session.receipt_rules import ReceiptWish
from kiosk.session.renewals import Cancelling, CancellingStatus, Renewal, RenewalStatus
from kiosk.session.state import Around, Visit
from kiosk.session.values import Account, ItemId, Loan, OwnLoan, PinStanding, Service, TransactionId

_UNDER_WAY = frozenset({RenewalStatus.WAITING, RenewalStatus.RENEWING})
_MAY_BE_ASKED = frozenset({RenewalStatus.REFUSED, RenewalStatus.NOT_SENT})
"""Renewals that a touch asks for once more; one whose fate is unknown only after the account was read anew."""


def want_renewed(visit: Visit, item_ids: tuple[ItemId, ...]) -> Visit:
    """Let these loans of the account wait for their renewal; none is asked for twice while it may stand."""
    for loan in visit.account.loans if visit.account is not None else ():
        known = _find(visit, loan.item_id)
        if loan.item_id not in item_ids:
            continue
        if known is None:
            fresh = Renewal(loan.item_id, RenewalStatus.WAITING, title=loan.title)
            visit = replace(visit, renewals=(*visit.renewals, fresh))
        elif known.status in _MAY_BE_ASKED:
            visit = _with(visit, replace(known, status=RenewalStatus.WAITING, refusal=None, words=""))
    return visit


def cancel_hold(visit: Visit, item_id: ItemId) -> tuple[Visit, tuple[Effect, ...]]:
    """Ask for the end of a hold of the account, once in a visit."""
    held = visit.account is not None and any(hold.item_id == item_id for hold in visit.account.holds)
    if not held or any(each.item_id == item_id for each in visit.cancelled):
        return visit, ()
    transaction = TransactionId(f"{visit.visit_id}-h{len(visit.cancelled) + 1}")
    question = CancelHold(visit.visit_id, transaction, visit.patron.patron_id, item_id)
    return replace(visit, cancelled=(*visit.cancelled, Cancelling(item_id, CancellingStatus.CANCELLING))), (question,)


def account_read(visit: Visit, account: Account) -> Visit:
    """Take the account as it was read: overdue loans first, then by date.

    It tells of a renewal whose answer was lost whether it stands, and is to be younger than that. Where the date of
    before or the one of now is not known, nobody can say, and the renewal is not asked for again.
    """
    before = {loan.item_id: loan for loan in visit.account.loans} if visit.account is not None else {}
    loans = {loan.item_id: loan for loan in account.loans}
    visit = _each(visit, lambda renewal: _found_out(renewal, before, loans))
    renewed = {each.item_id: each for each in visit.renewals if each.status is RenewalStatus.RENEWED}
    shown = (_not_older(loan, renewed.get(loan.item_id)) for loan in account.loans)
    return replace(visit, account=replace(account, loans=tuple(sorted(shown, key=_urgency))))


def account_busy(visit: Visit) -> bool:
    """Say whether a renewal waits for its turn, or an answer about one or about a hold is awaited."""
    renewing = any(renewal.status in _UNDER_WAY for renewal in visit.renewals)
    return renewing or any(each.status is CancellingStatus.CANCELLING for each in visit.cancelled)


def account_answered(visit: Visit, event: Event, around: Around) -> Visit:
    """Take the answer about a renewal or a hold of this visit; any other event gives the very same visit back."""
    del around
    match event:
        case LoanRenewed(visit_id, loan) if visit_id == visit.visit_id:
            return _renewed(visit, loan)
        case RenewalRefused(visit_id, item_id, refusal, words) if visit_id == visit.visit_id:
            status = RenewalStatus.REFUSED
            return _renewing(visit, item_id, lambda one: replace(one, status=status, refusal=refusal, words=words))
        case RenewalUnknown(visit_id, item_id) if visit_id == visit.visit_id:
            return _renewing(visit, item_id, lambda one: replace(one, status=RenewalStatus.UNKNOWN))
        case HoldCancelled(visit_id, item_id) if visit_id == visit.visit_id:
            return _cancelling(visit, Cancelling(item_id, CancellingStatus.CANCELLED))
        case HoldKept(visit_id, item_id, words) if visit_id == visit.visit_id:
            return _cancelling(visit, Cancelling(item_id, CancellingStatus.KEPT, words))
        case _:
            return visit


def account_pursue(visit: Visit, around: Around) -> tuple[Visit, tuple[Effect, ...]]:
    """Ask for the next renewal, one at a time; after a while without the library system say that those were not sent.

    The alarm of a renewed item is not touched: it is off since the loan.
    """
    visit = give_up_renewals(visit, around)
    first = next((each for each in visit.renewals if each.status is RenewalStatus.WAITING), None)
    renewing = any(each.status is RenewalStatus.RENEWING for each in visit.renewals)
    if first is None or renewing or not around.library_system:
        return visit, ()
    number = 1 + sum(renewal.asked for renewal in visit.renewals)
    transaction = TransactionId(f"{visit.visit_id}-r{number}")
    question = RenewLoan(visit.visit_id, transaction, visit.patron.patron_id, first.item_id)
    return _with(visit, replace(first, status=RenewalStatus.RENEWING, asked=first.asked + 1)), (question,)


def give_up_renewals(visit: Visit, around: Around) -> Visit:
    """After a while without the library system, say of the renewals that wait that they were not asked for."""
    if around.library_system or around.now - around.library_system_since < around.limits.lost_wait_s:
        return visit
    return _each(
        visit, lambda one: replace(one, status=RenewalStatus.NOT_SENT) if one.status is RenewalStatus.WAITING else one
    )


def drop_waiting_renewals(visit: Visit) -> Visit:
    """Forget the renewals that wait for their turn: the patron wants out."""
    kept = (renewal for renewal in visit.renewals if renewal.status is not RenewalStatus.WAITING)
    return replace(visit, renewals=tuple(kept))


def renewal_lines(visit: Visit) -> tuple[ReceiptLine, ...]:
    """Give a line for each loan that was renewed, in the order of the patron's touches."""
    renewed = (renewal for renewal in visit.renewals if renewal.status is RenewalStatus.RENEWED)
    return tuple(
        ReceiptLine(
            title=each.title,
            due=each.due,
            show_at_desk=False,
            loan_known=True,
            item_id=each.item_id,
            kind=LineKind.RENEWED,
        )
        for each in renewed
    )


def account_lines(visit: Visit, around: Around) -> tuple[ReceiptLine, ...]:
    """Give a line for each loan of the account, where the patron may see it now and the site gives such receipts."""
    limits = around.limits
    proven = Service.ACCOUNT not in limits.pin_for or visit.patron.pin is PinStanding.RIGHT
    if visit.account is None or visit.entries or not proven or limits.receipts.account is ReceiptWish.NEVER:
        return ()
    return tuple(
        ReceiptLine(
            loan.title, loan.due, show_at_desk=False, loan_known=True, item_id=loan.item_id, kind=LineKind.ON_LOAN
        )
        for loan in visit.account.loans
    )


def _renewed(visit: Visit, loan: Loan) -> Visit:
    renewal = _find(visit, loan.item_id)
    if renewal is None or renewal.status is not RenewalStatus.RENEWING:
        return visit
    renewal = replace(renewal, status=RenewalStatus.RENEWED, title=loan.title or renewal.title, due=loan.due)
    visit = _with(visit, renewal)
    if visit.account is None:
        return visit
    loans = tuple(
        replace(each, due=loan.due, overdue=False) if each.item_id == loan.item_id else each
        for each in visit.account.loans
    )
    return replace(visit, account=replace(visit.account, loans=loans))


def _found_out(renewal: Renewal, before: dict[ItemId, OwnLoan], now: dict[ItemId, OwnLoan]) -> Renewal:
    """Say of a renewal whose answer was lost whether it stands: by the dates of before and after it."""
    earlier, loan = before.get(renewal.item_id), now.get(renewal.item_id)
    if renewal.status is not RenewalStatus.UNKNOWN or earlier is None or loan is None:
        return renewal
    if earlier.due is None or loan.due is None:
        return renewal
    if loan.due > earlier.due:
        return replace(renewal, status=RenewalStatus.RENEWED, due=loan.due)
    return replace(renewal, status=RenewalStatus.NOT_SENT)


def _not_older(loan: OwnLoan, renewal: Renewal | None) -> OwnLoan:
    """Give the loan with the date to which it was renewed, where the account was read before that."""
    if renewal is None or renewal.due is None or (loan.due is not None and loan.due >= renewal.due):
        return loan
    return replace(loan, due=renewal.due, overdue=False)


def _urgency(loan: OwnLoan) -> tuple[bool, bool, float]:
    return not loan.overdue, loan.due is None, 0.0 if loan.due is None else loan.due.timestamp()


def _find(visit: Visit, item_id: ItemId) -> Renewal | None:
    return next((renewal for renewal in visit.renewals if renewal.item_id == item_id), None)


def _with(visit: Visit, changed: Renewal) -> Visit:
    return _each(visit, lambda renewal: changed if renewal.item_id == changed.item_id else renewal)


def _each(visit: Visit, change: Callable[[Renewal], Renewal]) -> Visit:
    return replace(visit, renewals=tuple(change(renewal) for renewal in visit.renewals))


def _renewing(visit: Visit, item_id: ItemId, change: Callable[[Renewal], Renewal]) -> Visit:
    renewal = _find(visit, item_id)
    return visit if renewal is None or renewal.status is not RenewalStatus.RENEWING else _with(visit, change(renewal))


def _cancelling(visit: Visit, changed: Cancelling) -> Visit:
    if Cancelling(changed.item_id, CancellingStatus.CANCELLING) not in visit.cancelled:
        return visit
    cancelled = (changed if each.item_id == changed.item_id else each for each in visit.cancelled)
    return replace(visit, cancelled=tuple(cancelled))
