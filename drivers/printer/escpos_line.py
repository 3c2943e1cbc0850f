"""An ESC/POS printer as calls that block: ask, print, ask again; knows when a receipt did not come out whole."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from drivers.errors import DeviceLostError, LossReason, PaperOutError, PrinterStoppedError
from drivers.health import DeviceHealth
from drivers.printer.base import Block, PaperStatus, PrinterReading
from drivers.printer.escpos_profile import PrinterProfile
from drivers.printer.escpos_status import (
    ASK_ALL_PRINTED,
    ASK_OFFLINE_CAUSE,
    ASK_ON_LINE,
    ASK_PAPER,
    CLEAR_BUFFERS,
    PrinterState,
    said,
    state_told,
)
from drivers.wire import Wire

if TYPE_CHECKING:
    from drivers.printer.escpos_commands import ReceiptCommands

ASK_EVERY: Final = 1.0
"""Seconds between two looks at the paper while nothing is printed."""

_ANSWER: Final = 0.5
_FIRST_ANSWER: Final = 1.5
"""A Raspberry Pi's newly opened USB port can keep the first byte for a second."""

_ATTEMPTS: Final = 3
_LOOK_WHILE_PRINTING: Final = 0.25
_NOTHING: Final = bytes(8)
"""Before a receipt: a command that lost its last bytes takes these for them; else a printer passes them over."""

_STALE_READS: Final = 64
"""Of what lies on the line before a question: a printer that never stops talking is asked all the same."""


