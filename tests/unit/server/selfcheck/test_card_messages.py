"""PINs, cards that a terminal blocks and frees, and the security markers of items."""

from datetime import timedelta

import pytest

from server.circulation.pins import LOCKED_FOR, TRIES
from server.patrons.blocks import BlockedCard, blocked_cards
from server.store.engine import transaction
from sip2.fields import PatronFlag
from sip2.messages import (
    BlockPatronRequest,
    CheckoutResponse,
    ItemInformationResponse,
    ItemStatusUpdateRequest,
    ItemStatusUpdateResponse,
    PatronEnableRequest,
    PatronEnableResponse,
    PatronInformationResponse,
    PatronStatusResponse,
    RenewResponse,
)
from tests.support.sip2_lines import AT_NOON, about, checkout, information, line_to, renewal, serving
from tests.support.small_library import (
    BLOCKED,
    DE_MEN,
    LOST_CARD,
    MAI,
    NAM,
    NOON,
    UNKNOWN_CARD,
    UNKNOWN_ITEM,
    SmallLibrary,
)

PIN = "2580"


def block(card: str, words: str = "", *, retained: bool = False) -> BlockPatronRequest:
    return BlockPatronRequest(
        card_retained=retained,
        transaction_date=AT_NOON,
        institution_id="",
        blocked_card_message=words,
        patron_id=card,
        terminal_password="",
    )


def enable(card: str, pin: str | None = None) -> PatronEnableRequest:
    return PatronEnableRequest(transaction_date=AT_NOON, institution_id="", patron_id=card, patron_password=pin)


def update(item: str, properties: str) -> ItemStatusUpdateRequest:
    return ItemStatusUpdateRequest(
        transaction_date=AT_NOON, institution_id="", item_id=item, item_properties=properties
    )


def listed(library: SmallLibrary) -> tuple[BlockedCard, ...]:
    with transaction(library.engine) as session:
        return blocked_cards(session, library.organisation_id)


async def test_too_many_wrong_pins_lock_the_pin_for_a_while_and_the_right_one_with_it(library: SmallLibrary) -> None:
    async with serving(library) as port:
        async with line_to(port) as line:
            wrong = [
                await line.ask(information(MAI, patron_password=f"000{number}"), PatronInformationResponse)
                for number in range(TRIES)
            ]
        async with line_to(port) as line:
            right = await line.ask(information(MAI, patron_password=PIN), PatronInformationResponse)
            without = await line.ask(information(MAI), PatronInformationResponse)
            others = await line.ask(information(NAM, patron_password=PIN), PatronInformationResponse)
            library.clock.advance(LOCKED_FOR)
            later = await line.ask(information(MAI, patron_password=PIN), PatronInformationResponse)

    assert {answer.extension("XR") for answer in wrong} == {"wrong_pin"}
    assert (right.extension("XR"), right.valid_patron_password, right.personal_name) == ("pin_locked", "N", "")
    assert (without.extension("XR"), without.valid_patron_password) == (None, None)
    assert (others.extension("XR"), others.valid_patron_password) == ("wrong_pin", "N")
    assert (later.extension("XR"), later.valid_patron_password) == (None, "Y")


async def test_a_right_pin_and_time_forget_the_wrong_ones(library: SmallLibrary) -> None:
    async def ask(pins: list[str]) -> list[str | None]:
        return [
            (await line.ask(information(MAI, patron_password=pin), PatronInformationResponse)).valid_patron_password
            for pin in pins
        ]

    async with serving(library) as port, line_to(port) as line:
        before = await ask(["0000"] * (TRIES - 1) + [PIN] + ["0000"] * (TRIES - 1))
        library.clock.advance(LOCKED_FOR + timedelta(seconds=1))
        after = await ask(["0000"] * (TRIES - 1) + [PIN])

    assert before == ["N"] * (TRIES - 1) + ["Y"] + ["N"] * (TRIES - 1)
    assert after == ["N"] * (TRIES - 1) + ["Y"]


