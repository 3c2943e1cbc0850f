"""Records that are names and values, out of a table or of JSON: what each name means, and what its value says."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from library.catalogue.reading.draft import Draft
from library.catalogue.record import ClassNumber, Holding, NameRole, RecordKind
from library.catalogue.tidying.accessions import copies
from library.catalogue.tidying.imprints import Imprint, publisher, town, without_imprint
from library.catalogue.tidying.kinds import audience_of_words, kind_of_words
from library.catalogue.tidying.languages import languages
from library.catalogue.tidying.lines import bare, line, without_markup
from library.catalogue.tidying.names import names
from library.catalogue.tidying.titles import parts_joined, tidy_title
from library.catalogue.tidying.years import year
from library.text import fold

Values = Sequence[str]
_ALIASES: Final[dict[str, str]] = {
    "id": "source_id id record_id recordid biblionumber bib_id bibid book_id uuid oid ma_sach ma ma_tai_lieu "
    "identifier ark",
    "source": "source nguon",
    "title": "title name book_title nhan_de ten_sach tua_de ten tieu_de title_proper titre titel",
    "subtitle": "subtitle sub_title phu_de remainder_of_title",
    "volume": "volume tap part part_number volume_number",
    "other_title": "other_titles other_title alternative_title alternative parallel_title original_title nhan_de_khac",
    "author": "author authors creator creators tac_gia writer auteur autor",
    "contributor": "contributor contributors",
    "translator": "translator translators dich_gia nguoi_dich",
    "editor": "editor editors chu_bien bien_tap",
    "illustrator": "illustrator illustrators minh_hoa",
    "supervisor": "supervisor advisor nguoi_huong_dan huong_dan",
    "publisher": "publisher publishers nha_xuat_ban nxb editeur verlag",
    "town": "place published_at town publication_place place_of_publication noi_xuat_ban city",
    "year": "year published_year publication_year original_publication_year date issued publish_date pubdate nam "
    "nam_xuat_ban date_published publication_date published",
    "edition": "edition lan_xuat_ban ban_in",
    "isbn": "isbn isbn10 isbn13 isbn_10 isbn_13 isbns",
    "issn": "issn eissn issns",
    "other_number": "other_numbers",
    "language": "lang language languages language_code ngon_ngu",
    "subject": "subjects subject topic topics chu_de de_muc",
    "words": "genres genre keywords keyword tags the_loai tu_khoa categories category bookshelves",
    "ddc": "ddc dewey dewey_number",
    "class": "class_number class_numbers classification phan_loai ky_hieu_phan_loai call_class",
    "summary": "summary description abstract tom_tat mo_ta descriptions noi_dung",
    "key": "key",
    "note": "notes note ghi_chu remarks",
    "extent": "extent pages page_count num_pages so_trang mo_ta_vat_ly physical_description format",
    "des": "des",
    "series": "series tung_thu collection bo_sach",
    "kind": "type kind document_type loai loai_tai_lieu material_type doctype",
    "audience": "audience doi_tuong age_group",
    "cover": "cover cover_url image image_url thumbnail bia anh_bia img",
    "link": "link links url link_buy address web href",
    "shelf": "shelf code code2 holdings dkcb so_dkcb accession accession_number accessions kho ky_hieu_kho items",
    "call_number": "call_number callnumber ky_hieu_xep_gia",
    "available": "available",
}
_MEANS: Final = {name: what for what, aliases in _ALIASES.items() for name in aliases.split()}
_MEANS["_id"] = "id"
_ORDER: Final = tuple(_MEANS)
"""Names that mean one thing, the better one first."""
_SAID_OVER: Final = (
    "price rating_avg review_count average_rating ratings_count work_ratings_count work_text_reviews_count ratings_1 "
    "ratings_2 ratings_3 ratings_4 ratings_5 small_image_url books_count tag goodreads_book_id best_book_id work_id "
    "copies quantity so_luong"
)
_PASSED_OVER: Final = frozenset(_SAID_OVER.split())
"""What tables of books often hold and a catalogue has no room for."""
_OF_SHOPS: Final = frozenset({"price", "rating_avg", "review_count", "link_buy"})
_NO_NAME: Final = re.compile(r"[^a-z0-9]+")
_EXTENT: Final = re.compile(
    r"^(\[?[0-9ivxlc, +\]]{1,20}(?:tr|trang|p|pp|pages|s|t|tập|v)\b\.?.{0,60}?"
    r"(?:[0-9]{1,3}(?:[.,][0-9])?(?:\s*x\s*[0-9]{1,3})?\s*cm|cm\s?[0-9]{2})\.?)",
    re.IGNORECASE,
)
_OF_THESIS: Final = re.compile(r"đtlv|luận văn|luận án|khóa luận|khoá luận", re.IGNORECASE)
_FILE_OF_A_PICTURE: Final = re.compile(r"[^:*?<>|\x00-\x1f]{1,180}\.(?:jpe?g|png|webp)", re.IGNORECASE)
"""The name of a file beside the records, from which ``library-server covers import`` takes a cover."""
_COUNT: Final = re.compile(r"([0-9]{1,5})(?:\.0+)?")
_EMPTY: Final = frozenset({"", "nan", "none", "null", "n/a", "\\n"})
_LONG_ENOUGH: Final = 60
_ROLES: Final = {
    "contributor": NameRole.OTHER,
    "translator": NameRole.TRANSLATOR,
    "editor": NameRole.EDITOR,
    "illustrator": NameRole.ILLUSTRATOR,
    "supervisor": NameRole.SUPERVISOR,
}


def meaning(name: str) -> str | None:
    """Return what a column's name means, or ``None`` where it means nothing here."""
    return _MEANS.get(_plain(name))


