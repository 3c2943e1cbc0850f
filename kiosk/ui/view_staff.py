"""The pages of staff: the PIN, and the desk with the kiosk, its devices, the alarm list, and what happened lately."""

import hashlib
import math
from datetime import datetime
from typing import Final

from kiosk.session.staff_events import StaffTouched
from kiosk.session.staff_pin import is_staff_locked, wrong_staff_pins
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk
from kiosk.session.staff_values import (
    ActKind,
    ActResult,
    ByStaff,
    Desk,
    DeviceNow,
    ListedAlarm,
    ListedReason,
    PastAct,
    PastVisit,
    StaffAct,
    Waiting,
    WaitingKind,
)
from kiosk.session.values import Device, Service
from kiosk.texts import Texts, plain_title
from kiosk.ui.view_staff_visit import REASON, readers
from kiosk.ui.view_types import ActionView, Asked, Mark, PinView, QuestionView, RowView, SectionView, StaffView
from kiosk.ui.view_words import DEVICE_NAME
from library.text.forms import printable
from library.text.width import shorten

_DIGITS: Final = "1234567890"
_LONGEST_IDENTITY: Final = 40
_ACT: Final = {
    ActKind.ENTERED: "staff.act_entered",
    ActKind.WRONG_PIN: "staff.act_wrong_pin",
    ActKind.LOCKED: "staff.act_locked",
    ActKind.OPENED: "staff.act_opened",
    ActKind.CLOSED: "staff.act_closed",
    ActKind.DEVICE_TRIED: "staff.act_device_tried",
    ActKind.PAPER_CHANGED: "staff.act_paper_changed",
    ActKind.ALARM_SETTLED: "staff.act_alarm_settled",
    ActKind.ALARM_SEEN: "staff.act_alarm_seen",
    ActKind.RESTARTED: "staff.act_restarted",
    ActKind.OVERRODE: "staff.act_overrode",
    ActKind.LENT_ALONE: "staff.act_lent_alone",
    ActKind.TOOK_BACK_ALONE: "staff.act_took_back_alone",
}
_RESULT: Final = {
    ActResult.DONE: "staff.said_done",
    ActResult.NOT_NOTED: "staff.said_not_noted",
    ActResult.LOST: "staff.said_lost",
    ActResult.PAPER_OUT: "staff.said_paper_out",
    ActResult.FAILED: "staff.said_failed",
    ActResult.SILENT: "staff.said_silent",
    ActResult.ARMED: "staff.said_armed",
    ActResult.SWITCHED_OFF: "staff.said_switched_off",
    ActResult.NOT_OWED: "staff.said_not_owed",
    ActResult.NO_ANSWER: "staff.said_no_answer",
    ActResult.CHANGED: "staff.said_changed",
    ActResult.REFUSED: "staff.said_refused",
    ActResult.UNKNOWN: "staff.said_unknown",
}
_DONE: Final = {
    ActKind.OPENED: "staff.said_opened",
    ActKind.CLOSED: "staff.said_closed",
    ActKind.DEVICE_TRIED: "staff.said_works",
    ActKind.PAPER_CHANGED: "staff.said_paper",
    ActKind.ALARM_SEEN: "staff.said_seen",
    ActKind.RESTARTED: "staff.said_restarting",
}
_GOOD: Final = frozenset({ActResult.DONE, ActResult.ARMED, ActResult.SWITCHED_OFF, ActResult.NOT_OWED})
_LISTEN: Final = {
    Device.PAD: "staff.listen_pad",
    Device.SCANNER: "staff.listen_scanner",
    Device.CARD_READER: "staff.listen_card_reader",
}
_REASON: Final = {
    ListedReason.LENT: "staff.reason_lent",
    ListedReason.RETURNED: "staff.reason_returned",
    ListedReason.RETURN_IN_DOUBT: "staff.reason_return_in_doubt",
    ListedReason.WRITING: "staff.reason_writing",
    ListedReason.TAG_GONE: "staff.reason_tag_gone",
    ListedReason.NOT_VERIFIED: "staff.reason_not_verified",
    ListedReason.LOCKED: "staff.reason_locked",
    ListedReason.PAD_LOST: "staff.reason_pad_lost",
}
_WAITING: Final = {
    WaitingKind.REPORTS: "staff.waiting_reports",
    WaitingKind.KEPT: "staff.waiting_kept",
    WaitingKind.FOR_STAFF: "staff.waiting_for_staff",
    WaitingKind.IN_DOUBT: "staff.waiting_in_doubt",
}
_SERVICE: Final = {
    Service.BORROW: "service.borrow",
    Service.RETURN: "service.return",
    Service.ACCOUNT: "service.account",
}


