"""A visit in numbers and on paper: what the fleet is told and what the receipt says."""

from collections import Counter

from kiosk.session.account_list import account_lines, renewal_lines
from kiosk.session.citizen_state import AskingCitizen
from kiosk.session.effects import PrintReceipt, ReceiptEnd, ReceiptLine, ReportVisit, VisitEnd, VisitOutcome
from kiosk.session.renewals import CancellingStatus, RenewalStatus
from kiosk.session.state import Around, Entry, EntryAlarm, EntryStatus, Identifying, SettleReason, Visit
from kiosk.session.surroundings import in_service
from kiosk.session.values import PatronId, Service
from library.lending.refusals import Refusal

_LAST = 4
"""So many characters of a card number are printed, and only of a longer one."""

_ON_RECEIPT = frozenset({EntryStatus.LENT, EntryStatus.UNKNOWN})


def report(around: Around, visit: Visit, reason: SettleReason, receipt: ReceiptEnd) -> ReportVisit:
    """Tell how a visit of an accepted patron ended."""
    statuses = Counter(entry.status for entry in visit.entries)
    outcome = VisitOutcome(
        visit_id=visit.visit_id,
        end=_end(around, visit, reason),
        seconds=around.now - visit.started,
        language=around.language,
        lent=statuses[EntryStatus.LENT],
        refused=_refused(visit.entries),
        unknown=statuses[EntryStatus.UNKNOWN],
        alarms_still_on=sum(entry.alarm is EntryAlarm.AT_DESK for entry in visit.entries),
        receipt=receipt,
        service=visit.service,
        renewed=sum(renewal.status is RenewalStatus.RENEWED for renewal in visit.renewals),
        offline=sum(entry.offline for entry in visit.entries),
    )
    return ReportVisit(outcome)


def report_without_loans(
    state: Identifying | AskingCitizen, end: VisitEnd, refusal: Refusal | None = None
) -> ReportVisit:
    """Tell how a visit ended in which nothing could be lent."""
    outcome = VisitOutcome(
        visit_id=state.visit_id,
        end=end,
        seconds=state.around.now - state.started,
        language=state.around.language,
        lent=0,
        refused=() if refusal is None else ((refusal, 1),),
        unknown=0,
        alarms_still_on=0,
        receipt=ReceiptEnd.NOT_ASKED,
        service=state.service,
    )
    return ReportVisit(outcome)


def receipt_order(around: Around, visit: Visit) -> PrintReceipt:
    """Say what is to be printed."""
    return PrintReceipt(
        visit_id=visit.visit_id,
        language=around.language,
        patron_last_four=_last_four(visit.patron.patron_id),
        lines=receipt_lines(visit) or account_lines(visit, around),
    )


def receipt_lines(visit: Visit) -> tuple[ReceiptLine, ...]:
    """Give a line for each item that is lent or may be, then for each loan that was renewed."""
    lent = tuple(_line(entry) for entry in visit.entries if entry.status in _ON_RECEIPT)
    return lent + renewal_lines(visit)


def _end(around: Around, visit: Visit, reason: SettleReason) -> VisitEnd:
    statuses = Counter(entry.status for entry in visit.entries)
    if statuses[EntryStatus.UNKNOWN] or statuses[EntryStatus.NOT_SENT]:
        return VisitEnd.FAULT
    if statuses[EntryStatus.LENT] or _account_done(visit):
        return VisitEnd.DONE
    if not in_service(around):
        return VisitEnd.FAULT
    if reason is SettleReason.LOCKED or (reason is SettleReason.FINISHED and statuses[EntryStatus.REFUSED]):
        return VisitEnd.REFUSED
    return VisitEnd.ABANDONED


def _account_done(visit: Visit) -> bool:
    """Say whether the patron got what an account page is for: something done there, or the account itself read."""
    renewed = any(renewal.status is RenewalStatus.RENEWED for renewal in visit.renewals)
    cancelled = any(each.status is CancellingStatus.CANCELLED for each in visit.cancelled)
    placed = visit.wish is not None and visit.wish.placed
    return renewed or cancelled or placed or (visit.service is Service.ACCOUNT and visit.account is not None)


def _refused(entries: tuple[Entry, ...]) -> tuple[tuple[Refusal, int], ...]:
    counts = Counter(entry.refusal for entry in entries if entry.status is EntryStatus.REFUSED)
    never_asked = sum(entry.status is EntryStatus.NOT_SENT for entry in entries)
    if never_asked:
        counts[Refusal.OTHER] += never_asked
    return tuple((refusal, counts[refusal]) for refusal in Refusal if counts[refusal])


def _line(entry: Entry) -> ReceiptLine:
    known = entry.status is EntryStatus.LENT
    return ReceiptLine(
        title=entry.title,
        due=entry.due,
        show_at_desk=not known or entry.alarm not in {EntryAlarm.OFF, EntryAlarm.NOT_OURS},
        loan_known=known,
        item_id=entry.item_id,
        kept=entry.offline,
    )


def _last_four(patron_id: PatronId) -> str:
    return patron_id.text[-_LAST:] if len(patron_id.text) > _LAST else ""
