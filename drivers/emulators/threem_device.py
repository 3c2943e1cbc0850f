"""A 3M/Bibliotheca 810 pad as its cable shows it, and what the field has seen such pads do wrong.

Orders beside those of the cable and those of `drivers.emulators.tags`; to misbehave: ``old_firmware``, ``no_eas``,
``single_writes``, ``no_tag_info``, ``most_blocks`` (blocks), ``broken_writes`` (times), ``asleep`` (until it is
initialised), ``unsolicited``, ``mute`` (times), ``normal``.
"""

from collections.abc import Iterable
from typing import Final

from drivers.emulators.device import Answer, Order, OrderError, number_of, text_of
from drivers.emulators.iso15693_tag import AirTags
from drivers.emulators.tag_device import TagDevice
from drivers.emulators.tags import Pad, Part
from drivers.emulators.threem_commands import PadMisdeeds, TagCommands, TagRefusedError
from drivers.rfid.threem_codec import Frame, ThreemCodec
from drivers.rfid.threem_messages import (
    ASK_VERSION,
    PROBE,
    Command,
    ErrorCode,
    InventoryOption,
    MessageError,
    Sighting,
    TagFrame,
    inventory_reply,
    pass_asked,
    pass_reply,
    refusal,
    tag_asked,
    tag_reply,
    version_reply,
)

VERSION: Final = bytes((5, 0, 2))
"""Of the 810 in the live capture."""

INITIALISED: Final = Frame(Command.INITIALISE, bytes.fromhex("000201010302020300"))
"""What a real 810 answered to what hosts in the field send."""


class ThreemDevice(TagDevice[Pad]):
    """The pad with its tags."""

    def __init__(self) -> None:
        super().__init__(Pad())
        self._codec = ThreemCodec()
        self._air = AirTags(self._pad)
        self._commands = TagCommands(self._pad)

    def received(self, data: bytes) -> Iterable[Answer]:
        """Answer each whole request; a damaged one gets no answer."""
        self._codec.receive_data(data)
        for frame in self._codec.messages():
            wrong = self._commands.wrong
            if frame.command == Command.INITIALISE and not frame.boot:
                wrong.asleep = False
            reply = self._reply(frame)
            if wrong.asleep and not frame.boot:
                continue
            if wrong.mute > 0:
                wrong.mute -= 1
                continue
            yield Answer(ThreemCodec.send(reply))

    def _facts(self) -> Order:
        return {"afi_writes": self._pad.writes[Part.AFI], "inventories": self._pad.inventories}

    def _misbehave(self, order: Order) -> Iterable[Answer]:
        if self._pad.misbehave(order):
            return ()
        wrong = self._commands.wrong
        match text_of(order, "what"):
            case "mute":
                wrong.mute = number_of(order, "times", 1)
            case "old_firmware" | "no_eas" | "single_writes" | "no_tag_info" | "asleep" as what:
                setattr(wrong, what, True)
            case "most_blocks":
                wrong.most_blocks = number_of(order, "blocks", 8)
            case "broken_writes":
                wrong.broken_writes = number_of(order, "times", 1)
            case "unsolicited":
                return (Answer(ThreemCodec.send(inventory_reply(InventoryOption.UID, ()))),)
            case "normal":
                self._commands.wrong = PadMisdeeds()
                self._pad.behave()
            case unknown:
                raise OrderError(f"{unknown}: no such misdeed")
        return ()

    def _reply(self, frame: Frame) -> Frame:
        if frame in (PROBE, ASK_VERSION):
            return version_reply(VERSION, boot=frame.boot)
        if frame.boot:
            return refusal(frame.command, ErrorCode.NOT_IMPLEMENTED)
        if frame.command == Command.INITIALISE:
            return INITIALISED
        if frame.command in (Command.INVENTORY, Command.PASS_THROUGH):
            return self._inventory(frame) if frame.command == Command.INVENTORY else self._passed(frame)
        known = self._commands.known(frame.command)
        return self._of_tag(frame) if known else refusal(frame.command, ErrorCode.NOT_IMPLEMENTED)

    def _of_tag(self, frame: Frame) -> Frame:
        try:
            asked = tag_asked(frame)
        except MessageError:
            return refusal(frame.command, ErrorCode.PARAMETER)
        tag = self._pad.find(asked.uid)
        if tag is None:
            told = b"\0" if asked.command == Command.CHECK_EAS else b""
            return refusal(asked.command, ErrorCode.NO_TRANSPONDER, asked.uid, told)
        try:
            return tag_reply(TagFrame(asked.command, tag.uid, self._commands.carry_out(asked.command, tag, asked.data)))
        except TagRefusedError as error:
            return refusal(asked.command, error.code, tag.uid, error.told)

    def _passed(self, frame: Frame) -> Frame:
        try:
            raw, most = pass_asked(frame)
        except MessageError:
            return refusal(frame.command, ErrorCode.PARAMETER)
        heard = self._air.answer(raw)
        return refusal(frame.command, ErrorCode.NO_TRANSPONDER) if heard is None else pass_reply(heard[:most])

    def _inventory(self, frame: Frame) -> Frame:
        known_bits = InventoryOption.UID | InventoryOption.AS_CAPTURED
        if not self._commands.wrong.old_firmware:
            known_bits |= InventoryOption.DSFID
        if len(frame.data) != 2 or frame.data[1] & ~int(known_bits):  # noqa: PLR2004 - AFI and options
            return refusal(frame.command, ErrorCode.PARAMETER)
        afi, options = frame.data[0], InventoryOption(frame.data[1])
        found = [Sighting(tag.uid, tag.dsfid) for tag in self._pad.inventory() if afi in (0, tag.afi)]
        return inventory_reply(options, found[:255], afi)
