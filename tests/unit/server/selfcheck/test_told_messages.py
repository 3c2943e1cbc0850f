"""What a kiosk did alone, over its line: 11 and 09 with ``no block`` and a transaction id, 19 with XA."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.circulation.reserving import HoldWish
from server.store.account_models import Hold, HoldStage
from server.store.engine import transaction
from server.store.models import Card, LoanEnd
from server.store.offline_models import Matter
from sip2.layout import Response
from sip2.messages import (
    BlockPatronRequest,
    CheckinRequest,
    CheckinResponse,
    CheckoutRequest,
    CheckoutResponse,
    ItemStatusUpdateRequest,
    ItemStatusUpdateResponse,
    PatronStatusResponse,
)
from tests.support.sip2_lines import AT_NOON, checkin, checkout, line_to, serving
from tests.support.small_library import (
    BLOCKED,
    CHILD,
    DAMAGED,
    DE_MEN,
    DICTIONARY,
    EXPIRED,
    KIEU,
    LOST_CARD,
    MAI,
    NAM,
    SO_DO,
    TAT_DEN,
    UNKNOWN_CARD,
    UNKNOWN_ITEM,
    SmallLibrary,
)

_PROMISED = datetime(2026, 8, 4, 23, 59, 59)  # noqa: DTZ001 - SIP2's local form has no zone
_FIELDS = {"XC": "sure", "XG": "1"}


def _fields(event: str, changed: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple({"XT": event, **_FIELDS, **changed}.items())


def lent(card: str, item: str, event: str, *, at: datetime = AT_NOON, **fields: str) -> CheckoutRequest:
    return dataclasses.replace(
        checkout(card, item, at=at), no_block=True, nb_due_date=_PROMISED, extensions=_fields(event, fields)
    )


def returned(item: str, event: str, *, at: datetime = AT_NOON, **fields: str) -> CheckinRequest:
    return dataclasses.replace(checkin(item, at=at), no_block=True, extensions=_fields(event, fields))


async def _tell(library: SmallLibrary, *events: CheckoutRequest | CheckinRequest) -> list[Any]:
    library.clock.advance(timedelta(hours=6))
    async with serving(library) as port, line_to(port) as line:
        return [
            await line.ask(event, CheckoutResponse if isinstance(event, CheckoutRequest) else CheckinResponse)
            for event in events
        ]


def _became(answers: Sequence[Response]) -> list[str | None]:
    return [answer.extension("XO") for answer in answers]


def _matters(library: SmallLibrary) -> list[tuple[str, str | None, str | None, str]]:
    with transaction(library.engine) as session:
        found = session.scalars(select(Matter).order_by(Matter.id)).all()
        return [(one.kind.value, one.item_number, one.card_number, one.reason) for one in found]


async def test_a_loan_made_alone_stands_from_its_own_time_until_the_day_that_was_promised(
    library: SmallLibrary,
) -> None:
    (answer,) = await _tell(library, lent(MAI, DE_MEN, "a-1", at=AT_NOON - timedelta(days=1)))

    (loan,) = library.loans()
    assert (answer.ok, answer.due_date, answer.title) == (True, "20260804    235959", "Dế Mèn phiêu lưu ký")
    assert _became([answer]) == ["applied"]
    assert loan.lent_at.astimezone(library.desk.zone).isoformat() == "2026-07-27T12:00:00+07:00"
    assert (loan.due_day.isoformat(), loan.terminal_id, loan.ended_at) == ("2026-08-04", "kiosk-hub", None)
    assert _matters(library) == []


async def test_the_same_event_again_is_answered_the_same_and_changes_nothing(library: SmallLibrary) -> None:
    first, again, corrected, end, last = await _tell(
        library,
        lent(MAI, DE_MEN, "a-1"),
        lent(MAI, DE_MEN, "a-1"),
        lent(MAI, DE_MEN, "a-1", at=AT_NOON - timedelta(days=3), XC="corrected", XG="8"),
        returned(DE_MEN, "a-2", at=AT_NOON + timedelta(hours=1), XG="2"),
        lent(MAI, DE_MEN, "a-1"),
    )

    assert _became([first, again, corrected, end, last]) == ["applied"] * 5
    assert [(loan.lent_at.hour, loan.renewals) for loan in library.loans()] == [(5, 0)]
    assert library.open_items(MAI) == []


async def test_a_return_that_comes_late_ends_no_newer_loan(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        library.desk.lend(session, library.school, MAI, DE_MEN, renew_own=False)
    library.clock.advance(timedelta(days=1))
    later = AT_NOON + timedelta(hours=20)

    answers = await _tell(
        library, lent(NAM, DE_MEN, "b-1", at=later), returned(DE_MEN, "b-2", at=AT_NOON + timedelta(hours=1), XG="2")
    )

    first, second = library.loans()
    assert _became(answers) == ["applied", "superseded"]
    assert (first.ended_as, second.ended_at) == (LoanEnd.RETURNED, None)
    assert first.ended_at == library.clock.now.replace(hour=13, day=28)
    assert library.open_items(NAM) == [DE_MEN]


async def test_lent_again_to_the_patron_who_has_it_is_a_renewal_and_no_date_becomes_earlier(
    library: SmallLibrary,
) -> None:
    with transaction(library.engine) as session:
        library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)  # until 11 August, then the 12th is open

    (answer,) = await _tell(library, lent(MAI, DE_MEN, "a-1", at=AT_NOON + timedelta(hours=2)))

    assert _became([answer]) == ["renewed"]
    assert (answer.ok, answer.renewal_ok, answer.due_date) == (True, True, "20260812    235959")


@pytest.mark.parametrize(
    ("card", "item", "listed"),
    [
        (BLOCKED, DE_MEN, ("card_barred", DE_MEN, BLOCKED, "patron_blocked")),
        (LOST_CARD, DE_MEN, ("card_barred", DE_MEN, LOST_CARD, "patron_blocked")),
        (EXPIRED, DE_MEN, ("card_barred", DE_MEN, EXPIRED, "patron_expired")),
        (MAI, DICTIONARY, ("item_not_for_loan", DICTIONARY, None, "")),
        (MAI, DAMAGED, ("item_not_for_loan", DAMAGED, None, "")),
    ],
)
async def test_a_book_that_has_left_has_left_and_staff_are_told(
    library: SmallLibrary, card: str, item: str, listed: tuple[str, str, str | None, str]
) -> None:
    (answer,) = await _tell(library, lent(card, item, "a-1"))

    assert (answer.ok, _became([answer])) == (True, ["applied"])
    assert library.open_items(card) == [item]
    assert _matters(library) == [listed]


async def test_a_loan_over_the_limit_stands_and_is_listed(library: SmallLibrary) -> None:
    items = (DE_MEN, TAT_DEN, KIEU)
    at = AT_NOON
    answers = await _tell(library, *(lent(CHILD, item, f"a-{n}", at=at, XG=str(n)) for n, item in enumerate(items)))

    assert _became(answers) == ["applied"] * 3
    assert library.open_items(CHILD) == list(items)
    assert _matters(library) == [("over_limit", KIEU, CHILD, "")]


async def test_what_nobody_knows_is_kept_for_staff(library: SmallLibrary) -> None:
    answers = await _tell(
        library,
        lent(MAI, UNKNOWN_ITEM, "a-1"),
        returned(UNKNOWN_ITEM, "a-2"),
        lent(UNKNOWN_CARD, DE_MEN, "a-3"),
        lent(MAI, " ", "a-4"),
    )

    assert [answer.ok for answer in answers] == [True] * 4
    assert _became(answers) == ["needs_staff"] * 4
    assert library.loans() == []
    assert _matters(library) == [
        ("item_unknown", UNKNOWN_ITEM, MAI, ""),
        ("item_unknown", UNKNOWN_ITEM, None, ""),
        ("card_unknown", DE_MEN, UNKNOWN_CARD, ""),
        ("item_unknown", "", MAI, ""),
    ]


async def test_a_book_that_went_to_another_with_no_return_in_between_is_listed_whichever_loan_comes_first(
    library: SmallLibrary,
) -> None:
    early, late = AT_NOON, AT_NOON + timedelta(hours=1)
    in_order = (lent(MAI, DE_MEN, "a-1", at=early), lent(NAM, DE_MEN, "a-2", at=late, XG="2"))
    turned = (lent(NAM, SO_DO, "b-1", at=late, XG="4"), lent(MAI, SO_DO, "b-2", at=early, XG="3"))

    answers = await _tell(library, *in_order, *turned)

    assert _became(answers) == ["applied", "applied", "applied", "superseded"]
    assert library.open_items(NAM) == [DE_MEN, SO_DO]
    assert [(kind, item) for kind, item, _, _ in _matters(library)] == [("superseded", DE_MEN), ("superseded", SO_DO)]


@pytest.mark.parametrize("fields", [{"XC": "unknown"}, {"XC": "perhaps"}])
async def test_a_time_that_is_not_known_is_listed_and_the_loan_stands(
    library: SmallLibrary, fields: dict[str, str]
) -> None:
    answers = await _tell(
        library,
        lent(MAI, DE_MEN, "a-1"),
        lent(MAI, TAT_DEN, "a-2", at=AT_NOON - timedelta(days=1), **{**fields, "XG": "2"}),
    )

    assert _became(answers) == ["applied", "applied"]
    assert len({loan.lent_at for loan in library.loans()}) == 1, "not before its neighbour in the journal"
    assert _matters(library) == [("clock_unknown", TAT_DEN, None, "")]


@pytest.mark.parametrize("year", [1970, 2031, 9999])
async def test_a_clock_that_was_never_set_is_not_believed(library: SmallLibrary, year: int) -> None:
    (answer,) = await _tell(library, lent(MAI, DE_MEN, "a-1", at=AT_NOON.replace(year=year)))

    (loan,) = library.loans()
    assert _became([answer]) == ["applied"]
    assert loan.lent_at == library.clock()
    assert _matters(library) == [("clock_unknown", DE_MEN, None, "")]


async def test_a_number_that_is_used_for_another_event_loses_neither(library: SmallLibrary) -> None:
    answers = await _tell(library, *([lent(MAI, DE_MEN, "a-1"), lent(NAM, KIEU, "a-1")] * 2))

    assert _became(answers) == ["applied"] * 4
    assert (library.open_items(MAI), library.open_items(NAM)) == ([DE_MEN], [KIEU])
    assert [(kind, item) for kind, item, _, _ in _matters(library)] == [("number_twice", KIEU)]


@pytest.mark.parametrize("number", ["", " ", "ä", "x" * 65])
async def test_without_a_transaction_id_no_block_changes_nothing(library: SmallLibrary, number: str) -> None:
    (answer,) = await _tell(library, lent(BLOCKED, DE_MEN, number))

    assert (answer.ok, answer.extension("XO")) == (False, None)
    assert library.loans() == []


async def test_a_transaction_whose_answer_was_lost_is_not_carried_out_again(library: SmallLibrary) -> None:
    over_the_line = dataclasses.replace(checkout(MAI, DE_MEN), extensions=(("XT", "a-1"),))

    answers = await _tell(library, over_the_line, lent(MAI, DE_MEN, "a-1", at=AT_NOON + timedelta(hours=6)))

    (loan,) = library.loans()
    assert _became(answers) == [None, "applied"]
    assert (loan.renewals, answers[1].due_date) == (0, "20260812    235959")


async def test_an_alarm_that_is_still_on_stands_on_the_list_until_it_is_off(library: SmallLibrary) -> None:
    def alarm(event: str, standing: str) -> ItemStatusUpdateRequest:
        return ItemStatusUpdateRequest(
            transaction_date=AT_NOON,
            institution_id="VN-QN",
            item_id=DE_MEN,
            item_properties="",
            extensions=(("XT", event), ("XA", standing)),
        )

    async with serving(library) as port, line_to(port) as line:
        on = [await line.ask(alarm(event, "on"), ItemStatusUpdateResponse) for event in ("a-1", "a-1", "a-2")]
        listed = _matters(library)
        off = await line.ask(alarm("a-3", "off"), ItemStatusUpdateResponse)

    with transaction(library.engine) as session:
        settled = [(one.settled_by, one.settled_at) for one in session.scalars(select(Matter))]
    assert {answer.item_properties_ok for answer in (*on, off)} == {True}
    assert _became([*on, off]) == ["applied"] * 4
    assert listed == [("alarm_on", DE_MEN, None, "")]
    assert settled == [("kiosk", library.clock())]


async def test_a_card_that_the_machine_kept_is_listed(library: SmallLibrary) -> None:
    block = BlockPatronRequest(
        card_retained=True,
        transaction_date=AT_NOON,
        institution_id="VN-QN",
        blocked_card_message="",
        patron_id=MAI,
        terminal_password="",
    )
    async with serving(library) as port, line_to(port) as line:
        for _ in range(2):
            await line.ask(block, PatronStatusResponse)

    assert _matters(library) == [("card_retained", None, MAI, "")]


async def test_a_book_that_somebody_waits_for_goes_to_whom_it_goes_and_who_waited_waits_again(
    library: SmallLibrary,
) -> None:
    with transaction(library.engine) as session:
        library.desk.reservations.place(session, library.hub, NAM, HoldWish(item_number=KIEU))
        library.desk.take_back(session, library.hub, KIEU)

    def stage() -> HoldStage:
        with transaction(library.engine) as session:
            return session.scalars(select(Hold)).one().stage

    before = stage()
    await _tell(library, lent(MAI, KIEU, "a-1", at=AT_NOON + timedelta(hours=1)))
    taken = stage()
    await _tell(library, returned(KIEU, "a-2", at=AT_NOON + timedelta(hours=2), XG="2"))
    back = stage()
    await _tell(library, lent(NAM, KIEU, "a-3", at=AT_NOON + timedelta(hours=3), XG="3"))

    with transaction(library.engine) as session:
        nam = session.scalars(select(Card).where(Card.number == NAM)).one().patron_id
        fulfilled = session.scalars(select(Hold)).one()
    assert (before, taken, back) == (HoldStage.READY, HoldStage.WAITING, HoldStage.READY)
    assert (fulfilled.stage, fulfilled.patron_id, fulfilled.loan_id is not None) == (HoldStage.FULFILLED, nam, True)
    assert [kind for kind, _, _, _ in _matters(library)] == ["item_reserved", "hold_waits"]
