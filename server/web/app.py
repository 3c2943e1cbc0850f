"""Composes the pages: what they read from, who may ask, and which address answers what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from fastapi import FastAPI

from server.web.reading import FleetReader, LoansReader

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages know of the place that they serve."""

    library_name: str
    """Shown at the top of every page."""
    time_zone: tzinfo
    """The library's own; rules every time that is shown."""
    allowed_hosts: tuple[str, ...] = LOOPBACK_HOSTS
    """Host names (no port) that a browser may name, against DNS rebinding."""
    refresh: timedelta = timedelta(milliseconds=500)
    """How often the stores are read while somebody watches; all watchers share one reading."""


def create_app(*, fleet: FleetReader, loans: LoansReader, clock: Callable[[], datetime], site: Site) -> FastAPI:
    """Make the ASGI application; ``clock`` gives the present as an aware time."""
    del fleet, loans, clock, site
    return FastAPI(docs_url=None, redoc_url=None)
