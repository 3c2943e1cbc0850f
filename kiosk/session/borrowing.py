"""A patron lays items down: what each event does to the visit."""

from dataclasses import replace

from kiosk.session.account_list import account_answered, account_busy, account_pursue, give_up_renewals
from kiosk.session.answers import ItemsFound
from kiosk.session.ending import settle
from kiosk.session.entries import (
    agree,
    answered,
    busy,
    count,
    give_up_waiting,
    pad_back,
    present,
    pursue,
    tag_of,
    uncounted,
)
from kiosk.session.events import (
    CardPresented,
    DeviceBack,
    DeviceLost,
    Event,
    ItemScanned,
    LabelRejected,
    NumberRead,
    PadChanged,
    Ticked,
)
from kiosk.session.locks import unproven
from kiosk.session.questions import answer, ask, asking, awaited, on_offer, put
from kiosk.session.services import open_service
from kiosk.session.staff_events import OverrideTouched
from kiosk.session.staff_visit import overridden
from kiosk.session.state import Around, Borrowing, Notice, NoticeKind, SettleReason, Visit
from kiosk.session.surroundings import Laid, Step, can_serve, notice, still_shown, with_names
from kiosk.session.touches import (
    CancelTouched,
    CandidateTouched,
    CountTouched,
    DoneTouched,
    FeeTouched,
    FinishTouched,
    LanguageTouched,
    LendLyingTouched,
    NoCandidateTouched,
    ReceiptTouched,
    ScreenTouched,
    ServiceTouched,
    StartTouched,
)
from kiosk.session.values import Device, Finding, ItemId, Pad, PadItem, PadNumber, Service

_READINGS = (LabelRejected, ItemScanned, NumberRead, PadChanged)
_SIGNS_OF_LIFE = (
    CardPresented,
    LabelRejected,
    ItemScanned,
    NumberRead,
    PadChanged,
    StartTouched,
    LanguageTouched,
    LendLyingTouched,
    CandidateTouched,
    NoCandidateTouched,
    CountTouched,
    FeeTouched,
    OverrideTouched,
    ServiceTouched,
    FinishTouched,
    ReceiptTouched,
    DoneTouched,
    ScreenTouched,
)


def borrowing(state: Borrowing, event: Event, laid: Laid) -> Step:
    """Lend what is presented, one after the other, until the patron is done or gone."""
    match event:
        case ServiceTouched(Service.ACCOUNT) if can_serve(state.around, Service.ACCOUNT) and not state.doubted:
            return open_service(state.around, state.visit, Service.ACCOUNT)
        case FinishTouched() if not state.visit.questions:
            return settle(state.around, state.visit, SettleReason.FINISHED)
        case CancelTouched():
            return settle(state.around, state.visit, SettleReason.CANCELLED)
        case Ticked():
            return _ticked(state)
        case LanguageTouched(language):
            return _alive(replace(state, around=replace(state.around, language=language))), ()
        case _:
            return _went_on(state, event, laid)


def _went_on(state: Borrowing, event: Event, laid: Laid) -> Step:
    around = state.around
    visit = account_answered(answered(state.visit, event, around), event, around)
    told = visit is not state.visit or awaited(visit, event)
    alive = _is_sign_of_life(state, event) or (told and not state.doubted)
    if _is_another_card(state.visit, event):
        state, visit = _doubted(state), unproven(visit)
    doubted = state.doubted and not alive
    visit, said = _presented(visit, event, around, laid, doubted=doubted)
    around = replace(around, pad=with_names(around.pad, visit.named))
    visit, effects = pursue(visit, around)
    visit, more = account_pursue(visit, around)
    effects += more
    state = replace(state, around=around, visit=visit, notice=said or state.notice, doubted=doubted)
    return (_alive(state) if alive else state), effects


def _is_another_card(visit: Visit, event: Event) -> bool:
    return isinstance(event, CardPresented) and event.patron_id != visit.patron.patron_id


