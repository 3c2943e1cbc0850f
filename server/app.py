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

from server.circulation.desk import LendingDesk
from server.circulation.today import LoansToday
from server.clock import Clock, utc_now
from server.config import ServerConfig
from server.fleet.ingest import FLEET_STEPS
from server.fleet.overview import StoredFleet
from server.selfcheck.service import SelfCheckService
from server.store.csv_rows import put_organisation
from server.store.engine import open_engine, transaction
from server.store.migrate import migrate
from server.store.writer import WriterQueue
from server.web.app import create_app
from server.web.site import Site

_PAGES_GOODBYE_S: Final = 5


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server listens."""

    sip2: int
    web: int


async def serve(config: ServerConfig, on_ready: Callable[[Ports], None], clock: Clock = utc_now) -> None:
    """Serve until SIGTERM or SIGINT; tell the ports when both services may be asked.

    Raise a ``ServerError`` or ``OSError`` where the server cannot start.
    """
    leaving = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leaving.set)
    zone = config.library.zone
    engine, fleet = open_engine(config.store.url), open_engine(config.fleet.store)
    migrate(engine)
    migrate(fleet, FLEET_STEPS)
    with transaction(engine) as session:
        put_organisation(session, config.library.code, config.library.name)
    async with WriterQueue(engine, "circulation-store") as queue:
        selfcheck = SelfCheckService(config, LendingDesk(config.rules, zone, clock), queue)
        pages = _Pages(
            lambda is_closing: create_app(
                fleet=StoredFleet(fleet, zone),
                loans=LoansToday(engine, zone),
                clock=clock,
                site=Site(config.library.name, zone, config.web.allowed_hosts),
                is_closing=is_closing,
            )
        )
        with contextlib.closing(_listen(config.web.host, config.web.port)) as listener:
            await _run(selfcheck, pages, listener, leaving, on_ready)
    fleet.dispose()


async def _run(
    selfcheck: SelfCheckService,
    pages: "_Pages",
    listener: socket.socket,
    leaving: asyncio.Event,
    on_ready: Callable[[Ports], None],
) -> None:
    sip2_port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        lines = group.create_task(selfcheck.run(sip2_port.set_result), name="sip2")
        group.create_task(pages.serve(sockets=[listener]), name="pages")
        on_ready(Ports(await sip2_port, listener.getsockname()[1]))
        await leaving.wait()
        pages.should_exit = True
        lines.cancel()


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
