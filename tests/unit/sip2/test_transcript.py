"""Every line that a real Koha was observed to send or take."""

import ast
import re
from pathlib import Path

import pytest

from sip2.agreement import Agreement, Encoding
from sip2.checksum import Checksum
from sip2.codec import Received, decode, encode
from sip2.errors import Fault, Oddity, RemoteProtocolError
from sip2.layout import Response

TRANSCRIPT = Path(__file__).parents[4] / "shared" / "reference" / "koha_sip_transcript.txt"
PIECE = re.compile(r"""^(>>|<<) (b'(?:[^'\\]|\\.)*'|b"(?:[^"\\]|\\.)*")""", re.MULTILINE)

pytestmark = pytest.mark.skipif(not TRANSCRIPT.exists(), reason="the Koha transcript is not beside the project")


def lines() -> list[tuple[str, bytes]]:
    """Direction and one line each; where Koha hung up, there is none."""
    found = []
    for direction, literal in PIECE.findall(TRANSCRIPT.read_text(encoding="utf-8")):
        data: bytes = ast.literal_eval(literal)
        if data != b"<EOF>":
            found += [(direction, line) for line in re.findall(rb"[^\r\n]*\r\n|[^\r]*\r|[^\r]+\Z", data)]
    return found


def decoded(line: bytes) -> Received | Fault:
    try:
        received = decode(line)
    except RemoteProtocolError as error:
        return error.fault
    if Oddity.UNDECODABLE in received.oddities:  # the fourth account spoke Latin-1
        return decode(line, Agreement(encoding=Encoding.LATIN_1))
    return received


def test_every_line_is_a_message_or_is_named() -> None:
    results = [(line.strip(b"\r\n"), decoded(line)) for _, line in lines()]
    named = [(line, result) for line, result in results if isinstance(result, Fault)]

    assert len(results) > 400
    assert named == [
        (b"ZZ20261122    142848AOCPL|AY7AZF8AA", Fault.UNKNOWN_COMMAND),
        (b"17", Fault.TRUNCATED),
        (b"", Fault.TOO_SHORT),
        (b"login: ", Fault.UNKNOWN_COMMAND),
        (b"kiosk1", Fault.UNKNOWN_COMMAND),
        (b"password: ", Fault.UNKNOWN_COMMAND),
        (b"kioskpw", Fault.UNKNOWN_COMMAND),
        (b"Login OK.  Initiating SIP", Fault.UNKNOWN_COMMAND),
    ]


def test_every_message_comes_out_again_byte_for_byte() -> None:
    for _, line in lines():
        received = decoded(line)
        if isinstance(received, Fault) or received.checksum is Checksum.BAD:
            continue
        latin = b"\xf1" in line or b"\xeb" in line
        agreement = Agreement(encoding=Encoding.LATIN_1 if latin and b"\xc3" not in line else Encoding.UTF_8)
        number = received.sequence if received.checksum is Checksum.ABSENT else received.sequence or 0

        assert encode(received.message, agreement, sequence=number)[:-1] == line.strip(b"\r\n")


def test_the_one_bad_checksum_is_the_one_that_was_sent_on_purpose() -> None:
    bad = [line for _, line in lines() if isinstance(got := decoded(line), Received) and got.checksum is Checksum.BAD]

    assert bad == [b"1720261122    142847AOCPL|AB39999000000001|AC|AY1AZ0000\r"]


def test_what_koha_does_against_the_specification_has_names() -> None:
    odd = {
        oddity
        for _, line in lines()
        if isinstance(got := decoded(line), Received) and isinstance(got.message, Response)
        for oddity in got.oddities
    }

    assert odd == {Oddity.MISSING_FIELD, Oddity.LONG_FIELD}
