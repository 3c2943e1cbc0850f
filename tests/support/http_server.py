"""Serves an ASGI application on a real socket for the time of a test."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from tests.support.waiting import eventually, in_time


def listening_socket(port: int = 0) -> socket.socket:
    """Take a port of loopback; 0 takes any free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


def make_server(app: ASGIApp) -> uvicorn.Server:
    """Make a server that says nothing and leaves the logging of the tests alone."""
    return uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="critical", lifespan="off"))


@asynccontextmanager
async def serving(server: uvicorn.Server, port: int = 0) -> AsyncIterator[int]:
    """Serve; gives the port, and has ended when the block is left."""
    listener = listening_socket(port)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="http-server")
    try:
        await eventually(lambda: server.started or task.done())
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        await in_time(task)
        listener.close()
