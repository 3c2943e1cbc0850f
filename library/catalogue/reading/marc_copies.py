"""Copies out of a MARC 21 record: Koha's 952, Sirsi's 949, holdings in 852 and items in 876 to 878."""

import re
from typing import Final

from library.catalogue.reading.draft import Draft
from library.catalogue.reading.marc import MarcField, MarcRecord
from library.catalogue.record import LONGEST_TEXT, Holding
from library.catalogue.tidying.lines import bare, line
from library.text import fold

_ACCESSION: Final = re.compile(r"accession\s*(?:no\.?|number)?\s*:?\s*([\w./-]{1,40})", re.IGNORECASE)
_NO: Final = frozenset({"", "0", "n", "no"})
_AWAY: Final = re.compile(
    r"check(?:ed)? ?out|on loan|lost|missing|withdrawn|discard|in ?transit|binding|dang muon|da muon|mat"
)
_LONGEST_NUMBER: Final = 64
_LONGEST_TYPE: Final = 32
_ITEMS: Final = ("876", "877", "878")


def take_copies(marc: MarcRecord, draft: Draft) -> None:
    """Take every copy that the record names; fields of other systems that only share a tag are left alone."""
    draft.holdings += [_of_koha(field) for field in marc.tagged("952") if _is_koha(field)]
    draft.holdings += [_of_sirsi(field) for field in marc.tagged("949") if field.first("i") and field.first("lm")]
    items = [_item(field) for field in marc.tagged(*_ITEMS) if field.first("p")]
    shelves = [_shelf(field) for field in marc.tagged("852")]
    if items and shelves:
        draft.holdings += [
            item.model_copy(
                update={
                    "place": item.place or shelves[0].place,
                    "location": item.location or shelves[0].location,
                    "call_number": item.call_number or shelves[0].call_number,
                }
            )
            for item in items
        ]
        return
    draft.holdings += items or [shelf for shelf in shelves if shelf.place or shelf.item_id]


def _is_koha(field: MarcField) -> bool:
    return bool(field.first("p") or (field.first("ab") and field.first("coy")))


def _holding(*, item_id: str, place: str, location: str, call_number: str, item_type: str) -> Holding:
    """Make a holding of texts of any length; a number that is too long to be one is none."""
    number = line(item_id)
    return Holding(
        item_id=number if len(number) <= _LONGEST_NUMBER else "",
        place=bare(place)[:_LONGEST_NUMBER],
        location=bare(location)[:_LONGEST_NUMBER],
        call_number=bare(call_number)[:LONGEST_TEXT],
        item_type=bare(item_type).casefold()[:_LONGEST_TYPE] or Holding().item_type,
    )


def _of_koha(field: MarcField) -> Holding:
    away = any(fold(field.first(code)).strip() not in _NO for code in "014q") or bool(field.first("q"))
    holding = _holding(
        item_id=field.first("p"),
        place=field.first("a") or field.first("b"),
        location=field.first("c"),
        call_number=field.first("o"),
        item_type=field.first("y"),
    )
    return holding.model_copy(update={"available": not away})


def _of_sirsi(field: MarcField) -> Holding:
    holding = _holding(
        item_id=field.first("i"),
        place=field.first("m") or field.first("l"),
        location=field.first("l") if field.first("m") else "",
        call_number=field.first("a"),
        item_type=field.first("t"),
    )
    return holding.model_copy(update={"available": not _AWAY.search(fold(field.first("k")))})


def _item(field: MarcField) -> Holding:
    holding = _holding(
        item_id=field.first("p"), place="", location=field.first("l"), call_number=field.first("h"), item_type=""
    )
    return holding.model_copy(update={"available": not _AWAY.search(fold(" ".join(field.all("j"))))})


def _shelf(field: MarcField) -> Holding:
    accession = next((found[1] for text in field.all("xz") if (found := _ACCESSION.search(text))), "")
    return _holding(
        item_id=field.first("p") or accession.strip("."),
        place=field.first("b") or field.first("a"),
        location=field.first("c"),
        call_number=" ".join(field.all("khijm")),
        item_type="",
    )
