"""Somebody looks for a book: each key asks anew, a late answer is none, and with the page everything is forgotten."""

from dataclasses import replace
from typing import Final

from kiosk.session.effects import Effect
from kiosk.session.events import CardPresented, Event, ItemScanned, LabelRejected, NumberRead, PadChanged, Ticked
from kiosk.session.hold_begin import ask_card
from kiosk.session.outside_visit import identify
from kiosk.session.search_effects import AskCatalogue, CountBooks, ReadBook
from kiosk.session.search_events import (
    AsTypedTouched,
    BackTouched,
    BookRead,
    BooksCounted,
    BookTouched,
    BrowseTouched,
    CatalogueAnswered,
    CatalogueSilent,
    ChoicesTouched,
    IsbnScanned,
    LetterTouched,
    NarrowTouched,
    ResultsTouched,
    SearchTouched,
    TurnTouched,
    TypingTouched,
    WidenTouched,
)
from kiosk.session.search_state import Searching, SearchPage, Typing
from kiosk.session.search_values import Narrowing, Wanted
from kiosk.session.state import Around, NoticeKind
from kiosk.session.surroundings import Laid, Step, home, notice, still_shown
from kiosk.session.touches import CancelTouched, DoneTouched, EraseTouched, HoldTouched, ScreenTouched
from kiosk.session.values import ItemId
from library.text.telex import Keys, Typed, press, rub_out

ROWS: Final = 10
"""Results that are asked for, and shown, at once."""
LONGEST_TYPED: Final = 80
"""Letters that the field takes: more than the longest title that anybody types."""
_NEXT: Final = {Typing.TELEX: Typing.VNI, Typing.VNI: Typing.PLAIN, Typing.PLAIN: Typing.TELEX}
_KEYS: Final = {Typing.TELEX: Keys.TELEX, Typing.VNI: Keys.VNI}
_Step = tuple[Searching, tuple[Effect, ...]]


def may_search(around: Around) -> bool:
    """Say whether somebody without a card may look for a book now; the library system is not needed for it."""
    return around.catalogue.there and around.opening.is_open


def begin_search(around: Around) -> Step:
    """Open the page, with the new books on it."""
    return _asked(Searching(around, idle_since=around.now))


def searching(state: Searching, event: Event, laid: Laid) -> Step:  # noqa: PLR0911 - one return for each event
    """Type, look, turn pages; a card begins its visit, and whoever stands there then finds nothing of the search."""
    match event:
        case CardPresented():
            return identify(state.around, event)
        case CancelTouched() | DoneTouched():
            return home(state.around), ()
        case Ticked():
            return _passed(state)
        case CatalogueAnswered() | BookRead() | BooksCounted() | CatalogueSilent():
            return _answered(state, event), ()
        case ItemScanned() | NumberRead() | IsbnScanned():
            return _scanned(_alive(state), event)
        case LabelRejected(fault):
            said = notice(state.around, NoticeKind.LABEL_REJECTED, label_fault=fault)
            return replace(_alive(state), notice=said), ()
        case PadChanged() if laid.items or laid.numbers or laid.oddities:
            return replace(_alive(state), notice=notice(state.around, NoticeKind.CARD_FIRST)), ()
        case _:
            return _touched(state, event)


def _touched(state: Searching, event: Event) -> Step:  # noqa: C901, PLR0911, PLR0912 - one return for each touch
    match event:
        case SearchTouched():
            return begin_search(state.around)
        case BrowseTouched(wanted):
            state = replace(
                _alive(state), wanted=wanted, typed="", word=Typed(), scanned=False, found=None, narrowed=()
            )
            return _asked(replace(state, page=SearchPage.RESULTS))
        case LetterTouched(key):
            return _typed(_alive(state), key)
        case EraseTouched():
            return _erased(_alive(state))
        case TypingTouched():
            return replace(_alive(state), typing=_NEXT[state.typing], typed=state.text, word=Typed()), ()
        case AsTypedTouched():
            return _asked(replace(_alive(state), as_typed=True))
        case ChoicesTouched() | NarrowTouched() | WidenTouched():
            return _narrowed(_alive(state), event)
        case ResultsTouched():
            return replace(_alive(state), page=SearchPage.RESULTS), ()
        case TurnTouched(forward):
            return _turned(_alive(state), forward=forward)
        case BookTouched(row):
            return _opened(_alive(state), row)
        case BackTouched():
            return _back(_alive(state)), ()
        case HoldTouched() if state.book is not None:
            return ask_card(state.around, state.book) or _alive(state), ()
        case ScreenTouched():
            return _alive(state), ()
        case _:
            return state, ()


def _alive(state: Searching) -> Searching:
    return replace(state, idle_since=state.around.now, warned_until=None)


def _asked(state: Searching, first: int = 0) -> _Step:
    """Ask for the list as it is wanted now; only the answer to the last question counts."""
    standing = replace(state.around.catalogue, asked=state.around.catalogue.asked + 1)
    number = standing.asked
    state = replace(state, around=replace(state.around, catalogue=standing), first=first, awaited=number)
    text = state.text.strip()
    return state, (AskCatalogue(number, state.wanted, text, state.as_typed, first, ROWS, state.narrowed),)


