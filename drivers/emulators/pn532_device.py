"""A PN532 on its serial line as its cable shows it, with cards in its field, and what the field has seen go wrong.

Orders: ``present`` (``uid``; ``sak``, ``ats`` in hexadecimal), ``remove`` (``uid``; all without it), ``state``. To
misbehave: ``sleep`` (the chip lost its power: it hears nothing until it is woken), ``not_understood`` (times),
``no_ack`` (times), ``ack_only`` (times: the answer never comes), ``flicker`` (times: looks that find nothing),
``other_chip`` (it says that it is a PN533), ``unsolicited`` (an answer that nobody asked for), ``normal``.
"""

from collections.abc import Iterable
from typing import Final

from drivers.card.pn532_codec import ACK, ERROR, Frame, FrameKind, Pn532Codec
from drivers.card.pn532_messages import (
    CHIP,
    MOST_TARGETS,
    UID_LENGTHS,
    Command,
    MessageError,
    Target,
    Version,
    command_told,
    reply,
    targets_reply,
    version_reply,
)
from drivers.emulators.device import Answer, Order, OrderError, bytes_of, number_of, text_of

FIRMWARE: Final = (1, 6)
_OTHER_CHIP: Final = 0x33
_WAKE: Final = 0x55
_COUNTED: Final = ("not_understood", "no_ack", "ack_only", "flicker")
_MOST_SAK: Final = 0xFF


class Pn532Device:
    """The chip with its cards."""

    def __init__(self) -> None:
        self._codec = Pn532Codec()
        self._cards: dict[bytes, Target] = {}
        self._awake = False
        self._chip = CHIP
        self._wrong: dict[str, int] = {}
        self._looks = self._aborts = 0
        self._last: Frame | None = None

    def received(self, data: bytes) -> Iterable[Answer]:
        """Answer each whole command; a damaged one gets no answer, and a chip that sleeps hears nothing."""
        if not self._awake:
            woken = data.find(_WAKE)
            if woken < 0:
                return
            self._awake = True
            data = data[woken:]
        self._codec.receive_data(data)
        for frame in self._codec.messages():
            yield from self._answers(frame)

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        answers: Iterable[Answer] = ()
        match text_of(order, "do"):
            case "present":
                self._present(order)
            case "remove":
                self._remove(order)
            case "misbehave":
                answers = self._misbehave(order)
            case "state":
                pass
            case unknown:
                raise OrderError(f"{unknown}: no such order")
        cards: Order = {"cards": len(self._cards), "looks": self._looks, "aborts": self._aborts, "awake": self._awake}
        return cards, answers

    def _present(self, order: Order) -> None:
        uid = bytes_of(order, "uid")
        if len(uid) not in UID_LENGTHS:
            raise OrderError("uid: 4, 7 or 10 bytes")
        ats = bytes_of(order, "ats", "")
        self._cards[uid] = Target(uid, sel_res=number_of(order, "sak", 0x20 if ats else 0x08, _MOST_SAK), ats=ats)

    def _remove(self, order: Order) -> None:
        if "uid" not in order:
            self._cards.clear()
        elif self._cards.pop(bytes_of(order, "uid"), None) is None:
            raise OrderError("uid: no such card")

    def _misbehave(self, order: Order) -> Iterable[Answer]:
        match text_of(order, "what"):
            case what if what in _COUNTED:
                self._wrong[what] = number_of(order, "times", 1)
            case "sleep":
                self._awake = False
                self._codec.clear()
            case "other_chip":
                self._chip = _OTHER_CHIP
            case "unsolicited":
                return (Answer(Pn532Codec.send(targets_reply([Target(bytes(7))]))),)
            case "normal":
                self._wrong.clear()
                self._chip = CHIP
            case unknown:
                raise OrderError(f"{unknown}: no such misdeed")
        return ()

    def _answers(self, frame: Frame) -> Iterable[Answer]:
        if frame.kind is FrameKind.ACK:
            self._aborts += 1
            return
        if frame.kind is FrameKind.NACK:
            if self._last is not None:
                yield Answer(Pn532Codec.send(self._last))
            return
        if not self._happens("no_ack"):
            yield Answer(Pn532Codec.send(ACK))
        if self._happens("ack_only"):
            return
        self._last = self._reply(frame)
        yield Answer(Pn532Codec.send(self._last), delay=0.002)

    def _reply(self, frame: Frame) -> Frame:
        try:
            command, data = command_told(frame)
        except MessageError:
            return ERROR
        return ERROR if self._happens("not_understood") else self._carried_out(command, data)

    def _carried_out(self, command: int, data: bytes) -> Frame:
        match command:
            case Command.GET_FIRMWARE_VERSION:
                return version_reply(Version(self._chip, *FIRMWARE))
            case Command.SAM_CONFIGURATION | Command.RF_CONFIGURATION if data:
                return reply(command)
            case Command.IN_RELEASE if data:
                return reply(command, b"\0")
            case Command.IN_LIST_PASSIVE_TARGET if len(data) == 2 and 0 < data[0] <= MOST_TARGETS and not data[1]:  # noqa: PLR2004 - how many, and which kind
                return targets_reply(self._found(data[0]))
            case _:
                return ERROR

    def _found(self, most: int) -> list[Target]:
        self._looks += 1
        return [] if self._happens("flicker") else [_named(card, self._looks) for card in self._cards.values()][:most]

    def _happens(self, what: str) -> bool:
        left = self._wrong.get(what, 0)
        if left:
            self._wrong[what] = left - 1
        return left > 0


def _named(card: Target, look: int) -> Target:
    """Return a card as it calls itself at one look: one whose identifier is made up has another each time."""
    if not card.random:
        return card
    return Target(card.uid[:1] + look.to_bytes(3, "big"), card.sens_res, card.sel_res, card.ats)
