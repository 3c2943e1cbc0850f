"""A FEIG OBID reader in host mode as its cable shows it, and what the field has seen such readers do wrong.

Orders beside those of the cable and those of `drivers.emulators.tags`; to misbehave: ``scan_mode`` and
``notification_mode`` (it speaks of itself and refuses to be asked), ``no_advanced`` (frames), ``long_answers``,
``more_by_mode_1``, ``most_sets`` (tags), ``tells_once``, ``unfinished`` (times), ``no_information``, ``no_size``,
``broken_writes`` (times), ``reply_bytes``, ``address`` (number), ``unsolicited``, ``mute`` (times), ``normal``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from drivers.emulators.device import Answer, Order, OrderError, number_of, text_of
from drivers.emulators.feig_commands import ReaderMisdeeds, TagCommands, TagRefusedError
from drivers.emulators.iso15693_tag import AirTags
from drivers.emulators.tag_device import TagDevice
from drivers.emulators.tags import Pad, Part
from drivers.rfid.feig_codec import ANY_READER, LONGEST_ADVANCED, LONGEST_STANDARD, FeigCodec, Frame
from drivers.rfid.feig_messages import (
    Command,
    MessageError,
    Mode,
    Sighting,
    Status,
    TagCommand,
    TagRequest,
    inventory_reply,
    reply,
    tag_asked,
    transparent_asked,
    version_reply,
)
from drivers.rfid.iso15693_codec import crc16_iso15693

FIRMWARE: Final = bytes((3, 0))
KIND: Final = 0x21
"""Of the module ID ISC.M02.M8, by its manual."""

_OWN_COMMANDS: Final[Mapping[int, int]] = {
    Command.FIND_BAUD_RATE: 1,
    Command.VERSION: 0,
    Command.RESET_FIELD: 0,
    Command.SWITCH_FIELD: 1,
}
"""What concerns no tags -> how many bytes of data."""

_STANDARD_FRAME: Final = 5  # length, address, command, checksum (2)
_ADVANCED_FRAME: Final = _STANDARD_FRAME + 2
_BEFORE_SETS: Final = 2  # status, number of tags
_DATA_SET: Final = 10
_MOST_SETS: Final = 255


class FeigDevice(TagDevice[Pad]):
    """The reader with its tags."""

    gap = 0.05
    """The manual says 12 ms between two bytes; a busy machine may hand on the rest of a request later than that."""

    def __init__(self) -> None:
        super().__init__(Pad())
        self._codec = FeigCodec()
        self._air = AirTags(self._pad)
        self._commands = TagCommands(self._pad)
        self._rest: list[Sighting] = []
        self._address = 0

    def received(self, data: bytes) -> Iterable[Answer]:
        """Answer each whole request; a damaged one, or one for another reader, gets no answer."""
        self._codec.receive_data(data)
        for frame in self._codec.messages():
            wrong = self._commands.wrong
            if frame.address not in (ANY_READER, self._address) or (frame.advanced and wrong.no_advanced):
                continue
            answer = self._reply(frame)
            if wrong.mute > 0:
                wrong.mute -= 1
                continue
            yield self._say(answer, advanced=frame.advanced)

    def forget(self) -> None:
        """Give up a request whose bytes stopped coming."""
        self._codec = FeigCodec()

    def _facts(self) -> Order:
        return {"afi_writes": self._pad.writes[Part.AFI]}

    def _misbehave(self, order: Order) -> Iterable[Answer]:
        if self._pad.misbehave(order):
            return ()
        wrong = self._commands.wrong
        match text_of(order, "what"):
            case "mute" | "unfinished" | "broken_writes" as what:
                setattr(wrong, what, number_of(order, "times", 1))
            case "no_advanced" | "long_answers" | "tells_once" | "no_information" | "no_size" | "reply_bytes" as what:
                setattr(wrong, what, True)
            case "scan_mode" | "notification_mode" as what:
                wrong.not_host_mode = what
                return self._spoken_of_itself()
            case "more_by_mode_1":
                wrong.more_by = Mode.ADDRESSED
            case "most_sets":
                wrong.most_sets = number_of(order, "tags", 2)
            case "address":
                self._address = number_of(order, "number", most=254)
            case "unsolicited":
                return (self._say(inventory_reply(())),)
            case "normal":
                self._commands.wrong = ReaderMisdeeds()
                self._pad.behave()
                self._address = 0
            case unknown:
                raise OrderError(f"{unknown}: no such misdeed")
        return ()

    def _laid(self) -> Iterable[Answer]:
        return self._spoken_of_itself()

    def _lifted(self) -> None:
        self._commands.wrong.told &= {tag.uid for tag in self._pad.lying()}

    def _spoken_of_itself(self) -> Iterable[Answer]:
        """Tell each tag that lies there, in the form of the mode that a reader should not be in."""
        for tag in self._pad.lying():
            match self._commands.wrong.not_host_mode:
                case "scan_mode":
                    yield Answer(tag.uid.encode() + b"\r")
                case "notification_mode":
                    sets = bytes((0, 1, 1, 0x03, 0x00)) + bytes.fromhex(tag.uid)
                    yield self._say(reply(Command.READ_BUFFER, data=sets), advanced=True)

    def _say(self, frame: Frame, *, advanced: bool = False) -> Answer:
        advanced |= _STANDARD_FRAME + len(frame.data) > LONGEST_STANDARD
        return Answer(FeigCodec.send(replace(frame, address=self._address, advanced=advanced)))

    def _reply(self, frame: Frame) -> Frame:
        if frame.command in (Command.ISO, Command.TRANSPARENT):
            return self._about_tags(frame)
        if len(frame.data) != _OWN_COMMANDS.get(frame.command, len(frame.data)):
            return reply(frame.command, Status.LENGTH)
        match frame.command:
            case Command.VERSION:
                return version_reply(FIRMWARE, KIND)
            case Command.RESET_FIELD | Command.SWITCH_FIELD:
                self._commands.field = frame.data != b"\0"
                self._tags_start_anew()
        known = frame.command in _OWN_COMMANDS
        return reply(frame.command, Status.OK if known else Status.UNKNOWN_COMMAND)

    def _about_tags(self, frame: Frame) -> Frame:
        if self._commands.wrong.not_host_mode:
            return reply(frame.command, Status.NOT_AVAILABLE)
        try:
            if frame.command == Command.TRANSPARENT:
                return self._handed_through(frame)
            asked = tag_asked(frame)
            if asked.command == TagCommand.INVENTORY:
                return self._inventory(asked, advanced=frame.advanced)
            return reply(frame.command, data=self._commands.carry_out(asked))
        except MessageError:
            return reply(frame.command, Status.LENGTH)
        except TagRefusedError as error:
            return reply(frame.command, error.status, error.told)

    def _inventory(self, asked: TagRequest, *, advanced: bool) -> Frame:
        wrong = self._commands.wrong
        if asked.data:
            return reply(Command.ISO, Status.LENGTH)
        if asked.mode != wrong.more_by:
            self._rest = self._found()
            if wrong.unfinished > 0:
                wrong.unfinished -= 1
                return Frame(Command.ISO, _unfinished(self._rest[:-1]))
        room = _room(advanced=advanced or wrong.long_answers)
        most = min(room, wrong.most_sets or room)
        some, self._rest = self._rest[:most], self._rest[most:]
        return inventory_reply(some, more=bool(self._rest))

    def _found(self) -> list[Sighting]:
        wrong = self._commands.wrong
        found = self._pad.inventory() if self._commands.field else []
        if not wrong.tells_once:
            return [Sighting(tag.uid, tag.dsfid) for tag in found]
        fresh = [Sighting(tag.uid, tag.dsfid) for tag in found if tag.uid not in wrong.told]
        wrong.told |= {tag.uid for tag in found}
        return fresh

    def _tags_start_anew(self) -> None:
        self._commands.wrong.told.clear()
        for tag in self._pad.known.values():
            tag.quiet = False

    def _handed_through(self, frame: Frame) -> Frame:
        asked = transparent_asked(frame)
        heard = self._air.answer(asked.raw) if self._commands.field else None
        if heard is None:
            return reply(frame.command, Status.NO_TAG)
        whole = heard + crc16_iso15693(heard).to_bytes(2, "little")
        failed = bool(heard[0] & 1)
        bits = asked.reply_bits * 8 if self._commands.wrong.reply_bytes else asked.reply_bits
        if not failed and bits != len(whole) * 8:
            return reply(frame.command, Status.DATA_FALSE)
        return reply(frame.command, data=whole)


def _room(*, advanced: bool) -> int:
    """How many tags an answer names at most."""
    room = LONGEST_ADVANCED - _ADVANCED_FRAME if advanced else LONGEST_STANDARD - _STANDARD_FRAME
    return min(_MOST_SETS, (room - _BEFORE_SETS) // _DATA_SET)


def _unfinished(found: list[Sighting]) -> bytes:
    """Return the answer to an inventory that was broken off: its status, and the tags that were found before."""
    whole = inventory_reply(found).data
    return bytes((Status.AIR_ERROR,)) + (whole[1:] if found else b"\0")
