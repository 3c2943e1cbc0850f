"""Lamps, buzzer, switches and sensors on the 40-pin header of a Raspberry Pi.

URL: ``gpio://raspberry-pi-5``; the name is a profile in ``firmware_config/boards``. ``?pins=/path`` takes, instead of
the board's own, the pins of an emulated header at that pseudo-terminal.

| function | supported | remarks |
| --- | --- | --- |
| lamps lit and blinking | yes | all that blink blink together, 1 Hz; none ever flashes above 2.5 Hz |
| buzzer | yes | by frequency, or one with its own, by profile |
| switches and sensors | yes | told once the level stood for the profile's time |
| a switch that never stops bouncing | yes | told as it was until it settles |
| chip gone, pin in use, no permission, another board | yes | `LossReason` says which |
| dimming, coloured strips (WS2812) | no | |
"""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Self

from drivers.device_url import DeviceUrl, UrlForm
from drivers.errors import DeviceError, DeviceLostError, DeviceUrlError, LossReason
from drivers.gpio.base import Lamp, Signal, SignalReading, Tone
from drivers.gpio.board_profile import FOLDER, BoardProfile, InputUse
from drivers.gpio.pin_access import PinAccess, open_board_pins, open_emulated_pins
from drivers.gpio.rhythm import LampRhythm, ToneRhythm
from drivers.handover import InOrder
from drivers.health import DeviceHealth
from drivers.profiles import load_profile
from drivers.spy import Recording
from drivers.threaded_driver import ThreadedDriver

LOOK_EVERY: Final = 0.5
"""Seconds between two looks at every input, so that a lost chip is noticed and no edge that was missed stays missed."""

UNREAD: Final = 256
"""Changes kept for a kiosk that does not ask; older ones are history."""

_LOUD: Final = 0.5
"""The duty cycle at which a piezo disc is loudest."""


class PinBoard(ThreadedDriver[SignalReading]):
    """A `Board`; see the module."""

    def __init__(self, url: str, profile: BoardProfile, open_pins: Callable[[], PinAccess], spy: DeviceUrl) -> None:
        self._profile = profile
        self._pins = _Pins(url, profile, open_pins, self._publish, spy)
        super().__init__(url, self._pins, InOrder(UNREAD))
        self._pins.wake = self._thread.wake

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching a pin; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, ("pins",), UrlForm.NAME)
        profile = load_profile(FOLDER, parts.name, BoardProfile)
        emulated = parts.text("pins", "")
        if emulated and not emulated.startswith("/"):
            raise DeviceUrlError(url, "pins")
        opener = partial(open_emulated_pins, url, emulated) if emulated else partial(open_board_pins, url, profile)
        return cls(url, profile, opener, parts)

    @property
    def signals(self) -> frozenset[Signal]:
        """The inputs that the profile wires."""
        return frozenset(self._profile.signals)

    @property
    def lamps(self) -> frozenset[Lamp]:
        """The lights that the profile wires."""
        return frozenset(self._profile.lamps)

    async def light(self, lit: frozenset[Lamp], blinking: frozenset[Lamp] = frozenset()) -> None:
        """Light exactly these and let exactly those blink; raises `DeviceLostError`."""
        await self._thread.call(partial(self._pins.light, lit, blinking))

    async def sound(self, tone: Tone) -> None:
        """Start a tone and return at once; raises `DeviceLostError`."""
        await self._thread.call(partial(self._pins.sound, tone))

    def health(self) -> DeviceHealth:
        """How the pins have been doing; ``damaged`` counts changes that did not stand."""
        return self._pins.health()


@dataclass
class _Input:
    """One wired input and what is known of it."""

    signal: Signal
    use: InputUse
    pin: Any
    told: bool | None = None
    """What was told last."""
    level: bool | None = None
    """What was seen last, and since when."""
    since: float = field(default=0.0)

    def read(self) -> bool:
        return bool(self.pin.state) == (self.use.active == "high")


