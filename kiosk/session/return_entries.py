"""The list of a return: what is presented, what is asked of the library system and of the pad, and their answers."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.session.answers import (
    AlarmStillOff,
    AlarmSwitchedOn,
    ReturnMade,
    ReturnRefused,
    ReturnUnknown,
)
from kiosk.session.effects import Effect, SwitchAlarmOn, TakeBackItem, TakeBackItemOffline
from kiosk.session.events import Event
from kiosk.session.questions import look_up, looking_up
from kiosk.session.return_bins import outcome_of, outcome_of_no, placed
from kiosk.session.return_list import ReturnAlarm, ReturnEntry, ReturnStatus, ReturnVisit
from kiosk.session.return_pad import lying
from kiosk.session.state import Around
from kiosk.session.values import (
    AlarmFault,
    AlarmState,
    Device,
    ItemId,
    PadItem,
    Returned,
    ReturnOutcome,
    TagUid,
    TransactionId,
)
from library.lending.refusals import Refusal

_UNDER_WAY = frozenset({ReturnStatus.WAITING, ReturnStatus.TAKING})
_OPEN = frozenset({ReturnAlarm.WANTED, ReturnAlarm.STILL_OFF})
_STANDING = frozenset({ReturnAlarm.WANTED, ReturnAlarm.STILL_OFF, ReturnAlarm.WRITING})
"""Alarms for which presenting an item again is what the screen asks for."""


def present(
    visit: ReturnVisit, item_id: ItemId, tags: tuple[TagUid, ...], *, incomplete: bool = False
) -> tuple[ReturnVisit, bool]:
    """Put an item on the list, or do for a listed one what presenting it again means; ``True``: nothing was to be done.

    No item of a visit is ever asked for twice: only one that was never asked for waits again.
    """
    entry = find(visit, item_id)
    if entry is None:
        fresh = ReturnEntry(item_id, ReturnStatus.WAITING, tags=tags, incomplete=incomplete)
        return replace(visit, entries=(*visit.entries, fresh)), False
    known = _with_tags(entry, tags)
    if entry.status is ReturnStatus.NOT_TAKEN:
        return _with(visit, replace(known, status=ReturnStatus.WAITING)), False
    return _with(visit, _wanted_again(known)), known.alarm not in _STANDING


def present_listed(visit: ReturnVisit, item_id: ItemId, tags: tuple[TagUid, ...]) -> ReturnVisit:
    """Take the presentation of an item when nothing new is taken any more: it can only help an alarm."""
    entry = find(visit, item_id)
    return visit if entry is None else _with(visit, _wanted_again(_with_tags(entry, tags)))


def put_unknown(visit: ReturnVisit, item_id: ItemId, around: Around) -> ReturnVisit:
    """List an item under a number that no library knows: it is for staff to find out what it is."""
    if find(visit, item_id) is not None:
        return visit
    outcome, refusal = ReturnOutcome.UNKNOWN_ITEM, Refusal.ITEM_UNKNOWN
    fresh = ReturnEntry(item_id, ReturnStatus.REFUSED, outcome=outcome, refusal=refusal)
    return replace(visit, entries=(*visit.entries, placed(fresh, around.limits.bins)))


def pad_back(visit: ReturnVisit) -> ReturnVisit:
    """Try again what failed because the pad was lost; what is under way may have failed for that too."""
    return _each(
        visit,
        lambda entry: (
            _wanted_again(entry)
            if entry.alarm is ReturnAlarm.WRITING or entry.alarm_fault is AlarmFault.PAD_LOST
            else entry
        ),
    )


def answered(visit: ReturnVisit, event: Event, around: Around) -> ReturnVisit:
    """Take the answer to an effect of this visit; any other event gives the very same visit back."""
    match event:
        case ReturnMade(visit_id, returned) if visit_id == visit.visit_id:
            return _taking(visit, returned.item_id, around, lambda entry: _back(entry, returned, around))
        case ReturnRefused() if event.visit_id == visit.visit_id:
            return _taking(visit, event.item_id, around, lambda entry: _not_back(entry, event, visit, around))
        case ReturnUnknown(visit_id, item_id) if visit_id == visit.visit_id:
            unknown, doubt = ReturnStatus.UNKNOWN, ReturnOutcome.IN_DOUBT
            return _taking(visit, item_id, around, lambda entry: replace(entry, status=unknown, outcome=doubt))
        case AlarmSwitchedOn(visit_id, item_id) if visit_id == visit.visit_id:
            on = ReturnAlarm.ON
            return _writing(visit, item_id, around, lambda entry: replace(entry, alarm=on, alarm_fault=None))
        case AlarmStillOff(visit_id, item_id, fault) if visit_id == visit.visit_id:
            tries = around.limits.alarm_tries
            return _writing(visit, item_id, around, lambda entry: _still_off(entry, fault, tries))
        case _:
            return visit


def pursue(visit: ReturnVisit, around: Around) -> tuple[ReturnVisit, tuple[Effect, ...]]:
    """Ask for what comes next: one return, one alarm and one number at a time, side by side."""
    effects: list[Effect] = []
    alarm = _next_alarm(visit, around)
    if alarm is not None:
        entry, item = alarm
        tags = _joined(entry.tags, item.tags)
        visit = _with(visit, replace(entry, alarm=ReturnAlarm.WRITING, tags=tags, laid_again=False))
        effects.append(SwitchAlarmOn(visit.visit_id, entry.item_id, tags))
    waiting = _next_return(visit, around)
    if waiting is not None:
        effects.append(_take(visit, waiting, around))
        visit = _with(visit, replace(waiting, status=ReturnStatus.TAKING))
    visit, question = look_up(visit)
    if question is not None:
        effects.append(question)
    return visit, tuple(effects)


def busy(visit: ReturnVisit) -> bool:
    """Say whether an answer is awaited or an item waits for its turn."""
    under_way = any(entry.status in _UNDER_WAY or entry.alarm is ReturnAlarm.WRITING for entry in visit.entries)
    return under_way or looking_up(visit)


def asks_for_something(visit: ReturnVisit) -> bool:
    """Say whether whoever stands there is to do something before leaving: answer, or lay an item down again."""
    return bool(visit.questions) or any(entry.alarm in _OPEN for entry in visit.entries)


def can_take(around: Around) -> bool:
    """Say whether anybody takes an item back now: the library system, or without it the kiosk alone."""
    return around.library_system or around.limits.returns_alone(by_staff=around.staff is not None)


def give_up_waiting(visit: ReturnVisit, around: Around) -> ReturnVisit:
    """After a while in which nobody takes anything, say of the items that wait that they were not taken."""
    if can_take(around) or around.now - around.library_system_since < around.limits.lost_wait_s:
        return visit
    return not_taken(visit)


def not_taken(visit: ReturnVisit) -> ReturnVisit:
    """Say of the items that wait for their turn that whoever brought them keeps them."""
    return _each(
        visit,
        lambda entry: replace(entry, status=ReturnStatus.NOT_TAKEN) if entry.status is ReturnStatus.WAITING else entry,
    )


def to_staff(visit: ReturnVisit, around: Around) -> ReturnVisit:
    """Nothing can be written any more: what does not alarm goes where staff look at it."""
    return _each(
        visit,
        lambda entry: (
            placed(replace(entry, alarm=ReturnAlarm.TO_STAFF), around.limits.bins) if entry.alarm in _OPEN else entry
        ),
    )


def find(visit: ReturnVisit, item_id: ItemId) -> ReturnEntry | None:
    """Give the item's entry."""
    return next((entry for entry in visit.entries if entry.item_id == item_id), None)


