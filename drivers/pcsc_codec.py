"""What readers behind PC/SC are asked beside the cards' own commands; both ends, pure.

An answer ends with two status bytes, ``9000`` when all went well. A transparent exchange hands a whole ISO 15693 frame
through: its data objects are ``tag length value``; in the answer ``C0`` says which object failed and how, ``97`` holds
what the tag answered. Sources: PC/SC part 3; ACS's manual of the ACR1552U; a transcript of an ACR1552U with an ICODE
tag in a public thread of NXP's forum, which also shows that writes need the timer.
"""

from collections.abc import Iterator
from typing import Final

from drivers.errors import DeviceError

GET_UID: Final = bytes.fromhex("ffca000000")
START_SESSION: Final = bytes.fromhex("ffc2000002810000")
SWITCH_TO_ISO15693: Final = bytes.fromhex("ffc20002048f020203")
END_SESSION: Final = bytes.fromhex("ffc2000002820000")

OK: Final = 0x9000
NO_ANSWER: Final = 0x6401
"""In ``C0``: the tag said nothing in time."""

LONGEST_FRAME: Final = 200
"""Bytes handed through at once: a command holds 255 at most, a few of them ours."""

LONGEST_ANSWER: Final = 65538
"""Bytes of an answer that is looked at: what the longest form of PC/SC's commands allows."""

WRITE_MICROSECONDS: Final = 1_000_000
"""How long a tag may take for a write, as the transcript has it; the answer is not waited for once it has come."""

_EXCHANGE: Final = bytes.fromhex("ffc20001")
_STATUS, _TIMER, _SEND, _ANSWERED = 0xC0, 0x5F46, 0x95, 0x97
_LONG_TAG: Final = 0x1F
_LONG_LENGTH: Final = 0x81
_STATUS_BYTES: Final = 3


class ApduError(DeviceError):
    """The reader did not do it; ``status`` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ApduMessageError(DeviceError, ValueError):
    """The bytes are no command or no answer of this kind."""


# The host


def told(answer: bytes) -> bytes:
    """Return an answer without its status; raises `ApduError`, `ApduMessageError`."""
    if not 2 <= len(answer) <= LONGEST_ANSWER:  # noqa: PLR2004 - the two status bytes
        raise ApduMessageError
    status = int.from_bytes(answer[-2:], "big")
    if status != OK:
        raise ApduError(status)
    return answer[:-2]


def exchange_request(frame: bytes, microseconds: int = 0) -> bytes:
    """Hand a frame without CRC through; with ``microseconds`` the tag may take so long, else what the reader thinks."""
    if not 1 <= len(frame) <= LONGEST_FRAME:
        raise ApduMessageError
    timer = _object(_TIMER, microseconds.to_bytes(4, "little")) if microseconds else b""
    objects = timer + _object(_SEND, frame)
    return _EXCHANGE + bytes((len(objects),)) + objects + b"\x00"


def exchange_told(answer: bytes) -> bytes:
    """Return the frame that a tag answered; raises `ApduError`, also where a data object failed."""
    frame: bytes | None = None
    for tag, value in _objects(told(answer)):
        if tag == _STATUS:
            if len(value) != _STATUS_BYTES:
                raise ApduMessageError
            if (status := int.from_bytes(value[1:], "big")) != OK:
                raise ApduError(status)
        elif tag == _ANSWERED:
            frame = value
    if not frame:
        raise ApduMessageError
    return frame


def session_told(answer: bytes) -> None:
    """Make sure that a session was begun, switched or ended; raises as `exchange_told`."""
    for tag, value in _objects(told(answer)):
        if tag == _STATUS and int.from_bytes(value[1:], "big") != OK:
            raise ApduError(int.from_bytes(value[1:], "big"))


def uid_told(answer: bytes) -> bytes:
    """Return a chip's identifier in its standard's order; ISO 15693's comes from some readers the other way round."""
    uid = told(answer)
    if not 4 <= len(uid) <= 10:  # noqa: PLR2004 - the shortest and the longest of ISO 14443
        raise ApduMessageError
    iso15693 = 0xE0
    backwards = len(uid) == 8 and uid[0] != iso15693 and uid[-1] == iso15693  # noqa: PLR2004 - bytes of ISO 15693's
    return uid[::-1] if backwards else uid


# The reader


def status_answer(status: int, content: bytes = b"") -> bytes:
    """Answer a command."""
    return content + status.to_bytes(2, "big")


def exchange_asked(command: bytes) -> bytes:
    """Return the frame that a host hands through; raises `ApduMessageError`."""
    length = command[4] if len(command) > len(_EXCHANGE) else 0
    if not command.startswith(_EXCHANGE) or command[5 + length :] not in (b"", b"\x00"):
        raise ApduMessageError
    frames = [value for tag, value in _objects(command[5 : 5 + length]) if tag == _SEND]
    if len(frames) != 1:
        raise ApduMessageError
    return frames[0]


def exchange_answer(frame: bytes | None) -> bytes:
    """Answer what a tag said, or that it said nothing."""
    if frame is None:
        return status_answer(OK, _object(_STATUS, b"\x01" + NO_ANSWER.to_bytes(2, "big")))
    done = _object(_STATUS, b"\x00" + OK.to_bytes(2, "big"))
    return status_answer(OK, done + bytes.fromhex("92010096020000") + _object(_ANSWERED, frame))


def session_answer() -> bytes:
    """Answer that a session was begun, switched or ended."""
    return status_answer(OK, _object(_STATUS, b"\x00" + OK.to_bytes(2, "big")))


def _object(tag: int, value: bytes) -> bytes:
    size = (len(value),) if len(value) < 0x80 else (_LONG_LENGTH, len(value))  # noqa: PLR2004 - BER's short form
    return tag.to_bytes(2 if tag > 0xFF else 1, "big") + bytes(size) + value  # noqa: PLR2004 - what one byte holds


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the data objects; raises `ApduMessageError` where they do not fill the bytes."""
    at = 0
    while at < len(data):
        tag_bytes = 2 if data[at] & _LONG_TAG == _LONG_TAG else 1
        tag, at = int.from_bytes(data[at : at + tag_bytes], "big"), at + tag_bytes
        if data[at : at + 1] == bytes((_LONG_LENGTH,)):
            at += 1
        if at >= len(data) or at + 1 + data[at] > len(data):
            raise ApduMessageError
        yield tag, data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
