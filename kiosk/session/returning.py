"""Items are brought back, without a card: each is taken, armed again and sent to its bin."""

from kiosk.session.events import Event
from kiosk.session.state import ReturnFinished, Returning, ReturnSettling
from kiosk.session.surroundings import Laid, Step


def returning(state: Returning, event: Event, laid: Laid) -> Step:
    """Take back what is presented, one after the other, until whoever brings it is done or gone."""
    del event, laid
    return state, ()


def return_settling(state: ReturnSettling, event: Event, laid: Laid) -> Step:
    """Await what is under way; nothing new is taken, but an item laid down again may still be armed."""
    del event, laid
    return state, ()


def return_finished(state: ReturnFinished, event: Event) -> Step:
    """Show what is back and where it goes, print it if that is wanted, and go home."""
    del event
    return state, ()
