"""Conversations between the two ends, each case whole, byte by byte and with trailing data."""

from datetime import datetime

import pytest

from sip2.agreement import LINE_CAP, Agreement, Terminator
from sip2.checksum import Checksum
from sip2.codec import Received, decode, encode
from sip2.connection import (
    Connection,
    Failure,
    Handled,
    Item,
    LinkFailed,
    LinkFailedError,
    Malformed,
    Reason,
    Role,
    Unasked,
)
from sip2.errors import Fault, Oddity, UnsendableValueError, WrongDirectionError
from sip2.messages import (
    AcsStatus,
    CheckoutRequest,
    ItemInformationRequest,
    ItemInformationResponse,
    LoginResponse,
    RequestAcsResend,
    RequestScResend,
)

NOON = datetime(2026, 11, 22, 12, 0, 5)  # noqa: DTZ001 - SIP2's local form has no zone
PLAIN = Agreement(error_detection=False)


STATUS = AcsStatus(
    online_status=True,
    checkin_ok=True,
    checkout_ok=True,
    acs_renewal_policy=False,
    status_update_ok=False,
    offline_ok=False,
    timeout_period=100,
    retries_allowed=3,
    date_time_sync=NOON,
    protocol_version="2.00",
    institution_id="HUB",
    supported_messages="Y" * 16,
)


def ask(item_id: str = "I1") -> ItemInformationRequest:
    return ItemInformationRequest(transaction_date=NOON, institution_id="HUB", item_id=item_id)


def lend(item_id: str = "I1") -> CheckoutRequest:
    return CheckoutRequest(
        sc_renewal_policy=False,
        no_block=False,
        transaction_date=NOON,
        nb_due_date=None,
        institution_id="HUB",
        patron_id="P1",
        item_id=item_id,
        terminal_password="",
    )


def told(item_id: str = "I1") -> ItemInformationResponse:
    return ItemInformationResponse(
        circulation_status="03",
        security_marker="02",
        fee_type="01",
        transaction_date=NOON,
        item_id=item_id,
        title="T",
    )


def drain(connection: Connection, data: bytes | None = None) -> list[Item]:
    if data is not None:
        connection.receive_data(data)
    return list(connection.messages())


def terminal(agreement: Agreement | None = None) -> Connection:
    return Connection(Role.TERMINAL, agreement or Agreement())


def library(agreement: Agreement | None = None) -> Connection:
    return Connection(Role.LIBRARY_SYSTEM, agreement or Agreement())


def received(items: list[Item]) -> Received:
    [item] = items
    assert isinstance(item, Received)
    return item


def test_sequence_numbers_go_from_0_to_9_and_around() -> None:
    end = terminal()
    numbers = [decode(end.send(ask())).sequence for _ in range(12)]

    assert numbers == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_lines_end_in_any_way_and_arrive_in_any_pieces(end: bytes, size: int) -> None:
    lines = [encode(ask(item_id), sequence=1)[:-1] for item_id in ("I1", "I2")]
    stream = b"".join(line + end for line in lines) + b"17"
    connection = library()
    items = [item for at in range(0, len(stream), size) for item in drain(connection, stream[at : at + size])]

    assert [item.message for item in items if isinstance(item, Received)] == [ask("I1"), ask("I2")]
    assert drain(connection, b"") == [Malformed(Fault.CUT, raw=b"17")]


def test_an_answer_takes_the_number_of_its_request_and_its_checksum() -> None:
    terminal_end, library_end = terminal(), library()
    terminal_end.send(ask())
    asked = received(drain(library_end, terminal_end.send(ask())))
    answered = received(drain(terminal_end, library_end.send(told())))

    assert (asked.sequence, answered.sequence) == (1, 1)
    assert answered.checksum is Checksum.GOOD


def test_without_error_detection_there_is_none_in_the_answer() -> None:
    library_end = library()
    drain(library_end, terminal(PLAIN).send(ask()))

    assert library_end.send(told()) == encode(told())


def test_an_answer_to_nothing_yet_is_sent_plain() -> None:
    assert library().send(LoginResponse(ok=False)) == b"940\r"


def test_a_late_answer_is_dropped_by_its_number_and_the_right_one_is_taken() -> None:
    end = terminal()
    end.send(ask("I1"))
    end.send(ask("I2"))
    items = drain(end, encode(told("I1"), sequence=0) + encode(told("I2"), sequence=1))

    assert [type(item) for item in items] == [Unasked, Received]
    assert isinstance(items[1], Received)
    assert items[1].message == told("I2")