def _typed(state: Searching, key: str) -> _Step:
    """Take a key; what else the list showed makes room for what is typed."""
    if state.scanned:
        state = replace(state, typed="")
    if len(state.text) >= LONGEST_TYPED:
        return state, ()
    if not key.isalnum() or state.typing is Typing.PLAIN:
        word, typed = Typed(), state.text + key
    else:
        word, typed = press(state.word, key, _KEYS[state.typing]), state.typed
    return _retyped(state, typed, word)


def _erased(state: Searching) -> _Step:
    if state.scanned:
        return _retyped(state, "", Typed())
    if state.word.text:
        return _retyped(state, state.typed, rub_out(state.word))
    return _retyped(state, state.typed[:-1], Typed())


def _narrowed(state: Searching, touch: ChoicesTouched | NarrowTouched | WidenTouched) -> Step:
    """Narrow what was found, or widen it; the results come first, what else it may be narrowed by follows."""
    if state.wanted is not Wanted.TEXT:
        return state, ()
    if isinstance(touch, ChoicesTouched):
        return _counted(replace(state, page=SearchPage.CHOICES))
    asked, effects = _asked(replace(state, narrowed=_toggled(state.narrowed, touch)))
    if asked.page is not SearchPage.CHOICES:
        return asked, effects
    counted, more = _counted(asked)
    return counted, (*effects, *more)


def _toggled(narrowed: tuple[Narrowing, ...], touch: NarrowTouched | WidenTouched) -> tuple[Narrowing, ...]:
    if isinstance(touch, WidenTouched):
        return ()
    without = tuple(each for each in narrowed if each != touch.narrowing)
    return without if without != narrowed else (*narrowed, touch.narrowing)


def _counted(state: Searching) -> _Step:
    standing = replace(state.around.catalogue, asked=state.around.catalogue.asked + 1)
    question = CountBooks(standing.asked, state.text.strip(), state.as_typed, state.narrowed)
    around = replace(state.around, catalogue=standing)
    return replace(state, around=around, awaited_choices=standing.asked), (question,)


def _retyped(state: Searching, typed: str, word: Typed) -> _Step:
    wanted = Wanted.TEXT if (typed + word.text).strip() else Wanted.NEWEST
    anew = replace(
        state, typed=typed, word=word, scanned=False, wanted=wanted, as_typed=False, narrowed=(), choices=None
    )
    return _asked(replace(anew, page=SearchPage.TYPING, hit=None, book=None, awaited_book=None))


def _scanned(state: Searching, event: ItemScanned | NumberRead | IsbnScanned) -> _Step:
    """Search for the number on a book's label: that of a copy of ours, or of the edition."""
    match event:
        case ItemScanned(ItemId(text)):
            number = text
        case NumberRead(candidates):
            number = candidates[0].item_id.text if candidates else ""
        case _:
            number = event.isbn
    asked, effects = _retyped(state, number[:LONGEST_TYPED], Typed())
    return replace(asked, page=SearchPage.RESULTS, found=None, scanned=True), effects


def _turned(state: Searching, *, forward: bool) -> _Step:
    first = state.first + (ROWS if forward else -ROWS)
    if state.found is None or not 0 <= first < state.found.total:
        return state, ()
    return _asked(state, first)


def _opened(state: Searching, row: int) -> _Step:
    hits = () if state.found is None else state.found.hits
    if not 0 <= row < len(hits):
        return state, ()
    standing = replace(state.around.catalogue, asked=state.around.catalogue.asked + 1)
    opened = replace(
        state,
        around=replace(state.around, catalogue=standing),
        before=state.page if state.page is not SearchPage.BOOK else state.before,
        page=SearchPage.BOOK,
        hit=hits[row],
        book=None,
        awaited_book=standing.asked,
    )
    return opened, (ReadBook(standing.asked, hits[row].key),)


def _back(state: Searching) -> Searching:
    if state.page is SearchPage.CHOICES:
        return replace(state, page=SearchPage.RESULTS)
    if state.page is SearchPage.BOOK:
        return replace(state, page=state.before, hit=None, book=None, awaited_book=None)
    return replace(state, page=SearchPage.TYPING)


def _answered(  # noqa: PLR0911 - one return for each answer
    state: Searching, answer: CatalogueAnswered | BookRead | BooksCounted | CatalogueSilent
) -> Searching:
    """Take the answer to the last question of its kind, and no other."""
    match answer:
        case CatalogueAnswered(number, found) if number == state.awaited:
            return replace(state, found=found, silent=False, awaited=None)
        case BookRead(number, book) if number == state.awaited_book:
            return replace(state, book=book, awaited_book=None)
        case BooksCounted(number, choices) if number == state.awaited_choices:
            return replace(state, choices=choices, awaited_choices=None)
        case CatalogueSilent(number) if number == state.awaited_choices:
            return replace(state, choices=(), awaited_choices=None)
        case CatalogueSilent(number) if number == state.awaited:
            return replace(state, found=None, silent=True, awaited=None)
        case CatalogueSilent(number) if number == state.awaited_book:
            return replace(state, awaited_book=None)
        case _:
            return state


def _passed(state: Searching) -> Step:
    """Ask whether somebody is still there, then forget what was looked for."""
    around = state.around
    if state.warned_until is not None:
        return (home(around), ()) if around.now >= state.warned_until else (state, ())
    state = replace(state, notice=still_shown(state.notice, around))
    if around.now - state.idle_since >= around.limits.idle_s:
        return replace(state, warned_until=around.now + around.limits.warning_s), ()
    return state, ()
