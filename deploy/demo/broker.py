"""A mosquitto of one's own on loopback: its configuration, accounts and rights, and its start."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

READY_S = 20.0
INGEST_ACCOUNT = "library-ingest"
"""The server's account; no kiosk's id may be one of the server's."""

_RIGHTS = f"""user {INGEST_ACCOUNT}
topic read library/v1/d/+/state
topic read library/v1/d/+/up/#
topic write library/v1/d/+/down/#
topic readwrite library/v1/server/#
topic read $SYS/#
pattern write library/v1/d/%u/state
pattern write library/v1/d/%u/up/#
pattern read library/v1/d/%u/down/#
pattern read library/v1/server/#
"""


class BrokerError(Exception):
    """mosquitto is missing, ended, or did not listen in time."""


@dataclass(frozen=True, slots=True)
class BrokerAccount:
    """A name at the broker: a kiosk's id, or the server's ``INGEST_ACCOUNT``."""

    username: str
    password: str = field(repr=False)


def find_program(name: str = "mosquitto") -> Path | None:
    """Return where Debian's program lies; ``/usr/sbin`` is not on everybody's path."""
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin")))
    return Path(found) if found else None


def write_configuration(folder: Path, accounts: Sequence[BrokerAccount], port: int) -> Path:
    """Write mosquitto.conf, its rights and its hashed passwords into ``folder``; return the configuration's path.

    The broker listens on 127.0.0.1 only. Each kiosk may write its own topics and read what is told to it, by its name.
    Raise ``ValueError`` on two accounts of one name: a kiosk called like the server would have its rights.
    """
    if len({account.username for account in accounts}) != len(accounts):
        raise ValueError("two accounts of one name")
    folder.mkdir(parents=True, exist_ok=True)
    passwords = folder / "passwords"
    _write_private(passwords, "".join(f"{account.username}:{account.password}\n" for account in accounts))
    hasher = find_program("mosquitto_passwd")
    if hasher is None:
        raise BrokerError("mosquitto_passwd is missing: apt-get install mosquitto")
    subprocess.run([str(hasher), "-U", str(passwords)], check=True, timeout=30, capture_output=True)
    rights = folder / "rights"
    _write_private(rights, _RIGHTS)
    lines = [
        "per_listener_settings false",
        "allow_anonymous false",
        f"password_file {passwords}",
        f"acl_file {rights}",
        "persistence true",
        f"persistence_location {folder}/",
        "autosave_interval 60",
        "persistent_client_expiration 14d",
        "max_inflight_messages 1000",  # the default of 20 slows an ingest that acknowledges after its commit
        "max_queued_messages 100000",  # the default of 1000 loses what it has already acknowledged
        "max_queued_bytes 67108864",
        "max_packet_size 1048576",
        "max_keepalive 120",
        "set_tcp_nodelay true",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        "log_type notice",
        f"listener {port} 127.0.0.1",
    ]
    if os.geteuid() == 0:
        lines.append("user root")  # else it becomes `mosquitto`, which may not read these files
    configuration = folder / "mosquitto.conf"
    _write_private(configuration, "\n".join(lines) + "\n")
    return configuration


def start_broker(configuration: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start mosquitto and return once it accepts connections; it ends with the calling process.

    Raise ``BrokerError`` when it is missing, ends (the port is taken) or does not listen in time.
    """
    program = find_program()
    if program is None:
        raise BrokerError("mosquitto is missing: apt-get install mosquitto")
    tether = [sys.executable, "-m", "deploy.demo.tether", str(os.getpid())]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*tether, str(program), "-c", str(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=Path(__file__).parents[2],
        )
    try:
        wait_until_accepting(process, port)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process


def wait_until_accepting(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when the broker takes a connection; raise ``BrokerError`` when it ends or takes too long."""
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise BrokerError(f"mosquitto ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise BrokerError("mosquitto does not listen")


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
