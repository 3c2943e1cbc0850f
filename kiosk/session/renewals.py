"""What a patron changed on the account page: renewals and cancelled holds, and how far each has come."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.session.values import ItemId
from library.lending.refusals import Refusal


class RenewalStatus(StrEnum):
    """How far a renewal has come."""

    WAITING = "waiting"
    RENEWING = "renewing"
    RENEWED = "renewed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Nobody can say; the loan stands in any case, and the account page is read anew."""
    NOT_SENT = "not_sent"
    """Surely not renewed: the library system went away before it was asked, or its answer was lost and the account,
    read anew, shows the date of before. A touch asks again."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """One loan that is to go on."""

    item_id: ItemId
    status: RenewalStatus
    title: str = field(default="", repr=False)
    due: datetime | None = None
    """The new date, once renewed."""
    refusal: Refusal | None = None
    words: str = field(default="", repr=False)
    asked: int = 0
    """How often it was asked for: part of the transaction's id."""


class CancellingStatus(StrEnum):
    """How far the end of a hold has come."""

    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Cancelling:
    """One hold that is not wanted any more."""

    item_id: ItemId
    status: CancellingStatus
    words: str = field(default="", repr=False)
