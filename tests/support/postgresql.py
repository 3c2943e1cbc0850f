"""A private PostgreSQL for a test run: no TCP, a Unix socket in a folder of its own, and nothing left at its end."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import psycopg

from tests.support.waiting import DEADLINE_S, LOOK_AGAIN_S

NOT_INSTALLED: Final = "postgresql is not installed"
"""The reason of a skip."""
_UNPRIVILEGED: Final = "nobody"
"""PostgreSQL refuses to run as root."""
_QUIET: Final = ("listen_addresses=",)
_FAST: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def find_programs() -> Path | None:
    """Find the folder with ``initdb`` and ``postgres``: Debian keeps them out of PATH, one folder a version."""
    found = shutil.which("postgres")
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin")), *([Path(found).parent] if found else [])]
    usable = [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]
    return usable[-1] if usable else None


class PostgresqlServer:
    """A cluster from ``with`` to its end, and databases in it."""

    def __init__(self, programs: Path, *, is_durable: bool = False) -> None:
        self._programs = programs
        self._settings = _QUIET if is_durable else (*_QUIET, *_FAST)
        self._numbers = itertools.count(1)
        self._as_whom: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        if os.geteuid() == 0:
            account = pwd.getpwnam(_UNPRIVILEGED)
            os.chown(self._folder, account.pw_uid, account.pw_gid)
            self._as_whom = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self._run("initdb", "-D", "data", "-U", "library", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = [part for setting in self._settings for part in ("-c", setting)]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", "data", "-k", self._folder, *settings],
                cwd=self._folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
                **self._as_whom,
            )
        self._wait_until_it_answers()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGQUIT)  # at once: what it holds is thrown away
        self._process.wait(DEADLINE_S)
        shutil.rmtree(self._folder)

    def new_database(self) -> str:
        """Make an empty database; give its address as ``server.toml`` has it."""
        name = f"library_{next(self._numbers)}"
        self._order(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://library@/{name}?host={self._folder}"

    def _order(self, words: str) -> None:
        with psycopg.connect(host=str(self._folder), user="library", dbname="postgres", autocommit=True) as connection:
            connection.execute(words.encode())

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), *words]
        subprocess.run(command, cwd=self._folder, stdout=subprocess.DEVNULL, check=True, **self._as_whom)

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + DEADLINE_S
        while True:
            try:
                return self._order("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise
                time.sleep(LOOK_AGAIN_S)
