"""The performer and the catalogue; and what the black box keeps of a search."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from kiosk.blackbox.masking import Mask
from kiosk.blackbox.visit_codec import said
from kiosk.performer import Performer
from kiosk.session.effects import Effect
from kiosk.session.events import Event
from kiosk.session.search_effects import AskCatalogue, CountBooks, ReadBook
from kiosk.session.search_events import (
    BookRead,
    BooksCounted,
    CatalogueAnswered,
    CatalogueSilent,
    IsbnScanned,
    LetterTouched,
)
from kiosk.session.search_values import BookDetails, CatalogueStanding, Choice, Found, Hit, Narrowing, Wanted
from library.catalogue.asking import Facet
from tests.support.screen_search import BOOK

HERE = Narrowing(Facet.PLACE, "VN-QN")
CHOICES = (Choice(HERE, 4),)
FOUND = Found((Hit(1, "Số đỏ"),), 1, "so do")


@dataclass
class FakeCatalogue:
    """Answers what it was given, or raises, and keeps what it was asked."""

    found: Found | None = FOUND
    book: BookDetails | None = BOOK
    fault: Exception | None = None
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def _answer(self, *words: object) -> Found | None:
        self.asked.append(words)
        if self.fault is not None:
            raise self.fault
        return self.found

    async def search(
        self, text: str, *, as_typed: bool, offset: int, limit: int, narrowed: tuple[Narrowing, ...] = ()
    ) -> Found | None:
        return self._answer("search", text, as_typed, offset, limit, *narrowed)

    async def choices(self, text: str, *, as_typed: bool, narrowed: tuple[Narrowing, ...]) -> tuple[Choice, ...] | None:
        return None if self._answer("choices", text, as_typed, *narrowed) is None else CHOICES

    async def details(self, key: int) -> BookDetails | None:
        self.asked.append(("details", key))
        return self.book

    async def newest(self, limit: int) -> Found | None:
        return self._answer("newest", limit)

    async def local(self, limit: int) -> Found | None:
        return self._answer("local", limit)

    async def watch(self, on_change: Callable[[CatalogueStanding], Awaitable[None]]) -> None:
        await on_change(CatalogueStanding.CURRENT)


def performed(effect: Effect, catalogue: FakeCatalogue | None) -> Event | None:
    """Let it be done by a performer that has nothing else."""
    nothing: Any = object()
    performer = Performer(
        library_system=nothing,
        offline=nothing,
        alarm=nothing,
        printer=nothing,
        telemetry=nothing,
        clock=nothing,
        catalogue=catalogue,
    )
    return asyncio.run(performer.perform(effect))


@pytest.mark.parametrize(
    ("effect", "asked"),
    [
        (AskCatalogue(7, Wanted.TEXT, "so do", as_typed=True, offset=10), ("search", "so do", True, 10, 10)),
        (AskCatalogue(7, Wanted.TEXT, "so", narrowed=(HERE,)), ("search", "so", False, 0, 10, HERE)),
        (AskCatalogue(7, Wanted.NEWEST), ("newest", 10)),
        (AskCatalogue(7, Wanted.LOCAL), ("local", 10)),
    ],
)
def test_a_list_is_asked_for_and_answered_under_its_number(effect: AskCatalogue, asked: tuple[object, ...]) -> None:
    catalogue = FakeCatalogue()

    assert performed(effect, catalogue) == CatalogueAnswered(7, FOUND)
    assert catalogue.asked == [asked]


def test_what_results_can_be_narrowed_by_is_counted() -> None:
    catalogue = FakeCatalogue()

    assert performed(CountBooks(9, "so do", as_typed=True, narrowed=(HERE,)), catalogue) == BooksCounted(9, CHOICES)
    assert catalogue.asked == [("choices", "so do", True, HERE)]
    assert performed(CountBooks(9), FakeCatalogue(found=None)) == CatalogueSilent(9)


def test_a_book_is_read() -> None:
    assert performed(ReadBook(8, 1), FakeCatalogue()) == BookRead(8, BOOK)


@pytest.mark.parametrize(
    "catalogue",
    [None, FakeCatalogue(found=None, book=None), FakeCatalogue(fault=RuntimeError("so do"), book=None)],
)
def test_where_there_is_nothing_to_ask_the_page_hears_so(catalogue: FakeCatalogue | None) -> None:
    assert performed(AskCatalogue(7, Wanted.TEXT, "so do"), catalogue) == CatalogueSilent(7)
    assert performed(ReadBook(8, 1), catalogue) == CatalogueSilent(8)
    assert performed(CountBooks(9), catalogue) == CatalogueSilent(9)


def test_a_fault_is_logged_without_what_was_typed(caplog: pytest.LogCaptureFixture) -> None:
    performed(AskCatalogue(7, Wanted.TEXT, "so do"), FakeCatalogue(fault=RuntimeError("so do")))

    assert "RuntimeError" in caplog.text
    assert '"so do"' not in caplog.text
    assert "RuntimeError: so do" not in caplog.text


@pytest.mark.parametrize(
    "event",
    [
        LetterTouched("ộ"),
        IsbnScanned("9786042134354"),
        CatalogueAnswered(1, FOUND),
        BookRead(2, BookDetails(FOUND.hits[0], subjects=("Hà Nội",), summary="Xuân tóc đỏ", cover=b"\x89PNG\xff")),
    ],
)
def test_the_black_box_keeps_lengths_and_no_word_of_a_search(event: Event) -> None:
    kept = said(Mask().masked(event))

    assert not [word for word in ("ộ", "978604", "Số", "so do", "Nội", "Xuân", "PNG") if word in kept]
    assert type(event).__name__ in kept
