"""What SIP2 answers mean: patrons, loans, lists, due dates, initials."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ils.answers import finding_from, found_loan, loan_from, shown, words
from kiosk.ils.due_dates import read_due_date
from kiosk.ils.lists import ChargedList, Standing
from kiosk.ils.patrons import initials, patron_from
from kiosk.ils.profiles import PROFILES, Profile
from kiosk.ports import Refused
from kiosk.session.values import Candidate, Finding, ItemId, Loan, Patron, PatronId, PinStanding
from library.lending.patterns import NumberPatterns
from library.lending.refusals import Refusal
from sip2.codec import decode
from sip2.fields import PatronFlag
from sip2.messages import CheckoutResponse, ItemInformationResponse, PatronInformationResponse

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
OWN, KOHA, GENERIC = PROFILES["own"], PROFILES["koha"], PROFILES["generic"]
MAI, BOOK = PatronId("P1"), ItemId("I1")
DUE = datetime(2026, 12, 6, 23, 59, tzinfo=HANOI)


def patron_answer(text: str = "AOHUB|AAP1|AENguyễn Thị Mai|BLY|") -> PatronInformationResponse:
    line = "64" + " " * 14 + "000" + "20261122    120000" + "000000000002000000000000" + text
    message = decode(line.encode()).message
    assert isinstance(message, PatronInformationResponse)
    return message


def loan_answer(line: str) -> CheckoutResponse:
    message = decode(line.encode()).message
    assert isinstance(message, CheckoutResponse)
    return message


LENT = loan_answer("121NNY20261122    120000AOHUB|AAP1|ABI1|AJPipes &#124; reeds|AH20261206    235900|")
REFUSED = loan_answer("120NUN20261122    120000AOHUB|AAP1|ABI1|AJT|AH|AFNo.|AF \x1bAsk. |XRitem_on_loan|")


def test_an_accepted_patron_is_initials_and_a_number_of_loans() -> None:
    patron = patron_from(patron_answer(), MAI, OWN)

    assert patron == Patron(MAI, "N.T.M.", 2, own_may_leave=True, ready_holds=0, overdue=0)
    assert "Mai" not in repr(patron)


@pytest.mark.parametrize(("said", "mailable"), [("XEY|", True), ("XEN|", False), ("BEmai@example.com|", False)])
def test_our_own_server_alone_says_that_letters_can_be_sent(said: str, *, mailable: bool) -> None:
    answer = patron_answer(f"AOHUB|AAP1|AENguyễn Thị Mai|BLY|{said}")
    found = [patron_from(answer, MAI, profile) for profile in (OWN, GENERIC)]

    assert [isinstance(each, Patron) and each.mailable for each in found] == [mailable, False]


def test_a_patron_without_a_name_or_a_count_is_accepted() -> None:
    answer = replace(patron_answer(), personal_name=None, charged_items_count=None)

    assert patron_from(answer, MAI, GENERIC) == Patron(MAI, "", 0, ready_holds=0, overdue=0)


@pytest.mark.parametrize(
    ("text", "profile", "refusal"),
    [
        ("AOHUB|AAP1|AE|BLN|AFNo.|XRpatron_expired|", OWN, Refusal.PATRON_EXPIRED),
        ("AOHUB|AAP1|AE|BLY|AFNo.|XRpatron_blocked|", OWN, Refusal.PATRON_BLOCKED),
        ("AOHUB|AAP1|AE|BLY|AFNo.|XRa_new_reason|", OWN, Refusal.OTHER),
        ("AOHUB|AAP1|AE|BLN|AFNo.|XRpatron_expired|", KOHA, Refusal.OTHER),
        ("AOHUB|AAP1|AE|BLN|AFNo.|", GENERIC, Refusal.OTHER),
    ],
)
def test_a_patron_is_refused_for_the_reason_that_is_given(text: str, profile: Any, refusal: Refusal) -> None:
    assert patron_from(patron_answer(text), MAI, profile) == Refused(refusal, "No.")


@pytest.mark.parametrize(
    "text", ["BLN|CQN|XRpatron_blocked|", "BLY|CQN|AFOwes.|", "BLN|CQN|AFUnknown.|", "BLN|XRwrong_pin|"]
)
def test_with_a_wrong_pin_nothing_else_is_told_of_a_card(text: str) -> None:
    answer = patron_answer(f"AOHUB|AAP1|AE|{text}")
    found = patron_from(answer, MAI, replace(OWN, stop_flags=frozenset(PatronFlag)), pin_given=True)

    assert isinstance(found, Patron)
    assert found.pin is PinStanding.WRONG


def test_that_a_card_s_pins_are_locked_is_told_and_a_right_pin_hears_the_reason() -> None:
    locked = patron_from(patron_answer("AOHUB|AAP1|AE|BLY|CQN|XRpin_locked|"), MAI, OWN, pin_given=True)
    blocked = patron_from(patron_answer("AOHUB|AAP1|AE|BLN|CQY|XRpatron_blocked|"), MAI, OWN, pin_given=True)

    assert locked == Refused(Refusal.PIN_LOCKED)
    assert blocked == Refused(Refusal.PATRON_BLOCKED)


def test_denied_privileges_stop_a_visit_only_where_the_profile_says_so() -> None:
    answer = replace(patron_answer(), patron_status=frozenset({PatronFlag.CHARGE_DENIED}))
    strict = replace(GENERIC, stop_flags=frozenset({PatronFlag.CHARGE_DENIED}))

    assert isinstance(patron_from(answer, MAI, GENERIC), Patron)
    assert patron_from(answer, MAI, strict) == Refused(Refusal.OTHER)


def test_an_answer_about_somebody_else_is_none() -> None:
    answer = patron_answer("AOHUB|AAP2|AEX|BLY|")

    assert patron_from(answer, MAI, OWN) is None
    assert isinstance(patron_from(answer, MAI, KOHA), Patron)
    assert patron_from(patron_answer("AOHUB|AA p1 |AEX|BLY|"), MAI, OWN) is not None


def test_a_loan_has_its_title_and_its_due_date_in_the_library_s_zone() -> None:
    assert loan_from(LENT, BOOK, KOHA, HANOI) == Loan(BOOK, "Pipes | reeds", DUE, may_leave=True)
    assert loan_from(LENT, BOOK, GENERIC, HANOI) == Loan(BOOK, "Pipes &#124; reeds", DUE, may_leave=True)


@pytest.mark.parametrize("desensitize", [False, None])
def test_an_item_may_leave_only_where_the_library_says_so(desensitize: bool | None) -> None:  # noqa: FBT001 - the field's value
    loan = loan_from(replace(LENT, desensitize=desensitize), BOOK, OWN, HANOI)

    assert isinstance(loan, Loan)
    assert not loan.may_leave


def test_a_refused_loan_gives_all_words_without_control_characters() -> None:
    assert loan_from(REFUSED, BOOK, OWN, HANOI) == Refused(Refusal.ITEM_ON_LOAN, "No. Ask.", "T")
    assert loan_from(REFUSED, BOOK, KOHA, HANOI) == Refused(Refusal.OTHER, "No. Ask.", "T")


def test_a_12_about_another_item_is_none() -> None:
    assert loan_from(replace(LENT, item_id="I2"), BOOK, OWN, HANOI) is None
    assert loan_from(replace(LENT, item_id=""), BOOK, OWN, HANOI) is not None


def test_a_found_loan_takes_title_and_date_from_an_18_about_that_item_alone() -> None:
    line = "18040201" + "20261122    120000" + "ABI1|AJT|AH20261206    235900|"
    answer = decode(line.encode()).message
    assert isinstance(answer, ItemInformationResponse)

    assert found_loan(answer, BOOK, OWN, HANOI) == Loan(BOOK, "T", DUE, may_leave=True)
    assert found_loan(answer, ItemId("I2"), OWN, HANOI) == Loan(ItemId("I2"), "", None, may_leave=True)
    assert found_loan(None, BOOK, GENERIC, HANOI) == Loan(BOOK, "", None, may_leave=False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nguyễn Thị Mai", "N.T.M."),
        ("đỗ văn Ẩn", "Đ.V.Ẩ."),
        ("  Rita   Reader ", "R.R."),
        ("Ørsted, Zoë", "Ø.Z."),
        ("'Nam (old) 7", "N.O."),
        ("ßeta", "S."),
        ("", ""),
        ("| 12", ""),
        ("A B C D E F G H", "A.B.C.D.E.F."),
    ],
)
def test_of_a_name_only_initials_are_kept(name: str, expected: str) -> None:
    assert initials(name) == expected


@pytest.mark.parametrize(
    ("text", "day_first", "moment"),
    [
        ("20261206    235900", None, DUE),
        ("20261206   Z165900", None, DUE),
        ("2026-12-06", None, DUE),
        ("20261206", None, DUE),
        ("2026/12/06 23:59", None, DUE),
        ("2026-12-06T23:59:00", None, DUE),
        ("2026-12-06 23:59:00+07:00", None, DUE),
        ("2026-12-06T16:59Z", None, DUE),
        ("2026-12-06 12:59 -0400", None, DUE),
        ("20261206 235900", None, DUE),
        ("26/12/2026", None, datetime(2026, 12, 26, 23, 59, tzinfo=HANOI)),
        ("12/26/2026 11:59 PM", None, datetime(2026, 12, 26, 23, 59, tzinfo=HANOI)),
        ("12.12.2026 12:00 a.m.", None, datetime(2026, 12, 12, tzinfo=HANOI)),
        ("06/12/2026", True, DUE),
        ("12/06/2026", False, DUE),
        ("06/12/2026", None, None),
        ("6 December 2026", None, DUE),
        ("06-Dec-2026 23:59", None, DUE),
        ("Dec 6, 2026", None, DUE),
        ("6 Foo 2026", None, None),
        ("", None, None),
        (None, None, None),
        ("soon", None, None),
        ("2026-13-06", None, None),
        ("1926-12-06", None, None),
        ("19261206    235900", None, None),
        ("99999999    999999", None, None),
        ("2026-12-06 25:00", None, None),
        ("2026-12-06 10:00 +99:99", None, None),
        ("06/12-2026", True, None),
    ],
)
def test_a_due_date_is_read_or_is_none(text: str | None, day_first: bool | None, moment: datetime | None) -> None:  # noqa: FBT001 - the profile's value
    assert read_due_date(text, HANOI, day_first=day_first) == moment


def test_a_due_date_is_in_the_library_s_zone() -> None:
    moment = read_due_date("20261206   Z165900", HANOI)

    assert moment is not None
    assert moment.utcoffset() == timedelta(hours=7)
    assert read_due_date("2026-12-06 10:00 Z", UTC) == datetime(2026, 12, 6, 10, tzinfo=UTC)


@settings(deadline=None)
@given(st.text())
def test_no_text_crashes_the_due_date(text: str) -> None:
    assert read_due_date(text, HANOI) is None or text


def test_words_are_joined_and_empty_ones_dropped() -> None:
    assert words(("a ", "", " \n", "b&#124;"), KOHA) == "a b|"
    assert shown(None, OWN) == ""


def page(count: int | None, *items: str) -> PatronInformationResponse:
    return replace(patron_answer(), charged_items_count=count, charged_items=items)


def judged(*pages: PatronInformationResponse) -> Standing | None:
    charged = ChargedList(BOOK, NumberPatterns())
    for each in pages:
        assert charged.verdict is None
        charged.add(each)
    return charged.verdict


@pytest.mark.parametrize(
    ("pages", "verdict"),
    [
        ([page(2, "I0", "I1")], Standing.STANDS),
        ([page(2, "I0", " i1 ")], Standing.STANDS),
        ([page(2, "I0", "I1 Truyện Kiều")], Standing.STANDS),
        ([page(0)], Standing.DOES_NOT_STAND),
        ([page(2, "I0", "I2")], Standing.DOES_NOT_STAND),
        ([page(3, "I0"), page(3, "I0", "I2"), page(3, "I3")], Standing.DOES_NOT_STAND),
        ([page(None, "I0"), page(None)], Standing.DOES_NOT_STAND),
        ([page(None)], Standing.CANNOT_TELL),
        ([replace(page(0), valid_patron="N")], Standing.CANNOT_TELL),
        ([replace(page(1, "I1"), valid_patron="N")], Standing.STANDS),
        ([page(1, "Kiều")], Standing.CANNOT_TELL),
        ([page(1, "1984")], Standing.CANNOT_TELL),
        ([page(None, "Kiều"), page(None)], Standing.CANNOT_TELL),
        ([page(2, "VNM.038637", "30000000000001")], Standing.DOES_NOT_STAND),
        ([page(3, "I0"), page(3, "I0")], Standing.CANNOT_TELL),
        ([page(3)], Standing.CANNOT_TELL),
        ([page(2, "Truyện Kiều", "Số đỏ")], Standing.CANNOT_TELL),
        ([page(None, "Truyện Kiều"), page(None)], Standing.CANNOT_TELL),
        ([page(3, "I0", "I2")], None),
        ([page(3, "I11", "I12"), page(3, "I1")], Standing.STANDS),
    ],
)
def test_the_list_says_yes_no_or_nothing(pages: list[PatronInformationResponse], verdict: Standing | None) -> None:
    assert judged(*pages) is verdict


def test_the_next_page_begins_after_what_was_seen() -> None:
    charged = ChargedList(BOOK, NumberPatterns())
    charged.add(page(9, "I5", "I6", "I7"))

    assert charged.next_place == 4


CANDIDATE = Candidate(BOOK, "VN-QN01")
NO_FACTS = "18010101" + "20261122    142806"


@pytest.mark.parametrize(
    ("line", "known", "title"),
    [
        ("18030201" + "20261122    142801" + "ABI1|AJThe Hobbit|AQCPL|BGCPL|", True, "The Hobbit"),
        ("18040201" + "20261122    142801" + "ABI1|AJ|AH20261202    235900|", True, ""),
        (NO_FACTS + "ABI1|AJ|AQCPL|", True, ""),
        (NO_FACTS + "ABI1|AJT|", True, "T"),
        (NO_FACTS + "ABI1|AJ|AQ |", False, ""),
        (NO_FACTS + "ABI1|AJ|", False, ""),
        (NO_FACTS + "AB|AJ|", False, ""),
        (NO_FACTS + "ABI2|AJ|", None, ""),
        ("18030201" + "20261122    142801" + "ABI2|AJOther|", None, ""),
    ],
)
@pytest.mark.parametrize("profile", [OWN, KOHA, GENERIC])
def test_an_18_says_whether_its_item_is_known(profile: Profile, line: str, known: object, title: str) -> None:
    answer = decode(line.encode()).message
    assert isinstance(answer, ItemInformationResponse)

    found = finding_from(answer, CANDIDATE, profile)
    assert (found.candidate, found.known, found.title) == (CANDIDATE, known, title)


@pytest.mark.parametrize(("reason", "known"), [("item_unknown", False), ("other", None), ("new_word", None)])
def test_our_own_server_says_in_a_field_that_an_item_is_unknown(reason: str, known: object) -> None:
    answer = decode((NO_FACTS + f"ABI1|AJT|XR{reason}|").encode()).message
    assert isinstance(answer, ItemInformationResponse)

    assert finding_from(answer, CANDIDATE, OWN).known is known
    assert finding_from(answer, CANDIDATE, KOHA) == Finding(CANDIDATE, known=True, title="T")
