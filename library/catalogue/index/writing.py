"""Who writes an index: changes one commit at a time, or all of it anew beside the old one."""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import tantivy

from library.catalogue.index.errors import IndexBrokenError, IndexProblem, NoIndexError
from library.catalogue.index.fields import cursor_document, document, register, schema
from library.catalogue.index.generations import (
    Held,
    clear,
    current,
    lock_for_writing,
    next_generation,
    switch_to,
    told,
)
from library.catalogue.record import CatalogueEntry

_HEAP_TO_BUILD: Final = 40_000_000
_HEAP_TO_CHANGE: Final = 15_000_000
"""Bytes that Tantivy gathers before it writes a segment; 15 million is its least."""


def nothing_told(_step: str) -> None:
    """Whom the steps of writing are told when nobody asks."""


class CatalogueWriter:
    """The one writer of an index; opened by one process, used by one thread at a time."""

    def __init__(self, folder: Path, lock: Held, step: Callable[[str], None] = nothing_told) -> None:
        self._folder = folder
        self._lock = lock
        self._step = step
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None

    @classmethod
    def open(cls, folder: Path, step: Callable[[str], None] = nothing_told) -> Self:
        """Take the folder for writing, and make it where there is none; raises :class:`IndexBusyError`.

        ``step`` is told the name of each step of writing before it is taken.
        """
        with told(folder):
            lock = lock_for_writing(folder)
            try:
                clear(folder)
            except BaseException:
                lock.close()
                raise
        return cls(folder, lock, step)

    def __enter__(self) -> Self:
        """Return the writer; leaving closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder; what was not committed is not there."""
        self._let_go()
        self._lock.close()

    @property
    def cursor(self) -> str:
        """Up to which change the index goes; raises :class:`NoIndexError` where there is none."""
        with told(self._folder):
            return cursor_of(self._opened())

    def apply(self, changed: Iterable[CatalogueEntry], gone: Iterable[int], cursor: str) -> None:
        """Write changed and new records, take away gone ones (their keys), and go on to `cursor`: in one commit.

        Raises :class:`NoIndexError` where there is nothing to change yet, :class:`IndexFullError` and
        :class:`IndexBrokenError`; then nothing of it is there, and the same may be tried again.
        """
        try:
            with told(self._folder):
                index = self._opened()
                if self._writer is None:
                    self._writer = index.writer(heap_size=_HEAP_TO_CHANGE, num_threads=1)
                writer = self._writer
                for key in gone:
                    _take_out(writer, key, index.schema)
                for entry in changed:
                    _take_out(writer, entry.key, index.schema)
                    writer.add_document(document(entry, index.schema))
                self._commit(writer, cursor, index.schema)
        except BaseException:  # also when whoever gives the records fails: half of a change is none
            self._let_go()
            raise

    def build(self, entries: Iterable[CatalogueEntry], cursor: str) -> None:
        """Write a whole new generation and make it the one that counts; the old one works until then.

        Each key may come once. Raises :class:`IndexFullError` and :class:`IndexBrokenError`; then the old one counts.
        """
        self._let_go()
        try:
            with told(self._folder):
                self._step("folder")
                generation = next_generation(self._folder)
                index = tantivy.Index(schema(), str(generation))
                register(index)
                self._fill(index, entries, cursor)
                self._step("switch")
                switch_to(generation)
                self._step("clear")
        finally:
            clear(self._folder)

    def _fill(self, index: tantivy.Index, entries: Iterable[CatalogueEntry], cursor: str) -> None:
        writer = index.writer(heap_size=_HEAP_TO_BUILD, num_threads=1)
        try:
            self._step("records")
            for entry in entries:
                writer.add_document(document(entry, index.schema))
            self._commit(writer, cursor, index.schema)
            self._step("merge")
        except BaseException:
            _end(writer, self._folder)
            raise
        writer.wait_merging_threads()

    def _commit(self, writer: tantivy.IndexWriter, cursor: str, fields: tantivy.Schema) -> None:
        writer.delete_documents_by_term("mark", "cursor")
        writer.add_document(cursor_document(cursor, fields))
        self._step("commit")
        writer.commit()
        self._step("committed")

    def _opened(self) -> tantivy.Index:
        if self._index is None:
            generation = current(self._folder)
            if generation is None:
                raise NoIndexError(self._folder)
            self._index = opened(generation)
        return self._index

    def _let_go(self) -> None:
        writer, self._writer, self._index = self._writer, None, None
        if writer is not None:
            _end(writer, self._folder)


def _end(writer: tantivy.IndexWriter, folder: Path) -> None:
    """End a writer's threads, so that none writes on; what was not committed is gone."""
    try:
        with told(folder):
            writer.wait_merging_threads()
    except IndexProblem:
        return  # it has failed already and was told


def _take_out(writer: tantivy.IndexWriter, key: int, fields: tantivy.Schema) -> None:
    # By a query: delete_documents_by_term takes a number for a signed one, and finds nothing in an unsigned field.
    writer.delete_documents_by_query(tantivy.Query.term_query(fields, "key", key))


def opened(generation: Path) -> tantivy.Index:
    """Return the index of a generation, ready to be asked; raises :class:`NoIndexError` when it cannot be read."""
    try:
        with told(generation):
            index = tantivy.Index.open(str(generation))
            register(index)
    except IndexBrokenError as error:
        raise NoIndexError(generation, error.reason) from error
    return index


def cursor_of(index: tantivy.Index) -> str:
    """Return the cursor that the last commit wrote."""
    index.reload()
    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.term_query(index.schema, "mark", "cursor"), 1).hits
    if not hits:
        raise ValueError("the index has no cursor")
    return str(searcher.doc(hits[0][1]).get_first("entry"))
