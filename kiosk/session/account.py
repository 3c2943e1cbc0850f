"""A patron at the account page: what is on loan, on hold and owed; renewals and cancelled holds."""

from kiosk.session.events import Event
from kiosk.session.state import AtAccount
from kiosk.session.surroundings import Laid, Step


def at_account(state: AtAccount, event: Event, laid: Laid) -> Step:
    """Read the account, renew and cancel what is touched, one after the other."""
    del event, laid
    return state, ()
