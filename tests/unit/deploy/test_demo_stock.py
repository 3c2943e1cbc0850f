"""The demo's libraries, copies, patrons and tags."""

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from deploy.demo.people import NEWCOMERS_NAME, PLACES, ROLES, library_number
from deploy.demo.stock import CHILDS_LIMIT, LENDING_FEE, PAD_BOOKS, RENTAL, RULES, Stock, make_stock, write_stock
from deploy.demo.tags import tag_of
from drivers.rfid.tagdata.content import Blank, TagContent, TagDataError
from drivers.rfid.tagdata.detect import detect
from library.identity.citizen_card import DESK_AGE, CitizenCard, read_citizen_card, years_old
from library.lending.patterns import NumberKind, NumberPatterns
from library.lending.rules import LendingRules, LoanRule

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module", name="stock")
def _stock() -> Stock:
    return make_stock(1, TODAY)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_and_day_give_the_same_files(stock: Stock, tmp_path: Path) -> None:
    write_stock(stock, tmp_path / "one")
    write_stock(make_stock(1, TODAY), tmp_path / "two")

    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["copies.csv", "demo.json", "patrons.csv", "places.csv", "records.csv"]
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)


def test_another_seed_gives_other_copies(stock: Stock) -> None:
    assert make_stock(2, TODAY).copies != stock.copies


def test_there_is_a_hub_three_schools_and_two_reading_rooms_with_copies_in_each(stock: Stock) -> None:
    held = Counter(copy.place for copy in stock.copies)

    assert Counter(place.kind for place in PLACES) == {"hub": 1, "school": 3, "reading_room": 2}
    assert all(held[place.code] > 100 for place in PLACES)
    assert all(len(place.code) <= 16 for place in PLACES)


def test_every_record_has_a_copy_and_every_copy_a_record(stock: Stock) -> None:
    records = {record["source_id"] for record in stock.records}

    assert len(stock.records) >= 5_000
    assert {copy.source_id for copy in stock.copies} == records
    assert len({copy.item_id for copy in stock.copies}) == len(stock.copies)


def test_the_numbers_have_the_form_that_a_library_knows_without_being_told(stock: Stock) -> None:
    patterns = NumberPatterns()

    assert all(patterns.classify(copy.item_id) is NumberKind.ITEM for copy in stock.copies)
    assert all(patterns.classify(patron.card) is NumberKind.CARD for patron in stock.patrons)
    assert len({patron.card for patron in stock.patrons}) == len(stock.patrons)


@pytest.mark.parametrize("number", ["30234000517861", "33191000105864"])
def test_a_number_ends_in_the_check_digit_of_real_library_numbers(number: str) -> None:
    assert library_number(number[0], number[1:5], int(number[5:13])) == number


def test_each_card_shows_what_it_is_there_for(stock: Stock) -> None:
    by_card = {patron.card: patron for patron in stock.patrons}

    assert set(stock.cards) == {role.name for role in ROLES} | {"unknown", "citizen", "newcomer"}
    assert by_card[stock.cards["ordinary"].card].blocked == "no"
    assert by_card[stock.cards["ordinary"].card].expires > TODAY.isoformat()
    assert by_card[stock.cards["blocked"].card].blocked == "yes"
    assert by_card[stock.cards["expired"].card].expires == "2026-03-01"
    assert stock.cards["unknown"].card not in by_card
    assert len(stock.cards["at_limit"].has) == CHILDS_LIMIT


def test_a_citizen_card_finds_the_reader_with_a_pin_and_another_is_nobodys_who_is_old_enough(stock: Stock) -> None:
    named = {patron.card: patron.name for patron in stock.patrons}
    known, newcomer = (read_citizen_card(stock.cards[name].card, TODAY) for name in ("citizen", "newcomer"))

    assert isinstance(known, CitizenCard)
    assert isinstance(newcomer, CitizenCard)
    assert stock.cards["citizen"].finds == stock.cards["with_pin"].card
    assert known.name == named[stock.cards["with_pin"].card]
    assert (newcomer.name, stock.cards["newcomer"].finds) == (NEWCOMERS_NAME, "")
    assert years_old(newcomer.born, TODAY) >= DESK_AGE
    assert known.number != newcomer.number
    assert known.number[:3] == newcomer.number[:3] == "999"


