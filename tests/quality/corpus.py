"""The real records that quality is measured over, and who among them fits given words."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from library.catalogue.reading import ReadRecord, read_file
from library.catalogue.record import CatalogueEntry, CatalogueRecord, Name
from library.text.forms import fold, nfc

FOLDER: Final = Path(__file__).parents[3] / "shared" / "data" / "catalogue"
FILES: Final = ("records.jsonl", "evergreen_nepali.marc")
DATA: Final = Path(__file__).parents[1] / "data" / "catalogue"
KNOWN_WORKS: Final = DATA / "known_works.jsonl"
"""Works that everybody asks for and the real records lack; title and author alone."""
_WORD: Final = re.compile(r"[^\W_]+")


def marked_words(text: str) -> list[str]:
    """Return the words of a text in small letters, marks kept; what stands between them is gone."""
    return _WORD.findall(nfc(text).lower())


def plain_words(text: str) -> list[str]:
    """Return the words of a text without marks or case."""
    return _WORD.findall(fold(nfc(text)))


def read_entries(most: int | None = None) -> list[CatalogueEntry]:
    """Return the first so many records of each real file and the known works; none has been read more than another."""
    records: list[CatalogueRecord] = []
    for name in FILES:
        read = islice(read_file(FOLDER / name), most)
        records += [each.record for each in read if isinstance(each, ReadRecord)]
    records += _known_works()  # the last, as an engine may show what came first among equals
    return [CatalogueEntry(key=number, record=record) for number, record in enumerate(records, start=1)]


def _known_works() -> Iterable[CatalogueRecord]:
    for number, line in enumerate(KNOWN_WORKS.read_text(encoding="utf-8").splitlines(), start=1):
        told = json.loads(line)
        yield CatalogueRecord(
            source="known_works", source_id=str(number), title=told["title"], names=(Name(text=told["name"]),)
        )


class Fits:
    """Which records hold words, and where; made once for a set of records."""

    def __init__(self, entries: Sequence[CatalogueEntry]) -> None:
        self.entries = {entry.key: entry for entry in entries}
        self._title: defaultdict[str, set[int]] = defaultdict(set)
        self._names: defaultdict[str, set[int]] = defaultdict(set)
        self._subjects: defaultdict[str, set[int]] = defaultdict(set)
        for entry in entries:
            record = entry.record
            _note(self._title, entry.key, (record.title, *record.other_titles))
            _note(self._names, entry.key, [name.text for name in record.names])
            _note(self._subjects, entry.key, record.subjects)

    def in_title(self, words: Iterable[str]) -> frozenset[int]:
        """Return the keys of the records whose titles hold all of the plain words."""
        return _all_of(words, lambda word: self._title.get(word, set()))

    def in_title_or_names(self, words: Iterable[str]) -> frozenset[int]:
        """Return the same where a word may stand in a name too."""
        return _all_of(words, lambda word: self._title.get(word, set()) | self._names.get(word, set()))

    def in_names(self, words: Iterable[str]) -> frozenset[int]:
        """Return the keys of the records of which one name holds all of the plain words."""
        whole = set(words)
        some = _all_of(whole, lambda word: self._names.get(word, set()))
        return frozenset(
            key for key in some if any(whole <= set(plain_words(name.text)) for name in self.entries[key].record.names)
        )

    def in_title_or_subjects(self, words: Iterable[str]) -> frozenset[int]:
        """Return the keys of the records whose titles and subjects hold all of the plain words."""
        return _all_of(words, lambda word: self._title.get(word, set()) | self._subjects.get(word, set()))

    def titles(self, keys: Iterable[int]) -> int:
        """Count the different titles among records."""
        return len({" ".join(plain_words(self.entries[key].record.title)) for key in keys})


def _note(where: defaultdict[str, set[int]], key: int, texts: Iterable[str]) -> None:
    for text in texts:
        for word in plain_words(text):
            where[word].add(key)


def _all_of(words: Iterable[str], holders: Callable[[str], set[int]]) -> frozenset[int]:
    found = [holders(word) for word in words]
    return frozenset(set.intersection(*found)) if found else frozenset()
