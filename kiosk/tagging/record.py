"""What the tagging station did, a line a tag, on disk before the next label: a file that a spreadsheet opens."""

import csv
import fcntl
import io
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kiosk.tagging.words import Content, Note, Outcome
from library.text.forms import printable

COLUMNS: Final = ("time", "item_id", "part", "parts", "uid", "outcome", "found")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula; a tag of anybody's may say so."""


class RecordError(Exception):
    """The file cannot be used; ``problem`` is for the person at the station."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record."""

    content: Content
    uid: str
    outcome: Outcome
    found: str = field(default="", repr=False)


class Record:
    """The file, open for one station alone; made where it is absent. Raises `RecordError`.

    To look into it while a station works, there is `read_record`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines: tuple[Line, ...] = ()
        """What was there at opening."""
        self.damaged: tuple[int, ...] = ()
        """The numbers of lines that say nothing; they are left as they are. A line without an end is cut off."""
        self._descriptor = -1

    @property
    def name(self) -> str:
        """The file's own name."""
        return self._path.name

    def __enter__(self) -> Self:
        """Open and read it; a line that a power cut left half written is taken away."""
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
            self._read()
        except RecordError:
            self.__exit__(None, None, None)
            raise
        except OSError as error:
            self.__exit__(None, None, None)
            raise RecordError(self._path, error.strerror or type(error).__name__) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def add(self, note: Note, at: datetime) -> None:
        """Append a line and return when it is on disk; raises `RecordError`."""
        content = note.content
        fields = [
            at.isoformat(timespec="seconds"),
            content.item_id,
            str(content.part),
            str(content.parts),
            note.uid,
            note.outcome.value,
            note.found,
        ]
        try:
            self._append(_csv(fields))
        except OSError as error:
            raise RecordError(self._path, error.strerror or type(error).__name__) from error

    def _read(self) -> None:
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            raise RecordError(self._path, "is no file")
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RecordError(self._path, "another station is using it") from error
        with os.fdopen(os.dup(self._descriptor), "rb") as file:
            data = file.read()
        self.lines, self.damaged = _parsed(self._path, data)
        whole = _whole(data)
        if len(whole) < len(data):
            os.ftruncate(self._descriptor, len(whole))
        if not whole:
            self._append(_csv(COLUMNS))

    def _append(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        os.fsync(self._descriptor)


def read_record(path: Path) -> tuple[Line, ...]:
    """Give the lines of a record, which may be in use, and change nothing; an absent one has none.

    Raises `RecordError`.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise RecordError(path, error.strerror or type(error).__name__) from error
    return _parsed(path, data)[0]


def _whole(data: bytes) -> bytes:
    """Leave out a line without an end."""
    return data[: data.rfind(b"\n") + 1]


def _parsed(path: Path, data: bytes) -> tuple[tuple[Line, ...], tuple[int, ...]]:
    """Give the lines, and the numbers of those that say nothing; raises `RecordError` for some other file."""
    whole = _whole(data)
    if not whole and _csv(COLUMNS).startswith(data):
        return (), ()
    try:
        rows = list(csv.reader(io.StringIO(whole.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RecordError(path, "is another file: no text in UTF-8 with commas") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise RecordError(path, f"is another file: its first line is not {','.join(COLUMNS)}")
    lines = [(number, _line(row)) for number, row in enumerate(rows[1:], start=2)]
    return (
        tuple(line for _, line in lines if line is not None),
        tuple(number for number, line in lines if line is None),
    )


def complete(lines: Iterable[Line]) -> frozenset[str]:
    """Give the numbers of the items whose every part has its tag."""
    parts: dict[str, set[tuple[int, int]]] = {}
    for line in {line.uid: line for line in lines}.values():
        if line.outcome.done:
            parts.setdefault(line.content.item_id, set()).add((line.content.part, line.content.parts))
    return frozenset(
        item_id
        for item_id, there in parts.items()
        if any({(part, parts) for part in range(1, parts + 1)} <= there for _, parts in there)
    )


def done(lines: tuple[Line, ...]) -> Iterator[tuple[str, str]]:
    """Give number and UID of every tag that is right; of a UID only its last line counts."""
    last = {line.uid: line for line in lines}
    return ((line.content.item_id, line.uid) for line in last.values() if line.outcome.done)


def _csv(fields: tuple[str, ...] | list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow([_harmless(field) for field in fields])
    return text.getvalue().encode("utf-8", "replace")


def _harmless(text: str) -> str:
    shown = printable(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _line(row: list[str]) -> Line | None:
    try:
        _, item_id, part, parts, uid, outcome, found = row
        return Line(Content(item_id, int(part), int(parts)), uid, Outcome(outcome), found)
    except ValueError:
        return None
