"""A message that changes something is executed once, however often it comes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.selfcheck.answering import REFUSAL_STANDS
from server.store.engine import transaction
from server.store.models import KeptAnswer
from sip2.fields import Summary
from sip2.layout import Request
from sip2.messages import CheckinResponse, CheckoutResponse, PatronInformationResponse, RenewResponse
from tests.support.sip2_lines import AT_NOON, checkin, checkout, information, line_to, renewal, serving
from tests.support.small_library import (
    DE_MEN,
    HUB_TERMINAL,
    MAI,
    NAM,
    SCHOOL_TERMINAL,
    TAT_DEN,
    SmallLibrary,
)
from tests.support.waiting import eventually


def _kept(library: SmallLibrary) -> int:
    with transaction(library.engine) as session:
        return session.scalar(select(func.count()).select_from(KeptAnswer)) or 0


async def test_a_repeat_on_a_new_line_with_another_number_gets_the_first_answer(library: SmallLibrary) -> None:
    async with serving(library) as port:
        async with line_to(port) as line:
            await line.write(line.connection.send(checkout(MAI, DE_MEN)))
            first = await line.next_received()
        library.clock.advance(timedelta(minutes=3))
        async with line_to(port) as line:
            await line.ask(information(MAI), PatronInformationResponse)
            await line.write(line.connection.send(checkout(MAI, DE_MEN)))
            second = await line.next_received()

    assert first.body == second.body
    assert first.sequence != second.sequence
    assert len(library.loans()) == 1


async def test_a_repeat_is_not_taken_for_a_renewal(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        answers = [await line.ask(checkout(MAI, DE_MEN, renew=True), CheckoutResponse) for _ in range(3)]

    assert [(answer.ok, answer.renewal_ok) for answer in answers] == [(True, False)] * 3
    assert [loan.renewals for loan in library.loans()] == [0]


async def test_a_repeated_renewal_renews_once(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        answers = [await line.ask(renewal(MAI, DE_MEN), RenewResponse) for _ in range(3)]

    assert [answer.ok for answer in answers] == [True] * 3
    assert [loan.renewals for loan in library.loans()] == [1]


async def test_a_repeated_return_does_not_end_the_next_loan(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        first = await line.ask(checkin(DE_MEN), CheckinResponse)
        await line.ask(checkout(NAM, DE_MEN), CheckoutResponse)
        again = await line.ask(checkin(DE_MEN), CheckinResponse)

    assert first == again
    assert library.open_items(NAM) == [DE_MEN]


async def test_a_repeated_refusal_stays_a_refusal(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(NAM, DE_MEN), CheckoutResponse)
        refused = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        await line.ask(checkin(DE_MEN), CheckinResponse)
        again = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        later = await line.ask(checkout(MAI, DE_MEN, at=AT_NOON + timedelta(seconds=1)), CheckoutResponse)

    assert (refused.ok, again, later.ok) == (False, refused, True)


async def test_a_kept_loan_that_has_ended_is_not_told_again_but_made_anew(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        await line.ask(checkin(DE_MEN), CheckinResponse)
        library.clock.advance(timedelta(days=6))
        again = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        third = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert (again.ok, again.desensitize, third) == (True, True, again)
    assert library.open_items(MAI) == [DE_MEN]
    assert len(library.loans()) == 2
    assert _kept(library) == 2


async def test_a_kept_loan_does_not_free_a_book_that_somebody_else_has_now(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        await line.ask(checkin(DE_MEN), CheckinResponse)
        await line.ask(checkout(NAM, DE_MEN), CheckoutResponse)
        again = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert (again.ok, again.desensitize, again.extension("XR")) == (False, False, "item_on_loan")
    assert library.open_items(NAM) == [DE_MEN]


@pytest.mark.parametrize("named", [(DE_MEN, None), (None, "Dế Mèn phiêu lưu ký")], ids=["AB", "AJ"])
async def test_a_kept_renewal_is_told_again_only_while_the_loan_is_open(
    library: SmallLibrary, named: tuple[str | None, str | None]
) -> None:
    item, title = named
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        first = await line.ask(renewal(MAI, item, title=title), RenewResponse)
        open_still = await line.ask(renewal(MAI, item, title=title), RenewResponse)
        await line.ask(checkin(DE_MEN), CheckinResponse)
        ended = await line.ask(renewal(MAI, item, title=title), RenewResponse)

    assert (first.ok, open_still, ended.ok, ended.desensitize) == (True, first, False, False)
    assert [loan.renewals for loan in library.loans()] == [1]


async def test_a_refusal_is_told_again_for_a_short_while_only(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(NAM, DE_MEN), CheckoutResponse)
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        await line.ask(checkin(DE_MEN), CheckinResponse)
        library.clock.advance(REFUSAL_STANDS - timedelta(seconds=1))
        soon = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        library.clock.advance(timedelta(seconds=1))
        later = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert (soon.ok, later.ok) == (False, True)
    assert library.open_items(MAI) == [DE_MEN]


async def test_a_kept_return_is_told_again_however_late(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        first = await line.ask(checkin("no such book"), CheckinResponse)
        library.clock.advance(timedelta(days=6))
        again = await line.ask(checkin("no such book"), CheckinResponse)

    assert (first.ok, again) == (False, first)


async def test_the_same_words_of_another_terminal_are_another_message(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port, login=False) as hub, line_to(port, login=False) as school:
        await hub.login(HUB_TERMINAL)
        await school.login(SCHOOL_TERMINAL)
        first = await hub.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        second = await school.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert (first.ok, second.ok, second.extension("XR")) == (True, False, "item_on_loan_to_same_patron")


async def test_the_very_same_line_is_answered_and_not_executed(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        sent = line.connection.send(checkout(MAI, DE_MEN))
        await line.write(sent * 3)
        answers = [await line.next_line() for _ in range(3)]

    assert len(set(answers)) == 1
    assert len(library.loans()) == 1


async def test_a_question_is_answered_afresh_even_with_the_same_number(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line, line_to(port) as other:
        asked = line.connection.send(information(MAI, Summary.CHARGED))
        await line.write(asked)
        before = await line.next_line()
        await other.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        await line.write(asked)
        after = await line.next_line()

    assert b"|AU" not in before
    assert f"|AU{DE_MEN}|".encode() in after


@pytest.mark.parametrize(
    "request_",
    [lambda: checkout(MAI, DE_MEN), lambda: checkin(DE_MEN), lambda: renewal(MAI, DE_MEN)],
    ids=["11", "09", "29"],
)
async def test_the_answer_is_kept_with_the_change(library: SmallLibrary, request_: Callable[[], Request]) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.write(line.connection.send(request_()))
        first = await line.next_received()
        kept = _kept(library)
    async with serving(library) as port, line_to(port) as line:
        await line.write(line.connection.send(request_()))
        second = await line.next_received()

    assert kept == _kept(library) == 1
    assert first.body == second.body


async def test_questions_and_denied_orders_leave_nothing_kept(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(information(MAI), PatronInformationResponse)

    assert _kept(library) == 0


async def test_answers_are_forgotten_when_their_time_is_over(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
    library.clock.advance(timedelta(days=6))
    async with serving(library, keep_answers_days=7) as port, line_to(port) as line:
        await line.ask(checkout(NAM, TAT_DEN), CheckoutResponse)
        young = _kept(library)
    library.clock.advance(timedelta(days=2))

    async with serving(library, keep_answers_days=7):
        await eventually(lambda: _kept(library) == 1)

    assert young == 2
