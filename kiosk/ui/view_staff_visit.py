"""What staff do for readers: what is offered, what was done without the library system, why a no is overridden."""

from typing import Final

from kiosk.session.staff_events import OverrideTouched, StaffServiceTouched
from kiosk.session.staff_state import AtStaffDesk
from kiosk.session.staff_values import Desk, DoneAlone, KeptStage
from kiosk.session.staff_visit import offered
from kiosk.session.state import Entry
from kiosk.session.values import Service
from kiosk.texts import Texts, plain_title
from kiosk.ui.view_types import ActionView, Mark, OptionView, RowView, SectionView, WhichView
from library.lending.overrides import OverrideReason

REASON: Final = {
    OverrideReason.SETTLED: "override.settled",
    OverrideReason.RECORD_WRONG: "override.record_wrong",
    OverrideReason.STUDY: "override.study",
    OverrideReason.AGREED: "override.agreed",
}
_OFFER: Final = {Service.BORROW: "staff.lend_for", Service.RETURN: "staff.take_for"}
_STAGE: Final = {
    KeptStage.WAITING: ("staff.kept_waiting", Mark.WAITING),
    KeptStage.LEARNED: ("staff.kept_learned", Mark.DONE),
    KeptStage.FOR_STAFF: ("staff.kept_for_staff", Mark.ATTENTION),
}


def readers(state: AtStaffDesk, desk: Desk, texts: Texts) -> SectionView:
    """Give the list: what staff may do for a reader now, then what was done alone, newest first."""
    offers = tuple(_offer(state, service, texts) for service in offered(state))
    done = tuple(_done(number, each, texts) for number, each in enumerate(desk.alone))
    there = state.around.library_system
    none = RowView("no offer", texts.say("staff.readers_there" if there else "staff.readers_none"), "", Mark.NOTE)
    hint = texts.say("staff.hint_readers" if there else "staff.hint_readers_alone")
    return SectionView("readers", texts.say("staff.readers"), hint, (*(offers or (none,)), *done))


def override_action(entry: Entry, texts: Texts) -> ActionView:
    """Give the button by which staff let a loan through, and the closed list of reasons behind it."""
    options = tuple(
        OptionView(entry.item_id, texts.say(words), OverrideTouched(entry.item_id, reason))
        for reason, words in REASON.items()
    )
    question = WhichView(
        texts.say("override.title"), options, texts.say("override.none"), texts.say("which.more"), may_go=True
    )
    return ActionView(texts.say("override.label"), None, question)


def _offer(state: AtStaffDesk, service: Service, texts: Texts) -> RowView:
    there = state.around.library_system
    words = "staff.lend_there" if there else "staff.kept_here"
    action = ActionView(texts.say("staff.begin"), StaffServiceTouched(service))
    return RowView(f"offer {service}", texts.say(_OFFER[service]), texts.say(words), Mark.BOOK, "", action)


def _done(number: int, done: DoneAlone, texts: Texts) -> RowView:
    words, mark = _STAGE[done.stage]
    who = texts.say("staff.by_reader") if done.staff_id is None else done.staff_id
    title = texts.say("staff.kept_lent" if done.lent else "staff.kept_returned", item=plain_title(done.item_id.text))
    return RowView(f"alone {number}", title, f"{who}, {texts.printed_moment(done.at)}. {texts.say(words)}", mark)
