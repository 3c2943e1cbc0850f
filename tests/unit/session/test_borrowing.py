"""Laying items down, and what is on the list then."""

import pytest

from kiosk.session.answers import AlarmSwitchedOff, LoanMade, LoanRefused, LoanUnknown, PatronAccepted
from kiosk.session.effects import LendItem
from kiosk.session.events import (
    CardPresented,
    DeviceBack,
    DeviceLost,
    Event,
    ItemScanned,
    LabelRejected,
    LibrarySystemBack,
    LibrarySystemLost,
    PadChanged,
)
from kiosk.session.state import (
    Borrowing,
    EntryStatus,
    Notice,
    NoticeKind,
    Visit,
)
from kiosk.session.touches import LanguageTouched, LendLyingTouched
from kiosk.session.values import (
    AlarmState,
    Device,
    LabelFault,
    Language,
    Pad,
    PadItem,
    PadOddity,
    PatronId,
    TransactionId,
    VisitId,
)
from library.lending.refusals import Refusal
from tests.support.session_play import MINH, Play, item, loan, pad_of, uid

V1 = VisitId("v1")


def borrowing(play: Play) -> Borrowing:
    assert isinstance(play.state, Borrowing)
    return play.state


def visit(play: Play) -> Visit:
    return borrowing(play).visit


def notice(play: Play) -> Notice | None:
    return borrowing(play).notice


def statuses(play: Play) -> list[EntryStatus]:
    return [entry.status for entry in visit(play).entries]


def lends(play: Play) -> list[str]:
    return [effect.item_id.text for effect in play.ordered if isinstance(effect, LendItem)]


def test_a_pile_is_lent_item_by_item() -> None:
    play = Play().open().begin()
    effects = play.tell(pad_of(1, 2, 3))
    first = statuses(play)
    play.tell(LoanMade(V1, loan(1)))

    assert effects == (LendItem(V1, TransactionId("v1-1"), MINH.patron_id, item(1)),)
    assert first == [EntryStatus.LENDING, EntryStatus.WAITING, EntryStatus.WAITING]
    assert statuses(play) == [EntryStatus.LENT, EntryStatus.LENDING, EntryStatus.WAITING]


def test_each_loan_has_its_own_transaction() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2, 3))
    play.answer_all()

    transactions = [effect.transaction_id for effect in play.ordered if isinstance(effect, LendItem)]
    assert transactions == ["v1-1", "v1-2", "v1-3"]


def test_a_loan_keeps_what_the_library_system_said() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), LoanMade(V1, loan(1)))
    (entry,) = visit(play).entries

    assert (entry.title, entry.due, entry.may_leave) == ("Sách 1", loan(1).due, True)


def test_a_scanned_label_is_lent() -> None:
    play = Play().open().begin()
    effects = play.tell(ItemScanned(item(1)))

    assert effects == (LendItem(V1, TransactionId("v1-1"), MINH.patron_id, item(1)),)


def test_a_refused_item_says_why_and_the_next_follows() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2), LoanRefused(V1, item(1), Refusal.ITEM_NOT_FOR_LOAN, "chỉ đọc tại chỗ", "Từ điển"))
    refused, following = visit(play).entries

    assert refused.status is EntryStatus.REFUSED
    assert (refused.refusal, refused.words, refused.title) == (Refusal.ITEM_NOT_FOR_LOAN, "chỉ đọc tại chỗ", "Từ điển")
    assert following.status is EntryStatus.LENDING


def test_a_loan_of_which_nobody_knows_stays_on_the_list_as_such() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), LoanUnknown(V1, item(1)), LoanMade(V1, loan(1)))

    assert statuses(play) == [EntryStatus.UNKNOWN]


@pytest.mark.parametrize(
    "answer",
    [LoanMade(V1, loan(1)), LoanRefused(V1, item(1), Refusal.OTHER), LoanUnknown(V1, item(1))],
    ids=lambda answer: type(answer).__name__,
)
def test_an_item_is_never_asked_for_twice_in_a_visit(answer: Event) -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), answer, AlarmSwitchedOff(V1, item(1)), pad_of(), pad_of(1), ItemScanned(item(1)))

    said = notice(play)
    assert lends(play) == [item(1).text]
    assert said is not None
    assert said.kind is NoticeKind.ALREADY_LISTED