class _Pins:
    """A `BlockingDevice` that works all pins on its one thread."""

    def __init__(
        self,
        url: str,
        profile: BoardProfile,
        open_pins: Callable[[], PinAccess],
        publish: Callable[[SignalReading], None],
        spy: DeviceUrl,
    ) -> None:
        self.wake: Callable[[], None] = lambda: None
        self._url = url
        self._profile = profile
        self._open_pins = open_pins
        self._publish = publish
        self._spy = spy
        self._recording: Recording | None = None
        self._access: PinAccess | None = None
        self._lamps: dict[Lamp, Any] = {}
        self._buzzer: Any = None
        self._inputs: list[_Input] = []
        self._rhythm = LampRhythm(frozenset(profile.lamps))
        self._tones = ToneRhythm()
        self._nudged = threading.Event()
        self._told = self._unsettled = 0

    def open(self) -> None:
        if self._spy.recording is not None:
            self._recording = _recording(self._spy)
        access = self._access = self._open_pins()
        if access.model not in self._profile.models:
            raise DeviceLostError(self._url, LossReason.WRONG_DEVICE)
        try:
            self._claim(access)
        except access.errors as error:
            raise access.lost(error) from error

    def work(self) -> float:
        """Do what is due; edges, lamps and tones each say when they want the thread again."""
        self._nudged.clear()
        now = time.monotonic()
        return self._guarded(lambda: min(self._listen(now), self._light_up(now), self._sound_on(now), LOOK_EVERY))

    def light(self, lit: frozenset[Lamp], blinking: frozenset[Lamp]) -> None:
        now = time.monotonic()
        self._rhythm.show(lit, blinking, now)
        self._guarded(lambda: self._light_up(now))
        self.wake()

    def sound(self, tone: Tone) -> None:
        now = time.monotonic()
        self._tones.start(tone, now)
        self._guarded(lambda: self._sound_on(now))
        self.wake()

    def interrupt(self) -> None:
        """Nothing here waits for long."""

    def close(self) -> None:
        access, self._access = self._access, None
        if access is not None:
            with contextlib.suppress(*access.errors):  # where the chip is gone its lamps are too
                self._silence()
                for lamp in self._lamps:
                    self._switch(lamp, on=False)
            access.close()
        if self._recording is not None:
            self._recording.close()

    def health(self) -> DeviceHealth:
        return DeviceHealth(self._profile.name, exchanges=self._told, damaged=self._unsettled)

    def _claim(self, access: PinAccess) -> None:
        for lamp, output in self._profile.lamps.items():
            self._lamps[lamp] = access.claim_output(output.bcm, high=output.active == "low")
        buzzer = self._profile.buzzer
        if buzzer is not None:
            self._buzzer = access.claim_output(buzzer.bcm, high=buzzer.active == "low")
        for signal, use in self._profile.signals.items():
            self._inputs.append(_Input(signal, use, access.claim_input(use.bcm, use.pull, self._edge)))

    def _edge(self, _ticks: Any, _state: Any) -> None:
        """Take an edge on the library's thread: however many come, the thread is woken once."""
        if not self._nudged.is_set():
            self._nudged.set()
            self.wake()

    def _listen(self, now: float) -> float:
        waits = [self._look_at(each, now) for each in self._inputs]
        return min(waits, default=LOOK_EVERY)

    def _look_at(self, each: _Input, now: float) -> float:
        """Tell an input whose level has stood long enough; give the seconds until it will have."""
        level = each.read()
        if level != each.level:
            if each.level is not None and each.level != each.told:
                self._unsettled += 1
            each.level, each.since = level, now
        if level == each.told:
            return LOOK_EVERY
        left = each.since + each.use.settle_ms / 1000 - now
        if left > 0:
            return left
        each.told = level
        self._told += 1
        self._note("<", f"{each.signal} {int(level)}")
        self._publish(SignalReading(each.signal, level, time.monotonic_ns()))
        return LOOK_EVERY

    def _light_up(self, now: float) -> float:
        for lamp, on in self._rhythm.changes(now).items():
            self._note(">", f"{lamp} {int(on)}")
            self._switch(lamp, on=on)
        return self._rhythm.due(now)

    def _switch(self, lamp: Lamp, *, on: bool) -> None:
        self._lamps[lamp].state = int(on == (self._profile.lamps[lamp].active == "high"))

    def _sound_on(self, now: float) -> float:
        hertz = self._tones.change(now)
        if hertz is not None and self._buzzer is not None:
            self._note(">", f"buzzer {hertz}")
            self._silence()
            if hertz:
                self._hum(hertz)
        return self._tones.due(now)

    def _hum(self, hertz: int) -> None:
        if self._profile.buzzer is not None and self._profile.buzzer.kind == "tone":
            self._buzzer.frequency = hertz
            self._buzzer.state = _LOUD
        else:
            self._buzzer.state = int(not self._off_level())

    def _silence(self) -> None:
        if self._buzzer is not None:
            self._buzzer.frequency = None
            self._buzzer.state = int(self._off_level())

    def _off_level(self) -> bool:
        return self._profile.buzzer is not None and self._profile.buzzer.active == "low"

    def _guarded(self, act: Callable[[], float]) -> float:
        if self._access is None:
            raise DeviceLostError(self._url, LossReason.CLOSED)
        try:
            return act()
        except self._access.errors as error:
            raise self._access.lost(error) from error

    def _note(self, way: str, words: str) -> None:
        if self._recording is not None:
            (self._recording.sent if way == ">" else self._recording.came)(words.encode())


def _recording(spy: DeviceUrl) -> Recording:
    if spy.recording is None:
        raise DeviceError("no recording is asked for")
    try:
        return Recording(spy.recording, spy.name)
    except OSError as error:
        raise DeviceUrlError(spy.url, "spy") from error
