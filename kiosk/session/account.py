"""A patron at the account page: what is on loan, on hold and owed; renewals and cancelled holds."""

from dataclasses import replace
from typing import assert_never

from kiosk.session.account_list import (
    account_answered,
    account_pursue,
    account_read,
    cancel_hold,
    drop_waiting_renewals,
    want_renewed,
)
from kiosk.session.answers import AccountRead, AccountUnread, ItemsFound, RenewalUnknown
from kiosk.session.borrowing import borrowing
from kiosk.session.effects import Effect, ReadAccount
from kiosk.session.ending import settle
from kiosk.session.events import CardPresented, Event, ItemScanned, LibrarySystemBack, NumberRead, PadChanged, Ticked
from kiosk.session.locks import unproven
from kiosk.session.meanwhile import alive, as_list, beside, meanwhile, passed, told
from kiosk.session.paying import paying, paying_awaits
from kiosk.session.paying_events import PayByBankTouched, PayingLeftTouched, TransferBegan, TransferNotBegun
from kiosk.session.pin import asking_pin
from kiosk.session.services import open_service
from kiosk.session.state import AskingPin, AtAccount, Borrowing, NoticeKind, SettleReason
from kiosk.session.surroundings import Laid, Step, can_serve, notice
from kiosk.session.touches import (
    CancelHoldTouched,
    CancelTouched,
    FinishTouched,
    ReadAgainTouched,
    RenewTouched,
    ServiceTouched,
)
from kiosk.session.values import Service


def at_account(state: AtAccount, event: Event, laid: Laid) -> Step:  # noqa: PLR0911 - one return for each event
    """Show the account, renew and cancel what is touched, one after the other; an item presented begins borrowing."""
    match event:
        case FinishTouched():
            return borrowing(as_list(state), event, laid)
        case CancelTouched():
            return settle(state.around, drop_waiting_renewals(state.visit), SettleReason.CANCELLED)
        case Ticked():
            return passed(state, event, awaits=state.reading or paying_awaits(state))
        case PayByBankTouched() | TransferBegan() | TransferNotBegun():
            return paying(state, event)
        case RenewTouched() | CancelHoldTouched() | ReadAgainTouched() | PayingLeftTouched():
            return _touched(alive(state), event)
        case ServiceTouched(service):
            return _wanted(alive(state), service)
        case AccountRead() | AccountUnread() if state.reading and event.visit_id == state.visit.visit_id:
            return _answered(told(state), event)
        case ItemScanned() | NumberRead() | PadChanged() | ItemsFound():
            return _item_presented(state, event, laid)
        case CardPresented(patron_id=card) if card != state.visit.patron.patron_id:
            return _another_card(state, event, laid)
        case _:
            return _went_on(state, event, laid)


def _went_on(state: AtAccount, event: Event, laid: Laid) -> Step:
    """Take what the list of items takes as well; the account is read anew where it may have changed unseen."""
    effects: tuple[Effect, ...] = ()
    match event:
        case LibrarySystemBack() if state.unread:
            state, effects = _read(state)
        case RenewalUnknown() if account_answered(state.visit, event, state.around) is not state.visit:
            state, effects = (replace(state, stale=True), ()) if state.reading else _read(state)
        case _:
            pass
    following, more = meanwhile(state, event, laid)
    return following, (*effects, *more)


def _read(state: AtAccount) -> tuple[AtAccount, tuple[Effect, ...]]:
    if not state.around.library_system:
        return replace(state, reading=False, stale=False, unread=True), ()
    question = ReadAccount(state.visit.visit_id, state.visit.patron.patron_id, state.around.language)
    return replace(state, reading=True, stale=False, unread=False), (question,)


def _answered(state: AtAccount, answer: AccountRead | AccountUnread) -> Step:
    match answer:
        case AccountRead() if state.stale:
            return _read(state)
        case AccountRead(account=account):
            return replace(state, visit=account_read(state.visit, account), reading=False), ()
        case AccountUnread():
            return replace(state, reading=False, stale=False, unread=True), ()
        case _:
            assert_never(answer)


def _touched(state: AtAccount, touch: RenewTouched | CancelHoldTouched | ReadAgainTouched | PayingLeftTouched) -> Step:
    around = state.around
    match touch:
        case RenewTouched(item_ids):
            visit, effects = account_pursue(want_renewed(state.visit, item_ids), around)
            return replace(state, visit=visit), effects
        case CancelHoldTouched() | ReadAgainTouched() if not around.library_system:
            return replace(state, notice=notice(around, NoticeKind.NO_SERVICE)), ()
        case CancelHoldTouched(item_id):
            visit, effects = cancel_hold(state.visit, item_id)
            return replace(state, visit=visit), effects
        case PayingLeftTouched():
            return _read(replace(state, paying=None)) if state.paying is not None else (state, ())
        case ReadAgainTouched():
            return _read(state) if state.unread else (state, ())
        case _:
            assert_never(touch)


def _wanted(state: AtAccount, service: Service) -> Step:
    around, visit = state.around, state.visit
    match service:
        case Service.ACCOUNT:
            return state, ()
        case Service.BORROW if _lends(state) and (visit.entries or visit.questions or can_serve(around, service)):
            return open_service(around, visit, service)
        case _:
            return replace(state, notice=notice(around, NoticeKind.NO_SERVICE)), ()


def _lends(state: AtAccount) -> bool:
    return Service.BORROW in state.around.limits.services


def _item_presented(state: AtAccount, event: ItemScanned | NumberRead | PadChanged | ItemsFound, laid: Laid) -> Step:
    """Begin to borrow at once; what is not to be lent, or only after a PIN, waits on the list for a touch."""
    if state.doubted or not _lends(state):
        return meanwhile(state, event, laid)
    opened, _ = open_service(state.around, state.visit, Service.BORROW)
    if isinstance(opened, AskingPin):
        begins = isinstance(event, ItemScanned | NumberRead) or laid.items or laid.numbers
        return asking_pin(opened, event, laid) if begins else meanwhile(state, event, laid)
    following, effects = borrowing(as_list(state), event, laid)
    if not isinstance(following, Borrowing) or _begins(state, event, laid, following):
        return following, effects
    return beside(state, following), effects


def _begins(state: AtAccount, event: Event, laid: Laid, listed: Borrowing) -> bool:
    """Say whether the patron presented something, or is asked which of several items a number means."""
    match event:
        case PadChanged():
            tags = {item.tag_uid for item in laid.items} | {number.tag_uid for number in laid.numbers}
            return bool(tags - listed.visit.lying)
        case ItemsFound():
            return listed.visit.questions != state.visit.questions
        case _:
            return True


def _another_card(state: AtAccount, card: CardPresented, laid: Laid) -> Step:
    """Hide the account behind the PIN again, where the site wants one: somebody else may stand there."""
    if Service.ACCOUNT not in state.around.limits.pin_for and not state.visit.card_typed:
        return meanwhile(state, card, laid)
    page = AskingPin(
        state.around,
        unproven(state.visit),
        Service.ACCOUNT,
        idle_since=state.idle_since,
        warned_until=state.warned_until,
        notice=state.notice,
    )
    return asking_pin(page, card, laid)
