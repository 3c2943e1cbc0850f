"""A line is opened, kept within its limits, and closed for a reason."""

import asyncio
import logging
from datetime import timedelta

import pytest

from server.selfcheck.conversation import HangUpError
from server.store.engine import transaction
from sip2.agreement import LINE_CAP, Agreement
from sip2.fields import Summary
from sip2.messages import (
    AcsStatus,
    CheckinResponse,
    CheckoutResponse,
    LoginRequest,
    LoginResponse,
    PatronInformationResponse,
    ScStatusRequest,
)
from tests.support.sip2_lines import AT_NOON, checkin, checkout, information, line_to, serving
from tests.support.small_library import (
    DE_MEN,
    DICTIONARY,
    HUB_TERMINAL,
    MAI,
    PASSWORD,
    TAT_DEN,
    UNKNOWN_CARD,
    SmallLibrary,
)
from tests.support.waiting import eventually

STATUS = ScStatusRequest(status_code="0", max_print_width=80, protocol_version="2.00")


async def test_a_terminal_may_do_nothing_before_it_logs_in(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port, login=False) as line:
        before = await line.ask(STATUS, AcsStatus)
        logged_in = await line.login()
        after = await line.ask(STATUS, AcsStatus)

    assert (before.checkin_ok, before.checkout_ok, before.terminal_location) == (False, False, None)
    assert logged_in
    assert (after.checkin_ok, after.checkout_ok, after.terminal_location) == (True, True, "Thư viện xã")


async def test_a_question_before_the_login_ends_the_line(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port, login=False) as line:
        await line.write(line.connection.send(checkout(MAI, DE_MEN)))
        said = await line.hung_up()

    assert said == b""
    assert library.loans() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"login_password": "wrong"},
        {"login_user_id": "nobody"},
        {"login_password": None},
        {"uid_algorithm": "1"},
        {"pwd_algorithm": "1"},
    ],
)
async def test_a_wrong_login_is_refused_and_a_right_one_after_it_is_not(
    library: SmallLibrary, wrong: dict[str, str | None]
) -> None:
    right: dict[str, str | None] = {
        "uid_algorithm": "0",
        "pwd_algorithm": "0",
        "login_user_id": f"{HUB_TERMINAL}-login",
        "login_password": PASSWORD,
    }

    async with serving(library) as port, line_to(port, login=False) as line:
        refused = await line.ask(LoginRequest(**{**right, **wrong}), LoginResponse)  # type: ignore[arg-type] # of mixed kinds
        taken = await line.login()

    assert (refused.ok, taken) == (False, True)


