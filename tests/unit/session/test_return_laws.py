"""What holds over every history of a return, also with nonsense, late and repeated answers."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.session.answers import (
    AlarmStillOff,
    AlarmSwitchedOn,
    ItemsFound,
    ReceiptPrinted,
    ReturnMade,
    ReturnRefused,
    ReturnUnknown,
)
from kiosk.session.effects import (
    Effect,
    FindItems,
    PrintReceipt,
    ReportVisit,
    SwitchAlarmOn,
    TakeBackItem,
    TakeBackItemOffline,
)
from kiosk.session.events import (
    CardPresented,
    DeviceBack,
    DeviceLost,
    Event,
    ItemScanned,
    LibrarySystemBack,
    LibrarySystemLost,
    NumberRead,
    PadChanged,
    SlotPassed,
    Ticked,
)
from kiosk.session.return_list import ReturnAlarm, ReturnStatus
from kiosk.session.state import Idle, OutOfOrder, ReturnFinished, Returning, ReturnSettling
from kiosk.session.touches import (
    CancelTouched,
    CandidateTouched,
    DoneTouched,
    FinishTouched,
    NoCandidateTouched,
    ReceiptTouched,
    ScreenTouched,
    StartTouched,
)
from kiosk.session.values import (
    AlarmFault,
    AlarmState,
    Device,
    Finding,
    IncompleteSet,
    ItemId,
    Pad,
    PadItem,
    PadNumber,
    PadOddity,
    PatronId,
    Returned,
    ReturnKind,
    Service,
    TagUid,
    VisitId,
)
from library.lending.refusals import Refusal
from tests.support.return_play import LIMITS, without_line
from tests.support.session_play import Asked, Play, answers, best_answer, candidates, item, uid

SLOWLY = [HealthCheck.too_slow]
"""How fast a busy machine draws a history is no fault of a law."""
BOTH = candidates(1, 5)
ITEMS = [item(number) for number in range(4)]
VISITS = [VisitId(f"r{number}") for number in range(3)]


@dataclass(frozen=True)
class Answer:
    """A proper answer to one of the effects that are under way; ``luck`` chooses which and what."""

    luck: int


@dataclass(frozen=True)
class Again:
    """An answer that was given already comes a second time."""

    which: int


@dataclass(frozen=True)
class Wait:
    """Time goes on."""

    seconds: float


@dataclass(frozen=True)
class Begin:
    """Somebody touches "return"; the visit's id is fresh."""


Move = Answer | Again | Wait | Begin | Event


@st.composite
def pads(draw: st.DrawFn) -> PadChanged:
    lying = draw(st.lists(st.sampled_from(range(4)), unique=True, max_size=4))
    alarm = draw(st.sampled_from(AlarmState))
    whole = tuple(PadItem(uid(each), item(each), alarm, other_tags=(uid(each + 10),) * (each == 2)) for each in lying)
    numbers = (PadNumber(uid(20), BOTH, alarm),) if draw(st.booleans()) else ()
    if draw(st.integers(0, 3)):
        return PadChanged(Pad(whole, numbers=numbers))
    rest = PadNumber(uid(30), candidates(3) if draw(st.booleans()) else BOTH, alarm)
    left = IncompleteSet(uid(30), (2,), 2, rest)
    return PadChanged(Pad(whole, ((uid(30), PadOddity.INCOMPLETE_SET),), (left,), numbers))


