"""ISO 15693 tags as a pad finds them, and what the field has seen tags do wrong; shared by every emulated HF pad.

Orders of a device with tags: ``lay`` (tags), ``lift`` (uids), ``tags``; and to misbehave: ``lift_in_write`` (after,
written), ``write_ignored`` (times, of: afi, eas, dsfid, blocks), ``duplicate_uids`` (times), ``flicker`` (uid, times),
``unreadable`` and ``readable`` (uid). A tag is laid with ``uid``, ``memory``, ``size``, ``afi``, ``dsfid``, ``eas``,
``afi_locked``, ``dsfid_locked``, ``locked_blocks``, ``unreadable``, and ``twin``: the memory of a second tag with the
same UID.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from drivers.emulators.device import Fact, Order, OrderError, bytes_of, flag_of, number_of, text_of

BLOCK_BYTES: Final = 4
ICODE_SLIX_BYTES: Final = 112
"""28 blocks of 4 bytes: the commonest library tag."""

_UID_BYTES: Final = 8
_MOST_BYTES: Final = 256 * BLOCK_BYTES
_NXP: Final = "04"


class TagFault(StrEnum):
    """Why a tag does not do what it is told."""

    GONE = "gone"
    UNREADABLE = "unreadable"
    NO_SUCH_BLOCK = "no_such_block"
    LOCKED = "locked"
    UNSUPPORTED = "unsupported"


class TagFaultError(Exception):
    """The tag says no; each protocol has its own code for it."""

    def __init__(self, fault: TagFault) -> None:
        super().__init__(fault)
        self.fault = fault


class Part(StrEnum):
    """What of a tag can be written."""

    AFI = "afi"
    EAS = "eas"
    DSFID = "dsfid"
    BLOCKS = "blocks"


@dataclass(slots=True)
class EmulatedTag:
    """One tag and what stands on it."""

    uid: str
    memory: bytearray = field(default_factory=lambda: bytearray(ICODE_SLIX_BYTES))
    afi: int = 0
    dsfid: int = 0
    eas: bool = False
    locked_blocks: set[int] = field(default_factory=set)
    afi_locked: bool = False
    dsfid_locked: bool = False
    quiet: bool = False
    unreadable: bool = False
    twin: bytes | None = None
    """The memory of another tag with the same UID that lies there too."""

    @property
    def blocks(self) -> int:
        """How many blocks the tag has."""
        return len(self.memory) // BLOCK_BYTES

    @property
    def has_eas(self) -> bool:
        """Whether its maker gave it an EAS bit: NXP did."""
        return self.uid[2:4] == _NXP

    def read(self, first: int, count: int) -> bytes:
        """Return blocks; raises `TagFaultError`. Two tags that answer with different bytes at once are not heard."""
        if self.unreadable:
            raise TagFaultError(TagFault.UNREADABLE)
        if not count or first + count > self.blocks:
            raise TagFaultError(TagFault.NO_SUCH_BLOCK)
        told = bytes(self.memory[first * BLOCK_BYTES : (first + count) * BLOCK_BYTES])
        if (
            self.twin is not None
            and self.twin.ljust(len(self.memory), b"\0")[first * BLOCK_BYTES :][: len(told)] != told
        ):
            raise TagFaultError(TagFault.UNREADABLE)
        return told

    def writable(self, block: int) -> None:
        """Raise `TagFaultError` if a block cannot be written."""
        if block >= self.blocks:
            raise TagFaultError(TagFault.NO_SUCH_BLOCK)
        if block in self.locked_blocks:
            raise TagFaultError(TagFault.LOCKED)

    def facts(self, *, lying: bool) -> dict[str, Fact]:
        """Give all of it for the control socket."""
        locked: list[Fact] = [*sorted(self.locked_blocks)]
        return {
            "uid": self.uid,
            "memory": self.memory.hex(),
            "afi": self.afi,
            "dsfid": self.dsfid,
            "eas": self.eas,
            "locked_blocks": locked,
            "afi_locked": self.afi_locked,
            "dsfid_locked": self.dsfid_locked,
            "on_pad": lying,
        }


@dataclass(slots=True)
class TagMisdeeds:
    """What goes wrong from now on; counters run down."""

    lift_in_write_after: int = 0
    lift_when_written: bool = False
    ignored: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    flicker: Counter[str] = field(default_factory=Counter)


class Pad:
    """Every tag that was ever laid, and which of them lie there now, in the order in which they were laid."""

    def __init__(self) -> None:
        self.known: dict[str, EmulatedTag] = {}
        self._lying: dict[str, None] = {}
        self._wrong = TagMisdeeds()
        self.writes: Counter[str] = Counter()
        """How often each `Part` was to be written."""
        self.inventories = 0
        """How often somebody looked what lies there."""

    def lying(self) -> tuple[EmulatedTag, ...]:
        """Give the tags that lie there."""
        return tuple(self.known[uid] for uid in self._lying)

    def find(self, uid: str) -> EmulatedTag | None:
        """Give a tag if it lies there."""
        return self.known[uid] if uid in self._lying else None

    def inventory(self) -> list[EmulatedTag]:
        """Give the tags that a round of anticollision finds, one named twice as often as it is ordered to be."""
        self.inventories += 1
        found = [
            each
            for tag in self.lying()
            if not tag.quiet and not self._flickers(tag.uid)
            for each in (tag, tag)[: 2 if tag.twin is not None else 1]
        ]
        if self._wrong.duplicates > 0:
            self._wrong.duplicates -= 1
            found += found
        return found

    def change(self, tag: EmulatedTag, part: Part, make: Callable[[], None]) -> None:
        """Write a part of a tag by ``make``, or do wrong as ordered; raises `TagFaultError` when it is lifted."""
        self.writes[part] += 1
        wrong = self._wrong
        if wrong.lift_in_write_after > 0:
            wrong.lift_in_write_after -= 1
            if wrong.lift_in_write_after == 0:
                self.take_away(tag.uid)
                if wrong.lift_when_written:
                    make()
                raise TagFaultError(TagFault.GONE)
        if wrong.ignored[part] > 0:
            wrong.ignored[part] -= 1
            return
        make()

    # What a tag does when it is told to; all raise `TagFaultError`

    def write_block(self, tag: EmulatedTag, block: int, data: bytes) -> None:
        """Write one block."""
        tag.writable(block)

        def make() -> None:
            tag.memory[block * BLOCK_BYTES : (block + 1) * BLOCK_BYTES] = data

        self.change(tag, Part.BLOCKS, make)

    def lock_block(self, tag: EmulatedTag, block: int) -> None:
        """Lock one block for good."""
        tag.writable(block)
        tag.locked_blocks.add(block)

    def write_afi(self, tag: EmulatedTag, value: int) -> None:
        """Write the AFI."""

        def make() -> None:
            tag.afi = value

        if tag.afi_locked:
            raise TagFaultError(TagFault.LOCKED)
        self.change(tag, Part.AFI, make)

    def write_dsfid(self, tag: EmulatedTag, value: int) -> None:
        """Write the DSFID."""

        def make() -> None:
            tag.dsfid = value

        if tag.dsfid_locked:
            raise TagFaultError(TagFault.LOCKED)
        self.change(tag, Part.DSFID, make)

    def write_eas(self, tag: EmulatedTag, *, on: bool) -> None:
        """Set or clear the EAS bit."""

        def make() -> None:
            tag.eas = on

        if not tag.has_eas:
            raise TagFaultError(TagFault.UNSUPPORTED)
        self.change(tag, Part.EAS, make)

    # Orders

    def lay(self, order: Order) -> None:
        """Lay tags down; a known tag keeps what the order does not say. Raises `OrderError`."""
        tags = order.get("tags")
        if not isinstance(tags, list):
            raise OrderError("tags: a list is missing")
        for given in tags:
            if not isinstance(given, dict):
                raise OrderError("tags: each must be an object")
            uid = _uid_of(given)
            tag = self.known.get(uid) or EmulatedTag(uid)
            _alter(tag, given)
            self.known[uid] = tag
            self._lying[uid] = None

    def lift(self, order: Order) -> None:
        """Lift tags, all where the order names none; raises `OrderError`."""
        uids = order.get("uids")
        if uids is None:
            uids = list(self._lying)
        if not isinstance(uids, list):
            raise OrderError("uids: a list is missing")
        for uid in uids:
            if not isinstance(uid, str):
                raise OrderError("uids: each must be text")
            self.take_away(uid.upper())

    def take_away(self, uid: str) -> None:
        """Lift one tag; what was quiet wakes up."""
        self._lying.pop(uid, None)
        if uid in self.known:
            self.known[uid].quiet = False

    def misbehave(self, order: Order) -> bool:
        """Carry out a misdeed of the tags; say whether it is one. Raises `OrderError`."""
        wrong = self._wrong
        match text_of(order, "what"):
            case "lift_in_write":
                wrong.lift_in_write_after = number_of(order, "after", 1)
                wrong.lift_when_written = flag_of(order, "written", default=False)
            case "write_ignored":
                wrong.ignored[_part_of(order)] = number_of(order, "times", 1)
            case "duplicate_uids":
                wrong.duplicates = number_of(order, "times", 1)
            case "flicker":
                wrong.flicker[uid_named(order)] = number_of(order, "times", 1)
            case "unreadable" | "readable" as what:
                self._named(order).unreadable = what == "unreadable"
            case _:
                return False
        return True

    def behave(self) -> None:
        """Let the tags do right from now on."""
        self._wrong = TagMisdeeds()

    def facts(self) -> list[Fact]:
        """Give every tag for the control socket."""
        return [tag.facts(lying=uid in self._lying) for uid, tag in self.known.items()]

    def _flickers(self, uid: str) -> bool:
        missed = self._wrong.flicker[uid] > 0
        if missed:
            self._wrong.flicker[uid] -= 1
        return missed

    def _named(self, order: Order) -> EmulatedTag:
        try:
            return self.known[uid_named(order)]
        except KeyError:
            raise OrderError("uid: no such tag") from None


def uid_named(order: Order) -> str:
    """Return the UID that an order names, in capitals; raises `OrderError`."""
    return text_of(order, "uid").upper()


def _part_of(order: Order) -> Part:
    try:
        return Part(text_of(order, "of", Part.AFI))
    except ValueError as error:
        raise OrderError(f"of: one of {', '.join(Part)} is needed") from error


def _uid_of(given: Order) -> str:
    uid = bytes_of(given, "uid")
    if len(uid) != _UID_BYTES:
        raise OrderError("uid: eight bytes are needed")
    return uid.hex().upper()


def _alter(tag: EmulatedTag, given: Order) -> None:
    """Make a tag what the order says of it."""
    if "memory" in given:
        memory = bytes_of(given, "memory")
        size = number_of(given, "size", ICODE_SLIX_BYTES, most=_MOST_BYTES)
        size = max(size, -(-len(memory) // BLOCK_BYTES) * BLOCK_BYTES)
        if size > _MOST_BYTES or size % BLOCK_BYTES:
            raise OrderError("memory: at most 256 blocks of 4 bytes")
        tag.memory = bytearray(memory.ljust(size, b"\0"))
    if "locked_blocks" in given:
        tag.locked_blocks = _blocks_of(given["locked_blocks"])
    if "twin" in given:
        tag.twin = bytes_of(given, "twin")
    tag.afi = number_of(given, "afi", tag.afi, most=255)
    tag.dsfid = number_of(given, "dsfid", tag.dsfid, most=255)
    tag.eas = flag_of(given, "eas", default=tag.eas)
    tag.afi_locked = flag_of(given, "afi_locked", default=tag.afi_locked)
    tag.dsfid_locked = flag_of(given, "dsfid_locked", default=tag.dsfid_locked)
    tag.unreadable = flag_of(given, "unreadable", default=tag.unreadable)


def _blocks_of(given: Fact) -> set[int]:
    if not isinstance(given, list) or not all(isinstance(block, int) for block in given):
        raise OrderError("locked_blocks: a list of numbers is missing")
    return {block for block in given if isinstance(block, int)}
