"""A return in numbers and on paper: what the fleet is told and what the receipt says."""

from collections import Counter

from kiosk.session.effects import (
    LineKind,
    PrintReceipt,
    ReceiptEnd,
    ReceiptLine,
    ReportVisit,
    VisitEnd,
    VisitOutcome,
)
from kiosk.session.return_list import ReturnAlarm, ReturnEntry, ReturnStatus, ReturnVisit
from kiosk.session.state import Around, SettleReason
from kiosk.session.surroundings import in_service
from kiosk.session.values import Service
from library.lending.refusals import Refusal

ON_RECEIPT = frozenset({ReturnStatus.BACK, ReturnStatus.UNKNOWN})


def report(around: Around, visit: ReturnVisit, reason: SettleReason, receipt: ReceiptEnd) -> ReportVisit:
    """Tell how a return ended."""
    statuses = Counter(entry.status for entry in visit.entries)
    outcome = VisitOutcome(
        visit_id=visit.visit_id,
        end=_end(around, statuses, reason),
        seconds=around.now - visit.started,
        language=around.language,
        lent=0,
        refused=_refused(visit.entries),
        unknown=statuses[ReturnStatus.UNKNOWN],
        alarms_still_on=0,
        receipt=receipt,
        service=Service.RETURN,
        returned=statuses[ReturnStatus.BACK],
        alarms_still_off=sum(entry.alarm is ReturnAlarm.TO_STAFF for entry in visit.entries),
        offline=sum(entry.status is ReturnStatus.BACK and entry.offline for entry in visit.entries),
    )
    return ReportVisit(outcome)


def receipt_order(around: Around, visit: ReturnVisit) -> PrintReceipt:
    """Say what is to be printed: each item that is back or may be, in the order of presentation, and no card."""
    return PrintReceipt(
        visit_id=visit.visit_id,
        language=around.language,
        patron_last_four="",
        lines=tuple(_line(entry) for entry in visit.entries if entry.status in ON_RECEIPT),
    )


def _end(around: Around, statuses: Counter[ReturnStatus], reason: SettleReason) -> VisitEnd:
    if statuses[ReturnStatus.UNKNOWN] or statuses[ReturnStatus.NOT_TAKEN]:
        return VisitEnd.FAULT
    if statuses[ReturnStatus.BACK]:
        return VisitEnd.DONE
    if not in_service(around):
        return VisitEnd.FAULT
    if reason is SettleReason.FINISHED and statuses[ReturnStatus.REFUSED]:
        return VisitEnd.REFUSED
    return VisitEnd.ABANDONED


def _refused(entries: tuple[ReturnEntry, ...]) -> tuple[tuple[Refusal, int], ...]:
    counts = Counter(entry.refusal for entry in entries if entry.status is ReturnStatus.REFUSED)
    never_asked = sum(entry.status is ReturnStatus.NOT_TAKEN for entry in entries)
    if never_asked:
        counts[Refusal.OTHER] += never_asked
    return tuple((refusal, counts[refusal]) for refusal in Refusal if counts[refusal])


def _line(entry: ReturnEntry) -> ReceiptLine:
    known = entry.status is ReturnStatus.BACK
    return ReceiptLine(
        title=entry.title,
        due=None,
        show_at_desk=not known,
        loan_known=known,
        item_id=entry.item_id,
        kind=LineKind.RETURNED,
        kept=entry.offline,
    )
