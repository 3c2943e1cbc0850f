"""One end of a SIP2 line as a state machine without a socket: terminal and library system are the same class."""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from sip2.agreement import LINE_CAP, Agreement
from sip2.checksum import Checksum
from sip2.codec import DEFAULT, Received, decode, encode
from sip2.errors import Fault, LocalProtocolError, Oddity, RemoteProtocolError, WrongDirectionError
from sip2.layout import Message, Request, Response
from sip2.messages import AcsStatus, RequestAcsResend, RequestScResend, ScStatusRequest

_LINE_END = re.compile(rb"[\r\n]")
_RAW_KEPT = 64
_TRAILER_WIDTH = 9
_LAST_SEQUENCE = 9


class Role(StrEnum):
    """Which end of the line this is."""

    TERMINAL = "terminal"
    """The self-check (SC)."""
    LIBRARY_SYSTEM = "library_system"
    """The automated circulation system (ACS)."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that is no message, or not one for this end; the lines after it are not lost."""

    fault: Fault
    field: str = ""
    raw: bytes = dataclasses.field(default=b"", repr=False)
    """At most the first 64 bytes."""
    reply: bytes = dataclasses.field(default=b"", repr=False)
    """What the protocol wants sent back now (96 or 97); may be empty."""


@dataclass(frozen=True, slots=True)
class Unasked:
    """An answer that belongs to no request under way: late, second or unsolicited; to be dropped (spec p. 16)."""

    received: Received


class Reason(StrEnum):
    """Why the connection sends something again by itself."""

    RESEND = "resend"
    """The other end asked for the last message again."""
    DUPLICATE = "duplicate"
    """A message that changes something came again, number and checksum and all; it is answered, not executed."""


@dataclass(frozen=True, slots=True)
class Handled:
    """The connection dealt with a line itself."""

    reason: Reason
    reply: bytes = dataclasses.field(repr=False)
    """What is to be sent now; empty while the first answer is still being made."""


class Failure(StrEnum):
    """Why a link is of no use any more."""

    TOO_MANY_RESENDS = "too_many_resends"
    TOO_MANY_BAD_LINES = "too_many_bad_lines"
    RESEND_REFUSED = "resend_refused"
    """The answer to our 97 was a 96."""


@dataclass(frozen=True, slots=True)
class LinkFailed:
    """Nothing more comes out of this connection; close it."""

    failure: Failure


Item = Received | Malformed | Unasked | Handled | LinkFailed


class LinkFailedError(LocalProtocolError):
    """Something was to be sent over a link that had failed."""


