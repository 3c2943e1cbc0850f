"""PyPI's ``pysip2`` as a second opinion on frames: what it writes we read, what we write it reads."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pysip2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysip2.models import MESSAGE_SPECS_BY_ID

from sip2.codec import decode, encode
from sip2.fields import DATE
from sip2.layout import Message, layout_of
from sip2.messages import BY_CODE, RequestAcsResend, RequestScResend
from tests.support.sip2_messages import messages_of

SHORT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="|"), max_size=20)
VALID_THERE = {
    "hold_mode": "+",
    "status_code": "0",
    "language": "000",
    "currency": "VND",
    "protocol_version": "2.00",
    "circulation_status": "03",
    "security_marker": "02",
    "fee_type": "01",
    "payment_type": "00",
    "max_print_width": 80,
    "timeout_period": 100,
    "retries_allowed": 3,
    "renewed_count": 1,
    "unrenewed_count": 0,
    "supported_messages": "Y" * 16,
    "valid_patron": "Y",
    "valid_patron_password": "N",
    "cancel": "N",
    "fee_acknowledged": "Y",
    "security_inhibit": "N",
    "hold_type": "2",
    "media_type": "001",
    "expiration_date": "20261206    235900",
    "recall_date": "20261206    235900",
    "hold_pickup_date": "20261206    235900",
    "overdue_items_limit": "0005",
    "charged_items_limit": "0005",
    "hold_items_limit": "0005",
}
"""Values for fields that pysip2 holds to a pattern; all others are drawn."""


def for_both(kind: type[Message]) -> st.SearchStrategy[Message]:
    """Messages that pysip2's stricter models accept."""
    layout = layout_of(kind)
    names = {name for name, _ in layout.fixed} | {name for tag, name in layout.tagged}

    def settle(message: Message) -> Message:
        values: dict[str, Any] = {name: value for name, value in VALID_THERE.items() if name in names}
        for name, how in layout.fixed:
            if how is DATE and getattr(message, name) is None:
                values[name] = datetime(2026, 11, 22, tzinfo=UTC)  # blanks are no date there
        for tag_id in layout.required:
            name = layout.by_id[tag_id][1]
            if getattr(message, name) is None:
                values.setdefault(name, "")
        return replace(message, **values)

    return messages_of(kind, SHORT).map(settle)


def in_their_names(message: Message) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the fixed texts and the tagged values of a message by pysip2's own names, from its tables."""
    text = encode(message)[2:-1].decode()
    by_id = layout_of(type(message)).by_id
    fixed: dict[str, Any] = {}
    tagged: dict[str, Any] = {}
    for field in MESSAGE_SPECS_BY_ID[message.code].fields:
        if field.width is not None:
            fixed[field.name], text = text[: field.width], text[field.width :]
        elif field.field_id is not None:
            tagged[field.name] = getattr(message, by_id[field.field_id][1])
    return fixed, tagged


def test_both_know_the_same_messages_and_widths() -> None:
    for code, kind in BY_CODE.items():
        widths = [field.width for field in MESSAGE_SPECS_BY_ID[code].fields if field.field_id is None]
        assert [how.width for _, how in layout_of(kind).fixed] == widths

    assert set(MESSAGE_SPECS_BY_ID) == set(BY_CODE)


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_both_know_the_same_fields_of_a_message(code: str) -> None:
    ours = {tag.id: tag.repeatable for tag, _ in layout_of(BY_CODE[code]).tagged}
    others = {field.field_id: field.repeatable for field in MESSAGE_SPECS_BY_ID[code].fields if field.field_id}
    later = {"CR", "CS", "CT", "CV", "CY", "DA"} if code == "10" else set()

    assert {tag_id: again for tag_id, again in ours.items() if tag_id not in later} == others


TALK = st.sampled_from([kind for kind in BY_CODE.values() if layout_of(kind).fixed]).flatmap(for_both)


@settings(deadline=None)
@given(TALK, st.integers(0, 9))
def test_what_we_write_it_reads(message: Message, sequence: int) -> None:
    line = encode(message, sequence=sequence)
    read = pysip2.decode_message(line, encoding="utf-8")
    fixed, tagged = in_their_names(message)

    assert read.sequence_number == sequence
    assert read.checksum == line[-5:-1].decode()
    assert {name: getattr(read.message, name) for name in fixed} == fixed
    assert {name: getattr(read.message, name) for name in tagged} == tagged


@settings(deadline=None)
@given(TALK, st.integers(0, 9))
def test_what_it_writes_we_read(message: Message, sequence: int) -> None:
    model = pysip2.decode_message(encode(message, sequence=sequence), encoding="utf-8").message
    received = decode(pysip2.encode_message(model, sequence_number=sequence, checksum=True, encoding="utf-8"))

    assert received.well_formed
    assert received.sequence == sequence
    assert in_their_names(received.message) == in_their_names(message)


def test_resends_are_the_same_bytes() -> None:
    ask, again = pysip2.RequestACSResend(), pysip2.RequestSCResend()

    assert pysip2.encode_message(ask, checksum=True) == encode(RequestAcsResend(), sequence=0)
    assert pysip2.encode_message(again, checksum=True) == encode(RequestScResend(), sequence=0)
    assert pysip2.encode_message(again) == encode(RequestScResend())
