"""The list of a visit: what is presented, what is asked of the library system and of the pad, and their answers."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.session.answers import (
    AlarmStillOn,
    AlarmSwitchedOff,
    LoanAsksFee,
    LoanMade,
    LoanRefused,
    LoanUnknown,
)
from kiosk.session.effects import Effect, LendItem, LendItemOffline, SwitchAlarmOff
from kiosk.session.events import Event
from kiosk.session.questions import look_up, looking_up
from kiosk.session.state import Around, Entry, EntryAlarm, EntryStatus, Visit
from kiosk.session.surroundings import can_lend, lends_alone
from kiosk.session.values import (
    AlarmFault,
    AlarmState,
    Device,
    ItemId,
    Loan,
    Money,
    Pad,
    PadItem,
    TagUid,
    TransactionId,
)
from library.lending.refusals import Refusal

UNDER_WAY = frozenset({EntryStatus.WAITING, EntryStatus.LENDING})
_STANDING = frozenset({EntryAlarm.WANTED, EntryAlarm.STILL_ON, EntryAlarm.WRITING})
"""Alarms for which presenting an item again is what the screen asks for."""


def present(visit: Visit, item_id: ItemId, tag_uid: TagUid | None) -> tuple[Visit, bool]:
    """Put an item on the list, or do for a listed one what presenting it again means; ``True``: nothing was to be done.

    No item of a visit is ever asked for twice: only one that was never asked for waits again. One that is on loan to
    the patron already is not asked for at all (Koha would renew it at once).
    """
    entry = _find(visit, item_id)
    if entry is None:
        status = EntryStatus.OWN if is_own(visit, item_id) else EntryStatus.WAITING
        number = 1 + max((each.number for each in visit.entries), default=0)
        fresh = Entry(item_id, status, tag_uid=tag_uid, number=number)
        return replace(visit, entries=(*visit.entries, fresh)), False
    known = replace(entry, tag_uid=entry.tag_uid or tag_uid)
    if entry.status is EntryStatus.NOT_SENT:
        return _with(visit, replace(known, status=EntryStatus.WAITING)), False
    return _with(visit, _wanted_again(known)), entry.alarm not in _STANDING


def present_listed(visit: Visit, item_id: ItemId, tag_uid: TagUid | None) -> Visit:
    """Take the presentation of an item when nothing new is lent any more: it can only help an alarm."""
    entry = _find(visit, item_id)
    if entry is None:
        return visit
    return _with(visit, _wanted_again(replace(entry, tag_uid=entry.tag_uid or tag_uid)))


def is_own(visit: Visit, item_id: ItemId) -> bool:
    """Say whether the library system's own list, read before, names the item as on loan to this patron."""
    listed = visit.patron.charged or ()
    return item_id in listed or (
        visit.account is not None and any(each.item_id == item_id for each in visit.account.loans)
    )


def heal(visit: Visit, pad: Pad) -> Visit:
    """Want the alarm off of what is on loan to this patron, lies there, and would set off the gate.

    That makes true what was agreed long ago, and is no renewal. A tag that does not tell counts as one that alarms.
    """
    if not visit.patron.own_may_leave:
        return visit
    loud = {item.item_id for item in pad.items if item.alarm is not AlarmState.ON_LOAN}
    return _each(
        visit,
        lambda entry: (
            replace(entry, alarm=EntryAlarm.WANTED)
            if entry.status is EntryStatus.OWN and entry.alarm is EntryAlarm.UNTOUCHED and entry.item_id in loud
            else entry
        ),
    )


def agree(visit: Visit, item_id: ItemId, *, agreed: bool) -> Visit:
    """Take the patron's word about the fee that lending an item costs: it waits for its loan again, or is not lent."""
    entry = _find(visit, item_id)
    if entry is None or entry.status is not EntryStatus.FEE_ASKED:
        return visit
    if agreed:
        return _with(visit, replace(entry, status=EntryStatus.WAITING, fee_agreed=True))
    return _with(visit, _without_fee(entry))


def uncounted(visit: Visit, around: Around) -> int:
    """Give the number of items on the pad that the patron is to confirm; 0: nothing is asked."""
    if not around.limits.confirm_count or visit.miscounted:
        return 0
    lying = around.pad.tags
    return len(around.pad.items) if any(_is_uncounted(each) and each.tag_uid in lying for each in visit.entries) else 0


def count(visit: Visit, around: Around, *, right: bool) -> Visit:
    """Take the patron's word about the number of items on the pad; what was lifted again is not among them."""
    if not right:
        return replace(visit, miscounted=True)
    lying = around.pad.tags
    return _each(
        visit,
        lambda entry: replace(entry, counted=True) if _is_uncounted(entry) and entry.tag_uid in lying else entry,
    )


def pad_back(visit: Visit) -> Visit:
    """Try again what failed because the pad was lost; what is under way may have failed for that too."""
    return _each(
        visit,
        lambda entry: (
            _wanted_again(entry)
            if entry.alarm is EntryAlarm.WRITING or entry.alarm_fault is AlarmFault.PAD_LOST
            else entry
        ),
    )


