"""What 63, 17, 09 and 15 tell of holds, fees and limits, over a real socket."""

from datetime import timedelta
from typing import Any

import pytest

from library.lending.refusals import Refusal
from library.lending.rules import LoanRule
from server.circulation.refusals import CONSEQUENCES
from sip2.fields import CirculationStatus, PatronFlag, Summary
from sip2.messages import (
    CheckinResponse,
    CheckoutResponse,
    HoldResponse,
    ItemInformationResponse,
    PatronInformationResponse,
    PatronStatusRequest,
    PatronStatusResponse,
    RenewAllRequest,
    RenewAllResponse,
)
from tests.support.sip2_lines import (
    AT_NOON,
    ENGLISH,
    about,
    checkin,
    checkout,
    hold,
    information,
    line_to,
    serving,
)
from tests.support.small_library import (
    BLOCKED,
    CHILD,
    DAMAGED,
    DE_MEN,
    KIEU,
    LAO_HAC,
    MAI,
    NAM,
    SCHOOL_BOOK,
    SCHOOL_TERMINAL,
    SO_DO,
    TAT_DEN,
    UNKNOWN_CARD,
    SmallLibrary,
)

LATER = AT_NOON + timedelta(minutes=1)


async def test_a_hold_is_told_with_its_place_in_the_queue(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, KIEU), CheckoutResponse)
        first = await line.ask(hold(NAM, KIEU, pickup_location="VN-QN-TH1", hold_type="2"), HoldResponse)
        second = await line.ask(hold(CHILD, None, title="Truyện Kiều", expiration_date="20260901"), HoldResponse)
        exact = await line.ask(hold(MAI, DE_MEN, hold_type="3", expiration_date="20260902    120000"), HoldResponse)

    assert (first.ok, first.available, first.queue_position, first.pickup_location) == (True, False, "1", "VN-QN-TH1")
    assert (first.title, first.item_id, first.expiration_date) == ("Truyện Kiều", KIEU, None)
    assert (second.queue_position, second.item_id, second.expiration_date) == ("2", None, "20260901    235959")
    assert (exact.item_id, exact.expiration_date) == (DE_MEN, "20260902    235959")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"hold_mode": "?"}, "other"),
        ({"expiration_date": "soon"}, "other"),
        ({"expiration_date": "20260727"}, "other"),
        ({"expiration_date": "20269999"}, "other"),
        ({"pickup_location": "VN-XX"}, "place_unknown"),
        ({"patron_password": "0000"}, "wrong_pin"),
        ({"item_id": None}, "item_unknown"),
        ({"patron_id": UNKNOWN_CARD}, "patron_unknown"),
    ],
    ids=lambda part: "" if isinstance(part, str) else next(iter(part)),
)
async def test_a_hold_that_cannot_be_read_or_placed_changes_nothing(
    library: SmallLibrary, changes: dict[str, Any], reason: str
) -> None:
    request: dict[str, Any] = {"patron_id": MAI, "item_id": KIEU, "hold_mode": "+", **changes}
    card, item, mode = request.pop("patron_id"), request.pop("item_id"), request.pop("hold_mode")
    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(hold(card, item, mode, **request), HoldResponse)
        seen = await line.ask(about(KIEU), ItemInformationResponse)

    assert (answer.ok, answer.available, answer.extension("XR")) == (False, False, reason)
    assert answer.screen_messages == (CONSEQUENCES[Refusal(reason)].vi,)
    assert seen.hold_queue_length == "0"


