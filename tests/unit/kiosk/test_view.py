"""What every screen says in every state, in both languages."""

import unicodedata
from dataclasses import replace

import pytest

from kiosk.session.answers import LoanMade, LoanRefused, PatronRefused, ReceiptFailed
from kiosk.session.events import CardPresented, DeviceBack, DeviceLost, Event, ItemScanned, LabelRejected, PadChanged
from kiosk.session.limits import Limits
from kiosk.session.state import Borrowing, State, TurnedAway
from kiosk.session.touches import LanguageTouched, ScreenTouched, StartTouched
from kiosk.session.values import (
    Device,
    IncompleteSet,
    LabelFault,
    Language,
    Pad,
    PadOddity,
    Patron,
    PatronId,
    PrinterFault,
    VisitId,
)
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from kiosk.ui.view_types import (
    AccountView,
    BorrowView,
    FinishedView,
    HomeView,
    IdentifyView,
    Mark,
    OutOfOrderView,
    RowView,
    StillThereView,
    WhichView,
)
from library.lending.refusals import Refusal
from tests.support.goldens import golden
from tests.support.screen_scenes import (
    CARD,
    SCENES,
    V1,
    borrow_desk,
    borrow_which,
    closed,
    finished_printing,
    lent,
    refused_card,
)
from tests.support.screen_services import SERVICE_SCENES
from tests.support.session_play import LIMITS, MINH, Play, item, loan, pad_of, uid
from tests.support.view_drawing import drawn

TEXTS = load_texts()


def in_language(language: Language) -> Play:
    return Play(replace(LIMITS, default_language=language)).open()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("scene", SCENES)
def test_a_screen_says_what_was_agreed(scene: str, language: Language) -> None:
    play = in_language(language)
    SCENES[scene](play)
    shown = drawn(view(play.state, TEXTS, "Điện thoại: 123")) + "\n"

    assert shown == golden(f"screens/{scene}.{language}.txt", shown)
    assert unicodedata.is_normalized("NFC", shown)


def test_the_scenes_show_every_mark() -> None:
    marks: set[Mark] = set()
    for scene in SCENES.values():
        play = in_language(Language.VIETNAMESE)
        scene(play)
        marks |= marks_of(play.state)
    for scene_of in SERVICE_SCENES.values():
        marks |= marks_of(scene_of(Language.VIETNAMESE))

    assert marks == set(Mark)


def marks_of(state: State) -> set[Mark]:
    page = view(state, TEXTS).page
    return {row.mark for row in page.rows} if isinstance(page, BorrowView | FinishedView | AccountView) else set()


def borrow_page(play: Play) -> BorrowView:
    page = view(play.state, TEXTS).page
    assert isinstance(page, BorrowView)
    return page


def row_of(title: str, words: str = "") -> RowView:
    play = in_language(Language.VIETNAMESE).begin()
    play.tell(pad_of(1), LoanRefused(V1, item(1), Refusal.OTHER, words, title))
    (row,) = borrow_page(play).rows
    return row


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Mở đầu\nvà kết thúc", "Mở đầu và kết thúc"),
        ("\u202eabc\u2066d\u200f", "abcd"),
        ("a\x1b[2Jb\x00", "a [2Jb"),
        (unicodedata.normalize("NFD", "Truyện Kiều"), "Truyện Kiều"),
        ("[b]đậm[/b]", "[b]đậm[/b]"),
        (" \t ", "Sách số SIM-ITEM-0001"),
    ],
)
def test_a_title_becomes_one_harmless_line(title: str, shown: str) -> None:
    assert row_of(title).title == shown


def test_a_title_of_four_hundred_characters_is_capped() -> None:
    shown = row_of("Một tựa đề rất dài " * 22).title

    assert len(shown) <= 200
    assert shown.endswith("…")


def test_the_library_systems_own_words_are_shown_only_where_we_have_none() -> None:
    play = in_language(Language.VIETNAMESE).begin()
    play.tell(pad_of(1), LoanRefused(V1, item(1), Refusal.ITEM_RESERVED, "HOLD 0x17"))

    assert "HOLD" not in borrow_page(play).rows[0].detail
    assert row_of("x", "Sách đang\x07 sửa").detail == "Sách đang sửa"
    assert row_of("x", "a " * 400).detail.endswith("…")
    assert "bàn thủ thư" in row_of("x", " \x1b").detail


