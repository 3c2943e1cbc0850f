"""The search pages: the keys, what was found, and a book; whatever a catalogue holds becomes harmless lines."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from kiosk.session.hold_begin import is_holdable, may_hold
from kiosk.session.search_events import BrowseTouched
from kiosk.session.search_state import Searching, SearchPage, Typing
from kiosk.session.search_values import BookDetails, Found, Hit, PlaceCopies, Wanted
from kiosk.session.searching import ROWS
from kiosk.session.state import NoticeKind
from kiosk.session.values import Service
from kiosk.texts import Texts, plain_title
from kiosk.ui.view_narrowing import KIND, choices, narrowed_to
from kiosk.ui.view_search_types import BookView, ChoicesView, HitsView, HitView, ResultsView, SearchView
from kiosk.ui.view_words import notice_words
from library.catalogue.record import Audience, RecordKind
from library.text.forms import printable
from library.text.width import shorten

_LONGEST_LINE: Final = 120
_LONGEST_NAMES: Final = 70
_LONGEST_TITLE: Final = 120
"""Columns on a list; the book's own page has more."""
_LONGEST_SUMMARY: Final = 600
_LONGEST_TYPED: Final = 60
_MOST_SUBJECTS: Final = 6
_MOST_PLACES: Final = 12
_LONGEST_LINK: Final = 320
_AUDIENCE = {
    Audience.CHILDREN: "audience.children",
    Audience.YOUTH: "audience.youth",
    Audience.ADULT: "audience.adult",
    Audience.GENERAL: "",
}
_TYPING = {
    Typing.TELEX: "search.typing_telex",
    Typing.VNI: "search.typing_vni",
    Typing.PLAIN: "search.typing_plain",
}
_LIST = {Wanted.NEWEST: "search.newest", Wanted.LOCAL: "search.local"}


def searching(state: Searching, texts: Texts) -> SearchView | ResultsView | BookView | ChoicesView:
    """Give the page that is open."""
    match state.page:
        case SearchPage.BOOK if state.hit is not None:
            return _book(state, state.hit, texts)
        case SearchPage.CHOICES:
            return choices(state, texts)
        case SearchPage.RESULTS:
            return _results(state, texts)
        case _:
            return _typing(state, texts)


def _typing(state: Searching, texts: Texts) -> SearchView:
    return SearchView(
        typed=state.text,
        prompt=texts.say("search.prompt"),
        hits=_hits(state, texts),
        notice=_notice(state, texts),
        digits=state.typing is Typing.VNI,
        typing_label=texts.say(_TYPING[state.typing]),
        results_label=_to_results(state, texts),
        space_label=texts.say("search.space"),
        erase_label=texts.say("pin.erase"),
        leave_label=texts.say("search.leave"),
    )


def _notice(state: Searching, texts: Texts) -> str:
    if state.notice is not None and state.notice.kind is NoticeKind.CARD_FIRST:
        return texts.say("search.card_first")
    return notice_words(state.notice, texts)


def _to_results(state: Searching, texts: Texts) -> str:
    """Say what can be seen without the keys: the results, or the list that stands there while nothing was typed."""
    if state.found is None or not state.found.hits:
        return ""
    return texts.count("search.see", state.found.total) if state.wanted is Wanted.TEXT else texts.say("search.newest")


def _results(state: Searching, texts: Texts) -> ResultsView:
    if state.wanted in _LIST:
        title = texts.say(_LIST[state.wanted])
    else:
        title = texts.say("search.quoted", words=_line(state.text, _LONGEST_TYPED))
    other = next((wanted for wanted in _LIST if wanted is not state.wanted), None) if state.wanted in _LIST else None
    hits = _hits(state, texts)
    if state.wanted in _LIST and hits.hits and state.found is not None:
        hits = replace(hits, told=_as_of(state.found.as_of, texts))
    return ResultsView(
        title=title,
        hits=hits,
        notice=_notice(state, texts),
        back_label=texts.say("search.keys"),
        browse_label="" if other is None else texts.say(_LIST[other]),
        browse=None if other is None else BrowseTouched(other),
        leave_label=texts.say("search.leave"),
        narrow_label=texts.say("narrow.open") if _can_narrow(state) else "",
    )


def _can_narrow(state: Searching) -> bool:
    return state.wanted is Wanted.TEXT and state.found is not None and (state.found.total > 1 or bool(state.narrowed))


def _hits(state: Searching, texts: Texts) -> HitsView:
    found = state.found
    if found is None:
        told = texts.say("search.silent" if state.silent else "search.looking")
        return HitsView((), told, "", "", "", "", "", "", busy=not state.silent)
    instead = _line(found.searched_for, _LONGEST_TYPED)
    shown_to = state.first + len(found.hits)
    return HitsView(
        hits=tuple(_hit(hit, texts) for hit in found.hits[:ROWS]),
        told=_told(state, found, texts),
        instead=texts.say("search.instead", words=instead) if instead else "",
        as_typed_label=texts.say("search.as_typed", words=_line(state.text, _LONGEST_TYPED)) if instead else "",
        narrowed=narrowed_to(state, texts) if state.narrowed else "",
        widen_label=texts.say("narrow.all") if state.narrowed else "",
        more_label=texts.say("search.more") if shown_to < found.total and state.wanted is Wanted.TEXT else "",
        less_label=texts.say("search.less") if state.first else "",
        busy=state.awaited is not None,
    )


