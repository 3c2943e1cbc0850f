"""``kiosk decode sip2``: reads recorded protocol lines from standard input and explains each as one line of JSON."""

import argparse
import ast
import json
import re
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader, BytesIO
from typing import Any, cast

from sip2.agreement import LINE_CAP, Agreement, Encoding
from sip2.checksum import Checksum
from sip2.codec import Received, decode
from sip2.errors import Fault, RemoteProtocolError
from sip2.layout import CODE_WIDTH, Request, layout_of
from sip2.trailer import split_trailer

_LINE_END = re.compile(rb"\r\n|\r(?!\Z)|\n")
"""A CR that is the last byte so far may be half of a CR LF."""
_TRANSCRIPT = re.compile(rb"""\s*(?:>>|<<) *(b'(?:[^'\\]|\\.)*'|b"(?:[^"\\]|\\.)*")""")
_CHUNK = 65_536


def main(argv: Sequence[str], stdin: BufferedReader | BytesIO | None = None) -> int:
    """Explain standard input; exit status 0 whatever the lines hold, 2 where the arguments are wrong."""
    parser = argparse.ArgumentParser(prog="kiosk decode sip2", description=__doc__)
    parser.add_argument("--encoding", choices=[each.value for each in Encoding], default=Encoding.UTF_8.value)
    wanted = parser.parse_args(argv)
    agreement = Agreement(encoding=Encoding(wanted.encoding))
    source = stdin or cast("BufferedReader", sys.stdin.buffer)  # typeshed knows only that it is some binary file
    for line in lines(iter(lambda: source.read1(_CHUNK), b"")):
        sys.stdout.write(json.dumps(explain(line, agreement)) + "\n")
        sys.stdout.flush()
    return 0


def explain(line: bytes, agreement: Agreement) -> dict[str, Any]:
    """Return what a line is, fit for JSON.

    ``message`` (class name or null), ``code``, ``direction`` (request, answer or null), ``fields`` (each with ``name``,
    ``id``, null for a fixed field, and ``value`` as it stands on the line; an unknown field has no name), ``checksum``
    (good, bad, absent), ``sequence`` (0 to 9 or null), ``oddities`` (what is against the protocol and was tolerated),
    ``error`` (null, or why a receiver would not take the line).
    """
    received: Received | None = None
    error: str | None = None
    if len(line) > LINE_CAP:
        error = str(Fault.TOO_LONG)
    else:
        try:
            received = decode(line, agreement)
        except RemoteProtocolError as refusal:
            error = str(refusal)
    if received is None:
        _, sequence, checksum = split_trailer(line, agreement, [])
    else:
        sequence, checksum = received.sequence, received.checksum
    if checksum is Checksum.BAD:
        error = str(Fault.BAD_CHECKSUM)
    return {
        "message": type(received.message).__name__ if received else None,
        "code": received.message.code if received else line[:CODE_WIDTH].decode("ascii", "backslashreplace"),
        "direction": None if not received else "request" if isinstance(received.message, Request) else "answer",
        "fields": list(_fields(received)) if received else [],
        "checksum": str(checksum),
        "sequence": sequence,
        "oddities": [str(oddity) for oddity in received.oddities] if received else [],
        "error": error,
    }


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut bytes into lines that end with CR, LF or CR LF; of a line over the cap only the beginning is kept.

    A line of a recorded transcript (``>> b'...'`` or ``<< b'...'``, Python's way to write bytes) stands for the lines
    that it quotes.
    """
    kept = b""
    for chunk in chunks:
        *whole, kept = _LINE_END.split(kept + chunk)
        for line in whole:
            yield from _quoted(line)
        if len(kept) > LINE_CAP:
            kept = kept[: LINE_CAP + 1]
    if kept:
        yield from _quoted(kept.removesuffix(b"\r"))


def _quoted(line: bytes) -> Iterator[bytes]:
    transcript = _TRANSCRIPT.match(line)
    if transcript is None:
        yield line
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a strange escape in somebody's recording is no news here
            quoted = ast.literal_eval(transcript[1].decode("ascii"))
    except (SyntaxError, ValueError):
        yield line
        return
    *whole, rest = _LINE_END.split(quoted.removesuffix(b"\r"))
    yield from whole
    if rest or not whole:
        yield rest


def _fields(received: Received) -> Iterator[dict[str, str | None]]:
    message = received.message
    layout = layout_of(type(message))
    place = 0
    for name, how in layout.fixed:
        yield {"name": name, "id": None, "value": message.wire.fixed[place : place + how.width] if message.wire else ""}
        place += how.width
    waiting: dict[str, list[str]] = {}
    for tag, name in layout.tagged:
        value = getattr(message, name)
        waiting[tag.id] = list(value) if tag.repeatable else [value] if value is not None else []
    for tag_id, value in message.extensions:
        waiting.setdefault(tag_id, []).append(value)
    for tag_id in message.wire.order if message.wire else ():
        known = layout.by_id.get(tag_id)
        yield {"name": known[1] if known else None, "id": tag_id, "value": waiting[tag_id].pop(0)}