items = st.sampled_from(ITEMS)
visits = st.sampled_from(VISITS)
touches = st.sampled_from(
    [
        *[FinishTouched(), CancelTouched(), DoneTouched(), ScreenTouched(), NoCandidateTouched()],
        *[ReceiptTouched(wanted=True)] * 3,
        *[CandidateTouched(item(1)), SlotPassed()],
        CardPresented(VisitId("v1"), PatronId("SIM-READER-0001")),
    ]
)
troubles = st.sampled_from(
    [
        *[DeviceLost(Device.PAD), DeviceLost(Device.SCANNER), LibrarySystemLost(), LibrarySystemLost()],
        *[DeviceBack(Device.PAD), DeviceBack(Device.SCANNER), LibrarySystemBack()],
    ]
)
backs = st.builds(Returned, items, st.just("Sách"), st.sampled_from(ReturnKind), st.booleans())
nonsense = st.one_of(
    st.builds(ReturnMade, visits, backs),
    st.builds(ReturnRefused, visits, items, st.sampled_from(Refusal)),
    st.builds(ReturnUnknown, visits, items),
    st.builds(AlarmSwitchedOn, visits, items),
    st.builds(AlarmStillOff, visits, items, st.sampled_from(AlarmFault)),
    st.builds(ReceiptPrinted, visits),
)
readings = st.one_of(pads(), pads(), st.builds(ItemScanned, items), st.just(NumberRead(BOTH)))
waits = st.builds(Wait, st.sampled_from([0.25, 2.0, 9.0, 25.0, 61.0]))
answers_given = st.builds(Answer, st.integers(0, 99))
again = st.builds(Again, st.integers(0, 99))
done = st.just(FinishTouched())
moves: st.SearchStrategy[Move] = st.sampled_from(
    [*[answers_given] * 8, *[readings] * 4, *[touches, done, waits] * 2, troubles, nonsense, again, st.just(Begin())]
).flatmap(lambda kind: kind)
lengths = st.sampled_from([5, 10, 20, 40, 60])
histories = st.tuples(st.booleans(), lengths.flatmap(lambda length: st.lists(moves, max_size=length, min_size=length)))
"""Whether the kiosk takes anything back on its own, and what happens."""


def proper_answer(effect: Asked, luck: int) -> Event:
    match effect:
        case TakeBackItem() | TakeBackItemOffline():
            offline = isinstance(effect, TakeBackItemOffline)
            kind = list(ReturnKind)[luck % len(ReturnKind)]
            back = Returned(effect.item_id, "Sách", kind, arm=luck % 5 != 0, offline=offline)
            made = ReturnMade(effect.visit_id, back)
            no = ReturnRefused(effect.visit_id, effect.item_id, list(Refusal)[luck % len(Refusal)])
            doubt = [] if offline else [ReturnUnknown(effect.visit_id, effect.item_id)]
            possible: list[Event] = [made, made, no, *doubt]
        case SwitchAlarmOn():
            faults = [AlarmStillOff(effect.visit_id, effect.item_id, fault) for fault in AlarmFault]
            possible = [AlarmSwitchedOn(effect.visit_id, effect.item_id), *faults]
        case FindItems(visit_id, asked):
            known = [luck % 3 == 0 or None, luck % 4 == 0]
            possible = [ItemsFound(visit_id, tuple(map(Finding, asked, known)))]
        case _:
            possible = [best_answer(effect)]
    return possible[luck % len(possible)]


