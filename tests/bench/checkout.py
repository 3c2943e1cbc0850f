"""Checkouts (11 -> 12) by the kiosk's client at a running server, over TLS and with both journals on disk.

Once by one kiosk, and once by twenty at a time; beside a bare echo over as many sockets with one commit of the rows.
"""

import asyncio
import datetime as dt
import shutil
import socket
import sqlite3
import ssl
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil

from deploy.demo.children import Child, Children, python
from deploy.demo.pki import Authority
from kiosk.ils.profiles import PROFILES
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.ils.words import Words
from kiosk.journal import Journal
from kiosk.session.values import ItemId, Loan, PatronId, TransactionId
from library.lending.patterns import NumberPatterns
from server.holdings.importing import import_copies, import_places, import_records
from server.patrons.importing import import_patrons
from server.selfcheck.terminals import NewTerminal, put_terminal
from server.store.csv_rows import put_organisation
from server.store.engine import opened, transaction
from server.store.migrate import migrate
from sip2.codec import encode
from tests.bench.harness import ROUNDS, Comparison, Sample, compare

LOANS = 100
"""Loans a round, of all kiosks together; the round's figure is their median."""
CROWD = 20
"""Kiosks at a time."""
WARM_UP = 3
"""Rounds before the first: until then SQLite's write-ahead logs still grow, and a growing file's fsync takes longer."""
ROUNDS_IN_ALL = WARM_UP + 1 + ROUNDS
"""With those, and the one that every bench leaves uncounted."""
PILE = 10
"""Loans of one patron."""
TERMINALS = tuple(f"k-bench-{number}" for number in range(1, CROWD + 1))
PASSWORD, OWNER = "a terminal's password", "VN-BENCH"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LOOPBACK = "127.0.0.1"
SEQUENCE_AND_CHECKSUM = len(b"AY0AZ0000\r")
FOLDER = Path("var/bench")
"""On the disk whose fsync the table's first line tells."""


class _Clock:
    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> dt.datetime:
        return dt.datetime.now(ZONE)


class _Kiosks:
    """The clients and the server."""

    def __init__(self, runner: asyncio.Runner, systems: Sequence[Sip2LibrarySystem], server: Child, first: int) -> None:
        self._runner = runner
        self._systems = systems
        self._server = psutil.Process(server.process.pid)
        self._next = first
        self.taken: list[float] = []

    def round(self) -> Sample:
        return self._runner.run(self._round())

    async def _round(self) -> Sample:
        cpu = _cpu(self._server)
        numbers = range(self._next, self._next + LOANS)
        share = LOANS // len(self._systems)
        each = [
            self._lend(system, numbers[place * share : (place + 1) * share])
            for place, system in enumerate(self._systems)
        ]
        taken = [seconds for lent in await asyncio.gather(*each) for seconds in lent]
        self._next += LOANS
        self.taken += taken
        return Sample(statistics.median(taken), (_cpu(self._server) - cpu) / LOANS)

    @staticmethod
    async def _lend(system: Sip2LibrarySystem, numbers: range) -> list[float]:
        taken = []
        for number in numbers:
            began = time.perf_counter()
            outcome = await system.lend(TransactionId(f"t{number}"), _patron(number), _item(number))
            taken.append(time.perf_counter() - began)
            if not isinstance(outcome, Loan):
                raise TypeError(outcome)
        return taken


