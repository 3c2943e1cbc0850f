"""By what the results of a search can be narrowed, in words, and what they are narrowed to."""

from typing import Final

from kiosk.session.search_events import NarrowTouched
from kiosk.session.search_state import Searching
from kiosk.session.search_values import Choice, Narrowing
from kiosk.texts import Texts
from kiosk.ui.view_search_types import ChoicesView, ChoiceView
from library.catalogue.asking import Facet
from library.catalogue.record import RecordKind
from library.text.forms import printable
from library.text.width import shorten

KIND: Final = {
    RecordKind.BOOK: "kind.book",
    RecordKind.THESIS: "kind.thesis",
    RecordKind.SERIAL: "kind.serial",
    RecordKind.SCORE: "kind.score",
    RecordKind.SOUND: "kind.sound",
    RecordKind.FILM: "kind.film",
    RecordKind.MAP: "kind.map",
    RecordKind.PICTURE: "kind.picture",
    RecordKind.DIGITAL: "kind.digital",
    RecordKind.OTHER: "kind.other",
}
_LANGUAGE = {
    "vie": "tongue.vie",
    "eng": "tongue.eng",
    "fre": "tongue.fre",
    "rus": "tongue.rus",
    "chi": "tongue.chi",
    "jpn": "tongue.jpn",
    "kor": "tongue.kor",
    "ger": "tongue.ger",
    "hmn": "tongue.hmn",
    "khm": "tongue.khm",
    "tai": "tongue.tai",
}
_LONGEST_PLACE: Final = 50
_MOST_NAMED: Final = 3


def choices(state: Searching, texts: Texts) -> ChoicesView:
    """Give the page; what is narrowed stands there though nothing is counted yet."""
    offered = state.choices
    if offered is None:
        offered = tuple(Choice(each, 0) for each in state.narrowed)
    found = state.found
    return ChoicesView(
        title=texts.say("narrow.title"),
        told=texts.say("search.looking") if state.awaited_choices is not None else _left(state, texts),
        choices=tuple(_choice(each, state, texts) for each in offered),
        show_label=texts.say("search.looking") if found is None else texts.count("narrow.show", found.total),
        widen_label=texts.say("narrow.all") if state.narrowed else "",
        leave_label=texts.say("search.leave"),
    )


def narrowed_to(state: Searching, texts: Texts) -> str:
    """Say to what the results are narrowed; more than three are not all named."""
    known = {each.narrowing: each for each in state.choices or ()}
    named = [_words(known.get(each, Choice(each, 0)), texts) for each in state.narrowed]
    more = ", \u2026" if len(named) > _MOST_NAMED else ""
    return texts.say("narrow.only", words=", ".join(named[:_MOST_NAMED]) + more)


def _left(state: Searching, texts: Texts) -> str:
    if state.narrowed:
        return narrowed_to(state, texts)
    return texts.say("narrow.hint" if state.choices else "narrow.none")


def _choice(each: Choice, state: Searching, texts: Texts) -> ChoiceView:
    words = _words(each, texts)
    chosen = each.narrowing in state.narrowed
    number = texts.say("narrow.about", number=str(each.count)) if each.about else str(each.count)
    return ChoiceView(f"{words} ({number})" if each.count else words, chosen, NarrowTouched(each.narrowing))


def _words(each: Choice, texts: Texts) -> str:
    match each.narrowing:
        case Narrowing(Facet.AVAILABLE):
            return texts.say("narrow.available")
        case Narrowing(Facet.PLACE) if each.is_here:
            return texts.say("book.here")
        case Narrowing(Facet.PLACE, value):
            return shorten(printable(each.place or value), _LONGEST_PLACE)
        case Narrowing(Facet.KIND, value) if value in KIND:
            return texts.say(KIND[RecordKind(value)])
        case Narrowing(Facet.LANGUAGE, value) if value in _LANGUAGE:
            return texts.say(_LANGUAGE[value])
        case Narrowing(_, value):
            return shorten(printable(value), _LONGEST_PLACE)
