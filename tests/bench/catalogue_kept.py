"""The generated catalogues that the bench of the catalogue asks: made once, kept under ``var/bench``, used again."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from library.catalogue.asking import Facet, Question
from library.catalogue.record import CatalogueEntry
from tests.bench.made_records import MadeRecords
from tests.quality.corpus import marked_words, read_entries
from tests.quality.engines import BareTantivy, Engine, Fts5, OurIndex

KEPT: Final = Path("var/bench/catalogue")
QUERIES: Final = 40
"""Of each class, made from the titles of records that stand evenly over the catalogue."""
_ROOM: Final = Path(__file__).parents[2]
_RECORDS: Final = ("tests/bench/made_records.py", "library/catalogue/record.py")
_INDEX: Final = "library/catalogue/index/"
_SOURCES: Final = {
    OurIndex.name: (*_RECORDS, _INDEX + "fields.py", _INDEX + "words.py", _INDEX + "writing.py"),
    Fts5.name: (*_RECORDS, "tests/quality/engines.py"),
    BareTantivy.name: (*_RECORDS, "tests/quality/engines.py"),
}
"""What of the code decides what an engine's files hold; how they are asked may change without making them anew."""
_TOLD: Final = "built.json"
_MEMORY: Final = "memory"


@dataclass(frozen=True, slots=True)
class Built:
    """What one engine took to build."""

    seconds: float
    cpu_seconds: float
    size: int
    """Bytes on the disk."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A kept catalogue: its folder, what building took, and titles to make queries from."""

    folder: Path
    number: int
    built: dict[str, Built]
    titles: tuple[str, ...]

    def ours(self) -> OurIndex:
        """Open our index."""
        return OurIndex(self.folder / OurIndex.name)

    def fts5(self) -> Fts5:
        """Open the file of FTS5."""
        return Fts5(self.folder / Fts5.name)

    def tantivy(self) -> BareTantivy:
        """Open the bare Tantivy."""
        return BareTantivy.open(self.folder / BareTantivy.name)


def kept(number: int) -> Catalogue:
    """Return the catalogue of so many records; make what of it is not there or was made by other code."""
    known, marks = _known(number) or (Catalogue(KEPT / str(number), number, {}, ()), {})
    stale = {name: mark for name in _SOURCES if marks.get(name) != (mark := _mark(name))}
    if not stale:
        return known
    folder = known.folder
    folder.mkdir(parents=True, exist_ok=True)
    made = MadeRecords(read_entries())
    titles = list(known.titles)
    built = dict(known.built)
    for name, build in _BUILD.items():
        if name not in stale:
            continue
        (folder / _TOLD).unlink(missing_ok=True)
        _take_away(folder / name)
        titles.clear()  # they are the same again
        built[name] = _built(folder / name, build, _noting(made.entries(number), number, titles))
        marks[name] = stale[name]
        figures = {each: asdict(one) for each, one in built.items()}
        told = {"marks": marks, "built": figures, "titles": titles}
        (folder / _TOLD).write_text(json.dumps(told), encoding="utf-8")
    return Catalogue(folder, number, built, tuple(titles))


_BUILD: Final[dict[str, Callable[[Path, Iterable[CatalogueEntry]], Engine]]] = {
    OurIndex.name: OurIndex.build,
    Fts5.name: Fts5.build,
    BareTantivy.name: BareTantivy.build,
}


def _take_away(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _known(number: int) -> tuple[Catalogue, dict[str, str]] | None:
    """Return what is kept and the marks of the code that made it."""
    folder = KEPT / str(number)
    if not (folder / _TOLD).exists():
        return None
    known = json.loads((folder / _TOLD).read_text(encoding="utf-8"))
    built = {name: Built(**figures) for name, figures in known["built"].items()}
    return Catalogue(folder, number, built, tuple(known["titles"])), known.get("marks", {})


def _noting(entries: Iterable[CatalogueEntry], number: int, titles: list[str]) -> Iterator[CatalogueEntry]:
    step = max(1, number // (4 * QUERIES))
    for entry in entries:
        if entry.key % step == 0 and len(titles) < QUERIES and len(marked_words(entry.record.title)) >= 4:
            titles.append(entry.record.title)
        yield entry


def _built(
    path: Path, build: Callable[[Path, Iterable[CatalogueEntry]], Engine], entries: Iterable[CatalogueEntry]
) -> Built:
    wall, cpu = time.perf_counter(), time.process_time()
    build(path, entries).close()
    took = time.perf_counter() - wall, time.process_time() - cpu
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return Built(*took, sum(file.stat().st_size for file in files))


def _mark(name: str) -> str:
    digest = hashlib.sha256()
    for source in _SOURCES[name]:
        digest.update((_ROOM / source).read_bytes())
    return digest.hexdigest()


def memory_growth(catalogue: Catalogue) -> tuple[float, float]:
    """Return by how many megabytes a process of its own grows at most when it opens our index and asks it and facets.

    The first figure is its own memory, the second counts the pages of the index's files that it maps too.
    """
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.catalogue_kept", _MEMORY, str(catalogue.number)],
        check=True,
        capture_output=True,
        text=True,
    )
    own, mapped = told.stdout.split()
    return float(own), float(mapped)


def _grow(catalogue: Catalogue) -> None:
    before = _memory()
    most: tuple[int, ...] = before
    with closing(catalogue.ours()) as ours:
        for title in catalogue.titles:
            words = marked_words(title)
            for text in (words[0], " ".join(words[:3]), words[0][:2], words[0][:-1] + " " + words[1]):
                ours.find(text, typing=len(text) < 3)
            ours.index.facets(Question(text=words[0]), list(Facet))
            most = tuple(map(max, most, _memory()))
    print(*((late - early) / 1024 for early, late in zip(before, most, strict=True)))


def _memory() -> tuple[int, int]:
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}
    return found["Anonymous"], found["Rss"]


if __name__ == "__main__":
    os.chdir(_ROOM)
    there = _known(int(sys.argv[2]))  # never made here: what making leaves in memory would hide the growth
    if there is None:
        raise SystemExit("there is no such catalogue")
    _grow(there[0])
