"""Random histories of a session, with nonsense, late and repeated answers, and a witness who checks each step."""

from dataclasses import dataclass, field
from typing import assert_never

from hypothesis import strategies as st

from kiosk.session.answers import (
    AlarmStillOn,
    AlarmSwitchedOff,
    IdentifyFailed,
    ItemsFound,
    LoanMade,
    LoanRefused,
    LoanUnknown,
    PatronAccepted,
    PatronRefused,
    ReceiptFailed,
    ReceiptNotShared,
    ReceiptPrinted,
    ReceiptShared,
)
from kiosk.session.citizen_effects import FindCitizen, HandInReader, PrintPickUp
from kiosk.session.effects import (
    CancelHold,
    Effect,
    FindItems,
    IdentifyPatron,
    IdentifyPatronOffline,
    LendItem,
    LendItemOffline,
    LineKind,
    PlaceHold,
    PrintReceipt,
    ReadAccount,
    RenewLoan,
    ShareReceipt,
    SwitchAlarmOff,
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
    LabelRejected,
    LibrarySystemBack,
    LibrarySystemLost,
    NumberRead,
    PadChanged,
    PrinterChanged,
    Ticked,
)
from kiosk.session.paying_effects import BeginTransfer
from kiosk.session.state import AwaitingCard, Borrowing, Idle, OutOfOrder, Returning, State
from kiosk.session.touches import (
    CancelTouched,
    CandidateTouched,
    DoneTouched,
    FinishTouched,
    LanguageTouched,
    LendLyingTouched,
    NoCandidateTouched,
    ReceiptTouched,
    ScreenTouched,
    StartTouched,
)
from kiosk.session.values import (
    AlarmFault,
    AlarmState,
    Candidate,
    Device,
    Finding,
    ItemId,
    LabelFault,
    Language,
    Loan,
    Pad,
    PadItem,
    PadNumber,
    PadOddity,
    Patron,
    PatronId,
    PrinterFault,
    TagUid,
    VisitId,
)
from library.lending.refusals import Refusal
from tests.support.session_moves import Again, Answer, Card, Wait, strings
from tests.support.session_play import DUE, Asked, Play, answers, best_answer

OF_A_PATRON = "PRIVATE"
"""Every string of a patron in these histories begins so."""

CARDS = [PatronId(f"{OF_A_PATRON}-card-{letter}") for letter in "AB"]
ITEMS = [ItemId(f"item-{number}") for number in range(4)]
NUMBERS = [
    (Candidate(ITEMS[0], "VN-QN01"), Candidate(ITEMS[2], "VN-QN02", "Thư viện hai")),
    (Candidate(ITEMS[1], "VN-QN01"), Candidate(ItemId("item-9"), "")),
]
"""Printed numbers that items of two libraries bear."""
NAMELESS = [(TagUid(f"E01{number}"), candidates) for number, candidates in enumerate(NUMBERS)]
TAGS = [(TagUid(f"E00{number}"), ITEMS[number % 4]) for number in range(5)]


Move = Answer | Again | Card | Wait | Event

visits = st.sampled_from([VisitId(f"visit-{number}") for number in range(4)])
items = st.sampled_from(ITEMS)
refusals = st.sampled_from(Refusal)
words = st.just(f"{OF_A_PATRON}-words")
patrons = st.builds(Patron, st.sampled_from(CARDS), st.just(f"{OF_A_PATRON}-initials"), st.just(0))
loans = st.builds(Loan, items, st.just(f"{OF_A_PATRON}-title"), st.sampled_from([DUE, None]), st.booleans())


@st.composite
def pads(draw: st.DrawFn) -> PadChanged:
    lying = draw(st.lists(st.sampled_from(TAGS), unique=True, max_size=5))
    odd = draw(st.sets(st.sampled_from(lying), max_size=1)) if lying else set()
    nameless = draw(st.lists(st.sampled_from(NAMELESS), max_size=1))
    return PadChanged(
        Pad(
            tuple(PadItem(uid, item_id, AlarmState.SECURED) for uid, item_id in lying if (uid, item_id) not in odd),
            tuple((uid, draw(st.sampled_from(PadOddity))) for uid, _ in odd),
            numbers=tuple(PadNumber(uid, candidates, AlarmState.SECURED) for uid, candidates in nameless),
        )
    )