def tag_of(pad: Pad, item_id: ItemId) -> TagUid | None:
    """Give the tag on the pad that carries this item's number."""
    return next((item.tag_uid for item in pad.items if item.item_id == item_id), None)


def answered(visit: Visit, event: Event, around: Around) -> Visit:  # noqa: PLR0911 - one return for each answer
    """Take the answer to an effect of this visit; any other event gives the very same visit back."""
    match event:
        case LoanMade(visit_id, loan) if visit_id == visit.visit_id:
            has_pad = around.limits.has_pad
            return _lending(visit, loan.item_id, lambda entry: _lent(entry, loan, has_pad=has_pad))
        case LoanAsksFee(visit_id, item_id, fee, title) if visit_id == visit.visit_id:
            return _lending(visit, item_id, lambda entry: _asks_fee(entry, fee, title))
        case LoanRefused(visit_id, item_id, refusal, words, title) if visit_id == visit.visit_id:
            refused = EntryStatus.REFUSED
            return _lending(
                visit,
                item_id,
                lambda entry: replace(entry, status=refused, refusal=refusal, words=words, title=title),
            )
        case LoanUnknown(visit_id, item_id) if visit_id == visit.visit_id:
            return _lending(visit, item_id, lambda entry: replace(entry, status=EntryStatus.UNKNOWN))
        case AlarmSwitchedOff(visit_id, item_id) if visit_id == visit.visit_id:
            return _writing(visit, item_id, lambda entry: replace(entry, alarm=EntryAlarm.OFF, alarm_fault=None))
        case AlarmStillOn(visit_id, item_id, fault) if visit_id == visit.visit_id:
            tries = around.limits.alarm_tries
            return _writing(visit, item_id, lambda entry: _still_on(entry, fault, tries))
        case _:
            return visit


def pursue(visit: Visit, around: Around) -> tuple[Visit, tuple[Effect, ...]]:
    """Ask for what comes next: one loan, one alarm and one number at a time, side by side."""
    effects: list[Effect] = []
    visit = heal(visit, around.pad)
    alarm = _next_alarm(visit, around)
    if alarm is not None:
        entry, lying = alarm
        visit = _with(visit, replace(entry, alarm=EntryAlarm.WRITING, tag_uid=lying.tag_uid, laid_again=False))
        effects.append(SwitchAlarmOff(visit.visit_id, entry.item_id, lying.tag_uid, lying.other_tags))
    loan = _next_loan(visit, around)
    if loan is not None:
        effects.append(_lend(visit, loan, around))
        visit = _with(visit, replace(loan, status=EntryStatus.LENDING))
    visit, question = look_up(visit)
    if question is not None:
        effects.append(question)
    return visit, tuple(effects)


def busy(visit: Visit, around: Around) -> bool:
    """Say whether an answer is awaited or an item waits for its turn, and not for the patron's word."""
    asks = around.limits.confirm_count
    under_way = any(
        (entry.status in UNDER_WAY and not (asks and _is_uncounted(entry))) or entry.alarm is EntryAlarm.WRITING
        for entry in visit.entries
    )
    return under_way or looking_up(visit)


def give_up_waiting(visit: Visit, around: Around) -> Visit:
    """After a while without the library system or the pad, say of the items that wait that they were not lent."""
    if can_lend(around) or around.now - around.can_lend_since < around.limits.lost_wait_s:
        return visit
    return _each(
        visit,
        lambda entry: replace(entry, status=EntryStatus.NOT_SENT) if entry.status is EntryStatus.WAITING else entry,
    )


def drop_waiting(visit: Visit) -> Visit:
    """Forget the items that wait for their turn: the patron wants out."""
    return replace(visit, entries=tuple(entry for entry in visit.entries if entry.status is not EntryStatus.WAITING))


def drop_open(visit: Visit, around: Around) -> Visit:
    """Lend nothing of which the patron was asked something and did not answer: no fee, no count."""
    asks = around.limits.confirm_count
    kept = replace(visit, entries=tuple(entry for entry in visit.entries if not (asks and _is_uncounted(entry))))
    return _each(kept, lambda entry: _without_fee(entry) if entry.status is EntryStatus.FEE_ASKED else entry)


def to_the_desk(visit: Visit) -> Visit:
    """Nothing can be written any more: what still would alarm is shown at the desk."""
    open_alarms = {EntryAlarm.WANTED, EntryAlarm.STILL_ON}
    return _each(visit, lambda entry: replace(entry, alarm=EntryAlarm.AT_DESK) if entry.alarm in open_alarms else entry)


def _next_alarm(visit: Visit, around: Around) -> tuple[Entry, PadItem] | None:
    if Device.PAD in around.lost or any(entry.alarm is EntryAlarm.WRITING for entry in visit.entries):
        return None
    wanted = (entry for entry in visit.entries if entry.alarm is EntryAlarm.WANTED)
    on_pad = ((entry, _lying(entry, around.pad)) for entry in wanted)
    return next(((entry, lying) for entry, lying in on_pad if lying is not None), None)