def test_a_second_answer_is_dropped() -> None:
    end = terminal(PLAIN)
    end.send(ask())
    items = drain(end, encode(told()) * 2)

    assert [type(item) for item in items] == [Received, Unasked]


def test_an_answer_without_a_number_is_taken_although_we_sent_one() -> None:
    end = terminal()
    end.send(ask())

    assert received(drain(end, encode(told()))).checksum is Checksum.ABSENT


def test_a_bad_checksum_is_asked_for_again_until_the_retries_are_used_up() -> None:
    end = terminal(Agreement(retries=2))
    end.send(ask())
    bad = encode(told(), sequence=0).replace(b"AJT", b"AJU")
    items = drain(end, bad * 3 + bad)

    assert [getattr(item, "reply", None) for item in items] == [b"97AZFEF5\r", b"97AZFEF5\r", None]
    assert items[-1] == LinkFailed(Failure.TOO_MANY_BAD_LINES)
    assert end.failed
    assert drain(end, encode(told(), sequence=0)) == []
    with pytest.raises(LinkFailedError):
        end.send(ask())
    with pytest.raises(LinkFailedError):
        end.repeat()


def test_a_repeated_answer_may_carry_another_number() -> None:
    end = terminal()
    end.send(ask())
    end.send(ask())
    drain(end, encode(told(), sequence=1).replace(b"AJT", b"AJU"))
    answer = received(drain(end, encode(told(), sequence=0)))

    assert answer.oddities == (Oddity.RENUMBERED,)


def test_a_good_answer_forgives_the_bad_ones_before() -> None:
    end = terminal(Agreement(retries=1))
    bad = encode(told(), sequence=0).replace(b"AJT", b"AJU")
    for number in range(3):
        end.send(ask())
        assert isinstance(drain(end, bad)[0], Malformed)
        assert received(drain(end, encode(told(), sequence=number)))


def test_the_library_s_96_sends_the_last_message_unchanged_and_not_for_ever() -> None:
    end = terminal(Agreement(retries=2))
    sent = end.send(lend())
    items = drain(end, b"96AZFEF6\r" + b"96\r" + b"96\r")

    assert items[:2] == [Handled(Reason.RESEND, sent)] * 2
    assert items[2:] == [LinkFailed(Failure.TOO_MANY_RESENDS)]


def test_a_96_to_our_97_means_that_the_link_failed() -> None:
    end = terminal()
    end.send(ask())

    assert end.send(RequestAcsResend()) == b"97AZFEF5\r"
    assert drain(end, b"96AZFEF6\r") == [LinkFailed(Failure.RESEND_REFUSED)]


def test_a_96_when_nothing_was_asked_is_dropped() -> None:
    [item] = drain(terminal(), b"96\r")

    assert isinstance(item, Unasked)


def test_a_terminal_asks_plainly_when_no_error_detection_is_agreed() -> None:
    end = terminal(PLAIN)
    end.send(ask())

    assert end.send(RequestAcsResend()) == b"97\r"


def test_a_terminal_repeats_its_last_message_after_a_time_out() -> None:
    end = terminal()
    with pytest.raises(LinkFailedError):
        end.repeat()
    sent = end.send(lend())

    assert end.repeat() == sent
    assert received(drain(end, encode(told(), sequence=0)))


def test_the_library_asks_for_a_bad_line_again_and_gives_up_in_the_end() -> None:
    end = library(Agreement(retries=1))
    bad = encode(ask(), sequence=1).replace(b"HUB", b"HAB")

    assert drain(end, bad) == [Malformed(Fault.BAD_CHECKSUM, raw=bad[:-1], reply=b"96AZFEF6\r")]
    assert drain(end, b"17\r") == [LinkFailed(Failure.TOO_MANY_BAD_LINES)]


def test_a_bad_line_without_a_checksum_is_asked_for_with_a_bare_96() -> None:
    [item] = drain(library(), b"17\r")

    assert item == Malformed(Fault.TRUNCATED, "17", b"17", b"96\r")


def test_an_unknown_message_is_named_and_ignored_and_the_next_one_is_not_lost() -> None:
    end = library()
    items = drain(end, b"ZZ1\r" * 5 + encode(ask()))

    assert items[:5] == [Malformed(Fault.UNKNOWN_COMMAND, "ZZ", b"ZZ1")] * 5
    assert received(items[5:]).message == ask()


def test_a_97_gets_the_last_answer_again_and_not_for_ever() -> None:
    end = library(Agreement(retries=2))
    drain(end, encode(ask(), sequence=4))
    sent = end.send(told())
    items = drain(end, b"97AZFEF5\r97\r97\r")

    assert items == [Handled(Reason.RESEND, sent)] * 2 + [LinkFailed(Failure.TOO_MANY_RESENDS)]


