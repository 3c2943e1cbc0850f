"""What the page of one kiosk says: its charts and its words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from babel.numbers import format_decimal

from server.fleet.one_kiosk import ReadingView
from server.web.charts import Sample, Shape, shape

SPANS: Mapping[str, timedelta] = MappingProxyType(
    {"day": timedelta(days=1), "fortnight": timedelta(days=14), "year": timedelta(days=365)}
)
"""How far back the page looks."""

SPAN: Mapping[str, str] = MappingProxyType({"day": "24 hours", "fortnight": "14 days", "year": "One year"})

PLAIN_LINE: Mapping[str, str] = MappingProxyType(
    {"broker": "to the fleet's broker", "library_system": "to the library system"}
)
"""What a kiosk talks to without encryption."""

DOES: Mapping[str, str] = MappingProxyType(
    {
        "ready": "It waits for readers.",
        "in_use": "Somebody is at it.",
        "closed": "It is closed.",
        "staff": "Staff are at it.",
        "out_of_order": "Its screen says that it is out of order.",
        "kiosk_down": "Its program does not run: the screen is empty.",
        "init": "Its program is starting.",
        "offline": "It was switched off.",
        "lost": "Its line broke off.",
    }
)
"""What its screen shows, by the state that it last told."""

_READING_EVERY: Final = timedelta(minutes=5)
_HOUR: Final = timedelta(hours=1)
_MEGABYTE: Final = 1_000_000
_GIGABYTE: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Chart:
    """A line over time with what is said beside it."""

    name: str
    """A key of the page's words, for styles and tests."""
    heading: str
    worst_is: str
    """``least`` or ``most``."""
    unit: str
    shape: Shape
    digits: int

    def number(self, value: float, language: str) -> str:
        """Write one of its values with its unit."""
        pattern = "#,##0." + "0" * self.digits if self.digits else "#,##0"
        return f"{format_decimal(value, pattern, locale=language)} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    heading: str
    value: Callable[[ReadingView], float | None]
    worst: Callable[[float, float], float]
    unit: str = ""
    digits: int = 0


def _shared(number: int | None, unit: int) -> float | None:
    return None if number is None else number / unit


_KINDS: Final = (
    _Kind("memory", "Free memory", lambda told: _shared(told.memory_available_bytes, _MEGABYTE), min, "MB"),
    _Kind("disk", "Free space on its card", lambda told: _shared(told.disk_free_bytes, _GIGABYTE), min, "GB", 1),
    _Kind("heat", "Heat of the processor", lambda told: told.temperature_c, max, "°C"),
    _Kind("load", "Load", lambda told: told.load_1min, max, "", 1),
    _Kind("lag", "Delay of its program", lambda told: told.loop_lag_ms, max, "ms"),
    _Kind("outbox", "Reports that wait", lambda told: float(told.outbox_depth), max),
)

HEADINGS: Final = tuple(kind.heading for kind in _KINDS)


def charts(readings: Sequence[ReadingView], now: datetime, span: timedelta) -> tuple[Chart, ...]:
    """Draw what was read within a span up to now; what a kiosk does not measure has no chart."""
    begin = now - span
    every = _READING_EVERY if span <= SPANS["fortnight"] else _HOUR
    drawn = []
    for kind in _KINDS:
        values = ((told, kind.value(told)) for told in readings)
        samples = [Sample(told.at, value, told.late) for told, value in values if value is not None]
        found = shape(samples, begin, now, every, kind.worst)
        if found is not None:
            worst_is = "least" if kind.worst is min else "most"
            drawn.append(Chart(kind.name, kind.heading, worst_is, kind.unit, found, kind.digits))
    return tuple(drawn)