def test_what_is_reserved_or_costs_is_so_for_a_card_that_shows_it(stock: Stock) -> None:
    standing = {copy.item_id: copy for copy in stock.copies}
    reserved, costs = stock.odd_books["reserved"].item_id, stock.odd_books["costs"].item_id
    (owed_for,) = stock.cards["owing"].has

    assert stock.cards["holder"].holds == (reserved,)
    assert [number for number, copy in standing.items() if copy.item_type == RENTAL] == sorted((costs, owed_for))
    assert {name for name, card in stock.cards.items() if card.pin} == {"holder", "owing", "with_pin"}
    assert not {reserved, costs, owed_for} & {book.item_id for book in stock.books}


def test_the_rules_are_ones_that_the_library_understands(stock: Stock) -> None:
    rules = LendingRules(LoanRule.model_validate(rule) for rule in RULES)
    at_limit = stock.cards["at_limit"]

    childs = rules.rule_for(category=at_limit.category, item_type="book", place="VN-DEMO1")
    costly = rules.rule_for(category=at_limit.category, item_type=RENTAL, place="VN-DEMO1")

    assert childs.max_items == costly.max_items == len(at_limit.has)
    assert (childs.lending_fee, costly.lending_fee) == (0, LENDING_FEE)


def test_no_book_for_the_pad_is_lent_or_kept_in_the_house(stock: Stock) -> None:
    standing = {copy.item_id: copy for copy in stock.copies}
    lent = {item for card in stock.cards.values() for item in card.has}
    pad = [book.item_id for book in stock.books]

    assert len(set(pad)) == PAD_BOOKS
    assert all(standing[item].status == "shelf" for item in pad)
    assert not lent & set(pad)
    assert stock.odd_books["lent"].item_id in lent
    assert standing[stock.odd_books["reference"].item_id].status == "reference"
    assert stock.odd_books["unknown"].item_id not in standing


def test_a_reference_copy_stands_in_many_places(stock: Stock) -> None:
    assert len([copy for copy in stock.copies if copy.status == "reference"]) > 50


def test_a_tag_is_laid_out_like_a_real_one_of_a_finnish_library() -> None:
    assert tag_of("1620154429", owner="FI-Mamk-M").memory[:68] == (
        "11010131363230313534343239000000000000" + "C4CF" + "46494D616D6B2D4D0000000000"
    )


def test_the_odd_tags_are_as_odd_as_they_are_said_to_be(stock: Stock) -> None:
    def found(name: str) -> object:
        return detect(bytes.fromhex(stock.odd_books[name].tag.memory))

    foreign = found("foreign")

    assert isinstance(foreign, TagContent)
    assert foreign.isil == "DK-DEMO9"
    assert found("blank") == Blank()


def test_an_item_number_that_does_not_fit_the_tag_is_refused() -> None:
    with pytest.raises(TagDataError):
        tag_of("TVX.00000000000001")


def test_the_workbench_finds_tags_in_the_words_of_the_emulator(stock: Stock, tmp_path: Path) -> None:
    write_stock(stock, tmp_path)

    demo = json.loads((tmp_path / "demo.json").read_text(encoding="utf-8"))
    tag = demo["books"][0]["tag"]
    assert tag.keys() == {"uid", "memory", "afi", "dsfid", "eas"}
    assert (tag["afi"], tag["dsfid"], len(bytes.fromhex(tag["memory"]))) == (0x07, 0x3E, 112)
    assert len({book["tag"]["uid"] for book in demo["books"]}) == PAD_BOOKS


def test_the_files_have_the_columns_of_the_importer(stock: Stock, tmp_path: Path) -> None:
    write_stock(stock, tmp_path)

    assert list(_read(tmp_path / "places.csv")[0]) == ["code", "name", "kind", "closed_weekdays"]
    assert list(_read(tmp_path / "patrons.csv")[0]) == ["card", "name", "category", "place", "expires", "blocked"]
    assert len(_read(tmp_path / "records.csv")) == len(stock.records)
    assert len(_read(tmp_path / "copies.csv")) == len(stock.copies)