TOUCHES: tuple[Event, ...] = (
    StartTouched(),
    *map(LanguageTouched, Language),
    LendLyingTouched(),
    FinishTouched(),
    CancelTouched(),
    ReceiptTouched(wanted=True),
    ReceiptTouched(wanted=False),
    DoneTouched(),
    ScreenTouched(),
)
CHOICES: tuple[Event, ...] = (*map(CandidateTouched, ITEMS[:3]), NoCandidateTouched())
touches = st.sampled_from([*TOUCHES * 3, *CHOICES])
readings = st.one_of(
    pads(),
    st.builds(ItemScanned, items),
    st.builds(NumberRead, st.sampled_from(NUMBERS)),
    st.builds(LabelRejected, st.sampled_from(LabelFault)),
    st.builds(Card, st.sampled_from(CARDS)),
)
troubles = st.sampled_from(
    [
        DeviceLost(Device.PAD),
        DeviceLost(Device.SCANNER),
        DeviceLost(Device.PRINTER),
        PrinterChanged(PrinterFault.PAPER_OUT),
        PrinterChanged(None),
        LibrarySystemLost(),
        *[DeviceBack(device) for device in Device] * 3,
        *[LibrarySystemBack()] * 6,
    ]
)
findings = st.sampled_from(NUMBERS).flatmap(
    lambda candidates: st.tuples(
        *(st.builds(Finding, st.just(each), st.sampled_from([True, False, None]), words) for each in candidates)
    )
)
nonsense = st.one_of(
    st.builds(PatronAccepted, visits, patrons),
    st.builds(PatronRefused, visits, refusals, words),
    st.builds(IdentifyFailed, visits),
    st.builds(ItemsFound, visits, findings),
    st.builds(LoanMade, visits, loans),
    st.builds(LoanRefused, visits, items, refusals, words, words),
    st.builds(LoanUnknown, visits, items),
    st.builds(AlarmSwitchedOff, visits, items),
    st.builds(AlarmStillOn, visits, items, st.sampled_from(AlarmFault)),
    st.builds(ReceiptPrinted, visits),
    st.builds(ReceiptFailed, visits, st.sampled_from(PrinterFault)),
    st.builds(Ticked, st.floats(0, 50)),
)
waits = st.builds(Wait, st.sampled_from([0.25, 2.0, 9.0, 25.0, 61.0]))
answers_given = st.builds(Answer, st.integers(0, 99))
again = st.builds(Again, st.integers(0, 99))
moves: st.SearchStrategy[Move] = st.sampled_from(
    [*[answers_given] * 8, *[pads()] * 3, *[readings] * 2, *[touches] * 4, *[waits] * 2, troubles, nonsense, again]
).flatmap(lambda kind: kind)
lengths = st.sampled_from([5, 10, 20, 40, 60])
histories = st.tuples(st.booleans(), lengths.flatmap(lambda length: st.lists(moves, max_size=length, min_size=length)))
"""Whether a patron is already there when the history begins, and what happens."""


