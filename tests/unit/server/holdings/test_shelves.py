"""A record is found by its title where that says which is meant."""

from sqlalchemy import select

from server.holdings.shelves import find_title
from server.store.engine import transaction
from server.store.models import Copy, Record
from tests.support.small_library import DE_MEN, SmallLibrary

TITLE = "Dế Mèn phiêu lưu ký"


def add(library: SmallLibrary, *sources: str, copies_of: str = "") -> None:
    texts = dict.fromkeys(("author", "language", "subjects", "publisher", "year", "isbn"), "")
    with transaction(library.engine) as session:
        for source in sources:
            record = Record(organisation_id=library.organisation_id, source=source, source_id="1", title=TITLE, **texts)
            session.add(record)
            session.flush()
            if source == copies_of:
                session.scalars(select(Copy).where(Copy.item_number == DE_MEN)).one().record_id = record.id


def found(library: SmallLibrary, title: str = TITLE) -> str | None:
    with transaction(library.engine) as session:
        record = find_title(session, library.organisation_id, title)
        return None if record is None else record.source


def test_of_records_of_one_title_the_only_one_that_has_copies_is_meant(library: SmallLibrary) -> None:
    add(library, "koha", "emiclib")

    assert (found(library), found(library, "Dế Mèn")) == ("local", None)


def test_nobody_knows_which_of_two_that_have_copies_is_meant(library: SmallLibrary) -> None:
    add(library, "koha", copies_of="koha")

    assert found(library) is None
