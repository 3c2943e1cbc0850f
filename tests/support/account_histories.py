"""Random histories of visits at the PIN and the account, with late, repeated and foreign answers, and their witness."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import chain

from hypothesis import strategies as st

from kiosk.session.answers import (
    AccountRead,
    AccountUnread,
    HoldCancelled,
    HoldKept,
    IdentifyFailed,
    LoanRenewed,
    LoanUnknown,
    PatronAccepted,
    PatronRefused,
    RenewalRefused,
    RenewalUnknown,
)
from kiosk.session.effects import (
    CancelHold,
    Effect,
    IdentifyPatron,
    LendItem,
    ReadAccount,
    RenewLoan,
)
from kiosk.session.events import (
    CardPresented,
    Event,
    ItemScanned,
    LibrarySystemBack,
    LibrarySystemLost,
    PadChanged,
    Ticked,
)
from kiosk.session.limits import Limits
from kiosk.session.paying_effects import BeginTransfer
from kiosk.session.paying_events import PayByBankTouched, PayingLeftTouched, TransferBegan, TransferNotBegun
from kiosk.session.state import AskingPin, Idle, OutOfOrder
from kiosk.session.touches import (
    CancelHoldTouched,
    CancelTouched,
    DoneTouched,
    EnterTouched,
    EraseTouched,
    FinishTouched,
    KeyTouched,
    LanguageTouched,
    LendLyingTouched,
    ReadAgainTouched,
    ReceiptTouched,
    RenewTouched,
    ScreenTouched,
    ServiceTouched,
    StartTouched,
)
from kiosk.session.values import (
    Account,
    AlarmState,
    Hold,
    HoldStage,
    ItemId,
    Language,
    Loan,
    Money,
    OwnLoan,
    Pad,
    PadItem,
    Patron,
    PatronId,
    PinStanding,
    Service,
    TagUid,
    VisitId,
)
from library.lending.refusals import Refusal
from tests.support.session_moves import Again, Answer, Card, Wait, strings
from tests.support.session_play import DUE, TRANSFER, Asked, Play, answers, best_answer

SECRET = "PRIVATE"
"""Every text of a patron in these histories begins so; a PIN is ``PIN_DIGIT`` and nothing else."""

PIN_DIGIT = "7"
CARDS = [PatronId(f"{SECRET}-card-{letter}") for letter in "AB"]
ITEMS = [ItemId(f"item-{number}") for number in range(4)]
LIMITS = Limits(pin_tries=2, pin_lock_s=120.0)
DATES = [None, DUE, DUE + timedelta(days=7)]


Move = Answer | Again | Card | Wait | Event


def account_of(patron_id: PatronId, luck: int) -> Account:
    """Give one of the accounts that a patron may have; every title names its patron."""
    loans = (
        OwnLoan(item, f"{patron_id.text}-title", DATES[(luck + number) % len(DATES)], overdue=luck % 2 == 0)
        for number, item in enumerate(ITEMS[:3])
    )
    holds = (Hold(item, f"{patron_id.text}-title", HoldStage.WAITING) for item in ITEMS[2:])
    owed = Money(Decimal(luck % 3), "VND")
    return Account(tuple(loans), tuple(holds), owed=owed, words=f"{patron_id.text}-words", by_bank=True)


def proper_answer(effect: Asked, luck: int) -> Event:
    """Give one of the answers that the effect may have."""
    match effect:
        case IdentifyPatron(visit_id, patron_id, pin):
            patron = Patron(patron_id, f"{patron_id.text}-initials", 0)
            checked = [PinStanding.RIGHT, PinStanding.RIGHT, PinStanding.WRONG, PinStanding.NOT_CHECKED]
            standings = [PinStanding.NOT_CHECKED] * 3 if pin is None else checked
            accepted = [PatronAccepted(visit_id, replace(patron, pin=standing)) for standing in standings]
            refused = PatronRefused(visit_id, Refusal.PATRON_BLOCKED, f"{patron_id.text}-words")
            possible: list[Event] = [*accepted, refused, IdentifyFailed(visit_id)]
        case ReadAccount(visit_id, patron_id):
            read = AccountRead(visit_id, account_of(patron_id, luck))
            possible = [read, read, read, AccountUnread(visit_id)]
        case RenewLoan(visit_id, _, patron_id, item_id):
            due = DATES[luck % len(DATES)]
            made = LoanRenewed(visit_id, Loan(item_id, f"{patron_id.text}-title", due, may_leave=True))
            refusal = RenewalRefused(visit_id, item_id, Refusal.OTHER, f"{patron_id.text}-words")
            possible = [made, refusal, RenewalUnknown(visit_id, item_id)]
        case CancelHold(visit_id, _, patron_id, item_id):
            possible = [HoldCancelled(visit_id, item_id), HoldKept(visit_id, item_id, f"{patron_id.text}-words")]
        case LendItem(visit_id, _, patron_id, item_id):
            possible = [best_answer(effect), LoanUnknown(visit_id, item_id)]
        case BeginTransfer(visit_id):
            possible = [best_answer(effect), TransferNotBegun(visit_id)]
        case _:
            possible = [best_answer(effect)]
    return possible[luck % len(possible)]


visits = st.sampled_from([VisitId(f"visit-{number}") for number in range(3)])
items = st.sampled_from(ITEMS)
words = st.just(f"{SECRET}-words")
pad_items = [PadItem(TagUid(f"E00{number}"), item, AlarmState.SECURED) for number, item in enumerate(ITEMS)]
nonsense: st.SearchStrategy[Move] = st.one_of(
    st.builds(IdentifyFailed, visits),
    st.builds(AccountRead, visits, st.just(account_of(PatronId(SECRET), 0))),
    st.builds(AccountUnread, visits),
    st.builds(LoanRenewed, visits, st.builds(Loan, items, words, st.sampled_from(DATES), st.booleans())),
    st.builds(RenewalRefused, visits, items, st.sampled_from(Refusal), words),
    st.builds(RenewalUnknown, visits, items),
    st.builds(HoldCancelled, visits, items),
    st.builds(HoldKept, visits, items, words),
    st.builds(TransferBegan, visits, st.just(TRANSFER)),
    st.builds(TransferNotBegun, visits),
)
"""What no library system says that answers each question once, about the visit and the patron that were asked about."""

keys: st.SearchStrategy[Move] = st.sampled_from(
    [KeyTouched(PIN_DIGIT), KeyTouched(PIN_DIGIT), EnterTouched(), EnterTouched(), EraseTouched()]
)
touches: st.SearchStrategy[Move] = st.one_of(
    st.sampled_from(
        [
            StartTouched(Service.ACCOUNT),
            StartTouched(Service.ACCOUNT),
            ServiceTouched(Service.ACCOUNT),
            ServiceTouched(Service.ACCOUNT),
            ServiceTouched(Service.BORROW),
            FinishTouched(),
            CancelTouched(),
            ReadAgainTouched(),
            PayByBankTouched(),
            PayingLeftTouched(),
            LendLyingTouched(),
            LanguageTouched(Language.ENGLISH),
            ReceiptTouched(wanted=True),
            DoneTouched(),
            ScreenTouched(),
        ]
    ),
    st.builds(RenewTouched, st.lists(items, max_size=4).map(tuple)),
    st.just(RenewTouched(tuple(ITEMS))),
    st.builds(CancelHoldTouched, items),
)
readings: st.SearchStrategy[Move] = st.one_of(
    st.builds(ItemScanned, items),
    st.lists(st.sampled_from(pad_items), unique=True, max_size=3).map(lambda lying: PadChanged(Pad(tuple(lying)))),
    st.builds(Card, st.sampled_from(CARDS)),
)
troubles: st.SearchStrategy[Move] = st.sampled_from([LibrarySystemLost(), LibrarySystemBack(), LibrarySystemBack()])
waits: st.SearchStrategy[Move] = st.builds(Wait, st.sampled_from([0.25, 9.0, 25.0, 61.0]))
answers_given: st.SearchStrategy[Move] = st.builds(Answer, st.integers(0, 99))
proper: list[st.SearchStrategy[Move]] = [
    *[answers_given] * 6,
    *[keys] * 5,
    *[touches] * 4,
    *[readings] * 2,
    waits,
    troubles,
]
foreign: list[st.SearchStrategy[Move]] = [nonsense, st.builds(Again, st.integers(0, 99))]
Part = tuple[Move, ...]


def _guess(luck: int) -> Part:
    return KeyTouched(PIN_DIGIT), EnterTouched(), Answer(luck)


def _anew(card: PatronId) -> Part:
    return CancelTouched(), StartTouched(Service.ACCOUNT), Card(card), Answer(0)


guesses: st.SearchStrategy[Part] = st.integers(0, 17).map(_guess)
visits_anew: st.SearchStrategy[Part] = st.sampled_from(CARDS).map(_anew)
PROVEN: Part = (KeyTouched(PIN_DIGIT), EnterTouched(), Answer(0), Answer(0))
RENEWED_AND_DONE: Part = (RenewTouched(tuple(ITEMS)), FinishTouched(), Answer(0), Answer(0), Answer(0))
HOLD_AND_ITEM: Part = (CancelHoldTouched(ITEMS[3]), ItemScanned(ITEMS[3]), Answer(0))
lengths = st.sampled_from([5, 10, 20, 30])


def histories_of(kinds: list[st.SearchStrategy[Move]]) -> st.SearchStrategy[list[Move]]:
    """Give histories of these kinds of moves, of several lengths, over several visits; most begin at the account."""
    single: st.SearchStrategy[Part] = st.sampled_from(kinds).flatmap(lambda kind: kind).map(lambda move: (move,))
    known: st.SearchStrategy[Part] = st.sampled_from([PROVEN, RENEWED_AND_DONE, HOLD_AND_ITEM])
    some = st.sampled_from([*[single] * 9, guesses, visits_anew, known]).flatmap(lambda kind: kind)
    rest = lengths.flatmap(lambda length: st.lists(some, min_size=length, max_size=length))
    return st.tuples(st.sampled_from([(), PROVEN, PROVEN]), rest).map(lambda both: [*both[0], *chain(*both[1])])


between: st.SearchStrategy[Part] = st.sampled_from(
    [(CancelTouched(),), (Card(CARDS[1]),), (Wait(25.0),), (Wait(61.0),)]
)
parts = st.sampled_from([guesses, guesses, guesses, visits_anew, between]).flatmap(lambda kind: kind)
pin_histories: st.SearchStrategy[list[Move]] = st.lists(parts, max_size=20).map(lambda some: [*chain(*some)])
"""Somebody guesses at PINs, over visits and cards; every question is answered once, by whom it was asked."""
histories = histories_of([*proper, *foreign])
"""Answers also come twice, late, and about what nobody asked."""


@dataclass
class Witness:
    """Plays a history and keeps, beside the session and not from it, what the laws speak of."""

    play: Play = field(default_factory=lambda: Play(LIMITS).open())
    visits: int = 0
    given: list[Event] = field(default_factory=list)
    cards: dict[VisitId, PatronId] = field(default_factory=dict)
    current: VisitId | None = None
    """The visit whose card was asked about last."""
    tries: dict[PatronId, list[float]] = field(default_factory=dict)
    """When a PIN of the card was answered and was not right, since the last right one or the last lock."""
    in_doubt: dict[ItemId, bool] = field(default_factory=dict)
    """Renewals whose answer was lost; ``True``: the account was asked for since."""
    seen: set[str] = field(default_factory=set)
    """The names of all states and effects that were reached."""

    def happen(self, move: Move) -> tuple[Effect, ...]:
        """Let one move happen and check what must hold after each."""
        pending = self.play.pending
        match move:
            case Answer(luck):
                if not pending:
                    return ()
                asked = pending[luck % len(pending)]
                event = proper_answer(asked, luck // 3)
                self.given.append(event)
                self._note_pin(asked, event)
            case Again(which):
                if not self.given:
                    return ()
                event = self.given[which % len(self.given)]
            case Card(patron_id):
                event = CardPresented(VisitId(f"visit-{self.visits}"), patron_id)
                self.cards[event.visit_id] = patron_id
                self.visits += 1
            case Wait(seconds):
                event = Ticked(self.play.state.around.now + seconds)
            case _:
                event = move
        self._note_renewal(event)
        effects = self.play.tell(event)
        self.seen |= {type(self.play.state).__name__, *(type(effect).__name__ for effect in effects)}
        for effect in effects:
            self._check_effect(effect)
        self._check_state()
        return effects

    def wrong_now(self, patron_id: PatronId) -> int:
        """Give how many wrong PINs of the card count now."""
        times = self.tries.get(patron_id, [])
        over = bool(times) and self.play.state.around.now >= times[-1] + LIMITS.pin_lock_s
        return 0 if over else len(times)

    def _note_pin(self, asked: Asked, answer: Event) -> None:
        if not isinstance(asked, IdentifyPatron) or asked.pin is None or isinstance(answer, IdentifyFailed):
            return
        right = isinstance(answer, PatronAccepted) and answer.patron.pin is PinStanding.RIGHT
        before = self.tries.get(asked.patron_id, []) if self.wrong_now(asked.patron_id) else []
        self.tries[asked.patron_id] = [] if right else [*before, self.play.state.around.now]

    def _note_renewal(self, event: Event) -> None:
        if not any(answers(effect, event) for effect in self.play.pending):
            return
        if isinstance(event, RenewalUnknown):
            self.in_doubt[event.item_id] = False
        if isinstance(event, AccountRead):
            self.in_doubt = {item: read for item, read in self.in_doubt.items() if not read}

    def _check_effect(self, effect: Effect) -> None:
        if isinstance(effect, IdentifyPatron) and effect.pin is None:
            self.current = effect.visit_id
            self.in_doubt = {}
        if isinstance(effect, ReadAccount):
            self.in_doubt = dict.fromkeys(self.in_doubt, True)
        if isinstance(effect, RenewLoan):
            assert effect.item_id not in self.in_doubt
        if isinstance(effect, IdentifyPatron | ReadAccount | RenewLoan | CancelHold | LendItem):
            assert effect.visit_id == self.current
            assert effect.patron_id == self.cards[effect.visit_id]

    def _check_state(self) -> None:
        state, pending = self.play.state, self.play.pending
        assert sum(isinstance(effect, RenewLoan) for effect in pending) <= 1
        assert sum(isinstance(effect, IdentifyPatron) for effect in pending) <= 1
        texts = list(strings(replace(state, around=replace(state.around, locks=()))))
        theirs = "" if self.current is None else self.cards[self.current].text
        assert not [text for text in texts if text.startswith(f"{SECRET}-card-") and theirs not in text]
        if not isinstance(state, AskingPin) or state.checking:
            assert not [text for text in texts if text.startswith(PIN_DIGIT)]
        if isinstance(state, Idle | OutOfOrder):
            assert not [effect for effect in pending if not isinstance(effect, ReadAccount)]
            assert not [text for text in texts if text.startswith((SECRET, "visit-"))]

    def go_home(self) -> None:
        """Answer everything and let time go on."""
        for _ in range(200):
            while self.play.pending:
                self.happen(Answer(0))
            if isinstance(self.play.state, Idle | OutOfOrder):
                return
            self.happen(Wait(5.0))


def played(history: list[Move]) -> Witness:
    """Play what happens after a patron came for the account and was let in."""
    witness = Witness()
    for move in (StartTouched(Service.ACCOUNT), Card(CARDS[0]), Answer(0), *history):
        witness.happen(move)
    return witness