def proper_answer(effect: Asked, luck: int) -> Event:
    """Give one of the answers that the effect may have."""
    match effect:
        case IdentifyPatron(visit_id, patron_id):
            accepted = PatronAccepted(visit_id, Patron(patron_id, f"{OF_A_PATRON}-initials", 0))
            refused = PatronRefused(visit_id, Refusal.PATRON_BLOCKED, f"{OF_A_PATRON}-words")
            possible: list[Event] = [accepted, accepted, refused, IdentifyFailed(visit_id)]
        case FindItems(visit_id, candidates):
            known = [*[{each} for each in candidates], set(candidates), set()][luck % (len(candidates) + 2)]
            no = None if luck % 5 == 0 else False
            findings = (Finding(each, each in known or no, f"{OF_A_PATRON}-title") for each in candidates)
            possible = [ItemsFound(visit_id, tuple(findings))]
        case LendItem():
            loan = Loan(effect.item_id, f"{OF_A_PATRON}-title", DUE, may_leave=luck % 7 != 0)
            made = LoanMade(effect.visit_id, loan)
            refused_item = LoanRefused(effect.visit_id, effect.item_id, Refusal.OTHER, f"{OF_A_PATRON}-words")
            possible = [made, made, refused_item, LoanUnknown(effect.visit_id, effect.item_id)]
        case SwitchAlarmOff():
            off = AlarmSwitchedOff(effect.visit_id, effect.item_id)
            faults = [AlarmStillOn(effect.visit_id, effect.item_id, fault) for fault in AlarmFault]
            possible = [off, *faults]
        case PrintReceipt(visit_id):
            possible = [ReceiptPrinted(visit_id), *(ReceiptFailed(visit_id, fault) for fault in PrinterFault)]
        case ShareReceipt(visit_id):
            possible = [ReceiptShared(visit_id, f"https://{OF_A_PATRON}"), ReceiptNotShared(visit_id)]
        case IdentifyPatronOffline() | LendItemOffline() | TakeBackItem() | TakeBackItemOffline() | SwitchAlarmOn():
            possible = [best_answer(effect)]
        case RenewLoan() | ReadAccount() | PlaceHold() | CancelHold() | BeginTransfer():
            possible = [best_answer(effect)]
        case FindCitizen() | HandInReader() | PrintPickUp():
            possible = [best_answer(effect)]
        case _:
            assert_never(effect)
    return possible[luck % len(possible)]


