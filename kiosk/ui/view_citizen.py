"""The pages of whoever comes with a citizen card; nothing of the card is on them."""

from kiosk.session.citizen_state import NewReader
from kiosk.texts import Texts
from kiosk.ui.view_types import IdentifyView


def asking_citizen(texts: Texts) -> IdentifyView:
    """Give the page while our server is asked."""
    return IdentifyView(
        title=texts.say("citizen.asking"),
        hint=texts.say("identify.hint"),
        busy=True,
        refused=False,
        cancel_label=texts.say("card.cancel"),
        notice="",
    )


def new_reader(_state: NewReader, texts: Texts) -> IdentifyView:
    """Say where somebody becomes a reader."""
    return IdentifyView(
        title=texts.say("citizen.unknown"),
        hint=texts.say("citizen.at_desk"),
        busy=False,
        refused=True,
        cancel_label=texts.say("card.cancel"),
        notice="",
    )
