"""Takes the demo's titles, as facts, from the shared data set: `python -m deploy.demo.data.extract FOLDER`.

FOLDER holds `records.jsonl`, `qnu_sach.csv` and `webbookrate.csv`. The answers are the CSV files beside this script, in
the form of `server.holdings.importing`: NFC, sorted by their first column, so that a change shows as a difference.
"""

import csv
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deploy.demo.data.shop_titles import title_of_offer
from library.text import fold, printable

HERE: Final = Path(__file__).parent
COLUMNS: Final = ("source_id", "title", "author", "language", "subjects", "publisher", "year", "isbn")
LONGEST_TITLE: Final = 120
SUBJECTS: Final = 3
"""The first headings say what a book is about; the tenth says little."""
NOT_ITS_OWN_BOOK: Final = re.compile(
    r"\b(volumes?|vol\.|part \d|book \d|no\. \d|number \d|chapter|index|complete|works of|project gutenberg)\b",
    re.IGNORECASE,
)
NOT_FOR_A_CHILDRENS_SHELF: Final = frozenset(
    {"Truyện đam mỹ", "Truyện kinh dị", "Sách Chiêm Tinh", "Sách Phong Thủy", "Tô màu", "Sách khác", "Sách chuyển động"}
)
NO_AUTHOR: Final = frozenset({"Không rõ tác giả", "Đang cập nhật"})
NO_PUBLISHER: Final = frozenset({"Nhiều Nhà Xuất Bản", "Đang cập nhật", "[Knxb]", "[S.l.]", "[S.n.]"})
HOUSE: Final = re.compile(r"^(?:nhà xuất bản|nxb\.?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a book, and nothing that was made up about it."""

    source: str
    title: str
    author: str
    language: str
    subjects: tuple[str, ...] = ()
    publisher: str = ""
    year: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes two rows of one source the same book: title and author without case, marks and punctuation."""
        return (re.sub(r"\W+", " ", fold(self.title)).strip(), re.sub(r"\W+", " ", fold(self.author)).strip())

    def row(self) -> tuple[str, ...]:
        """Give the row of the import file; its id depends on the source, the title and the author alone."""
        digest = hashlib.sha256(repr(self.key).encode()).hexdigest()[:10]
        subjects = ";".join(self.subjects)
        return (
            f"{self.source}-{digest}",
            self.title,
            self.author,
            self.language,
            subjects,
            self.publisher,
            self.year,
            "",
        )


def gutenberg(records: Iterable[dict[str, Any]]) -> Iterator[Facts]:
    """Give the books of Project Gutenberg in Latin letters; their `year` is the year of issue there and is left out."""
    for record in records:
        if record["source"] != "gutenberg" or ";" in record["lang"] or not record.get("author"):
            continue
        title, author = printable(record["title"]), printable(record["author"])
        if len(title) <= LONGEST_TITLE and not NOT_ITS_OWN_BOOK.search(title) and _is_latin(title + author):
            subjects = (printable(subject).replace(";", ",") for subject in record["subjects"][:SUBJECTS])
            yield Facts("pg", title, author, record["lang"], tuple(subjects))


def quy_nhon_books(records: Iterable[dict[str, Any]], rows: Iterable[str]) -> Iterator[Facts]:
    """Give the Vietnamese books of a university's list; a year is believed where its row's ISBD line ends in it."""
    books = [record for record in records if record["source"] == "qnu_books"]
    for record, row in zip(books, rows, strict=True):
        title, author = printable(record["title"]), printable(record.get("author", ""))
        if record["lang"] != "vie" or not author or ". - " in title + author or len(title) > LONGEST_TITLE:
            continue
        year = record.get("year", "")
        in_isbd = re.search(rf"\. - .*, ?{re.escape(year)}\b", row) if year else None
        publisher = printable(record.get("publisher", ""))
        yield Facts(
            source="qn",
            title=title,
            author=author,
            language="vi",
            publisher="" if publisher in NO_PUBLISHER else publisher,
            year=year if in_isbd else "",
        )


def shop_books(offers: Iterable[dict[str, str]]) -> Iterator[Facts]:
    """Give the books of a shop's list; its ISBN and year columns are made up and are not read."""
    for offer in offers:
        author = "" if offer["author"] in NO_AUTHOR else printable(offer["author"])
        title = title_of_offer(offer["title"], author)
        if title is None or not author or len(title) > LONGEST_TITLE or title.count(" - ") > 1:
            continue
        if NOT_FOR_A_CHILDRENS_SHELF.isdisjoint(genre.strip() for genre in offer["genres"].split(",")):
            publisher = printable(offer["publisher"])
            house = "" if publisher in NO_PUBLISHER else HOUSE.sub("", publisher)
            yield Facts("vn", title, author, "vi", publisher=house)


def write(path: Path, books: Iterable[Facts]) -> int:
    """Write `books` to `path`, each once, and return how many there are."""
    rows = sorted({book.key: book.row() for book in books}.values())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return len(rows)


def main(folder: Path, into: Path = HERE) -> None:
    """Read the sources in `folder` and write the files to `into`."""
    with (folder / "records.jsonl").open(encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    with (folder / "webbookrate.csv").open(encoding="utf-8", newline="") as file:
        offers = list(csv.DictReader(file))
    qnu_rows = (folder / "qnu_sach.csv").read_text(encoding="utf-8").splitlines()[1:]
    print("gutenberg", write(into / "records-gutenberg.csv", gutenberg(records)))
    vietnamese = [*shop_books(offers), *quy_nhon_books(records, qnu_rows)]
    print("vietnamese", write(into / "records-vietnamese.csv", vietnamese))


def _is_latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(char, "") for char in text if char.isalpha())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
