"""What is behind staff mode: PINs, records, trials, the alarm list, the restart; a ``kiosk.ports.Staff``."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from kiosk.errors import JournalUnavailableError
from kiosk.journal import AlarmReason, AlarmWanted, Kept, KeptKind, KeptState, OpenAlarm
from kiosk.journal.staff import StaffRecords
from kiosk.session.staff_values import (
    ActKey,
    ActKind,
    ActResult,
    ByStaff,
    Desk,
    DeviceNow,
    DoneAlone,
    KeptStage,
    ListedAlarm,
    ListedReason,
    PastVisit,
    StaffAct,
    StaffId,
)
from kiosk.session.values import Device, ItemId, Pin, TagUid
from kiosk.staff.roll_file import KnownRoll
from library.lending.overrides import Override

_log = logging.getLogger(__name__)

SHOWN_VISITS: Final = 10
SHOWN_ACTS: Final = 20
SHOWN_ALONE: Final = 50
_STAGE: Final = {
    KeptState.KEPT: KeptStage.WAITING,
    KeptState.SENDING: KeptStage.WAITING,
    KeptState.NEEDS_STAFF: KeptStage.FOR_STAFF,
}


class Trials(Protocol):
    """Who tries devices."""

    async def try_device(self, device: Device) -> ActResult:
        """Try one."""
        ...

    def now(self) -> tuple[DeviceNow, ...]:
        """Say how the open ones have been doing."""
        ...


class AlarmList(Protocol):
    """Where the alarm list is, and what was done alone."""

    async def open_alarms(self) -> tuple[OpenAlarm, ...]:
        """Give it, oldest first; may raise ``JournalUnavailableError``."""
        ...

    async def kept(self) -> tuple[Kept, ...]:
        """Give what was done alone, oldest first; may raise ``JournalUnavailableError``."""
        ...


class AlarmSettler(Protocol):
    """Who makes the alarm of an item true that lies on the pad."""

    async def settle_by_staff(self, item_id: ItemId, tags: Sequence[TagUid]) -> ActResult:
        """Do it; may raise ``JournalUnavailableError``."""
        ...


@dataclass(frozen=True, slots=True)
class Behind:
    """Whom the desk works with."""

    roll: KnownRoll
    records: StaffRecords
    alarms: AlarmList
    settler: AlarmSettler
    trials: Trials
    visits: Callable[[int], tuple[PastVisit, ...]]
    """Reads files; called in a thread."""
    agent_there: Callable[[], bool]
    wall: Callable[[], datetime]
    restart: Callable[[], None]


class StaffDesk:
    """Carries out what staff want; what must be noted and cannot be is not done."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._listed: dict[ItemId, OpenAlarm] = {}
        """The alarm list as it was shown last."""

    async def whose_pin(self, staff_id: StaffId | None, pin: Pin, *, last_try: bool) -> StaffId | None:
        """Say whose PIN it is, off the loop: it is slow by intent. Who may enter enters also when the disk is full."""
        found = await asyncio.to_thread(lambda: self._behind.roll.refresh().whose_pin(pin.text, staff_id))
        acts = [ActKind.ENTERED] if found is not None else [ActKind.WRONG_PIN, *([ActKind.LOCKED] if last_try else [])]
        try:
            for kind in acts:
                await self._behind.records.note(found or staff_id, StaffAct(kind))
        except JournalUnavailableError:
            _log.warning("who entered staff mode is not noted: the journal cannot be written now")
        return found

    async def read_desk(self) -> Desk | None:
        """Gather what staff are shown."""
        behind = self._behind
        try:
            waiting, acts = await behind.records.waiting(), await behind.records.acts(SHOWN_ACTS)
            alarms, kept = await behind.alarms.open_alarms(), await behind.alarms.kept()
        except JournalUnavailableError:
            return None
        visits = await asyncio.to_thread(behind.visits, SHOWN_VISITS)
        now = behind.wall()
        self._listed = {alarm.item_id: alarm for alarm in alarms}
        return Desk(
            read_at=now,
            agent=behind.agent_there(),
            waiting=waiting,
            alarms=tuple(_listed(alarm) for alarm in alarms),
            visits=visits,
            acts=acts,
            devices=behind.trials.now(),
            alone=tuple(_alone(each, now) for each in kept[: -SHOWN_ALONE - 1 : -1]),
        )

    async def carry_out(
        self, staff_id: StaffId, act: StaffAct, tags: Sequence[TagUid], until: datetime | None
    ) -> ActResult:
        """Note the act, then do it."""
        try:
            return await self._carried_out(staff_id, act, tags, until)
        except JournalUnavailableError:
            return ActResult.NOT_NOTED

    async def _carried_out(
        self, staff_id: StaffId, act: StaffAct, tags: Sequence[TagUid], until: datetime | None
    ) -> ActResult:
        records = self._behind.records
        match act:
            case StaffAct(ActKind.OPENED | ActKind.CLOSED as kind):
                by_staff = ByStaff.CLOSED if kind is ActKind.CLOSED else ByStaff.OPEN if until else None
                await records.note_opening(staff_id, act, by_staff, until)
                return ActResult.DONE
            case StaffAct(ActKind.ALARM_SEEN, item_id=ItemId() as item_id) if item_id in self._listed:
                gone = await records.note_seen(staff_id, act, self._listed[item_id])
                return ActResult.DONE if gone else ActResult.CHANGED
            case _:
                key = await records.note(staff_id, act)
                result = await self._done(act, tags)
                await self._ended(key, staff_id, act, result)
                return result

    async def overriding(self, override: Override, item_id: ItemId) -> ActKey | None:
        """Note that a no is overridden; ``None``: the journal cannot be written, and it must not be done."""
        try:
            return await self._behind.records.note(*_override_as_act(override, item_id))
        except JournalUnavailableError:
            return None

    async def overrode(self, key: ActKey, override: Override, item_id: ItemId, result: ActResult) -> None:
        """Note what became of it."""
        await self._ended(key, *_override_as_act(override, item_id), result)

    async def _ended(self, key: ActKey, staff_id: StaffId, act: StaffAct, result: ActResult) -> None:
        """Note what became of an act; it is done, and stands as done in the records, whether or not that can be."""
        try:
            await self._behind.records.ended(key, staff_id, act, result)
        except JournalUnavailableError:
            _log.warning("what became of an act of staff is not noted: the journal cannot be written now")

    async def _done(self, act: StaffAct, tags: Sequence[TagUid]) -> ActResult:
        behind = self._behind
        match act:
            case StaffAct(ActKind.DEVICE_TRIED, device=Device() as device):
                return await behind.trials.try_device(device)
            case StaffAct(ActKind.PAPER_CHANGED):
                return await behind.trials.try_device(Device.PRINTER)
            case StaffAct(ActKind.ALARM_SETTLED, item_id=ItemId() as item_id):
                return await behind.settler.settle_by_staff(item_id, tags)
            case StaffAct(ActKind.RESTARTED):
                behind.restart()
                return ActResult.DONE
            case _:
                return ActResult.FAILED


def _override_as_act(override: Override, item_id: ItemId) -> tuple[StaffId, StaffAct]:
    act = StaffAct(ActKind.OVERRODE, item_id=item_id, reason=override.reason, refusal=override.refusals[-1])
    return StaffId(override.staff_id), act


def _alone(kept: Kept, now: datetime) -> DoneAlone:
    entry = kept.entry
    return DoneAlone(
        entry.item_id,
        lent=entry.kind is KeptKind.LEND,
        at=entry.at.astimezone(now.tzinfo),
        staff_id=entry.staff_id,
        stage=_STAGE.get(kept.state, KeptStage.LEARNED),
    )


def _listed(alarm: OpenAlarm) -> ListedAlarm:
    reason = ListedReason(AlarmReason(alarm.reason).value)
    since = datetime.fromtimestamp(alarm.at, UTC)
    return ListedAlarm(alarm.item_id, alarm.wanted is AlarmWanted.OFF, reason, since)
