"""Paying by bank, over the account page: a code is shown, the money comes by another way, and nobody waits for it."""

from dataclasses import replace
from typing import assert_never

from kiosk.session.meanwhile import alive, told
from kiosk.session.paying_effects import BeginTransfer
from kiosk.session.paying_events import PayByBankTouched, TransferBegan, TransferNotBegun
from kiosk.session.paying_values import Paying, PayingStage
from kiosk.session.state import AtAccount, NoticeKind
from kiosk.session.surroundings import Step, notice

SHOWN_S = 180.0
"""As long as it takes to open a bank's app and to read the code."""


def may_pay(state: AtAccount) -> bool:
    """Say whether something is owed that our server takes by bank transfer, and can be asked now."""
    account = state.visit.account
    owed = None if account is None or not account.by_bank else account.owed
    return owed is not None and owed.amount.is_finite() and owed.amount > 0 and state.around.library_system


def paying_awaits(state: AtAccount) -> bool:
    """Say whether the server is asked, or a telephone is given its time."""
    paying = state.paying
    return paying is not None and (paying.stage is PayingStage.OPENING or state.around.now < paying.until)


def paying(state: AtAccount, event: PayByBankTouched | TransferBegan | TransferNotBegun) -> Step:
    """Ask for a transfer once a touch, and show it; an answer that nobody waits for changes nothing."""
    opening = state.paying is not None and state.paying.stage is PayingStage.OPENING
    match event:
        case PayByBankTouched() if state.paying is not None:
            return alive(state), ()
        case PayByBankTouched() if not may_pay(state):
            return replace(alive(state), notice=notice(state.around, NoticeKind.NO_SERVICE)), ()
        case PayByBankTouched():
            visit = state.visit
            question = BeginTransfer(visit.visit_id, visit.patron.patron_id)
            return replace(alive(state), paying=Paying(PayingStage.OPENING)), (question,)
        case TransferBegan() | TransferNotBegun() if not opening or event.visit_id != state.visit.visit_id:
            return state, ()
        case TransferBegan(transfer=transfer):
            shown = Paying(PayingStage.SHOWN, transfer, state.around.now + SHOWN_S)
            return replace(told(state), paying=shown), ()
        case TransferNotBegun():
            return replace(told(state), paying=Paying(PayingStage.FAILED)), ()
        case _:
            assert_never(event)