async def test_a_wrong_pin_lends_and_renews_nothing(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        refused = await line.ask(checkout(MAI, DE_MEN, patron_password="1111"), CheckoutResponse)
        lent = await line.ask(checkout(MAI, DE_MEN, patron_password=PIN), CheckoutResponse)
        not_renewed = await line.ask(renewal(MAI, DE_MEN, patron_password="1111"), RenewResponse)
        unknown = await line.ask(checkout(UNKNOWN_CARD, DE_MEN, patron_password="1111"), CheckoutResponse)

    assert (refused.ok, refused.desensitize, refused.extension("XR")) == (False, False, "wrong_pin")
    assert lent.ok
    assert (not_renewed.ok, not_renewed.extension("XR")) == (False, "wrong_pin")
    assert unknown.extension("XR") == "patron_unknown"
    assert [loan.renewals for loan in library.loans()] == [0]


async def test_a_card_that_a_terminal_blocks_is_no_good_until_a_terminal_frees_it(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        blocked = await line.ask(block(MAI, "Thẻ bị bỏ quên", retained=True), PatronStatusResponse)
        again = await line.ask(block(MAI), PatronStatusResponse)
        refused = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        settled = listed(library)
        freed = await line.ask(enable(MAI), PatronEnableResponse)
        lent = await line.ask(checkout(MAI, DE_MEN, at=AT_NOON + timedelta(seconds=1)), CheckoutResponse)

    assert blocked.patron_status == again.patron_status >= {PatronFlag.CHARGE_DENIED}
    assert (blocked.extension("XR"), blocked.valid_patron) == ("patron_blocked", "Y")
    assert "bỏ quên" not in str(blocked.screen_messages)
    assert refused.extension("XR") == "patron_blocked"
    assert settled == (BlockedCard(MAI, "kiosk-hub", NOON, retained=True, words="Thẻ bị bỏ quên"),)
    assert (freed.patron_status, freed.extension("XR")) == (frozenset(), None)
    assert lent.ok
    assert listed(library) == ()


@pytest.mark.parametrize("card", [BLOCKED, LOST_CARD])
async def test_what_staff_blocked_is_not_freed_by_a_terminal(library: SmallLibrary, card: str) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(block(card), PatronStatusResponse)
        answer = await line.ask(enable(card), PatronEnableResponse)
        again = await line.ask(enable(card), PatronEnableResponse)

    assert answer.extension("XR") == again.extension("XR") == "patron_blocked"
    assert PatronFlag.CHARGE_DENIED in answer.patron_status
    assert listed(library) == ()


async def test_with_a_wrong_pin_no_card_is_freed(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(block(MAI), PatronStatusResponse)
        wrong = await line.ask(enable(MAI, "1111"), PatronEnableResponse)
        still = len(listed(library))
        right = await line.ask(enable(MAI, PIN), PatronEnableResponse)

    assert (wrong.extension("XR"), wrong.valid_patron_password, wrong.personal_name) == ("wrong_pin", "N", "")
    assert (still, listed(library)) == (1, ())
    assert (right.extension("XR"), right.valid_patron, right.valid_patron_password) == (None, "Y", "Y")


async def test_a_card_that_nobody_has_is_neither_blocked_nor_freed(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        blocked = await line.ask(block(UNKNOWN_CARD), PatronStatusResponse)
        freed = await line.ask(enable(UNKNOWN_CARD), PatronEnableResponse)

    assert {blocked.extension("XR"), freed.extension("XR")} == {"patron_unknown"}
    assert {blocked.valid_patron, freed.valid_patron} == {"N"}


async def test_a_security_marker_is_kept_and_told(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        before = await line.ask(about(DE_MEN), ItemInformationResponse)
        kept = await line.ask(update(DE_MEN, "02"), ItemStatusUpdateResponse)
        after = await line.ask(about(DE_MEN), ItemInformationResponse)

    assert (before.security_marker, after.security_marker) == ("00", "02")
    assert (kept.item_properties_ok, kept.item_properties, kept.title) == (True, "02", "Dế Mèn phiêu lưu ký")


@pytest.mark.parametrize(
    ("item", "properties", "reason"),
    [(DE_MEN, "worn", "other"), (DE_MEN, "04", "other"), (UNKNOWN_ITEM, "02", "item_unknown")],
)
async def test_what_is_no_marker_or_no_item_is_not_kept(
    library: SmallLibrary, item: str, properties: str, reason: str
) -> None:
    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(update(item, properties), ItemStatusUpdateResponse)
        after = await line.ask(about(item), ItemInformationResponse)

    assert (answer.item_properties_ok, answer.extension("XR"), after.security_marker) == (False, reason, "00")
