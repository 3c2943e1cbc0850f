"""A session in which somebody looks for a book; a test answers for the catalogue."""

from kiosk.session.limits import Limits
from kiosk.session.search_effects import AskCatalogue, ReadBook
from kiosk.session.search_events import CatalogueAnswered, CatalogueChanged, LetterTouched, SearchTouched
from kiosk.session.search_state import Searching
from kiosk.session.search_values import BookDetails, Copies, Found, Hit
from kiosk.session.values import ItemId, Service
from tests.support.session_play import Play

LIMITS = Limits(services=(Service.BORROW, Service.RETURN, Service.ACCOUNT), has_staff=True)
SECRET = "BI-MAT"
"""Every word of a search in these tests holds it, typed or found."""
HITS = tuple(Hit(number, f"{SECRET} {number}", SECRET, here=Copies(1, 1)) for number in range(1, 4))
FOUND = Found(HITS, total=25)
LENT = BookDetails(Hit(9, SECRET, SECRET, here=Copies(1, 0)), copy=ItemId("SIM-ITEM-0009"))
"""A book that somebody has on loan."""


def search_play() -> Play:
    """Give a kiosk that is open and idle, and has a catalogue."""
    play = Play(LIMITS).open()
    play.tell(CatalogueChanged(there=True))
    return play


def at_search() -> Play:
    """Open the search page."""
    play = search_play()
    play.tell(SearchTouched())
    return play


def typing(play: Play, keys: str) -> None:
    """Touch keys."""
    play.tell(*map(LetterTouched, keys))


def last_question(play: Play) -> AskCatalogue:
    """Give what the catalogue was asked last for a list."""
    return [effect for effect in play.of_search if isinstance(effect, AskCatalogue)][-1]


def last_book(play: Play) -> ReadBook:
    """Give what the catalogue was asked last about one book."""
    return [effect for effect in play.of_search if isinstance(effect, ReadBook)][-1]


def answered(play: Play, found: Found = FOUND) -> Searching:
    """Answer the last question for a list, and give the page."""
    play.tell(CatalogueAnswered(last_question(play).number, found))
    return page(play)


def page(play: Play) -> Searching:
    """Give the search page, which must be there."""
    assert isinstance(play.state, Searching)
    return play.state
