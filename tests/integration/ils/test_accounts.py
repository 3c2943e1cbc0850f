"""Cards with PINs, lists of loans, and the account page."""

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kiosk.ils.profiles import PROFILES, Listed
from kiosk.ports import Unanswered
from kiosk.session.values import (
    Account,
    FeeLine,
    Hold,
    HoldStage,
    ItemId,
    Money,
    OwnLoan,
    Patron,
    PatronId,
    Pin,
    PinStanding,
)
from sip2.messages import ItemInformationRequest, PatronInformationRequest, ScStatusRequest, Summary
from tests.support import acs_acts as acts
from tests.support.acs import Act, FakeAcs, Talk, answer
from tests.support.acs_desk import Desk
from tests.support.sip2_kiosk import DUE, MAI, OWN, named, system_for
from tests.support.waiting import in_time

GENERIC, KOHA = PROFILES["generic"], PROFILES["koha"]
RIGHT, WRONG = Pin("1234"), Pin("9999")
PINS = {"P1": "1234"}


async def identified(acs: FakeAcs, pin: Pin | None = None, **changes: Any) -> Patron:
    system = system_for(acs, **changes)
    patron = await in_time(system.identify(MAI, pin))
    system.close()
    assert isinstance(patron, Patron)
    return patron


@pytest.mark.parametrize(
    ("pin", "standing"),
    [
        (None, PinStanding.NOT_CHECKED),
        (RIGHT, PinStanding.RIGHT),
        (WRONG, PinStanding.WRONG),
        (Pin("12|34"), PinStanding.WRONG),
        (Pin(""), PinStanding.WRONG),
    ],
)
async def test_what_is_said_of_a_pin_is_what_was_checked(pin: Pin | None, standing: PinStanding) -> None:
    async with FakeAcs(desk=Desk(pins=PINS)) as acs:
        patron = await identified(acs, pin)

    assert patron.pin is standing


async def test_a_pin_travels_only_where_one_was_typed_and_never_twice() -> None:
    async with FakeAcs(desk=Desk(pins=PINS), loans={f"I{number}": "P1" for number in range(50)}) as acs:
        await identified(acs)
        await identified(acs, RIGHT)
        sent = [message.patron_password for message in acs.seen if isinstance(message, PatronInformationRequest)]

    assert sent == [None] * 3 + ["1234", None, None]


@pytest.mark.parametrize("act", [acts.hang_up, acts.commit_and_be_silent, acts.cut_answer], ids=named)
async def test_a_pin_whose_answer_was_lost_is_not_sent_again(act: Act) -> None:
    async with FakeAcs(desk=Desk(pins=PINS)) as acs:
        system = system_for(acs)
        acs.plan("63", act)
        said = await in_time(system.identify(MAI, RIGHT))
        system.close()

    assert said == Unanswered()
    assert acs.count(PatronInformationRequest) == 1


async def test_a_line_that_the_server_had_given_up_is_noticed_before_a_pin_goes_out() -> None:
    async with FakeAcs(desk=Desk(pins=PINS)) as acs:
        system = system_for(acs, sure_for_s=0.0)
        await in_time(system.identify(MAI))
        acs.plan("99", acts.be_silent)
        patron = await in_time(system.identify(MAI, RIGHT))
        system.close()

    assert isinstance(patron, Patron)
    assert patron.pin is PinStanding.RIGHT
    assert (acs.connections, acs.count(ScStatusRequest)) == (2, 3)


async def test_what_is_on_loan_is_known_by_the_list_whole_and_in_its_order() -> None:
    loans = {f"I{number}": "P1" for number in range(60)}
    for extra, whole in ((0, False), (1, False), (0, True)):
        async with FakeAcs(loans=dict(loans), extra_on_page=extra, list_all=whole) as acs:
            patron = await identified(acs)

        assert patron.charged == tuple(ItemId(number) for number in loans)
        assert (patron.loans, patron.own_may_leave) == (60, True)


async def test_a_list_of_titles_is_no_list_of_items() -> None:
    async with FakeAcs(loans={"I1": "P1"}, desk=Desk(titles_in_lists=True)) as acs:
        by_shape = await identified(acs, profile=GENERIC)
        told = await identified(acs, profile=replace(GENERIC, lists=Listed.TITLES))

    assert (by_shape.charged, told.charged) == (None, None)
    assert (by_shape.loans, by_shape.own_may_leave) == (1, False)


