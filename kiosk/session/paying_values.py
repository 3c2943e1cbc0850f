"""Paying what is owed by bank: what the server lets the screen show, and how far it has come."""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.session.values import Money


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """A transfer that a telephone may begin; it names no reader, and pays nothing until the bank has done it."""

    reference: str = field(repr=False)
    """Stands in the transfer's text; the server alone knows whose fees it is meant for."""
    amount: Money = field(repr=False)
    code: str = field(repr=False)
    """The text of the VietQR code."""
    bank: str
    account: str
    holder: str


class PayingStage(StrEnum):
    """How far paying by bank has come."""

    OPENING = "opening"
    """The server is asked for a transfer."""
    SHOWN = "shown"
    FAILED = "failed"
    """It gave none, or did not say."""


@dataclass(frozen=True, slots=True)
class Paying:
    """What lies over the account while somebody pays by bank."""

    stage: PayingStage
    transfer: BankTransfer | None = None
    until: float = 0.0
    """Until then nobody is asked whether they are still there: a telephone takes its time."""
