"""Dublin Core as repositories give it out: ``oai_dc``, alone, in a list or in an answer to a harvester."""

import re
from collections.abc import Callable
from typing import Final

from library.catalogue.reading.draft import Draft
from library.catalogue.reading.xml_pieces import Element
from library.catalogue.record import ClassNumber, NameRole
from library.catalogue.tidying import numbers
from library.catalogue.tidying.imprints import publisher
from library.catalogue.tidying.kinds import audience_of_words, kind_of_words
from library.catalogue.tidying.languages import languages
from library.catalogue.tidying.lines import bare, line, without_markup
from library.catalogue.tidying.names import names, one_name
from library.catalogue.tidying.titles import tidy_title
from library.catalogue.tidying.years import year

_IS_NUMBER: Final = re.compile(r"(?:urn:)?(isbn|issn)[:\s]*(.+)", re.IGNORECASE)
_LONGEST_NUMBER: Final = 200
_DEWEY: Final = re.compile(r"(?:ddc|dewey)?\s*[:]?\s*([0-9]{3}(?:\.[0-9]+)?)", re.IGNORECASE)


def is_dublin_core(tree: Element) -> bool:
    """Tell whether a record has a title or an identifier of Dublin Core."""
    return any(_described(tree).named("title", "identifier", "creator"))


def is_deleted(tree: Element) -> bool:
    """Tell whether a harvest says that the source has deleted the record."""
    return any(header.attributes.get("status") == "deleted" for header in tree.named("header"))


def header_id(tree: Element) -> str:
    """Give the id that a harvest has for the record, or an empty text."""
    return next((line(found.text) for header in tree.named("header") for found in header.named("identifier")), "")


def take_dublin_core(tree: Element, draft: Draft) -> None:
    """Fill a draft from the elements of Dublin Core, qualified ones too."""
    for element in _described(tree).named(*_TAKE):
        if element.text.strip():
            _TAKE[element.name](draft, element.text)
    draft.source_id = header_id(tree) or draft.source_id
    if draft.title:
        tidy = tidy_title(draft.title, [name.text for name in draft.names])
        draft.title = tidy.title
        draft.other_titles = tidy.others + draft.other_titles
        draft.editions += tidy.editions


def _described(tree: Element) -> Element:
    """Give what stands below a harvest's header, or the record itself."""
    return next(tree.named("metadata"), tree)


def _title(draft: Draft, text: str) -> None:
    if draft.title:
        draft.other_titles.append(bare(text))
    else:
        draft.title = line(text)


def _other_title(draft: Draft, text: str) -> None:
    draft.other_titles.append(bare(text))


def _creator(draft: Draft, text: str) -> None:
    draft.add_names(names(text))


def _contributor(draft: Draft, text: str) -> None:
    found = one_name(text, NameRole.OTHER)
    draft.add_names([found] if found else [])


def _subject(draft: Draft, text: str) -> None:
    dewey = _DEWEY.fullmatch(line(text))
    if dewey:
        draft.class_numbers.append(ClassNumber(number=dewey[1][:_LONGEST_NUMBER], scheme="ddc"))
    else:
        draft.subjects += [bare(part) for part in text.split(";")]


def _description(draft: Draft, text: str) -> None:
    if draft.summaries:
        draft.remarks.append(without_markup(text).replace("\n", " "))
    else:
        draft.summaries.append(without_markup(text))


def _publisher(draft: Draft, text: str) -> None:
    draft.publisher = draft.publisher or publisher(text)


def _date(draft: Draft, text: str) -> None:
    draft.year = draft.year or year(text)


def _type(draft: Draft, text: str) -> None:
    draft.kind = draft.kind or kind_of_words(text)


def _format(draft: Draft, text: str) -> None:
    draft.extent = draft.extent or bare(text)


def _identifier(draft: Draft, text: str) -> None:
    seen = line(text)
    number = _IS_NUMBER.fullmatch(seen)
    if number and number[1].lower() == "issn":
        draft.add_issn(number[2])
    elif number or (seen[:3] in ("978", "979") and numbers.isbn(seen)):
        draft.add_isbn(number[2] if number else seen)
    elif "://" in seen:
        draft.add_link(seen)
    draft.source_id = draft.source_id or ("" if number else seen)


def _language(draft: Draft, text: str) -> None:
    draft.languages += languages(text)


def _relation(draft: Draft, text: str) -> None:
    if "://" in text:
        draft.add_link(text)
    else:
        draft.remarks.append(line(text))


def _series(draft: Draft, text: str) -> None:
    draft.series.append(bare(text))


def _note(draft: Draft, text: str) -> None:
    draft.remarks.append(without_markup(text).replace("\n", " "))


def _audience(draft: Draft, text: str) -> None:
    draft.audience = draft.audience or audience_of_words(text)


_TAKE: Final[dict[str, Callable[[Draft, str], None]]] = {
    "title": _title,
    "alternative": _other_title,
    "creator": _creator,
    "contributor": _contributor,
    "subject": _subject,
    "description": _description,
    "abstract": _description,
    "tableOfContents": _note,
    "publisher": _publisher,
    "date": _date,
    "issued": _date,
    "type": _type,
    "format": _format,
    "extent": _format,
    "identifier": _identifier,
    "language": _language,
    "source": _note,
    "relation": _relation,
    "isPartOf": _series,
    "coverage": _note,
    "rights": _note,
    "audience": _audience,
}
"""What each element says of a record; others are passed over."""
