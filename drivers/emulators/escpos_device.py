"""An ESC/POS receipt printer: prints while there is paper, and answers at once whatever lies in its buffer.

Orders beside those of the cable: ``paper`` (state ok, low, out), ``printed``, and to misbehave: ``paper_out_after``
(lines), ``cover_open``, ``cutter_stuck``, ``deaf`` (times), ``normal``.
``printed`` gives all bytes as ``hex``, all ``text``, the ``receipts`` that were cut off, what was printed of those that
were given up (``torn``), ``cuts``, the ``bold`` lines and the commands that it did not know (``unknown``).
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from drivers.emulators.device import Answer, Fact, Order, OrderError, number_of, text_of
from drivers.emulators.escpos_decoder import EscposDecoder, PaperCut, PrintedLine, StatusAsked, UnknownCommand
from drivers.printer.base import PaperStatus
from drivers.printer.escpos_status import (
    ASK_OFFLINE_CAUSE,
    ASK_PAPER,
    CLEAR_BUFFERS,
    PrinterState,
    all_printed_byte,
    offline_cause_byte,
    paper_byte,
)

KEPT_BYTES: Final = 1 << 20
"""Of what was received, for the control socket; a day of receipts is less."""

KEPT_RECEIPTS: Final = 200

_DLE: Final = 0x10
_ASK_STATUS: Final = b"\x10\x04\x01"


class EscposDevice:
    """The printer and its paper."""

    def __init__(self) -> None:
        self._decoder = EscposDecoder()
        self._real_time = bytearray()
        self._waiting: deque[int] = deque()
        self._received = bytearray()
        self._lines: list[str] = []
        self._receipts: deque[str] = deque(maxlen=KEPT_RECEIPTS)
        self._torn: deque[str] = deque(maxlen=KEPT_RECEIPTS)
        self._bold: list[Fact] = []
        self._unknown: list[Fact] = []
        self._cuts = 0
        self._paper = PaperStatus.OK
        self._lines_left: int | None = None
        self._cover_open = self._cutter_stuck = self._cutter_failed = False
        self._deaf = 0

    def received(self, data: bytes) -> Iterable[Answer]:
        """Take bytes; real-time commands are obeyed as they come, everything else in its turn."""
        for byte in data:
            yield from self._sort(byte)
        yield from self._print()

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        match text_of(order, "do"):
            case "paper":
                self._set_paper(text_of(order, "state"))
            case "misbehave":
                self._misbehave(order)
            case "printed":
                return self._printed(), ()
            case "state":
                pass
            case unknown:
                raise OrderError(f"{unknown}: no such order")
        return self._facts(), tuple(self._print())

    @property
    def _state(self) -> PrinterState:
        return PrinterState(self._paper, self._cover_open, self._cutter_failed)

    def _facts(self) -> Order:
        return {
            "paper": self._paper.value,
            "cover_open": self._cover_open,
            "cutter_failed": self._cutter_failed,
            "cuts": self._cuts,
            "waiting": len(self._waiting),
        }

    def _printed(self) -> Order:
        receipts: list[Fact] = [*self._receipts]
        torn: list[Fact] = [*self._torn]
        return {
            "hex": self._received.hex(),
            "text": "\n".join((*self._receipts, *self._lines, self._decoder.unfinished)),
            "receipts": receipts,
            "torn": torn,
            "cuts": self._cuts,
            "bold": self._bold,
            "unknown": self._unknown,
        }

    def _set_paper(self, state: str) -> None:
        try:
            self._paper = PaperStatus(state)
        except ValueError:
            raise OrderError("state: ok, low or out") from None
        self._lines_left = None

    def _misbehave(self, order: Order) -> None:
        match text_of(order, "what"):
            case "paper_out_after":
                self._lines_left = number_of(order, "lines", 3)
            case "cover_open":
                self._cover_open = True
            case "cutter_stuck":
                self._cutter_stuck = True
            case "deaf":
                self._deaf = number_of(order, "times", 1)
            case "normal":
                self._cover_open = self._cutter_stuck = self._cutter_failed = False
                self._lines_left = None
                self._deaf = 0
            case unknown:
                raise OrderError(f"{unknown}: no such misdeed")

    def _sort(self, byte: int) -> Iterator[Answer]:
        """Tell real-time commands from the rest."""
        if not self._real_time and byte != _DLE:
            self._keep(byte)
            return
        self._real_time.append(byte)
        command = bytes(self._real_time)
        if command in (_ASK_STATUS, ASK_OFFLINE_CAUSE, ASK_PAPER):
            self._real_time.clear()
            yield from self._answer(command)
        elif command == CLEAR_BUFFERS:
            self._real_time.clear()
            yield from self._print()
            self._clear()
        elif not self._may_become_real_time(command):
            self._real_time.clear()
            for kept in command:
                self._keep(kept)

    @staticmethod
    def _may_become_real_time(command: bytes) -> bool:
        known = (_ASK_STATUS, ASK_OFFLINE_CAUSE, ASK_PAPER, CLEAR_BUFFERS)
        return any(whole.startswith(command) for whole in known)

    def _keep(self, byte: int) -> None:
        self._waiting.append(byte)
        self._received.append(byte)
        if len(self._received) > KEPT_BYTES:
            del self._received[: KEPT_BYTES // 2]

    def _answer(self, command: bytes) -> Iterator[Answer]:
        if self._deaf > 0:
            self._deaf -= 1
            return
        stopped = self._state.stopped or self._paper is PaperStatus.OUT
        answers = {
            _ASK_STATUS: 0x1A if stopped else 0x12,
            ASK_OFFLINE_CAUSE: offline_cause_byte(self._state),
            ASK_PAPER: paper_byte(self._state),
        }
        yield Answer(bytes((answers[command],)))

    def _clear(self) -> None:
        self._waiting.clear()
        self._decoder.clear()
        if self._lines:
            self._torn.append("\n".join(self._lines))
            self._lines.clear()

    def _print(self) -> Iterator[Answer]:
        """Print what waits, as long as there is paper and nothing is open or stuck."""
        while self._waiting and self._paper is not PaperStatus.OUT and not self._state.stopped:
            for happening in self._decoder.take(self._waiting.popleft()):
                match happening:
                    case PrintedLine():
                        self._put_on_paper(happening)
                    case PaperCut():
                        self._cut()
                    case StatusAsked():
                        yield Answer(bytes((all_printed_byte(self._state),)))
                    case UnknownCommand(data):
                        self._unknown.append(data.hex())

    def _put_on_paper(self, line: PrintedLine) -> None:
        self._lines.append(line.text)
        if line.bold:
            self._bold.append(line.text)
        if self._lines_left is not None:
            self._lines_left -= 1
            if self._lines_left <= 0:
                self._paper, self._lines_left = PaperStatus.OUT, None

    def _cut(self) -> None:
        if self._cutter_stuck:
            self._cutter_failed = True
            return
        self._cuts += 1
        self._receipts.append("\n".join(self._lines))
        self._lines.clear()
