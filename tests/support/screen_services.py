"""Screens of returning, of the PIN, of the account and of what lies over them: states made by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from kiosk.session.effects import ReceiptEnd
from kiosk.session.limits import Bins, Limits
from kiosk.session.number_pad import LETTERS
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.renewals import Cancelling, CancellingStatus, Renewal, RenewalStatus
from kiosk.session.return_list import ReturnAlarm, ReturnEntry, ReturnStatus, ReturnVisit
from kiosk.session.state import (
    Around,
    AskingPin,
    AtAccount,
    AwaitingCard,
    Borrowing,
    Entry,
    EntryAlarm,
    EntryStatus,
    Finished,
    Idle,
    Notice,
    NoticeKind,
    OutOfOrder,
    ReturnFinished,
    Returning,
    ReturnSettling,
    SettleReason,
    State,
    TurnedAway,
    Visit,
)
from kiosk.session.values import (
    Account,
    AlarmState,
    Bin,
    CardLock,
    FeeLine,
    Hold,
    HoldStage,
    Language,
    Money,
    OwnLoan,
    Pad,
    PadItem,
    PadOddity,
    Patron,
    PinStanding,
    PrinterFault,
    ReturnOutcome,
    Service,
    TagUid,
    VisitId,
)
from library.lending.refusals import Refusal
from tests.support.session_play import DUE, MINH, item, uid

V1 = VisitId("v1")
LATE = DUE - timedelta(days=30)
BINS = Bins(Bin(1), Bin(2), Bin(3, "Thư viện khác"), Bin(4))
LONG = "Truyện Kiều: Đoạn trường tân thanh, bản khắc năm 1866 có chú giải"
TITLES = ("Dế Mèn phiêu lưu ký", "Số đỏ", LONG, "Đất rừng phương Nam", "Tắt đèn", "Lão Hạc")


def around(language: Language, *, there: bool = True, pad: Pad | None = None, limits: Limits | None = None) -> Around:
    chosen = replace(limits or Limits(bins=BINS), default_language=language)
    nobody = Pad() if pad is None else pad
    return Around(chosen, 100.0, language, there, frozenset(), nobody, printer_fault=None)


def lying(*numbers: int) -> Pad:
    return Pad(tuple(PadItem(uid(number), item(number), AlarmState.SECURED) for number in numbers))


# Home


def home(language: Language) -> State:
    return Idle(around(language))


def home_offline(language: Language) -> State:
    return Idle(around(language, there=False))


def home_offline_lending(language: Language) -> State:
    limits = Limits(lends_offline=True)
    return Idle(replace(around(language, there=False, limits=limits), offline_ready=True))


def home_notice(language: Language) -> State:
    return Idle(around(language), Notice(NoticeKind.NO_SERVICE, 110.0))


def home_return_only(language: Language) -> State:
    return Idle(around(language, limits=Limits(services=(Service.RETURN,))))


def closed(language: Language) -> State:
    return OutOfOrder(around(language, there=False, limits=Limits(returns_offline=False)))


# PIN


def asking_pin(language: Language, typed: str = "", wrong: int = 0, *, checking: bool = False) -> AskingPin:
    visit = Visit(V1, MINH, 90.0, (), 95.0, frozenset())
    locks = (CardLock(MINH.patron_id, wrong, 900.0),) if wrong else ()
    here = replace(around(language), locks=locks)
    return AskingPin(here, visit, Service.ACCOUNT, 99.0, typed, checking=checking, wrong=bool(wrong))


def typing_offered(language: Language) -> AwaitingCard:
    return AwaitingCard(around(language, limits=Limits(types_card=True)), 145.0)


def typing_letters(language: Language, letters: str) -> AwaitingCard:
    """Give the page on which TV-000123 is typed, with keys for these letters."""
    limits = Limits(types_card=True, card_letters=letters)
    return AwaitingCard(around(language, limits=limits), 145.0, typing=V1, typed="TV-000123")


def typed_pin(language: Language, wrong: int = 0) -> State:
    page = asking_pin(language, "" if wrong else "12", wrong)
    return replace(page, visit=replace(page.visit, card_typed=True))


def pin_warned(language: Language) -> State:
    return replace(asking_pin(language, "12"), warned_until=112.0)


def locked_out(language: Language) -> State:
    return TurnedAway(around(language), Refusal.WRONG_PIN, "", 108.0)


# Account


def loans(number: int, overdue: int = 0) -> tuple[OwnLoan, ...]:
    return tuple(
        OwnLoan(item(each + 1), TITLES[each % len(TITLES)], LATE if each < overdue else DUE, overdue=each < overdue)
        for each in range(number)
    )


HOLDS = (
    Hold(item(41), "Chí Phèo", HoldStage.READY_HERE, "kệ đặt giữ, ngăn N", date(2026, 12, 1)),
    Hold(item(42), LONG, HoldStage.READY_ELSEWHERE, "Thư viện tỉnh", date(2026, 12, 3)),
    Hold(item(43), "Nhật ký trong tù", HoldStage.WAITING),
)
FEES = (FeeLine("Làm hỏng bìa sách", Money(Decimal(15000), "VND")), FeeLine("Thẻ mới"))
FULL = Account(
    loans(5, 2),
    HOLDS,
    FEES,
    Money(Decimal(15000), "VND"),
    "Thư viện nghỉ lễ\x1b từ 1/1 đến 3/1.",
    date(2027, 1, 31),
)


def account(language: Language, told: Account | None = FULL, patron: Patron = MINH) -> AtAccount:
    visit = Visit(V1, replace(patron, pin=PinStanding.RIGHT), 90.0, (), 95.0, frozenset(), account=told)
    return AtAccount(around(language), visit, 99.0)


def account_reading(language: Language) -> State:
    return replace(account(language, None), reading=True)


def account_unread(language: Language) -> State:
    return replace(account(language, None), unread=True)


def account_many(language: Language) -> State:
    return account(language, Account(loans(60, 3), complete=False))


def renewals(*standings: RenewalStatus) -> tuple[Renewal, ...]:
    until = DUE + timedelta(days=14)
    refusal = Refusal.RENEWAL_LIMIT_REACHED
    return tuple(
        Renewal(
            item(number + 1),
            standing,
            TITLES[number],
            until if standing is RenewalStatus.RENEWED else None,
            refusal if standing is RenewalStatus.REFUSED else None,
        )
        for number, standing in enumerate(standings)
    )


def account_renewing(language: Language) -> State:
    state = account(language)
    under_way = renewals(RenewalStatus.RENEWED, RenewalStatus.REFUSED, RenewalStatus.RENEWING, RenewalStatus.WAITING)
    return replace(state, visit=replace(state.visit, renewals=under_way))


def account_renewed(language: Language) -> State:
    state = account(language)
    done = renewals(RenewalStatus.RENEWED, RenewalStatus.REFUSED, RenewalStatus.UNKNOWN, RenewalStatus.NOT_SENT)
    gone = tuple(Cancelling(hold.item_id, standing) for hold, standing in zip(HOLDS, CancellingStatus, strict=True))
    return replace(state, visit=replace(state.visit, renewals=done, cancelled=gone))


def account_doubted(language: Language) -> State:
    return replace(account(language), doubted=True, warned_until=115.0)


def account_finished(language: Language) -> State:
    state = account(language)
    done = renewals(RenewalStatus.RENEWED, RenewalStatus.REFUSED)
    visit = replace(state.visit, renewals=done)
    return Finished(state.around, visit, SettleReason.FINISHED, ReceiptStage.ASKING, 120.0, ReceiptEnd.NOT_ASKED)


# Returning


def back(number: int, outcome: ReturnOutcome, place: Bin | None, where: str = "") -> ReturnEntry:
    alarm = ReturnAlarm.TO_STAFF if outcome is ReturnOutcome.NOT_ARMED else ReturnAlarm.ON
    title = TITLES[number % len(TITLES)]
    return ReturnEntry(item(number), ReturnStatus.BACK, alarm, (uid(number),), title, outcome, place, place=where)


def returning(language: Language, *entries: ReturnEntry, pad: Pad | None = None) -> Returning:
    return Returning(around(language, pad=pad), ReturnVisit(V1, 90.0, entries), 99.0)


def return_pile(language: Language) -> State:
    return returning(
        language,
        back(1, ReturnOutcome.SHELF, BINS.shelf),
        back(2, ReturnOutcome.HOLD, BINS.hold),
        back(3, ReturnOutcome.OTHER_PLACE, BINS.other_place, "Thư viện tỉnh"),
        ReturnEntry(item(4), ReturnStatus.TAKING, tags=(uid(4),)),
        ReturnEntry(item(5), ReturnStatus.WAITING, tags=(uid(5),)),
        pad=lying(1, 2, 3, 4, 5),
    )


def return_every_outcome(language: Language) -> State:
    exceptional = (BINS.shelf, BINS.hold, BINS.other_place, BINS.shelf, *[BINS.exception] * 6)
    outcomes = zip(ReturnOutcome, exceptional, strict=True)
    return returning(language, *(back(number, outcome, place) for number, (outcome, place) in enumerate(outcomes)))


def return_without_bins(language: Language) -> State:
    return returning(language, *(back(number, outcome, None) for number, outcome in enumerate(ReturnOutcome)))


def return_alarms(language: Language) -> State:
    states = (ReturnAlarm.WANTED, ReturnAlarm.WRITING, ReturnAlarm.STILL_OFF, ReturnAlarm.WANTED)
    entries = tuple(
        replace(back(number, ReturnOutcome.SHELF, None), alarm=alarm) for number, alarm in enumerate(states, start=1)
    )
    refused = ReturnEntry(item(5), ReturnStatus.REFUSED, outcome=ReturnOutcome.REFUSED, bin=BINS.exception)
    doubtful = ReturnEntry(item(6), ReturnStatus.UNKNOWN, outcome=ReturnOutcome.IN_DOUBT, bin=BINS.exception)
    missed = ReturnEntry(item(7), ReturnStatus.NOT_TAKEN, title="Lão Hạc")
    return returning(language, *entries, refused, doubtful, missed, pad=lying(2, 4))


def return_odd(language: Language) -> State:
    oddities = tuple((TagUid(f"E00401500000001{number}"), oddity) for number, oddity in enumerate(PadOddity))
    return returning(language, pad=Pad(oddities=oddities))


def return_offline(language: Language) -> State:
    state = returning(language)
    return replace(state, around=replace(state.around, library_system=False))


def return_many(language: Language) -> State:
    return returning(language, *(back(number, ReturnOutcome.SHELF, BINS.shelf) for number in range(60)))


def return_warned(language: Language) -> State:
    return replace(returning(language, back(1, ReturnOutcome.SHELF, BINS.shelf)), warned_until=115.0)


def return_settling(language: Language) -> State:
    state = returning(language)
    return ReturnSettling(state.around, state.visit, SettleReason.FINISHED)


def return_finished(language: Language, stage: ReceiptStage = ReceiptStage.ASKING) -> State:
    state = returning(language, back(1, ReturnOutcome.SHELF, BINS.shelf), back(2, ReturnOutcome.HOLD, BINS.hold))
    done = SettleReason.FINISHED
    return ReturnFinished(state.around, state.visit, done, stage, 120.0, ReceiptEnd.NOT_ASKED)


def return_finished_unprinted(language: Language) -> State:
    state = returning(language, back(1, ReturnOutcome.UNKNOWN_ITEM, None))
    entries = tuple(replace(entry, status=ReturnStatus.REFUSED) for entry in state.visit.entries)
    here = replace(state.around, printer_fault=PrinterFault.PAPER_OUT)
    visit = replace(state.visit, entries=entries)
    timed_out = SettleReason.TIMED_OUT
    return ReturnFinished(here, visit, timed_out, ReceiptStage.ASKING, 120.0, ReceiptEnd.NOT_ASKED)


# Borrowing


def borrowing(language: Language, *entries: Entry, limits: Limits | None = None, pad: Pad | None = None) -> Borrowing:
    visit = Visit(V1, MINH, 90.0, entries, 95.0, frozenset())
    return Borrowing(around(language, limits=limits, pad=pad), visit, 99.0)


def borrow_own(language: Language) -> State:
    return borrowing(
        language,
        Entry(item(1), EntryStatus.OWN, title=LONG, due=DUE),
        Entry(item(2), EntryStatus.OWN, EntryAlarm.WANTED, uid(2)),
        Entry(item(3), EntryStatus.OWN, EntryAlarm.OFF, uid(3), due=DUE),
    )


def borrow_fee(language: Language) -> State:
    fee = Money(Decimal(5000), "VND")
    return borrowing(language, Entry(item(1), EntryStatus.FEE_ASKED, tag_uid=uid(1), title=LONG, fee=fee))


def borrow_fee_untold(language: Language) -> State:
    return borrowing(language, Entry(item(1), EntryStatus.FEE_ASKED, tag_uid=uid(1)))


def borrow_count(language: Language) -> State:
    entries = (Entry(item(number), EntryStatus.WAITING, tag_uid=uid(number)) for number in range(1, 6))
    return borrowing(language, *entries, limits=Limits(confirm_count=True), pad=lying(1, 2, 3, 4, 5))


def borrow_offline(language: Language) -> State:
    lent = Entry(item(1), EntryStatus.LENT, EntryAlarm.OFF, uid(1), due=DUE, offline=True)
    waiting = Entry(item(2), EntryStatus.WAITING, tag_uid=uid(2))
    state = borrowing(language, lent, waiting, limits=Limits(lends_offline=True))
    return replace(state, around=replace(state.around, library_system=False, offline_ready=True))


SERVICE_SCENES: dict[str, Callable[[Language], State]] = {
    "services": home,
    "services_offline": home_offline,
    "services_offline_lending": home_offline_lending,
    "services_notice": home_notice,
    "home_return_only": home_return_only,
    "services_out_of_order": closed,
    "pin_empty": asking_pin,
    "pin_typed": lambda language: asking_pin(language, "123456"),
    "pin_wrong": lambda language: asking_pin(language, "", 1),
    "pin_checking": lambda language: asking_pin(language, "1234", checking=True),
    "pin_cancelled": lambda language: replace(asking_pin(language, "1234"), cancelled=True),
    "pin_warned": pin_warned,
    "card_offers_typing": typing_offered,
    "card_typed_empty": lambda language: replace(typing_offered(language), typing=V1),
    "card_typed": lambda language: replace(typing_offered(language), typing=V1, typed="2904123456789012"),
    "card_typed_letters": lambda language: typing_letters(language, "TV-"),
    "card_typed_alphabet": lambda language: typing_letters(language, LETTERS),
    "card_typed_pin": typed_pin,
    "card_typed_wrong": lambda language: typed_pin(language, 1),
    "pin_locked_out": locked_out,
    "account": account,
    "account_reading": account_reading,
    "account_unread": account_unread,
    "account_empty": lambda language: account(language, Account(), replace(MINH, initials="")),
    "account_many": account_many,
    "account_renewing": account_renewing,
    "account_renewed": account_renewed,
    "account_doubted": account_doubted,
    "account_finished": account_finished,
    "returning_empty": returning,
    "returning_pile": return_pile,
    "returning_every_outcome": return_every_outcome,
    "returning_without_bins": return_without_bins,
    "returning_alarms": return_alarms,
    "returning_odd": return_odd,
    "returning_offline": return_offline,
    "returning_many": return_many,
    "returning_warned": return_warned,
    "returning_settling": return_settling,
    "returned_asking": return_finished,
    "returned_printed": lambda language: return_finished(language, ReceiptStage.PRINTED),
    "returned_failed": lambda language: return_finished(language, ReceiptStage.FAILED),
    "returned_unprinted": return_finished_unprinted,
    "borrow_own": borrow_own,
    "borrow_fee": borrow_fee,
    "borrow_fee_untold": borrow_fee_untold,
    "borrow_count": borrow_count,
    "borrow_offline": borrow_offline,
}
