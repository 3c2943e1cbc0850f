"""Screens of an account whose fees can be paid by bank, of paying, and of a receipt of what is on loan."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.session.effects import ReceiptEnd
from kiosk.session.paying_values import Paying, PayingStage
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.state import AtAccount, Finished, SettleReason, State
from kiosk.session.values import Language
from tests.support.screen_services import FULL, account
from tests.support.session_play import TRANSFER


def account_listed(language: Language) -> State:
    state = account(language)
    return Finished(state.around, state.visit, SettleReason.FINISHED, ReceiptStage.ASKING, 120.0, ReceiptEnd.NOT_ASKED)


def account_by_bank(language: Language) -> AtAccount:
    return account(language, replace(FULL, by_bank=True))


def paying(stage: PayingStage) -> Callable[[Language], State]:
    """Give what stands over the account while somebody pays by bank."""
    transfer = TRANSFER if stage is PayingStage.SHOWN else None
    return lambda language: replace(account_by_bank(language), paying=Paying(stage, transfer, 300.0))


PAYING_SCENES: dict[str, Callable[[Language], State]] = {
    "account_listed": account_listed,
    "account_by_bank": account_by_bank,
    "paying": paying(PayingStage.SHOWN),
    "paying_opening": paying(PayingStage.OPENING),
    "paying_failed": paying(PayingStage.FAILED),
}