def unread(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the names that mean nothing here, shortened, so that whoever imports hears of them."""
    return tuple(
        line(name)[:40] for name in keys if name and meaning(name) is None and _plain(name) not in _PASSED_OVER
    )


def take_columns(said: Mapping[str, Values], draft: Draft) -> None:
    """Fill a draft from names and values; a name that means nothing here is passed over."""
    by_meaning: dict[str, list[str]] = {}
    for _, what, values in sorted(_meant(said), key=lambda each: each[0]):
        by_meaning.setdefault(what, []).extend(values)
    _split_key(by_meaning)
    for role_of in ("author", *_ROLES):
        _take_people(by_meaning.get(role_of, ()), _ROLES.get(role_of, NameRole.AUTHOR), draft)
    _take_title(by_meaning, draft, of_shop=any(_plain(name) in _OF_SHOPS for name in said))
    for what, values in by_meaning.items():
        take = _TAKE.get(what)
        for value in values if take else ():
            _TAKE[what](draft, value)
    if draft.kind is None and _is_thesis(draft):
        draft.kind = RecordKind.THESIS


def _plain(name: str) -> str:
    folded = _NO_NAME.sub("_", fold(name)).strip("_")
    return "_id" if name.strip() == "_id" else folded


def _meant(said: Mapping[str, Values]) -> Iterable[tuple[int, str, list[str]]]:
    for name, values in said.items():
        plain = _plain(name)
        kept = [value for value in values if value.strip().casefold() not in _EMPTY]
        if plain in _MEANS and kept:
            yield _ORDER.index(plain), _MEANS[plain], kept


def _split_key(by_meaning: dict[str, list[str]]) -> None:
    """Tell a column ``key`` of words of a subject from one that says, at length, what a work is about."""
    for value in by_meaning.pop("key", []):
        by_meaning.setdefault("summary" if len(value) > _LONG_ENOUGH else "subject", []).append(value)


def _take_people(values: Iterable[str], role: NameRole, draft: Draft) -> None:
    for value in values:
        said, imprint = without_imprint(line(value) if "\n" not in value else value)
        _take_imprint(imprint, draft)
        draft.add_names(names(said, role))


def _take_imprint(imprint: Imprint | None, draft: Draft) -> None:
    if imprint:
        draft.publisher = draft.publisher or imprint.publisher
        draft.published_at = draft.published_at or imprint.town
        draft.year = draft.year or imprint.year


def _take_title(by_meaning: Mapping[str, list[str]], draft: Draft, *, of_shop: bool) -> None:
    titles = by_meaning.get("title", []) or by_meaning.get("other_title", [])
    if not titles:
        return
    said, imprint = without_imprint(line(titles[0]))
    _take_imprint(imprint, draft)
    tidy = tidy_title(said, [name.text for name in draft.names], of_shop=of_shop)
    parts = [("n", text) for text in by_meaning.get("volume", []) if not _COUNT.fullmatch(text.strip())]
    parts += [("n", f"Tập {text.strip()}") for text in by_meaning.get("volume", []) if _COUNT.fullmatch(text.strip())]
    remainder = by_meaning.get("subtitle", [])
    draft.title = parts_joined(tidy.title, remainder, parts) if parts or remainder else tidy.title
    draft.other_titles += [*tidy.others, *(line(other) for other in titles[1:])]
    draft.editions += tidy.editions
    draft.extent = draft.extent or tidy.extent
    if tidy.responsible:
        draft.add_names(names(tidy.responsible))


def _is_thesis(draft: Draft) -> bool:
    return any(name.role is NameRole.SUPERVISOR for name in draft.names) or any(
        _OF_THESIS.search(remark) for remark in draft.remarks
    )


def _id(draft: Draft, text: str) -> None:
    draft.source_id = draft.source_id or line(text)


def _source(draft: Draft, text: str) -> None:
    draft.source = line(text) or draft.source


def _other_title(draft: Draft, text: str) -> None:
    draft.other_titles.append(bare(text))


def _publisher(draft: Draft, text: str) -> None:
    draft.publisher = publisher(text) or draft.publisher


def _town(draft: Draft, text: str) -> None:
    draft.published_at = town(text) or draft.published_at


def _year(draft: Draft, text: str) -> None:
    draft.year = draft.year or year(text)


def _edition(draft: Draft, text: str) -> None:
    draft.editions.append(text)


def _isbn(draft: Draft, text: str) -> None:
    for part in re.split(r"[;,|]", text):
        draft.add_isbn(part, zeros_lost=True)


def _issn(draft: Draft, text: str) -> None:
    for part in re.split(r"[;,|]", text):
        draft.add_issn(part)


def _other_number(draft: Draft, text: str) -> None:
    draft.other_numbers.append(text)


def _language(draft: Draft, text: str) -> None:
    draft.languages += languages(text)


def _subject(draft: Draft, text: str) -> None:
    parts = text.split(";") if ";" in text else text.split("|") if "|" in text else [text]
    draft.subjects += [bare(part) for part in parts]


def _words(draft: Draft, text: str) -> None:
    """Keep words of a subject, which commas may part; in a heading (``Authors, American``) a comma parts nothing."""
    draft.subjects += [bare(part) for part in re.split(r"[;|,]", text)]


def _ddc(draft: Draft, text: str) -> None:
    draft.class_numbers.append(ClassNumber(number=bare(text)[:200], scheme="ddc"))


def _class(draft: Draft, text: str) -> None:
    scheme, colon, number = text.partition(":")
    if colon and number.strip() and scheme.strip().isalnum() and not scheme.strip().isdigit():
        draft.class_numbers.append(ClassNumber(number=bare(number)[:200], scheme=scheme.strip().casefold()[:32]))
    else:
        draft.class_numbers.append(ClassNumber(number=bare(text)[:200], scheme="other"))


def _summary(draft: Draft, text: str) -> None:
    draft.summaries.append(without_markup(text))


def _note(draft: Draft, text: str) -> None:
    """Keep a note; one that begins with pages and centimetres gives these to the extent."""
    seen = line(without_markup(text))
    found = _EXTENT.match(seen)
    if found and not draft.extent:
        draft.extent, seen = found[1].strip(), seen[found.end() :]
    draft.remarks.append(seen.strip(" ;"))


def _extent(draft: Draft, text: str) -> None:
    count = _COUNT.fullmatch(text.strip())
    draft.extent = draft.extent or (f"{count[1]} tr." if count else bare(text))


def _series(draft: Draft, text: str) -> None:
    draft.series.append(bare(text))


def _kind(draft: Draft, text: str) -> None:
    draft.kind = draft.kind or kind_of_words(text)


def _audience(draft: Draft, text: str) -> None:
    draft.audience = draft.audience or audience_of_words(text)


def _cover(draft: Draft, text: str) -> None:
    seen = line(text)
    if seen.lower().startswith(("http://", "https://")) or _FILE_OF_A_PICTURE.fullmatch(seen):
        draft.cover = draft.cover or seen


def _link(draft: Draft, text: str) -> None:
    draft.add_link(text)


def _shelf(draft: Draft, text: str) -> None:
    told = copies(text)
    draft.holdings += told.holdings
    draft.notes += told.notes
    if told.notes and not told.holdings:
        draft.remarks.append(line(text))


def _call_number(draft: Draft, text: str) -> None:
    if not draft.holdings:
        draft.holdings.append(Holding(call_number=bare(text)[:200]))


_TAKE: Final[dict[str, Callable[[Draft, str], None]]] = {
    "id": _id,
    "source": _source,
    "other_title": _other_title,
    "publisher": _publisher,
    "town": _town,
    "year": _year,
    "edition": _edition,
    "isbn": _isbn,
    "issn": _issn,
    "other_number": _other_number,
    "language": _language,
    "subject": _subject,
    "words": _words,
    "ddc": _ddc,
    "class": _class,
    "summary": _summary,
    "note": _note,
    "des": _note,
    "extent": _extent,
    "series": _series,
    "kind": _kind,
    "audience": _audience,
    "cover": _cover,
    "link": _link,
    "shelf": _shelf,
    "call_number": _call_number,
}