def test_an_item_presented_again_while_it_waits_is_listed_already() -> None:
    play = Play().open().begin()
    play.tell(ItemScanned(item(1)), ItemScanned(item(2)), pad_of(2))
    said = notice(play)
    _, second = visit(play).entries

    assert said is not None
    assert said.kind is NoticeKind.ALREADY_LISTED
    assert second.tag_uid == uid(2)


@pytest.mark.parametrize(
    "late",
    [
        LoanMade(VisitId("v0"), loan(1)),
        LoanMade(V1, loan(2)),
        LoanRefused(VisitId("v0"), item(1), Refusal.OTHER),
        LoanUnknown(VisitId("v0"), item(1)),
        AlarmSwitchedOff(VisitId("v0"), item(1)),
        AlarmSwitchedOff(V1, item(1)),
        PatronAccepted(V1, MINH),
    ],
)
def test_an_answer_that_nobody_waits_for_changes_nothing(late: Event) -> None:
    play = Play().open().begin()
    play.tell(pad_of(1))
    before = play.state
    play.tell(late)

    assert play.state == before


# What lay there before


def test_items_that_lay_there_before_are_not_lent_without_a_touch() -> None:
    play = Play().open()
    play.tell(pad_of(1, 2))
    play.begin()
    play.tell(pad_of(1, 2, 3))
    without = lends(play)
    play.tell(LendLyingTouched())
    play.answer_all()

    assert without == [item(3).text]
    assert lends(play) == [item(3).text, item(1).text, item(2).text]
    assert visit(play).lying == frozenset()


def test_an_item_that_lay_there_is_lent_once_it_was_lifted_and_laid_down_again() -> None:
    play = Play().open()
    play.tell(pad_of(1, 2))
    play.begin()
    play.tell(pad_of(2))
    play.pass_time(3)
    play.tell(pad_of(1, 2))

    assert lends(play) == [item(1).text]
    assert visit(play).lying == {uid(2)}


def test_an_item_that_lay_there_is_lent_when_its_label_is_scanned() -> None:
    play = Play().open()
    play.tell(pad_of(1, 2))
    play.begin()
    play.tell(ItemScanned(item(1)))
    first, *_ = visit(play).entries

    assert lends(play) == [item(1).text]
    assert first.tag_uid == uid(1)
    assert visit(play).lying == {uid(2)}


def test_a_tag_that_lay_there_unread_is_not_lent_when_it_can_be_read() -> None:
    play = Play().open()
    play.tell(pad_of(odd=[(1, PadOddity.UNREADABLE)]))
    play.begin()
    play.tell(pad_of(1))

    assert lends(play) == []
    assert visit(play).lying == {uid(1)}


def test_a_tag_laid_down_unread_is_lent_as_soon_as_it_can_be_read() -> None:
    play = Play().open().begin()
    play.tell(pad_of(odd=[(1, PadOddity.UNREADABLE)]), pad_of(1))

    assert lends(play) == [item(1).text]


def test_a_pad_that_was_lost_and_is_back_makes_no_lying_item_new() -> None:
    play = Play().open()
    play.tell(pad_of(1))
    play.begin()
    play.tell(DeviceLost(Device.PAD), pad_of(), DeviceBack(Device.PAD), pad_of(1))

    assert lends(play) == []


# What is no item


def test_an_odd_tag_is_named() -> None:
    play = Play().open().begin()
    play.tell(pad_of(odd=[(9, PadOddity.PATRON_CARD)]))
    said = notice(play)

    assert said is not None
    assert (said.kind, said.oddity) == (NoticeKind.ODD_TAG, PadOddity.PATRON_CARD)
    assert lends(play) == []


def test_an_odd_tag_that_stays_is_named_once() -> None:
    play = Play().open().begin()
    play.tell(pad_of(odd=[(9, PadOddity.BLANK)]))
    play.pass_time(9)
    play.tell(pad_of(1, odd=[(9, PadOddity.BLANK)]))

    assert notice(play) is None


