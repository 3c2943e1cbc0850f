"""Explains the frames of readers of patron cards: PN532 and RDM6300; pure."""

from functools import reduce
from operator import xor
from typing import Any, Final

from drivers.card import pn532_codec, pn532_messages, rdm6300_codec
from drivers.errors import DeviceError
from kiosk.decode.dissect import Dissector, Problem, cut_off, name_of, wrong_sum

_START: Final = b"\x00\xff"
_WAKE: Final = b"\x55\x55"
"""What a host sends before the zeros that stand before its first frame, to wake the chip."""

_EXTENDED: Final = b"\xff\xff"
_WITHOUT_DATA: Final = (b"\x00\xff", b"\xff\x00")
"""ACK and NACK."""
_SHORT: Final = 14
_LONG: Final = 16
_DIGITS: Final = slice(1, 13)


class _Pn532:
    """``00 00 FF LEN LCS data DCS 00``; zeros around it mean nothing, ``55 55`` before them wakes the chip."""

    marked: Final = True

    def begin(self, data: bytes) -> int:
        at = data.find(_START)
        if at < 0:
            return len(data)
        while at and data[at - 1] == 0:
            at -= 1
        return at - len(_WAKE) if data[:at].endswith(_WAKE) else at

    def measure(self, data: bytes) -> tuple[int, Problem | None]:
        begin = data.find(_START) + len(_START)
        kind = data[begin : begin + 2]
        if kind in _WITHOUT_DATA:
            return begin + 2 + (data[begin + 2 : begin + 3] == b"\0"), None
        told = data[begin + 2 : begin + 5] if kind == _EXTENDED else kind
        if len(told) < (3 if kind == _EXTENDED else 2):
            return len(data), cut_off(begin + (5 if kind == _EXTENDED else 2), len(data))
        return self._measured(data, begin + (5 if kind == _EXTENDED else 2), told)

    @staticmethod
    def _measured(data: bytes, begin: int, told: bytes) -> tuple[int, Problem | None]:
        """Take the length that the head tells; ``begin`` is where the data are."""
        length = int.from_bytes(told[:-1], "big")
        if sum(told) & 0xFF:
            wanted = pn532_codec.complement(sum(told[:-1]))
            return begin, Problem("length", f"length checksum {wanted:02x}", f"{told[-1]:02x}")
        if not 0 < length <= pn532_codec.LONGEST_DATA:
            return begin, Problem("length", f"1 to {pn532_codec.LONGEST_DATA}", str(length))
        size = begin + length + 1
        if len(data) < size:
            return len(data), cut_off(size, len(data))
        return size + (data[size : size + 1] == b"\0"), None

    def check(self, frame: bytes) -> Problem | None:
        data, found = self._parts(frame)
        return None if found is None else wrong_sum(bytes((pn532_codec.complement(sum(data)),)), found)

    def explain(self, frame: bytes) -> dict[str, Any]:
        data, found = self._parts(frame)
        if found is None:
            return {"direction": "unknown", "command": "nack" if b"\xff\xff\x00" in frame else "ack"}
        if data == b"\x7f":
            return {"direction": "reply", "command": None, "status": "syntax_error"}
        if len(data) < 2 or data[0] not in (pn532_messages.FROM_HOST, pn532_messages.FROM_CHIP):  # noqa: PLR2004 - identifier and command
            return {"direction": "unknown", "data": data.hex()}
        request = data[0] == pn532_messages.FROM_HOST
        said = {
            "direction": "request" if request else "reply",
            "command": name_of(pn532_messages.Command, data[1] - (not request)),
            "data": data[2:].hex(),
        }
        return said if request else said | self._meaning(pn532_codec.Frame(data))

    @staticmethod
    def _parts(frame: bytes) -> tuple[bytes, bytes | None]:
        """Return data and their checksum; ``None`` for ACK and NACK, which have none."""
        body = frame[frame.find(_START) + len(_START) :]
        if body[:2] in _WITHOUT_DATA:
            return b"", None
        begin, length = (5, int.from_bytes(body[2:4], "big")) if body[:2] == _EXTENDED else (2, body[0])
        return body[begin : begin + length], body[begin + length : begin + length + 1]

    @staticmethod
    def _meaning(frame: pn532_codec.Frame) -> dict[str, Any]:
        try:
            match frame.data[1] - 1:
                case pn532_messages.Command.GET_FIRMWARE_VERSION:
                    return {"version": str(pn532_messages.version_told(frame))}
                case pn532_messages.Command.IN_LIST_PASSIVE_TARGET:
                    targets = pn532_messages.targets_told(frame)
                    return {"cards": [{"uid": each.uid.hex().upper(), "random": each.random} for each in targets]}
                case _:
                    return {}
        except DeviceError:
            return {}


class _Rdm6300:
    """``02``, ten digits, two of their checksum, ``03``; an ID-12 has a line end before the ``03``."""

    marked: Final = True

    def begin(self, data: bytes) -> int:
        at = data.find(rdm6300_codec.START)
        return len(data) if at < 0 else at

    def measure(self, data: bytes) -> tuple[int, Problem | None]:
        size = _LONG if data[13:15] == b"\r\n" else _SHORT
        return (size, None) if len(data) >= size else (len(data), cut_off(size, len(data)))

    def check(self, frame: bytes) -> Problem | None:
        if frame[-1] != rdm6300_codec.END:
            return Problem("end", f"{rdm6300_codec.END:02x}", f"{frame[-1]:02x}")
        card = self._card(frame)
        if card is None:
            return Problem("length", "twelve hexadecimal digits", frame[_DIGITS].decode("ascii", "replace"))
        return wrong_sum(bytes((reduce(xor, card[:-1]),)), card[-1:])

    def explain(self, frame: bytes) -> dict[str, Any]:
        card = self._card(frame)
        said: dict[str, Any] = {"direction": "notice", "command": "card"}
        if card is None:
            return said
        number = card[: rdm6300_codec.CARD_BYTES]
        return said | {"uid": number.hex().upper(), "decimal": str(int.from_bytes(number[1:], "big"))}

    @staticmethod
    def _card(frame: bytes) -> bytes | None:
        try:
            return bytes.fromhex(frame[_DIGITS].decode("ascii"))
        except ValueError:
            return None


PN532: Final[Dissector] = _Pn532()
RDM6300: Final[Dissector] = _Rdm6300()
