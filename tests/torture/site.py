"""What outlives the kiosk: the library's server, the tags on the reader, the journal's disk; and what is compared."""

import asyncio
import multiprocessing
import random
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from enum import Enum, auto
from multiprocessing.connection import Connection
from pathlib import Path

from deploy.demo.line import Line
from deploy.demo.tags import tag_of
from tests.support.emulators import RunningEmulator, emulator
from tests.support.programs import Program
from tests.support.small_library import (
    DE_MEN,
    HUB_TERMINAL,
    KIEU,
    LAO_HAC,
    MAI,
    NAM,
    PASSWORD,
    SO_DO,
    TAT_DEN,
    build_library,
)
from tests.torture.life import live

OWNER = "VN-QN"
CARDS = (MAI, NAM)
ITEMS = (DE_MEN, TAT_DEN, KIEU, SO_DO, LAO_HAC)
SECURED, ON_LOAN = 0x07, 0xC2
PATIENCE_S = 60.0
"""A machine under load; a kiosk at rest needs a second."""
LOOK_AGAIN_S = 0.05
HUNT_S = 2.0
LYING_S = 0.45
"""What is laid down sooner after the card lay there before, for the session."""

_SERVER = """
schema_version = 1
[library]
code = "VN-QN"
name = "Thư viện xã Quảng Nghiệp"
[store]
url = "sqlite:///library.db"
[selfcheck]
port = 0
[web]
port = 0
[[lending.rules]]
max_items = 5
"""
_KIOSK = """
schema_version = 1
kiosk_id = "torture"
site_name = "Thư viện xã Quảng Nghiệp"
state_folder = "state"
[library_system]
url = "sip2://localhost:{port}"
profile = "own"
login = "{login}"
password_file = "password"
institution = "VN-QN"
[devices]
rfid = "threem://{pad}"
barcode = "serial://{scanner}"
[tags]
owners = ["{owner}"]
[services]
offered = ["borrow", "return"]
[agent]
socket = "agent.sock"
"""


class Mischief(Enum):
    """What else goes wrong in a visit."""

    NONE = auto()
    PAD_PULLED = auto()
    LINE_CUT = auto()
    ANSWERS_HELD = auto()
    SERVER_KILLED = auto()
    LINE_DOWN = auto()
    """Before it: items are taken back by the kiosk alone."""


@dataclass
class Caught:
    """In the middle of what the kiosks were killed."""

    loans: int = 0
    returns: int = 0
    alarms: int = 0
    alone: int = 0

    def words(self) -> str:
        """Say it."""
        return (
            f"in the middle of {self.loans} loans, {self.returns} returns and {self.alarms} alarms, {self.alone} alone"
        )


