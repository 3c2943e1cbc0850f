"""What holds over every history in which staff come and go among patrons."""

from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from kiosk.session.effects import (
    Effect,
    IdentifyPatronOffline,
    LendItem,
    LendItemOffline,
    ReportVisit,
    TakeBackItemOffline,
)
from kiosk.session.events import Event, ItemScanned, LibrarySystemBack, LibrarySystemLost
from kiosk.session.staff_effects import CarryOut, CheckStaffPin, ReadDesk, StaffEffect
from kiosk.session.staff_events import (
    ActDone,
    DeskRead,
    DeskUnread,
    HoursChanged,
    OpeningKept,
    OverrideTouched,
    ServiceKeyTurned,
    StaffCardPresented,
    StaffPinChecked,
    StaffServiceTouched,
    StaffTouched,
)
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.staff_values import ActResult, ByStaff, EmergencyDesk, StaffId
from kiosk.session.state import Idle, OutOfOrder, State
from kiosk.session.touches import EnterTouched, KeyTouched
from kiosk.session.values import Device, Service, VisitId
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from library.lending.overrides import OverrideReason
from library.lending.refusals import Refusal
from tests.support.session_histories import CARDS, ITEMS, Move, Witness, moves
from tests.support.session_moves import Answer, Card, Wait
from tests.support.shared_histories import drawn, reached
from tests.support.staff_play import CLOSING, LAN, LIMITS, MAI, OPENING, RESTART, alarm, desk_of, trial

TEXTS = load_texts()
COME: tuple[Event, ...] = (StaffCardPresented(LAN), StaffCardPresented(MAI), ServiceKeyTurned())
TYPED: tuple[Event, ...] = (KeyTouched("1"), EnterTouched())
WANTED: tuple[Event, ...] = tuple(
    map(StaffTouched, (OPENING, CLOSING, RESTART, trial(Device.PAD), trial(Device.SCANNER)))
)
HOURS: tuple[Event, ...] = (
    HoursChanged(in_hours=False),
    *[HoursChanged(in_hours=True)] * 3,
    OpeningKept(None),
    OpeningKept(ByStaff.OPEN),
)
LATE: tuple[Event, ...] = (DeskUnread(), ActDone(CLOSING, ActResult.DONE), StaffPinChecked(None))
FOR_READERS: tuple[Event, ...] = (
    *[StaffServiceTouched(Service.BORROW)] * 3,
    *(StaffServiceTouched(Service.RETURN, VisitId(f"staff-{number}")) for number in range(2)),
    *(OverrideTouched(item_id, OverrideReason.STUDY) for item_id in ITEMS[:3]),
    LibrarySystemLost(),
    *[LibrarySystemBack()] * 2,
)
staff_moves = st.sampled_from([*COME * 2, *TYPED * 4, *WANTED * 2, *HOURS, *LATE, *FOR_READERS * 2])
WITH_DESK = replace(LIMITS, may_override=frozenset(Refusal), emergency_desk=EmergencyDesk.BEYOND_RULES)


class Answered:
    """The answer to the oldest effect that staff wait for."""


IN: tuple[Move | Answered, ...] = (StaffCardPresented(LAN), *TYPED, Answered(), Answered())
"""Somebody of the staff comes in; the first PIN that is looked at is right."""
LENDING: tuple[Move | Answered, ...] = (*IN, StaffServiceTouched(Service.BORROW), Card(CARDS[0]), Answer(0))
ALONE: tuple[Move | Answered, ...] = (*IN, LibrarySystemLost(), StaffServiceTouched(Service.BORROW), Card(CARDS[0]))
BACK: tuple[Move | Answered, ...] = (
    *IN,
    LibrarySystemLost(),
    StaffServiceTouched(Service.RETURN, VisitId("staff-2")),
    *map(ItemScanned, ITEMS[:2]),
)
REFUSED: tuple[Move | Answered, ...] = (*LENDING, ItemScanned(ITEMS[0]), Answer(5))
"""What the library system says of the first book is no."""
beginnings = st.sampled_from([(), (), IN, LENDING, (*ALONE, Answer(0), ItemScanned(ITEMS[1])), BACK, REFUSED])
happenings = st.lists(
    st.one_of(moves, staff_moves, staff_moves, st.just(Answered()), st.just(Answered())), min_size=5, max_size=60
)
histories = st.tuples(beginnings, happenings).map(lambda parts: [*parts[0], *parts[1]])


