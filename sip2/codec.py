"""One message to one line and back, with nothing remembered between two lines."""

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sip2.agreement import FIELD_LIMIT, LINE_CAP, MESSAGE_LIMIT, Agreement
from sip2.checksum import Checksum, checksum
from sip2.errors import Fault, MessageTooLongError, Oddity, RemoteProtocolError, Unsendable, UnsendableValueError
from sip2.fields import Tag
from sip2.layout import CODE_WIDTH, ID_WIDTH, Layout, Message, Wire, layout_of
from sip2.messages import BY_CODE, RequestAcsResend, RequestScResend
from sip2.trailer import split_trailer

DEFAULT = Agreement()

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TAG_ID = re.compile(r"[0-9A-Za-z]{2}", re.ASCII)
_NOISE = b"\x00\t\n\r "
_TRAILER_IDS = frozenset({"AY", "AZ"})
_SEQUENCES = range(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A line that is a message."""

    message: Message
    sequence: int | None
    checksum: Checksum
    oddities: tuple[Oddity, ...] = ()
    body: bytes = field(repr=False)
    """The line without AY and AZ: the same for a message and its repetition with another number."""

    @property
    def well_formed(self) -> bool:
        """Nothing about the line is against the protocol; then ``encode`` gives the same bytes again."""
        return not self.oddities and self.checksum is not Checksum.BAD


def encode(message: Message, agreement: Agreement = DEFAULT, *, sequence: int | None = None) -> bytes:
    """Return the line, with its terminator.

    ``sequence`` (0 to 9) turns error detection on: AY and AZ, on 96 and 97 AZ alone (spec p. 4, 10). A received
    message is written in the field order in which it came. Raise ``LocalProtocolError`` and send nothing where a value
    holds the delimiter or a control character, has a wrong width, or is an identifier that the encoding cannot write.
    """
    if sequence is not None and sequence not in _SEQUENCES:
        raise UnsendableValueError("sequence", Unsendable.WRONG_WIDTH)
    layout = layout_of(type(message))
    head = message.code + _fixed_text(message, layout)
    pieces = _pieces(message, layout)
    text = _join(head, pieces, message.wire, agreement)
    try:
        data = text.encode(agreement.encoding)
        fits = agreement.field_limit is None
    except UnicodeEncodeError:
        fits = False
    if not fits:
        _refuse_unencodable(head, agreement)
        pieces = [(tag, name, tag_id, agreement.fit(tag, name, value)) for tag, name, tag_id, value in pieces]
        text = _join(head, pieces, message.wire, agreement)
        data = text.encode(agreement.encoding)
    closed = message.wire is None or message.wire.closed
    if text.count(agreement.delimiter) != len(pieces) - (not closed and bool(pieces)) or _CONTROL.search(text):
        raise _culprit(head, pieces, agreement)
    if sequence is not None:
        if not isinstance(message, RequestAcsResend | RequestScResend):
            data += b"AY%d" % sequence
        data += b"AZ"
        data += checksum(data)
    data += agreement.terminator.value
    if len(data) > LINE_CAP:
        raise MessageTooLongError(len(data), LINE_CAP)
    return data


def decode(line: bytes, agreement: Agreement = DEFAULT) -> Received:
    """Read one line, with or without its terminator.

    What real systems do wrong is tolerated and named in ``oddities``; a bad checksum is told, not raised. Raise
    ``RemoteProtocolError`` where the line is no message.
    """
    oddities: list[Oddity] = []
    stripped = line.lstrip(_NOISE)
    if len(stripped) != len(line) and line[: len(line) - len(stripped)].strip(b"\r\n"):
        oddities.append(Oddity.LEADING_NOISE)
    body, sequence, state = split_trailer(stripped.rstrip(b"\r\n"), agreement, oddities)
    if len(line) > MESSAGE_LIMIT:
        oddities.append(Oddity.LONG_MESSAGE)
    try:
        message = _read_body(body, agreement, oddities)
    except RemoteProtocolError:
        if state is Checksum.BAD:
            raise RemoteProtocolError(Fault.BAD_CHECKSUM) from None
        raise
    return Received(
        message=message, sequence=sequence, checksum=state, oddities=tuple(dict.fromkeys(oddities)), body=body
    )


_Piece = tuple[Tag | None, str, str, str]
"""The tag if the message knows it, the name for errors, the id, the value."""


def _fixed_text(message: Message, layout: Layout) -> str:
    texts = []
    for name, how in layout.fixed:
        try:
            texts.append(how.write(getattr(message, name)))
        except TypeError:
            raise UnsendableValueError(name, Unsendable.WRONG_TYPE) from None
        except ValueError:
            raise UnsendableValueError(name, Unsendable.WRONG_WIDTH) from None
    canonical = "".join(texts)
    if message.wire is None or message.wire.fixed == canonical or len(message.wire.fixed) != layout.width:
        return canonical
    place = 0
    for name, how in layout.fixed:
        try:
            as_it_came, _ = how.read(message.wire.fixed[place : place + how.width])
        except ValueError:
            return canonical
        if as_it_came != getattr(message, name):
            return canonical
        place += how.width
    return message.wire.fixed


def _pieces(message: Message, layout: Layout) -> list[_Piece]:
    pieces: list[_Piece] = []
    for tag, name in layout.tagged:
        value = getattr(message, name)
        if tag.repeatable:
            pieces += [(tag, name, tag.id, each) for each in value]
        elif value is not None:
            pieces.append((tag, name, tag.id, value))
    for tag_id, value in message.extensions:
        if not _TAG_ID.fullmatch(tag_id) or tag_id in _TRAILER_IDS:
            raise UnsendableValueError("extensions", Unsendable.BAD_TAG)
        pieces.append((None, "extensions", tag_id, value))
    for _, name, _, value in pieces:
        if not isinstance(value, str):
            raise UnsendableValueError(name, Unsendable.WRONG_TYPE)
    if message.wire is None or not message.wire.order:
        return pieces
    waiting: dict[str, list[_Piece]] = {}
    for piece in pieces:
        waiting.setdefault(piece[2], []).append(piece)
    ordered = [waiting[tag_id].pop(0) for tag_id in message.wire.order if waiting.get(tag_id)]
    return ordered + [piece for rest in waiting.values() for piece in rest]


def _join(head: str, pieces: list[_Piece], wire: Wire | None, agreement: Agreement) -> str:
    if not pieces:
        return head
    text = head + agreement.delimiter.join([tag_id + value for _, _, tag_id, value in pieces])
    return text + agreement.delimiter if wire is None or wire.closed else text


def _refuse_unencodable(head: str, agreement: Agreement) -> None:
    try:
        head.encode(agreement.encoding)
    except UnicodeEncodeError:
        raise UnsendableValueError("fixed", Unsendable.NOT_IN_ENCODING) from None


def _culprit(head: str, pieces: list[_Piece], agreement: Agreement) -> UnsendableValueError:
    texts = [("fixed", head), *((name, value) for _, name, _, value in pieces)]
    delimited = (
        UnsendableValueError(name, Unsendable.DELIMITER) for name, text in texts if agreement.delimiter in text
    )
    control = (
        UnsendableValueError(name, Unsendable.CONTROL_CHARACTER) for name, text in texts if _CONTROL.search(text)
    )
    return next(chain(delimited, control))


def _read_body(body: bytes, agreement: Agreement, oddities: list[Oddity]) -> Message:
    try:
        text = body.decode(agreement.encoding)
    except UnicodeDecodeError:
        text = body.decode(agreement.encoding, "replace")
        oddities.append(Oddity.UNDECODABLE)
    if len(text) < CODE_WIDTH:
        raise RemoteProtocolError(Fault.TOO_SHORT)
    kind = BY_CODE.get(text[:CODE_WIDTH])
    if kind is None:
        raise RemoteProtocolError(Fault.UNKNOWN_COMMAND, text[:CODE_WIDTH])
    if _CONTROL.search(text):
        oddities.append(Oddity.CONTROL_CHARACTER)
    layout = layout_of(kind)
    end = CODE_WIDTH + layout.width
    fixed = text[CODE_WIDTH:end]
    if len(fixed) < layout.width or agreement.delimiter in fixed:
        raise RemoteProtocolError(Fault.TRUNCATED, kind.code)
    values = _read_fixed(fixed, layout, oddities)
    order: tuple[str, ...] = ()
    closed = True
    if len(text) > end:
        order, closed = _read_tagged(text[end:], layout, agreement, values, oddities)
    missing = layout.required.difference(order)
    if missing:
        if missing & layout.essential:
            raise RemoteProtocolError(Fault.MISSING_IDENTIFIER, min(missing & layout.essential))
        oddities.append(Oddity.MISSING_FIELD)
        for tag_id in missing:
            values[layout.by_id[tag_id][1]] = None
    return kind(**values, wire=Wire(fixed, order, closed))


def _read_fixed(text: str, layout: Layout, oddities: list[Oddity]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    place = 0
    for name, how in layout.fixed:
        try:
            values[name], odd = how.read(text[place : place + how.width])
        except ValueError:
            raise RemoteProtocolError(Fault.BAD_FIXED_FIELD, name) from None
        if odd is not None:
            oddities.append(odd)
        place += how.width
    return values


def _read_tagged(
    text: str, layout: Layout, agreement: Agreement, values: dict[str, Any], oddities: list[Oddity]
) -> tuple[tuple[str, ...], bool]:
    """Put the tagged fields among the values; return their ids as they came, and whether the last one was closed."""
    pieces = text.split(agreement.delimiter)
    closed = not pieces[-1]
    if closed:
        pieces.pop()
    else:
        oddities.append(Oddity.NO_LAST_DELIMITER)
    if max(map(len, pieces)) > FIELD_LIMIT + ID_WIDTH:
        oddities.append(Oddity.LONG_FIELD)
    order: list[str] = []
    extensions: list[tuple[str, str]] = []
    for piece in pieces:
        tag_id, value = piece[:ID_WIDTH], piece[ID_WIDTH:]
        known = layout.by_id.get(tag_id)
        if known is None and (not _TAG_ID.fullmatch(tag_id) or tag_id in _TRAILER_IDS):
            oddities.append(Oddity.FIELD_WITHOUT_ID)
            continue
        order.append(tag_id)
        if known is None:
            extensions.append((tag_id, value))
        elif known[0].repeatable:
            values.setdefault(known[1], []).append(value)
        elif known[1] in values:
            oddities.append(Oddity.REPEATED_FIELD)
            extensions.append((tag_id, value))
        else:
            values[known[1]] = value
    values["extensions"] = tuple(extensions)
    for name in layout.repeatable & values.keys():
        values[name] = tuple(values[name])
    return tuple(order), closed
