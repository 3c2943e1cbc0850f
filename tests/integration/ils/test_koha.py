"""The kiosk against the very bytes of a real Koha: every situation that was recorded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.ils.profiles import PROFILES, Profile
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.ports import FeeAsked, Refused, Unanswered
from kiosk.session.values import (
    Account,
    Candidate,
    FeeLine,
    Finding,
    Hold,
    HoldStage,
    ItemId,
    Loan,
    Money,
    OwnLoan,
    Patron,
    PatronId,
    Pin,
    PinStanding,
    Returned,
    ReturnKind,
    TransactionId,
)
from library.lending.refusals import Refusal
from sip2.fields import PatronFlag
from sip2.messages import CheckinRequest, PatronInformationRequest
from tests.support.koha_double import LOGIN, PASSWORD, KohaDouble
from tests.support.sip2_kiosk import FakeJournal, FixedClock, no_pause
from tests.support.waiting import in_time

UTC = ZoneInfo("UTC")
KOHA = PROFILES["koha"]
DUE = datetime(2026, 12, 6, 23, 59, tzinfo=UTC)
PIN = Pin("1234")
RITA, FAY, BEA = PatronId("23529000000001"), PatronId("23529000000003"), PatronId("23529000000009")
TRANSACTION = TransactionId("t1")
HOBBIT, PRIDE = "The Hobbit, or, There and back again", "Pride and prejudice"


def item(number: int) -> ItemId:
    return ItemId(f"39999{number:09}")


def card(number: int) -> PatronId:
    return PatronId(f"23529{number:09}")


@asynccontextmanager
async def kiosk(
    profile: Profile = KOHA, **changes: Any
) -> AsyncIterator[tuple[Sip2LibrarySystem, KohaDouble, FakeJournal]]:
    async with KohaDouble() as koha:
        settings = Sip2Settings(
            host="127.0.0.1",
            port=koha.port,
            zone=UTC,
            login=LOGIN,
            password=PASSWORD,
            institution="CPL",
            location="CPL",
        )
        journal = FakeJournal()
        system = Sip2LibrarySystem(
            replace(settings, **changes), profile=profile, journal=journal, clock=FixedClock(), pause=no_pause
        )
        try:
            yield system, koha, journal
        finally:
            system.close()


GOOD = Patron(RITA, "", 0, charged=(), own_may_leave=True, ready_holds=0, overdue=0)


@pytest.mark.parametrize(
    ("patron", "said"),
    [
        (RITA, {"initials": "R.R."}),
        (card(2), {"initials": "E.E."}),
        (FAY, {"initials": "F.F.", "fees": Money(Decimal("12.5"), "")}),
        (card(4), {"initials": "B.B."}),
        (card(5), {"initials": "L.L."}),
        (card(6), {"initials": "Z.N.Ø."}),
        (card(7), {"initials": "L.L.", "loans": 1, "charged": None}),
        (card(8), {"initials": "N.N."}),
        (BEA, {"initials": "B.B.", "loans": 2, "charged": (item(16), item(17)), "ready_holds": 1, "overdue": 1}),
        (card(10), {"initials": "S.S.", "fees": Money(Decimal("1.25"), "")}),
        (card(11), {"initials": "太.山."}),
        (card(12), {"initials": "G.G."}),
    ],
    ids=lambda part: "" if isinstance(part, dict) else part.text[-2:],
)
async def test_who_stands_there_is_known_by_the_card_and_flags_alone_stop_nobody(
    patron: PatronId, said: dict[str, Any]
) -> None:
    async with kiosk() as (system, _, _):
        found = await in_time(system.identify(patron))

    assert found == replace(GOOD, patron_id=patron, **said)


async def test_a_profile_may_stop_whom_the_status_bits_deny_loans() -> None:
    strict = replace(KOHA, stop_flags=frozenset({PatronFlag.CHARGE_DENIED}))
    async with kiosk(strict) as (system, _, _):
        said = [await in_time(system.identify(patron)) for patron in (card(2), card(4), RITA)]

    assert [type(each) for each in said] == [Refused, Refused, Patron]
    assert said[0] == Refused(Refusal.OTHER, "Greetings from Koha. PATRON EXPIRED")


@pytest.mark.parametrize(
    ("patron", "pin", "standing"),
    [
        (RITA, PIN, PinStanding.RIGHT),
        (RITA, Pin("9999"), PinStanding.WRONG),
        (card(8), PIN, PinStanding.WRONG),
        (card(11), PIN, PinStanding.RIGHT),
        (RITA, None, PinStanding.NOT_CHECKED),
        (card(8), None, PinStanding.NOT_CHECKED),
    ],
    ids=["right", "wrong", "patron without one", "japanese", "not typed", "not typed, patron without one"],
)
async def test_what_koha_says_of_a_pin(patron: PatronId, pin: Pin | None, standing: PinStanding) -> None:
    async with kiosk() as (system, _, _):
        found = await in_time(system.identify(patron, pin))

    assert isinstance(found, Patron)
    assert found.pin is standing


async def test_unknown_cards_are_refused_and_a_userid_is_a_patron() -> None:
    async with kiosk() as (system, _, _):
        said = [await in_time(system.identify(PatronId(text))) for text in ("99999999", "u23529000000001")]

    assert said[0] == Refused(Refusal.OTHER, "Invalid cardnumber")
    assert said[1] == replace(GOOD, patron_id=PatronId("u23529000000001"), initials="R.R.")


async def test_sixty_loans_are_all_known() -> None:
    async with kiosk() as (system, koha, _):
        found = await in_time(system.identify(card(13)))

    assert isinstance(found, Patron)
    assert found.charged == tuple(ItemId(f"48888{number:09}") for number in range(60, 0, -1))
    assert koha.count(PatronInformationRequest) == 1


async def test_an_account_is_read_from_its_lists_and_items() -> None:
    async with kiosk() as (system, _, _):
        account = await in_time(system.account(BEA))

    assert account == Account(
        loans=(
            OwnLoan(item(17), HOBBIT, datetime(2026, 11, 2, 23, 59, tzinfo=UTC), overdue=True),
            OwnLoan(item(16), HOBBIT, datetime(2026, 12, 2, 23, 59, tzinfo=UTC), overdue=False),
        ),
        holds=(
            Hold(item(11), "Held book", HoldStage.READY_HERE, "", date(2026, 11, 29)),
            Hold(item(12), "Midway local history", HoldStage.WAITING),
        ),
        words="Greetings from Koha.",
    )


async def test_what_is_owed_is_shown_in_the_library_s_own_words() -> None:
    async with kiosk() as (system, _, _):
        account = await in_time(system.account(FAY))

    assert isinstance(account, Account)
    assert account.fees == (FeeLine("Overdue: The Hobbit 12.50"),)
    assert (account.owed, account.complete) == (Money(Decimal("12.5"), ""), True)


@pytest.mark.parametrize(
    ("patron", "number", "said"),
    [
        (RITA, 1, Loan(item(1), HOBBIT, DUE, may_leave=True)),
        (BEA, 11, Loan(item(11), "Held book", DUE, may_leave=True)),
        (card(11), 6, Loan(item(6), "吾輩は猫である", DUE, may_leave=True)),
        (card(6), 5, Loan(item(5), "Cien años de soledad", DUE, may_leave=True)),
        (card(8), 3, Loan(item(3), PRIDE, DUE, may_leave=True)),
        (RITA, 16, Refused(Refusal.OTHER, "Item checked out to another patron", HOBBIT)),
        (RITA, 9, Refused(Refusal.OTHER, "Issue failed : NOT_FOR_LOAN", "Dictionary of reference")),
        (RITA, 11, Refused(Refusal.OTHER, "Item is on hold shelf for another patron.", "Held book")),
        (RITA, 14, Refused(Refusal.OTHER, "Issue failed : WTHDRAWN", PRIDE)),
        (RITA, 7, Refused(Refusal.OTHER, "Item cannot be issued: TOO_MANY", "Pipes | and ^ delimiters : a study")),
        (card(2), 3, Refused(Refusal.OTHER, "Patron Blocked", PRIDE)),
        (card(7), 3, Refused(Refusal.OTHER, "Item cannot be issued: TOO_MANY", PRIDE)),
    ],
)
async def test_each_loan_is_what_koha_said(patron: PatronId, number: int, said: Loan | Refused) -> None:
    async with kiosk() as (system, _, journal):
        outcome = await in_time(system.lend(TRANSACTION, patron, item(number)))

    assert outcome == said
    assert (journal.state, journal.alarm_owed) == ({TRANSACTION: "settled"}, {TRANSACTION: isinstance(said, Loan)})


async def test_an_own_loan_that_is_sent_again_is_renewed_by_koha_and_stands() -> None:
    async with kiosk() as (system, _, _):
        outcomes = [await in_time(system.lend(TRANSACTION, RITA, item(1))) for _ in range(2)]

    assert outcomes == [Loan(item(1), HOBBIT, DUE, may_leave=True)] * 2


async def test_an_unknown_item_or_card_is_refused_with_koha_s_words() -> None:
    async with kiosk() as (system, _, _):
        by_item = await in_time(system.lend(TRANSACTION, RITA, ItemId("12345")))
        by_card = await in_time(system.lend(TRANSACTION, PatronId("99999999"), item(2)))

    assert by_item == Refused(Refusal.OTHER, "Invalid Item")
    assert by_card == Refused(Refusal.OTHER, "Invalid Patron", HOBBIT)


async def test_a_fee_is_acknowledged_before_the_loan_is_made() -> None:
    async with kiosk() as (system, _, journal):
        asked = await in_time(system.lend(TRANSACTION, card(14), item(10)))
        noted = dict(journal.state)
        lent = await in_time(system.lend(TRANSACTION, card(14), item(10), fee_agreed=True))

    assert asked == FeeAsked(Money(Decimal("5.00"), "USD"), "A DVD about birds")
    assert noted == {TRANSACTION: "settled"}
    assert lent == Loan(item(10), "A DVD about birds", DUE, may_leave=True)


async def test_a_loan_is_renewed_twice_and_then_koha_says_why_not() -> None:
    async with kiosk() as (system, _, _):
        said = [await in_time(system.renew(TRANSACTION, card(8), item(27))) for _ in range(3)]
        held = await in_time(system.renew(TRANSACTION, card(7), item(18)))
        unknown = await in_time(system.renew(TRANSACTION, RITA, ItemId("12345")))

    assert said[:2] == [Loan(item(27), HOBBIT, DUE, may_leave=False)] * 2
    assert said[2] == Refused(Refusal.OTHER, "Item has reached maximum renewals", HOBBIT)
    assert held == Refused(Refusal.OTHER, "Item unavailable due to outstanding holds", "Cien años de soledad")
    assert isinstance(unknown, Refused)


NOT_ON_LOAN = Refusal.ITEM_NOT_ON_LOAN


@pytest.mark.parametrize(
    ("number", "location", "said"),
    [
        (17, "CPL", Returned(item(17), HOBBIT, ReturnKind.SHELF, arm=True)),
        (6, "CPL", Returned(item(6), "吾輩は猫である", ReturnKind.SHELF, arm=True)),
        (7, "CPL", Refused(NOT_ON_LOAN, "Item not checked out", "Pipes | and ^ delimiters : a study")),
        (12, "CPL", Returned(item(12), "Midway local history", ReturnKind.HOLD_HERE, arm=True, place="CPL")),
        (18, "CPL", Returned(item(18), "Cien años de soledad", ReturnKind.HOLD_HERE, arm=True, place="CPL")),
        (13, "CPL", Returned(item(13), PRIDE, ReturnKind.SHELF, arm=True)),
        (14, "CPL", Refused(Refusal.OTHER, "Item withdrawn, return not allowed", PRIDE)),
        (28, "MPL", Returned(item(28), HOBBIT, ReturnKind.TRANSFER, arm=True, place="CPL")),
        (29, "", Returned(item(29), HOBBIT, ReturnKind.SHELF, arm=True)),
        (23, "NOWHERE", Refused(NOT_ON_LOAN, "Item not checked out", HOBBIT)),
    ],
)
async def test_each_return_is_what_koha_said_and_names_nobody(
    number: int, location: str, said: Returned | Refused
) -> None:
    async with kiosk(location=location) as (system, _, journal):
        outcome = await in_time(system.take_back(TRANSACTION, item(number)))

    assert outcome == said
    assert journal.armed == {TRANSACTION: isinstance(said, Returned)}
    everything = f"{outcome!r} {outcome.title} {getattr(outcome, 'words', '')} {getattr(outcome, 'place', '')}"
    assert not any(word in everything for word in ("Busy", "Reader", "23529", "@", "555-"))


async def test_a_return_of_what_koha_does_not_know_is_of_an_unknown_item() -> None:
    async with kiosk() as (system, _, _):
        outcome = await in_time(system.take_back(TRANSACTION, ItemId("12345")))

    assert outcome == Refused(Refusal.ITEM_UNKNOWN, "Invalid Item")


async def test_koha_hangs_up_at_a_return_that_needs_a_transfer_and_the_next_patron_is_served_at_once() -> None:
    async with kiosk(location="MPL") as (system, koha, journal):
        outcome = await in_time(system.take_back(TRANSACTION, item(4)))
        patron = await in_time(system.identify(RITA))

    assert (outcome, journal.state) == (Unanswered(), {TRANSACTION: "unknown"})
    assert isinstance(patron, Patron)
    assert (koha.count(CheckinRequest), koha.hang_ups) == (1, 1)


async def test_a_hold_that_koha_does_not_cancel_is_kept() -> None:
    async with kiosk() as (system, _, _):
        outcome = await in_time(system.cancel_hold(TRANSACTION, RITA, item(16)))

    assert outcome == Refused(Refusal.OTHER, "Error with transaction drop_hold:")


async def test_which_items_koha_knows_is_seen_by_its_18() -> None:
    candidates = [Candidate(each, "") for each in (item(1), ItemId("12345"), item(8))]
    async with kiosk() as (system, _, _):
        found = await in_time(system.find(candidates))

    assert found[:2] == (Finding(candidates[0], known=True, title=HOBBIT), Finding(candidates[1], known=False))
    assert (found[2].known, len(found[2].title) > 255) == (True, True)


async def test_a_wrong_password_is_no_line() -> None:
    async with kiosk(password="wrong") as (system, koha, _):
        said = await in_time(system.identify(RITA))

    assert said == Unanswered()
    assert koha.count(PatronInformationRequest) == 0