async def test_a_hold_is_cancelled_and_changed(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(hold(MAI, KIEU), HoldResponse)
        moved = await line.ask(hold(MAI, KIEU, "*", pickup_location="VN-QN-TH1"), HoldResponse)
        ended = await line.ask(hold(MAI, KIEU, "-"), HoldResponse)
        again = await line.ask(hold(MAI, KIEU, "-", at=LATER), HoldResponse)

    assert (moved.ok, moved.pickup_location, moved.queue_position) == (True, "VN-QN-TH1", "1")
    assert (ended.ok, ended.queue_position, ended.expiration_date) == (True, None, None)
    assert (again.ok, again.extension("XR")) == (False, "hold_unknown")


async def test_a_hold_whose_words_are_the_same_is_placed_once(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        first = await line.ask(hold(MAI, KIEU), HoldResponse)
        again = await line.ask(hold(MAI, KIEU), HoldResponse)
        later = await line.ask(hold(MAI, KIEU, at=LATER), HoldResponse)

    assert (first.ok, again) == (True, first)
    assert (later.ok, later.extension("XR")) == (False, "hold_exists")


async def test_holds_stand_in_two_lists_and_two_counts(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        for item in (KIEU, SO_DO, DE_MEN):
            await line.ask(hold(NAM, item), HoldResponse)
        await line.ask(checkin(KIEU), CheckinResponse)
        ready = await line.ask(information(NAM, Summary.HOLDS), PatronInformationResponse)
        waiting = await line.ask(information(NAM, Summary.UNAVAILABLE_HOLDS), PatronInformationResponse)
        paged = await line.ask(
            information(NAM, Summary.UNAVAILABLE_HOLDS, start_item="2", end_item="2"), PatronInformationResponse
        )

    assert (ready.hold_items_count, ready.unavailable_holds_count, ready.hold_items_limit) == (1, 2, "3")
    assert (ready.hold_items, ready.unavailable_hold_items) == ((KIEU,), ())
    assert (waiting.hold_items, waiting.unavailable_hold_items) == ((), (SO_DO, DE_MEN))
    assert paged.unavailable_hold_items == (DE_MEN,)
    assert ready.patron_status == {PatronFlag.HOLD_DENIED}


async def test_the_expiry_of_the_card_is_told_where_it_has_one(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        mai = await line.ask(information(MAI), PatronInformationResponse)
        nam = await line.ask(information(NAM), PatronInformationResponse)
        wrong_pin = await line.ask(information(MAI, patron_password="1111"), PatronInformationResponse)

    assert (mai.extension("PA"), nam.extension("PA"), wrong_pin.extension("PA")) == ("20261231", None, None)


async def test_a_wrong_pin_tells_neither_name_nor_list_nor_count_nor_fee(library: SmallLibrary) -> None:
    library = library.with_rules(LoanRule(lending_fee=5000))
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN, fee_acknowledged="Y"), CheckoutResponse)
        await line.ask(hold(MAI, KIEU), HoldResponse)
        told = [
            await line.ask(information(MAI, summary, patron_password="1111"), PatronInformationResponse)
            for summary in (Summary.CHARGED, Summary.FINES, Summary.UNAVAILABLE_HOLDS)
        ]

    for answer in told:
        lists = (answer.charged_items, answer.fine_items, answer.unavailable_hold_items)
        assert (answer.personal_name, answer.valid_patron_password, lists) == ("", "N", ((), (), ()))
        assert (answer.charged_items_count, answer.fine_items_count, answer.unavailable_holds_count) == (0, 0, 0)
        assert (answer.fee_amount, answer.charged_items_limit, answer.hold_items_limit) == (None, None, None)


async def test_fees_are_told_in_words_and_as_a_sum(library: SmallLibrary) -> None:
    library = library.with_rules(LoanRule(lending_fee=5000, fee_limit=50_000, max_overdue=2))
    async with serving(library) as port, line_to(port) as line:
        for item in (DE_MEN, KIEU):
            await line.ask(checkout(MAI, item, fee_acknowledged="Y"), CheckoutResponse)
        vietnamese = await line.ask(information(MAI, Summary.FINES), PatronInformationResponse)
        english = await line.ask(information(MAI, Summary.FINES, language=ENGLISH), PatronInformationResponse)
        nothing = await line.ask(information(NAM), PatronInformationResponse)

    assert vietnamese.fine_items == ("Phí mượn: Dế Mèn phiêu lưu ký - 5.000 đồng", "Phí mượn: Truyện Kiều - 5.000 đồng")
    assert english.fine_items[0] == "Lending fee: Dế Mèn phiêu lưu ký - 5,000 VND"
    assert (vietnamese.fine_items_count, vietnamese.fee_amount, vietnamese.currency) == (2, "10000", "VND")
    assert (vietnamese.fee_limit, vietnamese.overdue_items_limit) == ("50000", "2")
    assert (nothing.fee_amount, nothing.fine_items_count) == ("0", 0)


@pytest.mark.parametrize(
    ("rule", "reason", "words", "flags"),
    [
        (
            LoanRule(lending_fee=5000, fee_limit=4000),
            "fee_limit_reached",
            "5.000 đồng",
            {PatronFlag.CHARGE_DENIED, PatronFlag.EXCESSIVE_FEES},
        ),
        (LoanRule(max_overdue=0), "patron_overdue", "quá hạn", {PatronFlag.CHARGE_DENIED, PatronFlag.TOO_MANY_OVERDUE}),
    ],
    ids=["fees", "overdue"],
)
async def test_what_keeps_a_reader_from_borrowing_is_told_and_the_account_all_the_same(
    library: SmallLibrary, rule: LoanRule, reason: str, words: str, flags: set[PatronFlag]
) -> None:
    library = library.with_rules(rule)
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(NAM, DE_MEN, fee_acknowledged="Y"), CheckoutResponse)
        library.clock.advance(timedelta(days=20))
        refused = await line.ask(checkout(NAM, KIEU, fee_acknowledged="Y"), CheckoutResponse)
        account = await line.ask(information(NAM), PatronInformationResponse)
        short = await line.ask(
            PatronStatusRequest(
                language="000",
                transaction_date=AT_NOON,
                institution_id="",
                patron_id=NAM,
                terminal_password="",
                patron_password="",
            ),
            PatronStatusResponse,
        )

    assert (refused.ok, refused.extension("XR")) == (False, reason)
    assert words in refused.screen_messages[0]
    assert refused.screen_messages == account.screen_messages == short.screen_messages
    assert (account.valid_patron, account.extension("XR")) == ("Y", None)
    assert account.patron_status == short.patron_status == flags


async def test_a_late_return_costs_days_and_the_day_is_told(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)  # due on 12 August
        await line.ask(checkout(MAI, KIEU), CheckoutResponse)
        library.clock.advance(timedelta(days=18))
        late = await line.ask(checkin(DE_MEN), CheckinResponse)  # on 15 August
        refused = await line.ask(checkout(MAI, TAT_DEN), CheckoutResponse)
        held = await line.ask(hold(MAI, TAT_DEN), HoldResponse)
        account = await line.ask(information(MAI), PatronInformationResponse)
        library.clock.advance(timedelta(days=4))
        lent = await line.ask(checkout(MAI, TAT_DEN, at=LATER), CheckoutResponse)

    said = ("Bạn đã trả sách muộn nên sau ngày 18/08/2026 mới mượn được.",)
    assert late.ok
    assert (refused.extension("XR"), refused.screen_messages) == ("patron_suspended", said)
    assert (held.extension("XR"), held.screen_messages, account.screen_messages) == ("patron_suspended", said, said)
    assert account.patron_status == {PatronFlag.CHARGE_DENIED, PatronFlag.HOLD_DENIED}
    assert account.extension("XR") is None
    assert lent.ok


async def test_a_late_return_that_is_undone_costs_nothing(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        library.clock.advance(timedelta(days=18))
        await line.ask(checkin(DE_MEN), CheckinResponse)
        undone = await line.ask(checkout(MAI, DE_MEN, at=LATER, cancel="Y"), CheckoutResponse)
        other = await line.ask(checkout(MAI, KIEU), CheckoutResponse)
        await line.ask(checkin(DE_MEN, at=LATER), CheckinResponse)
        suspended = await line.ask(checkout(MAI, TAT_DEN), CheckoutResponse)

    assert (undone.ok, other.ok, suspended.extension("XR")) == (True, True, "patron_suspended")


async def test_an_item_tells_where_it_is_and_not_for_whom(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(NAM, LAO_HAC), CheckoutResponse)
        await line.ask(hold(MAI, KIEU), HoldResponse)
        await line.ask(hold(MAI, SO_DO, pickup_location="VN-QN-TH1"), HoldResponse)
        await line.ask(hold(NAM, KIEU, at=LATER), HoldResponse)
        for item in (KIEU, SO_DO, SCHOOL_BOOK):
            await line.ask(checkin(item), CheckinResponse)
        told = {
            item: await line.ask(about(item), ItemInformationResponse)
            for item in (DE_MEN, LAO_HAC, KIEU, SO_DO, SCHOOL_BOOK, DAMAGED)
        }

    statuses = {item: answer.circulation_status for item, answer in told.items()}
    assert statuses == {
        DE_MEN: CirculationStatus.AVAILABLE,
        LAO_HAC: CirculationStatus.CHARGED,
        KIEU: CirculationStatus.ON_HOLD_SHELF,
        SO_DO: CirculationStatus.IN_TRANSIT,
        SCHOOL_BOOK: CirculationStatus.IN_TRANSIT,
        DAMAGED: CirculationStatus.OTHER,
    }
    assert [told[item].extension("XP") for item in (DE_MEN, LAO_HAC, SCHOOL_BOOK)] == ["VN-QN", None, "VN-QN"]
    assert [told[item].current_location for item in (DE_MEN, LAO_HAC, SCHOOL_BOOK)] == [
        "Thư viện xã",
        None,
        "Thư viện xã",
    ]
    assert told[SCHOOL_BOOK].permanent_location == "Trường tiểu học"
    assert (told[KIEU].hold_queue_length, told[KIEU].hold_pickup_date) == ("1", "20260803    235959")
    assert (told[SO_DO].hold_queue_length, told[SO_DO].hold_pickup_date) == ("0", None)
    everything = str([(answer.extensions, answer.screen_messages, answer.print_lines) for answer in told.values()])
    assert not any(word in everything for word in (MAI, NAM, "Mai"))


@pytest.mark.parametrize("known", [True, False])
async def test_a_return_ends_in_a_place_for_the_book_and_never_names_a_reader(
    library: SmallLibrary, *, known: bool
) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(hold(MAI, KIEU), HoldResponse)
        await line.ask(hold(MAI, SO_DO, pickup_location="VN-QN-TH1"), HoldResponse)
        items = (KIEU, SO_DO, SCHOOL_BOOK, DAMAGED, DE_MEN) if known else ("VNM.999999",)
        told = [await line.ask(checkin(item), CheckinResponse) for item in items]

    if known:
        assert [(answer.ok, answer.alert, answer.alert_type, answer.destination_location) for answer in told] == [
            (True, True, "01", "VN-QN"),
            (True, True, "02", "VN-QN-TH1"),
            (True, True, "04", "VN-QN-TH1"),
            (True, True, "99", None),
            (True, False, None, None),
        ]
        assert {answer.sort_bin for answer in told} == {"book"}
    else:
        assert [(answer.ok, answer.alert, answer.alert_type, answer.sort_bin) for answer in told] == [
            (False, True, "99", None)
        ]
    assert {(answer.hold_patron_id, answer.hold_patron_name, answer.patron_id) for answer in told} == {
        (None, None, None)
    }


async def test_a_book_that_arrives_for_somebody_is_ready_there(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as hub, line_to(port, login=False) as school:
        await school.login(SCHOOL_TERMINAL)
        await hub.ask(hold(MAI, SO_DO, pickup_location="VN-QN-TH1"), HoldResponse)
        await hub.ask(checkin(SO_DO), CheckinResponse)
        arrived = await school.ask(checkin(SO_DO), CheckinResponse)
        told = await school.ask(about(SO_DO), ItemInformationResponse)
        refused = await school.ask(checkout(NAM, SO_DO), CheckoutResponse)
        lent = await school.ask(checkout(MAI, SO_DO), CheckoutResponse)

    assert (arrived.alert_type, arrived.destination_location) == ("01", "VN-QN-TH1")
    assert (told.circulation_status, told.extension("XP")) == (CirculationStatus.ON_HOLD_SHELF, "VN-QN-TH1")
    assert (refused.extension("XR"), lent.ok) == ("item_reserved", True)


async def test_all_loans_are_renewed_and_each_that_is_not_is_named(library: SmallLibrary) -> None:
    request = RenewAllRequest(transaction_date=AT_NOON, institution_id="", patron_id=MAI)
    async with serving(library) as port, line_to(port) as line:
        for item in (DE_MEN, KIEU, SO_DO):
            await line.ask(checkout(MAI, item), CheckoutResponse)
        await line.ask(hold(NAM, KIEU), HoldResponse)
        library.clock.advance(timedelta(days=2))
        answer = await line.ask(request, RenewAllResponse)
        again = await line.ask(request, RenewAllResponse)

    assert (answer.ok, answer.renewed_count, answer.unrenewed_count) == (True, 2, 1)
    assert (answer.renewed_items, answer.unrenewed_items) == ((DE_MEN, SO_DO), (KIEU,))
    assert again == answer
    assert [(loan.copy.item_number, loan.renewals) for loan in library.loans()] == [(DE_MEN, 1), (KIEU, 0), (SO_DO, 1)]


@pytest.mark.parametrize(
    ("card", "pin", "reason"),
    [(UNKNOWN_CARD, None, "patron_unknown"), (BLOCKED, None, "patron_blocked"), (MAI, "1111", "wrong_pin")],
    ids=["unknown", "blocked", "wrong PIN"],
)
async def test_renewing_all_is_refused_for_the_card(
    library: SmallLibrary, card: str, pin: str | None, reason: str
) -> None:
    request = RenewAllRequest(transaction_date=AT_NOON, institution_id="", patron_id=card, patron_password=pin)
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        answer = await line.ask(request, RenewAllResponse)

    assert (answer.ok, answer.renewed_count, answer.extension("XR")) == (False, 0, reason)
    assert [loan.renewals for loan in library.loans()] == [0]


async def test_nothing_to_renew_is_no_refusal(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(
            RenewAllRequest(transaction_date=AT_NOON, institution_id="", patron_id=MAI), RenewAllResponse
        )

    assert (answer.ok, answer.renewed_count, answer.unrenewed_count) == (True, 0, 0)