def _is_sign_of_life(state: Borrowing, event: Event) -> bool:
    """Say whether the visit's own patron must have done this; after another card only a touch or the own card tells."""
    if _is_another_card(state.visit, event):
        return False
    if state.doubted and isinstance(event, _READINGS):
        return False
    return isinstance(event, _SIGNS_OF_LIFE)


def _doubted(state: Borrowing) -> Borrowing:
    """Somebody else may stand there: ask at once, so that the visit ends by itself."""
    now = state.around.now
    return replace(state, doubted=True, warned_until=state.warned_until or now + state.around.limits.warning_s)


def _alive(state: Borrowing) -> Borrowing:
    return replace(state, idle_since=state.around.now, warned_until=None, doubted=False)


def _presented(  # noqa: PLR0911 - one return for each event
    visit: Visit, event: Event, around: Around, laid: Laid, *, doubted: bool
) -> tuple[Visit, Notice | None]:
    match event:
        case PadChanged():
            return _pad_changed(replace(visit, miscounted=False), around, laid, doubted=doubted)
        case ItemScanned() | NumberRead() if doubted:
            return visit, notice(around, NoticeKind.ANOTHER_CARD)
        case ItemScanned(item_id):
            return _scanned(visit, item_id, around)
        case LendLyingTouched():
            return _lying_wanted(visit, around.pad), None
        case CardPresented(patron_id=card) if card != visit.patron.patron_id:
            return visit, notice(around, NoticeKind.ANOTHER_CARD)
        case LabelRejected(fault):
            return visit, notice(around, NoticeKind.LABEL_REJECTED, label_fault=fault)
        case DeviceLost(device) if device in around.limits.needed:
            return visit, notice(around, NoticeKind.DEVICE_LOST, device=device)
        case DeviceBack(Device.PAD):
            return pad_back(visit), None
        case _:
            return _number(visit, event, around)


def _number(visit: Visit, event: Event, around: Around) -> tuple[Visit, Notice | None]:
    """Take all that concerns a number which items of several libraries may bear."""
    match event:
        case NumberRead(candidates):
            return put(visit, candidates, None), None
        case ItemsFound(findings=findings) if awaited(visit, event):
            return _found(visit, findings, around)
        case CandidateTouched(item_id) if on_offer(visit, item_id):
            return _meant(visit, item_id, around)
        case NoCandidateTouched() if asking(visit):
            return answer(visit), None
        case FinishTouched():
            return visit, notice(around, NoticeKind.NUMBER_OPEN)
        case _:
            return _word(visit, event, around)


def _word(visit: Visit, event: Event, around: Around) -> tuple[Visit, Notice | None]:
    """Take the patron's word about the count, a fee, or another service that cannot be had."""
    match event:
        case CountTouched(right) if uncounted(visit, around):
            return count(visit, around, right=right), None if right else notice(around, NoticeKind.MISCOUNTED)
        case OverrideTouched():
            return overridden(visit, event, around), None
        case FeeTouched(item_id, agreed):
            return agree(visit, item_id, agreed=agreed), None
        case ServiceTouched(service) if service is not Service.BORROW:
            return visit, notice(around, NoticeKind.NO_SERVICE)
        case _:
            return visit, None


def _found(visit: Visit, findings: tuple[Finding, ...], around: Around) -> tuple[Visit, Notice | None]:
    """Take the one item that the library system knows; where it may be another as well, the patron is asked."""
    possible = tuple(finding for finding in findings if finding.known is not False)
    if not possible:
        return answer(visit), notice(around, NoticeKind.NUMBER_UNKNOWN)
    if len(possible) == 1 and possible[0].known:
        return _meant(visit, possible[0].candidate.item_id, around)
    return ask(visit, possible), None


