"""What answers to returns, renewals and questions about money mean."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ils.amounts import read_money
from kiosk.ils.answers import hold_ended, renewal_from
from kiosk.ils.lists import Gathered, item_in, items_in
from kiosk.ils.profiles import PROFILES, Listed, Profile
from kiosk.ils.returns import Answered, return_from, still_on_loan
from kiosk.ports import Refused, Unanswered
from kiosk.session.values import ItemId, Loan, Money, Returned, ReturnKind
from library.lending.patterns import NumberPatterns
from library.lending.refusals import Refusal
from sip2.codec import decode
from sip2.fields import Summary
from sip2.messages import (
    CheckinResponse,
    HoldResponse,
    ItemInformationResponse,
    PatronInformationResponse,
    RenewResponse,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
OWN, KOHA, GENERIC = PROFILES["own"], PROFILES["koha"], PROFILES["generic"]
BOOK = ItemId("I1")
AT = "20261122    120000"


def answer_to_09(head: str, fields: str) -> CheckinResponse:
    message = decode(f"10{head}{AT}AOHUB|ABI1|{fields}".encode()).message
    assert isinstance(message, CheckinResponse)
    return message


def kind_of(head: str, fields: str, profile: Profile = GENERIC) -> ReturnKind | Refusal:
    answered = return_from(answer_to_09(head, fields), BOOK, profile)
    assert answered is not None
    outcome = answered.outcome
    return outcome.kind if isinstance(outcome, Returned) else outcome.refusal


@pytest.mark.parametrize(
    ("head", "fields", "kind"),
    [
        ("1YNN", "AQHUB|AJT|", ReturnKind.SHELF),
        ("1YNN", "AQHUB|AJT|CV00|", ReturnKind.SHELF),
        ("1YNY", "AQHUB|AJT|CV00|", ReturnKind.OTHER),
        ("1YNY", "AQHUB|AJT|", ReturnKind.OTHER),
        ("1YNY", "AQHUB|AJT|CV01|", ReturnKind.HOLD_HERE),
        ("1YNN", "AQHUB|AJT|CV02|", ReturnKind.HOLD_ELSEWHERE),
        ("1YNY", "AQHUB|AJT|CV04|CTMPL|", ReturnKind.TRANSFER),
        ("1YNY", "AQHUB|AJT|CV99|", ReturnKind.OTHER),
        ("1YNY", "AQHUB|AJT|CV03|", ReturnKind.OTHER),
        ("0NUY", "CV99|AFInvalid Item|", Refusal.ITEM_UNKNOWN),
        ("0NUY", "AQHUB|CV99|AFWithdrawn|", Refusal.OTHER),
        ("0YNY", "AQHUB|AJT|AFNot checked out|", Refusal.OTHER),
        ("0YNY", "AQHUB|AJT|CV01|AFNot checked out|", ReturnKind.HOLD_HERE),
    ],
)
def test_where_an_item_goes_is_what_its_answer_says(head: str, fields: str, kind: object) -> None:
    assert kind_of(head, fields) is kind


@pytest.mark.parametrize(
    ("head", "fields", "refusal"),
    [
        ("0YNY", "AQHUB|AJT|AFItem not checked out|", Refusal.ITEM_NOT_ON_LOAN),
        ("0YNY", "AQHUB|AJT|CV00|", Refusal.ITEM_NOT_ON_LOAN),
        ("0NNY", "AQHUB|AJT|", Refusal.OTHER),
        ("0YNY", "AQHUB|AJT|CV99|", Refusal.OTHER),
    ],
)
def test_of_koha_a_no_that_wants_the_alarm_on_is_of_an_item_that_was_not_on_loan(
    head: str, fields: str, refusal: Refusal
) -> None:
    assert kind_of(head, fields, KOHA) is refusal


def test_our_own_server_gives_its_reason() -> None:
    answered = return_from(answer_to_09("0NNY", "AQ|XRitem_not_on_loan|"), BOOK, OWN)

    assert answered == Answered(Refused(Refusal.ITEM_NOT_ON_LOAN), stands=True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("AFAsk staff.|AF Now. |", "Ask staff. Now."),
        ("CY2352|DARita Reader|AFHeld for Rita.|", ""),
        ("CY2352|AFHeld for Rita.|", ""),
        ("AA2352|AFWas lent to 2352.|AFAsk staff.|", "Ask staff."),
    ],
)
def test_no_word_of_a_refused_return_names_anybody(fields: str, words: str) -> None:
    answered = return_from(answer_to_09("0NNN", "AQHUB|AJT|" + fields), BOOK, GENERIC)

    assert answered is not None
    assert answered.outcome == Refused(Refusal.OTHER, words, "T")


def test_bin_and_place_are_of_the_answer_and_another_item_is_none() -> None:
    answered = return_from(answer_to_09("1NNN", "AQHUB|AJT|CL7|CK001|CT MPL |"), BOOK, GENERIC)
    by_media = return_from(answer_to_09("1YNN", "AQHUB|AJT|CK001|"), BOOK, GENERIC)

    assert answered is not None
    assert answered.outcome == Returned(BOOK, "T", ReturnKind.SHELF, arm=False, sort="7", place="MPL")
    assert by_media is not None
    assert isinstance(by_media.outcome, Returned)
    assert by_media.outcome.sort == "001"
    assert return_from(answer_to_09("1YNN", "AQ|"), ItemId("I2"), GENERIC) is None


def told(status: str, item: str = "I1") -> ItemInformationResponse:
    message = decode(f"18{status}0201{AT}AB{item}|AJT|".encode()).message
    assert isinstance(message, ItemInformationResponse)
    return message


@pytest.mark.parametrize(
    ("status", "on_loan"),
    [
        ("03", False),
        ("09", False),
        ("08", False),
        ("10", False),
        ("04", True),
        ("05", True),
        ("07", True),
        ("11", True),
    ],
)
def test_a_status_tells_whether_an_item_is_on_loan(status: str, on_loan: object) -> None:
    assert still_on_loan(told(status), BOOK) is on_loan


@pytest.mark.parametrize("status", ["01", "02", "06", "12", "13", "99"])
def test_other_statuses_and_other_items_do_not(status: str) -> None:
    assert still_on_loan(told(status), BOOK) is None
    assert still_on_loan(told("03", "I2"), BOOK) is None


def renewal(head: str, fields: str) -> Loan | Refused | Unanswered:
    message = decode(f"30{head}{AT}AOHUB|AAP1|{fields}".encode()).message
    assert isinstance(message, RenewResponse)
    return renewal_from(message, BOOK, GENERIC, HANOI)


DUE = datetime(2026, 12, 20, 23, 59, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("head", "fields", "said"),
    [
        ("1YNN", "ABI1|AJT|AH20261220    235900|", Loan(BOOK, "T", DUE, may_leave=False)),
        ("1YNN", "ABI1|AJT|AH|", Loan(BOOK, "T", None, may_leave=False)),
        ("1NUN", "ABI1|AJT|AH20261220    235900|", Loan(BOOK, "T", DUE, may_leave=False)),
        ("1NUN", "ABI1|AJT|AH|", Unanswered()),
        ("0YUN", "ABI1|AJT|AH20261220    235900|", Unanswered()),
        ("0NUN", "ABI1|AJT|AH|AFNo.|", Refused(Refusal.OTHER, "No.", "T")),
        ("0NUN", "ABI1|AJT|AFNo.|BV5.00|", Refused(Refusal.OTHER, "No.", "T")),
        ("1YNN", "ABI2|AJT|AH20261220    235900|", Unanswered()),
        ("1YNN", "AJT|AH20261220    235900|", Loan(BOOK, "T", DUE, may_leave=False)),
    ],
)
def test_of_a_30_that_contradicts_itself_only_what_is_sure_is_believed(head: str, fields: str, said: object) -> None:
    assert renewal(head, fields) == said


def test_the_end_of_a_hold_is_a_yes_or_a_reason() -> None:
    yes = decode(f"161N{AT}AAP1|".encode()).message
    no = decode(f"160N{AT}AAP1|AFNone.|XRhold_unknown|".encode()).message
    assert isinstance(yes, HoldResponse)
    assert isinstance(no, HoldResponse)

    assert hold_ended(yes, OWN) is True
    assert hold_ended(no, OWN) == Refused(Refusal.HOLD_UNKNOWN, "None.")
    assert hold_ended(no, GENERIC) == Refused(Refusal.OTHER, "None.")


@pytest.mark.parametrize(
    ("amount", "currency", "otherwise", "money"),
    [
        ("12.5", None, "", Money(Decimal("12.5"), "")),
        ("5", "", "VND", Money(Decimal(5), "VND")),
        ("5.00", "USD", "VND", Money(Decimal("5.00"), "USD")),
        ("12,50", "EUR", "", Money(Decimal("12.50"), "EUR")),
        ("15.000", "VND", "", Money(Decimal(15000), "VND")),
        ("15.000 ₫", "vnd", "", Money(Decimal(15000), "VND")),
        ("15,000", "", "", Money(Decimal(15000), "")),
        ("15.000", "KWD", "", Money(Decimal(15), "KWD")),
        ("1,234.50", "USD", "", Money(Decimal("1234.50"), "USD")),
        ("1.234,50", "EUR", "", Money(Decimal("1234.50"), "EUR")),
        ("1.250.000", "VND", "", Money(Decimal(1250000), "VND")),
        ("$5.00", "dollars", "", Money(Decimal("5.00"), "")),
        ("5000 VND", "", "", Money(Decimal(5000), "")),
        ("VND 5000", "", "", Money(Decimal(5000), "")),
        ("15.000", "", "", None),
        ("0", "VND", "", None),
        ("0.00", "", "", None),
        ("-5.00", "USD", "", None),
        ("abc", "USD", "", None),
        ("1.2.3", "USD", "", None),
        ("", "USD", "", None),
        (None, None, "VND", None),
    ],
)
def test_an_amount_is_read_or_nothing_is_said(
    amount: str | None, currency: str | None, otherwise: str, money: Money | None
) -> None:
    assert read_money(amount, currency, otherwise=otherwise) == money


@given(st.text(), st.text())
def test_no_text_crashes_the_reading_of_an_amount(amount: str, currency: str) -> None:
    money = read_money(amount, currency)

    assert money is None or money.amount > 0


def page(count: int | None, *texts: str) -> PatronInformationResponse:
    line = "64" + " " * 14 + "000" + AT + " " * 24 + "AOHUB|AAP1|AEX|BLY|"
    message = decode(line.encode()).message
    assert isinstance(message, PatronInformationResponse)
    return replace(message, fine_items=texts, fine_items_count=count)


@pytest.mark.parametrize(
    ("pages", "texts", "whole"),
    [
        ([page(2, "a", "b")], ("a", "b"), True),
        ([page(2, "a", "a")], ("a", "a"), True),
        ([page(3, "a", "b"), page(3, "b", "c")], ("a", "b", "c"), True),
        ([page(3, "a"), page(3, "a")], ("a",), False),
        ([page(None, "a"), page(None)], ("a",), True),
        ([page(None)], (), False),
        ([page(0)], (), True),
        ([replace(page(2, "a"), valid_patron="N")], ("a",), False),
    ],
)
def test_a_list_is_gathered_until_nothing_new_comes(
    pages: list[PatronInformationResponse], texts: tuple[str, ...], whole: object
) -> None:
    gathered = Gathered(Summary.FINES)
    for each in pages:
        assert not gathered.ended
        gathered.add(each)

    assert (gathered.texts, gathered.whole, gathered.ended) == (texts, whole, True)


@pytest.mark.parametrize(
    ("text", "listed", "item"),
    [
        ("VNM.038637", Listed.EITHER, ItemId("VNM.038637")),
        ("VNM.038637 Tắt đèn", Listed.EITHER, ItemId("VNM.038637")),
        ("Tắt đèn", Listed.EITHER, None),
        ("1984", Listed.EITHER, None),
        ("1984", Listed.IDS, ItemId("1984")),
        ("VNM.038637", Listed.TITLES, None),
        ("", Listed.EITHER, None),
    ],
)
def test_a_text_of_a_list_is_an_item_only_where_that_is_certain(text: str, listed: Listed, item: ItemId | None) -> None:
    assert item_in(text, NumberPatterns(), listed) == item


def test_a_list_with_a_title_in_it_names_the_others_and_one_of_titles_alone_none() -> None:
    gathered = Gathered(Summary.FINES)
    gathered.add(page(2, "VNM.038637", "Tắt đèn"))
    titles = Gathered(Summary.FINES)
    titles.add(page(1, "Tắt đèn"))

    assert items_in(gathered, NumberPatterns(), Listed.EITHER) == (ItemId("VNM.038637"),)
    assert items_in(titles, NumberPatterns(), Listed.EITHER) is None
    assert items_in(gathered, NumberPatterns(), Listed.IDS) == (ItemId("VNM.038637"), ItemId("Tắt đèn"))
