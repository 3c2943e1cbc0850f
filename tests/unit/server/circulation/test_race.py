"""Whoever comes first has the book, and there is only one first."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier as ProcessBarrier
from pathlib import Path
from threading import Barrier

from library.lending.refusals import Refusal
from library.lending.rules import LendingRules
from server.circulation.desk import LendingDesk
from server.circulation.refusals import Refused
from server.circulation.values import Counter, Lent
from server.store.engine import open_engine, transaction
from tests.support.small_library import (
    DE_MEN,
    LENDABLE,
    MAI,
    NAM,
    NOON,
    RULES,
    ZONE,
    SmallLibrary,
)

ROUNDS = 20


def _lend(url: str, start: Barrier | ProcessBarrier, counter: Counter, card: str, item: str) -> Lent | Refused:
    """Lend through an engine of its own, as a second server process would."""
    engine = open_engine(url)
    desk = LendingDesk(LendingRules(RULES), ZONE, lambda: NOON)
    start.wait(30)
    try:
        with transaction(engine) as session:
            return desk.lend(session, counter, card, item, renew_own=False)
    finally:
        engine.dispose()


def _free(library: SmallLibrary, item: str) -> None:
    with transaction(library.engine) as session:
        library.desk.take_back(session, library.hub, item)


def test_two_terminals_that_race_for_one_copy_make_exactly_one_loan(library: SmallLibrary) -> None:
    for _ in range(ROUNDS):
        start = Barrier(2)
        with ThreadPoolExecutor(2) as threads:
            answers = [
                threads.submit(_lend, library.url, start, counter, card, DE_MEN)
                for counter, card in ((library.hub, MAI), (library.school, NAM))
            ]
            given = [answer.result(30) for answer in answers]

        assert sorted(type(answer).__name__ for answer in given) == ["Lent", "Refused"]
        assert [answer.refusal for answer in given if isinstance(answer, Refused)] == [Refusal.ITEM_ON_LOAN]
        assert len(library.open_items(MAI) + library.open_items(NAM)) == 1
        _free(library, DE_MEN)
    assert len(library.loans()) == ROUNDS


def test_one_card_at_many_terminals_never_passes_its_limit(library: SmallLibrary) -> None:
    start = Barrier(len(LENDABLE))

    with ThreadPoolExecutor(len(LENDABLE)) as threads:
        answers = [threads.submit(_lend, library.url, start, library.hub, MAI, item) for item in LENDABLE]
        given = [answer.result(30) for answer in answers]

    assert [answer.refusal for answer in given if isinstance(answer, Refused)] == [Refusal.PATRON_LIMIT_REACHED]
    assert len(library.open_items(MAI)) == 5


def _lend_in_process(url: str, start: ProcessBarrier, counter: Counter, card: str, told: Path) -> None:
    told.write_text(type(_lend(url, start, counter, card, DE_MEN)).__name__, encoding="utf-8")


def test_two_processes_that_race_for_one_copy_make_exactly_one_loan(library: SmallLibrary, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(2)
    told = [tmp_path / "first", tmp_path / "second"]
    racers = [
        spawn.Process(target=_lend_in_process, args=(library.url, start, counter, card, words))
        for counter, card, words in zip((library.hub, library.school), (MAI, NAM), told, strict=True)
    ]

    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(60)

    assert [racer.exitcode for racer in racers] == [0, 0]
    assert sorted(words.read_text(encoding="utf-8") for words in told) == ["Lent", "Refused"]
    assert len(library.loans()) == 1
