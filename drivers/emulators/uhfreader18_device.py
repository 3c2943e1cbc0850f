"""A UHFReader18 or UHFReader288 as its cable shows it, and what such readers and their tags are said to do wrong.

A tag is laid as for the UHF module (`drivers.emulators.m100_device`). Orders beside those of the cable: ``lay``,
``lift``, ``tags``, ``state``, and to misbehave: ``lift_in_write`` (after, written), ``torn_write`` (words),
``write_ignored`` (times), ``flicker`` (uid, times), ``unreadable`` and ``readable`` (uid), ``inventory_status``
(number, times: what inventories end with), ``kind``, ``band`` and ``address`` (number), ``scan_mode`` (it tells of
tags unasked and carries no command to any), ``unsolicited`` (an inventory's frame of ``uid``), ``mute`` (times),
``normal``. ``state`` tells too which commands were ``asked``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from drivers.emulators.device import Answer, Order, OrderError, number_of, text_of
from drivers.emulators.tag_device import TagDevice
from drivers.emulators.tags import uid_named
from drivers.emulators.uhf_tags import UhfMisdeeds, UhfPad, UhfTag
from drivers.rfid.gen2_codec import CONTROL_WORD, Bank, ControlWord, TagErrorCode, tag_crc
from drivers.rfid.uhfreader18_codec import ANY_READER, Frame, Uhfreader18Codec
from drivers.rfid.uhfreader18_messages import (
    MOST_READ_WORDS,
    NO_PASSWORD,
    Access,
    Band,
    Command,
    Information,
    Layout,
    MessageError,
    Sighting,
    Status,
    StatusError,
    access_asked,
    information_reply,
    reply,
    tags_reply,
)

_BYTE: Final = 255
_NUMBERS: Final = ("kind", "band", "address")
_TAGS_A_FRAME: Final = 4
"""Few, so that a pile takes several frames."""


@dataclass(slots=True)
class Misdeeds(UhfMisdeeds):
    """What goes wrong from now on; counters run down."""

    inventory_status: int = Status.INVENTORY_DONE
    inventories_ended_so: int = 0
    scan_mode: bool = False


class Uhfreader18Device(TagDevice[UhfPad]):
    """The reader with its tags."""

    gap = 0.05
    """The manual says 15 ms between two bytes; a busy machine may hand on the rest of a request later than that."""

    layout = Layout.R18
    kind = 0x09

    def __init__(self) -> None:
        super().__init__(UhfPad())
        self._codec = Uhfreader18Codec()
        self._wrong = Misdeeds()
        self.address = 0
        self.band: int = Band.EU
        self._asked: set[int] = set()
        self._by_command: dict[int, Callable[[Frame], Iterable[Frame]]] = {
            Command.INFORMATION: self._information,
            Command.INVENTORY: self._inventory,
            Command.READ: lambda frame: self._of_tag(frame, self._read),
            Command.WRITE: lambda frame: self._of_tag(frame, self._write),
        }

    def received(self, data: bytes) -> Iterable[Answer]:
        """Answer each whole request; a damaged one, or one for another reader, gets no answer."""
        self._codec.receive_data(data)
        for frame in self._codec.messages():
            if frame.address not in (ANY_READER, self.address):
                continue
            self._asked.add(frame.command)
            replies = tuple(self._replies(frame))
            if self._wrong.mute > 0:
                self._wrong.mute -= 1
                continue
            yield from map(_answer, replies)

    def forget(self) -> None:
        """Give up a request that broke off."""
        self._codec.clear()

    def _facts(self) -> Order:
        return {"asked": [*sorted(self._asked)]}

    def _misbehave(self, order: Order) -> Iterable[Answer]:
        what = text_of(order, "what")
        if self._wrong.carry_out(order, self._pad):
            return ()
        if what in _NUMBERS:
            setattr(self, what, number_of(order, "number", most=_BYTE))
        elif what == "unsolicited":
            stray = (Sighting(uid_named(order), 60),)
            return (_answer(tags_reply(self.layout, stray, Status.INVENTORY_DONE, self.address)),)
        else:
            self._misdeed(what, order)
        return ()

    def _misdeed(self, what: str, order: Order) -> None:
        wrong = self._wrong
        match what:
            case "inventory_status":
                wrong.inventory_status = number_of(order, "number", most=_BYTE)
                wrong.inventories_ended_so = number_of(order, "times", 1)
            case "scan_mode":
                wrong.scan_mode = True
            case "normal":
                self._wrong = Misdeeds()
            case unknown:
                raise OrderError(f"{unknown}: no such misdeed")

    def _replies(self, frame: Frame) -> Iterable[Frame]:
        carry = self._by_command.get(frame.command)
        if carry is None:
            return (reply(Command.UNKNOWN, Status.ILLEGAL, address=self.address),)
        if self._wrong.scan_mode and frame.command != Command.INFORMATION:
            said = (bytes.fromhex(tag.epc) for tag in self._pad.lying())
            return tuple(reply(Command.UNASKED, Status.DONE, epc, self.address) for epc in said)
        try:
            return carry(frame)
        except MessageError:
            return (reply(frame.command, Status.WRONG_LENGTH, address=self.address),)
        except StatusError as error:
            said_by_tag = b"" if error.tag is None else bytes((error.tag,))
            return (reply(frame.command, error.status, said_by_tag, self.address),)

    def _information(self, frame: Frame) -> Iterable[Frame]:
        if frame.data:
            raise MessageError(frame.command)
        three_tenths = 3
        return (information_reply(Information("2.36", self.kind, self.band, 20, three_tenths), self.address),)

    def _inventory(self, frame: Frame) -> Iterable[Frame]:
        if len(frame.data) != (9 if self.layout is Layout.R288 else 0):
            raise MessageError(frame.command)
        status: int = Status.INVENTORY_DONE
        if self._wrong.inventories_ended_so > 0:
            self._wrong.inventories_ended_so -= 1
            status = self._wrong.inventory_status
        if status > Status.MEMORY_FULL:
            raise StatusError(status)
        found = tuple(self._found())
        if not found and self.layout is Layout.R18:
            raise StatusError(Status.NO_TAG)
        parts = [found[at : at + _TAGS_A_FRAME] for at in range(0, len(found), _TAGS_A_FRAME)] or [()]
        ends = [*(Status.MORE for _ in parts[1:]), status]
        return tuple(tags_reply(self.layout, part, end, self.address) for part, end in zip(parts, ends, strict=True))

    def _found(self) -> Iterator[Sighting]:
        for tag in self._pad.lying():
            if self._wrong.flicker.get(tag.epc, 0):
                self._wrong.flicker[tag.epc] -= 1
            else:
                yield Sighting(tag.epc, -tag.rssi)

    def _of_tag(self, frame: Frame, carry: Callable[[UhfTag, Access], bytes]) -> Iterable[Frame]:
        """Carry a command to the tag that is meant; of several the one that was laid last answers."""
        asked = access_asked(frame)
        meant = [tag for tag in self._pad.lying() if tag.epc.startswith(asked.epc)]
        if not meant:
            raise StatusError(Status.NO_TAG)
        if meant[-1].unreadable:
            raise StatusError(Status.POOR_COMMUNICATION)
        if asked.password not in (NO_PASSWORD, meant[-1].password):
            raise StatusError(Status.WRONG_PASSWORD)
        return (reply(frame.command, Status.DONE, carry(meant[-1], asked), self.address),)

    def _read(self, tag: UhfTag, asked: Access) -> bytes:
        memory = _bank(tag, asked.bank)
        if not 0 < asked.words <= MOST_READ_WORDS:
            raise StatusError(Status.WRONG_PARAMETER)
        if (asked.first + asked.words) * 2 > len(memory):
            raise StatusError(Status.TAG_ERROR, TagErrorCode.OVERRUN)
        return memory[asked.first * 2 : (asked.first + asked.words) * 2]

    def _write(self, tag: UhfTag, asked: Access) -> bytes:
        wrong = self._wrong
        if not asked.words:
            raise StatusError(Status.WRONG_PARAMETER)
        if wrong.lift_in_write_after > 0:
            wrong.lift_in_write_after -= 1
            if wrong.lift_in_write_after == 0:
                if wrong.lift_when_written:
                    _store(tag, asked, asked.words)
                tag.lying = False
                raise StatusError(Status.POOR_COMMUNICATION)
        if tag.locked and asked.password == NO_PASSWORD:
            raise StatusError(Status.TAG_ERROR, TagErrorCode.LOCKED)
        if wrong.torn_after_words >= 0:
            words, wrong.torn_after_words = wrong.torn_after_words, -1
            _store(tag, asked, words)
            raise StatusError(Status.TAG_ERROR, TagErrorCode.POWER)
        if wrong.writes_ignored > 0:
            wrong.writes_ignored -= 1
        else:
            _store(tag, asked, asked.words)
        return b""


class Uhfreader288Device(Uhfreader18Device):
    """The same of the 288 family."""

    layout = Layout.R288
    kind = 0x0C


def _answer(frame: Frame) -> Answer:
    return Answer(Uhfreader18Codec.send(frame))


def _bank(tag: UhfTag, bank: int) -> bytes:
    """Return the EPC bank with all its room, or the user bank; others are not shown."""
    if bank != Bank.EPC:
        return bytes(tag.user) if bank == Bank.USER else b""
    named = tag.told_control.raw() + bytes.fromhex(tag.epc)
    return tag_crc(named).to_bytes(2, "big") + tag.told_control.raw() + bytes(tag.epc_memory)


def _store(tag: UhfTag, asked: Access, words: int) -> None:
    """Write the first so many words where they belong; raises `StatusError` where there is no such place."""
    memory = bytearray(_bank(tag, asked.bank))
    if asked.bank != Bank.EPC or asked.first < CONTROL_WORD or (asked.first + asked.words) * 2 > len(memory):
        raise StatusError(Status.TAG_ERROR, TagErrorCode.OVERRUN)
    memory[asked.first * 2 : (asked.first + words) * 2] = asked.data[: words * 2]
    tag.control = ControlWord(int.from_bytes(memory[2:4], "big"))
    tag.epc_memory = memory[4:]
