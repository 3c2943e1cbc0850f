"""Fills the demo's libraries: places, copies and patrons made from a seed, as files for `library-server import`.

`python -m deploy.demo.stock FOLDER [--seed N]` writes places.csv, records.csv, copies.csv, patrons.csv and demo.json.
The titles are real (deploy/demo/data); every copy, card and name is made up. The same seed and day give the same files.
"""

import argparse
import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final

from deploy.demo.people import HUB, NEWCOMERS_NAME, OWNER, PLACES, ROLES, DemoPatron, card_number, citizen_card, patrons
from deploy.demo.tags import Tag, blank_tag, foreign_tag, tag_of
from library.text import fold

DATA: Final = Path(__file__).parent / "data"
RECORD_FILES: Final = ("records-vietnamese.csv", "records-gutenberg.csv")
PATRONS: Final = 240
PAD_BOOKS: Final = 60
"""Books of the hub that demo.json names with their tags: more than any pile."""
FEWEST_TITLES: Final = 800
"""Of so many the hub has enough books for the pad."""
CHILDS_LIMIT: Final = 3
LENDING_FEE: Final = 5_000
"""Đồng for each loan of an item of the type below."""
RENTAL: Final = "rental"
_RULES: Final = (
    {"category": "child", "loan_days": 7, "max_items": CHILDS_LIMIT, "renewals": 1},
    {"category": "student", "loan_days": 14, "max_items": 6, "renewals": 1},
    {"category": "teacher", "loan_days": 30, "max_items": 80, "renewals": 2},
    {"category": "adult", "loan_days": 14, "max_items": 80, "renewals": 1},
    {"category": "senior", "loan_days": 21, "max_items": 80, "renewals": 2},
)
RULES: Final = (*_RULES, *({**rule, "item_type": RENTAL, "lending_fee": LENDING_FEE} for rule in _RULES))
"""Rows of `library.lending.rules.LoanRule` for the server's configuration; a grown-up may take the whole demo."""
REFERENCE_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that stands in no library."""

    item_id: str
    source_id: str
    place: str
    item_type: str
    call_number: str
    status: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A card worth presenting."""

    card: str
    category: str
    shows: str
    has: tuple[str, ...] = ()
    """Items that must be lent to this card before the demo begins, so that it shows what it is there for."""
    holds: tuple[str, ...] = ()
    """Items that must be ready for this card."""
    pin: str = ""
    finds: str = ""
    """The library card of the reader whom this citizen card finds; empty: it is none, or nobody's."""


@dataclass(frozen=True, slots=True)
class DemoBook:
    """A book worth laying on the pad; its title is for the person at the workbench alone."""

    item_id: str
    title: str
    shows: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class Stock:
    """Everything that the demo begins with."""

    records: tuple[dict[str, str], ...] = field(repr=False)
    copies: tuple[Copy, ...] = field(repr=False)
    patrons: tuple[DemoPatron, ...] = field(repr=False)
    cards: dict[str, DemoCard] = field(repr=False)
    """By name: those of `ROLES`, `unknown`, and two citizen cards, `citizen` and `newcomer`."""
    books: tuple[DemoBook, ...] = field(repr=False)
    """`PAD_BOOKS` books of the hub that anybody may borrow, Vietnamese ones first among equals."""
    odd_books: dict[str, DemoBook] = field(repr=False)
    """By name: reference, lent, reserved, costs, unknown, foreign, blank."""

    def for_workbench(self) -> dict[str, Any]:
        """Give what the workbench and the script know, ready for JSON."""
        return {
            "note": "demo data: no such copy, card or person exists",
            "owner": OWNER,
            "institution": HUB.code,
            "rules": list(RULES),
            "cards": {name: asdict(card) for name, card in self.cards.items()},
            "books": [asdict(book) for book in self.books],
            "odd_books": {name: asdict(book) for name, book in self.odd_books.items()},
        }


