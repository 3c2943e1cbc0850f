"""Where a book that lies at a counter belongs."""

from server.circulation.values import Counter, Route, TakenBack
from server.store.account_models import Hold, HoldStage
from server.store.models import Copy, CopyStatus

_IN_ORDER = frozenset({CopyStatus.SHELF, CopyStatus.REFERENCE})


def taken_back(copy: Copy, counter: Counter, hold: Hold | None) -> TakenBack:
    """Say where the copy belongs; ``hold`` is the one for which it is kept. Not for whom."""
    is_home = copy.place_id == counter.place_id
    if hold is not None:
        route = Route.HOLD_HERE if hold.stage is HoldStage.READY else Route.HOLD_ELSEWHERE
        destination = hold.pickup_place.code
    else:
        destination = copy.place.code
        route = Route.SHELF if is_home else Route.TRANSFER
        if copy.status not in _IN_ORDER:
            route = Route.STAFF
    return TakenBack(
        title=copy.record.title,
        home_code=copy.place.code,
        home_name=copy.place.name,
        call_number=copy.call_number,
        item_type=copy.item_type,
        was_on_loan=False,
        is_home=is_home,
        route=route,
        destination_code=destination,
    )