class Told:
    """A history, and what was seen of it."""

    def __init__(self, history: list[Move | Answered]) -> None:
        self.history = history
        self.witness = Witness()
        self.witness.play.state = type(self.witness.play)(WITH_DESK).open().state
        self.proven: set[StaffId] = set()
        self.faults: list[str] = []
        self.answers = 0
        self.judged = 0
        self.seen: set[str] = set()
        for move in history:
            self.happen(move)
        self.state = self.witness.play.state
        self.go_home()

    def happen(self, move: Move | Answered) -> None:
        play = self.witness.play
        before = play.state
        if isinstance(move, Answered):
            if not play.of_staff:
                return
            answer = answer_to(play.of_staff.pop(0), self.answers)
            self.answers += 1
            if isinstance(answer, StaffPinChecked) and answer.staff_id is not None:
                self.proven.add(answer.staff_id)
            self.witness.happen(answer)
        else:
            self.witness.happen(move)
        after = play.state
        self.seen.add(type(after).__name__)
        self._check(before, after)
        self._check_effects(before, play.ordered[self.judged :])
        self.judged = len(play.ordered)

    def _check_effects(self, before: State, ordered: list[Effect]) -> None:
        """Hold it against the session that nothing is done as the staff's but by whoever proved it, and began it."""
        here = {before.around.staff, before.staff_id if isinstance(before, AtStaffDesk) else None}
        for effect in ordered:
            match effect:
                case IdentifyPatronOffline(staff_id=who) | LendItemOffline(staff_id=who):
                    by = who
                case TakeBackItemOffline(staff_id=who):
                    by = who
                case LendItem(override=override) if override is not None:
                    by = StaffId(override.staff_id)
                    self.seen.add("an override")
                    if len(set(override.refusals)) != len(override.refusals):
                        self.faults.append("a no was overridden twice")
                case _:
                    continue
            if by is not None:
                self.seen.add(f"{type(effect).__name__} by staff")
            if by is not None and (by not in self.proven or by not in here):
                self.faults.append("something was done as somebody's of the staff who is not there")

    def _check(self, before: State, after: State) -> None:
        if isinstance(after, Idle | OutOfOrder | Closed | AtStaffDesk) and after.around.staff is not None:
            self.faults.append("a visit of staff is over and they are still in it")
        if before.around.staff is not None and after.around.staff not in {before.around.staff, None}:
            self.faults.append("a visit of staff became somebody else's")
        if isinstance(after, AtStaffDesk):
            back = before.around.staff is not None and before.around.staff == after.staff_id
            if not back and not isinstance(before, AtStaffDesk | AskingStaffPin):
                self.faults.append("the desk was reached without a PIN")
            if after.staff_id not in self.proven:
                self.faults.append("the desk is somebody's who never proved it")
        if isinstance(after, Idle | OutOfOrder | Closed) and self.witness.play.of_staff:
            self.faults.append("home while something of staff is under way")
        kinds = AskingStaffPin | AtStaffDesk
        nobody = kinds | Idle | OutOfOrder | Closed
        if isinstance(after, kinds) and not isinstance(before, nobody) and before.around.staff is None:
            self.faults.append("a visit was cut off by staff")

    def go_home(self) -> None:
        for _ in range(100):
            while self.witness.play.of_staff:
                self.happen(Answered())
            self.witness.go_home()
            if isinstance(self.witness.play.state, Idle | OutOfOrder | Closed):
                return
            self.happen(Wait(50.0))


def answer_to(effect: StaffEffect, luck: int) -> Event:
    match effect:
        case CheckStaffPin(staff_id):
            return StaffPinChecked(None if luck % 3 == 1 else staff_id or LAN)
        case ReadDesk():
            return DeskRead(desk_of(*map(alarm, ITEMS[:2])))
        case CarryOut(act=act):
            return ActDone(act, list(ActResult)[luck % len(ActResult)])


@cache
def all_told() -> list[Told]:
    return drawn(histories, Told, 120)


def test_nobody_comes_to_the_desk_without_a_pin_and_no_visit_is_cut_off() -> None:
    for told in all_told():
        assert told.faults == [], told.history


def test_every_history_with_staff_ends_at_home() -> None:
    for told in all_told():
        assert isinstance(told.witness.play.state, Idle | OutOfOrder | Closed), told.history


def test_staff_leave_no_report_of_a_visit_and_nothing_of_a_pin() -> None:
    for told in all_told():
        reports = [each for each in told.witness.play.ordered if isinstance(each, ReportVisit)]

        assert len(reports) == len({each.outcome.visit_id for each in reports}), told.history
        assert getattr(told.witness.play.state, "typed", "") == ""


def test_whatever_staff_did_there_is_a_screen_for_it() -> None:
    for told in all_told():
        assert view(told.state, TEXTS).language is told.state.around.language, told.history


def test_the_histories_reach_the_desk_and_a_kiosk_that_is_closed() -> None:
    wanted = {"AskingStaffPin", "AtStaffDesk", "Closed", "Borrowing", "an override"}
    wanted |= {"LendItemOffline by staff", "TakeBackItemOffline by staff"}

    assert reached(wanted, histories, lambda history: Told(history).seen & wanted) == wanted
