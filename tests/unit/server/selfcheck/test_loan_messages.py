"""What 11, 09 and 29 are answered, over a real socket."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from library.lending.patterns import NumberPatterns
from library.lending.refusals import Refusal
from server.circulation.refusals import CONSEQUENCES
from server.holdings.importing import import_records
from sip2.messages import (
    CheckinResponse,
    CheckoutResponse,
    EndPatronSessionRequest,
    EndSessionResponse,
    PatronInformationResponse,
    RenewResponse,
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