def test_the_day_that_our_server_says_is_shown_and_without_it_our_own_words() -> None:
    play = in_language(Language.VIETNAMESE).begin()
    said = "Bạn đã trả sách muộn nên sau ngày 12/08/2026 mới mượn được."
    play.tell(pad_of(1), LoanRefused(V1, item(1), Refusal.PATRON_SUSPENDED, said))
    play.tell(pad_of(1, 2), LoanRefused(V1, item(2), Refusal.PATRON_SUSPENDED, ""))

    details = {row.detail for row in borrow_page(play).rows}
    assert said in details
    assert any("trả sách muộn" in detail and "12/08" not in detail for detail in details)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_words_for_cards_and_for_items(refusal: Refusal, language: Language) -> None:
    play = in_language(language)
    play.tell(CARD, PatronRefused(V1, refusal))
    page = view(play.state, TEXTS).page
    play.begin("v2")
    play.tell(pad_of(1), LoanRefused(VisitId("v2"), item(1), refusal))
    (row,) = borrow_page(play).rows

    assert isinstance(page, IdentifyView)
    assert " " in page.hint
    assert " " in row.detail


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "event",
    [
        *(LabelRejected(fault) for fault in LabelFault),
        *(pad_of(odd=[(9, oddity)]) for oddity in PadOddity),
        *(DeviceLost(device) for device in Device),
        CardPresented(VisitId("v9"), PatronId("SIM-READER-0009")),
        ItemScanned(item(1)),
    ],
)
def test_every_notice_has_words(event: Event, language: Language) -> None:
    limits = Limits(default_language=language, needs=tuple(frozenset({device}) for device in Device))
    play = Play(limits).open().begin()
    play.tell(ItemScanned(item(1)), event)

    assert " " in borrow_page(play).notice


@pytest.mark.parametrize("fault", PrinterFault)
def test_every_fault_of_the_printer_has_words(fault: PrinterFault) -> None:
    play = in_language(Language.VIETNAMESE)
    finished_printing(play)
    play.tell(ReceiptFailed(V1, fault))
    page = view(play.state, TEXTS).page

    assert isinstance(page, FinishedView)
    assert "bàn thủ thư" in page.hint
    assert (page.print_label, page.done_label) == ("In lại", "Xong")


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ([Device.PAD], "bấm Xong"),
        ([Device.SCANNER], "đặt sách lên bàn đọc"),
        ([Device.PAD, Device.SCANNER], "bấm Xong"),
    ],
)
def test_a_lost_reader_changes_what_the_patron_is_asked_to_do(lost: list[Device], words: str) -> None:
    play = in_language(Language.VIETNAMESE).begin()
    play.tell(*map(DeviceLost, lost))

    assert words in borrow_page(play).prompt


def test_without_the_pad_a_lent_item_with_its_alarm_on_is_sent_to_the_desk() -> None:
    play = in_language(Language.VIETNAMESE).begin()
    play.tell(ItemScanned(item(1)), *lent(1, "Đất rừng phương Nam"), DeviceLost(Device.PAD))
    (row,) = borrow_page(play).rows

    assert "Đưa thủ thư xem" in row.detail


def test_an_item_that_was_not_asked_for_may_be_tried_again_once_the_library_is_back() -> None:
    play = in_language(Language.VIETNAMESE)
    borrow_desk(play)
    play.open()
    details = {row.key: row.detail for row in borrow_page(play).rows}

    assert "thử lần nữa" in details[f"item {item(3).text}"]


def test_a_patron_without_initials_is_greeted_all_the_same() -> None:
    play = in_language(Language.VIETNAMESE).begin(patron=Patron(PatronId("SIM-READER-0003"), "", 0))

    assert borrow_page(play).greeting == "Chào bạn"


def test_initials_are_made_harmless_too() -> None:
    play = in_language(Language.VIETNAMESE).begin(patron=Patron(PatronId("SIM-READER-0003"), "N.\x1bT.\u202e", 0))

    assert borrow_page(play).greeting == "Chào N. T."


def test_the_countdown_is_in_whole_seconds_and_never_below_none() -> None:
    play = in_language(Language.ENGLISH).begin()
    play.pass_time(60)
    first = view(play.state, TEXTS).overlay
    play.pass_time(19.25)
    last = view(play.state, TEXTS).overlay
    assert isinstance(play.state, Borrowing)
    over = view(replace(play.state, warned_until=0.0), TEXTS).overlay

    assert isinstance(first, StillThereView)
    assert isinstance(last, StillThereView)
    assert isinstance(over, StillThereView)
    assert first.countdown == "The kiosk finishes by itself in 20 seconds"
    assert last.countdown == "The kiosk finishes by itself in 1 second"
    assert "0 seconds" in over.countdown


def test_the_warning_goes_before_the_question_and_the_question_comes_back() -> None:
    play = in_language(Language.ENGLISH)
    borrow_which(play)
    asked = view(play.state, TEXTS).overlay
    play.pass_time(61)
    warned = view(play.state, TEXTS).overlay
    play.tell(ScreenTouched())

    assert isinstance(asked, WhichView)
    assert [option.label for option in asked.options] == [
        "Thư viện tỉnh: Truyện Kiều: Đoạn trường tân thanh, bản…",
        "VN-QN02: Số đỏ",
        "This library",
    ]
    assert isinstance(warned, StillThereView)
    assert view(play.state, TEXTS).overlay == asked