async def test_a_wrong_login_ends_what_a_right_one_allowed(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        assert not await line.login(password="wrong")
        answer = await line.ask(STATUS, AcsStatus)

    assert not answer.checkout_ok


async def test_a_line_ends_after_too_many_wrong_logins(library: SmallLibrary) -> None:
    async with serving(library, login_attempts=2) as port, line_to(port, login=False) as line:
        tries = [await line.login(password="wrong") for _ in range(2)]
        said = await line.hung_up()

    assert (tries, said) == ([False, False], b"")


async def test_a_line_that_does_not_log_in_in_time_is_closed(library: SmallLibrary) -> None:
    async with serving(library, login_s=0.05) as port, line_to(port, login=False) as line:
        await line.write(b"93")
        said = await line.hung_up()

    assert said == b""


async def test_a_line_on_which_no_whole_message_comes_is_closed(library: SmallLibrary) -> None:
    async with serving(library, idle_s=0.3) as port, line_to(port) as line:
        for letter in b"1720260728":
            await line.write(bytes([letter]))
        said = await line.hung_up()

    assert said == b""


async def test_one_line_too_many_is_closed_and_the_next_one_after_it_is_not(library: SmallLibrary) -> None:
    async with serving(library, connections=1) as port:
        async with line_to(port), line_to(port, login=False) as second:
            assert await second.hung_up() == b""
        async with line_to(port, login=False) as third:
            logged_in = await third.login()

    assert logged_in


async def test_a_terminal_that_hangs_up_in_the_middle_of_a_message_changes_nothing(library: SmallLibrary) -> None:
    async with serving(library) as port:
        async with line_to(port) as line:
            await line.write(line.connection.send(checkout(MAI, DE_MEN))[:-6])
        async with line_to(port) as line:
            answer = await line.ask(information(MAI), PatronInformationResponse)

    assert answer.charged_items_count == 0
    assert library.loans() == []


async def test_a_message_that_came_whole_counts_even_when_the_terminal_hangs_up(library: SmallLibrary) -> None:
    async with serving(library) as port:
        async with line_to(port) as line:
            await line.write(line.connection.send(checkout(MAI, DE_MEN)))
        await eventually(lambda: library.open_items(MAI) == [DE_MEN])
        async with line_to(port) as line:
            answer = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert answer.ok
    assert len(library.loans()) == 1


async def test_messages_may_come_in_any_pieces(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port, agreement=Agreement(error_detection=False)) as line:
        together = line.connection.send(checkout(MAI, DE_MEN)) + b"\n" + line.connection.send(checkout(MAI, TAT_DEN))
        for place in range(0, len(together), 7):
            await line.write(together[place : place + 7])
        answers = [await line.next_line(), await line.next_line()]

    assert [answer[:3] for answer in answers] == [b"121", b"121"]
    assert library.open_items(MAI) == [DE_MEN, TAT_DEN]


async def test_error_detection_is_answered_in_kind(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.write(b"9900802.00\r")
        bare = await line.next_line()
        await line.write(b"9900802.00AY7AZFC9A\r")
        checked = await line.next_line()

    assert b"AY" not in bare
    assert checked[-10:-5] == b"AY7AZ"


async def test_a_spoilt_line_is_asked_for_again(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        good = line.connection.send(checkout(MAI, DE_MEN))
        await line.write(good.replace(b"VNM.000001", b"VNM.000002"))
        asked = await line.next_line()
        await line.write(good)
        answer = (await line.next_received()).message

    assert asked == b"96AZFEF6\r"
    assert isinstance(answer, CheckoutResponse)
    assert library.open_items(MAI) == [DE_MEN]


async def test_a_lost_answer_is_said_again_when_asked_for(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.write(line.connection.send(checkout(MAI, DE_MEN)))
        first = await line.next_line()
        await line.write(b"97AZFEF5\r")
        again = await line.next_line()

    assert again == first
    assert len(library.loans()) == 1


async def test_a_line_is_closed_when_the_store_is_too_slow_and_the_loan_is_told_later(library: SmallLibrary) -> None:
    async with serving(library, answer_s=1.0) as port, line_to(port) as line:
        await line.ask(
            information(MAI), PatronInformationResponse
        )  # behind the service's own tidying, which is done now
        with transaction(library.engine):
            await line.write(line.connection.send(checkout(MAI, DE_MEN)))
            said = await line.hung_up()
        await eventually(lambda: library.open_items(MAI) == [DE_MEN])
    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert said == b""
    assert answer.ok
    assert len(library.loans()) == 1


async def test_a_line_without_end_is_thrown_away_and_the_next_one_read(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.write(b"17" + b"x" * (LINE_CAP + 10))
        await line.write(b"\r9900802.00\r")
        answers = [await line.next_line(), await line.next_line()]

    assert [answer[:2] for answer in answers] == [b"96", b"98"]


async def test_a_line_that_brings_only_noise_is_closed(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.write(b"11NN\r" * 5)
        said = await line.hung_up()

    assert said == b"96\r" * 3


async def test_a_store_that_cannot_be_written_ends_the_line_and_not_the_service(library: SmallLibrary) -> None:
    async with serving(library) as port:
        with library.engine.connect() as other:
            other.exec_driver_sql("DROP TABLE kept_answer")
            other.commit()
        async with line_to(port) as line:
            await line.write(line.connection.send(checkout(MAI, DE_MEN)))
            said = await line.hung_up()
        async with line_to(port) as line:
            answer = await line.ask(information(MAI), PatronInformationResponse)

    assert said == b""
    assert answer.charged_items_count == 0


async def test_the_log_knows_no_reader_and_no_book(library: SmallLibrary, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async with serving(library) as port:
        async with line_to(port) as line:
            await line.ask(information(MAI, Summary.CHARGED, patron_password="2580"), PatronInformationResponse)
            await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
            await line.ask(checkout(UNKNOWN_CARD, DICTIONARY), CheckoutResponse)
            await line.ask(checkin(DE_MEN, at=AT_NOON + timedelta(hours=1)), CheckinResponse)
            await line.write(f"63|AA{MAI}|\r".encode() + f"11NNxx|AB{DE_MEN}|AYzAZ0000\r".encode())
            for _ in range(2):
                await line.next_line()
            await line.login(password="a wrong secret")
        with library.engine.connect() as other:
            other.exec_driver_sql("DROP TABLE kept_answer")
            other.commit()
        async with line_to(port) as line:
            await line.write(line.connection.send(checkout(MAI, DE_MEN, at=AT_NOON + timedelta(hours=2))))
            await line.hung_up()

    logged = caplog.text
    assert "wrong login" in logged
    assert "OperationalError" in logged
    for secret in (MAI, UNKNOWN_CARD, DE_MEN, "Mai", "Dế Mèn", "2580", PASSWORD, "a wrong secret"):
        assert secret not in logged


async def test_many_terminals_talk_at_once(library: SmallLibrary) -> None:
    async def visit(port: int, card: str, number: int) -> bool:
        async with line_to(port) as line:
            known = await line.ask(information(card), PatronInformationResponse)
            lent = await line.ask(checkout(card, f"VNM.{number:06d}"), CheckoutResponse)
            return known.valid_patron == "Y" and lent.ok

    async with serving(library) as port:
        visits = await asyncio.gather(*(visit(port, MAI, number) for number in range(1, 6)))

    assert visits == [True] * 5
    assert len(library.open_items(MAI)) == 5


def test_why_a_line_was_closed_is_for_the_log() -> None:
    assert HangUpError("idle").reason == "idle"