def _next_alarm(visit: ReturnVisit, around: Around) -> tuple[ReturnEntry, PadItem] | None:
    if Device.PAD in around.lost or any(entry.alarm is ReturnAlarm.WRITING for entry in visit.entries):
        return None
    wanted = (entry for entry in visit.entries if entry.alarm is ReturnAlarm.WANTED)
    on_pad = ((entry, _lying(visit, entry, around)) for entry in wanted)
    return next(((entry, item) for entry, item in on_pad if item is not None), None)


def _lying(visit: ReturnVisit, entry: ReturnEntry, around: Around) -> PadItem | None:
    """Give the entry's own item on the pad.

    Two tags may carry one number by mistake: a tag that was seen once is the item's, and no other is ever written.
    """
    same = (item for item in lying(around.pad, visit.named) if item.item_id == entry.item_id)
    return next((item for item in same if not entry.tags or not set(entry.tags).isdisjoint(item.tags)), None)


def _next_return(visit: ReturnVisit, around: Around) -> ReturnEntry | None:
    if not can_take(around) or any(entry.status is ReturnStatus.TAKING for entry in visit.entries):
        return None
    return next((entry for entry in visit.entries if entry.status is ReturnStatus.WAITING), None)


def _take(visit: ReturnVisit, entry: ReturnEntry, around: Around) -> TakeBackItem | TakeBackItemOffline:
    transaction = _transaction(visit, entry)
    if around.library_system:
        return TakeBackItem(visit.visit_id, transaction, entry.item_id, entry.tags)
    return TakeBackItemOffline(visit.visit_id, transaction, entry.item_id, entry.tags, around.staff)