def asking_staff_pin(state: AskingStaffPin, texts: Texts, *, shuffled: bool) -> PinView:
    """Give the page; ``shuffled``: in another order each time."""
    around, limits = state.around, state.around.limits
    locked = is_staff_locked(around, state.staff_id)
    left = max(0, limits.staff_pin_tries - wrong_staff_pins(around, state.staff_id))
    if locked:
        notice = texts.count("staff.locked", max(1, math.ceil(limits.staff_lock_s / 60)))
    elif state.failed:
        notice = texts.say("staff.pin_failed")
    else:
        notice = texts.count("pin.wrong", left) if state.wrong else ""
    return PinView(
        title=texts.say("staff.pin_title"),
        hint=texts.say("pin.checking" if state.checking else "staff.pin_hint"),
        typed=len(state.typed),
        keys=tuple(_order(state.until) if shuffled else _DIGITS),
        erase_label=texts.say("pin.erase"),
        enter_label=texts.say("pin.enter") if state.typed and not state.checking and not locked else "",
        cancel_label="" if state.cancelled else texts.say("card.cancel"),
        busy=state.checking,
        notice="" if state.checking else notice,
    )


def at_staff_desk(state: AtStaffDesk, texts: Texts) -> StaffView:
    """Give the page."""
    prompt, notice = _what_goes_on(state, texts)
    return StaffView(
        title=texts.say("staff.title"),
        prompt=prompt,
        notice=notice,
        sections=() if state.desk is None else _sections(state, state.desk, texts),
        leave_label=texts.say("staff.leave"),
        busy=state.reading or state.doing is not None,
    )


def _order(seed: float) -> list[str]:
    """Give the digits in an order that stays until the next digit is typed."""
    return sorted(_DIGITS, key=lambda digit: hashlib.sha256(f"{seed} {digit}".encode()).digest())


def _what_goes_on(state: AtStaffDesk, texts: Texts) -> tuple[str, str]:
    """Give a prompt, or a notice where something is not as it should be."""
    if state.doing is not None or state.leaving:
        return texts.say("staff.doing"), ""
    if state.listening is not None and state.listening.device is not None:
        return texts.say(_LISTEN[state.listening.device]), ""
    if state.unread:
        return "", texts.say("staff.unread")
    if state.said is not None:
        words = _said(*state.said, texts)
        return (words, "") if state.said[1] in _GOOD else ("", words)
    return (texts.say("staff.reading") if state.desk is None else ""), ""


def _said(act: StaffAct, result: ActResult, texts: Texts) -> str:
    key = _DONE.get(act.kind, _RESULT[result]) if result is ActResult.DONE else _RESULT[result]
    about = "" if act.device is None else _named(act.device, texts)
    if act.item_id is not None:
        about = plain_title(act.item_id.text)
    return texts.say(key, about=about or texts.say(_ACT[act.kind]))


