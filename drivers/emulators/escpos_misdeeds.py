"""What an emulated receipt printer does wrong, as ordered over its control socket."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from drivers.emulators.device import Order, OrderError, number_of, text_of


@dataclass(slots=True)
class Misdeeds:
    """All faults of one printer; a fresh one has none."""

    cover_open: bool = False
    offline: bool = False
    """Off line without a reason that it names."""
    cutter_stuck: bool = False
    cutter_failed: bool = False
    """The stuck cutter was asked to cut."""
    mute: bool = False
    """Takes everything and never answers."""
    deaf: int = 0
    """So many questions are not answered."""
    looks: int = 0
    """Prints only after it was asked so often how it is."""
    lines_left: int | None = None
    """Lines until the paper is out."""
    lines_to_power_cut: int | None = None
    """Lines until it is switched off and on."""
    forgotten: range = field(default=range(0))
    """Which of the next bytes are lost."""

    def add(self, order: Order) -> None:
        """Take an order to misbehave; raises `OrderError`."""
        what = text_of(order, "what")
        if what not in _BY_NAME:
            raise OrderError(f"{what}: no such misdeed")
        _BY_NAME[what](self, order)

    def without_forgotten(self, data: bytes) -> bytes:
        """Leave out what is lost on the way in."""
        lost = self.forgotten
        if not lost:
            return data
        self.forgotten = range(max(0, lost.start - len(data)), max(0, lost.stop - len(data)))
        return data[: lost.start] + data[lost.stop :]

    def answers(self) -> bool:
        """Say whether the next question is answered."""
        if self.deaf > 0:
            self.deaf -= 1
            return False
        return not self.mute

    def paper_runs_out(self) -> bool:
        """Say after a line whether it was the last on the roll."""
        if self.lines_left is None:
            return False
        self.lines_left -= 1
        if self.lines_left > 0:
            return False
        self.lines_left = None
        return True

    def power_is_cut(self) -> bool:
        """Say after a line whether somebody switched the printer off and on."""
        if self.lines_to_power_cut is None:
            return False
        self.lines_to_power_cut -= 1
        if self.lines_to_power_cut > 0:
            return False
        self.lines_to_power_cut = None
        return True


def _paper_out_after(misdeeds: Misdeeds, order: Order) -> None:
    misdeeds.lines_left = number_of(order, "lines", 3)


def _power_cycle_after(misdeeds: Misdeeds, order: Order) -> None:
    misdeeds.lines_to_power_cut = number_of(order, "lines", 3)


def _cover_open(misdeeds: Misdeeds, _: Order) -> None:
    misdeeds.cover_open = True


def _offline(misdeeds: Misdeeds, _: Order) -> None:
    misdeeds.offline = True


def _cutter_stuck(misdeeds: Misdeeds, _: Order) -> None:
    misdeeds.cutter_stuck = True


def _mute(misdeeds: Misdeeds, _: Order) -> None:
    misdeeds.mute = True


def _deaf(misdeeds: Misdeeds, order: Order) -> None:
    misdeeds.deaf = number_of(order, "times", 1)


def _slow(misdeeds: Misdeeds, order: Order) -> None:
    misdeeds.looks = number_of(order, "looks", 3)


def _forget(misdeeds: Misdeeds, order: Order) -> None:
    at = number_of(order, "at", 20)
    misdeeds.forgotten = range(at, at + number_of(order, "bytes", 1))


_BY_NAME: Final[dict[str, Callable[[Misdeeds, Order], None]]] = {
    "paper_out_after": _paper_out_after,
    "power_cycle_after": _power_cycle_after,
    "cover_open": _cover_open,
    "offline": _offline,
    "cutter_stuck": _cutter_stuck,
    "mute": _mute,
    "deaf": _deaf,
    "slow": _slow,
    "forget": _forget,
}
