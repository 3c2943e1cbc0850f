"""What is to be done so that somebody can pay by bank."""

from dataclasses import dataclass

from kiosk.session.values import PatronId, VisitId


@dataclass(frozen=True, slots=True)
class BeginTransfer:
    """Let our server begin a transfer of all that the patron owes: ``TransferBegan`` or ``TransferNotBegun``."""

    visit_id: VisitId
    patron_id: PatronId


PayingEffect = BeginTransfer
