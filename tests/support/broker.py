"""A real mosquitto for a test: on a free port, killed and brought back at will."""

import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.demo.broker import INGEST_ACCOUNT, BrokerAccount, find_program, start_broker, write_configuration
from mqtt.link_values import Account, LinkSettings

PASSWORD = "not-a-secret"


def mosquitto_is_missing() -> bool:
    """Tell whether the tests with a broker must be skipped."""
    return find_program() is None


def free_port() -> int:
    """Return a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RealBroker:
    """mosquitto with one account for each kiosk and the ingest's."""

    def __init__(self, folder: Path, kiosk_ids: Sequence[str]) -> None:
        self.folder = folder
        self.port = free_port()
        accounts = [BrokerAccount(name, PASSWORD) for name in (INGEST_ACCOUNT, *kiosk_ids)]
        self._configuration = write_configuration(folder, accounts, self.port)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it on the same port as before and return when it listens."""
        self._process = start_broker(self._configuration, self.port, self.folder / "broker.log")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def stop_answering(self) -> None:
        """Freeze it: it keeps its connections and says nothing."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def answer_again(self) -> None:
        """Thaw it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def settings(self, name: str, *, session_expiry_s: int = 0, manual_acknowledgement: bool = False) -> LinkSettings:
        """Return how an account of this broker connects, with pauses short enough for a test."""
        return LinkSettings(
            "127.0.0.1",
            self.port,
            client_id=name,
            account=Account(name, PASSWORD),
            session_expiry_s=session_expiry_s,
            manual_acknowledgement=manual_acknowledgement,
            reconnect_min_s=0.05,
            reconnect_max_s=0.2,
        )
