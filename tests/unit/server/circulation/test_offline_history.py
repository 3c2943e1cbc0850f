"""A copy's history beside a desk that undoes things, and beside times that are corrected later."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from server.circulation.values import Lent
from server.store.models import Loan, LoanEnd
from tests.support.offline_oracle import TERMINALS, Deed, Happening, Stay, Town, add_third_kiosk, town
from tests.support.small_library import DE_MEN, MAI, NAM, NOON, SmallLibrary, open_library

HUB, SCHOOL, _ = TERMINALS
LATER = NOON + timedelta(days=1)
DUE = NOON + timedelta(days=9)


@pytest.fixture(scope="module")
def quick(built_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLibrary]:
    """Give a library whose store is never committed to."""
    file = tmp_path_factory.mktemp("history") / "library.db"
    file.write_bytes(built_library.read_bytes())
    opened = open_library(file)
    add_third_kiosk(opened)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def here(quick: SmallLibrary) -> Iterator[Town]:
    with town(quick) as opened:
        yield opened


def at(hour: int, minute: int = 0) -> datetime:
    return NOON.replace(hour=hour, minute=minute)


def online(hour: int, deed: Deed, card: str = "", terminal: str = HUB) -> Happening:
    return Happening(at(hour), terminal, deed, DE_MEN, card, line=True)


def alone(  # noqa: PLR0913 - each is one fact of what happened
    hour: int, deed: Deed, card: str = "", *, number: int, terminal: str = SCHOOL, sure: bool = True
) -> Happening:
    return Happening(at(hour), terminal, deed, DE_MEN, card, DUE if deed == "lend" else None, sure=sure, number=number)


def rows(here: Town) -> list[Loan]:
    here.session.expire_all()
    return list(here.session.scalars(select(Loan).order_by(Loan.id)))


def test_a_return_that_the_desk_undid_stays_undone(here: Town) -> None:
    here.over_the_line(online(12, "lend", MAI))
    here.over_the_line(online(13, "return"))
    here.hear(alone(10, "return", number=1), at(14))
    undone = here.library.desk.cancel_return(here.session, here.counters[HUB], MAI, DE_MEN)

    here.hear(alone(11, "return", number=2), LATER)

    (loan,) = rows(here)
    assert isinstance(undone, Lent)
    assert (loan.ended_at, loan.lent_at) == (None, at(12))


def test_a_loan_that_the_desk_undid_is_none_but_the_book_was_there(here: Town) -> None:
    here.over_the_line(online(12, "lend", MAI))
    here.library.clock.now = at(13)
    here.library.desk.cancel_loan(here.session, here.counters[HUB], DE_MEN)

    here.hear(alone(11, "lend", NAM, number=1), LATER)

    assert here.stays() == {Stay(NAM, DE_MEN, at(11), at(12))}
    assert [loan.ended_as for loan in rows(here)] == [LoanEnd.CANCELLED, LoanEnd.RETURNED]


def test_renewals_of_before_are_not_forgotten(here: Town) -> None:
    lent = here.over_the_line(online(12, "lend", MAI))
    here.over_the_line(online(13, "renew", MAI))
    here.library.clock.now = LATER
    renewed = here.library.desk.renew(here.session, here.counters[HUB], MAI, item_number=DE_MEN)
    here.hear(alone(10, "return", number=1), LATER)

    (loan,) = rows(here)
    assert isinstance(lent, Lent)
    assert not isinstance(renewed, Lent), "one renewal is allowed"
    assert (loan.renewals, loan.due_at) == (1, lent.due.at)


def test_a_loan_of_before_there_was_a_history_keeps_its_renewals(here: Town) -> None:
    here.over_the_line(online(12, "lend", MAI))
    (loan,) = rows(here)
    loan.renewals, loan.due_at = 2, loan.due_at + timedelta(days=3)
    due = loan.due_at
    here.session.flush()

    here.hear(alone(10, "return", number=1), LATER)
    loan.due_at = due + timedelta(days=1)  # by whatever writes loans and no history
    here.session.flush()
    here.hear(alone(11, "return", number=2), LATER)

    (kept,) = rows(here)
    assert (kept.renewals, kept.due_at) == (3, due + timedelta(days=1))


def test_a_loan_that_turns_out_to_be_part_of_another_leaves_no_second_one(here: Town) -> None:
    here.hear(alone(12, "lend", MAI, number=1, terminal=HUB), LATER)
    here.hear(alone(14, "lend", MAI, number=2, terminal=HUB), LATER)
    here.hear(alone(13, "lend", NAM, number=1, sure=False), LATER)
    between = here.stays()
    here.hear(alone(11, "return", number=2), LATER)
    merged = here.stays()
    here.hear(alone(13, "return", number=3, terminal=HUB), LATER)

    assert {(stay.card, stay.lent_at.astimezone(NOON.tzinfo).hour) for stay in between} == {
        (MAI, 12),
        (NAM, 13),
        (MAI, 14),
    }
    assert {(stay.card, stay.lent_at, stay.ended_at) for stay in merged} == {
        (NAM, at(11), at(11)),
        (MAI, at(12), None),
    }
    assert {(stay.card, stay.lent_at, stay.ended_at) for stay in here.stays()} == {
        (NAM, at(11), at(11)),
        (MAI, at(12), at(13)),
        (MAI, at(14), None),
    }


def test_what_a_terminal_did_alone_comes_after_what_it_did_over_its_line_in_the_same_second(here: Town) -> None:
    lent = Happening(at(12) + timedelta(milliseconds=400), SCHOOL, "lend", DE_MEN, MAI, line=True)
    here.over_the_line(lent)

    here.hear(alone(12, "return", number=1), LATER)

    (loan,) = rows(here)
    assert loan.ended_at == lent.at + timedelta(microseconds=1)


def test_a_renewal_from_a_list_is_no_sign_of_the_book_but_one_with_the_book_is(here: Town) -> None:
    here.over_the_line(online(10, "lend", MAI))
    here.over_the_line(online(12, "renew", MAI))

    here.hear(alone(11, "return", number=1), LATER)

    assert here.stays() == {Stay(MAI, DE_MEN, at(10), at(11))}


def test_a_book_that_was_handed_out_again_after_a_return_that_was_not_known_is_on_loan(here: Town) -> None:
    here.over_the_line(online(10, "lend", MAI))
    again = here.over_the_line(online(12, "lend", MAI))

    here.hear(alone(11, "return", number=1), LATER)

    assert isinstance(again, Lent)
    assert again.renewed
    assert here.stays() == {Stay(MAI, DE_MEN, at(10), at(11)), Stay(MAI, DE_MEN, at(12), None, again.due.at)}
