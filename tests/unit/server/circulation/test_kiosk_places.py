"""Where kiosks stand is told by the names under which they report."""

from sqlalchemy import text

from server.circulation.kiosk_places import KioskPlaces
from server.selfcheck.terminals import NewTerminal, put_terminal
from server.store.engine import transaction
from tests.support.small_library import HUB_TERMINAL, PASSWORD, SCHOOL_TERMINAL, SmallLibrary

HUB, SCHOOL = "Thư viện xã", "Trường tiểu học"


def test_a_place_is_told_for_a_terminals_id_and_for_its_certificate(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        put_terminal(session, NewTerminal("T1", "VN-QN-TH1", "one", PASSWORD, "k-front"))
        put_terminal(session, NewTerminal("T2", "VN-QN", "two", PASSWORD))

    places = KioskPlaces(library.engine).by_kiosk()

    assert places == {HUB_TERMINAL: HUB, SCHOOL_TERMINAL: SCHOOL, "T1": SCHOOL, "k-front": SCHOOL, "T2": HUB}


def test_an_id_says_more_than_another_terminals_certificate(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        put_terminal(session, NewTerminal("T1", "VN-QN-TH1", "one", PASSWORD, "T2"))
        put_terminal(session, NewTerminal("T2", "VN-QN", "two", PASSWORD))

    assert KioskPlaces(library.engine).by_kiosk()["T2"] == HUB


def test_what_was_read_last_is_told_while_the_store_cannot_be_read(library: SmallLibrary) -> None:
    reader, never_read = KioskPlaces(library.engine), KioskPlaces(library.engine)
    before = reader.by_kiosk()
    with transaction(library.engine) as session:
        session.execute(text("ALTER TABLE terminal RENAME TO gone"))

    told = [reader.by_kiosk(), never_read.by_kiosk()]

    with transaction(library.engine) as session:
        session.execute(text("ALTER TABLE gone RENAME TO terminal"))
    assert told == [before, {}]
    assert never_read.by_kiosk() == before
