"""``python -m kiosk.workbench --config FILE --port 0``: serves the workbench on loopback until its parent is gone."""

import argparse
import asyncio
import json
import os
import socket
import stat
import sys
from pathlib import Path

import uvicorn

from drivers.emulators.control import EmulatorControl
from kiosk.workbench.app import create_workbench
from kiosk.workbench.config import WorkbenchFileError, load_config, load_stock
from kiosk.workbench.page import TagWords

_ADDRESS = "127.0.0.1"
_STDIN = 0


def main(arguments: list[str] | None = None) -> int:
    """Run the workbench; prints one JSON line with its address when it listens."""
    parser = argparse.ArgumentParser(prog="kiosk.workbench", description=__doc__)
    parser.add_argument(
        "--config", type=Path, required=True, help="JSON: devices (role: control socket), stock, screens"
    )
    parser.add_argument("--port", type=int, default=0, help="a port of loopback; 0 takes any free one")
    given = parser.parse_args(arguments)
    try:
        asyncio.run(_serve(given.config, given.port))
    except WorkbenchFileError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


async def _serve(config_file: Path, port: int) -> None:
    config = load_config(config_file)
    app = create_workbench(
        devices={role: EmulatorControl(path) for role, path in config.devices.items()},
        stock=load_stock(config.stock),
        screens=config.screens,
        tag_words=TagWords(config.secured_afi, config.on_loan_afi),
    )
    with socket.create_server((_ADDRESS, port)) as listener:
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=2))
        loop = asyncio.get_running_loop()
        if _stdin_is_a_pipe():
            loop.add_reader(_STDIN, _at_stdin, server)
        ready = {"ready": "workbench", "url": f"http://{_ADDRESS}:{port}/", "port": port, "pid": os.getpid()}
        print(json.dumps(ready), flush=True)  # noqa: T201 - the parent waits for this line
        await server.serve(sockets=[listener])


def _stdin_is_a_pipe() -> bool:
    """Only a pipe or socket ends with its parent; a terminal or /dev/null says nothing."""
    try:
        mode = os.fstat(_STDIN).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _at_stdin(server: uvicorn.Server) -> None:
    try:
        alive = bool(os.read(_STDIN, 4096))
    except OSError:
        alive = False
    if not alive:
        asyncio.get_running_loop().remove_reader(_STDIN)
        server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