def test_a_97_before_anything_was_sent_gets_a_96_and_the_next_97_the_same() -> None:
    items = drain(library(), b"97AZFEF5\r97\r")

    assert items == [Handled(Reason.RESEND, b"96AZFEF6\r")] * 2


def test_a_97_after_a_96_gets_the_96_again() -> None:
    end = library()
    drain(end, encode(ask(), sequence=1))
    end.send(told())
    drain(end, encode(ask(), sequence=2).replace(b"HUB", b"HAB"))

    assert drain(end, b"97AZFEF5\r") == [Handled(Reason.RESEND, b"96AZFEF6\r")]


def test_a_library_system_may_ask_for_the_last_message_itself() -> None:
    end = library()

    assert end.send(RequestScResend()) == b"96\r"
    drain(end, encode(ask(), sequence=1))
    assert end.send(RequestScResend()) == b"96AZFEF6\r"


def test_what_was_answered_with_a_96_is_no_duplicate_when_it_comes_again() -> None:
    end = library()
    line = encode(lend(), sequence=1)
    drain(end, line)
    end.send(RequestScResend())

    assert received(drain(end, line)).message == lend()
    assert drain(end, line) == [Handled(Reason.DUPLICATE, b"")]


def test_a_status_in_place_of_an_answer_is_no_answer() -> None:
    end = library()
    line = encode(lend(), sequence=1)
    drain(end, line)
    end.send(STATUS)

    assert received(drain(end, line)).message == lend()


def test_a_repeated_loan_is_answered_again_and_not_executed() -> None:
    end = library()
    line = encode(lend(), sequence=1)
    assert received(drain(end, line))

    assert drain(end, line) == [Handled(Reason.DUPLICATE, b"")]
    answer = end.send(told())
    assert drain(end, line) == [Handled(Reason.DUPLICATE, answer)]


def test_the_same_loan_with_another_number_and_a_repeated_question_are_new_messages() -> None:
    end = library()
    items = drain(
        end,
        encode(lend(), sequence=1)
        + encode(lend(), sequence=2)
        + encode(ask(), sequence=3) * 2
        + encode(lend()) * 2
        + encode(lend("I2"), sequence=3),
    )

    assert [type(item) for item in items] == [Received] * 7


def test_each_end_takes_the_other_s_messages_alone() -> None:
    assert drain(terminal(), encode(ask())) == [Malformed(Fault.WRONG_DIRECTION, "17", encode(ask())[:-1])]
    assert drain(library(), encode(told())) == [Malformed(Fault.WRONG_DIRECTION, "18", encode(told())[:-1])]
    with pytest.raises(WrongDirectionError) as caught:
        terminal().send(told())
    assert caught.value.code == "18"
    with pytest.raises(WrongDirectionError):
        library().send(ask())


def test_a_message_that_cannot_be_sent_changes_nothing() -> None:
    end = terminal()
    with pytest.raises(UnsendableValueError):
        end.send(ask("I|1"))

    assert end.send(ask("I1")) == encode(ask("I1"), sequence=0)


@pytest.mark.parametrize("size", [LINE_CAP + 100, 1000])
def test_a_line_that_never_ends_is_thrown_away_once_and_the_next_one_is_read(size: int) -> None:
    end = library()
    endless = b"17" + b"x" * (3 * LINE_CAP) + b"\r"
    items = [item for at in range(0, len(endless), size) for item in drain(end, endless[at : at + size])]

    assert [(item.fault, len(item.raw)) for item in items if isinstance(item, Malformed)] == [(Fault.TOO_LONG, 64)]
    assert received(drain(end, encode(ask()))).message == ask()


def test_a_whole_line_over_the_cap_is_thrown_away() -> None:
    end = library()
    items = drain(end, b"17" + b"x" * LINE_CAP + b"\r" + encode(ask()))

    assert isinstance(items[0], Malformed)
    assert items[0].fault is Fault.TOO_LONG
    assert received(items[1:]).message == ask()


def test_an_endless_line_cut_by_the_other_end_is_over() -> None:
    end = terminal()

    assert len(drain(end, b"x" * (LINE_CAP + 1))) == 1
    assert drain(end, b"") == []


def test_each_end_writes_its_own_terminator() -> None:
    assert terminal(Agreement(terminator=Terminator.CR_LF)).send(ask()).endswith(b"\r\n")
    assert library(Agreement(terminator=Terminator.LF)).send(LoginResponse(ok=True)) == b"941\n"
