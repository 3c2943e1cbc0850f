"""Titles as one reads them: without what ISBD and shops put around them, and what that was."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from library.catalogue.tidying.lines import bare, line
from library.catalogue.tidying.persons import is_person, same_person
from library.text import fold

_EDITION: Final = re.compile(
    r"\s*(?:[(\[]\s*((?:tái\s+bản|in\s+lần|tb\s?[0-9]|tb\b|phiên bản mới|ấn bản|xuất bản lần)[^()\[\]]{0,60}?)\s*[)\]]"
    r"|\s[-\u2013]\s+((?:tái\s+bản|in\s+lần thứ|ấn bản)[^-\u2013()\[\]:]{0,40})$)",
    re.IGNORECASE,
)
_BINDING: Final = re.compile(
    r"\s*(?:[(\[]\s*((?:bìa (?:cứng|mềm)|bản (?:thường|giới hạn|đặc biệt|bỏ túi|bìa áo)|khổ (?:lớn|nhỏ))"
    r"[^()\[\]]{0,40}?)\s*[)\]]"
    r"|\s[-\u2013]\s+((?:bìa (?:cứng|mềm)|bản (?:thường|giới hạn|đặc biệt)))$)",
    re.IGNORECASE,
)
_GIFT: Final = re.compile(
    r"\s*(?:[(\[]\s*(?:tặng|kèm (?:nilon|bookmark|quà|bao|bọc|sổ|postcard)|quà tặng|sản phẩm chính hãng|"
    r"hàng chính hãng|freeship|bọc plastic|trừ mốc|sách chính hãng|nhã nam (?:hcm|official))[^()\[\]]{0,80}[)\]]"
    r"|\s*[-+\u2013,]\s*(?:tặng (?:kèm|ngay|bookmark|sổ|postcard)|kèm (?:nilon|bookmark|quà|postcard))"
    r"[^-+\u2013:()\[\]]{0,60}$)",
    re.IGNORECASE,
)
_SET: Final = re.compile(
    r"\s*[(\[]\s*((?:trọn\s+)?(?:bộ|combo|hộp|boxset)\s+(?:gồm\s+)?[0-9]{1,3}\s*(?:cuốn|quyển|tập|q|c))\s*[)\]]",
    re.IGNORECASE,
)
_COMBO: Final = re.compile(
    r"^(?:(?:combo|boxset|box set)(?:\s+(?:sách|[0-9]{1,3}\s?(?:cuốn|quyển|tập|q|c)?\b))*|"
    r"trọn bộ [0-9]{1,3} (?:cuốn|quyển|tập))\s*(?:[:\-\u2013]\s*)?(?=\w)",
    re.IGNORECASE,
)
_SAYS_BOOK: Final = re.compile(r"^sách\s*[-\u2013:]\s*(?=\w)", re.IGNORECASE)
_BOOK: Final = re.compile(r"^sách\s+(?=\w)", re.IGNORECASE)
_COMPOUNDS_SAID: Final = (
    "giáo khoa,giáo viên,giáo trình,giáo án,bài tập,bài học,bài giảng,tô màu,hướng dẫn,tham khảo,tương tác,điện tử,"
    "tập viết,tập tô,học sinh,dạy nấu,nấu ăn,bách khoa,đọc thêm,thiếu nhi,bỏ túi,kinh điển,học guitar,tiếng anh"
)
_COMPOUNDS: Final = frozenset(_COMPOUNDS_SAID.split(","))
_COLOURS: Final = frozenset({"trắng", "đỏ", "xanh", "đen", "vàng"})
"""Words that make one thing with ``sách`` before them (``Sách giáo khoa``, ``Sách Trắng``): then it is the title's."""
_STATEMENT: Final = " / "
_PARALLEL: Final = " = "
_REMAINDER: Final = re.compile(r"\s+:\s+")
_SHORTEST_PARALLEL: Final = 10
_LONGEST: Final = 20_000


