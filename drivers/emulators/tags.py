"""ISO 15693 tags as a pad finds them: memory in blocks, AFI, DSFID, EAS, locks; some lie on the pad, some do not."""

from dataclasses import dataclass, field
from typing import Final

from drivers.emulators.device import Fact, Order, OrderError, bytes_of, flag_of, number_of, text_of

BLOCK_BYTES: Final = 4
ICODE_SLIX_BYTES: Final = 112
"""28 blocks of 4 bytes: the commonest library tag."""

_UID_BYTES: Final = 8
_MOST_BYTES: Final = 256 * BLOCK_BYTES


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

    @property
    def blocks(self) -> int:
        """How many blocks the tag has."""
        return len(self.memory) // BLOCK_BYTES

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
            "on_pad": lying,
        }


class Pad:
    """Every tag that was ever laid, and which of them lie there now, in the order in which they were laid."""

    def __init__(self) -> None:
        self.known: dict[str, EmulatedTag] = {}
        self._lying: dict[str, None] = {}

    def lying(self) -> tuple[EmulatedTag, ...]:
        """Give the tags that lie there."""
        return tuple(self.known[uid] for uid in self._lying)

    def find(self, uid: str) -> EmulatedTag | None:
        """Give a tag if it lies there."""
        return self.known[uid] if uid in self._lying else None

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
            _change(tag, given)
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

    def facts(self) -> list[Fact]:
        """Give every tag for the control socket."""
        return [tag.facts(lying=uid in self._lying) for uid, tag in self.known.items()]


def _uid_of(given: Order) -> str:
    uid = bytes_of(given, "uid")
    if len(uid) != _UID_BYTES:
        raise OrderError("uid: eight bytes are needed")
    return uid.hex().upper()


def _change(tag: EmulatedTag, given: Order) -> None:
    if "memory" in given:
        memory = bytes_of(given, "memory")
        size = number_of(given, "size", ICODE_SLIX_BYTES, most=_MOST_BYTES)
        size = max(size, -(-len(memory) // BLOCK_BYTES) * BLOCK_BYTES)
        if size > _MOST_BYTES or size % BLOCK_BYTES:
            raise OrderError("memory: at most 256 blocks of 4 bytes")
        tag.memory = bytearray(memory.ljust(size, b"\0"))
    tag.afi = number_of(given, "afi", tag.afi, most=255)
    tag.dsfid = number_of(given, "dsfid", tag.dsfid, most=255)
    tag.eas = flag_of(given, "eas", default=tag.eas)
    tag.afi_locked = flag_of(given, "afi_locked", default=tag.afi_locked)
    tag.unreadable = flag_of(given, "unreadable", default=tag.unreadable)


def uid_named(order: Order) -> str:
    """Return the UID that an order names, in capitals; raises `OrderError`."""
    return text_of(order, "uid").upper()