@dataclass
class Site:
    """A library, a reader with tags, and one kiosk after the other."""

    folder: Path
    pad: RunningEmulator
    server: Program
    line: Line
    luck: random.Random
    tags: dict[str, str] = field(default_factory=dict)
    """Item -> UID."""

    def __post_init__(self) -> None:
        # Forked from a process that has loaded everything: a life begins in milliseconds, and no thread is inherited.
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload(["tests.torture.life"])

    async def one_kill(self) -> list[str]:
        """Begin a life, let what is lying there be put right, look; then a visit, and the end of it at some moment."""
        await self.lay(self.luck.sample(ITEMS, self.luck.choice((0, 1, 3, 5))))
        here, there = self._forks.Pipe()
        process = self._forks.Process(
            target=live, args=(self.folder / "kiosk.toml", there, self.folder / "kiosk.log"), daemon=True
        )
        process.start()
        there.close()
        try:
            await self._until(here, "Idle")
            wrong = await self._settled()
            if not wrong:
                mischief = self.luck.choices(tuple(Mischief), (68, 8, 8, 5, 4, 7))[0]
                await self._before(mischief, here)
                await self._visit(here, alone=mischief is Mischief.LINE_DOWN)
                await self._during(mischief)
                await self._moment()
        finally:
            process.kill()
            await asyncio.to_thread(process.join)
            process.close()
            here.close()
        await self._make_good()
        off, on, returns, loans, untold = self._journal()
        self.caught.loans += bool(loans)
        self.caught.returns += bool(returns)
        self.caught.alarms += bool(off | on)
        self.caught.alone += bool(untold)
        return wrong

    async def _before(self, mischief: Mischief, wire: Connection) -> None:
        if mischief is Mischief.LINE_DOWN:
            self.line.target = ("127.0.0.1", 1)  # nobody listens there
            self.line.cut()
            await self._until(wire, "Idle alone")

    async def _during(self, mischief: Mischief) -> None:
        """Let something else fail as well, in the middle of the visit."""
        if mischief in {Mischief.NONE, Mischief.LINE_DOWN}:
            return
        await asyncio.sleep(self.luck.uniform(0.0, 0.6))
        match mischief:
            case Mischief.PAD_PULLED:
                await self.pad.cable(plugged=False)
            case Mischief.LINE_CUT:
                self.line.cut()
            case Mischief.ANSWERS_HELD:
                self.line.hold_answers()
            case _:
                await self.server.kill()
                self.line.cut()
        await asyncio.sleep(self.luck.uniform(0.0, 1.0))

    async def _make_good(self) -> None:
        """Let everything but the kiosk be there again."""
        await self.pad.cable(plugged=True)
        self.line.let_answers()
        self.line.cut()
        if not self.server.running:
            await self.server.start()
        self.line.target = ("127.0.0.1", int(self.server.ready["sip2_port"]))

    async def _visit(self, wire: Connection, *, alone: bool) -> None:
        items = self.luck.sample(ITEMS, self.luck.choice((1, 2, 3)))
        if alone or self.luck.random() < 0.5:
            await self.lay(items)
            wire.send("return")
            return
        await self.lay(())
        wire.send(f"card {self.luck.choice(CARDS)}")
        await self._until(wire, "Borrowing")
        await asyncio.sleep(LYING_S)
        await self.lay(items)

    async def _moment(self) -> None:
        """Wait for the moment: any, or that at which the journal says that something is under way."""
        watched = self.luck.choice((None, "loan", "giving_back", "alarm WHERE reason = 'writing'"))
        if watched is None:
            await asyncio.sleep(self.luck.uniform(0.0, self.luck.choice((0.15, 0.6, 1.5))))
            return
        end = asyncio.get_running_loop().time() + HUNT_S
        with closing(self._opened_journal()) as journal:
            question = f"SELECT count(*) FROM {watched}"  # noqa: S608 - one of three constants
            before = journal.execute(question).fetchone()
            while journal.execute(question).fetchone() == before and asyncio.get_running_loop().time() < end:
                await asyncio.sleep(0)
        await asyncio.sleep(self.luck.uniform(0.0, 0.03))

    async def lay(self, items: Sequence[str]) -> None:
        """Let exactly these items lie on the pad."""
        known = await self.values()
        tags = [tag_of(item, OWNER) for item in items]
        self.tags |= {item: tag.uid for item, tag in zip(items, tags, strict=True)}
        await self.pad.do("lift", uids=list(known))
        await self.pad.do(
            "lay",
            tags=[
                {"uid": tag.uid, "memory": tag.memory, "afi": known.get(tag.uid, SECURED), "dsfid": tag.dsfid}
                for tag in tags
            ],
        )
        self._lying = set(items)

    async def values(self) -> dict[str, int]:
        """Give UID -> AFI of every tag that ever lay there."""
        told = (await self.pad.do("tags"))["tags"]
        assert isinstance(told, list)
        return {str(tag["uid"]): int(str(tag["afi"])) for tag in told if isinstance(tag, dict)}

    async def _settled(self) -> list[str]:
        """Look until nothing is wrong; give what still is when patience is over."""
        end = asyncio.get_running_loop().time() + PATIENCE_S
        while wrong := await self.untrue():
            if asyncio.get_running_loop().time() > end:
                break
            await asyncio.sleep(LOOK_AGAIN_S)
        return wrong

    async def untrue(self) -> list[str]:
        """Compare tags, library and journal, and name what is not as it must be once all was put right."""
        values = await self.values()
        lent = self._loans()
        off, on, doubtful_returns, doubtful_loans, untold = self._journal()
        wrong = [f"{item}: whether it is lent is not found out" for item in doubtful_loans]
        wrong += [f"{item}: what was done alone is not told" for item in untold]
        for item, uid in self.tags.items():
            quiet = values.get(uid, SECURED) == ON_LOAN
            if quiet and item not in lent and item in self._lying - doubtful_returns:
                wrong.append(f"{item}: on no loan, lies there, and does not alarm")
            if quiet and item not in lent and item not in on | doubtful_returns:
                wrong.append(f"{item}: on no loan, does not alarm, and stands on no list")
            if not quiet and item in lent and item not in off:
                wrong.append(f"{item}: lent, alarms, and stands on no list")
        return wrong

    def _loans(self) -> set[str]:
        question = "SELECT copy.item_number FROM loan JOIN copy ON copy.id = loan.copy_id WHERE loan.ended_at IS NULL"
        with closing(sqlite3.connect(f"file:{self.folder / 'library.db'}?mode=ro", uri=True)) as store:
            return {row[0] for row in store.execute(question)}

    def _journal(self) -> tuple[set[str], set[str], set[str], set[str], set[str]]:
        with closing(self._opened_journal()) as journal:
            journal.execute("BEGIN")
            alarms = journal.execute("SELECT item_id, wanted FROM alarm").fetchall()
            returns = {row[0] for row in journal.execute("SELECT item_id FROM giving_back")}
            loans = {row[0] for row in journal.execute("SELECT item_id FROM loan")}
            kept = "SELECT item_id FROM kept WHERE state IN ('kept', 'sending')"
            untold = {row[0] for row in journal.execute(kept)}
        off = {item for item, wanted in alarms if wanted == "off"}
        return off, {item for item, wanted in alarms if wanted == "on"}, returns, loans, untold

    def _opened_journal(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.folder / 'state' / 'journal.sqlite3'}?mode=ro", uri=True)

    async def _until(self, wire: Connection, name: str) -> None:
        def heard() -> None:
            told: list[str] = []
            while wire.poll(PATIENCE_S):
                told.append(wire.recv())
                if told[-1] == name:
                    return
            log = (self.folder / "kiosk.log").read_text(encoding="utf-8").splitlines()[-20:]
            raise TimeoutError("\n".join((f"no {name}, but {told}", *log)))

        await asyncio.to_thread(heard)

    caught: Caught = field(default_factory=Caught)
    _lying: set[str] = field(default_factory=set)


@asynccontextmanager
async def site(folder: Path, seed: str) -> AsyncIterator[Site]:
    """Build the library, the reader and the kiosk's files in an empty folder."""
    build_library(folder)
    (folder / "server.toml").write_text(_SERVER, encoding="utf-8")
    server = Program(["-m", "server", "run", "--config", str(folder / "server.toml")], folder / "server.log")
    async with server, emulator("threem") as pad, emulator("scanner") as scanner:
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        (folder / "password").chmod(0o600)
        with Line(("127.0.0.1", int(server.ready["sip2_port"]))) as line:
            words = {"port": line.address[1], "login": f"{HUB_TERMINAL}-login", "owner": OWNER}
            text = _KIOSK.format(pad=pad.link, scanner=scanner.link, **words)
            (folder / "kiosk.toml").write_text(text, encoding="utf-8")
            luck = random.Random(seed)  # noqa: S311 - chooses visits and moments
            yield Site(folder, pad, server, line, luck)