def _meant(visit: Visit, item_id: ItemId, around: Around) -> tuple[Visit, Notice | None]:
    tag_uid = visit.questions[0].tag_uid
    visit = answer(visit)
    if tag_uid is None:
        return _scanned(visit, item_id, around)
    visit, repeated = present(replace(visit, named=(*visit.named, (tag_uid, item_id))), item_id, tag_uid)
    return visit, notice(around, NoticeKind.ALREADY_LISTED) if repeated else None


def _pad_changed(visit: Visit, around: Around, laid: Laid, *, doubted: bool) -> tuple[Visit, Notice | None]:
    visit = _still_lying(visit, around, laid, doubted=doubted)
    visit, repeated = _present_all(visit, tuple(item for item in laid.items if item.tag_uid not in visit.lying))
    for number in laid.numbers:
        if number.tag_uid not in visit.lying:
            visit = put(visit, number.candidates, number.tag_uid)
    if laid.oddities:
        return visit, notice(around, NoticeKind.ODD_TAG, oddity=laid.oddities[0])
    return visit, notice(around, NoticeKind.ALREADY_LISTED) if repeated else None


def _still_lying(visit: Visit, around: Around, laid: Laid, *, doubted: bool) -> Visit:
    """Keep apart what lay there before the card, what only flickered, and what may be somebody else's."""
    there = around.pad.tags
    gone = dict(visit.gone) | dict.fromkeys(visit.lying - there, around.now)
    flickered = {uid for uid in there & gone.keys() if around.now - gone[uid] < around.limits.lifted_s}
    accepted = visit.accepted + around.limits.lying_s
    laid_down: tuple[PadItem | PadNumber, ...] = (*laid.items, *laid.numbers)
    not_theirs = {each.tag_uid for each in laid_down if doubted or each.first_seen <= accepted}
    listed = {entry.tag_uid for entry in visit.entries} | {question.tag_uid for question in visit.questions}
    return replace(
        visit,
        lying=(visit.lying & there) | flickered | (not_theirs - listed),
        gone=tuple((uid, since) for uid, since in gone.items() if uid not in there),
    )


def _scanned(visit: Visit, item_id: ItemId, around: Around) -> tuple[Visit, Notice | None]:
    # A label held under the scanner is the patron's own act: the item is theirs also if its tag lay there before.
    same = {item.tag_uid for item in around.pad.items if item.item_id == item_id}
    visit, repeated = present(replace(visit, lying=visit.lying - same), item_id, tag_of(around.pad, item_id))
    return visit, notice(around, NoticeKind.ALREADY_LISTED) if repeated else None


def _lying_wanted(visit: Visit, pad: Pad) -> Visit:
    wanted = tuple(item for item in pad.items if item.tag_uid in visit.lying)
    visit, _ = _present_all(visit, wanted)
    numbers = tuple(number for number in pad.numbers if number.tag_uid in visit.lying)
    for number in numbers:
        visit = put(visit, number.candidates, number.tag_uid)
    return replace(
        visit, lying=visit.lying - {item.tag_uid for item in wanted} - {number.tag_uid for number in numbers}
    )


def _present_all(visit: Visit, items: tuple[PadItem, ...]) -> tuple[Visit, bool]:
    repeated = False
    for item in items:
        visit, again = present(visit, item.item_id, item.tag_uid)
        repeated = repeated or again
    return visit, repeated


def _ticked(state: Borrowing) -> Step:
    around, limits = state.around, state.around.limits
    visit = give_up_renewals(give_up_waiting(state.visit, around), around)
    if visit != state.visit:
        state = replace(state, visit=visit, idle_since=around.now)
    state = replace(state, notice=still_shown(state.notice, around))
    if busy(visit, around) or account_busy(visit):
        return state, ()
    if state.warned_until is not None:
        if around.now >= state.warned_until:
            return settle(around, visit, SettleReason.TIMED_OUT)
        return state, ()
    if around.now - state.idle_since >= limits.idle_s:
        return replace(state, warned_until=around.now + limits.warning_s), ()
    return state, ()
