"""gpiozero's mock pins, each joined to a pin of an emulated header in another process over a pseudo-terminal.

To a driver it is a pin library like lgpio: a claim is answered, an edge comes on the library's own thread, and with the
chip gone every call raises.
"""

import errno
import queue
import threading
from typing import Any, Final

from gpiozero.pins.mock import MockFactory, MockPWMPin

from drivers.errors import DeviceLostError
from drivers.gpio.bridge_codec import LineCodec, line_of, number
from drivers.serial_port import SerialPort
from drivers.serial_settings import SerialSettings

ANSWER_WITHIN: Final = 2.0
"""Seconds; the emulator answers at once or is gone."""
_WRITE_WITHIN: Final = 2.0
_LOOK_EVERY: Final = 60.0
_REFUSALS: Final = {"busy": errno.EBUSY, "denied": errno.EACCES}
_HIGHEST_BCM: Final = 27


class BridgedPin(MockPWMPin):  # type: ignore[misc]  # gpiozero ships no types
    """One pin of the emulated header."""

    def output_with_state(self, state: int) -> None:
        """Become an output."""
        self.factory.claim("out", self._number, str(state))
        super().output_with_state(state)

    def input_with_pull(self, pull: str) -> None:
        """Become an input that stands as the header says."""
        level = self.factory.claim("in", self._number, pull)
        self._function, self._pull, self._state = "input", pull, level

    def arrive(self, level: bool) -> None:  # noqa: FBT001 - as gpiozero's own pins take a state
        """Take a level from outside; on the factory's thread."""
        if self._function == "input":
            self.drive_high() if level else self.drive_low()

    def close(self) -> None:
        """Give it back; raises `OSError` where the chip is gone, as lgpio does."""
        self.factory.say("free", self._number)
        super().close()

    def _get_state(self) -> Any:
        self.factory.check()
        return super()._get_state()

    def _change_state(self, value: Any) -> Any:
        changed = super()._change_state(value)
        if changed and self._function == "output" and not self._frequency:
            self.factory.say("set", self._number, int(value))
        elif changed and self._function == "output":
            self.factory.say("pwm", self._number, int(self._frequency), int(value * 100))
        return changed

    def _set_pull(self, value: str) -> None:
        self._pull = value  # the header itself drives the level


class BridgedFactory(MockFactory):  # type: ignore[misc]  # gpiozero ships no types
    """The emulated header's pins; raises `DeviceLostError` where it is not to be had."""

    def __init__(self, path: str) -> None:
        self._port = SerialPort.open(path, SerialSettings(115200))
        self._answers: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._listen, name=f"pins of {path}", daemon=True)
        self._thread.start()
        try:
            self.say("board")
            super().__init__(revision=self._answer()[1], pin_class=BridgedPin)
        except BaseException:
            self._end()
            raise

    def claim(self, way: str, bcm: int, how: str) -> bool:
        """Take a pin; give its level. Raises `OSError`: somebody has it, or it is not allowed, or the chip is gone."""
        self.say(way, bcm, how)
        word, _, *level = self._answer()
        if word in _REFUSALS:
            raise OSError(_REFUSALS[word], f"pin {bcm} is {word}")
        return level == ["1"]

    def say(self, *words: str | int) -> None:
        """Send a line; raises `OSError`."""
        self.check()
        try:
            self._port.write(line_of(*words), _WRITE_WITHIN)
        except DeviceLostError as error:
            self._lost.set()
            raise OSError(errno.ENODEV, "the chip is gone") from error

    def check(self) -> None:
        """Raise `OSError` where the chip is gone."""
        if self._lost.is_set():
            raise OSError(errno.ENODEV, "the chip is gone")

    def close(self) -> None:
        """Give the chip back; its thread ends."""
        self.pins.clear()
        self._end()

    def _end(self) -> None:
        self._lost.set()
        self._port.interrupt()
        self._thread.join(ANSWER_WITHIN)
        self._port.close()

    def _answer(self) -> tuple[str, ...]:
        try:
            answer = self._answers.get(timeout=ANSWER_WITHIN)
        except queue.Empty:
            answer = ()
        if len(answer) < 2:  # noqa: PLR2004 - a word and what it is about
            raise OSError(errno.ENODEV, "the chip does not answer")
        return answer

    def _listen(self) -> None:
        codec = LineCodec()
        try:
            while not self._lost.is_set():
                for line in codec.receive_data(self._port.read(_LOOK_EVERY)):
                    self._take(line)
        except DeviceLostError:
            self._lost.set()
            self._answers.put(())

    def _take(self, line: tuple[str, ...]) -> None:
        if line[0] != "level":
            self._answers.put(line)
            return
        bcm = number(line[1], _HIGHEST_BCM) if len(line) == 3 else None  # noqa: PLR2004 - level PIN LEVEL
        pin = next((pin for pin in tuple(self.pins.values()) if pin.info.name == f"GPIO{bcm}"), None)
        if pin is not None:
            pin.arrive(line[2] == "1")
