"""Whoever comes first has the book, and there is only one first."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from sqlalchemy import Engine, select

from library.lending.refusals import Refusal
from library.lending.rules import LendingRules
from server.circulation.desk import LendingDesk
from server.circulation.refusals import Refused
from server.circulation.values import Counter, Lent
from server.store.engine import open_engine, transaction
from server.store.models import Card
from tests.support.programs import ROOT
from tests.support.small_library import (
    CHILD,
    DE_MEN,
    KIEU,
    LENDABLE,
    MAI,
    NAM,
    NOON,
    RULES,
    TAT_DEN,
    ZONE,
    SmallLibrary,
)

ROUNDS = 20
SECOND_CARD = "23529000000061"


def _lend(engine: Engine, start: Barrier, counter: Counter, card: str, item: str) -> Lent | Refused:
    """Lend through an engine that nobody else uses now, as a second server process would."""
    desk = LendingDesk(LendingRules(RULES), ZONE, lambda: NOON)
    start.wait(30)
    with transaction(engine) as session:
        return desk.lend(session, counter, card, item, renew_own=False)


@contextmanager
def _engines(url: str, number: int) -> Iterator[list[Engine]]:
    engines = [open_engine(url) for _ in range(number)]
    yield engines
    for engine in engines:
        engine.dispose()


def _free(library: SmallLibrary, item: str) -> None:
    with transaction(library.engine) as session:
        library.desk.take_back(session, library.hub, item)


def test_two_terminals_that_race_for_one_copy_make_exactly_one_loan(library: SmallLibrary) -> None:
    racers = ((library.hub, MAI), (library.school, NAM))
    with ThreadPoolExecutor(2) as threads, _engines(library.url, 2) as engines:
        for _ in range(ROUNDS):
            start = Barrier(2)
            answers = [
                threads.submit(_lend, engine, start, counter, card, DE_MEN)
                for engine, (counter, card) in zip(engines, racers, strict=True)
            ]
            given = [answer.result(30) for answer in answers]

            assert sorted(type(answer).__name__ for answer in given) == ["Lent", "Refused"]
            assert [answer.refusal for answer in given if isinstance(answer, Refused)] == [Refusal.ITEM_ON_LOAN]
            assert len(library.open_items(MAI) + library.open_items(NAM)) == 1
            _free(library, DE_MEN)
    assert len(library.loans()) == ROUNDS


def test_one_card_at_many_terminals_never_passes_its_limit(library: SmallLibrary) -> None:
    start = Barrier(len(LENDABLE))

    with ThreadPoolExecutor(len(LENDABLE)) as threads, _engines(library.url, len(LENDABLE)) as engines:
        answers = [
            threads.submit(_lend, engine, start, library.hub, MAI, item)
            for engine, item in zip(engines, LENDABLE, strict=True)
        ]
        given = [answer.result(30) for answer in answers]

    assert [answer.refusal for answer in given if isinstance(answer, Refused)] == [Refusal.PATRON_LIMIT_REACHED]
    assert len(library.open_items(MAI)) == 5


def test_two_cards_of_one_reader_never_pass_the_limit(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        first = session.scalars(select(Card).where(Card.number == CHILD)).one()
        session.add(Card(organisation_id=first.organisation_id, number=SECOND_CARD, patron_id=first.patron_id))
        library.desk.lend(session, library.hub, CHILD, DE_MEN, renew_own=False)
    start = Barrier(2)

    with ThreadPoolExecutor(2) as threads, _engines(library.url, 2) as engines:
        answers = [
            threads.submit(_lend, engine, start, library.hub, card, item)
            for engine, card, item in zip(engines, (CHILD, SECOND_CARD), (TAT_DEN, KIEU), strict=True)
        ]
        given = [answer.result(30) for answer in answers]

    assert [answer.refusal for answer in given if isinstance(answer, Refused)] == [Refusal.PATRON_LIMIT_REACHED]
    assert len(library.open_items(CHILD)) == 2


def test_two_processes_that_race_for_one_copy_make_exactly_one_loan(library: SmallLibrary) -> None:
    words = (("hub", MAI), ("school", NAM))
    racers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.racer", library.url, place, card, DE_MEN],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place, card in words
    ]

    ready = [racer.stdout.readline() for racer in racers if racer.stdout is not None]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = [racer.communicate(timeout=60)[0] for racer in racers]

    assert ready == ["ready\n"] * 2
    assert sorted(said) == ["Lent\n", "Refused\n"]
    assert len(library.loans()) == 1
