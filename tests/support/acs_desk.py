"""What the emulated library system knows beyond loans: holds, fines, PINs, returns and renewals."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sip2.fields import CirculationStatus, Summary
from sip2.messages import (
    CheckinRequest,
    CheckinResponse,
    HoldRequest,
    HoldResponse,
    ItemInformationRequest,
    ItemInformationResponse,
    PatronInformationRequest,
    RenewRequest,
    RenewResponse,
)

if TYPE_CHECKING:
    from tests.support.acs import FakeAcs

RENEWED_UNTIL = "20261220    235900"


@dataclass(slots=True)
class Desk:
    """The rest of a library."""

    pins: dict[str, str] = field(default_factory=dict)
    ready: dict[str, str] = field(default_factory=dict)
    """Item on the hold shelf -> patron."""
    waiting: dict[str, str] = field(default_factory=dict)
    """Item that is waited for -> patron."""
    late: set[str] = field(default_factory=set)
    fines: dict[str, list[str]] = field(default_factory=dict)
    """Patron -> lines."""
    owed: dict[str, str] = field(default_factory=dict)
    currency: str = ""
    fees_to_lend: dict[str, str] = field(default_factory=dict)
    titles_in_lists: bool = False
    places: dict[str, str] = field(default_factory=dict)
    """Item -> where it lies (AP)."""
    unknown: set[str] = field(default_factory=set)
    status: dict[str, str] = field(default_factory=dict)
    """Item -> circulation status in the 18, whatever else is known."""
    returned: Counter[str] = field(default_factory=Counter)
    """How often a loan of each item was ended."""
    checkins: Counter[str] = field(default_factory=Counter)
    """How often each item was taken back in fact, on loan or not."""
    renewals: Counter[str] = field(default_factory=Counter)
    repeats: bool = True
    """An identical 09 is answered again and not carried out again, as our own server does."""
    kept: dict[bytes, CheckinResponse] = field(default_factory=dict)


def lists_of(desk: Desk, acs: "FakeAcs", patron_id: str) -> dict[Summary, list[str]]:
    """Give all lists of a patron."""
    charged = [item for item, patron in acs.loans.items() if patron == patron_id]
    found = {
        Summary.CHARGED: charged,
        Summary.OVERDUE: [item for item in charged if item in desk.late],
        Summary.HOLDS: [item for item, patron in desk.ready.items() if patron == patron_id],
        Summary.UNAVAILABLE_HOLDS: [item for item, patron in desk.waiting.items() if patron == patron_id],
    }
    if desk.titles_in_lists:
        found = {summary: [_title(acs, item) for item in items] for summary, items in found.items()}
    return {**found, Summary.FINES: desk.fines.get(patron_id, [])}


def pin_verdict(desk: Desk, request: PatronInformationRequest) -> str | None:
    """Give CQ: only of a PIN that came."""
    if request.patron_password is None:
        return None
    return "Y" if desk.pins.get(request.patron_id) == request.patron_password else "N"


def take_back(desk: Desk, acs: "FakeAcs", request: CheckinRequest, body: bytes) -> CheckinResponse:
    """Answer a 09."""
    if desk.repeats and body in desk.kept:
        return desk.kept[body]
    item_id = request.item_id
    known = item_id not in desk.unknown
    desk.checkins[item_id] += known
    desk.returned[item_id] += acs.loans.pop(item_id, None) is not None
    holder = desk.waiting.pop(item_id, None)
    if holder is not None:
        desk.ready[item_id] = holder
    kept_for = desk.ready.get(item_id)
    answer = CheckinResponse(
        ok=known,
        resensitize=known,
        magnetic_media=False,
        alert=kept_for is not None or not known,
        transaction_date=request.transaction_date,
        institution_id="HUB",
        item_id=item_id,
        permanent_location="HUB" if known else None,
        title=_title(acs, item_id) if known else None,
        sort_bin="novel",
        alert_type="99" if not known else "01" if kept_for else None,
        hold_patron_id=kept_for,
        hold_patron_name=None if kept_for is None else acs.patrons[kept_for],
        extensions=() if known else (("XR", "item_unknown"),),
    )
    desk.kept[body] = answer
    return answer


def renew(desk: Desk, acs: "FakeAcs", request: RenewRequest) -> RenewResponse:
    """Answer a 29."""
    titles = {_title(acs, item): item for item in acs.loans}
    item_id = request.item_id or titles.get(request.title or "", "")
    own = acs.loans.get(item_id) == request.patron_id
    desk.renewals[item_id] += own
    return RenewResponse(
        ok=own,
        renewal_ok=own,
        magnetic_media=False,
        desensitize=False,
        transaction_date=request.transaction_date,
        institution_id="HUB",
        patron_id=request.patron_id,
        item_id=item_id,
        title=_title(acs, item_id),
        due_date=RENEWED_UNTIL if own else "",
        screen_messages=() if own else ("Không gia hạn được",),
    )


def end_hold(desk: Desk, request: HoldRequest) -> HoldResponse:
    """Answer a 15 that ends a hold."""
    item_id = request.item_id or ""
    holds = desk.ready if item_id in desk.ready else desk.waiting
    ended = request.hold_mode == "-" and holds.get(item_id) == request.patron_id
    if ended:
        del holds[item_id]
    return HoldResponse(
        ok=ended,
        available=False,
        transaction_date=request.transaction_date,
        institution_id="HUB",
        patron_id=request.patron_id,
        item_id=request.item_id,
        screen_messages=() if ended else ("Không có yêu cầu giữ chỗ",),
    )


def item(desk: Desk, acs: "FakeAcs", request: ItemInformationRequest) -> ItemInformationResponse:
    """Answer a 17."""
    item_id = request.item_id
    known = item_id not in desk.unknown
    status = CirculationStatus.AVAILABLE if known else CirculationStatus.OTHER
    if item_id in desk.ready:
        status = CirculationStatus.ON_HOLD_SHELF
    if item_id in acs.loans:
        status = CirculationStatus.CHARGED
    return ItemInformationResponse(
        circulation_status=desk.status.get(item_id, status),
        security_marker="00",
        fee_type="01",
        transaction_date=request.transaction_date,
        item_id=item_id,
        title=_title(acs, item_id) if known else "",
        due_date="20261206    235900" if item_id in acs.loans else None,
        hold_pickup_date="20261129    235900" if item_id in desk.ready else None,
        current_location=desk.places.get(item_id),
    )


def _title(acs: "FakeAcs", item_id: str) -> str:
    return acs.titles.get(item_id, f"Sách {item_id}")
