"""Screens of whoever comes with a citizen card: states made by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from kiosk.session.citizen_state import AskingCitizen, NewReader, ReaderStage
from kiosk.session.limits import Limits
from kiosk.session.state import AwaitingCard, State
from kiosk.session.values import Language, Service
from library.identity.citizen_card import CitizenCard
from library.identity.purposes import Purpose
from tests.support.screen_services import V1, around

LIMITS = Limits(types_card=True, takes_citizens=True, takes_new_readers=True)
CARD = CitizenCard(
    "001090777124",
    "",
    "Công Tằng Tôn Nữ Nguyễn Phước Phương Thảo Quỳnh Như Ngọc",
    date(1990, 11, 21),
    None,
    "Số nhà 1234, ngõ 567, đường Nguyễn Thị Minh Khai, tổ dân phố số 18, phường Quảng Nghiệp, thành phố Hồ Chí Minh",
)


def card_or_citizen(language: Language) -> State:
    return AwaitingCard(around(language, limits=LIMITS), 145.0)


def citizen_asked(language: Language) -> State:
    return AskingCitizen(around(language, limits=LIMITS), V1, 99.0, Service.BORROW)


def citizen_unknown(language: Language) -> State:
    return NewReader(around(language, limits=LIMITS), V1, 120.0, ReaderStage.AT_DESK)


def at_stage(stage: ReaderStage) -> Callable[[Language], State]:
    def scene(language: Language) -> State:
        return NewReader(around(language, limits=LIMITS), V1, 160.0, stage)

    return scene


def offered(language: Language) -> State:
    return NewReader(around(language, limits=LIMITS), V1, 160.0, ReaderStage.OFFERED, CARD)


def agreeing(language: Language) -> NewReader:
    return NewReader(around(language, limits=LIMITS), V1, 160.0, ReaderStage.AGREEING, CARD)


def agreed(language: Language) -> State:
    return replace(agreeing(language), agreed=frozenset({Purpose.LENDING, Purpose.MESSAGES}))


def handed_in(language: Language) -> NewReader:
    return NewReader(around(language, limits=LIMITS), V1, 160.0, ReaderStage.HANDED_IN, pick_up="W7KM4Q")


CITIZEN_SCENES: dict[str, Callable[[Language], State]] = {
    "card_or_citizen": card_or_citizen,
    "citizen_asked": citizen_asked,
    "citizen_unknown": citizen_unknown,
    "join_offered": offered,
    "join_agreeing": agreeing,
    "join_agreed": agreed,
    "join_handed_in": handed_in,
    "join_guardian": at_stage(ReaderStage.GUARDIAN),
    "join_no_line": at_stage(ReaderStage.NO_LINE),
    "join_not_taken": at_stage(ReaderStage.NOT_TAKEN),
    "join_not_heard": at_stage(ReaderStage.NOT_HEARD),
}
