"""The fields of the index and what of a record goes into each; a change of either is a new :data:`FORMAT`."""

import math
from collections.abc import Iterable
from typing import Final

import tantivy

from library.catalogue.index.words import Word, code, joined_words, words_of
from library.catalogue.record import CatalogueEntry, CatalogueRecord

FORMAT: Final = 2
"""The number of this set of fields; an index of another number is built anew."""

LONGEST_BEGINNING: Final = 5
"""Letters of a word's beginning that have a term of their own; longer ones are few enough to be looked up."""
STARTS: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16)
"""Letters of a title's beginning, spaces left out, that have a term of their own."""
LOTS: Final = 64
"""So many heaps the records are dealt out to, evenly and by nothing that a reader could ask for."""
AVAILABLE: Final = "yes"
NOT_AVAILABLE: Final = "no"
_MOST_WORDS: Final = 4_000
"""Words of one record that can be found; a book's whole text is no record."""
_MOST_RANKED: Final = 60
"""Words of a title, and titles or names of a record, that ranking looks at."""
_LONGEST_VALUE: Final = 200
_WHOLE: Final = 120
_GOLDEN: Final = 0x9E3779B97F4A7C15


def schema() -> tantivy.Schema:
    """Return the fields; ``words`` has every word of a record, with marks and without, the scored ones only some."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    builder.add_float_field("worth", fast=True)
    builder.add_text_field("words", tokenizer_name="spaces", index_option="basic")
    for name in ("title", "names", "subjects"):
        builder.add_text_field(name, tokenizer_name="spaces", index_option="freq")
    for name in ("shown_title", "shown_names", "entry"):
        builder.add_text_field(name, stored=True, tokenizer_name="empty", index_option="basic")
    for name in ("begins", "starts", "codes"):
        builder.add_text_field(name, tokenizer_name="spaces", index_option="basic")
    for name in ("whole", "mark"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("available_at", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("place", "kind", "language", "subject", "available"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("year", indexed=True, fast=True)
    builder.add_unsigned_field("lot", indexed=True)
    return builder.build()


def register(index: tantivy.Index) -> None:
    """Tell an index how its texts are cut; they come cut into words with spaces between them."""
    index.register_tokenizer("spaces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    nothing = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.remove_long(1)).build()
    index.register_tokenizer("empty", nothing)


def worth(use: int, *, available: bool) -> float:
    """Return the number that the index weighs a record with: its score times log2 of two more, 1 to about 1.3."""
    return 2 ** (1 + 0.25 * math.log1p(min(use, 10**6)) / 14 + (0.02 if available else 0)) - 2


def lot(key: int) -> int:
    """Return the heap of a record: keys that follow each other, as one source's do, come to different ones."""
    return (key * _GOLDEN % 2**64) * LOTS >> 64


def document(entry: CatalogueEntry, schema: tantivy.Schema) -> tantivy.Document:
    """Return what the index keeps of an entry."""
    record = entry.record
    titles = [words_of(title) for title in (record.title, *record.other_titles)]
    names = [words_of(name.text) for name in record.names]
    about = [words_of(text) for text in (*record.subjects, record.publisher, *record.series)]
    rest = [words_of(text) for text in _rest(record)]
    places = {holding.place for holding in entry.holdings if holding.place}
    available_at = {holding.place for holding in entry.holdings if holding.available}
    fields: dict[str, object] = {
        "key": entry.key,
        "worth": worth(entry.use, available=bool(available_at)),
        "mark": "record",
        "lot": lot(entry.key),
        "words": " ".join(_all_words([*titles, *names, *about, *rest])),
        "title": _plain(titles),
        "names": _plain(names),
        "subjects": _plain(about),
        "shown_title": _marked(titles),
        "shown_names": _marked(names),
        "begins": " ".join(_beginnings([*titles, *names, *about])),
        "starts": " ".join(_starts(titles)),
        "whole": sorted({whole for text in (record.title, *record.other_titles) for whole in whole_titles(text)}),
        "codes": " ".join(sorted(_codes(entry))),
        "kind": record.kind.value,
        "available": AVAILABLE if available_at else NOT_AVAILABLE,
        "entry": entry.model_dump_json(exclude_defaults=True),
    }
    some = {
        "place": _values(places),
        "available_at": _values(available_at),
        "language": _values(record.languages),
        "subject": _values(record.subjects),
        "year": record.year,
    }
    fields |= {name: value for name, value in some.items() if value}
    return tantivy.Document.from_dict(fields, schema)


