"""A pad and a reader for tests that need no wire."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from types import TracebackType
from typing import Self, TypeVar

from drivers.errors import TagGoneError, TagLockedError
from drivers.health import DeviceHealth
from drivers.rfid.base import Ability, Air, PadReading
from drivers.rfid.tag_reader import WireCounters
from drivers.rfid.verified import epc_of

T = TypeVar("T")


class FakePad:
    """Holds AFI values, and fails when told to; keeps to ``drivers.rfid.base.RfidPad``."""

    def __init__(self, afi: dict[str, int], fails_with: Exception | None = None) -> None:
        self.afi = dict(afi)
        self.eas: dict[str, bool] = {}
        self.memory: dict[str, bytes] = {}
        self.dsfid: dict[str, int] = {}
        self._fails_with = fails_with

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make an empty pad; the URL says nothing to it."""
        del url
        return cls({})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def readings(self) -> AsyncIterator[PadReading]:
        """Yield one empty picture and wait."""
        yield PadReading((), 0)
        await asyncio.Event().wait()

    async def read_afi(self, uid: str) -> int:
        """Give the value that was written last."""
        return self.afi[uid]

    async def write_afi(self, uid: str, value: int) -> None:
        """Write it, or fail as told."""
        self._fail()
        self.afi[uid] = value

    async def read_eas(self, uid: str) -> bool:
        """Give the value that was written last; nothing written is off."""
        return self.eas.get(uid, False)

    async def write_eas(self, uid: str, *, on: bool) -> None:
        """Write it, or fail as told."""
        self._fail()
        self.eas[uid] = on

    async def read_memory(self, uid: str) -> bytes:
        """Give what was written last."""
        return self.memory[uid]

    async def write_memory(self, uid: str, data: bytes) -> None:
        """Write it, or fail as told."""
        self._fail()
        self.memory[uid] = data + self.memory.get(uid, b"")[len(data) :]

    async def write_dsfid(self, uid: str, value: int) -> None:
        """Write it, or fail as told."""
        self._fail()
        self.dsfid[uid] = value

    def abilities(self) -> frozenset[Ability]:
        """Name all."""
        return frozenset(Ability)

    def health(self) -> DeviceHealth:
        """Give no counters."""
        return DeviceHealth("fake")

    def _fail(self) -> None:
        if self._fails_with is not None:
            raise self._fails_with


class FakeReader:
    """Tags in memory, asked as ``drivers.rfid.tag_reader.TagReader`` says; goes wrong by ``trouble``.

    ``trouble`` is called with the name of each call before it is done; what it raises is raised, and a write for
    which it says ``True`` is said to be done and is not.
    """

    def __init__(self, air: Air = Air.HF, abilities: frozenset[Ability] = frozenset(Ability)) -> None:
        self.air = air
        self.counters = WireCounters()
        self.tags: dict[str, bytearray] = {}
        self.afis: dict[str, int | None] = {}
        self.eas_bits: dict[str, bool] = {}
        self.dsfids: dict[str, int] = {}
        self.users: dict[str, bytes] = {}
        self.locked: set[str] = set()
        self.calls: list[str] = []
        self.blocks_written: list[tuple[int, bytes]] = []
        self.trouble: Callable[[str], bool] = lambda _: False
        self._abilities = abilities

    def lay(self, uid: str, memory: bytes = bytes(40), afi: int | None = 7) -> None:
        """Lay a tag down."""
        self.tags[uid] = bytearray(memory)
        self.afis[uid] = afi
        self.eas_bits[uid] = False
        self.dsfids[uid] = 0

    def probe(self) -> str:
        """Say who it is."""
        return "fake reader"

    def abilities(self) -> frozenset[Ability]:
        """Name what was given."""
        return self._abilities

    def inventory(self) -> Mapping[str, int | None]:
        """Name the tags."""
        self._call("inventory")
        return dict(self.dsfids)

    def memory(self, uid: str) -> bytes:
        """Give the first 36 bytes."""
        return self._asked("memory", uid, lambda: bytes(self.tags[uid][:36]))

    def all_memory(self, uid: str) -> bytes:
        """Give all of it."""
        return self._asked("all_memory", uid, lambda: bytes(self.tags[uid]))

    def user_memory(self, uid: str) -> bytes | None:
        """Give what was set."""
        return self._asked("user_memory", uid, lambda: self.users.get(uid))

    def afi(self, uid: str) -> int | None:
        """Give it."""
        return self._asked("afi", uid, lambda: self.afis[uid])

    def set_afi(self, uid: str, value: int) -> None:
        """Write it."""
        self._write("set_afi", uid, lambda: self.afis.__setitem__(uid, value))

    def eas(self, uid: str) -> bool:
        """Give it."""
        return self._asked("eas", uid, lambda: self.eas_bits[uid])

    def set_eas(self, uid: str, *, on: bool) -> None:
        """Write it."""
        self._write("set_eas", uid, lambda: self.eas_bits.__setitem__(uid, on))

    def dsfid(self, uid: str) -> int:
        """Give it."""
        return self._asked("dsfid", uid, lambda: self.dsfids[uid])

    def set_dsfid(self, uid: str, value: int) -> None:
        """Write it."""
        self._write("set_dsfid", uid, lambda: self.dsfids.__setitem__(uid, value))

    def set_blocks(self, uid: str, first: int, data: bytes) -> None:
        """Write blocks; on UHF the tag goes by its new EPC."""

        def make() -> None:
            self.blocks_written.append((first, data))
            if self.air is Air.UHF:
                self._rename(uid, data)
            else:
                self.tags[uid][first * 4 : first * 4 + len(data)] = data

        self._write("set_blocks", uid, make)

    def _rename(self, uid: str, data: bytes) -> None:
        name = epc_of(data)
        afi, eas, dsfid = self.afis.pop(uid), self.eas_bits.pop(uid), self.dsfids.pop(uid)
        del self.tags[uid]
        self.tags[name], self.afis[name], self.eas_bits[name], self.dsfids[name] = bytearray(data), afi, eas, dsfid

    def _asked(self, call: str, uid: str, give: Callable[[], T]) -> T:
        self._call(call)
        if uid not in self.tags:
            raise TagGoneError(uid)
        return give()

    def _write(self, call: str, uid: str, make: Callable[[], None]) -> None:
        ignored = self._call(call)
        if uid not in self.tags:
            raise TagGoneError(uid)
        if uid in self.locked:
            raise TagLockedError(uid)
        if not ignored:
            make()

    def _call(self, call: str) -> bool:
        self.calls.append(call)
        self.counters.exchanges += 1
        return self.trouble(call)
