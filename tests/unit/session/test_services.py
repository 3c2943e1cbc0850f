"""Going from one service to another: what each opens, and what stands before it."""

from dataclasses import replace

import pytest

from kiosk.session.effects import ReadAccount
from kiosk.session.limits import Limits
from kiosk.session.services import open_service
from kiosk.session.state import AskingPin, AtAccount, Borrowing, Visit
from kiosk.session.values import PinStanding, Service, VisitId
from tests.support.session_play import MINH, Play

BY_PIN = Limits(pin_for=frozenset(Service))
V1 = VisitId("v1")


def visit(pin: PinStanding = PinStanding.NOT_CHECKED) -> Visit:
    return Visit(V1, replace(MINH, pin=pin), started=1.0, entries=(), accepted=2.0, lying=frozenset())


@pytest.mark.parametrize("service", list(Service))
@pytest.mark.parametrize("standing", [PinStanding.NOT_CHECKED, PinStanding.WRONG])
def test_a_service_behind_a_pin_asks_for_it(service: Service, standing: PinStanding) -> None:
    around = Play(BY_PIN).open().state.around
    state, effects = open_service(around, visit(standing), service)

    assert state == AskingPin(around, visit(standing), service, idle_since=around.now)
    assert effects == ()


@pytest.mark.parametrize("limits", [Limits(pin_for=frozenset()), BY_PIN])
def test_the_account_is_read_when_it_is_opened(limits: Limits) -> None:
    around = Play(limits).open().state.around
    state, effects = open_service(around, visit(PinStanding.RIGHT), Service.ACCOUNT)

    assert state == AtAccount(around, visit(PinStanding.RIGHT), idle_since=around.now, reading=True)
    assert effects == (ReadAccount(V1, MINH.patron_id),)


def test_without_the_library_system_the_account_is_not_asked_for() -> None:
    around = Play(BY_PIN).state.around
    state, effects = open_service(around, visit(PinStanding.RIGHT), Service.ACCOUNT)

    assert state == AtAccount(around, visit(PinStanding.RIGHT), idle_since=around.now, unread=True)
    assert effects == ()


@pytest.mark.parametrize("service", [Service.BORROW, Service.RETURN])
def test_a_patron_who_wants_no_account_lends_on(service: Service) -> None:
    around = Play(Limits()).open().state.around
    state, effects = open_service(around, visit(), service)

    assert state == Borrowing(around, visit(), idle_since=around.now)
    assert effects == ()
