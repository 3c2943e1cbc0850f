"""Whatever a terminal asks, the answer can be sent, is of the right kind, and is the same for the same message."""

from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.config import LibrarySection
from server.selfcheck.answering import Answering, Asking, changes_something
from server.selfcheck.border import number_from_wire, wire_text
from server.store.engine import transaction
from sip2.codec import decode, encode
from sip2.layout import Message
from sip2.messages import REQUESTS, RequestAcsResend
from tests.support.sip2_messages import VALUES, messages_of
from tests.support.small_library import DE_MEN, LENDABLE, MAI, NAM, SmallLibrary

ANSWERS: Final = {
    "01": "24",
    "09": "10",
    "11": "12",
    "15": "16",
    "17": "18",
    "19": "20",
    "23": "24",
    "25": "26",
    "29": "30",
    "35": "36",
    "37": "38",
    "63": "64",
    "65": "66",
}

_LIKELY = st.sampled_from([MAI, NAM, *LENDABLE, "Y", "1", "2", "2580", ""]) | VALUES
_ASKED = st.one_of([messages_of(kind, _LIKELY) for kind in REQUESTS if kind.code in ANSWERS])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_ASKED)
def test_every_request_has_an_answer_that_can_be_sent(library: SmallLibrary, request_: Message) -> None:
    answering = Answering(library.desk, LibrarySection(code="VN-QN", name="Thư viện"), 10.0)
    received = decode(encode(request_))
    asking = Asking(library.hub, "vi")

    with transaction(library.engine) as session:
        if changes_something(received.message):
            answer = answering.answer_once(session, asking, received)
            again = answering.answer_once(session, asking, received)
        else:
            answer = again = answering.answer(session, asking, received.message)

    assert answer is not None
    assert again is not None
    assert answer.code == ANSWERS[request_.code]
    if again.extension("XR") != "pin_locked":  # a wrong PIN was counted
        assert encode(answer) == encode(again)
    assert decode(encode(answer, sequence=3)).message == answer


def test_what_is_no_question_has_no_answer(library: SmallLibrary) -> None:
    answering = Answering(library.desk, LibrarySection(code="VN-QN", name="Thư viện"), 10.0)

    with transaction(library.engine) as session:
        answer = answering.answer(session, Asking(library.hub, "vi"), RequestAcsResend())

    assert answer is None


@given(st.text())
def test_whatever_the_library_says_fits_into_a_field(text: str) -> None:
    told = wire_text(text)

    assert "|" not in told
    assert told.isprintable()
    assert wire_text(told) == told


@given(st.text())
def test_a_number_from_the_wire_can_be_looked_up_and_echoed(text: str) -> None:
    number = number_from_wire(text)

    assert number == number_from_wire(number)
    assert number == "" or number.isprintable()
    assert number_from_wire(f" {DE_MEN} ") == DE_MEN
