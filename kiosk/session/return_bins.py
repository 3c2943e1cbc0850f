"""What became of an item that was brought back, and where it is to be put."""

from dataclasses import replace

from kiosk.session.limits import Bins
from kiosk.session.return_list import ReturnAlarm, ReturnEntry, ReturnStatus
from kiosk.session.values import Bin, Returned, ReturnKind, ReturnOutcome
from library.lending.refusals import Refusal

_KINDS = {
    ReturnKind.SHELF: ReturnOutcome.SHELF,
    ReturnKind.HOLD_HERE: ReturnOutcome.HOLD,
    ReturnKind.HOLD_ELSEWHERE: ReturnOutcome.HOLD,
    ReturnKind.TRANSFER: ReturnOutcome.OTHER_PLACE,
    ReturnKind.OTHER: ReturnOutcome.STAFF,
}
_REFUSALS = {
    Refusal.ITEM_UNKNOWN: ReturnOutcome.UNKNOWN_ITEM,
    Refusal.ITEM_NOT_ON_LOAN: ReturnOutcome.NOT_ON_LOAN,
}
_OPEN = frozenset({ReturnAlarm.WANTED, ReturnAlarm.WRITING, ReturnAlarm.STILL_OFF})
_ENDED = frozenset({ReturnStatus.BACK, ReturnStatus.REFUSED, ReturnStatus.UNKNOWN})


def outcome_of(returned: Returned, *, incomplete: bool) -> ReturnOutcome:
    """Say what became of an item whose return stands; of a set that is not whole staff count the parts."""
    if incomplete:
        return ReturnOutcome.STAFF
    return ReturnOutcome.KEPT if returned.offline else _KINDS[returned.kind]


def outcome_of_no(refusal: Refusal) -> ReturnOutcome:
    """Say what becomes of an item of which the library system knows no return."""
    return _REFUSALS.get(refusal, ReturnOutcome.REFUSED)


def placed(entry: ReturnEntry, bins: Bins) -> ReturnEntry:
    """Choose the bin once the outcome is final: answered, and its alarm settled; an alarm that failed decides it."""
    if entry.status not in _ENDED or entry.alarm in _OPEN:
        return replace(entry, bin=None)
    if entry.alarm is ReturnAlarm.TO_STAFF:
        entry = replace(entry, outcome=ReturnOutcome.NOT_ARMED)
    return replace(entry, bin=_bin(entry, bins))


def _bin(entry: ReturnEntry, bins: Bins) -> Bin | None:
    """Give the bin, or the one for whatever staff must look at where it has none of its own.

    So it is with what was taken while the library system did not answer: somebody may wait for it.
    """
    match entry.outcome:
        case ReturnOutcome.SHELF:
            return dict(bins.media).get(entry.sort) or bins.shelf or bins.exception
        case ReturnOutcome.HOLD:
            return bins.hold or bins.exception
        case ReturnOutcome.OTHER_PLACE:
            return bins.other_place or bins.exception
        case _:
            return bins.exception
