"""Tells systemd that the agent is ready and alive (sd_notify(3)); does nothing where systemd does not ask."""

import asyncio
import os
import socket
from collections.abc import Mapping


class ServiceNotifier:
    """Writes to the datagram socket named in ``NOTIFY_SOCKET``."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        try:
            self._watchdog_s = int(environment.get("WATCHDOG_USEC", "0")) / 1_000_000
        except ValueError:
            self._watchdog_s = 0.0

    def tell(self, words: str) -> None:
        """Send one assignment such as ``READY=1``; a failure is nobody's concern."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
            to_systemd.setblocking(False)
            try:
                to_systemd.sendto(words.encode(), address)
            except OSError:
                return

    async def keep_alive(self) -> None:
        """Say so twice in each watchdog period until cancelled; returns at once where none is set."""
        while self._watchdog_s > 0:
            self.tell("WATCHDOG=1")
            await asyncio.sleep(self._watchdog_s / 2)
