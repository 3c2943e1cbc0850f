"""An act of staff as the event that the fleet is told; pure but for its id."""

from collections.abc import Callable
from datetime import datetime

from kiosk.journal.staff import Tell
from kiosk.session.staff_values import ActKey, ActKind, ActResult, StaffAct, StaffId
from mqtt.agent.protocol import EventLine
from mqtt.messages import STAFF_ACT, StaffActReport

_OF_AN_ITEM = frozenset({ActKind.ALARM_SETTLED, ActKind.ALARM_SEEN})
_DONE_LATER = frozenset(
    {
        ActKind.DEVICE_TRIED,
        ActKind.PAPER_CHANGED,
        ActKind.ALARM_SETTLED,
        ActKind.RESTARTED,
        ActKind.OVERRODE,
    }
)
"""They are noted before they are done: what became of them comes in an event of its own. Any other is so once noted."""


def told_act(new_id: Callable[[], str], wall: Callable[[], datetime]) -> Tell:
    """Give what makes of an act its event's id and the line for the agent; an item only where its alarm is meant."""

    def told(staff_id: StaffId | None, act: StaffAct, key: ActKey | None, result: ActResult | None) -> tuple[str, str]:
        item = act.item_id.text if act.item_id is not None and act.kind in _OF_AN_ITEM else ""
        at_once = ActResult.DONE if act.kind not in _DONE_LATER else None
        became = result or at_once
        report = StaffActReport(
            act=act.kind.value,
            staff=staff_id,
            device="none" if act.device is None else act.device.value,
            item=item if item.isprintable() else "",
            reason="none" if act.reason is None else act.reason.value,
            refusal="none" if act.refusal is None else act.refusal.value,
            outcome="none" if became is None else became.value,
            completes=key,
        )
        event_id = new_id()
        line = EventLine(event_id=event_id, kind=STAFF_ACT, occurred_at=wall(), data=report.model_dump(mode="json"))
        return event_id, line.model_dump_json()

    return told
