"""An act of staff as the event that the fleet is told; pure but for its id."""

from collections.abc import Callable
from datetime import datetime

from kiosk.session.staff_values import ActKind, StaffAct, StaffId
from mqtt.agent.protocol import EventLine
from mqtt.messages import STAFF_ACT, StaffActReport

_OF_AN_ITEM = frozenset({ActKind.ALARM_SETTLED, ActKind.ALARM_SEEN})


def told_act(
    new_id: Callable[[], str], wall: Callable[[], datetime]
) -> Callable[[StaffId | None, StaffAct], tuple[str, str]]:
    """Give what makes of an act its event's id and the line for the agent; an item only where its alarm is meant."""

    def told(staff_id: StaffId | None, act: StaffAct) -> tuple[str, str]:
        item = act.item_id.text if act.item_id is not None and act.kind in _OF_AN_ITEM else ""
        report = StaffActReport(
            act=act.kind.value,
            staff=staff_id,
            device="none" if act.device is None else act.device.value,
            item=item if item.isprintable() else "",
        )
        event_id = new_id()
        line = EventLine(event_id=event_id, kind=STAFF_ACT, occurred_at=wall(), data=report.model_dump(mode="json"))
        return event_id, line.model_dump_json()

    return told