def _lying(entry: Entry, pad: Pad) -> PadItem | None:
    """Give the entry's own item on the pad.

    Two tags may carry one number by mistake: a tag that was seen once is the item's, and no other is ever written.
    """
    same = (item for item in pad.items if item.item_id == entry.item_id)
    return next((item for item in same if entry.tag_uid in (None, *item.tags)), None)


def _next_loan(visit: Visit, around: Around) -> Entry | None:
    if not can_lend(around) or any(entry.status is EntryStatus.LENDING for entry in visit.entries):
        return None
    asks = around.limits.confirm_count
    waiting = (entry for entry in visit.entries if entry.status is EntryStatus.WAITING)
    return next((entry for entry in waiting if not (asks and _is_uncounted(entry))), None)


def _is_uncounted(entry: Entry) -> bool:
    return entry.status is EntryStatus.WAITING and entry.tag_uid is not None and not entry.counted


def _lend(visit: Visit, entry: Entry, around: Around) -> LendItem | LendItemOffline:
    """Ask the library system, or the kiosk's own rules: a patron who was let in by those stays with them to the end."""
    visit_id, patron_id, item_id = visit.visit_id, visit.patron.patron_id, entry.item_id
    transaction = _transaction(visit, entry)
    if visit.patron.offline or lends_alone(around):
        taken = sum(each.offline for each in visit.entries)
        return LendItemOffline(visit_id, transaction, patron_id, item_id, taken, around.staff)
    return LendItem(visit_id, transaction, patron_id, item_id, entry.fee_agreed, entry.override)


def _transaction(visit: Visit, entry: Entry) -> TransactionId:
    """Name the transaction; the one with the fee agreed to, or a no overridden, is another than the one before."""
    overridden = "" if entry.override is None else f"o{len(entry.override.refusals)}"
    name = f"{visit.visit_id}-{entry.number}{overridden}"
    return TransactionId(f"{name}f" if entry.fee_agreed else name)


def _asks_fee(entry: Entry, fee: Money, title: str) -> Entry:
    """Ask about the fee, once: a library system that asks again after the patron agreed does not lend."""
    if entry.fee_agreed:
        return replace(_without_fee(entry), title=title)
    return replace(entry, status=EntryStatus.FEE_ASKED, fee=fee, title=title)


def _without_fee(entry: Entry) -> Entry:
    return replace(entry, status=EntryStatus.REFUSED, refusal=Refusal.FEE_NOT_ACKNOWLEDGED)


def _lent(entry: Entry, loan: Loan, *, has_pad: bool) -> Entry:
    wanted = EntryAlarm.WANTED if has_pad else EntryAlarm.NOT_OURS
    return replace(
        entry,
        status=EntryStatus.LENT,
        title=loan.title,
        due=loan.due,
        may_leave=loan.may_leave,
        offline=loan.offline,
        alarm=wanted if loan.may_leave else EntryAlarm.UNTOUCHED,
    )


def _still_on(entry: Entry, fault: AlarmFault, limit: int) -> Entry:
    tries = entry.alarm_tries + (fault is not AlarmFault.PAD_LOST)
    if fault is AlarmFault.LOCKED or tries >= limit:
        alarm = EntryAlarm.AT_DESK
    else:
        alarm = EntryAlarm.WANTED if entry.laid_again else EntryAlarm.STILL_ON
    return replace(entry, alarm=alarm, alarm_tries=tries, alarm_fault=fault, laid_again=False)


def _wanted_again(entry: Entry) -> Entry:
    match entry.alarm:
        case EntryAlarm.STILL_ON:
            return replace(entry, alarm=EntryAlarm.WANTED)
        case EntryAlarm.WRITING:
            return replace(entry, laid_again=True)
        case _:
            return entry


def _find(visit: Visit, item_id: ItemId) -> Entry | None:
    return next((entry for entry in visit.entries if entry.item_id == item_id), None)


def _with(visit: Visit, changed: Entry) -> Visit:
    return _each(visit, lambda entry: changed if entry.item_id == changed.item_id else entry)


def _each(visit: Visit, change: Callable[[Entry], Entry]) -> Visit:
    return replace(visit, entries=tuple(change(entry) for entry in visit.entries))


def _lending(visit: Visit, item_id: ItemId, change: Callable[[Entry], Entry]) -> Visit:
    entry = _find(visit, item_id)
    return visit if entry is None or entry.status is not EntryStatus.LENDING else _with(visit, change(entry))


def _writing(visit: Visit, item_id: ItemId, change: Callable[[Entry], Entry]) -> Visit:
    entry = _find(visit, item_id)
    return visit if entry is None or entry.alarm is not EntryAlarm.WRITING else _with(visit, change(entry))
