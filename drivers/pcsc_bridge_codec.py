"""What the driver of readers behind PC/SC and an emulated service say to each other: one JSON object a line, pure.

The calls are those of PC/SC's own library; a reply bears the number of its request and PC/SC's result code. A request
for a reader's state that names the state that is known is answered when it differs, however long that takes.
"""

from enum import StrEnum
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drivers.frames import FrameBuffer

LONGEST_LINE: Final = 140_000
"""Bytes: PC/SC's longest answer, 65,538 bytes in hexadecimal, and the words around it. What is longer is no line."""

_END: Final = b"\n"

_Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$")]
_Number = Annotated[int, Field(ge=0, lt=1 << 63)]


class Call(StrEnum):
    """What is asked of the service."""

    READERS = "readers"
    STATE = "state"
    CONNECT = "connect"
    TRANSMIT = "transmit"
    DISCONNECT = "disconnect"


class Message(BaseModel):
    """What both directions have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: _Number


class Request(Message):
    """A call."""

    call: Call
    reader: str = ""
    known: _Number | None = None
    """The state that is known; without it the state is told at once."""
    card: _Number = 0
    data: _Hex = Field(default="", repr=False)


class Reply(Message):
    """What came of it."""

    code: _Number
    """PC/SC's result code, 0 for success."""
    readers: tuple[str, ...] = ()
    state: _Number = 0
    card: _Number = 0
    data: _Hex = Field(default="", repr=False)


M = TypeVar("M", bound=Message)


class BridgeCodec(FrameBuffer[M]):
    """One direction of the socket; what is no message of its kind is dropped and counted."""

    def __init__(self, kind: type[M]) -> None:
        super().__init__(LONGEST_LINE)
        self._kind = kind

    @staticmethod
    def send(message: Message) -> bytes:
        """Give the bytes of a message."""
        return message.model_dump_json(exclude_defaults=True).encode("utf-8") + _END

    def _next(self) -> M | None:
        while (end := self._buffer.find(_END)) >= 0:
            line = bytes(self._buffer[:end])
            try:
                message = self._kind.model_validate_json(line)
            except ValidationError:
                self._drop(end + 1)
                continue
            del self._buffer[: end + 1]
            return message
        return None
