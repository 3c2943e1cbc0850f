"""A UHF module (M100, QM100, R200) as its cable shows it, and what such modules and their tags are seen to do wrong.

A tag is laid with ``uid`` (its EPC), ``afi`` (none unless given), ``user`` (hexadecimal), ``rssi_below_zero``, ``nxp``,
``eas``, ``afi_locked``, ``user_locked``, ``password``, ``unreadable``, ``copy`` (another tag with the same EPC). Orders
beside those of the cable: ``lay``, ``lift``, ``tags``, and to misbehave: ``lift_in_write`` (after, written),
``torn_write`` (words), ``write_ignored`` (times), ``flicker`` (uid, times), ``unsound`` (uid, times: the tag's CRC is
wrong), ``unreadable`` and ``readable`` (uid), ``busy`` (times: no free channel), ``select_ignored`` (times),
``stop_unanswered`` (times), ``aerial`` (its number behind each notice), ``refuses_region``, ``unsolicited`` (a notice
of ``uid``), ``mute`` (times), ``normal``. ``state`` tells too which commands were ``asked``. Of a multi poll at most
four rounds are done, all with the same outcome.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from drivers.emulators.device import Answer, Order, OrderError, number_of, text_of
from drivers.emulators.m100_commands import Misdeeds, TagCommands
from drivers.emulators.tag_device import TagDevice
from drivers.emulators.tags import uid_named
from drivers.emulators.uhf_tags import UhfPad
from drivers.rfid.gen2_codec import ControlWord
from drivers.rfid.m100_codec import Frame, FrameType, M100Codec
from drivers.rfid.m100_messages import (
    Command,
    ErrorCode,
    MessageError,
    Sighting,
    VersionOf,
    mask_asked,
    notice,
    refusal,
    response,
)

MOST_ROUNDS: Final = 4
POWERS: Final = range(500, 2601)
"""Hundredths of a dBm."""

_VERSIONS: Final = {
    VersionOf.HARDWARE: "M100 26dBm V1.0",
    VersionOf.SOFTWARE: "V2.3.5",
    VersionOf.MAKER: "MagicRf",
}
_REGIONS: Final = frozenset((1, 2, 3, 4, 6))
_COUNTDOWNS: Final = {
    "busy": "busy",
    "select_ignored": "selects_ignored",
    "stop_unanswered": "stops_unanswered",
}


class M100Device(TagDevice[UhfPad]):
    """The module with its tags."""

    def __init__(self) -> None:
        super().__init__(UhfPad())
        self._codec = M100Codec()
        self._commands = TagCommands(self._pad)
        self._region = 0
        self._power = 2000
        self._hopping = False
        self._asked: set[int] = set()
        self._by_command: dict[int, Callable[[bytes], Iterable[Frame]]] = {
            Command.VERSION: self._version,
            Command.SET_REGION: self._set_region,
            Command.REGION: lambda _: (response(Command.REGION, bytes((self._region,))),),
            Command.SET_POWER: self._set_power,
            Command.POWER: lambda _: (response(Command.POWER, self._power.to_bytes(2, "big")),),
            Command.SET_HOPPING: self._set_hopping,
            Command.SINGLE_POLL: lambda _: self._poll(Command.SINGLE_POLL),
            Command.MULTI_POLL: self._multi_poll,
            Command.STOP_POLL: self._stop_poll,
            Command.SELECT_MODE: self._select_mode,
            Command.EAS_ALARM: self._eas_alarm,
        }

    def received(self, data: bytes) -> Iterable[Answer]:
        """Answer each whole request; a damaged one gets no answer."""
        self._codec.receive_data(data)
        for frame in self._codec.messages():
            if frame.type is not FrameType.COMMAND:
                continue
            self._asked.add(frame.command)
            replies = tuple(self._replies(frame))
            if self._count_down("mute"):
                continue
            for reply in replies:
                yield Answer(M100Codec.send(reply))

    def _facts(self) -> Order:
        settings: Order = {"region": self._region, "power": self._power, "hopping": self._hopping}
        return {**settings, "afi_writes": self._commands.afi_writes, "asked": [*sorted(self._asked)]}

    def _misbehave(self, order: Order) -> Iterable[Answer]:
        wrong = self._commands.wrong
        if wrong.carry_out(order, self._pad):
            return ()
        match text_of(order, "what"):
            case "unsound":
                wrong.unsound[uid_named(order)] = number_of(order, "times", 1)
            case "aerial" | "refuses_region" as flag:
                setattr(wrong, flag, True)
            case "unsolicited":
                epc = uid_named(order)
                stray = Sighting(-60, ControlWord.of_epc(len(epc) // 2), epc)
                return (Answer(M100Codec.send(notice(Command.MULTI_POLL, stray))),)
            case "normal":
                self._commands.wrong = Misdeeds()
            case what if what in _COUNTDOWNS:
                setattr(wrong, _COUNTDOWNS[what], number_of(order, "times", 1))
            case unknown:
                raise OrderError(f"{unknown}: no such misdeed")
        return ()

    def _replies(self, frame: Frame) -> Iterable[Frame]:
        if frame.command == Command.SELECT:
            return self._select(frame)
        if self._commands.known(frame.command):
            return (self._commands.carry_out(frame),)
        carry = self._by_command.get(frame.command)
        return (refusal(ErrorCode.MALFORMED),) if carry is None else carry(frame.parameters)

    def _version(self, asked: bytes) -> Iterable[Frame]:
        text = _VERSIONS.get(VersionOf(asked[0])) if asked in (b"\0", b"\1", b"\2") else None
        return _done_if(text is not None, Command.VERSION, asked + (text or "").encode())

    def _set_region(self, asked: bytes) -> Iterable[Frame]:
        good = len(asked) == 1 and asked[0] in _REGIONS and not self._commands.wrong.refuses_region
        if good:
            self._region = asked[0]
        return _done_if(good, Command.SET_REGION)

    def _set_power(self, asked: bytes) -> Iterable[Frame]:
        good = len(asked) == 2 and int.from_bytes(asked, "big") in POWERS  # noqa: PLR2004 - two bytes of power
        if good:
            self._power = int.from_bytes(asked, "big")
        return _done_if(good, Command.SET_POWER)

    def _set_hopping(self, asked: bytes) -> Iterable[Frame]:
        good = asked in (b"\xff", b"\0")
        if good:
            self._hopping = asked == b"\xff"
        return _done_if(good, Command.SET_HOPPING)

    def _select(self, frame: Frame) -> Iterable[Frame]:
        try:
            mask = mask_asked(frame)
        except MessageError:
            return (refusal(ErrorCode.MALFORMED),)
        if not self._count_down("selects_ignored"):
            self._commands.mask = mask
        return (response(Command.SELECT),)

    def _select_mode(self, asked: bytes) -> Iterable[Frame]:
        """Answer as the document shows it: with the command byte of "select"."""
        never = b"\1"
        if asked == never:
            self._commands.mask = None
        return _done_if(asked in (b"\0", b"\1", b"\2"), Command.SELECT)

    def _multi_poll(self, asked: bytes) -> Iterable[Frame]:
        if len(asked) != 3:  # noqa: PLR2004 - a reserved byte and the number of rounds
            return (refusal(ErrorCode.MALFORMED),)
        rounds = min(int.from_bytes(asked[1:], "big"), MOST_ROUNDS)
        return tuple(self._poll(Command.MULTI_POLL)) * rounds

    def _stop_poll(self, _: bytes) -> Iterable[Frame]:
        return () if self._count_down("stops_unanswered") else (response(Command.STOP_POLL),)

    def _eas_alarm(self, _: bytes) -> Iterable[Frame]:
        if any(tag.nxp and tag.eas for tag in self._pad.lying()):
            return (response(Command.EAS_ALARM, bytes.fromhex("690aec7cd215d8f9")),)
        return (refusal(ErrorCode.NO_EAS_ALARM),)

    def _poll(self, command: int) -> Iterable[Frame]:
        if self._count_down("busy"):
            return (refusal(ErrorCode.CHANNELS_BUSY),)
        return tuple(self._notices(command)) or (refusal(ErrorCode.NO_TAG),)

    def _notices(self, command: int) -> Iterator[Frame]:
        wrong = self._commands.wrong
        for tag in self._pad.lying():
            if not _count_down_of(wrong.flicker, tag.epc):
                seen = tag.sighting(sound=not _count_down_of(wrong.unsound, tag.epc))
                yield notice(command, seen, 1 if wrong.aerial else None)

    def _count_down(self, misdeed: str) -> bool:
        left = getattr(self._commands.wrong, misdeed)
        setattr(self._commands.wrong, misdeed, max(0, left - 1))
        return bool(left)


def _count_down_of(counters: dict[str, int], uid: str) -> bool:
    left = counters.get(uid, 0)
    if left:
        counters[uid] = left - 1
    return bool(left)


def _done_if(good: object, command: int, content: bytes = b"\0") -> Iterable[Frame]:
    return (response(command, content) if good else refusal(ErrorCode.MALFORMED),)
