"""What the pages know of the place that they serve."""

from dataclasses import dataclass
from datetime import timedelta, tzinfo

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Site:
    """One library's pages."""

    library_name: str
    """Shown at the top of every page."""
    time_zone: tzinfo
    """The library's own; rules every time that is shown."""
    allowed_hosts: tuple[str, ...] = LOOPBACK_HOSTS
    """Host names (no port) that a browser may name, against DNS rebinding."""
    refresh: timedelta = timedelta(milliseconds=500)
    """How often the stores are read while somebody watches; all watchers share one reading."""
    new_readers: bool = False
    """Kiosks hand in who wants to become a reader: there is a page for them."""