async def test_of_a_list_that_breaks_off_what_it_named_is_known_and_the_patron_goes_on() -> None:
    loans = {f"I{number}": "P1" for number in range(60)}
    async with FakeAcs(loans=loans) as acs:

        async def answer_once(talk: Talk) -> None:
            acs.plan("63", *[acts.be_silent] * 4)
            await answer(talk)

        acs.plan("63", answer_once)
        patron = await identified(acs, answer_s=20.0, give_up_s=20.0, list_s=0.3)

    assert patron.charged is not None
    assert (len(patron.charged), patron.loans) == (20, 60)


async def test_of_a_list_that_is_shorter_than_its_count_what_it_named_is_known() -> None:
    async with FakeAcs(loans={"I1": "P1"}, overrides={"charged_items_count": 2}) as acs:
        patron = await identified(acs)

    assert patron.charged == (ItemId("I1"),)


async def test_counts_and_what_is_owed_are_told_with_the_card() -> None:
    desk = Desk(ready={"I7": "P1"}, late={"I1"}, owed={"P1": "12.5"})
    async with FakeAcs(loans={"I1": "P1"}, desk=desk) as acs:
        patron = await identified(acs, profile=KOHA)

    assert (patron.ready_holds, patron.overdue, patron.fees) == (1, 1, Money(Decimal("12.5"), ""))


async def account_of(acs: FakeAcs, patron_id: PatronId = MAI, **changes: Any) -> Account | Unanswered:
    system = system_for(acs, **changes)
    account = await in_time(system.account(patron_id))
    system.close()
    return account


async def test_an_account_has_loans_holds_fees_and_words() -> None:
    desk = Desk(
        ready={"I7": "P1", "I8": "P1"},
        waiting={"I9": "P1"},
        late={"I2"},
        fines={"P1": ["Quá hạn: Tắt đèn"]},
        owed={"P1": "15000"},
        places={"I7": "Kiosk", "I8": "Kho 2"},
    )
    async with FakeAcs(loans={"I1": "P1", "I2": "P1", "I3": "P2"}, desk=desk) as acs:
        acs.overrides = {"extensions": (("PA", "20261231"),)}
        account = await account_of(acs)

    assert account == Account(
        loans=(
            OwnLoan(ItemId("I2"), "Sách I2", DUE, overdue=True),
            OwnLoan(ItemId("I1"), "Sách I1", DUE, overdue=False),
        ),
        holds=(
            Hold(ItemId("I7"), "Sách I7", HoldStage.READY_HERE, "Kiosk", date(2026, 11, 29)),
            Hold(ItemId("I8"), "Sách I8", HoldStage.READY_ELSEWHERE, "Kho 2", date(2026, 11, 29)),
            Hold(ItemId("I9"), "Sách I9", HoldStage.WAITING),
        ),
        fees=(FeeLine("Quá hạn: Tắt đèn"),),
        owed=Money(Decimal(15000), "VND"),
        expires=date(2026, 12, 31),
    )


async def test_each_list_is_asked_for_by_its_own_63_and_only_where_it_holds_something() -> None:
    async with FakeAcs(loans={"I1": "P1"}, desk=Desk(waiting={"I9": "P1"})) as acs:
        await account_of(acs)
        asked = [message.summary for message in acs.seen if isinstance(message, PatronInformationRequest)]

    assert asked == [Summary.CHARGED, Summary.UNAVAILABLE_HOLDS]


async def test_a_list_of_titles_shows_titles_and_asks_about_nothing() -> None:
    async with FakeAcs(loans={"I1": "P1"}, desk=Desk(titles_in_lists=True)) as acs:
        account = await account_of(acs, profile=PROFILES["evergreen"])

    assert isinstance(account, Account)
    assert account.loans == (OwnLoan(ItemId("Sách I1"), "Sách I1", None, overdue=False),)
    assert acs.count(ItemInformationRequest) == 0


async def test_an_account_whose_time_is_up_is_what_was_learned_and_says_that_it_is_not_all() -> None:
    loans = {f"I{number}": "P1" for number in range(60)}
    async with FakeAcs(loans=loans) as acs:
        acs.plan("17", *[acts.be_silent] * 3)
        account = await account_of(acs, answer_s=20.0, give_up_s=1.0)

    assert isinstance(account, Account)
    assert (len(account.loans), account.complete) == (60, False)
    assert {loan.title for loan in account.loans} == {""}


async def test_a_list_at_which_the_server_hangs_up_does_not_hide_the_others() -> None:
    async with FakeAcs(loans={"I1": "P1"}, desk=Desk(late={"I1"}, ready={"I7": "P1"})) as acs:
        acs.plan("63", answer, acts.hang_up, acts.hang_up)
        account = await account_of(acs)

    assert isinstance(account, Account)
    assert ([loan.title for loan in account.loans], len(account.holds)) == (["Sách I1"], 1)
    assert not account.complete