def make_stock(seed: int, today: date, data: Path = DATA, titles: int | None = None) -> Stock:
    """Make the stock from the titles in `data`; `today` is the day from which cards count their time.

    `titles`: so many of them, taken evenly, and `FEWEST_TITLES` at least; None: all.
    """
    random = Random(seed)  # noqa: S311 - chance for a demo, not for a secret
    records = tuple(_records(data))
    if titles is not None:
        records = records[:: max(1, len(records) // max(titles, FEWEST_TITLES))]
    copies = tuple(_copies(records, random))
    people = tuple(patrons(random, today, PATRONS))
    at_hub = [copy for copy in copies if copy.place == HUB.code]
    good = _for_the_pad([copy for copy in at_hub if copy.status == "shelf"], random)
    pad_books = tuple(_book(copy, "may be borrowed") for copy in islice(good, PAD_BOOKS))
    childs = tuple(copy.item_id for copy in islice(good, CHILDS_LIMIT))
    lent, reserved = next(good), next(good)
    costs, owed_for = islice(good, 2)
    rentals = {costs.item_id, owed_for.item_id}
    has = {"at_limit": childs, "reader": (lent.item_id,), "owing": (owed_for.item_id,)}
    holds = {"holder": (reserved.item_id,)}
    cards = {
        role.name: DemoCard(
            person.card, role.category, role.shows, has.get(role.name, ()), holds.get(role.name, ()), role.pin
        )
        for role, person in zip(ROLES, people, strict=False)
    }
    named = next(person for person in people if person.card == cards["with_pin"].card)
    others = {
        "unknown": DemoCard(card_number(HUB.institution, 99_999_999), "", "nobody knows this card"),
        "citizen": DemoCard(citizen_card(1, named.name), "", "citizen card of the reader with a PIN", finds=named.card),
        "newcomer": DemoCard(citizen_card(2, NEWCOMERS_NAME), "", "citizen card of somebody who is no reader yet"),
    }
    nobodys = f"{HUB.prefix}.999999"
    return Stock(
        records=records,
        copies=tuple(replace(copy, item_type=RENTAL) if copy.item_id in rentals else copy for copy in copies),
        patrons=people,
        cards={**cards, **others},
        books=pad_books,
        odd_books={
            "reference": _book(next(copy for copy in at_hub if copy.status == "reference"), "is read in the house"),
            "lent": _book(lent, "is lent to somebody else"),
            "reserved": _book(reserved, "is kept for somebody who reserved it"),
            "costs": _book(costs, "costs a fee, asked for before the loan"),
            "unknown": DemoBook(nobodys, "", "bears our tag and stands in no catalogue", tag_of(nobodys)),
            "foreign": DemoBook("DK.000017", "", "belongs to another library", foreign_tag("DK.000017")),
            "blank": DemoBook("", "", "bears an empty tag", blank_tag()),
        },
    )


def write_stock(stock: Stock, folder: Path) -> None:
    """Write the files of `server.holdings.importing` and `server.patrons.importing`, and demo.json, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "places.csv", ("code", "name", "kind", "closed_weekdays"), PLACES)
    _write(folder / "copies.csv", ("item_id", "source_id", "place", "item_type", "call_number", "status"), stock.copies)
    _write(folder / "patrons.csv", ("card", "name", "category", "place", "expires", "blocked"), stock.patrons)
    with (folder / "records.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(stock.records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(stock.records)
    text = json.dumps(stock.for_workbench(), ensure_ascii=False, indent=1)
    (folder / "demo.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Write the stock of today into a folder."""
    parser = argparse.ArgumentParser(prog="python -m deploy.demo.stock", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    stock = make_stock(arguments.seed, date.today())  # noqa: DTZ011 - demo cards expire by this machine's calendar
    write_stock(stock, arguments.folder)
    print(f"{len(stock.records)} records, {len(stock.copies)} copies, {len(stock.patrons)} patrons (demo data)")


def _records(data: Path) -> Iterator[dict[str, str]]:
    for name in RECORD_FILES:
        with (data / name).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _copies(records: Iterable[dict[str, str]], random: Random) -> Iterator[Copy]:
    serials = dict.fromkeys(PLACES, 0)
    shares = [place.share for place in PLACES]
    for record in records:
        for place in random.choices(PLACES, shares, k=random.choice((1, 1, 1, 2))):
            serials[place] += 1
            yield Copy(
                item_id=f"{place.prefix}.{serials[place]:06}",
                source_id=record["source_id"],
                place=place.code,
                item_type="textbook"
                if re.search(r"\blop \d|giao (khoa|trinh)|bai tap", fold(record["title"]))
                else "book",
                call_number=_call_number(record),
                status="reference" if random.random() < REFERENCE_SHARE else "shelf",
                title=record["title"],
                language=record["language"],
            )


def _call_number(record: dict[str, str]) -> str:
    """Give a shelf mark made of the record's own facts: its language, author and title."""
    author = re.sub(r"[^a-z]", "", fold(record["author"]))[:3].upper()
    title = re.sub(r"[^a-z0-9]", "", fold(record["title"]))[:3].upper()
    return f"{record['language'].upper()} {author}.{title}"


def _for_the_pad(copies: Sequence[Copy], random: Random) -> Iterator[Copy]:
    vietnamese = [copy for copy in copies if copy.language == "vi"]
    others = [copy for copy in copies if copy.language != "vi"]
    random.shuffle(vietnamese)
    random.shuffle(others)
    for position in range(len(vietnamese)):
        yield others[position] if position % 4 == 3 else vietnamese[position]  # noqa: PLR2004 - every fourth book


def _book(copy: Copy, shows: str) -> DemoBook:
    return DemoBook(copy.item_id, copy.title, shows, tag_of(copy.item_id))


def _write(path: Path, columns: Sequence[str], rows: Iterable[object]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([getattr(row, column) for column in columns] for row in rows)


if __name__ == "__main__":
    main()