class _Floor:
    """Sockets and the bare program."""

    def __init__(self, lines: Sequence[socket.socket], program: Child, request_bytes: int, answer_bytes: int) -> None:
        self._lines = lines
        self._program = psutil.Process(program.process.pid)
        self._request = b"1" * request_bytes
        self._answer_bytes = answer_bytes
        self.taken: list[float] = []

    def round(self) -> Sample:
        cpu = _cpu(self._program)
        with ThreadPoolExecutor(len(self._lines)) as threads:
            taken = [seconds for lent in threads.map(self._lend, self._lines) for seconds in lent]
        self.taken += taken
        return Sample(statistics.median(taken), (_cpu(self._program) - cpu) / LOANS)

    def _lend(self, line: socket.socket) -> list[float]:
        taken = []
        for _ in range(LOANS // len(self._lines)):
            began = time.perf_counter()
            line.sendall(self._request)
            if len(line.recv(self._answer_bytes, socket.MSG_WAITALL)) < self._answer_bytes:
                raise EOFError
            taken.append(time.perf_counter() - began)
        return taken


def run() -> Sequence[Comparison]:
    """Measure in turn, each loan of another copy."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=FOLDER))).resolve()
        _install(folder)
        shutil.copy(folder / "library.db", folder / "floor.db")
        children = stack.enter_context(Children(folder / "log"))
        server = children.start("server", python("server", "run", "--config", str(folder / "server.toml")))
        runner = stack.enter_context(asyncio.Runner())
        systems = [_system(stack, runner, folder, server, terminal) for terminal in TERMINALS]
        alone = _Kiosks(runner, systems[:1], server, 1)
        crowd = _Kiosks(runner, systems, server, LOANS * ROUNDS_IN_ALL + 1)
        for kiosks in (alone, crowd):
            kiosks.round()
        request_bytes, answer_bytes = _lengths(_settings(folder, server, TERMINALS[0]), folder / "library.db")
        bare = children.start(
            "floor",
            python("tests.bench.bare_checkout", str(folder / "floor.db"), str(request_bytes), str(answer_bytes)),
        )
        lines = [stack.enter_context(_line(bare)) for _ in TERMINALS]
        return [
            _compared("checkout, p50", alone, _Floor(lines[:1], bare, request_bytes, answer_bytes)),
            _compared(f"checkout, p50, {CROWD} kiosks", crowd, _Floor(lines, bare, request_bytes, answer_bytes)),
        ]


def _compared(name: str, kiosks: _Kiosks, floor: _Floor) -> Comparison:
    for _ in range(WARM_UP):
        floor.round()
    for _ in range(WARM_UP - 1):
        kiosks.round()
    result = compare(name, ("kiosk and server over TLS", kiosks.round), ("the floor", floor.round))
    return replace(result, note=_note(kiosks.taken, floor.taken))


def _note(ours: list[float], floor: list[float]) -> str:
    counted = -LOANS * ROUNDS
    late = [statistics.quantiles(taken[counted:], n=100)[-1] * 1e3 for taken in (ours, floor)]
    return (
        f"p99 {late[0]:.2f} and {late[1]:.2f} ms; {LOANS} loans a round; three fsynced commits (the kiosk's journal,"
        " the server's store, the journal again) over a bare TCP echo and one commit of the server's rows"
    )


def _system(stack: ExitStack, runner: asyncio.Runner, folder: Path, server: Child, terminal: str) -> Sip2LibrarySystem:
    journal = Journal(folder / f"{terminal}.sqlite3", time.time)
    runner.run(journal.__aenter__())
    stack.callback(lambda: runner.run(journal.__aexit__(None, None, None)))
    settings = _settings(folder, server, terminal)
    system = Sip2LibrarySystem(settings, profile=PROFILES["own"], journal=journal, clock=_Clock())
    stack.callback(system.close)
    return system


def _line(bare: Child) -> socket.socket:
    line = socket.create_connection((LOOPBACK, bare.ready["port"]), timeout=10)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _install(folder: Path) -> None:
    """Make a server with as many copies as will be lent, its certificates and one terminal."""
    authority = Authority(folder, dt.datetime.now(dt.UTC))
    authority.server("server", LOOPBACK)
    for terminal in TERMINALS:
        authority.kiosk(terminal)
    numbers = range(1, 2 * LOANS * ROUNDS_IN_ALL + 1)
    files = {
        "places": ["code,name,kind,closed_weekdays", f"{OWNER},Thư viện xã Thí Điểm,hub,7"],
        "records": ["source_id,title,author,language,subjects,publisher,year,isbn"]
        + [f"r{number},Dế mèn phiêu lưu ký tập {number},Tô Hoài,vi,,,," for number in numbers],
        "copies": ["item_id,source_id,place,item_type,call_number"]
        + [f"{_item(number).text},r{number},{OWNER},book," for number in numbers],
        "patrons": ["card,name,category,place,expires"]
        + [f"{_patron(number).text},Nguyễn Thị Mai,adult,{OWNER}," for number in numbers[::PILE]],
    }
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "server.toml").write_text(
        f'schema_version = 1\n[library]\ncode = "{OWNER}"\nname = "Thư viện xã Thí Điểm"\n'
        '[store]\nurl = "sqlite:///library.db"\n[web]\nport = 0\n[selfcheck]\nport = 0\n'
        'certificate = "server.crt"\ncertificate_key = "server.key"\nclient_ca = "ca.crt"\n'
        f"[[lending.rules]]\nmax_items = {PILE}\n",
        encoding="utf-8",
    )
    with opened(f"sqlite:///{folder / 'library.db'}") as engine:
        migrate(engine)
        with transaction(engine) as session:
            owner = put_organisation(session, OWNER, "Thư viện xã Thí Điểm")
        import_places(engine, owner, folder / "places.csv")
        import_records(engine, owner, folder / "records.csv")
        import_copies(engine, owner, folder / "copies.csv", NumberPatterns())
        import_patrons(engine, owner, folder / "patrons.csv", NumberPatterns())
        with transaction(engine) as session:
            for terminal in TERMINALS:
                put_terminal(session, NewTerminal(terminal, OWNER, terminal, PASSWORD, terminal))


def _settings(folder: Path, server: Child, terminal: str) -> Sip2Settings:
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=folder / "ca.crt")
    context.load_cert_chain(folder / f"{terminal}.crt", folder / f"{terminal}.key")
    return Sip2Settings(
        host=LOOPBACK,
        port=int(server.ready["sip2_port"]),
        zone=ZONE,
        tls=context,
        login=terminal,
        password=PASSWORD,
        institution=OWNER,
    )


def _lengths(settings: Sip2Settings, database: Path) -> tuple[int, int]:
    """Give the bytes of a request and of its answer as they are on the line, without TLS."""
    request = Words(settings, PROFILES["own"], _Clock()).checkout(_patron(1), _item(1))
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        (answer,) = store.execute("SELECT max(length(answer)) FROM done_transaction").fetchone()
    return len(encode(request, sequence=0)), int(answer) + SEQUENCE_AND_CHECKSUM


def _patron(number: int) -> PatronId:
    return PatronId(f"2{(number - 1) // PILE + 1:013}")


def _item(number: int) -> ItemId:
    return ItemId(f"VNM.{number:06}")


def _cpu(other: psutil.Process) -> float:
    """Give the CPU time so far of this process and another."""
    times = other.cpu_times()
    return time.process_time() + float(times.user + times.system)
