"""What may happen while a book that was found is kept for a patron: a walk of the diagram's."""

from kiosk.session.answers import HoldCancelled, HoldKept, HoldPlaced, HoldRefused, HoldUnknown, PatronAccepted
from kiosk.session.events import CardPresented, DeviceBack, Event, ItemScanned, LibrarySystemBack
from kiosk.session.hold_values import PlacedHold
from kiosk.session.search_events import BookRead, BookTouched, CatalogueAnswered, CatalogueChanged, SearchTouched
from kiosk.session.search_values import BookDetails, Found, Hit
from kiosk.session.touches import DoneTouched, HoldFeeTouched, HoldTouched, ServiceTouched, UndoHoldTouched
from kiosk.session.values import Device, ItemId, Patron, Service, VisitId
from library.lending.refusals import Refusal

_HIT = Hit(1, "")


def hold_walk(visit: VisitId, patron: Patron, item: ItemId) -> tuple[Event, ...]:
    """Give the events, about one visit, one patron and one copy."""
    return (
        CatalogueChanged(there=True),
        SearchTouched(),
        CatalogueAnswered(1, Found((_HIT,), 1)),
        BookTouched(0),
        BookRead(2, BookDetails(_HIT, copy=item)),
        HoldTouched(),
        CardPresented(visit, patron.patron_id),
        PatronAccepted(visit, patron),
        HoldPlaced(visit, PlacedHold()),
        HoldRefused(visit, Refusal.HOLD_EXISTS),
        HoldRefused(visit, Refusal.FEE_NOT_ACKNOWLEDGED),
        HoldUnknown(visit),
        HoldFeeTouched(agreed=True),
        HoldFeeTouched(agreed=False),
        UndoHoldTouched(),
        HoldCancelled(visit, item),
        HoldKept(visit, item),
        ServiceTouched(Service.ACCOUNT),
        ItemScanned(item),
        DoneTouched(),
        DeviceBack(Device.PAD),
        LibrarySystemBack(),
    )
