"""An emulator as a process: a wire, a device, a control socket; ends on SIGTERM or when its parent is gone.

Orders that every emulator knows: ``state``; ``cable`` (in); ``wire`` (bytes so far, times of the last, how long a real
cable would have been busy); ``misbehave`` (what): ``lose``, ``double``, ``corrupt`` (at, times), ``delay`` (ms, times),
``split`` (size, ms, times), ``swallow`` (times), each for the next answers; ``babble`` (hex, times, ms) at once;
``hang`` (falls silent with the cable in); ``normal``. Each device's own orders are in its module.
"""

import asyncio
import json
import os
import signal
import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drivers.emulators.control_server import ControlServer
from drivers.emulators.device import (
    Answer,
    EmulatedDevice,
    ForgetfulDevice,
    Order,
    bytes_of,
    flag_of,
    number_of,
    text_of,
)
from drivers.emulators.faults import WIRE_FAULTS, WireFault
from drivers.emulators.wire import EmulatorWire

_STDIN: Final = 0


@dataclass(frozen=True, slots=True)
class EmulatorOptions:
    """How an emulator is started."""

    name: str
    control: Path
    wire: EmulatorWire


class Emulator:
    """Joins a device to its wire and carries out orders."""

    def __init__(self, options: EmulatorOptions, device: EmulatedDevice) -> None:
        self._name = options.name
        self._device = device
        self._wire = options.wire
        self._heard_at = 0.0
        self._orders: dict[str, Callable[[Order], Order]] = {
            "state": self._state,
            "cable": self._cable,
            "wire": lambda _: self._wire.facts(),
            "misbehave": self._misbehave,
        }

    def plug(self) -> None:
        """Put the cable in."""
        self._wire.plug(self._received)

    def end(self) -> None:
        """Pull the cable for good."""
        self._wire.end()

    def carry_out(self, order: Order) -> Order:
        """Carry out one order; raises `OrderError`."""
        own = self._orders.get(text_of(order, "do"))
        return own(order) if own is not None else self._by_device(order)

    def _by_device(self, order: Order) -> Order:
        told, answers = self._device.do(order)
        self._send(answers)
        return told

    def _state(self, order: Order) -> Order:
        told = self._by_device(order)
        return {"name": self._name, "cable": self._wire.plugged, **told}

    def _cable(self, order: Order) -> Order:
        if flag_of(order, "in"):
            self.plug()
        else:
            self._wire.pull()
        return {"cable": self._wire.plugged}

    def _misbehave(self, order: Order) -> Order:
        what = text_of(order, "what")
        if what in WIRE_FAULTS:
            self._wire.spoil(WireFault.from_order(order))
            return {}
        if what == "babble":
            self._babble(bytes_of(order, "hex"), number_of(order, "times", 1), number_of(order, "ms", 5) / 1000)
            return {}
        if what == "hang":
            self._wire.hang()
            return {}
        if what == "normal":
            self._wire.heal()
        return self._by_device(order)

    def _babble(self, data: bytes, times: int, pause: float) -> None:
        """Send bytes that nobody asked for, now and then again."""
        if times > 0:
            self._wire.send(Answer(data))
            asyncio.get_running_loop().call_later(pause, self._babble, data, times - 1, pause)

    def _received(self, data: bytes) -> None:
        now = time.monotonic()
        if isinstance(self._device, ForgetfulDevice) and now - self._heard_at > self._device.gap:
            self._device.forget()
        self._heard_at = now
        self._send(self._device.received(data))

    def _send(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            self._wire.send(answer)


async def run_emulator(options: EmulatorOptions, device: EmulatedDevice) -> None:
    """Serve until told to end; leaves neither link nor socket."""
    emulator = Emulator(options, device)
    server = ControlServer(options.control, emulator.carry_out)
    over = asyncio.Event()
    _end_with_parent(over)
    try:
        emulator.plug()
        await server.start()
        print(json.dumps({"ready": options.name, **options.wire.place}), flush=True)  # noqa: T201 - the parent waits for this line
        await over.wait()
    finally:
        server.stop()
        emulator.end()


def _end_with_parent(over: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    if _stdin_is_a_pipe():
        loop.add_reader(_STDIN, _at_stdin, over)


def _stdin_is_a_pipe() -> bool:
    """Only a pipe or socket ends with its parent; a terminal or /dev/null says nothing."""
    try:
        mode = os.fstat(_STDIN).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _at_stdin(over: asyncio.Event) -> None:
    try:
        alive = bool(os.read(_STDIN, 4096))
    except OSError:
        alive = False
    if not alive:
        asyncio.get_running_loop().remove_reader(_STDIN)
        over.set()