@dataclass(slots=True)
class TidyTitle:
    """A title, and what stood around it."""

    title: str
    others: list[str] = field(default_factory=list)
    """The title in another language, and as a shop wrote it."""
    editions: list[str] = field(default_factory=list)
    extent: str = ""
    responsible: str = ""
    """The statement of responsibility, when it is one."""


def tidy_title(text: str, people: Sequence[str] = (), *, of_shop: bool = False) -> TidyTitle:
    """Return a title that came in one piece; `people` are the names that the record has besides.

    What stands behind a slash is taken off where it names one of `people`, or where the record names nobody and the
    title is written by ISBD's rules. A volume stays a part of the title. With `of_shop` a leading ``Sách`` goes too,
    where the title does not need it.
    """
    seen = line(text[:_LONGEST])
    tidy = TidyTitle(seen)
    _take_statement(tidy, people)
    _take_noise(tidy, people, of_shop=of_shop)
    _take_parallel(tidy)
    tidy.title = bare(_REMAINDER.sub(": ", tidy.title)) or seen
    return tidy


def parts_joined(proper: str, remainder: Sequence[str] = (), parts: Sequence[tuple[str, str]] = ()) -> str:
    """Put a title together: proper, remainder, and for each part whether it is a number (``n``) or a name (``p``)."""
    joined = ": ".join(filter(None, [bare(proper), *map(bare, remainder)]))
    before = ""
    for code, text in parts:
        part = bare(text)
        if part:
            between = ", " if code == "p" and before == "n" else ". "
            joined = f"{joined}{between}{part}" if joined else part
            before = code
    return joined


def _take_statement(tidy: TidyTitle, people: Sequence[str]) -> None:
    head, slash, tail = tidy.title.partition(_STATEMENT)
    if not slash or not head.strip():
        return
    named = [part.strip(" .,;") for part in re.split(r"[;,]", tail)]
    known = any(same_person(one, other) for one in named for other in people)
    written_by_rule = " : " in head or _PARALLEL in head or ". - " in tail or " ; " in tail
    if known or (not people and (written_by_rule or all(is_person(name) for name in named if name))):
        tidy.title, tidy.responsible = head.strip(), tail.strip()


def _take_parallel(tidy: TidyTitle) -> None:
    head, equals, tail = tidy.title.partition(_PARALLEL)
    if equals and all(len(side) >= _SHORTEST_PARALLEL and " " in side.strip() for side in (head, tail)):
        tidy.title = head.strip()
        tidy.others += [bare(_REMAINDER.sub(": ", other)) for other in tail.split(_PARALLEL)]


def _take_noise(tidy: TidyTitle, people: Sequence[str], *, of_shop: bool) -> None:
    before = tidy.title
    title = before
    for pattern in (_EDITION, _BINDING):
        while found := pattern.search(title):
            tidy.editions.append((found[1] or found[2]).strip(" -"))
            title = title[: found.start()] + title[found.end() :]
    title = _GIFT.sub("", title)
    if found := _SET.search(title):
        tidy.extent = found[1]
        title = title[: found.start()] + title[found.end() :]
    title = _SAYS_BOOK.sub("", title)
    if of_shop:
        title = _without_people(_without_book(title), people)
    title = _SAYS_BOOK.sub("", _COMBO.sub("", title))
    title = line(title).strip(" -\u2013")
    if title and title != before:
        tidy.title = title
        tidy.others.append(before)


def _without_book(title: str) -> str:
    found = _BOOK.match(title)
    rest = title[found.end() :] if found else ""
    words = [word.strip(",.:-").casefold() for word in rest.split()[:2]]
    if not words or not (rest[0].isupper() or rest[0].isdigit()):
        return title
    return title if " ".join(words) in _COMPOUNDS or words[0] in _COLOURS else rest


def _without_people(title: str, people: Sequence[str]) -> str:
    """Take an author's name off the title's end, where a shop repeats it behind a dash."""
    head, dash, tail = title.rpartition(" - ")
    said = re.sub(r"^tác giả\s*:?\s+", "", tail, flags=re.IGNORECASE)
    repeated = any(fold(said) == fold(person) for person in people)
    return head if dash and head.strip() and repeated else title