class Connection:
    """Bytes in, however cut, and items out; messages in and bytes out.

    ``messages`` is to be emptied after each ``receive_data``; then never more than one unfinished line is kept, of at
    most ``LINE_CAP`` bytes. Answers of a library system go to the request that ``messages`` gave last.
    """

    def __init__(self, role: Role, agreement: Agreement = DEFAULT) -> None:
        self.role = role
        self.agreement = agreement
        self.retries = agreement.retries
        """How often in a row; a terminal may take over what a 98 allows."""
        self.failed = False
        self._buffer = bytearray()
        self._scanned = 0
        self._skipping = False
        self._closed = False
        self._bad_lines = 0
        self._resends = 0
        self._last_sent = b""
        # terminal
        self._sequence = _LAST_SEQUENCE
        self._under_way = False
        self._asked_again = False
        # library system
        self._request: Received | None = None
        self._answer = b""
        self._refused = False

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the other end; empty means that it closed the line."""
        self._buffer += data
        self._closed = self._closed or not data

    def messages(self) -> Iterator[Item]:
        """Give what has arrived and was not given yet, in order."""
        while not self.failed:
            item = self._next_item()
            if item is None:
                return
            self.failed = isinstance(item, LinkFailed)
            yield item

    def send(self, message: Message) -> bytes:
        """Return the bytes of a new message.

        A terminal's message takes the next sequence number; an answer takes its request's, with a checksum exactly if
        the request had one. Raise ``LocalProtocolError`` and change nothing where the message may not be sent.
        """
        if self.failed:
            raise LinkFailedError
        if self.role is Role.TERMINAL:
            return self._send_request(message)
        return self._send_answer(message)

    def repeat(self) -> bytes:
        """Return the last message again, unchanged (spec p. 16); the terminal waits for its answer again."""
        if self.failed or not self._last_sent:
            raise LinkFailedError
        self._under_way = True
        return self._last_sent

    def _send_request(self, message: Message) -> bytes:
        if not isinstance(message, Request):
            raise WrongDirectionError(message.code)
        if isinstance(message, RequestAcsResend):
            return self._ask_again(detecting=self.agreement.error_detection)
        sequence = (self._sequence + 1) % (_LAST_SEQUENCE + 1)
        data = encode(message, self.agreement, sequence=sequence if self.agreement.error_detection else None)
        self._sequence = sequence
        self._last_sent = data
        self._under_way = True
        self._asked_again = False
        self._bad_lines = self._resends = 0
        return data

    def _send_answer(self, message: Message) -> bytes:
        if not isinstance(message, Response):
            raise WrongDirectionError(message.code)
        to = self._request
        sequence = to.sequence if to is not None and to.checksum is Checksum.GOOD else None
        if isinstance(message, RequestScResend):
            self._refused = True  # what comes again now is no duplicate
            return self._ask_again(detecting=sequence is not None)
        data = encode(message, self.agreement, sequence=sequence)
        self._last_sent = self._answer = data
        # A 98 in place of an answer makes the terminal send again, unchanged (spec p. 14).
        self._refused = (
            isinstance(message, AcsStatus) and to is not None and not isinstance(to.message, ScStatusRequest)
        )
        return data

    def _ask_again(self, *, detecting: bool) -> bytes:
        if self.role is Role.TERMINAL:
            self._asked_again = self._under_way = True
            return encode(RequestAcsResend(), self.agreement, sequence=0 if detecting else None)
        self._last_sent = encode(RequestScResend(), self.agreement, sequence=0 if detecting else None)
        return self._last_sent

    def _next_item(self) -> Item | None:
        while (line := self._next_line()) is not None:
            if not isinstance(line, bytes):
                return line
            if line:
                return self._read(line)
        return None

    def _next_line(self) -> bytes | Malformed | LinkFailed | None:
        """Return a line without its end (empty between CR and LF), or ``None`` when more bytes are needed."""
        end = _LINE_END.search(self._buffer, self._scanned)
        if end is None:
            return self._unfinished()
        line = bytes(self._buffer[: end.start()])
        del self._buffer[: end.end()]
        self._scanned = 0
        if self._skipping:
            self._skipping = False
            return b""
        if len(line) > LINE_CAP:
            return self._bad_line(RemoteProtocolError(Fault.TOO_LONG), line)
        return line

    def _unfinished(self) -> Malformed | LinkFailed | None:
        if len(self._buffer) > LINE_CAP or self._skipping:
            first, known = bytes(self._buffer), self._skipping
            self._buffer.clear()
            self._scanned = 0
            self._skipping = True
            return None if known else self._bad_line(RemoteProtocolError(Fault.TOO_LONG), first)
        self._scanned = len(self._buffer)
        if self._closed and self._buffer:
            line = bytes(self._buffer)
            self._buffer.clear()
            self._scanned = 0
            return Malformed(Fault.CUT, raw=line[:_RAW_KEPT])
        return None

    def _read(self, line: bytes) -> Item:
        try:
            received = decode(line, self.agreement)
        except RemoteProtocolError as error:
            return self._bad_line(error, line)
        if received.checksum is Checksum.BAD:
            return self._bad_line(RemoteProtocolError(Fault.BAD_CHECKSUM), line)
        if self.role is Role.TERMINAL:
            return self._read_answer(received, line)
        return self._read_request(received, line)

    def _read_answer(self, received: Received, line: bytes) -> Item:
        if isinstance(received.message, RequestScResend):
            return self._send_again(received)
        if not isinstance(received.message, Response):
            return self._bad_line(RemoteProtocolError(Fault.WRONG_DIRECTION, received.message.code), line)
        if not self._under_way:
            return Unasked(received)
        if received.sequence not in (None, self._sequence):
            if not self._asked_again:
                return Unasked(received)
            received = replace(received, oddities=(*received.oddities, Oddity.RENUMBERED))
        self._under_way = self._asked_again = False
        self._bad_lines = self._resends = 0
        return received

    def _send_again(self, received: Received) -> Item:
        if self._asked_again:
            return LinkFailed(Failure.RESEND_REFUSED)
        if not self._under_way:
            return Unasked(received)
        return self._resend(self._last_sent)

    def _read_request(self, received: Received, line: bytes) -> Item:
        message = received.message
        detecting = received.checksum is Checksum.GOOD
        if isinstance(message, RequestAcsResend):
            return self._resend(self._last_sent or self._ask_again(detecting=detecting))
        if not isinstance(message, Request):
            return self._bad_line(RemoteProtocolError(Fault.WRONG_DIRECTION, message.code), line)
        self._bad_lines = self._resends = 0
        before = self._request
        if detecting and message.changes and not self._refused and before is not None and self._same(before, received):
            return Handled(Reason.DUPLICATE, self._answer)
        self._request = received
        self._answer = b""
        self._refused = False
        return received

    @staticmethod
    def _same(before: Received, now: Received) -> bool:
        return before.sequence == now.sequence and before.checksum == now.checksum and before.body == now.body

    def _resend(self, data: bytes) -> Handled | LinkFailed:
        self._resends += 1
        if self._resends > self.retries:
            return LinkFailed(Failure.TOO_MANY_RESENDS)
        return Handled(Reason.RESEND, data)

    def _bad_line(self, error: RemoteProtocolError, line: bytes) -> Malformed | LinkFailed:
        """Ask for the line again where that can help.

        A terminal does so only after a bad checksum, for the same text with a good one would be as bad; a library
        system for all but unknown messages, which are ignored (spec p. 14).
        """
        if self.role is Role.TERMINAL:
            ask = error.fault is Fault.BAD_CHECKSUM
        else:
            ask = error.fault not in (Fault.UNKNOWN_COMMAND, Fault.WRONG_DIRECTION)
        reply = b""
        if ask:
            self._bad_lines += 1
            if self._bad_lines > self.retries:
                return LinkFailed(Failure.TOO_MANY_BAD_LINES)
            reply = self._ask_again(detecting=b"AZ" in line[-_TRAILER_WIDTH:])
        return Malformed(error.fault, error.field, line[:_RAW_KEPT], reply)
