"""A kiosk asks our server whose turn it is, tells it what became of each event once, and never whose card it was."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from kiosk.ils.replay_turns import TurnsOfServer
from kiosk.journal.dating import Dated
from kiosk.journal.rows import Kept, KeptKind, KeptState
from kiosk.session.values import ItemId, TransactionId
from library.api.replaying import MOST_EVENTS, ReplayQuestion, ReplayTurns, Stage, Turn, read_question, read_turns
from library.lending.offline_events import ClockCertainty
from tests.support.alone import MAI, NOON, kept, transaction


@dataclass
class FakeServer:
    """Lets all be told."""

    status: int = 200
    answer: bytes | None = None
    fails: bool = False
    questions: list[ReplayQuestion] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        assert (method, path) == ("POST", "/kiosk/v1/replay")
        assert MAI.text.encode() not in body
        if self.fails:
            raise OSError("no line")
        question = read_question(body)
        assert question is not None
        self.questions.append(question)
        turns = {each.transaction_id: Turn.TELL for each in question.events if each.stage is Stage.OPEN}
        answer = ReplayTurns(turns=turns).model_dump_json().encode()
        self.sizes.append(len(answer))
        return self.status, answer if self.answer is None else self.answer


def event(number: int, state: KeptState = KeptState.KEPT, kind: KeptKind = KeptKind.LEND) -> Dated:
    return Dated(kept(number, state=state, kind=kind), NOON + timedelta(minutes=number), ClockCertainty.SURE)


def named(one: Dated, item: str) -> Dated:
    entry = replace(one.kept.entry, item_id=ItemId(item))
    return replace(one, kept=Kept(entry, one.kept.state, one.kept.number))


async def test_open_events_are_asked_about_each_time_and_ended_ones_told_once() -> None:
    server = FakeServer()
    turns = TurnsOfServer(server)
    events = [event(1, KeptState.APPLIED), event(2), event(3, KeptState.SENDING, KeptKind.RETURN)]
    first = await turns.ask(events, frozenset())
    await turns.ask(events, frozenset({transaction(2)}))
    said = [[(each.transaction_id, each.kind, each.stage) for each in question.events] for question in server.questions]

    assert first == {transaction(2): Turn.TELL, transaction(3): Turn.TELL}
    assert said == [
        [("v1-1", "lend", Stage.APPLIED), ("v1-2", "lend", Stage.OPEN), ("v1-3", "return", Stage.OPEN)],
        [("v1-2", "lend", Stage.ELSEWHERE), ("v1-3", "return", Stage.OPEN)],
    ]


async def test_many_events_travel_in_parts_whose_answers_a_kiosk_can_read() -> None:
    server = FakeServer()
    events = [
        replace(one, kept=replace(one.kept, entry=replace(one.kept.entry, transaction_id=TransactionId(f"{n:064}"))))
        for n, one in enumerate(event(number) for number in range(1, 2 * MOST_EVENTS + 2))
    ]
    turns = await TurnsOfServer(server).ask(events, frozenset())

    assert turns is not None
    assert len(turns) == len(events)
    assert [len(question.events) for question in server.questions] == [MOST_EVENTS, MOST_EVENTS, 1]
    assert max(server.sizes) < 4096


@pytest.mark.parametrize("server", [FakeServer(fails=True), FakeServer(status=503), FakeServer(answer=b"[]")])
async def test_without_an_answer_it_is_nobodys_turn_and_all_is_said_again(server: FakeServer) -> None:
    turns = TurnsOfServer(server)
    nothing = await turns.ask([event(1, KeptState.APPLIED)], frozenset())
    server.status, server.answer, server.fails = 200, None, False
    again = await turns.ask([event(1, KeptState.APPLIED)], frozenset())

    assert (nothing, again) == (None, {})
    assert server.questions[-1].events[0].stage is Stage.APPLIED


async def test_a_number_that_cannot_travel_is_for_staff() -> None:
    server = FakeServer()
    turns = await TurnsOfServer(server).ask([named(event(1), "9" * 65), named(event(2), "")], frozenset())

    assert (turns, server.questions) == (
        {transaction(1): Turn.NEEDS_STAFF, transaction(2): Turn.NEEDS_STAFF},
        [],
    )


def test_what_is_no_question_and_no_answer_is_none() -> None:
    assert (read_question(b"{"), read_turns(b'{"turns": {"a": "b"}}')) == (None, None)
