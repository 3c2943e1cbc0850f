"""The three that are compared: our index, SQLite's FTS5 as one would use it, and Tantivy as it comes."""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol, Self

import tantivy

from library.catalogue.asking import Question
from library.catalogue.index import CatalogueIndex, CatalogueWriter
from library.catalogue.record import CatalogueEntry
from library.text.forms import fold, nfc

CAP: Final = 2_000
"""FTS5 ranks the first so many, which stand in the order of use: its work is bounded whatever the catalogue's size."""
_WORD: Final = re.compile(r"[^\W_]+")


class Engine(Protocol):
    """Finds records by words."""

    name: str

    def find(self, text: str, *, typing: bool = False, limit: int = 10) -> Sequence[int]:
        """Return the keys of what is found, best first."""

    def close(self) -> None:
        """Let go of what was opened."""


class OurIndex:
    """The index of `library.catalogue.index`."""

    name = "ours"

    def __init__(self, folder: Path) -> None:
        self.index = CatalogueIndex.open(folder)

    @classmethod
    def build(cls, folder: Path, entries: Iterable[CatalogueEntry]) -> Self:
        """Build it in a folder and open it."""
        with CatalogueWriter.open(folder) as writer:
            writer.build(entries, "0")
        return cls(folder)

    def find(self, text: str, *, typing: bool = False, limit: int = 10) -> Sequence[int]:
        """Return the keys of what is found, best first."""
        return [hit.entry.key for hit in self.index.search(Question(text=text, typing=typing, limit=limit)).hits]

    def close(self) -> None:
        """Let go of the folder."""
        self.index.close()


class Fts5:
    """FTS5 over folded words with prefixes of one to three letters, bm25 with weights, capped."""

    name = "FTS5"

    def __init__(self, path: Path) -> None:
        self.store = sqlite3.connect(path)

    @classmethod
    def build(cls, path: Path, entries: Iterable[CatalogueEntry]) -> Self:
        """Build it in a file and open it."""
        with sqlite3.connect(path) as store:
            store.execute("CREATE VIRTUAL TABLE words USING fts5(title, names, rest, prefix='1 2 3', content='')")
            store.execute(
                "CREATE TABLE record (key INTEGER PRIMARY KEY, title TEXT, names TEXT, kind TEXT, place TEXT)"
            )
            for entry in entries:
                title, names, rest = texts(entry)
                row = (entry.key, fold(nfc(title)), fold(nfc(names)), fold(nfc(rest)))
                store.execute("INSERT INTO words (rowid, title, names, rest) VALUES (?, ?, ?, ?)", row)
                place = entry.holdings[0].place if entry.holdings else ""
                shown = (entry.key, title, names, entry.record.kind, place)
                store.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?)", shown)
        store.close()
        return cls(path)

    def find(self, text: str, *, typing: bool = False, limit: int = 10) -> Sequence[int]:
        """Return the keys of what is found, best first."""
        words = [f'"{word}"' for word in _WORD.findall(fold(nfc(text)))]
        if not words:
            return []
        match = " ".join(words) + ("*" if typing else "")
        rows = self.store.execute(
            "SELECT record.key, record.title, record.names FROM (SELECT rowid AS key, bm25(words, 8, 5, 1) AS rank"
            " FROM words WHERE words MATCH ? LIMIT ?) JOIN record USING (key) ORDER BY rank LIMIT ?",
            (match, CAP, limit),
        )
        return [int(row[0]) for row in rows]

    def count(self, text: str) -> int:
        """Count the results within the cap by kind and place, and return how many counts there are."""
        match = " ".join(f'"{word}"' for word in _WORD.findall(fold(nfc(text))))
        rows = self.store.execute(
            "SELECT kind, place, count(*) FROM (SELECT rowid AS key FROM words WHERE words MATCH ? LIMIT ?)"
            " JOIN record USING (key) GROUP BY kind, place",
            (match, CAP),
        )
        return len(rows.fetchall())

    def close(self) -> None:
        """Close the file."""
        self.store.close()


class BareTantivy:
    """Tantivy with three fields, its own folding of letters and its own reading of queries."""

    name = "Tantivy"

    def __init__(self, index: tantivy.Index) -> None:
        self.index = index
        index.register_tokenizer("plain", _analyzer())
        index.reload()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what was built."""
        return cls(tantivy.Index.open(str(folder)))

    @classmethod
    def build(cls, folder: Path, entries: Iterable[CatalogueEntry]) -> Self:
        """Build it in a folder and open it."""
        folder.mkdir()
        schema = tantivy.SchemaBuilder()
        for name in ("title", "names", "rest"):
            schema.add_text_field(name, stored=name != "rest", tokenizer_name="plain")
        schema.add_integer_field("key", stored=True, indexed=True)
        index = tantivy.Index(schema.build(), str(folder))
        index.register_tokenizer("plain", _analyzer())
        writer = index.writer(heap_size=40_000_000, num_threads=1)
        for entry in entries:
            title, names, rest = texts(entry)
            document = tantivy.Document()
            document.add_integer("key", entry.key)
            document.add_text("title", nfc(title))
            document.add_text("names", nfc(names))
            document.add_text("rest", nfc(rest))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        return cls(index)

    def find(self, text: str, *, typing: bool = False, limit: int = 10) -> Sequence[int]:
        """Return the keys of what is found, best first; its own reading of queries knows no unfinished word."""
        del typing
        query, _ = self.index.parse_query_lenient(nfc(text), ["title", "names", "rest"])
        searcher = self.index.searcher()
        return [int(searcher.doc(at)["key"][0]) for _, at in searcher.search(query, limit).hits]

    def close(self) -> None:
        """Do nothing: Tantivy closes its files itself."""


def texts(entry: CatalogueEntry) -> tuple[str, str, str]:
    """Return a record's titles, its names, and everything else that is searched."""
    record = entry.record
    copies = (part for holding in entry.holdings for part in (holding.item_id, holding.call_number))
    year = str(record.year or "")
    rest = (*record.subjects, record.publisher, *record.series, year, *record.isbns, *record.notes, record.summary)
    return (
        " ".join((record.title, *record.other_titles)),
        " ".join(name.text for name in record.names),
        " ".join((*rest, *copies)),
    )


def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )
