"""What staff did at kiosks, as the pages read it: newest first, page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from server.fleet.models import StaffAct
from server.store.engine import for_reading, transaction

AT_A_TIME: Final = 50
_NOT_TOLD: Final = "none"


@dataclass(frozen=True, slots=True)
class ActView:
    """One act; its words are those of the kiosk, and a newer kiosk may have others."""

    kiosk_id: str
    at: datetime
    staff: str | None
    """What the member goes by, and no name; ``None``: by the service key, before a PIN said who it is."""
    act: str
    device: str
    """Empty: about none."""
    item: str
    reason: str
    refusal: str
    outcome: str
    """Empty: not known."""


@dataclass(frozen=True, slots=True)
class ActsPage:
    """Some acts, and whether there are others."""

    acts: tuple[ActView, ...]
    kiosks: tuple[str, ...]
    """All kiosks at which staff did something."""
    number: int
    """From 1, the newest."""
    has_older: bool


class StoredActs:
    """Reads the fleet store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = for_reading(engine)

    def page(self, kiosk_id: str | None, number: int) -> ActsPage:
        """Read one page, of one kiosk or of all. Blocks: call it in a worker thread."""
        with transaction(self._engine) as session:
            kiosks = tuple(session.scalars(select(StaffAct.kiosk_id).distinct().order_by(StaffAct.kiosk_id)))
            wanted = _acts(kiosk_id).offset((number - 1) * AT_A_TIME).limit(AT_A_TIME + 1)
            rows = list(session.scalars(wanted))
            shown = rows[:AT_A_TIME]
            became = _outcomes(session, shown)
            acts = tuple(_view(row, became.get((row.kiosk_id, row.event_id), row.outcome)) for row in shown)
        return ActsPage(acts, kiosks, number, has_older=len(rows) > AT_A_TIME)


def _acts(kiosk_id: str | None) -> Select[StaffAct]:
    acts = select(StaffAct).where(StaffAct.completes.is_(None))
    acts = acts if kiosk_id is None else acts.where(StaffAct.kiosk_id == kiosk_id)
    return acts.order_by(StaffAct.occurred_at.desc(), StaffAct.kiosk_id, StaffAct.event_id)


def _outcomes(session: Session, acts: list[StaffAct]) -> dict[tuple[str, str], str]:
    """Give what was told later of these acts."""
    told = select(StaffAct).where(StaffAct.completes.in_([act.event_id for act in acts]))
    return {(each.kiosk_id, each.completes or ""): each.outcome for each in session.scalars(told)}


def _view(row: StaffAct, outcome: str) -> ActView:
    return ActView(
        kiosk_id=row.kiosk_id,
        at=row.occurred_at,
        staff=row.staff,
        act=row.act,
        device=_said(row.device),
        item=row.item,
        reason=_said(row.reason),
        refusal=_said(row.refusal),
        outcome=_said(outcome),
    )


def _said(word: str) -> str:
    return "" if word == _NOT_TOLD else word
