"""EPC Gen2 tags as a UHF module finds them: control word, EPC, user bank, locks, EAS; some lie on the pad, some do not.

A tag goes by its EPC, which a host may write: the tag then goes by the new one. Two tags may bear the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from drivers.emulators.device import Fact, Order, OrderError, bytes_of, flag_of, number_of, text_of
from drivers.emulators.tags import uid_named
from drivers.rfid.gen2_codec import HAS_USER_MEMORY, MOST_EPC_WORDS, ControlWord
from drivers.rfid.m100_messages import NO_PASSWORD, Sighting

EPC_BYTES: Final = 32
"""Room for an EPC; library tags have 12 to 62."""

_NEAR: Final = -45
"""dBm: a tag that lies on the pad."""

_PASSWORD_BYTES: Final = 4


@dataclass(slots=True)
class UhfTag:
    """One tag and what stands on it."""

    control: ControlWord
    epc_memory: bytearray
    user: bytearray = field(default_factory=bytearray)
    rssi: int = _NEAR
    nxp: bool = False
    """An NXP chip with an EAS bit."""
    eas: bool = False
    locked: bool = False
    """The EPC bank takes no writes without the password."""
    user_locked: bool = False
    password: bytes = NO_PASSWORD
    unreadable: bool = False
    """It is found and does not answer reads and writes."""
    lying: bool = True

    @property
    def epc(self) -> str:
        """What the tag goes by."""
        return self.epc_memory[: self.control.epc_bytes].hex().upper()

    @property
    def told_control(self) -> ControlWord:
        """The control word as the tag tells it: it reckons itself whether it has a user bank."""
        plain = self.control.value & ~HAS_USER_MEMORY
        return ControlWord(plain | (HAS_USER_MEMORY if self.user else 0))

    def sighting(self, *, sound: bool = True) -> Sighting:
        """Give what a poll finds of it."""
        return Sighting(self.rssi, self.told_control, self.epc, sound)

    def facts(self) -> dict[str, Fact]:
        """Give all of it for the control socket."""
        return {
            "uid": self.epc,
            "memory": (self.told_control.raw() + bytes.fromhex(self.epc)).hex(),
            "user": self.user.hex(),
            "afi": self.control.afi,
            "eas": self.eas,
            "afi_locked": self.locked,
            "on_pad": self.lying,
        }


class UhfPad:
    """Every tag that was ever laid, in the order in which they were laid last."""

    def __init__(self) -> None:
        self._tags: list[UhfTag] = []

    def lying(self) -> tuple[UhfTag, ...]:
        """Give the tags that lie there."""
        return tuple(tag for tag in self._tags if tag.lying)

    def known(self, epc: str) -> UhfTag:
        """Give a tag, lying or not, those that lie first; raises `OrderError`."""
        found = sorted((tag for tag in self._tags if tag.epc == epc), key=lambda tag: not tag.lying)
        if not found:
            raise OrderError("uid: no such tag")
        return found[0]

    def lay(self, order: Order) -> None:
        """Lay tags down; a known tag keeps what the order does not say, a ``copy`` is new. Raises `OrderError`."""
        for given in _objects(order, "tags"):
            epc = bytes_of(given, "uid")
            if len(epc) % 2 or not 2 <= len(epc) <= 2 * MOST_EPC_WORDS:  # noqa: PLR2004 - one word
                raise OrderError("uid: 1 to 31 words are needed")
            tag = self._lifted_or_new(epc, copy=flag_of(given, "copy", default=False))
            _change(tag, given)
            tag.lying = True
            self._tags = [other for other in self._tags if other is not tag] + [tag]

    def lift(self, order: Order) -> None:
        """Lift tags, all where the order names none; raises `OrderError`."""
        uids = order.get("uids")
        if uids is not None and not isinstance(uids, list):
            raise OrderError("uids: a list is missing")
        for tag in self._tags:
            if uids is None or tag.epc in [str(uid).upper() for uid in uids]:
                tag.lying = False

    def facts(self) -> list[Fact]:
        """Give every tag for the control socket."""
        return [tag.facts() for tag in self._tags]

    def _lifted_or_new(self, epc: bytes, *, copy: bool) -> UhfTag:
        for tag in self._tags:
            if tag.epc == epc.hex().upper() and not copy:
                return tag
        memory = bytearray(epc.ljust(max(EPC_BYTES, len(epc)), b"\0"))
        return UhfTag(ControlWord.of_epc(len(epc)), memory)


@dataclass(slots=True)
class UhfMisdeeds:
    """What goes wrong with the tags of any UHF reader from now on; counters run down."""

    lift_in_write_after: int = 0
    lift_when_written: bool = False
    torn_after_words: int = -1
    """The next write loses its power after so many words."""
    writes_ignored: int = 0
    mute: int = 0
    """So many requests get no answer."""
    flicker: dict[str, int] = field(default_factory=dict)
    """EPC -> how many inventories do not find it."""

    def carry_out(self, order: Order, pad: UhfPad) -> bool:
        """Carry out a misdeed of the tags; say whether it is one. Raises `OrderError`."""
        match text_of(order, "what"):
            case "lift_in_write":
                self.lift_in_write_after = number_of(order, "after", 1)
                self.lift_when_written = flag_of(order, "written", default=False)
            case "torn_write":
                self.torn_after_words = number_of(order, "words", 1)
            case "write_ignored":
                self.writes_ignored = number_of(order, "times", 1)
            case "mute":
                self.mute = number_of(order, "times", 1)
            case "flicker":
                self.flicker[uid_named(order)] = number_of(order, "times", 1)
            case "unreadable" | "readable" as what:
                pad.known(uid_named(order)).unreadable = what == "unreadable"
            case _:
                return False
        return True


def _objects(order: Order, name: str) -> Iterator[Order]:
    given = order.get(name)
    if not isinstance(given, list):
        raise OrderError(f"{name}: a list is missing")
    for item in given:
        if not isinstance(item, dict):
            raise OrderError(f"{name}: each must be an object")
        yield item


def _change(tag: UhfTag, given: Order) -> None:
    if given.get("afi") is not None:
        tag.control = tag.control.with_afi(number_of(given, "afi", most=255))
    tag.user = bytearray(bytes_of(given, "user", tag.user.hex()))
    tag.rssi = -number_of(given, "rssi_below_zero", -tag.rssi, most=128)
    tag.nxp = flag_of(given, "nxp", default=tag.nxp)
    tag.eas = flag_of(given, "eas", default=tag.eas)
    tag.locked = flag_of(given, "afi_locked", default=tag.locked)
    tag.user_locked = flag_of(given, "user_locked", default=tag.user_locked)
    tag.unreadable = flag_of(given, "unreadable", default=tag.unreadable)
    password = bytes_of(given, "password", tag.password.hex())
    if len(password) != _PASSWORD_BYTES or len(tag.user) % 2:
        raise OrderError("password: 4 bytes; user: whole words")
    tag.password = password