def test_a_rejected_label_is_named() -> None:
    play = Play().open().begin()
    play.tell(LabelRejected(LabelFault.CONTROL_CHARACTERS))
    said = notice(play)

    assert said is not None
    assert (said.kind, said.label_fault) == (NoticeKind.LABEL_REJECTED, LabelFault.CONTROL_CHARACTERS)


def test_another_patrons_card_is_named_and_nothing_else() -> None:
    play = Play().open().begin()
    before = visit(play)
    effects = play.tell(CardPresented(VisitId("v2"), PatronId("SIM-READER-0002")))
    said = notice(play)

    assert effects == ()
    assert visit(play) == before
    assert said is not None
    assert said.kind is NoticeKind.ANOTHER_CARD


def test_the_same_card_again_only_shows_that_somebody_is_there() -> None:
    play = Play().open().begin()
    play.pass_time(65)
    effects = play.tell(CardPresented(VisitId("v2"), MINH.patron_id))

    assert effects == ()
    assert notice(play) is None
    assert borrowing(play).warned_until is None


def test_a_notice_goes_by_itself() -> None:
    play = Play().open().begin()
    play.tell(LabelRejected(LabelFault.EMPTY))
    play.pass_time(7.75)
    shown = notice(play)
    play.pass_time(0.25)

    assert shown is not None
    assert notice(play) is None


def test_a_lost_reader_is_named_and_a_lost_printer_is_not() -> None:
    play = Play().open().begin()
    play.tell(DeviceLost(Device.PRINTER))
    unnamed = notice(play)
    play.tell(DeviceLost(Device.SCANNER))
    said = notice(play)

    assert unnamed is None
    assert said is not None
    assert (said.kind, said.device) == (NoticeKind.DEVICE_LOST, Device.SCANNER)


def test_the_language_may_be_changed_during_a_visit() -> None:
    play = Play().open().begin()
    play.tell(LanguageTouched(Language.ENGLISH))

    assert borrowing(play).around.language is Language.ENGLISH


# The library system goes away


def test_items_wait_for_a_library_system_that_is_away_for_a_moment() -> None:
    play = Play().open().begin()
    play.tell(LibrarySystemLost(), pad_of(1, 2))
    play.pass_time(9)
    without = lends(play)
    play.tell(LibrarySystemBack())
    play.answer_all()

    assert without == []
    assert statuses(play) == [EntryStatus.LENT, EntryStatus.LENT]


def test_items_that_waited_too_long_are_surely_not_lent() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2), LibrarySystemLost())
    play.pass_time(10)
    waiting = statuses(play)
    play.tell(LoanMade(V1, loan(1)), LibrarySystemBack())

    assert waiting == [EntryStatus.LENDING, EntryStatus.NOT_SENT]
    assert statuses(play) == [EntryStatus.LENT, EntryStatus.NOT_SENT]
    assert lends(play) == [item(1).text]


def test_an_item_that_was_never_asked_for_is_asked_for_when_it_is_presented_again() -> None:
    play = Play().open().begin()
    play.tell(LibrarySystemLost(), pad_of(1))
    play.pass_time(10)
    play.tell(LibrarySystemBack(), pad_of(), pad_of(1))

    assert lends(play) == [item(1).text]
    assert notice(play) is None


def test_the_idle_time_begins_when_waiting_items_are_given_up() -> None:
    play = Play().open().begin()
    play.pass_time(50)
    play.tell(LibrarySystemLost(), pad_of(1))
    play.pass_time(65)

    assert borrowing(play).warned_until is None


def test_two_tags_with_one_number_are_one_item() -> None:
    play = Play().open().begin()
    twins = tuple(PadItem(uid(number), item(1), AlarmState.SECURED) for number in (1, 2))
    play.tell(PadChanged(Pad(twins)))
    said = notice(play)

    assert lends(play) == [item(1).text]
    assert said is not None
    assert said.kind is NoticeKind.ALREADY_LISTED