class EscposLine:
    """A `BlockingDevice`; all but `interrupt` belongs to one thread."""

    def __init__(
        self,
        name: str,
        open_wire: Callable[[], Wire],
        profile: PrinterProfile,
        publish: Callable[[PrinterReading], None],
    ) -> None:
        self._name = name
        self._open_wire = open_wire
        self._profile = profile
        self._publish = publish
        self._closing = threading.Event()
        self._open_port: Wire | None = None
        self._commands: ReceiptCommands | None = None
        self._told: PrinterReading | None = None
        self._answer: int | None = None
        self._in_turn = 0
        """How often ``GS r`` was answered since a receipt began."""
        self._behind = 0
        """Bytes still to come of a report that nobody asked for."""
        self._exchanges = self._unanswered = self._damaged = 0

    def open(self) -> None:
        """Open the line, ask the printer how it is, and make ready to write receipts."""
        self._connect()
        if self._profile.status == "real_time":
            self._first_answer()
        self.ask()
        from drivers.printer.escpos_commands import ReceiptCommands  # noqa: PLC0415 - loads slowly; this thread can wait

        self._commands = ReceiptCommands(self._profile)

    def work(self) -> float:
        """Look how the printer is."""
        self.ask()
        return ASK_EVERY

    def interrupt(self) -> None:
        """Make the wire raise in whatever waits for it; from any thread."""
        self._closing.set()
        if self._open_port is not None:
            self._open_port.interrupt()

    def close(self) -> None:
        """Give the line back."""
        if self._open_port is not None:
            self._open_port.close()

    def health(self) -> DeviceHealth:
        """How the printer has been doing."""
        return DeviceHealth(self._profile.name, self._exchanges, self._unanswered, self._damaged)

    def ask(self) -> PrinterState:
        """Ask the printer how it is, tell it when that has changed; raises `DeviceLostError`."""
        state = self._state()
        reading = PrinterReading(state.paper, time.monotonic_ns(), state.stopped)
        if reading != self._told:
            self._told = reading
            self._publish(reading)
        return state

    def print_blocks(self, blocks: Sequence[Block]) -> None:
        """Print; raises `PaperOutError`, `PrinterStoppedError`, `DeviceLostError`, `PictureError`."""
        if self._commands is None:
            raise DeviceLostError(self._name, LossReason.CLOSED)
        pieces = self._commands.pieces(blocks)
        deadline = time.monotonic() + self._profile.seconds
        self._check()
        asked = self._write(pieces, deadline)
        if self._profile.answers_in_turn:
            self._wait_until_printed(asked, deadline)
        self._check()

    @property
    def _port(self) -> Wire:
        if self._open_port is None:
            raise DeviceLostError(self._name, LossReason.CLOSED)
        return self._open_port

    def _connect(self) -> None:
        self._open_port = self._open_wire()
        if self._closing.is_set():
            self._open_port.interrupt()

    def _first_answer(self) -> None:
        """Make sure that a printer is there; one that hangs up at once serves another host."""
        try:
            self._ask(ASK_PAPER, _FIRST_ANSWER)
        except DeviceLostError as error:
            if error.reason is LossReason.UNPLUGGED:
                raise DeviceLostError(self._name, LossReason.IN_USE) from error
            raise

    def _state(self) -> PrinterState:
        if self._profile.status == "none":
            self._still_there()
            return PrinterState(PaperStatus.UNKNOWN)
        return state_told(self._ask(ASK_ON_LINE), self._ask(ASK_OFFLINE_CAUSE), self._ask(ASK_PAPER))

    def _still_there(self) -> None:
        """See whether the line still stands; a printer that answers nothing may hang up on a host that says nothing.

        It is called again then, once; only if it does not take that call it is lost.
        """
        try:
            self._forget_stale()
        except DeviceLostError as error:
            if error.reason is not LossReason.UNPLUGGED or self._closing.is_set():
                raise
            self._port.close()
            self._connect()
            self._forget_stale()

    def _check(self) -> None:
        """Raise if the printer does not print."""
        state = self.ask()
        if state.paper is PaperStatus.OUT:
            self._forget()
            raise PaperOutError
        if state.stopped:
            self._forget()
            raise PrinterStoppedError

    def _write(self, pieces: Iterator[bytes], deadline: float) -> int:
        """Send the pieces and look now and then how the printer is; return how many answers in turn must come.

        Each piece asks for one: a printer that lost a piece, switched off and on or through a bad line, lost the
        question with it.
        """
        question = ASK_ALL_PRINTED if self._profile.answers_in_turn else b""
        self._in_turn = asked = 0
        looked = time.monotonic()
        self._port.write(_NOTHING, _ANSWER)
        for piece in pieces:
            self._port.write(piece + question, max(0.0, deadline - time.monotonic()))
            asked += 1
            if time.monotonic() - looked >= _LOOK_WHILE_PRINTING:
                self._check()
                looked = time.monotonic()
        return asked

    def _forget(self) -> None:
        """Make the printer forget what it keeps of a receipt; its next answer says that it has read this."""
        self._port.write(CLEAR_BUFFERS, _ANSWER)
        self._ask(ASK_PAPER)

    def _wait_until_printed(self, asked: int, deadline: float) -> None:
        """Wait for the answers that come after everything before them is on paper."""
        while time.monotonic() < deadline:
            if self._in_turn >= asked:
                return
            self._listen(_LOOK_WHILE_PRINTING)
            if self._in_turn < asked:
                self._check()
        self._forget()
        raise PrinterStoppedError

    def _ask(self, question: bytes, wait: float = _ANSWER) -> int:
        for _ in range(_ATTEMPTS):
            self._forget_stale()
            self._port.write(question, _ANSWER)
            answer = self._real_time_answer(time.monotonic() + wait)
            if answer is not None:
                self._exchanges += 1
                return answer
            self._unanswered += 1
        raise DeviceLostError(self._name, LossReason.SILENT)

    def _real_time_answer(self, deadline: float) -> int | None:
        self._answer = None
        while self._answer is None and (left := deadline - time.monotonic()) > 0:
            self._listen(left)
        return self._answer

    def _forget_stale(self) -> None:
        for _ in range(_STALE_READS):
            if not self._listen(0):
                return

    def _listen(self, wait: float) -> bool:
        """Take what the printer says within ``wait`` seconds; return whether it said anything."""
        data = self._port.read(wait)
        heard = said(data, self._behind)
        self._behind = heard.behind
        self._answer = self._answer if heard.real_time is None else heard.real_time
        self._in_turn += heard.in_turn
        self._damaged += heard.damaged
        return bool(data)
