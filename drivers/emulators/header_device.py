"""An emulated 40-pin header with what is wired to it by a board's profile: lamps, buzzer, switches, sensors.

Its host is gpiozero's mock pins, joined by `drivers.gpio.bridged_pins`. Orders beside those of every emulator:

``signal`` (name, active, bounce, ms): a switch or sensor changes, bouncing that often first, ``ms`` apart;
``level`` (pin, level): drives any pin, or lets it go (null); ``board`` (name): becomes another board;
``play`` (recording): switches and sensors do again what a recording of a board (`spy+gpio://`) says, as fast or slow;
``changes``: every change of a lamp and of the buzzer so far, with its time in milliseconds;
``misbehave``: ``busy`` (pin: another process has it), ``denied`` (this user may not), ``stuck`` (name: the signal never
changes again), ``storm`` (name, times, ms: an input that picks up the mains). The chip is gone while the cable is out.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from drivers.emulators.device import Answer, Fact, Order, OrderError, flag_of, number_of, text_of
from drivers.emulators.recording_frames import RecordingError, read_recording
from drivers.errors import ProfileError
from drivers.gpio.base import Signal
from drivers.gpio.board_profile import FOLDER, HEADER, BoardProfile, InputUse
from drivers.gpio.bridge_codec import LineCodec, line_of, number
from drivers.profiles import load_profile

MOST_CHANGES: Final = 1000
"""Changes kept; a test looks after a few."""
_HIGHEST_BCM: Final = 27
_PULLS: Final = {"up": True, "down": False, "floating": False}


@dataclass
class _Pin:
    """One pin as host and wiring have set it."""

    way: str = "free"
    level: bool = False
    """As an output: what the host gave it."""
    pull: str = "floating"
    driven: bool | None = None
    """What the wiring makes of it; ``None``: nothing, the pull decides."""

    @property
    def input_level(self) -> bool:
        return _PULLS[self.pull] if self.driven is None else self.driven


@dataclass
class _State:
    profile: BoardProfile
    pins: dict[int, _Pin] = field(default_factory=lambda: {bcm: _Pin() for bcm in HEADER})
    hertz: int = 0
    changes: deque[list[Fact]] = field(default_factory=lambda: deque(maxlen=MOST_CHANGES))
    busy: set[int] = field(default_factory=set)
    stuck: set[Signal] = field(default_factory=set)
    denied: bool = False


class HeaderDevice:
    """An `EmulatedDevice`; see the module."""

    def __init__(self, board: str = "raspberry-pi-5", clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._codec = LineCodec()
        self._orders: dict[str, Callable[[Order], tuple[Order, Iterable[Answer]]]] = {
            "state": lambda _: (self._tell(), ()),
            "changes": lambda _: ({"changes": list(self._state.changes)}, ()),
            "signal": self._signal,
            "level": self._level,
            "play": lambda order: ({}, self._played(text_of(order, "recording"))),
            "board": lambda order: (self._become(text_of(order, "name")), ()),
            "misbehave": self._misbehave,
        }
        self._become(board)

    def received(self, data: bytes) -> Iterable[Answer]:
        """Take what the host says."""
        return [Answer(answer) for line in self._codec.receive_data(data) if (answer := self._answer(line))]

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        name = text_of(order, "do")
        if name not in self._orders:
            raise OrderError(f"do: {name} is not known")
        return self._orders[name](order)

    def _become(self, board: str) -> Order:
        self._state = _at_rest(board)
        buzzer = self._state.profile.buzzer
        self._names = {use.bcm: lamp.value for lamp, use in self._state.profile.lamps.items()}
        self._names |= {buzzer.bcm: "buzzer"} if buzzer else {}
        return {"board": self._state.profile.name}

    def _answer(self, line: tuple[str, ...]) -> bytes | None:
        match line:
            case ("board",):
                for pin in self._state.pins.values():
                    pin.way = "free"
                return line_of("board", self._state.profile.revision)
            case (("out" | "in") as way, word, how) if (bcm := _bcm(word)) is not None:
                return self._claim(way, bcm, how)
            case ("set", word, level) if (bcm := _bcm(word)) is not None:
                self._put(bcm, level=level == "1", hertz=0)
            case ("pwm", word, hertz, percent) if (bcm := _bcm(word)) is not None:
                sounding = (number(hertz, 20_000) or 0) if number(percent, 100) else 0
                self._put(bcm, level=bool(sounding), hertz=sounding)
            case ("free", word) if (bcm := _bcm(word)) is not None:
                self._state.pins[bcm].way = "free"
            case _:
                pass
        return None

    def _claim(self, way: str, bcm: int, how: str) -> bytes:
        if self._state.denied:
            return line_of("denied", bcm)
        if bcm in self._state.busy:
            return line_of("busy", bcm)
        pin = self._state.pins[bcm]
        pin.way = way
        if way == "out":
            self._put(bcm, level=how == "1", hertz=0)
            return line_of("ok", bcm, int(pin.level))
        pin.pull = how if how in _PULLS else "floating"
        return line_of("ok", bcm, int(pin.input_level))

    def _put(self, bcm: int, *, level: bool, hertz: int) -> None:
        pin = self._state.pins[bcm]
        if pin.way != "out":
            return
        before = (self._is_on(bcm), self._state.hertz)
        pin.level = level
        if self._names.get(bcm) == "buzzer":
            self._state.hertz = hertz
        after = (self._is_on(bcm), self._state.hertz)
        if bcm in self._names and after != before:
            value: Fact = hertz if self._names[bcm] == "buzzer" and hertz else after[0]
            self._state.changes.append([self._names[bcm], value, round(self._clock() * 1000)])

    def _is_on(self, bcm: int) -> bool:
        pin, profile = self._state.pins[bcm], self._state.profile
        uses = [use for use in profile.lamps.values() if use.bcm == bcm]
        uses += [profile.buzzer] if profile.buzzer and profile.buzzer.bcm == bcm else []
        return pin.way == "out" and any(pin.level == (use.active == "high") for use in uses)

    def _tell(self) -> Order:
        profile, pins = self._state.profile, self._state.pins
        return {
            "board": profile.name,
            "lamps": {lamp.value: self._is_on(use.bcm) for lamp, use in profile.lamps.items()},
            "buzzer": self._state.hertz,
            "signals": {
                signal.value: pins[use.bcm].input_level == (use.active == "high")
                for signal, use in profile.signals.items()
            },
            "claimed": [bcm for bcm, pin in sorted(pins.items()) if pin.way != "free"],
        }

    def _signal(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        signal, use = self._wired(order)
        wanted = flag_of(order, "active") == (use.active == "high")
        bounces, pause = number_of(order, "bounce", 0, most=200), number_of(order, "ms", 2, most=1000) / 1000
        if signal in self._state.stuck:
            return {}, ()
        self._state.pins[use.bcm].driven = wanted
        levels = [wanted, *[level for _ in range(bounces) for level in (not wanted, wanted)]]
        return {}, self._edges(use.bcm, levels, pause)

    def _level(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        bcm = number_of(order, "pin", most=_HIGHEST_BCM)
        pin = self._state.pins[bcm]
        pin.driven = None if order.get("level") is None else bool(number_of(order, "level", most=1))
        return {}, self._edges(bcm, [pin.input_level], 0.0)

    def _misbehave(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        match text_of(order, "what"):
            case "busy":
                self._state.busy.add(number_of(order, "pin", most=_HIGHEST_BCM))
            case "denied":
                self._state.denied = True
            case "stuck":
                self._state.stuck.add(self._wired(order)[0])
            case "storm":
                use = self._wired(order)[1]
                level, times = self._state.pins[use.bcm].input_level, number_of(order, "times", 100, most=10_000)
                levels = [level != bool(turn % 2 == 0) for turn in range(2 * times)]
                return {}, self._edges(use.bcm, levels, number_of(order, "ms", 1, most=1000) / 1000)
            case "normal":
                self._state.busy.clear()
                self._state.stuck.clear()
                self._state.denied = False
            case other:
                raise OrderError(f"what: {other} is not known")
        return {}, ()

    def _edges(self, bcm: int, levels: list[bool], pause: float) -> Iterable[Answer]:
        if self._state.pins[bcm].way != "in":
            return
        for place, level in enumerate(levels):
            yield Answer(line_of("level", bcm, int(level)), pause if place else 0.0)

    def _played(self, recording: str) -> list[Answer]:
        try:
            heard = [answer for exchange in read_recording(recording) for answer in exchange.answers]
        except RecordingError as error:
            raise OrderError(f"recording: {error}") from error
        answers = []
        for piece in heard:
            name, _, level = piece.data.decode("ascii", "replace").partition(" ")
            _, use = self._wired({"name": name})
            self._state.pins[use.bcm].driven = (level == "1") == (use.active == "high")
            answers += [
                Answer(edge.data, piece.delay)
                for edge in self._edges(use.bcm, [self._state.pins[use.bcm].input_level], 0.0)
            ]
        return answers

    def _wired(self, order: Order) -> tuple[Signal, InputUse]:
        name = text_of(order, "name")
        for signal, use in self._state.profile.signals.items():
            if signal.value == name:
                return signal, use
        raise OrderError(f"name: {name} is not wired")


def _at_rest(board: str) -> _State:
    """Give a header on which nothing is active."""
    try:
        state = _State(load_profile(FOLDER, board, BoardProfile))
    except ProfileError as error:
        raise OrderError(f"name: {error}") from error
    for use in state.profile.signals.values():
        state.pins[use.bcm].driven = use.active == "low"
    return state


def _bcm(word: str) -> int | None:
    bcm = number(word, _HIGHEST_BCM)
    return bcm if bcm in HEADER else None