def test_the_chosen_language_is_the_screens() -> None:
    play = in_language(Language.VIETNAMESE)
    play.tell(LanguageTouched(Language.ENGLISH))
    screen = view(play.state, TEXTS)

    assert screen.language is Language.ENGLISH
    assert isinstance(screen.page, HomeView)
    assert screen.page.start_label == "Start"
    assert [(button.label, button.chosen) for button in screen.page.languages] == [
        ("Tiếng Việt", False),
        ("English", True),
    ]


def test_without_help_words_the_closed_kiosk_still_says_where_to_go() -> None:
    play = in_language(Language.VIETNAMESE)
    closed(play)
    page = view(play.state, TEXTS).page
    play.tell(DeviceBack(Device.SCANNER))
    later = view(play.state, TEXTS).page

    assert isinstance(page, OutOfOrderView)
    assert isinstance(later, OutOfOrderView)
    assert page.hint == "Mời bạn đến bàn thủ thư để mượn sách."
    assert page.small_print == "Đang chờ: hệ thống thư viện, máy quét"
    assert later.small_print == "Đang chờ: hệ thống thư viện"


def test_turning_a_card_away_is_no_waiting() -> None:
    play = in_language(Language.VIETNAMESE)
    refused_card(play)
    page = view(play.state, TEXTS).page

    assert isinstance(play.state, TurnedAway)
    assert isinstance(page, IdentifyView)
    assert (page.refused, page.busy) == (True, False)


def test_one_book_is_counted_as_one_in_english() -> None:
    play = in_language(Language.ENGLISH).begin()
    play.tell(pad_of(1), LoanMade(V1, loan(1)))

    assert borrow_page(play).count == "1 book on the pad, 1 borrowed"


EITHER = Limits(needs=(frozenset({Device.SCANNER, Device.CARD_READER}), frozenset({Device.PAD})))
LABELS = Limits(needs=(frozenset({Device.SCANNER}),))


@pytest.mark.parametrize(
    ("limits", "lost", "words"),
    [
        (Limits(), [], "Đưa thẻ thư viện vào máy quét"),
        (EITHER, [], "Đưa thẻ thư viện cho máy đọc"),
        (EITHER, [Device.SCANNER], "Đặt thẻ thư viện lên đầu đọc thẻ"),
        (EITHER, [Device.CARD_READER], "Đưa thẻ thư viện vào máy quét"),
    ],
)
def test_a_card_is_asked_for_where_it_can_be_read(limits: Limits, lost: list[Device], words: str) -> None:
    play = Play(limits).open()
    play.tell(*map(DeviceLost, lost), StartTouched())
    page = view(play.state, TEXTS).page

    assert isinstance(page, IdentifyView)
    assert page.title == words


@pytest.mark.parametrize(
    ("limits", "lost", "words", "picture"),
    [
        (LABELS, [], "Quét mã vạch từng cuốn.", "camera"),
        (LABELS, [Device.SCANNER], "Máy không đọc được sách nữa", ""),
        (Limits(needs=(frozenset({Device.CARD_READER}), frozenset({Device.PAD}))), [], "Đặt cả chồng sách", "pad"),
    ],
)
def test_what_the_kiosk_has_says_how_books_are_shown_to_it(
    limits: Limits, lost: list[Device], words: str, picture: str
) -> None:
    play = Play(limits).open().begin()
    play.tell(*map(DeviceLost, lost))
    page = view(play.state, TEXTS, camera=True).page

    assert isinstance(page, BorrowView)
    assert page.prompt.startswith(words)
    assert page.picture == picture
    assert ("bàn đọc" in page.count) is limits.has_pad


def test_the_camera_is_shown_while_a_card_is_awaited_and_not_while_it_is_looked_up() -> None:
    play = Play().open()
    play.tell(StartTouched())
    waiting = view(play.state, TEXTS, camera=True).page
    without = view(play.state, TEXTS).page
    play.tell(CardPresented(VisitId("v1"), MINH.patron_id))
    asking = view(play.state, TEXTS, camera=True).page

    assert isinstance(waiting, IdentifyView)
    assert waiting.title == "Đưa mã vạch trên thẻ vào khung hình"
    assert [isinstance(page, IdentifyView) and page.camera for page in (waiting, without, asking)] == [
        True,
        False,
        False,
    ]


def test_the_missing_parts_of_a_set_are_named_and_many_are_cut_short() -> None:
    play = Play().open().begin()
    few = PadChanged(Pad((), ((uid(1), PadOddity.INCOMPLETE_SET),), (IncompleteSet(uid(1), (2, 4), 4),)))
    many = PadChanged(Pad((), ((uid(1), PadOddity.INCOMPLETE_SET),), (IncompleteSet(uid(1), tuple(range(1, 9)), 9),)))
    play.tell(few)
    two = borrow_page(play).rows[0].detail
    play.tell(many)

    assert two.startswith("Còn thiếu phần 2, 4 trong bộ 4 phần.")
    assert borrow_page(play).rows[0].detail.startswith("Còn thiếu phần 1, 2, 3, 4, … trong bộ 9 phần.")
