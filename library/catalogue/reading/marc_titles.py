"""Titles, names and imprint out of a MARC 21 record."""

from typing import Final

from library.catalogue.reading.draft import Draft
from library.catalogue.reading.marc import MarcField, MarcRecord
from library.catalogue.record import LONGEST_TEXT, Name, NameRole, RecordKind
from library.catalogue.tidying.imprints import publisher, town, without_imprint
from library.catalogue.tidying.lines import bare, line
from library.catalogue.tidying.names import names, one_name
from library.catalogue.tidying.persons import is_person
from library.catalogue.tidying.relators import role_of_code, role_of_words
from library.catalogue.tidying.titles import parts_joined, tidy_title
from library.catalogue.tidying.years import year

_TITLES: Final = ("245", "240", "130", "246", "222", "210", "242", "247", "740", "730")
"""Where a title may stand; the first that is there is the record's, the others lead to it."""
_FIRST_NAMES: Final = ("100", "110", "111")
_MORE_NAMES: Final = ("700", "710", "711", "720")
_BODIES: Final = frozenset({"110", "111", "710", "711"})
_ROLE_OF_KIND: Final = {RecordKind.SCORE: NameRole.COMPOSER, RecordKind.SOUND: NameRole.PERFORMER}
_PUBLISHED: Final = "1"
_NATURAL_ORDER: Final = "0"


def take_titles(marc: MarcRecord, draft: Draft) -> None:
    """Take the title, the other titles and the statement of who made the work."""
    statements = []
    for field in marc.tagged(*_TITLES):
        title = _title(field, draft)
        if not title:
            continue
        if not draft.title:
            draft.title = title
        else:
            draft.other_titles.append(title)
        draft.other_titles += [other for text in field.all("b") for other in _parallel(text)]
        if field.tag == "245":
            statements += field.all("c")
    for field in marc.tagged("700", "710", "711"):
        draft.other_titles += [bare(text) for text in field.all("t")]
    take_names(marc, draft)
    for statement in statements:
        _take_statement(statement, draft)


def take_names(marc: MarcRecord, draft: Draft) -> None:
    """Take the headings of people and bodies, with what they did."""
    usual = _ROLE_OF_KIND.get(draft.kind or RecordKind.BOOK, NameRole.AUTHOR)
    for field in marc.tagged(*_FIRST_NAMES, *_MORE_NAMES):
        roles = [role_of_code(code) for code in field.all("4")] + [role_of_words(words) for words in field.all("ej")]
        said = next(filter(None, roles), None)
        unsaid = usual if field.tag in _FIRST_NAMES else NameRole.OTHER
        draft.add_names(
            Name(text=name.text, role=said or (unsaid if name.role is NameRole.AUTHOR else name.role))
            for name in _names(field)
        )


def take_imprint(marc: MarcRecord, draft: Draft) -> None:
    """Take town, publisher and year; the year of the coded field counts before the printed one."""
    fields = sorted(
        marc.tagged("260", "264"), key=lambda field: field.tag == "264" and field.indicators[1] != _PUBLISHED
    )
    for field in fields:
        draft.published_at = draft.published_at or next(filter(None, map(town, field.all("a"))), "")
        draft.publisher = draft.publisher or next(filter(None, map(publisher, field.all("b"))), "")
    printed = [found for field in fields for text in field.all("cg") if (found := year(text))]
    coded = year(marc.control("008")[7:11])
    draft.year = coded or next(iter(printed), None)


def _title(field: MarcField, draft: Draft) -> str:
    """Put the parts of a title together: ``Hồi ký: tuyển. Tập 2, Mùa xuân``; what is no part of it goes elsewhere."""
    proper = field.first("a") or field.first("k") or field.first("t")
    kept = [(code, text) for code, text in field.subfields if code in "np"]
    whole = parts_joined(_without_slash(proper), [text.split(" = ")[0] for text in field.all("b")], kept)
    if field.tag != "245":
        return whole
    tidy = tidy_title(whole)
    draft.other_titles += tidy.others
    draft.editions += tidy.editions
    return tidy.title


def _parallel(text: str) -> list[str]:
    return [bare(part) for part in text.split(" = ")[1:]]


def _without_slash(text: str) -> str:
    return line(text).rstrip(" /=:;")


def _names(field: MarcField) -> list[Name]:
    """Give the name of a heading; a field that says names in their natural order may hold several."""
    if field.tag in _BODIES:
        text = ". ".join(bare(part) for part in field.all("ab"))
        return [Name(text=text[:LONGEST_TEXT])] if text.strip() else []
    given = " ".join(text.strip() for text in field.all("abc"))
    if field.indicators[:1] == _NATURAL_ORDER:
        several = names(given)
        if len(several) > 1 and all(is_person(name.text) for name in several):
            return list(several)
    name = one_name(given)
    return [name] if name else []


def _take_statement(statement: str, draft: Draft) -> None:
    """Take the people whom the title page names and no heading: each must look like a person beyond doubt.

    A cataloguer's ``[et al.]`` and words about the work are no names. An imprint that was put here too is taken.
    """
    said, imprint = without_imprint(statement)
    if imprint:
        draft.publisher = draft.publisher or imprint.publisher
        draft.published_at = draft.published_at or imprint.town
    draft.add_names(
        name for name in names(said) if is_person(name.text.replace(",", "")) and len(name.text.split()) > 1
    )
