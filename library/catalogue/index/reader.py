"""Who asks an index: open for questions, and sees what a writer committed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from library.catalogue.asking import Answer, Facet, FacetCount, Question
from library.catalogue.index.errors import NoIndexError
from library.catalogue.index.generations import Held, current, held_for_reading, told
from library.catalogue.index.mapped import MOST, mapped
from library.catalogue.index.searching import Memory, Search
from library.catalogue.index.writing import cursor_of, opened


class CatalogueIndex:
    """An index open for questions; it sees what a writer committed after :meth:`refresh`.

    Any number of threads may ask at once; :meth:`refresh` and :meth:`close` are for one of them at a time.
    """

    def __init__(self, folder: Path, generation: Path, held: Held, most_mapped: int = MOST) -> None:
        self._folder = folder
        self._generation = generation
        self._held = held
        self._index = opened(generation)
        self._memory = Memory()
        self._at_once = most_mapped
        self._most_mapped = mapped() + most_mapped
        self._stamp = _stamp(generation)
        self._cursor = cursor_of(self._index)

    @classmethod
    def open(cls, folder: Path, most_mapped: int = MOST) -> Self:
        """Open the generation that counts; raises :class:`NoIndexError` where there is none that can be read.

        ``most_mapped`` are the bytes of its files that it may keep in memory from one question to the next.
        """
        generation, held = held_for_reading(folder)
        try:
            with told(folder):
                return cls(folder, generation, held, most_mapped)
        except Exception as error:
            held.close()
            raise NoIndexError(folder, str(error)) from error

    def __enter__(self) -> Self:
        """Return the index; leaving closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the generation, so that a writer may take it away when another counts."""
        self._held.close()

    @property
    def cursor(self) -> str:
        """Up to which change this sees."""
        return self._cursor

    def refresh(self) -> None:
        """See what was committed since; raises :class:`NoIndexError` and then goes on with what it saw before."""
        if current(self._folder) == self._generation:
            with told(self._folder):
                stamp = _stamp(self._generation)
                if stamp != self._stamp:
                    self._cursor = cursor_of(self._index)
                    self._stamp = stamp
                    self._memory = Memory()
            return
        fresh = self.open(self._folder, self._at_once)
        self._held.close()
        self._generation, self._held, self._index = fresh._generation, fresh._held, fresh._index  # noqa: SLF001 - its own kind
        self._cursor, self._stamp, self._memory = fresh._cursor, fresh._stamp, fresh._memory  # noqa: SLF001 - its own kind too

    def search(self, question: Question) -> Answer:
        """Return what is found, in rank order; any text is allowed. Raises :class:`IndexBrokenError`."""
        with told(self._folder):
            answer = Search(self._index, self._memory).answer(question)
            self._give_back()
        return answer

    def facets(self, question: Question, wanted: Sequence[Facet]) -> dict[Facet, tuple[FacetCount, ...]]:
        """Return for each wanted facet its values among the results, most frequent first (years: newest first).

        A facet's own narrowing does not count for it, so that one sees what widening would bring.
        """
        with told(self._folder):
            counted = Search(self._index, self._memory).facets(question, wanted)
            self._give_back()
        return counted

    def _give_back(self) -> None:
        """Let go of the pages of the index's files when they are many: whoever still asks it keeps them so long."""
        if mapped() <= self._most_mapped:
            return
        fresh = opened(self._generation)
        if cursor_of(fresh) == self._cursor:  # else it is seen with the next refresh
            self._index = fresh
            self._most_mapped = max(self._most_mapped, mapped() + self._at_once // 2)  # the rest is not the index's


def _stamp(generation: Path) -> tuple[int, int, int]:
    """Return what changes with every commit: Tantivy puts a new file in the place of the list of its segments."""
    listed = (generation / "meta.json").stat()
    return listed.st_ino, listed.st_mtime_ns, listed.st_size
