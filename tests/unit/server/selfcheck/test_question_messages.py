"""What 99, 63, 23 and 17 are answered over a real socket, and how a denied order is answered."""

from datetime import timedelta

import pytest

from library.lending.refusals import Refusal
from server.circulation.refusals import CONSEQUENCES
from sip2.fields import CirculationStatus, PatronFlag, Summary
from sip2.messages import (
    AcsStatus,
    CheckoutResponse,
    ItemInformationRequest,
    ItemInformationResponse,
    PatronInformationResponse,
    PatronStatusRequest,
    PatronStatusResponse,
    ScStatusRequest,
)
from tests.support.sip2_lines import (
    AT_NOON,
    ENGLISH,
    checkout,
    information,
    line_to,
    serving,
)
from tests.support.small_library import (
    BLOCKED,
    DAMAGED,
    DE_MEN,
    EXPIRED,
    KIEU,
    LENDABLE,
    LOST_CARD,
    MAI,
    NAM,
    TAT_DEN,
    UNKNOWN_CARD,
    UNKNOWN_ITEM,
    SmallLibrary,
)


async def test_a_status_tells_what_may_be_asked(library: SmallLibrary) -> None:
    request = ScStatusRequest(status_code="0", max_print_width=80, protocol_version="2.00")

    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(request, AcsStatus)

    assert (answer.online_status, answer.checkin_ok, answer.checkout_ok, answer.offline_ok) == (True, True, True, False)
    assert answer.supported_messages == "Y" * 16
    assert (answer.timeout_period, answer.date_time_sync) == (100, AT_NOON)
    assert (answer.institution_id, answer.library_name, answer.terminal_location) == (
        "VN-QN",
        "Thư viện xã Quảng Nghiệp",
        "Thư viện xã",
    )


async def test_an_account_is_told_with_its_counts_and_the_list_asked_for(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        for item in (DE_MEN, TAT_DEN):
            await line.ask(checkout(NAM, item), CheckoutResponse)
        library.clock.advance(timedelta(days=16))
        await line.ask(checkout(NAM, KIEU), CheckoutResponse)
        answers = {
            summary: await line.ask(information(NAM, summary), PatronInformationResponse)
            for summary in (None, *Summary)
        }

    plain = answers[None]
    assert (plain.charged_items_count, plain.overdue_items_count, plain.charged_items_limit) == (3, 2, "5")
    assert (plain.personal_name, plain.valid_patron, plain.valid_patron_password) == ("Trần Văn Nam", "Y", None)
    assert plain.patron_status == frozenset()
    lists = {summary: answer.charged_items + answer.overdue_items for summary, answer in answers.items()}
    assert lists.pop(Summary.CHARGED) == (DE_MEN, TAT_DEN, KIEU)
    assert lists.pop(Summary.OVERDUE) == (DE_MEN, TAT_DEN)
    assert set(lists.values()) == {()}


@pytest.mark.parametrize(
    ("first", "last", "places"),
    [
        ("1", "2", slice(0, 2)),
        ("3", "4", slice(2, 4)),
        ("5", "9", slice(4, 5)),
        ("6", "9", slice(0, 0)),
        ("3", "2", slice(0, 0)),
        (None, "2", slice(0, 2)),
        ("2", None, slice(1, 5)),
        ("0", "", slice(0, 5)),
        ("x", "99999999999999999999", slice(0, 5)),
    ],
)
async def test_a_list_may_be_read_in_pages_from_one(
    library: SmallLibrary, first: str | None, last: str | None, places: slice
) -> None:
    async with serving(library) as port, line_to(port) as line:
        for item in LENDABLE[:5]:
            await line.ask(checkout(MAI, item), CheckoutResponse)
        answer = await line.ask(
            information(MAI, Summary.CHARGED, start_item=first, end_item=last), PatronInformationResponse
        )

    assert list(answer.charged_items) == list(LENDABLE[:5])[places]
    assert answer.charged_items_count == 5
    assert PatronFlag.TOO_MANY_CHARGED in answer.patron_status
    assert PatronFlag.CHARGE_DENIED not in answer.patron_status


@pytest.mark.parametrize(
    ("card", "refusal", "flag"),
    [
        (UNKNOWN_CARD, Refusal.PATRON_UNKNOWN, PatronFlag.CHARGE_DENIED),
        (BLOCKED, Refusal.PATRON_BLOCKED, PatronFlag.CHARGE_DENIED),
        (LOST_CARD, Refusal.PATRON_BLOCKED, PatronFlag.CARD_LOST),
        (EXPIRED, Refusal.PATRON_EXPIRED, PatronFlag.RENEWAL_DENIED),
    ],
)
async def test_a_card_that_is_no_good_is_refused_in_64_and_24(
    library: SmallLibrary, card: str, refusal: Refusal, flag: PatronFlag
) -> None:
    brief = PatronStatusRequest(
        language=ENGLISH,
        transaction_date=AT_NOON,
        institution_id="",
        patron_id=card,
        terminal_password="",
        patron_password="",
    )

    async with serving(library) as port, line_to(port) as line:
        long = await line.ask(information(card), PatronInformationResponse)
        short = await line.ask(brief, PatronStatusResponse)

    assert (long.extension("XR"), short.extension("XR")) == (refusal.value, refusal.value)
    assert (long.screen_messages, short.screen_messages) == (
        (CONSEQUENCES[refusal].vi,),
        (CONSEQUENCES[refusal].en,),
    )
    assert flag in long.patron_status & short.patron_status
    assert {long.valid_patron, short.valid_patron} == {"N" if card == UNKNOWN_CARD else "Y"}


async def test_a_pin_is_told_only_after_a_check_and_a_wrong_one_tells_nothing(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        answers = [
            await line.ask(information(MAI, patron_password=pin), PatronInformationResponse)
            for pin in ("2580", "0000", "", None)
        ]

    assert [answer.valid_patron_password for answer in answers] == ["Y", "N", None, None]
    assert [answer.personal_name for answer in answers] == ["Nguyễn Thị Mai", "", "Nguyễn Thị Mai", "Nguyễn Thị Mai"]
    assert answers[1].extension("XR") == "wrong_pin"


async def test_an_item_says_how_it_is_and_not_who_has_it(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        lent, standing, damaged, unknown = [
            await line.ask(
                ItemInformationRequest(transaction_date=AT_NOON, institution_id="", item_id=item),
                ItemInformationResponse,
            )
            for item in (DE_MEN, TAT_DEN, DAMAGED, UNKNOWN_ITEM)
        ]

    assert (lent.circulation_status, lent.due_date) == (CirculationStatus.CHARGED, "20260812    235959")
    assert (standing.circulation_status, standing.due_date) == (CirculationStatus.AVAILABLE, None)
    assert damaged.circulation_status == CirculationStatus.OTHER
    assert (unknown.circulation_status, unknown.title, unknown.extension("XR")) == ("01", "", "item_unknown")
    assert MAI not in str(lent.extensions) + str(lent.screen_messages)
