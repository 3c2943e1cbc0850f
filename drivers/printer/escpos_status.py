"""What an ESC/POS printer says of itself, read by the host and written by the printer alike. Pure.

Three questions: is it on line, what keeps it off line, how is the paper.
``DLE EOT n`` is answered at once, whatever lies in the printer's buffer; ``GS r 1`` takes its turn behind everything
sent before: its answer means that all of that is on paper, and one that never comes was lost with what lay around it.
Both answers are one byte and told apart by bit 4. Some printers, by their switches, also report each change unasked, in
four bytes. Source: Epson ESC/POS command reference, DLE EOT, GS r, GS a and DLE DC4.
"""

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from drivers.printer.base import PaperStatus

ASK_ON_LINE: Final = b"\x10\x04\x01"
ASK_OFFLINE_CAUSE: Final = b"\x10\x04\x02"
ASK_PAPER: Final = b"\x10\x04\x04"
ASK_ALL_PRINTED: Final = b"\x1dr\x01"
CLEAR_BUFFERS: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""``DLE DC4 8``: forget what was received and not printed; nobody shall get the rest of another's receipt."""

_FIXED_MASK: Final = 0x93
_REAL_TIME_FIXED: Final = 0x12
_IN_TURN_MASK: Final = 0x90
_REPORT_MASK: Final = 0x93
_REPORT: Final = 0x10
_BEHIND_REPORT: Final = 3
"""Bytes behind the first of an automatic status report; each alone would look like an answer to ``GS r``."""
_CLEARED: Final = 0x37
_BEHIND_CLEARED: Final = 2
"""So with what answers `CLEAR_BUFFERS`: ``37 25 00``."""


class OnLine(IntFlag):
    """Bits of the answer to `ASK_ON_LINE`."""

    OFF_LINE = 0x08


class OfflineCause(IntFlag):
    """Bits of the answer to `ASK_OFFLINE_CAUSE`."""

    COVER_OPEN = 0x04
    FEED_BUTTON = 0x08
    PAPER_END = 0x20
    ERROR = 0x40


class PaperBits(IntFlag):
    """Bits of the answer to `ASK_PAPER`."""

    NEAR_END = 0x0C
    END = 0x60


class PaperInTurn(IntFlag):
    """Bits of the answer to `ASK_ALL_PRINTED`."""

    NEAR_END = 0x03
    END = 0x0C


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What a printer can say."""

    paper: PaperStatus = PaperStatus.OK
    cover_open: bool = False
    error: bool = False
    offline: bool = False
    """Off line, whatever the reason; also without one that it names."""

    @property
    def stopped(self) -> bool:
        """Off line for another reason than paper."""
        return self.cover_open or self.error or (self.offline and self.paper is not PaperStatus.OUT)


@dataclass(frozen=True, slots=True)
class Said:
    """What bytes from a printer mean."""

    real_time: int | None
    """The newest answer to ``DLE EOT``."""
    in_turn: int
    """So often ``GS r`` was answered."""
    damaged: int
    """Bytes that answer nothing."""
    behind: int = 0
    """So many of the bytes that come next belong to a report that has begun."""


def said(data: bytes, behind: int = 0) -> Said:
    """Sort what a printer sent; ``behind`` is what was told of the bytes before these."""
    real_time: int | None = None
    in_turn = damaged = 0
    for byte in data:
        if is_real_time_answer(byte):
            real_time, behind = byte, 0
        elif is_in_turn_answer(byte) and not behind:
            in_turn += 1
        else:
            behind = _behind(byte, behind)
            damaged += 1
    return Said(real_time, in_turn, damaged, behind)


def _behind(byte: int, before: int) -> int:
    """Return how many bytes behind one that answers nothing belong to the same report."""
    if byte & _REPORT_MASK == _REPORT:
        return _BEHIND_REPORT
    if byte == _CLEARED:
        return _BEHIND_CLEARED
    return max(0, before - 1) if is_in_turn_answer(byte) else 0


def is_real_time_answer(byte: int) -> bool:
    """Say whether a byte answers ``DLE EOT``."""
    return byte & _FIXED_MASK == _REAL_TIME_FIXED


def is_in_turn_answer(byte: int) -> bool:
    """Say whether a byte answers ``GS r``."""
    return not byte & _IN_TURN_MASK


def state_told(on_line: int, offline_cause: int, paper: int) -> PrinterState:
    """Return what the answers to `ASK_ON_LINE`, `ASK_OFFLINE_CAUSE` and `ASK_PAPER` say together."""
    cause, bits = OfflineCause(offline_cause & 0x6C), PaperBits(paper & 0x6C)
    status = PaperStatus.OK
    if bits & PaperBits.NEAR_END:
        status = PaperStatus.LOW
    if bits & PaperBits.END or cause & OfflineCause.PAPER_END:
        status = PaperStatus.OUT
    return PrinterState(
        status,
        bool(cause & OfflineCause.COVER_OPEN),
        bool(cause & OfflineCause.ERROR),
        bool(on_line & OnLine.OFF_LINE),
    )


def on_line_byte(state: PrinterState) -> int:
    """Give a printer's answer to `ASK_ON_LINE`: without paper, open or stuck it is off line too."""
    off = state.stopped or state.offline or state.paper is PaperStatus.OUT
    return _REAL_TIME_FIXED | (OnLine.OFF_LINE if off else 0)


def offline_cause_byte(state: PrinterState) -> int:
    """Give a printer's answer to `ASK_OFFLINE_CAUSE`."""
    cause = OfflineCause(0)
    if state.cover_open:
        cause |= OfflineCause.COVER_OPEN
    if state.error:
        cause |= OfflineCause.ERROR
    if state.paper is PaperStatus.OUT:
        cause |= OfflineCause.PAPER_END
    return _REAL_TIME_FIXED | cause


def paper_byte(state: PrinterState) -> int:
    """Give a printer's answer to `ASK_PAPER`."""
    bits = {PaperStatus.LOW: PaperBits.NEAR_END, PaperStatus.OUT: PaperBits.NEAR_END | PaperBits.END}
    return _REAL_TIME_FIXED | bits.get(state.paper, 0)


def all_printed_byte(state: PrinterState) -> int:
    """Give a printer's answer to `ASK_ALL_PRINTED`."""
    bits = {PaperStatus.LOW: PaperInTurn.NEAR_END, PaperStatus.OUT: PaperInTurn.END}
    return int(bits.get(state.paper, 0))