@pytest.mark.parametrize("patron_id", [PatronId("nobody"), PatronId("a|b")], ids=["unknown", "cannot be said"])
async def test_nothing_is_told_of_a_card_that_is_no_good(patron_id: PatronId) -> None:
    async with FakeAcs() as acs:
        account = await account_of(acs, patron_id)

    assert account == Unanswered()


async def test_a_place_of_our_own_server_is_known_by_its_code() -> None:
    async with FakeAcs(desk=Desk(ready={"I7": "P1"}, places={"I7": "Phòng đọc"})) as acs:
        acs.overrides = {"extensions": (("XP", "VN-QN"),)}
        here = await account_of(acs, location="VN-QN", profile=OWN)
        elsewhere = await account_of(acs, location="VN-QN-TH1", profile=OWN)

    assert isinstance(here, Account)
    assert isinstance(elsewhere, Account)
    assert [hold.stage for hold in (*here.holds, *elsewhere.holds)] == [
        HoldStage.READY_HERE,
        HoldStage.READY_ELSEWHERE,
    ]


async def test_a_hold_that_is_not_yet_there_waits_and_one_of_which_nothing_is_told_is_here() -> None:
    desk = Desk(ready={"I7": "P1", "I8": "P1"}, status={"I7": "10"})
    async with FakeAcs(desk=desk) as acs:
        acs.plan("17", answer, acts.hang_up, acts.hang_up)
        account = await account_of(acs)
    async with FakeAcs(desk=Desk(ready={"I7": "P1"}, titles_in_lists=True)) as acs:
        titled = await account_of(acs, profile=PROFILES["evergreen"])

    assert isinstance(account, Account)
    assert isinstance(titled, Account)
    assert [(hold.item_id.text, hold.stage) for hold in account.holds] == [
        ("I8", HoldStage.READY_HERE),
        ("I7", HoldStage.WAITING),
    ]
    assert (account.complete, titled.complete) == (False, True)
    assert [(hold.title, hold.stage) for hold in titled.holds] == [("Sách I7", HoldStage.READY_HERE)]


async def test_the_account_of_somebody_else_is_not_shown() -> None:
    async with FakeAcs(overrides={"patron_id": "P2"}) as acs:
        account = await account_of(acs)

    assert account == Unanswered()


async def test_a_silent_list_is_the_end_of_what_is_learned() -> None:
    async with FakeAcs(loans={"I1": "P1"}, desk=Desk(late={"I1"}, ready={"I7": "P1"})) as acs:
        acs.plan("63", answer, acts.be_silent, acts.be_silent)
        account = await account_of(acs)

    assert isinstance(account, Account)
    assert (len(account.loans), account.holds, account.complete) == (1, (), False)


async def test_the_next_patron_does_not_wait_for_the_whole_account_of_the_one_before() -> None:
    async def knock(talk: Talk) -> None:
        next_one.append(asyncio.create_task(system.identify(PatronId("P2"))))
        await asyncio.sleep(0)
        await answer(talk)

    next_one: list[asyncio.Task[object]] = []
    async with FakeAcs(loans={f"I{number}": "P1" for number in range(9)}) as acs:
        acs.plan("17", knock)
        system = system_for(acs)
        account = await in_time(system.account(MAI))
        system.close()
        asked = [message.code for message in acs.seen[2:]]

    assert isinstance(account, Account)
    assert account.complete
    assert isinstance(next_one[0].result(), Patron)
    assert asked == ["63", "17", "63", *["17"] * 8]


@pytest.mark.parametrize(
    ("name", "pages"),
    [("own", [("1", "20"), ("21", "40")]), ("koha", [("1", "19"), ("21", "39")]), ("whole", [(None, None)])],
)
async def test_a_page_asks_for_as_many_as_the_system_is_to_give(name: str, pages: list[object]) -> None:
    profile = replace(OWN, list_page=0) if name == "whole" else PROFILES[name]
    loans = {f"I{number}": "P1" for number in range(30)}
    async with FakeAcs(loans=loans, extra_on_page=int(name == "koha"), list_all=name == "whole") as acs:
        patron = await identified(acs, profile=profile)
        asked = [(each.start_item, each.end_item) for each in acs.seen if isinstance(each, PatronInformationRequest)]

    assert patron.charged == tuple(ItemId(number) for number in loans)
    assert asked == pages