@dataclass
class Witness:
    """Plays a history and keeps, beside the session and not from it, what the laws speak of."""

    play: Play = field(default_factory=Play)
    visits: int = 0
    given: list[Event] = field(default_factory=list)
    accepted: dict[VisitId, PatronId] = field(default_factory=dict)
    pad: Pad = field(default_factory=Pad)
    pad_lost: bool = True
    lying: set[TagUid] = field(default_factory=set)
    offered: set[ItemId] = field(default_factory=set)
    asked: set[ItemId] = field(default_factory=set)
    """The items of which the screen asked, in this visit, whether one is meant."""
    named: set[ItemId] = field(default_factory=set)
    """The items that were found to be what a number stands for, by an answer or a touch."""
    lent: dict[VisitId, set[ItemId]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    """The names of all states that were reached."""

    def happen(self, move: Move) -> tuple[Effect, ...]:
        """Let one move happen and check what must hold after each."""
        pending = self.play.pending
        match move:
            case Answer(luck):
                if not pending:
                    return ()
                event: Event = proper_answer(pending[luck % len(pending)], luck // 2)
                self.given.append(event)
            case Again(which):
                if not self.given:
                    return ()
                event = self.given[which % len(self.given)]
            case Card(patron_id):
                event = CardPresented(VisitId(f"visit-{self.visits}"), patron_id)
                self.visits += 1
            case Wait(seconds):
                event = Ticked(self.play.state.around.now + seconds)
            case _:
                event = move
        self._note(event)
        effects = self.play.tell(event)
        self._check(effects)
        return effects

    def _note(self, event: Event) -> None:
        state = self.play.state
        if any(answers(effect, event) for effect in self.play.pending):
            self._note_answer(event)
        match event:
            case DeviceLost(Device.PAD):
                self.pad_lost = True
            case DeviceBack(Device.PAD):
                self.pad_lost = False
            case PadChanged(pad) if pad != Pad() or not self.pad_lost:
                before = {item.tag_uid for item in self.pad.items}
                self.pad = pad
                self.lying &= pad.tags
                new = {item.item_id for item in pad.items if item.tag_uid not in before | self.lying}
                self.offered |= new
            case ItemScanned(item_id):
                self.offered.add(item_id)
                self.lying -= {item.tag_uid for item in self.pad.items if item.item_id == item_id}
            case CandidateTouched(item_id) if item_id in self.asked:
                self.offered.add(item_id)
                self.named.add(item_id)
            case LendLyingTouched() if isinstance(state, Borrowing):
                wanted = [item for item in self.pad.items if item.tag_uid in self.lying]
                self.offered |= {item.item_id for item in wanted}
                self.lying -= {item.tag_uid for item in wanted}
            case _:
                pass

    def _note_answer(self, event: Event) -> None:
        match event:
            case PatronAccepted(visit_id, patron):
                self.accepted[visit_id] = patron.patron_id
                self.lying = set(self.pad.tags)
                self.offered, self.asked, self.named = set(), set(), set()
            case ItemsFound(findings=findings):
                possible = [finding for finding in findings if finding.known is not False]
                items = {finding.candidate.item_id for finding in possible}
                if len(possible) == 1 and possible[0].known:
                    self.offered |= items
                    self.named |= items
                else:
                    self.asked |= items
            case LoanMade(visit_id, loan):
                self.lent.setdefault(visit_id, set()).add(loan.item_id)
            case _:
                pass

    def _check(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case LendItem():
                    assert self.accepted.get(effect.visit_id) == effect.patron_id
                    assert effect.item_id in self.offered
                case SwitchAlarmOff(visit_id, item_id, tag_uid):
                    assert item_id in self.lent[visit_id]
                    nameless = {number.tag_uid: number.candidates for number in self.pad.numbers}
                    if tag_uid in nameless:
                        assert item_id in self.named & {candidate.item_id for candidate in nameless[tag_uid]}
                    else:
                        assert (tag_uid, item_id) in {(item.tag_uid, item.item_id) for item in self.pad.items}
                case FindItems(visit_id, candidates):
                    assert visit_id in self.accepted or isinstance(self.play.state, Returning)
                    assert len(candidates) > 1
                case PrintReceipt(visit_id, lines=lines):
                    lent = [line for line in lines if line.kind is LineKind.LENT and line.loan_known]
                    assert self.lent.get(visit_id, set()) == {line.item_id for line in lent}
                case _:
                    pass
        pending = self.play.pending
        assert sum(isinstance(effect, LendItem) for effect in pending) <= 1
        assert sum(isinstance(effect, SwitchAlarmOff) for effect in pending) <= 1
        assert sum(isinstance(effect, FindItems) for effect in pending) <= 1
        state = self.play.state
        self.seen.add(type(state).__name__)
        if at_home(state):
            assert not pending
            assert not [text for text in strings(state) if text.startswith((OF_A_PATRON, "visit-"))]
            assert items_in(state) <= {text for text in strings(self.pad) if text.startswith("item-")}
            assert {item.item_id for item in state.around.pad.items} <= {item.item_id for item in self.pad.items}
        if isinstance(state, Borrowing) and state.warned_until is not None and not state.doubted:
            assert not pending

    def go_home(self) -> None:
        """Answer everything and let time go on."""
        for _ in range(200):
            while self.play.pending:
                self.happen(Answer(0))
            if isinstance(self.play.state, Idle | OutOfOrder):
                return
            self.happen(Wait(5.0))


def at_home(state: State) -> bool:
    return isinstance(state, Idle | AwaitingCard | OutOfOrder)


def items_in(state: State) -> set[str]:
    return {text for text in strings(state) if text.startswith("item-")}


def played(history: tuple[bool, list[Move]]) -> Witness:
    begun, what_happens = history
    witness = Witness()
    witness.happen(LibrarySystemBack())
    for device in Device:
        witness.happen(DeviceBack(device))
    if begun:
        witness.happen(Card(CARDS[0]))
        witness.happen(Answer(0))
    for move in what_happens:
        witness.happen(move)
    return witness
