"""Labels of a scanner: bytes in however cut, whole labels out. Pure; a label's meaning is no concern of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

LONGEST: Final = 600
"""Characters that a label can have at most: a citizen card's QR code has some hundred; a page of text is no label."""

_A_MOMENT: Final = 0.002
"""Seconds by which a wait is longer than the gap, so that the gap is over when it ends."""
_FOR_EVER: Final = 60.0
"""Seconds to wait where silence means nothing."""

_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")


class Suffix(StrEnum):
    """What a scanner sends behind a label."""

    CR = "cr"
    LF = "lf"
    CRLF = "crlf"
    ANY = "any"
    """Carriage return, line feed or both: for a scanner whose setting nobody knows."""
    TAB = "tab"
    NONE = "none"
    """Nothing: a label ends when nothing more comes for as long as the gap."""


_END: Final = {
    Suffix.CR: b"\r",
    Suffix.LF: b"\n",
    Suffix.CRLF: b"\r\n",
    Suffix.ANY: b"\r",
    Suffix.TAB: b"\t",
    Suffix.NONE: b"",
}


@dataclass(frozen=True, slots=True)
class LabelSettings:
    """How a scanner is set up."""

    suffix: Suffix = Suffix.ANY
    prefix: bytes = b""
    """Sent before each label; a label without it is delivered as it is."""
    aim: bool = False
    """The scanner sends the AIM symbology mark, such as ``]C0``, before the label."""
    gap: float = 0.5
    """Seconds of silence after which the beginning of a label is given up: its end was lost.

    Without a suffix it is what ends a label.
    """
    encoding: str = "utf-8"
    longest: int = LONGEST


@dataclass(frozen=True, slots=True)
class Label:
    """One label; empty text for one that was empty, too long or not wholly received."""

    text: str = field(repr=False)
    symbology: str = ""


class LabelCodec:
    """Either end of a scanner's cable; never raises on what it receives."""

    def __init__(self, settings: LabelSettings) -> None:
        self._settings = settings
        self._buffer = bytearray()
        self._spoilt = False
        self._after_return = False
        self._last_at = 0.0
        self._cap = settings.longest * 4 + len(settings.prefix) + 3 + 2
        """Bytes kept: the longest label in the widest letters, its prefix, AIM mark and suffix."""
        self.damaged = 0
        """Bytes thrown away because they belonged to no whole label."""

    def receive_data(self, data: bytes, now: float) -> Iterator[Label]:
        """Take bytes that came at ``now`` (monotonic seconds) and yield the labels that they complete.

        Silence counts only where it was waited for, that is on a call without bytes: bytes that a busy computer fetches
        late were sent on time.
        """
        if not data:
            yield from self.silent(now)
        self._last_at = now if data else self._last_at
        for byte in data:
            label = self._take(byte)
            if label is not None:
                yield label

    def silent(self, now: float) -> Iterator[Label]:
        """Take notice that nothing has come up to ``now``; yield the label that this ends, if there is no suffix."""
        if not self.waiting or now - self._last_at <= self._settings.gap:
            return
        if self._settings.suffix is Suffix.NONE:
            yield self._whole(0)
        else:
            self._give_up()

    def spoil(self, now: float) -> None:
        """Take notice that bytes were lost at ``now``: the label under way is delivered empty."""
        self._spoilt = True
        self._last_at = now

    @property
    def waiting(self) -> bool:
        """Whether a label has begun and not ended."""
        return bool(self._buffer) or self._spoilt

    @property
    def kept(self) -> int:
        """How many bytes are kept of a label that has not ended."""
        return len(self._buffer)

    @property
    def silence_matters(self) -> float:
        """Seconds of silence after which `receive_data` should be called with nothing."""
        return self._settings.gap + _A_MOMENT if self.waiting else _FOR_EVER

    def send(self, label: Label) -> bytes:
        """Give the bytes that a scanner set up in this way sends for a label."""
        mark = label.symbology.encode("ascii") if self._settings.aim else b""
        text = label.text.encode(self._settings.encoding, errors="replace")
        return self._settings.prefix + mark + text + _END[self._settings.suffix]

    def _take(self, byte: int) -> Label | None:
        after_return, self._after_return = self._after_return, False
        if self._settings.suffix is Suffix.ANY:
            if byte == ord("\n") and after_return:
                return None
            self._after_return = byte == ord("\r")
            if byte in b"\r\n":
                return self._whole(0)
        self._buffer.append(byte)
        end = _END[self._settings.suffix]
        if end and self._settings.suffix is not Suffix.ANY and self._buffer.endswith(end):
            return self._whole(len(end))
        if len(self._buffer) > self._cap:
            self._spoilt = True
            kept = self._buffer[-1:]  # may begin the suffix
            self.damaged += len(self._buffer) - len(kept)
            self._buffer = kept
        return None

    def _whole(self, suffix: int) -> Label:
        data = bytes(self._buffer[: len(self._buffer) - suffix])
        spoilt, self._spoilt = self._spoilt, False
        self._buffer.clear()
        text = data.removeprefix(self._settings.prefix).decode(self._settings.encoding, errors="replace")
        symbology = ""
        if self._settings.aim and (mark := _AIM.match(text)):
            symbology, text = mark.group(), text[mark.end() :]
        if spoilt or len(text) > self._settings.longest:
            self.damaged += len(data)
            return Label("")
        return Label(text, symbology)

    def _give_up(self) -> None:
        self.damaged += len(self._buffer)
        self._buffer.clear()
        self._spoilt = False
