"""What the screen shows, as plain translated words: state and texts in, one frozen ``Screen`` out."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from kiosk.session.citizen_state import AskingCitizen, NewReader
from kiosk.session.hold_state import Reserving
from kiosk.session.search_state import Searching
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.state import (
    AskingPin,
    AtAccount,
    AwaitingCard,
    Borrowing,
    Finished,
    Identifying,
    Idle,
    OutOfOrder,
    ReturnFinished,
    Returning,
    ReturnSettling,
    Settling,
    State,
    TurnedAway,
)
from kiosk.session.typed_card import may_type_card
from kiosk.session.values import Device, Language
from kiosk.texts import Texts
from kiosk.ui.view_account import at_account
from kiosk.ui.view_borrow import borrowing
from kiosk.ui.view_citizen import asking_citizen, new_reader
from kiosk.ui.view_end import finished, return_finished
from kiosk.ui.view_hold import for_a_book, reserving
from kiosk.ui.view_home import closed, home, out_of_order
from kiosk.ui.view_pin import asking_pin, typing_card
from kiosk.ui.view_questions import overlay
from kiosk.ui.view_return import returning
from kiosk.ui.view_search import searching
from kiosk.ui.view_staff import asking_staff_pin, at_staff_desk
from kiosk.ui.view_types import BorrowView, IdentifyView, Page, ReturnView, Screen, SettlingView
from kiosk.ui.view_words import card_words, notice_words, refusal_of_card
from library.lending.refusals import Refusal

_PIN_REFUSALS = frozenset({Refusal.WRONG_PIN, Refusal.PIN_LOCKED})


def view(
    state: State,
    texts_by_language: Mapping[Language, Texts],
    help_words: str = "",
    *,
    camera: bool = False,
    shuffled_keys: bool = False,
) -> Screen:
    """Give all that the screen shows in this state; ``help_words`` say where help is when the kiosk is out of order.

    ``camera``: labels are held before a camera, and it helps to see what it sees. ``shuffled_keys``: the digits of the
    number pad stand in another order in each visit.
    """
    texts = texts_by_language[state.around.language]
    page = _page(state, texts, texts_by_language, help_words, shuffled_keys=shuffled_keys)
    if camera and Device.SCANNER not in state.around.lost:
        page = _with_camera(page, texts, laid=Device.CARD_READER in state.around.limits.needed - state.around.lost)
    if isinstance(state, AwaitingCard) and isinstance(page, IdentifyView) and state.around.limits.takes_citizens:
        page = replace(page, hint=texts.say("card.or_citizen", hint=page.hint))
    return Screen(page, overlay(state, texts), state.around.language)


def _with_camera(page: Page, texts: Texts, *, laid: bool) -> Page:
    """Show what the camera sees; ``laid``: a card may be laid on a card reader as well."""
    match page:
        case IdentifyView(busy=False, refused=False) if laid:
            return replace(page, camera=True)
        case IdentifyView(busy=False, refused=False):
            title, hint = texts.say("card.title_camera"), texts.say("card.hint_camera")
            return replace(page, title=title, hint=hint, camera=True)
        case BorrowView(picture="") | ReturnView(picture=""):
            return replace(page, picture="camera")
        case _:
            return page


def _page(  # noqa: C901, PLR0911, PLR0912 - one return for each state of the closed union
    state: State,
    texts: Texts,
    texts_by_language: Mapping[Language, Texts],
    help_words: str,
    *,
    shuffled_keys: bool,
) -> Page:
    match state:
        case Idle():
            return home(state, texts, texts_by_language)
        case AwaitingCard():
            page = for_a_book(_awaiting_card(state, texts), state.wish, texts)
            return page if state.typing is None else typing_card(state, texts)
        case Identifying():
            return _identifying(state, texts)
        case TurnedAway():
            return _turned_away(state, texts)
        case AskingPin():
            return asking_pin(state, texts, shuffled=shuffled_keys)
        case Borrowing():
            return borrowing(state, texts)
        case AtAccount():
            return at_account(state, texts)
        case Settling():
            return SettlingView(title=texts.say("settling.title"), hint=texts.say("settling.hint"))
        case Finished():
            return finished(state, texts)
        case Returning():
            return returning(state, texts)
        case ReturnSettling():
            return SettlingView(title=texts.say("settling.title"), hint=texts.say("settling.hint_return"))
        case ReturnFinished():
            return return_finished(state, texts)
        case OutOfOrder():
            return out_of_order(state, texts, help_words)
        case Closed():
            return closed(state, texts)
        case Searching():
            return searching(state, texts)
        case AskingCitizen():
            return asking_citizen(texts)
        case NewReader():
            return new_reader(state, texts)
        case Reserving():
            return reserving(state, texts)
        case AskingStaffPin():
            return asking_staff_pin(state, texts, shuffled=shuffled_keys)
        case AtStaffDesk():
            return at_staff_desk(state, texts)
        case _:
            assert_never(state)


def _awaiting_card(state: AwaitingCard, texts: Texts) -> IdentifyView:
    by_staff = state.around.staff is not None
    return IdentifyView(
        title=texts.say("staff.card_title" if by_staff else card_words(state.around).title),
        hint=texts.say(card_words(state.around).hint),
        busy=False,
        refused=False,
        cancel_label=texts.say("card.cancel"),
        notice=notice_words(state.notice, texts),
        type_label=texts.say("card.type") if may_type_card(state.around) else "",
    )


def _identifying(state: Identifying, texts: Texts) -> IdentifyView:
    return IdentifyView(
        title=texts.say("identify.cancelled" if state.cancelled else "identify.title"),
        hint=texts.say("identify.hint"),
        busy=True,
        refused=False,
        cancel_label="" if state.cancelled else texts.say("card.cancel"),
        notice="",
    )


def _turned_away(state: TurnedAway, texts: Texts) -> IdentifyView:
    locked = state.refusal in _PIN_REFUSALS
    minutes = max(1, math.ceil(state.around.limits.pin_lock_s / 60))
    return IdentifyView(
        title=texts.say("turned_away.title_locked" if locked else "turned_away.title"),
        hint=texts.count("turned_away.locked", minutes)
        if state.refusal is Refusal.WRONG_PIN
        else refusal_of_card(state.refusal, state.words, texts),
        busy=False,
        refused=True,
        cancel_label=texts.say("card.cancel"),
        notice="",
    )
