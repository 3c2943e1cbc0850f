"""Patrons are taken in row by row, and no report of it tells who they are."""

from datetime import date
from pathlib import Path

from sqlalchemy import select

from library.lending.patterns import NumberPatterns
from server.patrons.importing import import_patrons
from server.patrons.register import find_card
from server.store.csv_rows import ImportReport
from server.store.engine import transaction
from server.store.models import PatronCategory
from tests.support.small_library import BLOCKED, MAI, SmallLibrary

COLUMNS = "card,name,category,place,expires,blocked\n"


def _import(library: SmallLibrary, folder: Path, text: str) -> ImportReport:
    file = folder / "patrons-again.csv"
    file.write_text(text, encoding="utf-8")
    return import_patrons(library.engine, library.organisation_id, file, NumberPatterns())


def test_a_patron_is_known_by_the_card_and_keeps_a_block_that_the_file_does_not_mention(
    library: SmallLibrary, tmp_path: Path
) -> None:
    report = _import(
        library,
        tmp_path,
        "card,name,category,place,expires\n"
        f"{BLOCKED},Le\u0302 Mo\u031b\u0301i,teacher,VN-QN-TH1,2027-06-30\n"
        "23529000000077,Hồ Thị Mới,teacher,VN-QN,\n",
    )

    with transaction(library.engine) as session:
        known = find_card(session, library.organisation_id, BLOCKED)
        new = find_card(session, library.organisation_id, "23529000000077")
        categories = session.scalars(select(PatronCategory.code).order_by(PatronCategory.code)).all()
        assert known is not None
        assert new is not None
        assert (known.patron.name, known.patron.expires, known.patron.blocked) == ("Lê Mới", date(2027, 6, 30), True)
        assert (new.patron.category.code, new.patron.expires, new.patron.blocked) == ("teacher", None, False)
    assert (report.added, report.updated, report.faults) == (1, 1, [])
    assert categories == ["adult", "child", "teacher"]


def test_a_block_may_be_set_and_lifted(library: SmallLibrary, tmp_path: Path) -> None:
    _import(library, tmp_path, COLUMNS + f"{BLOCKED},A,adult,VN-QN,,no\n{MAI},B,adult,VN-QN,,yes\n")

    with transaction(library.engine) as session:
        cards = [find_card(session, library.organisation_id, number) for number in (BLOCKED, MAI)]
        assert [card.patron.blocked for card in cards if card is not None] == [False, True]


def test_bad_rows_are_named_without_saying_whose_they_are(library: SmallLibrary, tmp_path: Path) -> None:
    report = _import(
        library,
        tmp_path,
        COLUMNS + "VNM.000001,Mai,adult,VN-QN,,\n"
        "23529000000071,,adult,VN-QN,,\n"
        "23529000000072,Mai,,VN-QN,,\n"
        "23529000000073,Mai,adult,VN-XX,,\n"
        "23529000000074,Mai,adult,VN-QN,31/12/2026,\n"
        "23529000000075,Mai,adult,VN-QN,,perhaps\n"
        "23529000000076,Mai,adult,VN-QN,,\n"
        "23529000000076,Mai,adult,VN-QN,,\n",
    )

    assert [(fault.line, fault.words) for fault in report.faults] == [
        (2, "card does not match the card patterns"),
        (3, "name is empty"),
        (4, "category is empty"),
        (5, "place is unknown"),
        (6, "expires is no ISO date"),
        (7, "blocked is neither yes nor no"),
        (9, "the same as in line 8"),
    ]
    assert "Mai" not in repr(report)
    assert "235290000000" not in repr(report)