def _sections(state: AtStaffDesk, desk: Desk, texts: Texts) -> tuple[SectionView, ...]:
    alarms = tuple(_alarm_row(alarm, desk.read_at, texts) for alarm in desk.alarms)
    none = RowView("no alarms", texts.say("staff.no_alarms"), "", Mark.DONE)
    return (
        SectionView("kiosk", texts.say("staff.kiosk"), texts.say("staff.hint_kiosk"), _kiosk_rows(state, desk, texts)),
        SectionView(
            "devices", texts.say("staff.devices"), texts.say("staff.hint_devices"), _device_rows(state, desk, texts)
        ),
        SectionView(
            "alarms",
            texts.say("staff.alarms", n=str(len(alarms))),
            texts.say("staff.hint_alarms") if alarms else "",
            alarms or (none,),
        ),
        readers(state, desk, texts),
        SectionView("recent", texts.say("staff.recent"), texts.say("staff.hint_recent"), _recent_rows(desk, texts)),
    )


def _kiosk_rows(state: AtStaffDesk, desk: Desk, texts: Texts) -> tuple[RowView, ...]:
    around = state.around
    there, agent = around.library_system, desk.agent
    rows = [
        _opening_row(state, texts),
        RowView(
            "library",
            texts.say("staff.library_there" if there else "staff.library_lost"),
            "",
            Mark.DONE if there else Mark.ATTENTION,
        ),
        RowView(
            "agent",
            texts.say("staff.agent_there" if agent else "staff.agent_lost"),
            "",
            Mark.DONE if agent else Mark.ATTENTION,
        ),
    ]
    rows += [_waiting_row(each, texts) for each in desk.waiting if each.number]
    if not any(each.number for each in desk.waiting):
        rows.append(RowView("waiting", texts.say("staff.waiting_none"), "", Mark.DONE))
    restart = StaffTouched(StaffAct(ActKind.RESTARTED))
    question = _question(Asked.RESTART, "staff.restart_really", "staff.restart_words", restart, texts)
    action = ActionView(texts.say("staff.restart"), restart, question)
    return (
        *rows,
        RowView("restart", texts.say("staff.program"), texts.say("staff.program_hint"), Mark.NOTE, "", action),
    )


def _opening_row(state: AtStaffDesk, texts: Texts) -> RowView:
    opening = state.around.opening
    at = "" if opening.opens_at is None else texts.say("staff.hours_begin", at=texts.due(opening.opens_at))
    if opening.is_open:
        close = StaffTouched(StaffAct(ActKind.CLOSED))
        question = _question(Asked.CLOSE, "staff.close_really", "staff.close_words", close, texts)
        action = ActionView(texts.say("staff.close"), close, question)
        key = "staff.open_now" if opening.by_staff is None else "staff.open_by_staff"
        return RowView("opening", texts.say(key), at, Mark.DONE, "", action)
    action = ActionView(texts.say("staff.open"), StaffTouched(StaffAct(ActKind.OPENED)))
    key = "staff.closed_by_staff" if opening.by_staff is ByStaff.CLOSED else "staff.closed_hours"
    return RowView("opening", texts.say(key), at, Mark.ATTENTION, "", action)


def _waiting_row(waiting: Waiting, texts: Texts) -> RowView:
    since = "" if waiting.oldest is None else texts.say("staff.since", at=texts.printed_moment(waiting.oldest))
    mark = Mark.ATTENTION if waiting.kind is WaitingKind.FOR_STAFF else Mark.WAITING
    return RowView(f"waiting {waiting.kind}", texts.count(_WAITING[waiting.kind], waiting.number), since, mark)


def _device_rows(state: AtStaffDesk, desk: Desk, texts: Texts) -> tuple[RowView, ...]:
    known = {each.device: each for each in desk.devices}
    had = [device for device in Device if device in state.around.limits.devices]
    rows = [_device_row(state, device, known.get(device), texts) for device in had]
    if Device.PRINTER in had:
        action = ActionView(texts.say("staff.changed"), StaffTouched(StaffAct(ActKind.PAPER_CHANGED)))
        rows.append(RowView("paper", texts.say("staff.paper"), texts.say("staff.paper_hint"), Mark.NOTE, "", action))
    return tuple(rows)


