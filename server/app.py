"""Puts the server together: configuration, stores, SIP2 service and pages in one loop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from server.circulation.desk import LendingDesk
from server.circulation.kiosk_places import KioskPlaces
from server.circulation.offline_list import StaffList
from server.circulation.today import LoansToday
from server.clock import Clock, utc_now
from server.config import LibrarySection, ServerConfig
from server.fleet.ingest import FLEET_STEPS
from server.fleet.overview import StoredFleet
from server.selfcheck.service import SelfCheckService
from server.store.csv_rows import put_organisation
from server.store.engine import opened, transaction
from server.store.migrate import migrate
from server.store.writer import WriterQueue
from server.web.app import create_app
from server.web.site import Site

_PAGES_GOODBYE_S: Final = 5


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server listens; whoever calls from now on is answered."""

    sip2: int
    web: int


async def serve(config: ServerConfig, on_ready: Callable[[Ports], None], clock: Clock = utc_now) -> None:
    """Serve until SIGTERM or SIGINT; tell the ports when both may be called.

    Raise a ``ServerError`` or ``OSError`` where the server cannot start.
    """
    leaving = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leaving.set)
    zone = config.library.zone
    with (
        opened(config.store.url) as engine,
        opened(config.fleet.store) as fleet,
        contextlib.closing(_listen(config.selfcheck.host, config.selfcheck.port)) as lines,
        contextlib.closing(_listen(config.web.host, config.web.port)) as browsers,
    ):
        await asyncio.to_thread(_prepare, config.library, engine, fleet)
        async with WriterQueue(engine, "circulation-store") as queue:
            selfcheck = SelfCheckService(config, LendingDesk(config.rules, zone, clock), queue)
            pages = _Pages(
                lambda is_closing: create_app(
                    fleet=StoredFleet(fleet, zone, KioskPlaces(engine).by_kiosk),
                    loans=LoansToday(engine, zone),
                    clock=clock,
                    matters=StaffList(engine, queue),
                    site=Site(config.library.name, zone, config.web.allowed_hosts),
                    is_closing=is_closing,
                )
            )
            async with asyncio.TaskGroup() as group:
                kiosks = group.create_task(selfcheck.run(lines), name="sip2")
                group.create_task(pages.serve(sockets=[browsers]), name="pages")
                on_ready(Ports(lines.getsockname()[1], browsers.getsockname()[1]))
                await leaving.wait()
                pages.should_exit = True
                kiosks.cancel()


def _prepare(library: LibrarySection, engine: Engine, fleet: Engine) -> None:
    migrate(engine)
    migrate(fleet, FLEET_STEPS)
    with transaction(engine) as session:
        put_organisation(session, library.code, library.name)


class _Pages(uvicorn.Server):
    """Uvicorn without its own ideas of signals and logging."""

    def __init__(self, make: Callable[[Callable[[], bool]], FastAPI]) -> None:
        super().__init__(
            uvicorn.Config(
                make(lambda: self.should_exit),
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                server_header=False,
                timeout_graceful_shutdown=_PAGES_GOODBYE_S,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave SIGTERM and SIGINT to :func:`serve`."""
        yield


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)
