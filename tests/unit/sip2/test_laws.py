"""Laws of the SIP2 codec over any message and any bytes."""

import contextlib
import dataclasses
import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sip2.agreement import Agreement, Encoding, Terminator
from sip2.checksum import Checksum
from sip2.codec import decode, encode
from sip2.connection import Connection, Handled, Item, LinkFailed, Malformed, Role, Unasked
from sip2.errors import LocalProtocolError, RemoteProtocolError, UnsendableValueError
from sip2.layout import Message
from tests.support.sip2_messages import REQUEST_MESSAGES, RESPONSE_MESSAGES

MESSAGES = REQUEST_MESSAGES | RESPONSE_MESSAGES
SEQUENCES = st.none() | st.integers(0, 9)
PLAUSIBLE = st.lists(
    st.sampled_from(
        [
            b"11",
            b"NN",
            b"20261122    142806",
            b"AO",
            b"AB1",
            b"|",
            b"AY",
            b"AZ",
            b"1",
            b"FCA0",
            b"97",
            b"96",
            b"\r",
            b"\n",
        ]
    )
    | st.binary(max_size=4)
).map(b"".join)
ROLES = st.sampled_from(Role)


@settings(deadline=None)
@given(MESSAGES, SEQUENCES)
def test_what_is_encoded_decodes_to_the_same_message(message: Message, sequence: int | None) -> None:
    received = decode(encode(message, sequence=sequence))

    assert received.message == message
    assert received.sequence == sequence
    assert received.checksum is (Checksum.ABSENT if sequence is None else Checksum.GOOD)


@settings(deadline=None)
@given(MESSAGES, SEQUENCES)
def test_a_decoded_message_encodes_to_the_same_bytes(message: Message, sequence: int | None) -> None:
    line = encode(message, sequence=sequence)

    assert encode(decode(line).message, sequence=sequence) == line


@settings(deadline=None)
@given(PLAUSIBLE | st.binary())
def test_any_bytes_that_decode_without_an_oddity_encode_to_the_same_bytes(line: bytes) -> None:
    with contextlib.suppress(RemoteProtocolError):
        received = decode(line)
        sequence = received.sequence if received.checksum is Checksum.ABSENT else received.sequence or 0
        assert not received.well_formed or encode(received.message, sequence=sequence)[:-1] == line.strip(b"\r\n")


@settings(deadline=None)
@given(MESSAGES, st.data())
def test_a_flipped_byte_never_passes_the_checksum(message: Message, data: st.DataObject) -> None:
    line = bytearray(encode(message, sequence=1)[:-1])
    place = data.draw(st.integers(0, len(line) - 10))
    line[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != line[place]))

    with contextlib.suppress(RemoteProtocolError):
        assert decode(bytes(line)).checksum is not Checksum.GOOD


def drain(connection: Connection) -> list[Item]:
    return list(connection.messages())


@settings(deadline=None)
@given(ROLES, PLAUSIBLE | st.binary(), st.lists(st.integers(0, 200)))
def test_items_do_not_depend_on_how_the_bytes_were_cut(role: Role, stream: bytes, cuts: list[int]) -> None:
    whole, cut = Connection(role), Connection(role)
    whole.receive_data(stream)
    expected = drain(whole)

    seen: list[Item] = []
    places = sorted({0, len(stream), *(place for place in cuts if place < len(stream))})
    for start, end in itertools.pairwise(places):
        cut.receive_data(stream[start:end])
        seen += drain(cut)

    assert seen == expected


@settings(deadline=None)
@given(ROLES, st.lists(PLAUSIBLE | st.binary(), max_size=5))
def test_no_bytes_at_all_crash_a_connection(role: Role, chunks: list[bytes]) -> None:
    connection = Connection(role)

    for chunk in [*chunks, b""]:
        connection.receive_data(chunk)
        for item in connection.messages():
            assert not isinstance(item, Malformed | Handled) or isinstance(item.reply, bytes)


@settings(deadline=None)
@given(st.lists(st.tuples(REQUEST_MESSAGES, RESPONSE_MESSAGES), min_size=1, max_size=12), st.booleans())
def test_two_ends_understand_each_other(talk: list[tuple[Message, Message]], detection: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    agreement = Agreement(error_detection=detection, terminator=Terminator.CR_LF)
    terminal, library = Connection(Role.TERMINAL, agreement), Connection(Role.LIBRARY_SYSTEM, agreement)

    for request, answer in talk:
        library.receive_data(terminal.send(request))
        [asked] = drain(library)
        terminal.receive_data(library.send(answer))
        [answered] = drain(terminal)
        assert not isinstance(asked, Malformed | Unasked | Handled | LinkFailed)
        assert not isinstance(answered, Malformed | Unasked | Handled | LinkFailed)
        assert (asked.message, answered.message) == (request, answer)
        assert asked.sequence == answered.sequence


FORBIDDEN = st.sampled_from(["|", "\r", "\n", "\0", "\x1b", "\x7f", "\x85", "\t"])


@settings(deadline=None)
@given(MESSAGES, FORBIDDEN, st.data())
def test_a_value_with_a_delimiter_or_a_control_character_is_never_sent(
    message: Message, sign: str, data: st.DataObject
) -> None:
    texts = {
        name: value
        for name in (each.name for each in dataclasses.fields(message))
        if isinstance(value := getattr(message, name), str)
    }
    if not texts:
        return
    name = data.draw(st.sampled_from(sorted(texts)))
    place = data.draw(st.integers(0, len(texts[name])))
    spoilt: dict[str, Any] = {name: texts[name][:place] + sign + texts[name][place:]}

    with pytest.raises(UnsendableValueError):
        encode(dataclasses.replace(message, **spoilt), sequence=1)


@settings(deadline=None)
@given(MESSAGES, st.sampled_from(Encoding))
def test_every_encoding_sends_one_line_or_refuses(message: Message, encoding: Encoding) -> None:
    agreement = Agreement(encoding=encoding)
    try:
        line = encode(message, agreement, sequence=3)
    except LocalProtocolError:
        return

    assert re.search(rb"[\x00-\x1f\x7f]", line[:-1]) is None
    assert decode(line, agreement).checksum is Checksum.GOOD
    assert type(decode(line, agreement).message) is type(message)
