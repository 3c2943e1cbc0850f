"""An ESC/POS receipt printer: prints while there is paper, and answers at once whatever lies in its buffer.

Orders beside those of the cable: ``paper`` (state ok, low, out), ``printed``, ``picture`` (path, dots) which writes a
PNG of the newest receipt, and to misbehave: ``paper_out_after`` (lines), ``power_cycle_after`` (lines: it forgets all
that waits), ``cover_open``, ``offline`` (without a reason), ``cutter_stuck``, ``deaf`` (times), ``mute`` (never
answers), ``slow`` (looks: prints only after it was asked so often how it is), ``forget`` (at, bytes: so many are lost),
``normal``.
``printed`` gives all bytes as ``hex``, all ``text``, the ``receipts`` that were cut off, what was printed of those that
were given up (``torn``), ``cuts``, ``pictures``, ``codes``, the ``bold`` lines and what it did not know (``unknown``).
A picture stands in a text as ``[picture WxH]``, a code as ``[code TEXT]``.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from drivers.emulators.device import Answer, Fact, Order, OrderError, number_of, text_of
from drivers.emulators.escpos_decoder import (
    EscposDecoder,
    OnPaper,
    PaperCut,
    PaperFed,
    PrintedCode,
    PrintedLine,
    PrintedPicture,
    StatusAsked,
    UnknownCommand,
)
from drivers.emulators.escpos_misdeeds import Misdeeds
from drivers.emulators.escpos_paper import picture_of_paper
from drivers.printer.base import PaperStatus
from drivers.printer.escpos_status import (
    ASK_OFFLINE_CAUSE,
    ASK_ON_LINE,
    ASK_PAPER,
    CLEAR_BUFFERS,
    PrinterState,
    all_printed_byte,
    offline_cause_byte,
    on_line_byte,
    paper_byte,
)

KEPT_BYTES: Final = 1 << 20
"""Of what was received, for the control socket; a day of receipts is less."""

KEPT_RECEIPTS: Final = 200

_DLE: Final = 0x10
_QUESTIONS: Final = {ASK_ON_LINE: on_line_byte, ASK_OFFLINE_CAUSE: offline_cause_byte, ASK_PAPER: paper_byte}
_WIDEST_PAPER: Final = 832


class EscposDevice:
    """The printer and its paper."""

    def __init__(self) -> None:
        self._decoder = EscposDecoder()
        self._real_time = bytearray()
        self._waiting: deque[int] = deque()
        self._received = bytearray()
        self._lines: list[str] = []
        self._sheet: list[OnPaper] = []
        self._newest: list[OnPaper] = []
        self._receipts: deque[str] = deque(maxlen=KEPT_RECEIPTS)
        self._torn: deque[str] = deque(maxlen=KEPT_RECEIPTS)
        self._bold: list[Fact] = []
        self._unknown: list[Fact] = []
        self._cuts = self._pictures = 0
        self._codes: list[Fact] = []
        self._paper = PaperStatus.OK
        self._misdeeds = Misdeeds()

    def received(self, data: bytes) -> Iterable[Answer]:
        """Take bytes; real-time commands are obeyed as they come, everything else in its turn."""
        for byte in self._misdeeds.without_forgotten(data):
            yield from self._sort(byte)
        yield from self._print()

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        match text_of(order, "do"):
            case "paper":
                self._set_paper(text_of(order, "state"))
            case "misbehave":
                if order.get("what") == "normal":
                    self._misdeeds = Misdeeds()
                else:
                    self._misdeeds.add(order)
            case "printed":
                return self._printed(), ()
            case "picture":
                self._write_picture(text_of(order, "path"), number_of(order, "dots", 576, most=_WIDEST_PAPER))
            case "state":
                pass
            case unknown:
                raise OrderError(f"{unknown}: no such order")
        return self._facts(), tuple(self._print())

    @property
    def _state(self) -> PrinterState:
        return PrinterState(
            self._paper, self._misdeeds.cover_open, self._misdeeds.cutter_failed, self._misdeeds.offline
        )

    def _facts(self) -> Order:
        return {
            "paper": self._paper.value,
            "cover_open": self._misdeeds.cover_open,
            "cutter_failed": self._misdeeds.cutter_failed,
            "offline": self._misdeeds.offline,
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
            "pictures": self._pictures,
            "codes": self._codes,
            "bold": self._bold,
            "unknown": self._unknown,
        }

    def _set_paper(self, state: str) -> None:
        try:
            self._paper = PaperStatus(state)
        except ValueError:
            raise OrderError("state: ok, low or out") from None
        self._misdeeds.lines_left = None

    def _write_picture(self, path: str, dots: int) -> None:
        try:
            Path(path).write_bytes(picture_of_paper(self._newest or self._sheet, dots))
        except OSError as error:
            raise OrderError(f"path: {error.strerror}") from error

    def _sort(self, byte: int) -> Iterator[Answer]:
        """Tell real-time commands from the rest."""
        if not self._real_time and byte != _DLE:
            self._keep(byte)
            return
        self._real_time.append(byte)
        command = bytes(self._real_time)
        if command in _QUESTIONS:
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
        return any(whole.startswith(command) for whole in (*_QUESTIONS, CLEAR_BUFFERS))

    def _keep(self, byte: int) -> None:
        self._waiting.append(byte)
        self._received.append(byte)
        if len(self._received) > KEPT_BYTES:
            del self._received[: KEPT_BYTES // 2]

    def _answer(self, command: bytes) -> Iterator[Answer]:
        if command == ASK_ON_LINE and self._misdeeds.looks:
            self._misdeeds.looks -= 1
        if self._misdeeds.answers():
            yield Answer(bytes((_QUESTIONS[command](self._state),)))

    def _clear(self) -> None:
        self._waiting.clear()
        self._decoder.clear()
        self._sheet.clear()
        if self._lines:
            self._torn.append("\n".join(self._lines))
            self._lines.clear()

    def _print(self) -> Iterator[Answer]:
        """Print what waits, as long as there is paper and nothing is open or stuck."""
        while self._waiting and self._prints:
            for happening in self._decoder.take(self._waiting.popleft()):
                match happening:
                    case PaperCut():
                        self._cut()
                    case StatusAsked():
                        if not self._misdeeds.mute:
                            yield Answer(bytes((all_printed_byte(self._state),)))
                    case UnknownCommand(data):
                        self._unknown.append(data.hex())
                    case _:
                        self._put_on_paper(happening)

    @property
    def _prints(self) -> bool:
        return self._paper is not PaperStatus.OUT and not self._state.stopped and self._misdeeds.looks == 0

    def _put_on_paper(self, happening: OnPaper) -> None:
        self._sheet.append(happening)
        match happening:
            case PrintedLine(text, bold):
                self._lines.append(text)
                self._bold += [text] if bold else []
            case PrintedPicture(bitmap):
                self._lines.append(f"[picture {bitmap.width}x{bitmap.height}]")
                self._pictures += 1
            case PrintedCode(text):
                self._lines.append(f"[code {text}]")
                self._codes.append(text)
            case PaperFed():
                return
        self._use_up_paper()

    def _use_up_paper(self) -> None:
        if self._misdeeds.paper_runs_out():
            self._paper = PaperStatus.OUT
        if self._misdeeds.power_is_cut():
            self._clear()
            self._decoder.switch_off()

    def _cut(self) -> None:
        if self._misdeeds.cutter_stuck:
            self._misdeeds.cutter_failed = True
            return
        self._cuts += 1
        self._newest, self._sheet = self._sheet, []
        self._receipts.append("\n".join(self._lines))
        self._lines.clear()
