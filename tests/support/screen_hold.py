"""States in which a book that was found is kept for a patron, for samples of the page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from kiosk.session.hold_state import BookWish, HoldStep, Reserving
from kiosk.session.hold_values import PlacedHold
from kiosk.session.state import AwaitingCard, Notice, NoticeKind, State, Visit
from kiosk.session.values import ItemId, Language, Patron, PatronId, PinStanding, Service, VisitId
from library.lending.refusals import Refusal
from tests.support.screen_services import LONG, around

WISH = BookWish(ItemId("SIM-ITEM-0009"), "Đất rừng phương Nam")
_READER = Patron(PatronId("SIM-READER-0001"), "N.T.M.", 0, pin=PinStanding.RIGHT)


def reserving(language: Language, step: HoldStep, **more: object) -> Reserving:
    """Give the page at one step."""
    near = around(language)
    visit = Visit(VisitId("v1"), _READER, 90.0, (), 95.0, frozenset(), service=Service.ACCOUNT, wish=WISH)
    state = Reserving(near, visit, WISH, idle_since=100.0, step=step)
    return replace(state, **more)  # type: ignore[arg-type] # each is a field of the state


def _asked_for(language: Language) -> State:
    return AwaitingCard(around(language), 140.0, service=Service.ACCOUNT, wish=replace(WISH, title=LONG))


HOLD_SCENES: dict[str, Callable[[Language], State]] = {
    "hold_card": _asked_for,
    "hold_placing": lambda language: reserving(language, HoldStep.PLACING),
    "hold_placed": lambda language: reserving(language, HoldStep.PLACED, hold=PlacedHold(position=1)),
    "hold_placed_far": lambda language: reserving(
        language,
        HoldStep.PLACED,
        wish=replace(WISH, title=LONG),
        hold=PlacedHold(here=False, place="Thư viện Trường Tiểu học Nguyễn Văn Trỗi", position=12),
    ),
    "hold_placed_ready": lambda language: reserving(
        language, HoldStep.PLACED, hold=PlacedHold(ready=True, until=date(2026, 12, 24))
    ),
    "hold_ready_elsewhere": lambda language: reserving(
        language, HoldStep.PLACED, hold=PlacedHold(ready=True, here=False, place="Thư viện huyện")
    ),
    "hold_placed_somewhere": lambda language: reserving(
        language, HoldStep.PLACED, hold=PlacedHold(), notice=Notice(NoticeKind.NO_SERVICE, 108.0)
    ),
    "hold_fee": lambda language: reserving(language, HoldStep.FEE_ASKED, words="Giữ chỗ: 5.000 đồng."),
    "hold_fee_unsaid": lambda language: reserving(language, HoldStep.FEE_ASKED),
    "hold_refused": lambda language: reserving(language, HoldStep.REFUSED, refusal=Refusal.HOLD_LIMIT_REACHED),
    "hold_refused_other": lambda language: reserving(language, HoldStep.REFUSED, refusal=Refusal.OTHER),
    "hold_unknown": lambda language: reserving(language, HoldStep.UNKNOWN),
    "hold_undoing": lambda language: reserving(language, HoldStep.UNDOING),
    "hold_undone": lambda language: reserving(language, HoldStep.UNDONE),
    "hold_kept": lambda language: reserving(language, HoldStep.KEPT),
    "hold_still_there": lambda language: reserving(
        language, HoldStep.PLACED, hold=PlacedHold(position=2), warned_until=118.0
    ),
}
