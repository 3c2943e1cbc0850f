"""Composes the pages: what they read from, who may ask, and which address answers what."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo

from fastapi import FastAPI

from server.web.reading import FleetReader, LoansReader

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def create_app(
    *,
    fleet: FleetReader,
    loans: LoansReader,
    clock: Callable[[], datetime],
    time_zone: tzinfo,
    library_name: str,
    allowed_hosts: Sequence[str] = LOOPBACK_HOSTS,
    refresh: timedelta = timedelta(milliseconds=500),
) -> FastAPI:
    """Make the ASGI application.

    ``clock`` gives the present as an aware time; ``time_zone`` is the library's own and rules every time shown.
    ``allowed_hosts`` are the host names (no port) that a browser may name, against DNS rebinding.
    ``refresh`` is how often the stores are read while somebody watches; all watchers share one reading.
    """
    del fleet, loans, clock, time_zone, library_name, allowed_hosts, refresh
    return FastAPI(docs_url=None, redoc_url=None)