def _transaction(visit: ReturnVisit, entry: ReturnEntry) -> TransactionId:
    number = 1 + [each.item_id for each in visit.entries].index(entry.item_id)
    return TransactionId(f"{visit.visit_id}-{number}")


def _back(entry: ReturnEntry, returned: Returned, around: Around) -> ReturnEntry:
    wanted = ReturnAlarm.WANTED if around.limits.has_pad else ReturnAlarm.NOT_OURS
    return replace(
        entry,
        status=ReturnStatus.BACK,
        title=returned.title,
        outcome=outcome_of(returned, incomplete=entry.incomplete),
        sort=returned.sort,
        place=returned.place,
        offline=returned.offline,
        alarm=wanted if returned.arm else ReturnAlarm.UNTOUCHED,
    )


def _not_back(entry: ReturnEntry, event: ReturnRefused, visit: ReturnVisit, around: Around) -> ReturnEntry:
    """Take the no. What nobody has on loan must alarm: where it lies there and may not, its tags are to be written."""
    outcome = outcome_of_no(event.refusal)
    item = _lying(visit, entry, around) if outcome is ReturnOutcome.NOT_ON_LOAN else None
    quiet = item is not None and item.alarm is not AlarmState.SECURED
    return replace(
        entry,
        status=ReturnStatus.REFUSED,
        title=event.title,
        outcome=outcome,
        refusal=event.refusal,
        words=event.words,
        alarm=ReturnAlarm.WANTED if quiet else ReturnAlarm.UNTOUCHED,
    )


def _still_off(entry: ReturnEntry, fault: AlarmFault, limit: int) -> ReturnEntry:
    tries = entry.alarm_tries + (fault is not AlarmFault.PAD_LOST)
    if fault is AlarmFault.LOCKED or tries >= limit:
        alarm = ReturnAlarm.TO_STAFF
    else:
        alarm = ReturnAlarm.WANTED if entry.laid_again else ReturnAlarm.STILL_OFF
    return replace(entry, alarm=alarm, alarm_tries=tries, alarm_fault=fault, laid_again=False)


def _with_tags(entry: ReturnEntry, tags: tuple[TagUid, ...]) -> ReturnEntry:
    """Add tags of the item that were not seen before; a part that comes later is armed too, once others are.

    A tag that shares none with those seen before is another item's with the same number by mistake: it is left alone.
    """
    if entry.tags and set(entry.tags).isdisjoint(tags):
        return entry
    joined = _joined(entry.tags, tags)
    armed_in_part = entry.alarm is ReturnAlarm.ON and len(joined) > len(entry.tags)
    return replace(entry, tags=joined, alarm=ReturnAlarm.WANTED if armed_in_part else entry.alarm)


def _joined(known: tuple[TagUid, ...], others: tuple[TagUid, ...]) -> tuple[TagUid, ...]:
    return tuple(dict.fromkeys((*known, *others)))


def _wanted_again(entry: ReturnEntry) -> ReturnEntry:
    match entry.alarm:
        case ReturnAlarm.STILL_OFF:
            return replace(entry, alarm=ReturnAlarm.WANTED)
        case ReturnAlarm.WRITING:
            return replace(entry, laid_again=True)
        case _:
            return entry


def _with(visit: ReturnVisit, changed: ReturnEntry) -> ReturnVisit:
    return _each(visit, lambda entry: changed if entry.item_id == changed.item_id else entry)


def _each(visit: ReturnVisit, change: Callable[[ReturnEntry], ReturnEntry]) -> ReturnVisit:
    return replace(visit, entries=tuple(change(entry) for entry in visit.entries))


def _taking(
    visit: ReturnVisit, item_id: ItemId, around: Around, change: Callable[[ReturnEntry], ReturnEntry]
) -> ReturnVisit:
    entry = find(visit, item_id)
    if entry is None or entry.status is not ReturnStatus.TAKING:
        return visit
    return _with(visit, placed(change(entry), around.limits.bins))


def _writing(
    visit: ReturnVisit, item_id: ItemId, around: Around, change: Callable[[ReturnEntry], ReturnEntry]
) -> ReturnVisit:
    entry = find(visit, item_id)
    if entry is None or entry.alarm is not ReturnAlarm.WRITING:
        return visit
    return _with(visit, placed(change(entry), around.limits.bins))
