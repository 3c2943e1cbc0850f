"""What each SIP2 message is answered, over a real socket."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from library.lending.patterns import NumberPatterns
from library.lending.refusals import Refusal
from server.circulation.refusals import CONSEQUENCES
from server.holdings.importing import import_records
from sip2.fields import CirculationStatus, PatronFlag, Summary
from sip2.messages import (
    AcsStatus,
    BlockPatronRequest,
    CheckinResponse,
    CheckoutResponse,
    EndPatronSessionRequest,
    EndSessionResponse,
    FeePaidRequest,
    FeePaidResponse,
    HoldRequest,
    HoldResponse,
    ItemInformationRequest,
    ItemInformationResponse,
    ItemStatusUpdateRequest,
    ItemStatusUpdateResponse,
    PatronEnableRequest,
    PatronEnableResponse,
    PatronInformationResponse,
    PatronStatusRequest,
    PatronStatusResponse,
    RenewAllRequest,
    RenewAllResponse,
    RenewResponse,
    ScStatusRequest,
)
from tests.support.sip2_lines import (
    AT_NOON,
    ENGLISH,
    checkin,
    checkout,
    information,
    line_to,
    renewal,
    serving,
)
from tests.support.small_library import (
    BLOCKED,
    CHILD,
    DAMAGED,
    DE_MEN,
    DICTIONARY,
    EXPIRED,
    KIEU,
    LENDABLE,
    LOST_CARD,
    MAI,
    NAM,
    SCHOOL_BOOK,
    SO_DO,
    TAT_DEN,
    UNKNOWN_CARD,
    UNKNOWN_ITEM,
    SmallLibrary,
)

REFUSED = [
    (UNKNOWN_CARD, DE_MEN, Refusal.PATRON_UNKNOWN),
    (BLOCKED, DE_MEN, Refusal.PATRON_BLOCKED),
    (LOST_CARD, DE_MEN, Refusal.PATRON_BLOCKED),
    (EXPIRED, DE_MEN, Refusal.PATRON_EXPIRED),
    (NAM, UNKNOWN_ITEM, Refusal.ITEM_UNKNOWN),
    (NAM, DICTIONARY, Refusal.ITEM_NOT_FOR_LOAN),
    (NAM, DAMAGED, Refusal.ITEM_NOT_FOR_LOAN),
    (NAM, TAT_DEN, Refusal.ITEM_ON_LOAN),
    (MAI, TAT_DEN, Refusal.ITEM_ON_LOAN_TO_SAME_PATRON),
    (CHILD, SO_DO, Refusal.PATRON_LIMIT_REACHED),
]


async def test_a_status_tells_what_may_be_asked(library: SmallLibrary) -> None:
    request = ScStatusRequest(status_code="0", max_print_width=80, protocol_version="2.00")

    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(request, AcsStatus)

    assert (answer.online_status, answer.checkin_ok, answer.checkout_ok, answer.offline_ok) == (True, True, True, False)
    assert answer.supported_messages == "YYYNYYYYYNYNNNYN"
    assert (answer.timeout_period, answer.date_time_sync) == (100, AT_NOON)
    assert (answer.institution_id, answer.library_name, answer.terminal_location) == (
        "VN-QN",
        "Thư viện xã Quảng Nghiệp",
        "Thư viện xã",
    )


async def test_a_loan_is_told_with_title_and_due_date(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert (answer.ok, answer.renewal_ok, answer.desensitize) == (True, False, True)
    assert (answer.title, answer.due_date) == ("Dế Mèn phiêu lưu ký", "20260812    235959")
    assert (answer.patron_id, answer.item_id, answer.transaction_date) == (MAI, DE_MEN, AT_NOON)
    assert answer.extension("XR") is None
    assert answer.screen_messages == ()
    assert library.open_items(MAI) == [DE_MEN]


@pytest.mark.parametrize(("card", "item", "refusal"), REFUSED)
async def test_a_refused_loan_says_why_to_machines_and_to_children(
    library: SmallLibrary, card: str, item: str, refusal: Refusal
) -> None:
    async with serving(library) as port, line_to(port) as line:
        for reader, book in ((MAI, TAT_DEN), (CHILD, DE_MEN), (CHILD, KIEU)):
            assert (await line.ask(checkout(reader, book), CheckoutResponse)).ok
        answer = await line.ask(checkout(card, item, at=AT_NOON + timedelta(seconds=1)), CheckoutResponse)

    assert (answer.ok, answer.renewal_ok, answer.desensitize, answer.due_date) == (False, False, False, "")
    assert answer.extension("XR") == refusal.value
    assert answer.screen_messages == (CONSEQUENCES[refusal].vi,)
    assert len(library.loans()) == 3


async def test_words_come_in_the_language_of_the_card_that_asked(library: SmallLibrary) -> None:
    other = CONSEQUENCES[Refusal.ITEM_NOT_FOR_LOAN]

    async with serving(library) as port, line_to(port) as line:
        said = [await line.ask(checkout(MAI, DICTIONARY, at=AT_NOON), CheckoutResponse)]
        await line.ask(information(MAI, language=ENGLISH), PatronInformationResponse)
        said.append(await line.ask(checkout(MAI, DICTIONARY, at=AT_NOON + timedelta(seconds=1)), CheckoutResponse))
        said.append(await line.ask(checkout(NAM, DICTIONARY, at=AT_NOON + timedelta(seconds=2)), CheckoutResponse))
        await line.ask(
            EndPatronSessionRequest(transaction_date=AT_NOON, institution_id="", patron_id=MAI), EndSessionResponse
        )
        said.append(await line.ask(checkout(MAI, DICTIONARY, at=AT_NOON + timedelta(seconds=3)), CheckoutResponse))

    assert [answer.screen_messages for answer in said] == [(other.vi,), (other.en,), (other.vi,), (other.vi,)]


async def test_an_own_loan_is_renewed_only_where_the_terminal_says_so(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        library.clock.advance(timedelta(days=3))
        renewed = await line.ask(checkout(MAI, DE_MEN, renew=True), CheckoutResponse)
        refused = await line.ask(checkout(MAI, DE_MEN, renew=True, at=AT_NOON + timedelta(minutes=1)), CheckoutResponse)

    assert (renewed.ok, renewed.renewal_ok, renewed.due_date) == (True, True, "20260814    235959")
    assert (refused.ok, refused.renewal_ok, refused.extension("XR")) == (False, False, "renewal_limit_reached")
    assert [loan.renewals for loan in library.loans()] == [1]


async def test_renewing_answers_with_the_new_due_date_or_the_reason(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        library.clock.advance(timedelta(days=3))
        by_title = await line.ask(renewal(MAI, None, title="Dế Mèn phiêu lưu ký"), RenewResponse)
        again = await line.ask(renewal(MAI, DE_MEN), RenewResponse)

    assert (by_title.ok, by_title.renewal_ok, by_title.due_date) == (True, True, "20260814    235959")
    assert (again.ok, again.renewal_ok, again.extension("XR")) == (False, False, "renewal_limit_reached")


async def test_a_return_ends_the_loan_and_says_where_the_book_lives(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        own = await line.ask(checkin(DE_MEN), CheckinResponse)
        again = await line.ask(checkin(DE_MEN, at=AT_NOON + timedelta(seconds=9)), CheckinResponse)
        away = await line.ask(checkin(SCHOOL_BOOK), CheckinResponse)
        unknown = await line.ask(checkin(UNKNOWN_ITEM), CheckinResponse)

    assert (own.ok, own.resensitize, own.alert, own.permanent_location) == (True, True, False, "Thư viện xã")
    assert (own.title, own.call_number, own.patron_id) == ("Dế Mèn phiêu lưu ký", "895.92 T450H", None)
    assert (again.ok, again.extension("XR"), again.screen_messages) == (
        True,
        None,
        (CONSEQUENCES[Refusal.ITEM_NOT_ON_LOAN].vi,),
    )
    assert (away.ok, away.alert, away.alert_type, away.destination_location) == (True, True, "04", "VN-QN-TH1")
    assert (unknown.ok, unknown.alert, unknown.alert_type, unknown.extension("XR")) == (
        False,
        True,
        "99",
        "item_unknown",
    )
    assert library.open_items(MAI) == []


async def test_a_loan_and_a_return_may_be_undone(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        undone = await line.ask(checkin(DE_MEN, cancel="Y"), CheckinResponse)
        await line.ask(checkout(MAI, TAT_DEN), CheckoutResponse)
        await line.ask(checkin(TAT_DEN), CheckinResponse)
        on_again = await line.ask(checkout(MAI, TAT_DEN, cancel="Y"), CheckoutResponse)

    assert (undone.ok, on_again.ok, on_again.renewal_ok) == (True, True, False)
    assert library.open_items(MAI) == [TAT_DEN]


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


async def test_what_the_server_does_not_do_is_denied(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        hold = await line.ask(
            HoldRequest(hold_mode="+", transaction_date=AT_NOON, institution_id="", patron_id=MAI, item_id=DE_MEN),
            HoldResponse,
        )
        paid = await line.ask(
            FeePaidRequest(
                transaction_date=AT_NOON,
                fee_type="01",
                payment_type="00",
                currency="VND",
                fee_amount="1000",
                institution_id="",
                patron_id=MAI,
            ),
            FeePaidResponse,
        )
        all_renewed = await line.ask(
            RenewAllRequest(transaction_date=AT_NOON, institution_id="", patron_id=MAI), RenewAllResponse
        )
        updated = await line.ask(
            ItemStatusUpdateRequest(
                transaction_date=AT_NOON, institution_id="", item_id=DE_MEN, item_properties="worn"
            ),
            ItemStatusUpdateResponse,
        )
        enabled = await line.ask(
            PatronEnableRequest(transaction_date=AT_NOON, institution_id="", patron_id=BLOCKED), PatronEnableResponse
        )
        blocked = await line.ask(
            BlockPatronRequest(
                card_retained=False,
                transaction_date=AT_NOON,
                institution_id="",
                blocked_card_message="",
                patron_id=MAI,
                terminal_password="",
            ),
            PatronStatusResponse,
        )
        still = await line.ask(information(MAI), PatronInformationResponse)

    assert (hold.ok, paid.payment_accepted, all_renewed.ok, updated.item_properties_ok) == (False, False, False, False)
    assert PatronFlag.CHARGE_DENIED in enabled.patron_status
    assert blocked.patron_status == still.patron_status == frozenset()
    assert {answer.extension("XR") for answer in (hold, paid, all_renewed, updated, enabled, blocked)} == {"other"}


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("Sách " * 80 + "hết", "Sách " * 80 + "hết"),
        ("Tie\u0302\u0301ng Vie\u0323\u0302t", "Tiếng Việt"),
        ("Có | gạch", "Có / gạch"),
        ("[b]Đậm[/b]\x1b@ \x07chuông", "[b]Đậm[/b] @ chuông"),
    ],
    ids=["400 characters", "NFD", "delimiter", "markup and ESC"],
)
async def test_any_title_travels_and_none_breaks_the_line(
    library: SmallLibrary, tmp_path: Path, stored: str, told: str
) -> None:
    file = tmp_path / "odd.csv"
    file.write_text(
        f'source_id,title,author,language,subjects,publisher,year,isbn\nr1,"{stored}",,,,,,\n', encoding="utf-8"
    )
    import_records(library.engine, library.organisation_id, file)

    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert (answer.ok, answer.title) == (True, told)


async def test_an_old_terminal_gets_letters_and_lengths_that_it_can_take(library: SmallLibrary) -> None:
    async with serving(library, encoding="ascii", field_limit=30) as port, line_to(port) as line:
        answer = await line.ask(checkout(MAI, DICTIONARY), CheckoutResponse)

    assert answer.title == "Tu dien tieng Viet"
    assert answer.screen_messages == ("Cuon nay khong cho muon ve. Ba",)


@pytest.mark.parametrize("item", ["VNM.000001\t", "VNM.\x1b000001", "VNM.000001\N{REPLACEMENT CHARACTER}", "", " "])
async def test_a_label_that_holds_what_no_number_holds_is_an_unknown_item(library: SmallLibrary, item: str) -> None:
    raw = f"11NN20260728    120000{'':18}AOVN-QN|AA{MAI}|AB{item}|AC|\r".encode()

    async with serving(library) as port, line_to(port) as line:
        await line.write(raw)
        answer = await line.next_line()

    assert answer.startswith(b"120NNN")
    assert b"|XRitem_unknown|" in answer
    assert library.loans() == []


async def test_outer_blanks_of_a_number_do_not_matter(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(checkout(f" {MAI} ", f"{DE_MEN} "), CheckoutResponse)

    assert answer.ok
    assert library.open_items(MAI) == [DE_MEN]


def test_the_numbers_of_this_library_are_numbers() -> None:
    patterns = NumberPatterns()

    assert {patterns.classify(number).value for number in (*LENDABLE, UNKNOWN_ITEM)} == {"item"}
    assert {patterns.classify(number).value for number in (MAI, UNKNOWN_CARD)} == {"card"}
    assert datetime(2026, 7, 28, 12, 0) == AT_NOON  # noqa: DTZ001 - SIP2's local form has no zone
