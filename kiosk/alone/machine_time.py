"""The machine's clocks as facts: what time it says, whether anybody ever set it, and since which start it counts."""

import ctypes
import time
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final, Protocol

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd makes it once it has heard from a time server."""
_FIRST_YEAR: Final = 2020
_TIME_ERROR: Final = 5
"""What adjtimex(2) answers while the kernel's clock is not synchronised."""
_TIMEX_BYTES: Final = 256
"""Room for ``struct timex`` (208 bytes on 64-bit Linux); all zeros ask and change nothing."""


class MachineTime(Protocol):
    """What must be known of a moment to date it later."""

    def wall(self) -> datetime:
        """Local time with its offset, by a clock that may be wrong."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment of this start of the machine."""
        ...

    @property
    def boot_id(self) -> str:
        """Another one after each start of the machine."""
        ...

    def is_set(self) -> bool:
        """Say whether the clock was ever set since the start: by a time server, or by a clock with a battery."""
        ...


class SystemClock:
    """Time for screens and sessions, in the library's time zone."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def wall(self) -> datetime:
        """Local time with its offset."""
        return datetime.now(self._zone)


class SystemTime:
    """This machine's own.

    A Pi without a battery-backed clock starts at the moment of its last shutdown; it counts as set once a time server
    has been heard, or from the start where ``has_clock`` says that there is a clock with a battery.
    """

    def __init__(self, zone: tzinfo, *, has_clock: bool) -> None:
        self._zone = zone
        self._has_clock = has_clock
        try:
            self._boot_id = _BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:
            self._boot_id = ""

    def wall(self) -> datetime:
        """Local time with its offset."""
        return datetime.now(self._zone)

    def monotonic(self) -> float:
        """Seconds that never go back and go on while the machine sleeps."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    @property
    def boot_id(self) -> str:
        """The kernel's; empty where it tells none, so that no two moments count as of one start."""
        return self._boot_id

    def is_set(self) -> bool:
        """Say whether the clock can be believed; one with an empty battery shows a year long past."""
        return is_plausible(self.wall()) and (self._has_clock or _SYNCHRONISED.exists() or _kernel_says_so())


def is_plausible(now: datetime) -> bool:
    """Say whether it can be this moment: the program is younger than that year, as our server sees it too."""
    return now.year >= _FIRST_YEAR


def _kernel_says_so() -> bool:
    """Ask the kernel, which chrony and ntpd tell as well."""
    try:
        answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return False
    return bool(0 <= answer != _TIME_ERROR)
