"""A reader and a librarian at the desk of the small library, each act in a transaction of its own."""

from dataclasses import replace

from sqlalchemy import select

from server.circulation.refusals import Refused
from server.circulation.reserving import HoldWish
from server.circulation.values import Counter, HoldStanding, ItemAccount, Lent, PatronAccount, TakenBack
from server.store.account_models import Hold, HoldStage
from server.store.engine import transaction
from server.store.models import Copy, CopyStatus
from tests.support.small_library import (
    SmallLibrary,
)

HUB, SCHOOL = "VN-QN", "VN-QN-TH1"


def lend(library: SmallLibrary, card: str, item: str, at: Counter | None = None) -> Lent | Refused:
    with transaction(library.engine) as session:
        return library.desk.lend(session, at or library.hub, card, item, renew_own=False)


def take_back(library: SmallLibrary, item: str, at: Counter | None = None) -> TakenBack:
    with transaction(library.engine) as session:
        back = library.desk.take_back(session, at or library.hub, item)
    assert isinstance(back, TakenBack)
    return back


def reserve(library: SmallLibrary, card: str, item: str | None = None, **wish: object) -> HoldStanding | Refused:
    with transaction(library.engine) as session:
        asked = replace(HoldWish(item_number=item), **wish)  # type: ignore[arg-type] # the wish's own fields
        return library.desk.reservations.place(session, library.hub, card, asked)


def cancel(library: SmallLibrary, card: str, item: str) -> HoldStanding | Refused:
    with transaction(library.engine) as session:
        return library.desk.reservations.cancel(session, library.hub, card, HoldWish(item_number=item))


def change(library: SmallLibrary, card: str, item: str, **wish: object) -> HoldStanding | Refused:
    with transaction(library.engine) as session:
        asked = replace(HoldWish(item_number=item), **wish)  # type: ignore[arg-type] # the wish's own fields
        return library.desk.reservations.change(session, library.hub, card, asked)


def stages(library: SmallLibrary) -> list[HoldStage]:
    with transaction(library.engine) as session:
        return list(session.scalars(select(Hold.stage).order_by(Hold.id)))


def look_at(library: SmallLibrary, item: str) -> ItemAccount:
    with transaction(library.engine) as session:
        found = library.desk.item(session, library.hub, item)
    assert isinstance(found, ItemAccount)
    return found


def account(library: SmallLibrary, card: str) -> PatronAccount:
    with transaction(library.engine) as session:
        found = library.desk.patron(session, library.hub, card)
    assert isinstance(found, PatronAccount)
    return found


def lose(library: SmallLibrary, item: str, status: CopyStatus = CopyStatus.DAMAGED) -> None:
    with transaction(library.engine) as session:
        session.scalars(select(Copy).where(Copy.item_number == item)).one().status = status


def expire(library: SmallLibrary) -> int:
    with transaction(library.engine) as session:
        return library.desk.queue.expire(session)
