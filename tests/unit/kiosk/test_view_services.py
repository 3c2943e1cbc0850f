"""What the screens of returning, of the PIN, of the account and of their questions say, in both languages."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kiosk.session.limits import Limits
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.renewals import RenewalStatus
from kiosk.session.return_list import ReturnAlarm, ReturnEntry, ReturnStatus
from kiosk.session.state import Borrowing, Finished, Idle, NoticeKind, State, TurnedAway
from kiosk.session.surroundings import notice
from kiosk.session.touches import CancelHoldTouched, CountTouched, FeeTouched, RenewTouched
from kiosk.session.values import (
    Account,
    Bin,
    Device,
    FeeLine,
    Hold,
    HoldStage,
    Language,
    Money,
    OwnLoan,
    ReturnOutcome,
    Service,
    VisitId,
)
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from kiosk.ui.view_types import (
    AccountView,
    FinishedView,
    HomeView,
    IdentifyView,
    Mark,
    PinView,
    QuestionView,
    ReturnView,
    RowView,
    ServicesView,
    StillThereView,
)
from library.lending.refusals import Refusal
from tests.support import screen_services as scenes
from tests.support.goldens import golden
from tests.support.screen_services import SERVICE_SCENES
from tests.support.session_play import item
from tests.support.view_drawing import drawn

TEXTS = load_texts()
VI = Language.VIETNAMESE


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("scene", SERVICE_SCENES)
def test_a_screen_says_what_was_agreed(scene: str, language: Language) -> None:
    shown = drawn(view(SERVICE_SCENES[scene](language), TEXTS, "Điện thoại: 123")) + "\n"

    assert shown == golden(f"screens/{scene}.{language}.txt", shown)
    assert unicodedata.is_normalized("NFC", shown)


def services_page(state: State) -> ServicesView:
    page = view(state, TEXTS).page
    assert isinstance(page, ServicesView)
    return page


def return_page(*entries: ReturnEntry) -> ReturnView:
    page = view(scenes.returning(VI, *entries), TEXTS).page
    assert isinstance(page, ReturnView)
    return page


def account_page(account: Account) -> AccountView:
    page = view(scenes.account(VI, account), TEXTS).page
    assert isinstance(page, AccountView)
    return page


def test_only_what_can_be_had_now_has_a_button() -> None:
    online = services_page(scenes.home(VI))
    offline = services_page(scenes.home_offline(VI))
    lending = services_page(scenes.home_offline_lending(VI))

    assert [each.service for each in online.services] == [Service.BORROW, Service.RETURN, Service.ACCOUNT]
    assert [each.service for each in offline.services] == [Service.RETURN]
    assert [each.service for each in lending.services] == [Service.BORROW, Service.RETURN]
    assert offline.hint == "Máy đang mất liên lạc với thư viện. Bạn vẫn trả sách được."


def test_without_its_pad_a_kiosk_says_that_not_all_can_be_done() -> None:
    state = scenes.home(VI)
    page = services_page(replace(state, around=replace(state.around, lost=frozenset({Device.PAD}))))

    assert [each.service for each in page.services] == [Service.ACCOUNT]
    assert "chưa làm được" in page.hint


def test_a_card_is_asked_for_on_the_first_page_only_where_one_can_borrow() -> None:
    limits = Limits(services=(Service.RETURN, Service.ACCOUNT))
    page = services_page(Idle(scenes.around(VI, limits=limits)))

    assert "thẻ" in services_page(scenes.home(VI)).hint
    assert page.hint == "Chạm vào một nút."


def test_a_kiosk_for_one_thing_has_one_large_button_for_that() -> None:
    page = view(scenes.home_return_only(VI), TEXTS).page

    assert isinstance(page, HomeView)
    assert (page.title, page.service) == ("Tự trả sách", Service.RETURN)


def test_of_a_pin_only_the_number_of_its_digits_is_on_the_screen() -> None:
    one = view(scenes.asking_pin(VI, "9173"), TEXTS)
    other = view(scenes.asking_pin(VI, "0000"), TEXTS)

    assert one == other
    assert isinstance(one.page, PinView)
    assert one.page.typed == 4


@pytest.mark.parametrize(("wrong", "left"), [(1, "còn 2 lần"), (2, "còn 1 lần")])
def test_a_wrong_pin_is_told_with_the_tries_that_are_left(wrong: int, left: str) -> None:
    page = view(scenes.asking_pin(VI, "", wrong), TEXTS).page

    assert isinstance(page, PinView)
    assert left in page.notice
    assert page.enter_label == ""


def test_shuffled_keys_are_all_there_and_stay_where_they_are_for_the_visit() -> None:
    state = scenes.asking_pin(VI)
    other = replace(state, visit=replace(state.visit, visit_id=VisitId("another")))
    pages = [view(each, TEXTS, shuffled_keys=True).page for each in (state, replace(state, typed="1"), other)]
    keys = [page.keys for page in pages if isinstance(page, PinView)]

    assert sorted(keys[0]) == list("0123456789")
    assert keys[0] == keys[1]
    assert len({*keys, tuple("1234567890")}) == 3


def test_a_card_that_is_locked_for_wrong_pins_is_told_for_how_long() -> None:
    page = view(scenes.locked_out(VI), TEXTS).page
    state = scenes.locked_out(VI)
    assert isinstance(state, TurnedAway)
    told = view(replace(state, refusal=Refusal.PIN_LOCKED), TEXTS).page

    assert isinstance(page, IdentifyView)
    assert isinstance(told, IdentifyView)
    assert "15 phút" in page.hint
    assert page.title == told.title == "Thẻ tạm khóa ở máy này"


@pytest.mark.parametrize("outcome", ReturnOutcome)
@pytest.mark.parametrize("language", Language)
def test_nobody_who_brings_a_book_is_told_no_or_whose_it_was(outcome: ReturnOutcome, language: Language) -> None:
    entry = replace(scenes.back(1, outcome, Bin(4)), words="NGUYEN VAN A, blocked", refusal=Refusal.PATRON_BLOCKED)
    page = view(scenes.returning(language, entry), TEXTS).page
    assert isinstance(page, ReturnView)
    (row,) = page.rows

    assert row.mark is Mark.DONE
    assert row.where == page.where == {VI: "Vào thùng 4", Language.ENGLISH: "Into bin 4"}[language]
    assert "NGUYEN" not in drawn(page)
    assert not {"không được", "từ chối", "refused", "cannot"} & set(row.detail.lower().split())


def test_the_bin_in_large_letters_is_that_of_the_newest_book_that_is_done() -> None:
    first = scenes.back(1, ReturnOutcome.SHELF, Bin(1))
    second = scenes.back(2, ReturnOutcome.HOLD, Bin(2, "Đặt giữ"))
    third = replace(scenes.back(3, ReturnOutcome.SHELF, Bin(3)), alarm=ReturnAlarm.STILL_OFF)
    page = return_page(first, second, third)

    assert page.where == "Vào: Đặt giữ"
    assert page.where_title.startswith("Truyện Kiều")
    assert [row.where for row in page.rows] == ["", "Vào: Đặt giữ", "Vào thùng 1"]
    assert page.rows[0].detail == "Nhấc sách lên rồi đặt lại lên bàn đọc."


def test_without_bins_only_what_staff_must_see_is_handed_over() -> None:
    shelf = return_page(scenes.back(1, ReturnOutcome.SHELF, None))
    staff = return_page(scenes.back(1, ReturnOutcome.STAFF, None))

    assert (shelf.where, shelf.rows[0].mark) == ("", Mark.DONE)
    assert (staff.where, staff.rows[0].mark, staff.by_hand) == ("Đưa cho thủ thư", Mark.ATTENTION, True)


def test_what_was_not_taken_says_so() -> None:
    (row,) = return_page(ReturnEntry(item(1), ReturnStatus.NOT_TAKEN)).rows

    assert (row.where, row.mark) == ("", Mark.ATTENTION)
    assert "chưa nhận được" in row.detail


def test_a_return_can_be_left_by_one_button_at_a_time() -> None:
    empty, one = return_page(), return_page(scenes.back(1, ReturnOutcome.SHELF, None))

    assert (empty.finish_label, empty.cancel_label) == ("", "Quay về")
    assert (one.finish_label, one.cancel_label) == ("Xong", "")


def rows_of(page: AccountView, name: str) -> tuple[RowView, ...]:
    return next(section.rows for section in page.sections if section.name == name)


def test_each_loan_and_all_that_are_left_can_be_renewed() -> None:
    page = account_page(Account(scenes.loans(3, 1)))
    state = scenes.account(VI, Account(scenes.loans(3, 1)))
    done = replace(state, visit=replace(state.visit, renewals=scenes.renewals(RenewalStatus.RENEWED)))
    later = view(done, TEXTS).page

    assert page.renew == RenewTouched((item(1), item(2), item(3)))
    assert [row.action and row.action.wish for row in rows_of(page, "loans")] == [
        RenewTouched((item(number),)) for number in (1, 2, 3)
    ]
    assert isinstance(later, AccountView)
    assert later.renew == RenewTouched((item(2), item(3)))
    assert rows_of(later, "loans")[0].action is None


def test_a_hold_is_cancelled_only_after_a_question() -> None:
    (row,) = rows_of(account_page(Account(holds=(Hold(item(9), "Số đỏ", HoldStage.WAITING),))), "holds")
    assert row.action is not None
    assert isinstance(row.action.question, QuestionView)

    assert row.action.question.yes == CancelHoldTouched(item(9))
    assert row.action.question.no is None
    assert row.action.question.words == "Số đỏ"


def test_what_the_library_system_says_is_shown_harmless_and_short() -> None:
    told = Account(
        (OwnLoan(item(1), "\x1b[2J", None, overdue=False),),
        (Hold(item(2), "x" * 900, HoldStage.READY_HERE, "kệ\x07 " + "y" * 900),),
        (FeeLine("\u202ephí " * 900, Money(Decimal("7.5"), "\x1bXQ")), FeeLine("")),
        words="nghỉ\x1b lễ " * 400,
    )
    page = account_page(told)
    words = [word for row in page.rows for word in (row.title, row.detail)]

    assert all(word.isprintable() and len(word) < 400 for word in words)
    assert rows_of(page, "card")[0].detail == "7,5 XQ"


def test_nothing_owed_is_said_and_an_amount_is_said_in_the_readers_language() -> None:
    owed = Money(Decimal(15000), "VND")
    english = view(scenes.account(Language.ENGLISH, Account(owed=owed)), TEXTS).page
    assert isinstance(english, AccountView)

    assert rows_of(account_page(Account()), "card")[0].title == "Bạn không nợ phí nào."
    assert rows_of(account_page(Account(owed=owed)), "card")[0].title == "Tổng phí: 15.000 ₫"
    assert rows_of(english, "card")[0].title == "Fees in all: ₫15,000"


def test_sixty_loans_are_all_on_the_list_and_a_list_that_is_not_whole_says_so() -> None:
    state = scenes.account_many(VI)
    page = view(state, TEXTS).page
    assert isinstance(page, AccountView)

    assert len(rows_of(page, "loans")) == 60
    assert "chưa đủ" in page.prompt


@pytest.mark.parametrize("refusal", Refusal)
@pytest.mark.parametrize("language", Language)
def test_every_reason_against_a_renewal_has_words(refusal: Refusal, language: Language) -> None:
    state = scenes.account(language, Account(scenes.loans(1)))
    (renewal,) = scenes.renewals(RenewalStatus.REFUSED)
    refused = replace(state, visit=replace(state.visit, renewals=(replace(renewal, refusal=refusal),)))
    page = view(refused, TEXTS).page
    assert isinstance(page, AccountView)

    assert " " in rows_of(page, "loans")[0].detail


def test_a_fee_and_a_count_are_asked_over_the_page_and_the_warning_goes_before_them() -> None:
    fee, count = view(scenes.borrow_fee(VI), TEXTS).overlay, view(scenes.borrow_count(VI), TEXTS).overlay
    state = scenes.borrow_fee(VI)
    assert isinstance(state, Borrowing)
    warned = view(replace(state, warned_until=110.0), TEXTS).overlay

    assert isinstance(fee, QuestionView)
    assert (fee.large, fee.yes) == ("5.000 ₫", FeeTouched(item(1), agreed=True))
    assert isinstance(count, QuestionView)
    assert (count.large, count.yes, count.no) == ("5 cuốn", CountTouched(right=True), CountTouched(right=False))
    assert isinstance(warned, StillThereView)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("language", Language)
def test_every_kind_of_notice_has_words(kind: NoticeKind, language: Language) -> None:
    state = scenes.home(language)
    page = services_page(Idle(state.around, notice(state.around, kind)))

    assert " " in page.notice


def test_the_last_page_of_renewals_has_their_new_dates() -> None:
    page = view(scenes.account_finished(VI), TEXTS).page
    assert isinstance(page, FinishedView)

    assert page.title == "Bạn đã gia hạn 1 cuốn"
    assert "Hạn trả mới: Thứ Hai, 21 tháng 12" in page.rows[1].detail


def test_an_amount_that_is_none_is_not_invented() -> None:
    texts = TEXTS[VI]
    amounts = ("NaN", "Infinity", "1E+999999", "1E-999999")

    assert {texts.money(Money(Decimal(amount), "VND")) for amount in amounts} == {"?"}
    assert texts.money(Money(Decimal("0E+99"), "VND")) == "0 ₫"
    assert texts.due(datetime(2026, 12, 7, tzinfo=UTC)) == texts.day(datetime(2026, 12, 7, tzinfo=UTC).date())


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ([], "Đặt sách lên bàn đọc, hoặc quét mã vạch từng cuốn."),
        ([Device.SCANNER], "Đặt sách lên bàn đọc. Không cần thẻ."),
        ([Device.PAD], "Máy không đọc được sách nữa."),
    ],
)
def test_books_that_come_back_are_asked_for_where_they_can_be_read(lost: list[Device], words: str) -> None:
    state = scenes.returning(VI)
    page = view(replace(state, around=replace(state.around, lost=frozenset(lost))), TEXTS).page
    assert isinstance(page, ReturnView)

    assert page.prompt.startswith(words)


def test_a_kiosk_without_a_pad_takes_back_what_is_scanned_before_its_camera() -> None:
    state = scenes.returning(VI)
    labels = replace(state.around, limits=Limits(needs=(frozenset({Device.SCANNER}),)))
    page = view(replace(state, around=labels), TEXTS, camera=True).page
    assert isinstance(page, ReturnView)

    assert page.prompt == "Quét mã vạch từng cuốn. Không cần thẻ."
    assert page.picture == "camera"


def test_an_account_that_was_read_before_says_when_it_could_not_be_read_again() -> None:
    page = view(replace(scenes.account(VI), unread=True), TEXTS).page
    assert isinstance(page, AccountView)

    assert page.prompt == "Thư viện chưa trả lời. Bạn thử lại sau, hoặc hỏi ở bàn thủ thư."
    assert len(page.sections) == 3


@pytest.mark.parametrize(
    ("standings", "title", "hint"),
    [
        ((), "Tạm biệt bạn", "Hẹn gặp lại"),
        ((RenewalStatus.REFUSED,), "Chưa gia hạn được cuốn nào", "Muốn giữ sách lâu hơn"),
    ],
)
def test_a_visit_in_which_nothing_was_lent_ends_in_words_of_its_own(
    standings: tuple[RenewalStatus, ...], title: str, hint: str
) -> None:
    state = scenes.account_finished(VI)
    assert isinstance(state, Finished)
    ended = replace(state, stage=ReceiptStage.NONE, visit=replace(state.visit, renewals=scenes.renewals(*standings)))
    page = view(ended, TEXTS).page
    assert isinstance(page, FinishedView)

    assert page.title == title
    assert page.hint.startswith(hint)


def test_a_pad_that_is_gone_asks_nobody_to_keep_a_returned_book_on_it() -> None:
    state = scenes.return_alarms(VI)
    page = view(replace(state, around=replace(state.around, lost=frozenset({Device.PAD}))), TEXTS).page
    assert isinstance(page, ReturnView)
    said = [row.detail for row in page.rows if row.mark is not Mark.BUSY]  # what is under way is answered soon

    assert not any("Đừng nhấc" in detail or "Đặt sách" in detail or "đặt lại" in detail for detail in said)
    assert sum("Thủ thư sẽ xem lại nhãn" in detail for detail in said) > 1
