"""JSON objects one after the other: a line each, in a list, or run together, with raw control characters in texts.

A list may stand in an object of its own, as services give it (``{"total": 2, "records": [...]}``, one page or several).

What is no object is told and passed over: reading goes on at the next brace that begins a line or follows a comma.
"""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from library.catalogue.reading.columns import meaning
from library.catalogue.reading.draft import LONGEST_ORIGINAL

_AT_A_TIME: Final = 1 << 16
_BETWEEN: Final = re.compile(r"(?:[\s,\[\]\x00\x1e\ufeff]|\{(?=[\s,]*\{))*")
"""What stands between objects, a brace too that only another one follows."""
_NEXT: Final = re.compile(r"(?:[\n,\]}]\s{0,80})(?=\{\s{0,80}[\"}])")
_NAME: Final = r"\"[^\"\\]{0,80}\"\s*:\s*"
_TEXT: Final = r"\"(?:[^\"\\]|\\.){0,2000}\""
_SMALL: Final = (
    rf"(?:{_TEXT}|[-+.\w]{{1,40}}|\{{(?:[^{{}}\"]|{_TEXT}){{0,4000}}\}}|\[(?:[^\[\]{{}}\"]|{_TEXT}){{0,4000}}\])"
)
_LIST_NAMES: Final = (
    r"\"(?:records?|items|results?|data|docs|documents|hits|books|entries|response|list|rows|value)\"\s*:\s*"
)
_AROUND: Final = re.compile(
    rf"(?:\{{\s*(?:{_NAME}{_SMALL}\s*,\s*){{0,30}}{_LIST_NAMES}){{1,4}}\[\s*(?=\{{)", re.IGNORECASE
)
"""The beginning of an object that holds a list of records, up to the first of them."""
_AFTER: Final = re.compile(rf"(?:[\s,\]}}]|{_NAME}{_SMALL})+")
"""What stands behind the list, up to the end of that object."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_OUTSIDE: Final = re.compile(r"[\udc80-\udcff]")
_WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_RESERVE: Final = 64
"""Characters at the end of what was read within which an error may only be that more is to come."""
_MOST_KEYS: Final = 500
_MOST_VALUES: Final = 2_000
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class JsonPiece:
    """An object as names and values, or what is wrong with what stands there."""

    values: dict[str, list[str]]
    data: bytes
    line: int
    fault: str = ""
    notes: tuple[str, ...] = ()


def objects(file: BinaryIO) -> Iterator[JsonPiece]:
    """Give each object of a file, in the file's order."""
    return _Reader(file).objects()


class _Reader:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._waiting = ""
        self._line = 1
        self._ended = False
        self._is_within = False
        self._may_be_around = True
        head = file.read(len(codecs.BOM_UTF8))
        wide = head.startswith(_WIDE_MARKS)
        self._decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8")(
            errors="replace" if wide else "surrogateescape"
        )
        self._waiting += self._decoder.decode(head)
        self._json = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)

    def objects(self) -> Iterator[JsonPiece]:
        while True:
            self._skip(_between(self._waiting))
            if not self._waiting:
                if self._ended:
                    return
                self._more()
                continue
            if len(self._waiting) < _RESERVE and not self._ended:
                self._more()
                continue
            if self._goes_in_or_out():
                continue
            yield self._one() if self._waiting.startswith("{") else self._broken("is no JSON object")

    def _goes_in_or_out(self) -> bool:
        """Step over what stands around a list of records; return whether it did."""
        if not self._is_within and not self._may_be_around:
            return False
        while len(self._waiting) < _AT_A_TIME and not self._ended:
            self._more()
        if self._is_within:
            found = _AFTER.match(self._waiting)
            self._is_within = found is None
        else:
            found = _AROUND.match(self._waiting)
            self._is_within = found is not None and self._is_of_records(found.end())
            found = found if self._is_within else None
        self._may_be_around = not self._is_within and found is not None
        if found is not None:
            self._skip(found.end())
        return found is not None

    def _is_of_records(self, first: int) -> bool:
        """Return whether the list's first member is a record, and what stands around it is none."""
        try:
            member, _ = self._json.raw_decode(self._waiting, first)
        except (ValueError, RecursionError):
            return False
        try:
            whole, _ = self._json.raw_decode(self._waiting)
        except (ValueError, RecursionError):
            whole = {}
        return _has_title(member) and not _has_title(whole)

    def _one(self) -> JsonPiece:
        """Read the object that begins here."""
        while True:
            try:
                found, end = self._json.raw_decode(self._waiting)
            except json.JSONDecodeError as error:
                if self._may_go_on(error):
                    self._more()
                    continue
                return self._broken(f"is not JSON: {error.msg.partition(':')[0][:60]}")
            except (ValueError, RecursionError):
                return self._broken("is not JSON that can be read")
            return self._piece(found, end)

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        if self._ended or len(self._waiting) > LONGEST_ORIGINAL:
            return False
        return error.pos >= len(self._waiting) - _RESERVE or error.msg.startswith("Unterminated string")

    def _piece(self, found: Mapping[str, Any], end: int) -> JsonPiece:
        text = self._waiting[:end]
        line = self._line
        data = text.encode("utf-8", errors="surrogateescape")
        self._skip(end)
        notes = []
        if _CONTROL.search(text):
            notes.append("control characters were left out")
        if _OUTSIDE.search(text):
            notes.append("bytes that are no UTF-8 were left out")
        return JsonPiece(_values(found), data, line, notes=tuple(notes))

    def _broken(self, words: str) -> JsonPiece:
        """Tell of what cannot be read, and go to where the next object begins."""
        line, searched = self._line, 1
        while not (found := _NEXT.search(self._waiting, searched)):
            if self._ended:
                self._skip(len(self._waiting))
                return JsonPiece({}, b"", line, words)
            if len(self._waiting) > _AT_A_TIME:
                self._skip(len(self._waiting) - 2 * _RESERVE)
            searched = 0 if len(self._waiting) <= 2 * _RESERVE else max(1, len(self._waiting) - 2 * _RESERVE)
            self._more()
        self._skip(found.end())
        return JsonPiece({}, b"", line, words)

    def _more(self) -> None:
        data = self._file.read(_AT_A_TIME)
        self._ended = not data
        self._waiting += self._decoder.decode(data, final=self._ended)

    def _skip(self, count: int) -> None:
        self._line += self._waiting.count("\n", 0, count)
        self._waiting = self._waiting[count:]


def _has_title(found: Mapping[str, Any]) -> bool:
    return any(meaning(name) == "title" for name in found)


def _between(text: str) -> int:
    found = _BETWEEN.match(text)
    return found.end() if found else 0


def _values(found: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give every value as texts: a list's members, and the names and values inside an object under its name."""
    values: dict[str, list[str]] = {}
    for key, value in list(found.items())[:_MOST_KEYS]:
        texts = list(_texts(value, 0))[:_MOST_VALUES]
        if texts:
            values[key] = texts
    return values


def _texts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif depth < _DEEPEST and isinstance(value, list):
        for each in value[:_MOST_VALUES]:
            yield from _texts(each, depth + 1)
    elif depth < _DEEPEST and isinstance(value, dict):
        for name in ("name", "text", "title", "value", "number", "address", "item_id", "id", "$oid", "code"):
            if name in value:
                yield from _texts(value[name], depth + 1)
                return