def _device_row(state: AtStaffDesk, device: Device, known: DeviceNow | None, texts: Texts) -> RowView:
    act = StaffAct(ActKind.DEVICE_TRIED, device)
    if act in {state.doing, state.listening}:
        mark = Mark.BUSY
    else:
        mark = Mark.REFUSED if device in state.around.lost else Mark.DONE
    if device in state.around.lost:
        detail = texts.say("staff.device_lost")
    elif known is None:
        detail = texts.say("staff.device_there")
    else:
        identity = shorten(printable(known.identity), _LONGEST_IDENTITY) or texts.say("staff.device_there")
        counts = {"n": str(known.exchanges), "troubles": str(known.troubles)}
        detail = texts.say("staff.device_counts", identity=identity, **counts)
    action = ActionView(texts.say("staff.try"), StaffTouched(act))
    return RowView(f"device {device}", _named(device, texts), detail, mark, "", action)


def _named(device: Device, texts: Texts) -> str:
    """Give a device's name as a line begins."""
    name = texts.say(DEVICE_NAME[device])
    return name[:1].upper() + name[1:]


def _alarm_row(alarm: ListedAlarm, now: datetime, texts: Texts) -> RowView:
    number = plain_title(alarm.item_id.text)
    standing = texts.say("staff.alarm_on_loan" if alarm.on_loan else "staff.alarm_back")
    since = texts.say("staff.since", at=texts.printed_moment(alarm.since.astimezone(now.tzinfo)))
    detail = f"{standing} {texts.say(_REASON[alarm.reason])} {since}"
    if alarm.reason is ListedReason.RETURN_IN_DOUBT:
        return RowView(f"alarm {alarm.item_id.text}", number, detail, Mark.WAITING)
    seen = StaffTouched(StaffAct(ActKind.ALARM_SEEN, item_id=alarm.item_id))
    question = _question(Asked.ALARM_SEEN, "staff.seen_really", "staff.seen_words", seen, texts, large=number)
    action = ActionView(texts.say("staff.seen"), seen, question)
    return RowView(f"alarm {alarm.item_id.text}", number, detail, Mark.ATTENTION, "", action)


def _recent_rows(desk: Desk, texts: Texts) -> tuple[RowView, ...]:
    visits = [_visit_row(number, visit, texts) for number, visit in enumerate(desk.visits)]
    acts = [_act_row(number, act, texts) for number, act in enumerate(desk.acts)]
    nothing = RowView("no visits", texts.say("staff.no_visits"), "", Mark.NOTE)
    return (*(visits or (nothing,)), *acts)


def _visit_row(number: int, visit: PastVisit, texts: Texts) -> RowView:
    counts = [texts.count("staff.visit_done", visit.done)]
    if visit.refused:
        counts.append(texts.count("staff.visit_refused", visit.refused))
    if visit.to_look_at:
        counts.append(texts.count("staff.visit_to_look_at", visit.to_look_at))
    title = f"{texts.say(_SERVICE[visit.service])}: {', '.join(counts)}"
    return RowView(
        f"visit {number}", title, texts.printed_moment(visit.began), Mark.ATTENTION if visit.to_look_at else Mark.BOOK
    )


def _act_row(number: int, past: PastAct, texts: Texts) -> RowView:
    about = [texts.say(DEVICE_NAME[past.act.device])] if past.act.device is not None else []
    about += [plain_title(past.act.item_id.text)] if past.act.item_id is not None else []
    title = ": ".join((texts.say(_ACT[past.act.kind]), *about))
    who = texts.say("staff.by_key") if past.staff_id is None else past.staff_id
    detail = f"{who}, {texts.printed_moment(past.at)}"
    if past.act.reason is not None:
        detail = f"{detail}. {texts.say(REASON[past.act.reason])}"
    return RowView(f"act {number}", title, detail, Mark.NOTE)


def _question(  # noqa: PLR0913 - each is one part of the question
    asked: Asked, title: str, words: str, yes: StaffTouched, texts: Texts, *, large: str = ""
) -> QuestionView:
    return QuestionView(
        asked, texts.say(title), texts.say(words), large, texts.say("staff.yes"), texts.say("staff.no"), yes, None
    )
