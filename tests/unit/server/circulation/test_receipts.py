"""Receipts for telephones: found for a day by whoever has the token, then gone from the store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from library.api.receipts import SharedReceipt, shared_line
from server.circulation.receipts import (
    ERASE_EVERY_S,
    MOST_OF_A_TERMINAL,
    ReceiptShelf,
    TooManyReceiptsError,
)
from server.store.engine import open_engine, transaction
from server.store.receipt_models import StoredReceipt
from server.store.writer import WriterQueue
from tests.support.small_library import NOON, SmallLibrary
from tests.support.waiting import in_time

PUBLIC = "https://receipts.example"
LINE = shared_line("lent", "Dế Mèn phiêu lưu ký", NOON + timedelta(days=14), loan_known=True, show_at_desk=False)
RECEIPT = SharedReceipt(language="vi", last_four="0001", lines=(LINE,))


class Naps:
    """Sleeps until it is told that time went by."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.asleep = asyncio.Event()
        self.over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.asleep.set()
        await self.over.wait()
        self.over.clear()


@asynccontextmanager
async def shelf(library: SmallLibrary, naps: Naps | None = None) -> AsyncIterator[ReceiptShelf]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        yield ReceiptShelf(library.engine, queue, library.clock, PUBLIC, naps or asyncio.sleep)


def stored(library: SmallLibrary) -> int:
    with transaction(library.engine) as session:
        return session.scalar(select(func.count()).select_from(StoredReceipt)) or 0


def token_of(address: str) -> str:
    return address.removeprefix(f"{PUBLIC}/r/")


async def test_a_receipt_is_found_by_its_token_for_a_day_and_then_erased(library: SmallLibrary) -> None:
    async with shelf(library) as receipts:
        token = token_of(await receipts.put(library.hub, RECEIPT))
        library.clock.advance(timedelta(hours=24, seconds=-1))
        found, erased_early = receipts.find(token), await receipts.erase()
        library.clock.advance(timedelta(seconds=1))
        over, erased = receipts.find(token), await receipts.erase()

    assert found is not None
    assert (found.receipt, found.expires_at - found.made_at) == (RECEIPT, timedelta(hours=24))
    assert (erased_early, over, erased, stored(library)) == (0, None, 1, 0)


async def test_the_next_receipt_erases_what_is_over(library: SmallLibrary) -> None:
    async with shelf(library) as receipts:
        await receipts.put(library.hub, RECEIPT)
        library.clock.advance(timedelta(hours=24))
        await receipts.put(library.school, RECEIPT)

    assert stored(library) == 1


async def test_what_is_over_is_erased_without_anybody_asking(library: SmallLibrary) -> None:
    naps = Naps()
    async with shelf(library, naps) as receipts:
        await receipts.put(library.hub, RECEIPT)
        cleaning = asyncio.create_task(receipts.keep_clean())
        await in_time(naps.asleep.wait())
        before = stored(library)
        library.clock.advance(timedelta(hours=24))
        naps.asleep.clear()
        naps.over.set()
        await in_time(naps.asleep.wait())
        cleaning.cancel()
        await asyncio.gather(cleaning, return_exceptions=True)

    assert (before, stored(library), naps.asked) == (1, 0, [ERASE_EVERY_S] * 2)


async def test_a_store_that_cannot_be_written_is_tried_again_later(
    library: SmallLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    naps = Naps()
    async with shelf(library, naps) as receipts:
        with library.engine.begin() as connection:
            connection.execute(text("ALTER TABLE stored_receipt RENAME TO elsewhere"))
        cleaning = asyncio.create_task(receipts.keep_clean())
        await in_time(naps.asleep.wait())
        with library.engine.begin() as connection:
            connection.execute(text("ALTER TABLE elsewhere RENAME TO stored_receipt"))
        naps.asleep.clear()
        naps.over.set()
        await in_time(naps.asleep.wait())
        cleaning.cancel()
        await asyncio.gather(cleaning, return_exceptions=True)

    assert caplog.text.count("cannot be erased") == 1


async def test_tokens_are_long_never_the_same_and_not_in_the_store(library: SmallLibrary) -> None:
    async with shelf(library) as receipts:
        tokens = {token_of(await receipts.put(library.hub, RECEIPT)) for _ in range(20)}

    with transaction(library.engine) as session:
        rows = session.scalars(select(StoredReceipt)).all()
    assert {len(token) for token in tokens} == {22}
    assert len(tokens) == len({row.token_hash for row in rows}) == 20
    assert not any(token.encode() in row.token_hash or token in row.body for token in tokens for row in rows)


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 22, "A" * 23, "á" * 22, "A" * 21 + "\0", "../../etc/passwd", "A" * 21 + "\n"]
)
async def test_nothing_is_found_by_anything_else(library: SmallLibrary, token: str) -> None:
    async with shelf(library) as receipts:
        await receipts.put(library.hub, RECEIPT)
        found = receipts.find(token)

    assert found is None


async def test_a_kiosk_that_shares_without_end_is_stopped_and_the_others_are_not(library: SmallLibrary) -> None:
    now = library.clock()
    rows = [
        StoredReceipt(
            token_hash=number.to_bytes(32),
            terminal_id=library.hub.terminal_id,
            body="{}",
            made_at=now,
            expires_at=now + timedelta(hours=1),
        )
        for number in range(MOST_OF_A_TERMINAL)
    ]
    with transaction(library.engine) as session:
        session.add_all(rows)
    async with shelf(library) as receipts:
        with pytest.raises(TooManyReceiptsError):
            await receipts.put(library.hub, RECEIPT)
        await receipts.put(library.school, RECEIPT)
        library.clock.advance(timedelta(hours=1))
        await receipts.put(library.hub, RECEIPT)

    assert stored(library) == 2
