"""MARC 21 as ISO 2709 carries it: records cut at their terminators, whatever their leaders and directories say.

A leader may tell a wrong length, a directory wrong places; lengths are noted when wrong and never trusted. Where the
directory does not fit, the fields are taken in their order. Text is UTF-8 or MARC-8, field by field, whichever it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, Final

from library.catalogue.reading.draft import LONGEST_ORIGINAL
from library.catalogue.reading.marc import MarcField, MarcRecord
from library.catalogue.reading.marc8 import decode_marc8
from library.text import nfc

END_OF_RECORD: Final = b"\x1d"
END_OF_FIELD: Final = b"\x1e"
SUBFIELD: Final = b"\x1f"
LEADER: Final = 24
_ENTRY: Final = 12
_AT_A_TIME: Final = 1 << 16
_BREAKS: Final = b"\r\n\t\0\x1a"
_BETWEEN: Final = b" " + _BREAKS
_A_BLANK_LENGTH: Final = re.compile(rb" {5}[ -~]{7}[0-9]{5}")
_MARK: Final = b"\xef\xbb\xbf"
_A_LEADER: Final = re.compile(rb"[0-9]{5}[a-z][a-z][a-z ][a-z ][a-z ](?:[0-9 ]{2})[0-9 ]{5}")
_MOST_FIELDS: Final = 5_000
_UTF8: Final = "a"
_CODING: Final = 9


@dataclass(frozen=True, slots=True)
class Piece:
    """A record's bytes, and where they begin in the file."""

    data: bytes
    at: int
    fault: str = ""


class NoMarcError(ValueError):
    """Bytes that are no record; the words say why."""


def pieces(file: BinaryIO) -> Iterator[Piece]:
    """Cut a file into records: at each terminator, and where a length tells that one is missing."""
    waiting = bytearray()
    at, searched, lost = 0, 0, False
    while chunk := file.read(_AT_A_TIME):
        waiting += chunk
        while (end := waiting.find(END_OF_RECORD, searched)) >= 0:
            whole = bytes(waiting[: end + 1])
            del waiting[: end + 1]
            yield from _told(Piece(whole, at, "is too long to be a record") if lost else Piece(whole, at))
            at += len(whole)
            searched, lost = 0, False
        searched = len(waiting)
        if searched > LONGEST_ORIGINAL:
            at += searched
            waiting.clear()
            searched, lost = 0, True
    rest = bytes(waiting)
    if rest.strip(_BETWEEN):
        yield from _told(Piece(rest, at, "the file ends in the middle of it"))


def parse(data: bytes) -> MarcRecord:
    """Read one record; raise :class:`NoMarcError` where there is none."""
    if len(data) < LEADER + 1 or END_OF_FIELD not in data:
        raise NoMarcError("is too short to be a MARC record")
    leader = data[:LEADER].decode("ascii", errors="replace")
    record = MarcRecord(leader)
    if leader[:5] != f"{len(data):05d}" and len(data) <= 99_999:  # noqa: PLR2004 - what five digits can tell
        record.notes.append("its leader tells a wrong length")
    fields = _by_directory(data)
    if fields is None:
        record.notes.append("its directory does not fit; the fields were taken in their order")
        fields = _in_order(data)
    reader = _Texts(leader[_CODING] == _UTF8, record.notes)
    record.fields = [reader.field(tag, content) for tag, content in fields[:_MOST_FIELDS]]
    if len(fields) > _MOST_FIELDS:
        record.notes.append(f"more than {_MOST_FIELDS} fields; the rest was left out")
    if not record.fields:
        raise NoMarcError("has no fields")
    record.notes[:] = dict.fromkeys(record.notes)
    record.link()
    return record


def _told(piece: Piece) -> Iterator[Piece]:
    """Give a record without what stands between records; two where the terminator between them is missing."""
    data = piece.data.lstrip(_BREAKS).removeprefix(_MARK).lstrip(_BREAKS)
    if not _A_BLANK_LENGTH.match(data):
        data = data.lstrip(_BETWEEN)
    at = piece.at + len(piece.data) - len(data)
    if not data.strip(_BETWEEN + END_OF_RECORD):
        return
    starts = [0]
    while (following := _missing_end(data, starts[-1])) is not None:
        starts.append(following)
    for start, end in pairwise([*starts, len(data)]):
        yield Piece(data[start:end], at + start, piece.fault if end == len(data) else "")


def _missing_end(data: bytes, start: int) -> int | None:
    """Tell where a second record begins in `data`, by the length that the leader at `start` tells."""
    told = data[start : start + 5]
    if not told.isdigit() or int(told) <= LEADER:
        return None
    for end in range(start + int(told) - 2, start + int(told) + 3):
        if end + LEADER < len(data) and data[end - 1 : end] in (END_OF_FIELD, b"\n") and _A_LEADER.match(data, end):
            return end
    return None


def _entries(data: bytes) -> tuple[list[bytes], int]:
    """Give the entries of the directory and where the fields begin."""
    end = data.index(END_OF_FIELD)
    directory = data[LEADER:end]
    return [directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY)], end + 1


def _by_directory(data: bytes) -> list[tuple[str, bytes]] | None:
    """Give tag and content of each field where every entry of the directory fits, else ``None``."""
    entries, base = _entries(data)
    found = []
    for entry in entries:
        if len(entry) != _ENTRY or not entry[3:].isdigit():
            return None
        begin = base + int(entry[7:])
        end = begin + int(entry[3:7]) - 1
        if data[end : end + 1] != END_OF_FIELD or data[begin - 1 : begin] != END_OF_FIELD or end < begin:
            return None
        found.append((_tag(entry), data[begin:end]))
    return found or None


def _in_order(data: bytes) -> list[tuple[str, bytes]]:
    entries, base = _entries(data)
    contents = data[base:].rstrip(END_OF_RECORD).split(END_OF_FIELD)
    return [(_tag(entry), content) for entry, content in zip(entries, contents, strict=False) if content]


def _tag(entry: bytes) -> str:
    return entry[:3].decode("ascii", errors="replace")


class _Texts:
    """Reads the texts of one record: UTF-8 and MARC-8 as they come, and says so where the leader says otherwise."""

    def __init__(self, utf8: bool, notes: list[str]) -> None:  # noqa: FBT001 - what the leader says, at one place
        self._utf8 = utf8
        self._notes = notes

    def field(self, tag: str, content: bytes) -> MarcField:
        if tag < "010" or SUBFIELD not in content:
            return MarcField(tag, data=self._text(content))
        before, *subfields = content.split(SUBFIELD)
        indicators = before.decode("ascii", errors="replace").ljust(2)[-2:]
        texts = [(chr(part[0]), self._text(part[1:])) for part in subfields if part]
        return MarcField(tag, indicators=indicators, subfields=texts)

    def _text(self, data: bytes) -> str:
        if data.isascii() and b"\x1b" not in data:
            return data.decode("ascii")
        if b"\x1b" not in data:
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                pass
            else:
                if not self._utf8:
                    self._notes.append("its leader says MARC-8, but a field is UTF-8")
                return nfc(text)
        text, good = decode_marc8(data)
        if self._utf8:
            self._notes.append("its leader says UTF-8, but a field is not")
            if not good:
                text = nfc(data.decode("utf-8", errors="replace"))
        if not good:
            self._notes.append("some of its bytes are no letters of any alphabet")
        return text
