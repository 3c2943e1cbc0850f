"""The page on which a book is kept for a patron: the place in the queue, where it is to be fetched, and why not."""

from dataclasses import replace

from kiosk.session.hold_state import BookWish, HoldStep, Reserving
from kiosk.session.hold_values import PlacedHold
from kiosk.session.surroundings import can_serve
from kiosk.session.values import Service
from kiosk.texts import Texts, plain_title
from kiosk.ui.view_hold_types import HoldView
from kiosk.ui.view_types import IdentifyView
from kiosk.ui.view_words import LONGEST_WORDS, notice_words, refusal_of_hold
from library.lending.refusals import Refusal
from library.text.forms import printable
from library.text.width import shorten

_TITLE = {
    HoldStep.PLACING: "reserve.placing",
    HoldStep.FEE_ASKED: "reserve.fee_title",
    HoldStep.PLACED: "reserve.placed",
    HoldStep.REFUSED: "reserve.refused",
    HoldStep.UNKNOWN: "reserve.unknown",
    HoldStep.UNDOING: "reserve.undoing",
    HoldStep.UNDONE: "reserve.undone",
    HoldStep.KEPT: "reserve.not_undone",
}
_PICTURE = {
    HoldStep.PLACING: "busy",
    HoldStep.UNDOING: "busy",
    HoldStep.PLACED: "farewell",
    HoldStep.UNDONE: "farewell",
}
_LONGEST_TITLE = 90
_LONGEST_PLACE = 80


def reserving(state: Reserving, texts: Texts) -> HoldView:
    """Give the page."""
    step = state.step
    busy = step in {HoldStep.PLACING, HoldStep.UNDOING}
    asks = step is HoldStep.FEE_ASKED
    account = not busy and not asks and can_serve(state.around, Service.ACCOUNT)
    return HoldView(
        title=texts.say(_TITLE[step]),
        hint="\n".join(line for line in (_book(state.wish, texts), _words(state, texts)) if line),
        picture=_PICTURE.get(step, "desk"),
        notice=notice_words(state.notice, texts),
        agree_label=texts.say("reserve.agree") if asks else "",
        decline_label=texts.say("reserve.decline") if asks else "",
        account_label=texts.say("reserve.account") if account else "",
        undo_label=texts.say("reserve.undo") if step is HoldStep.PLACED else "",
        done_label="" if busy or asks else texts.say("finished.done"),
        busy=busy,
    )


def for_a_book(page: IdentifyView, wish: BookWish | None, texts: Texts) -> IdentifyView:
    """Say on the page that asks for a card for which book it is."""
    if wish is None:
        return page
    return replace(page, hint=f"{texts.say('reserve.whose', title=_book(wish, texts))}\n{page.hint}")


def _book(wish: BookWish, texts: Texts) -> str:
    return shorten(plain_title(wish.title), _LONGEST_TITLE) or texts.say("search.untitled")


def _words(state: Reserving, texts: Texts) -> str:
    match state.step:
        case HoldStep.FEE_ASKED:
            return shorten(printable(state.words), LONGEST_WORDS) or texts.say("refusal.fee_not_acknowledged")
        case HoldStep.PLACED if state.hold is not None:
            return _placed(state.hold, texts)
        case HoldStep.REFUSED:
            return refusal_of_hold(state.refusal or Refusal.OTHER, state.words, texts)
        case HoldStep.UNKNOWN:
            return texts.say("reserve.unknown_hint")
        case HoldStep.KEPT:
            return texts.say("hold.kept")
        case _:
            return ""


def _placed(hold: PlacedHold, texts: Texts) -> str:
    place = shorten(printable(hold.place), _LONGEST_PLACE)
    if hold.ready:
        words = texts.say("hold.ready_here") if hold.here else texts.say("hold.ready_elsewhere_at", place=place)
        if hold.until is None:
            return words
        return texts.say("hold.until", words=words.rstrip("."), date=texts.day(hold.until))
    where = texts.say("reserve.fetch_here") if hold.here else texts.say("reserve.fetch_at", place=place)
    if hold.position is None:
        return where
    if hold.position == 1:
        return f"{texts.say('reserve.first')} {where}"
    return f"{texts.count('reserve.before', hold.position - 1)} {where}"
