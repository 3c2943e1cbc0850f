"""A kiosk's copy of the catalogue, kept from the real server over TLS."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from deploy.demo.pki import Authority
from kiosk.replica.door import HttpsDoor, LedAstrayError, NotGivenError
from kiosk.replica.keeping import Keeper, Places
from kiosk.replica.store import ReplicaReader
from library.catalogue.asking import Question
from library.catalogue.index import CatalogueIndex, NoIndexError
from server.catalogue.cover_files import import_covers
from server.store.engine import transaction
from server.store.models import Copy, Record
from tests.integration.server.test_a_kiosk_fetches import trusting
from tests.integration.server.test_kiosk_api import _listen, _running
from tests.support.made_covers import made_cover
from tests.support.small_library import DE_MEN, MAI, PASSWORD, open_library
from tests.support.waiting import until
from tests.unit.server.web.test_kiosk_api import LOGIN


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), datetime.now(UTC))


@contextmanager
def kept(keeper: Keeper) -> Iterator[None]:
    """Let a keeper work in a thread of its own."""
    working = threading.Thread(target=keeper.run)
    working.start()
    try:
        yield
    finally:
        keeper.leave()
        working.join()


def there(places: Places) -> bool:
    try:
        CatalogueIndex.open(places.index).close()
    except NoIndexError:
        return False
    return places.heard.exists()


async def test_a_copy_is_filled_and_a_loan_is_seen_in_it(installed: Path, authority: Authority, tmp_path: Path) -> None:
    _listen(installed, authority.server("server", "127.0.0.1"), None)
    places = Places(tmp_path / "catalogue")
    library = open_library(installed.parent / "library.db")

    def available() -> bool:
        with CatalogueIndex.open(places.index) as index:
            (hit,) = index.search(Question(text=DE_MEN)).hits
        return next(holding.available for holding in hit.entry.holdings if holding.item_id == DE_MEN)

    with transaction(library.engine) as session:
        wanted = select(Record).join(Copy, Copy.record_id == Record.id).where(Copy.item_number == DE_MEN)
        record = session.scalars(wanted).one()
        key, file = record.id, tmp_path / "covers" / f"{record.source_id}.jpg"
    file.parent.mkdir()
    file.write_bytes(made_cover("navy"))
    import_covers(library.engine, file.parent)

    def follow(address: str) -> bool:
        door = HttpsDoor(address, trusting(authority), LOGIN, PASSWORD, wait_s=1)
        with kept(Keeper(door, places, most_cover_bytes=1_000_000)):
            until(lambda: there(places))
            until(lambda: ReplicaReader(places.records).cover(key) != b"")
            before = available()
            with transaction(library.engine) as session:
                library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)
            until(lambda: not available())
        return before

    async with _running(installed) as address:
        before = await asyncio.to_thread(follow, address)
        door = HttpsDoor(address, trusting(authority), LOGIN, PASSWORD)
        with pytest.raises(LedAstrayError):
            await asyncio.to_thread(door.changes, "another:7")
        with pytest.raises(LedAstrayError):
            await asyncio.to_thread(door.changes, "no position")
        with pytest.raises(NotGivenError, match="401"):
            await asyncio.to_thread(HttpsDoor(address, trusting(authority), LOGIN, "wrong").copy, 0)
    library.engine.dispose()

    assert before
    assert ReplicaReader(places.records).small_covers([key])[key].startswith(b"\xff\xd8\xff")
