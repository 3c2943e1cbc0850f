"""A 3M/Bibliotheca 810 pad as its cable shows it, and what the field has seen such pads and their tags do wrong.

Orders beside those of the cable: ``lay``, ``lift``, ``tags``, and to misbehave: ``lift_in_write`` (after, written),
``write_ignored`` (times), ``duplicate_uids`` (times), ``flicker`` (uid, times), ``unreadable`` and ``readable`` (uid),
``old_firmware``, ``unsolicited``, ``mute`` (times), ``normal``.
"""

from collections.abc import Iterable
from typing import Final

from drivers.emulators.device import Answer, Order, OrderError, flag_of, number_of, text_of
from drivers.emulators.tags import EmulatedTag, Pad, uid_named
from drivers.emulators.threem_commands import Misdeeds, TagCommands, TagRefusedError
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
    refusal,
    tag_asked,
    tag_reply,
    version_reply,
)

VERSION: Final = bytes((5, 0, 2))
"""Of the 810 in the live capture."""


class ThreemDevice:
    """The pad with its tags."""

    def __init__(self) -> None:
        self._codec = ThreemCodec()
        self._pad = Pad()
        self._commands = TagCommands(self._pad)

    def received(self, data: bytes) -> Iterable[Answer]:
        """Answer each whole request; a damaged one gets no answer."""
        self._codec.receive_data(data)
        for frame in self._codec.messages():
            reply = self._reply(frame)
            if self._commands.wrong.mute > 0:
                self._commands.wrong.mute -= 1
                continue
            yield Answer(ThreemCodec.send(reply))

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        match text_of(order, "do"):
            case "lay":
                self._pad.lay(order)
            case "lift":
                self._pad.lift(order)
            case "misbehave":
                return {}, self._misbehave(order)
            case "tags" | "state":
                pass
            case unknown:
                raise OrderError(f"{unknown}: no such order")
        return {"tags": self._pad.facts(), "afi_writes": self._commands.afi_writes}, ()

    def _misbehave(self, order: Order) -> Iterable[Answer]:
        wrong = self._commands.wrong
        match text_of(order, "what"):
            case "lift_in_write":
                wrong.lift_in_write_after = number_of(order, "after", 1)
                wrong.lift_when_written = flag_of(order, "written", default=False)
            case "write_ignored":
                wrong.writes_ignored = number_of(order, "times", 1)
            case "duplicate_uids":
                wrong.duplicates = number_of(order, "times", 1)
            case "mute":
                wrong.mute = number_of(order, "times", 1)
            case "flicker":
                wrong.flicker[uid_named(order)] = number_of(order, "times", 1)
            case "unreadable" | "readable" as what:
                self._known(uid_named(order)).unreadable = what == "unreadable"
            case "old_firmware":
                wrong.old_firmware = True
            case "unsolicited":
                return (Answer(ThreemCodec.send(inventory_reply(InventoryOption.UID, ()))),)
            case "normal":
                self._commands.wrong = Misdeeds()
            case unknown:
                raise OrderError(f"{unknown}: no such misdeed")
        return ()

    def _known(self, uid: str) -> EmulatedTag:
        try:
            return self._pad.known[uid]
        except KeyError:
            raise OrderError("uid: no such tag") from None

    def _reply(self, frame: Frame) -> Frame:
        if frame in (PROBE, ASK_VERSION):
            return version_reply(VERSION, boot=frame.boot)
        if frame.command == Command.INVENTORY and not frame.boot:
            return self._inventory(frame)
        if not self._commands.known(frame.command) or frame.boot:
            return refusal(frame.command, ErrorCode.NOT_IMPLEMENTED)
        try:
            return self._tag_reply(tag_asked(frame))
        except MessageError:
            return refusal(frame.command, ErrorCode.PARAMETER)

    def _tag_reply(self, asked: TagFrame) -> Frame:
        tag = self._pad.find(asked.uid)
        if tag is None:
            return refusal(asked.command, ErrorCode.NO_TRANSPONDER, asked.uid)
        try:
            return tag_reply(TagFrame(asked.command, tag.uid, self._commands.carry_out(asked.command, tag, asked.data)))
        except TagRefusedError as error:
            return refusal(asked.command, error.code, tag.uid)

    def _inventory(self, frame: Frame) -> Frame:
        known_bits = InventoryOption.UID | InventoryOption.AS_CAPTURED
        if not self._commands.wrong.old_firmware:
            known_bits |= InventoryOption.DSFID
        if len(frame.data) != 2 or frame.data[1] & ~int(known_bits):  # noqa: PLR2004 - AFI and options
            return refusal(frame.command, ErrorCode.PARAMETER)
        afi, options = frame.data[0], InventoryOption(frame.data[1])
        found = [
            Sighting(tag.uid, tag.dsfid)
            for tag in self._pad.lying()
            if not tag.quiet and afi in (0, tag.afi) and not self._flickers(tag.uid)
        ]
        if self._commands.wrong.duplicates > 0:
            self._commands.wrong.duplicates -= 1
            found += found
        return inventory_reply(options, found[:255], afi)

    def _flickers(self, uid: str) -> bool:
        missed = self._commands.wrong.flicker.get(uid, 0) > 0
        if missed:
            self._commands.wrong.flicker[uid] -= 1
        return missed