def cursor_document(cursor: str, schema: tantivy.Schema) -> tantivy.Document:
    """Return the one document that says up to which change an index goes."""
    return tantivy.Document.from_dict({"mark": "cursor", "entry": cursor}, schema)


def whole_titles(title: str) -> set[str]:
    """Return a title as it is compared whole: all of it, and what stands before a subtitle."""
    parts = [title]
    for sign in (" : ", ": ", " / ", " = ", " (", " - "):
        head, found, _ = title.partition(sign)
        if found:
            parts.append(head)
    return {whole for part in parts if (whole := whole_term(words_of(part)))}


def whole_term(words: list[Word]) -> str:
    """Return words as the term of a whole title."""
    return " ".join(word.plain for word in words)[:_WHOLE]


def isbn_forms(isbn: str) -> set[str]:
    """Return an ISBN as it may be typed: of 13 digits and, where there is one, of 10."""
    digits = code(isbn)
    if len(digits) != 13 or not digits.startswith("978") or not digits.isdecimal():  # noqa: PLR2004 - the length of an ISBN-13
        return {digits} if digits else set()
    body = digits[3:12]
    check = sum((10 - place) * int(digit) for place, digit in enumerate(body)) % 11
    last = "0" if not check else "x" if check == 1 else str(11 - check)
    return {digits, body + last}


def _all_words(parts: list[list[Word]]) -> Iterable[str]:
    found: dict[str, None] = {}
    for words in parts:
        for word in words:
            found[word.plain] = None
            found[word.marked] = None
            if word.plain[-1:] in "+#":
                found[word.plain.rstrip("+#")] = None
        if any(word.joined for word in words):
            found |= dict.fromkeys(joined_words(words))
        if len(found) > _MOST_WORDS:
            break
    return found


def _plain(parts: list[list[Word]]) -> str:
    return " ".join(word.plain for words in parts for word in words[:_MOST_WORDS])


def _marked(parts: list[list[Word]]) -> str:
    """Return words with their marks, the parts apart, for ranking what was found."""
    return " | ".join(" ".join(word.marked for word in words[:_MOST_RANKED]) for words in parts[:_MOST_RANKED])


def _beginnings(parts: list[list[Word]]) -> Iterable[str]:
    found: dict[str, None] = {}
    for words in parts:
        for word in words[:_MOST_WORDS]:
            for form in {word.plain, word.marked}:
                for length in range(1, min(len(form), LONGEST_BEGINNING) + 1):
                    found[form[:length]] = None
    return found


def _starts(titles: list[list[Word]]) -> Iterable[str]:
    found: dict[str, None] = {}
    for words in titles:
        whole = "".join(word.plain for word in words[: STARTS[-1]])
        for length in STARTS:
            if length <= len(whole):
                found[whole[:length]] = None
    return found


def _codes(entry: CatalogueEntry) -> set[str]:
    record = entry.record
    found = set().union(*(isbn_forms(isbn) for isbn in record.isbns))
    texts = [*record.issns, *record.other_numbers, *(number.number for number in record.class_numbers)]
    for holding in entry.holdings:
        texts += (holding.item_id, holding.call_number)
    found.update(code(text) for text in texts)
    return found - {""}


def _rest(record: CatalogueRecord) -> tuple[str, ...]:
    year = () if record.year is None else (str(record.year),)
    return (*year, record.published_at, record.edition, *record.notes, record.summary)


def _values(values: Iterable[str]) -> list[str]:
    return sorted({_scalar(value)[:_LONGEST_VALUE] for value in values} - {""})


def _scalar(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