def _told(state: Searching, found: Found, texts: Texts) -> str:
    if not found.hits:
        return texts.say("search.nothing" if state.wanted is Wanted.TEXT else "search.empty_list")
    if state.wanted is not Wanted.TEXT:
        words = texts.say(_LIST[state.wanted])
    elif found.total > len(found.hits):
        first, last = str(state.first + 1), str(state.first + len(found.hits))
        words = texts.count("search.part", found.total, first=first, last=last)
    else:
        words = texts.count("search.found", found.total)
    return f"{words} {_as_of(found.as_of, texts)}".strip()


def _hit(hit: Hit, texts: Texts) -> HitView:
    return HitView(
        title=_line(hit.title, _LONGEST_TITLE) or texts.say("search.untitled"),
        about=_about(hit, texts),
        standing=_standing(hit, texts),
        here=hit.here.available > 0,
        cover=hit.cover,
    )


def _about(hit: Hit, texts: Texts) -> str:
    kind = "" if hit.kind in {RecordKind.BOOK, RecordKind.OTHER} else KIND[hit.kind]
    audience = "" if hit.audience is None else _AUDIENCE[hit.audience]
    parts = (
        _line(hit.names, _LONGEST_NAMES),
        "" if hit.year is None else str(hit.year),
        texts.say(kind) if kind else "",
        texts.say(audience) if audience else "",
    )
    return " \u2022 ".join(part for part in parts if part)


def _standing(hit: Hit, texts: Texts) -> str:
    """Say what a reader wants to know first: is one here, where, and if not, where else."""
    shelf = _line(hit.shelf, _LONGEST_LINE)
    if hit.here.available:
        return texts.say("stock.here_at", shelf=shelf) if shelf else texts.say("stock.here")
    if hit.here.total:
        away = texts.say("stock.ask_here" if hit.here.unknown else "stock.lent")
        return f"{away} {texts.say('stock.elsewhere')}" if hit.elsewhere.available else away
    if hit.elsewhere.available:
        return texts.say("stock.only_elsewhere")
    if hit.elsewhere.unknown:
        return texts.say("stock.ask_elsewhere")
    return texts.say("stock.lent_elsewhere" if hit.elsewhere.total else "stock.none")


def _book(state: Searching, hit: Hit, texts: Texts) -> BookView:
    book = state.book
    shown = hit if book is None else book.hit
    link = "" if book is None or len(book.link) > _LONGEST_LINK else book.link
    return BookView(
        title=plain_title(shown.title) or texts.say("search.untitled"),
        about=_about(shown, texts),
        standing=_standing(shown, texts),
        here=shown.here.available > 0,
        lines=() if book is None else _lines(state, book, texts),
        places=() if book is None else tuple(_place(each, texts) for each in book.places[:_MOST_PLACES]),
        told=_book_told(state, texts),
        notice=_notice(state, texts),
        cover=b"" if book is None else book.cover,
        code=link,
        code_words=texts.say("book.take_along") if link else "",
        hold_label=_hold_label(state, texts),
        back_label=texts.say("book.back"),
        leave_label=texts.say("search.leave"),
        busy=state.awaited_book is not None,
    )


def _book_told(state: Searching, texts: Texts) -> str:
    if state.book is not None:
        return _as_of(state.book.as_of, texts)
    return texts.say("search.looking" if state.awaited_book is not None else "search.silent")


def _hold_label(state: Searching, texts: Texts) -> str:
    book = state.book
    if book is None or not is_holdable(book) or not may_hold(state.around):
        return ""
    return texts.say("reserve.ask" if book.hit.here.total else "reserve.ask_elsewhere")


def _why_no_hold(state: Searching, book: BookDetails, texts: Texts) -> str:
    """Say why nobody can ask for the book now, where that is offered at other times."""
    offered = Service.ACCOUNT in state.around.limits.services and is_holdable(book)
    return texts.say("reserve.no_line") if offered and not may_hold(state.around) else ""


def _lines(state: Searching, book: BookDetails, texts: Texts) -> tuple[str, ...]:
    subjects = ", ".join(_line(each, _LONGEST_LINE) for each in book.subjects[:_MOST_SUBJECTS])
    parts = (
        _why_no_hold(state, book, texts),
        _line(book.summary, _LONGEST_SUMMARY),
        texts.say("book.published", words=_line(book.published, _LONGEST_LINE)) if book.published else "",
        texts.say("book.series", words=_line(book.series, _LONGEST_LINE)) if book.series else "",
        texts.say("book.subjects", words=shorten(subjects, _LONGEST_LINE * 2)) if subjects else "",
        texts.say("book.isbn", words=_line(book.isbn, _LONGEST_LINE)) if book.isbn else "",
    )
    return tuple(part for part in parts if part)


def _place(each: PlaceCopies, texts: Texts) -> str:
    place = texts.say("book.here") if each.is_here else _line(each.place, _LONGEST_LINE)
    if each.copies.unknown and not each.copies.available:
        copies = texts.say("book.ask_there")
    else:
        copies = texts.say("book.copies", available=str(each.copies.available), total=str(each.copies.total))
    shelf = _line(each.shelf, _LONGEST_LINE)
    words = f"{place}: {copies}"
    return f"{words}, {texts.say('book.shelf', shelf=shelf)}" if shelf else words


def _as_of(moment: datetime | None, texts: Texts) -> str:
    return "" if moment is None else texts.say("search.as_of", at=texts.due(moment))


def _line(text: str, columns: int) -> str:
    return shorten(printable(text), columns)