@dataclass
class Witness:
    """Plays a history and keeps, beside the session and not from it, what the laws speak of."""

    play: Play
    begun: list[VisitId] = field(default_factory=list)
    given: list[Event] = field(default_factory=list)
    asked: Counter[tuple[VisitId, ItemId]] = field(default_factory=Counter)
    back: set[tuple[VisitId, ItemId]] = field(default_factory=set)
    nobodys: set[tuple[VisitId, ItemId]] = field(default_factory=set)
    seen_tags: dict[ItemId, set[TagUid]] = field(default_factory=dict)

    def happen(self, move: Move) -> None:
        pending = self.play.pending
        match move:
            case Answer(luck):
                if not pending:
                    return
                event: Event = proper_answer(pending[luck % len(pending)], luck // 2)
                self.given.append(event)
            case Again(which):
                if not self.given:
                    return
                event = self.given[which % len(self.given)]
            case Wait(seconds):
                event = Ticked(self.play.state.around.now + seconds)
            case Begin():
                visit = VisitId(f"r{len(self.begun)}")
                event = StartTouched(Service.RETURN, visit)
            case _:
                event = move
        self._note(event)
        before = self.play.state
        effects = self.play.tell(event)
        if isinstance(event, StartTouched) and isinstance(before, Idle) and isinstance(self.play.state, Returning):
            assert event.visit_id is not None
            self.begun.append(event.visit_id)
        self._check(effects)

    def _note(self, event: Event) -> None:
        answered = any(answers(effect, event) for effect in self.play.pending)
        match event:
            case ReturnMade(visit_id, returned) if answered:
                self.back.add((visit_id, returned.item_id))
            case ReturnRefused(visit_id, item_id, Refusal.ITEM_NOT_ON_LOAN) if answered:
                self.nobodys.add((visit_id, item_id))
            case PadChanged(pad):
                for each in pad.items:
                    self.seen_tags.setdefault(each.item_id, set()).update(each.tags)
                for number in (*pad.numbers, *(left.rest for left in pad.incomplete if left.rest is not None)):
                    for candidate in number.candidates:
                        self.seen_tags.setdefault(candidate.item_id, set()).update((number.tag_uid, *number.other_tags))
            case _:
                pass

    def _check(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case TakeBackItem(visit_id, _, item_id) | TakeBackItemOffline(visit_id, _, item_id):
                    self.asked[visit_id, item_id] += 1
                    assert visit_id == self.begun[-1]
                case SwitchAlarmOn(visit_id, item_id, tags):
                    assert (visit_id, item_id) in self.back | self.nobodys
                    assert set(tags) <= self.seen_tags[item_id]
                case PrintReceipt(visit_id, lines=lines) if visit_id in self.begun:
                    stands = {item_id for visit, item_id in self.back if visit == visit_id}
                    assert {line.item_id for line in lines if line.loan_known} == stands
                case _:
                    pass
        pending = self.play.pending
        assert sum(isinstance(each, TakeBackItem | TakeBackItemOffline) for each in pending) <= 1
        assert sum(isinstance(each, SwitchAlarmOn) for each in pending) <= 1
        state = self.play.state
        if isinstance(state, Idle | OutOfOrder):
            assert not pending
        if isinstance(state, Returning) and state.warned_until is not None:
            assert not pending
        if isinstance(state, ReturnFinished):
            self._check_last_page(state)

    @staticmethod
    def _check_last_page(state: ReturnFinished) -> None:
        for each in state.visit.entries:
            assert each.status not in {ReturnStatus.WAITING, ReturnStatus.TAKING}
            assert each.alarm not in {ReturnAlarm.WANTED, ReturnAlarm.WRITING, ReturnAlarm.STILL_OFF}
            taken = each.status is not ReturnStatus.NOT_TAKEN
            assert (each.outcome is not None, each.bin is not None) == (taken, taken)

    def go_home(self) -> None:
        for _ in range(200):
            while self.play.pending:
                self.happen(Answer(0))
            if isinstance(self.play.state, Idle | OutOfOrder):
                return
            self.happen(Wait(5.0))


def played(history: tuple[bool, list[Move]]) -> Witness:
    alone, what_happens = history
    witness = Witness(Play(LIMITS if alone else without_line()).open())
    witness.happen(Begin())
    for move in what_happens:
        witness.happen(move)
    return witness


@settings(max_examples=120, deadline=None, suppress_health_check=SLOWLY)
@given(histories)
def test_nothing_waits_for_ever_and_every_return_is_told_once(history: tuple[bool, list[Move]]) -> None:
    witness = played(history)
    witness.go_home()

    told = [each.outcome.visit_id for each in witness.play.reports if each.outcome.service is Service.RETURN]
    assert isinstance(witness.play.state, Idle | OutOfOrder)
    assert told == witness.begun


@settings(max_examples=120, deadline=None, suppress_health_check=SLOWLY)
@given(histories)
def test_an_item_is_asked_about_once_in_a_return(history: tuple[bool, list[Move]]) -> None:
    witness = played(history)

    assert [key for key, times in witness.asked.items() if times > 1] == []


@settings(max_examples=100, deadline=None, suppress_health_check=SLOWLY)
@given(histories)
def test_the_numbers_that_are_told_are_those_of_the_answers(history: tuple[bool, list[Move]]) -> None:
    witness = played(history)
    witness.go_home()

    returned = Counter(visit for visit, _ in witness.back)
    told = {each.outcome.visit_id: each.outcome.returned for each in witness.play.reports}
    assert {visit: count for visit, count in told.items() if count} == dict(returned)


def test_the_histories_reach_every_state_and_every_effect_of_a_return() -> None:
    states: set[type] = set()
    effects: set[type] = set()

    @settings(max_examples=400, deadline=None, database=None, derandomize=True, suppress_health_check=SLOWLY)
    @given(histories)
    def look(history: tuple[bool, list[Move]]) -> None:
        witness = Witness(Play(LIMITS if history[0] else without_line()).open())
        for move in (Begin(), *history[1]):
            witness.happen(move)
            states.add(type(witness.play.state))
        effects.update(type(effect) for effect in witness.play.ordered)

    look()

    assert states >= {Returning, ReturnSettling, ReturnFinished}
    assert effects >= {TakeBackItem, TakeBackItemOffline, SwitchAlarmOn, FindItems, PrintReceipt, ReportVisit}
