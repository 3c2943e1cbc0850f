"""Tables: CSV with a header, its comma, semicolon or tab found out, one row a record and a broken row one row.

A quote that is never closed would swallow the rest of a table: a row that goes on for too many lines is read again as
the one line that it is. A row with more values than the header has columns was written without quotes: a comma with a
space behind it is then the text's own.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from library.catalogue.reading.columns import meaning
from library.catalogue.reading.encodings import UTF8, Encoding, encoding_of
from library.catalogue.reading.streams import Again

_DELIMITERS: Final = ",;\t|"
_MOST_LINES: Final = 400
"""Lines of one row: a summary may have many, a forgotten quote has all."""
_LONGEST_LINE: Final = 120_000
"""Bytes; below the longest field that Python's reader takes."""
_HEAD: Final = 1 << 16
_MARK: Final = b"\xef\xbb\xbf"
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_MOST_COLUMNS: Final = 500
_LONG_TEXTS: Final = ("author", "summary", "title", "note", "subject", "words", "shelf")
"""Columns whose texts may have commas, the likeliest first."""
_YEAR: Final = re.compile(r"\s*(?:[0-9]{4}(?:\.0)?)?\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """A row by the names of its columns, or what is wrong with it."""

    values: dict[str, str]
    data: bytes
    line: int
    fault: str = ""
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Lines:
    """The lines of a file, with those that the row at hand has taken; some can be given back."""

    file: BinaryIO
    encoding: Encoding
    number: int = 0
    taken: list[bytes] = field(default_factory=list)
    waiting: deque[bytes] = field(default_factory=deque)
    longest: int = _MOST_LINES
    too_many: bool = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= self.longest:
            self.too_many = True
            raise StopIteration
        data = self.waiting.popleft() if self.waiting else self.file.readline(_LONGEST_LINE)
        if not data:
            raise StopIteration
        self.taken.append(data)
        text = self.encoding.decode(data)
        return text.replace("\0", " ").replace("\r\n", "\n").replace("\r", "\n" if text.endswith("\r") else " ")

    def next_row(self) -> None:
        self.number += len(self.taken)
        self.taken = []
        self.too_many = False

    def give_back(self, lines: Sequence[bytes]) -> None:
        self.waiting.extendleft(reversed(lines))


def rows(file: BinaryIO) -> Iterator[Row]:
    """Give the rows of a table below its header; a table without a column for titles gives one fault."""
    head = file.read(_HEAD)
    file = _lines_of(head, file)
    lines = _Lines(file, UTF8 if head.startswith(_WIDE_MARKS) else encoding_of(head))
    first = next(lines, "").removeprefix("\ufeff")
    delimiter = max(_DELIMITERS, key=first.count)
    header = _parsed([first], delimiter) or []
    if not any(meaning(name) == "title" for name in header) or len(header) > _MOST_COLUMNS:
        yield Row({}, b"", 1, "its first line names no column for titles")
        return
    names = [name.strip().lstrip("\ufeff") for name in header]
    note = () if lines.encoding is UTF8 else (f"the table is in {lines.encoding.name}",)
    lines.next_row()
    while True:
        row = _next(lines, delimiter, names, note)
        if row is None:
            return
        if row.values or row.fault:
            yield row
        note = ()


def _lines_of(head: bytes, file: BinaryIO) -> BinaryIO:
    """Give the file from its beginning; UTF-16 and the line ends of old machines are rewritten on the way."""
    whole = io.BufferedReader(Again(head, file))
    if head.startswith(_WIDE_MARKS):
        return io.BufferedReader(_Rewritten(io.TextIOWrapper(whole, "utf-16", errors="replace", newline="")))
    if b"\r" in head and b"\n" not in head:
        return io.BufferedReader(_Rewritten(io.TextIOWrapper(whole, "utf-8", errors="surrogateescape", newline=None)))
    return whole


class _Rewritten(io.RawIOBase):
    """A text in another encoding, as UTF-8."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # the only buffer that its reader gives
        if not self._rest:
            self._rest = self._text.read(_HEAD).encode("utf-8", errors="surrogateescape")
        data = self._rest[: len(buffer)]
        self._rest = self._rest[len(data) :]
        buffer[: len(data)] = data
        return len(data)


def _next(lines: _Lines, delimiter: str, names: Sequence[str], notes: tuple[str, ...]) -> Row | None:
    try:
        values = next(csv.reader(lines, delimiter=delimiter), None)
    except csv.Error:
        values = []
    if not lines.taken:
        return None
    first = lines.number + 1
    if lines.too_many or (len(lines.taken) > 1 and (values == [] or _ran_on(lines, delimiter, len(names)))):
        again, rest = lines.taken[:1], lines.taken[1:]
        lines.give_back(rest)
        lines.taken = again
        values = _parsed([lines.encoding.decode(again[0])], delimiter, quoted=False)
        notes = (*notes, "a quote in it is never closed")
    data = b"".join(lines.taken)
    lines.next_row()
    if not values or not any(value.strip() for value in values):
        fault = "cannot be read as a row" if values is None and data.strip() else ""
        return Row({}, data, first, fault)
    if len(values) > len(names):
        values = _with_its_commas(values, delimiter, names)
        notes = (*notes, "commas of its texts were written without quotes")
        if len(values) != len(names):
            return Row({}, data, first, f"has {len(values)} values for {len(names)} columns")
    if b"\0" in data:
        notes = (*notes, "control characters were left out")
    return Row(dict(zip(names, values, strict=False)), data, first, notes=notes)


def _ran_on(lines: _Lines, delimiter: str, columns: int) -> bool:
    """Return whether a quote that was never closed ran on into rows of their own, up to the next quote."""
    texts = [lines.encoding.decode(data) for data in lines.taken]
    try:
        list(csv.reader(texts, delimiter=delimiter, strict=True))
    except csv.Error:
        return any(len(_parsed([text], delimiter) or ()) == columns for text in texts[1:-1])
    return False


def _parsed(lines: Sequence[str], delimiter: str, *, quoted: bool = True) -> list[str] | None:
    try:
        if quoted:
            return next(csv.reader(lines, delimiter=delimiter), None)
        return next(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE), None)
    except csv.Error:
        return None


def _with_its_commas(values: Sequence[str], delimiter: str, names: Sequence[str]) -> list[str]:
    """Put together again what commas of the texts cut: those have a space, dots or the rest of a name behind them.

    What is still too much belongs to one text: the authors', else another, if the year then stands where it should.
    """
    joined = list(values)
    for behind in ((" ",), (" ", "...")):
        joined = _joined(values, delimiter, behind)
        if len(joined) == len(names):
            return joined
    meanings = [meaning(name) for name in names]
    surplus = len(joined) - len(names)
    if surplus < 1 or "year" not in meanings:
        return joined
    for at in sorted(
        (at for at, what in enumerate(meanings) if what in _LONG_TEXTS), key=lambda at: _rank(meanings[at])
    ):
        tried = [*joined[:at], delimiter.join(joined[at : at + surplus + 1]), *joined[at + surplus + 1 :]]
        if _YEAR.fullmatch(tried[meanings.index("year")]):
            return tried
    return joined


def _joined(values: Sequence[str], delimiter: str, behind: tuple[str, ...]) -> list[str]:
    joined: list[str] = []
    for value in values:
        if joined and value.startswith(behind) and value.strip():
            joined[-1] += delimiter + value
        else:
            joined.append(value)
    return joined


def _rank(what: str | None) -> int:
    return _LONG_TEXTS.index(what or "")
