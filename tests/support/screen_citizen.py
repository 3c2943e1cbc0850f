"""Screens of whoever comes with a citizen card: states made by hand."""

from collections.abc import Callable

from kiosk.session.citizen_state import AskingCitizen, NewReader, ReaderStage
from kiosk.session.limits import Limits
from kiosk.session.state import AwaitingCard, State
from kiosk.session.values import Language, Service
from tests.support.screen_services import V1, around

LIMITS = Limits(types_card=True, takes_citizens=True)


def card_or_citizen(language: Language) -> State:
    return AwaitingCard(around(language, limits=LIMITS), 145.0)


def citizen_asked(language: Language) -> State:
    return AskingCitizen(around(language, limits=LIMITS), V1, 99.0, Service.BORROW)


def citizen_unknown(language: Language) -> State:
    return NewReader(around(language, limits=LIMITS), V1, 120.0, ReaderStage.AT_DESK)


CITIZEN_SCENES: dict[str, Callable[[Language], State]] = {
    "card_or_citizen": card_or_citizen,
    "citizen_asked": citizen_asked,
    "citizen_unknown": citizen_unknown,
}
