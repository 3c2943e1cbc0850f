"""What a patron's finger may tell the session."""

from dataclasses import dataclass, field

from kiosk.session.receipt_rules import ReceiptKind
from kiosk.session.values import ItemId, Language, Service, VisitId


@dataclass(frozen=True, slots=True)
class StartTouched:
    """The patron wants to begin; ``visit_id`` is fresh and becomes that of a visit without a card."""

    service: Service = Service.BORROW
    visit_id: VisitId | None = None


@dataclass(frozen=True, slots=True)
class ServiceTouched:
    """The patron of the visit wants something else of the same visit."""

    service: Service


@dataclass(frozen=True, slots=True)
class TypeCardTouched:
    """A patron without a card wants to type its number; ``visit_id`` is fresh and becomes the visit's."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class KeyTouched:
    """A key of the number pad: one digit, or one letter or sign where card numbers hold such."""

    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EraseTouched:
    """The last key is taken back."""


@dataclass(frozen=True, slots=True)
class EnterTouched:
    """What was typed is meant."""


@dataclass(frozen=True, slots=True)
class CountTouched:
    """The patron says whether as many items lie on the pad as the screen says."""

    right: bool


@dataclass(frozen=True, slots=True)
class FeeTouched:
    """The patron agrees to the fee that lending an item costs, or does not."""

    item_id: ItemId
    agreed: bool


@dataclass(frozen=True, slots=True)
class RenewTouched:
    """The patron wants to keep these items longer; the screen names them."""

    item_ids: tuple[ItemId, ...]


@dataclass(frozen=True, slots=True)
class ReadAgainTouched:
    """The patron wants the account to be read once more, after it could not be."""


@dataclass(frozen=True, slots=True)
class CancelHoldTouched:
    """The patron does not want a hold any more."""

    item_id: ItemId


@dataclass(frozen=True, slots=True)
class HoldTouched:
    """Somebody wants the book whose page is open to be kept for them, or brought from another library."""


@dataclass(frozen=True, slots=True)
class HoldFeeTouched:
    """The patron agrees to the fee that a hold costs, or does not."""

    agreed: bool


@dataclass(frozen=True, slots=True)
class UndoHoldTouched:
    """The patron does not want the hold that was just placed."""


@dataclass(frozen=True, slots=True)
class LanguageTouched:
    """The patron chose a language for this visit."""

    language: Language


@dataclass(frozen=True, slots=True)
class LendLyingTouched:
    """The patron says that the items which lay on the pad when the card was accepted are theirs."""


@dataclass(frozen=True, slots=True)
class CandidateTouched:
    """The patron says which of the candidates that the screen names the number stands for."""

    item_id: ItemId


@dataclass(frozen=True, slots=True)
class NoCandidateTouched:
    """The patron says that it is none of them, or leaves it to the desk."""


@dataclass(frozen=True, slots=True)
class FinishTouched:
    """The patron has no more items."""


@dataclass(frozen=True, slots=True)
class CancelTouched:
    """The patron wants out."""


@dataclass(frozen=True, slots=True)
class ReceiptTouched:
    """The patron wants a receipt, or none."""

    wanted: bool
    kind: ReceiptKind = ReceiptKind.PRINT


@dataclass(frozen=True, slots=True)
class DoneTouched:
    """The patron has read the last page."""


@dataclass(frozen=True, slots=True)
class ScreenTouched:
    """The patron touched anything at all: still there."""
