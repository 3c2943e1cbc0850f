"""Times and numbers as a librarian reads them, in the library's own time zone."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from markupsafe import Markup

_SAME_DAY = "HH:mm"
_OTHER_DAY = {"vi": "HH:mm dd/MM/yyyy", "en": "HH:mm, d MMM yyyy"}
_EXACT = "HH:mm:ss"


@dataclass(frozen=True, slots=True)
class Moments:
    """Writes aware times as they are read at ``now`` (aware) in one language."""

    now: datetime
    time_zone: tzinfo
    language: str

    @property
    def today(self) -> date:
        """The library's own day."""
        return self.now.astimezone(self.time_zone).date()

    def moment(self, when: datetime) -> Markup:
        """Write the minute, with the date when it is not today's, as a ``time`` element."""
        return self._element(when, self._pattern(when, _SAME_DAY))

    def exactly(self, when: datetime) -> Markup:
        """Write the second, with the date instead when it is not today's, as a ``time`` element."""
        return self._element(when, self._pattern(when, _EXACT))

    def present(self) -> str:
        """Write the present's second without markup."""
        return format_datetime(self.now.astimezone(self.time_zone), _EXACT, locale=self.language)

    def day(self) -> str:
        """Write the present day in full."""
        return format_date(self.today, "full", locale=self.language)

    def number(self, value: int | None) -> str:
        """Write a count; a dash when it is not known."""
        return "—" if value is None else format_decimal(value, locale=self.language)

    def _pattern(self, when: datetime, same_day: str) -> str:
        return same_day if when.astimezone(self.time_zone).date() == self.today else _OTHER_DAY[self.language]

    def _element(self, when: datetime, pattern: str) -> Markup:
        shown = format_datetime(when.astimezone(self.time_zone), pattern, locale=self.language)
        machine = when.astimezone(self.time_zone).isoformat(timespec="seconds")
        return Markup('<time datetime="{}">{}</time>').format(machine, shown)
