"""Hypothesis strategies for SIP2 messages, made from the declarations of the messages themselves."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from sip2 import fields
from sip2.fields import Fixed, PatronFlag, Summary
from sip2.layout import Message, layout_of
from sip2.messages import REQUESTS, RESPONSES

VALUES = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="|"), max_size=40)
"""Any text that may travel in UTF-8."""

_LETTERS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_MOMENTS = st.datetimes(datetime(1000, 1, 1)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001 - SIP2's local form has no zone


def _printable(width: int) -> st.SearchStrategy[str]:
    return st.text(
        st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="|"), min_size=width, max_size=width
    )


def _fixed_value(how: Fixed) -> st.SearchStrategy[Any]:
    if how.width == fields.DATE.width and how.write is fields.DATE.write:
        return st.one_of(st.none(), _MOMENTS, _MOMENTS.map(lambda moment: moment.replace(tzinfo=UTC)))
    known: list[tuple[Fixed, st.SearchStrategy[Any]]] = [
        (fields.FLAG, st.booleans()),
        (fields.FLAG_OR_UNKNOWN, st.sampled_from([True, False, None])),
        (fields.OK, st.booleans()),
        (fields.ACCEPTED, st.booleans()),
        (fields.NUMBER3, st.none() | st.integers(0, 999)),
        (fields.NUMBER4, st.none() | st.integers(0, 9999)),
        (fields.PATRON_STATUS, st.frozensets(st.sampled_from(PatronFlag))),
        (fields.SUMMARY, st.none() | st.sampled_from(Summary)),
    ]
    return next((strategy for kind, strategy in known if kind is how), _printable(how.width))


def messages_of(kind: type[Message], values: st.SearchStrategy[str] = VALUES) -> st.SearchStrategy[Message]:
    """Any message of a class."""
    layout = layout_of(kind)
    parts: dict[str, st.SearchStrategy[Any]] = {name: _fixed_value(how) for name, how in layout.fixed}
    for tag, name in layout.tagged:
        if tag.repeatable:
            parts[name] = st.lists(values, max_size=3).map(tuple)
        else:
            parts[name] = values if tag.id in layout.essential else st.none() | values
    ids = st.tuples(_LETTERS, _LETTERS).map("".join).filter(lambda each: each not in {*layout.by_id, "AY", "AZ"})
    parts["extensions"] = st.lists(st.tuples(ids, values), max_size=2).map(tuple)
    return st.fixed_dictionaries(parts).map(lambda chosen: kind(**chosen))


REQUEST_MESSAGES: st.SearchStrategy[Message] = st.one_of(
    [messages_of(kind) for kind in REQUESTS if layout_of(kind).fixed]
)
"""Any request but a 97."""
RESPONSE_MESSAGES: st.SearchStrategy[Message] = st.one_of(
    [messages_of(kind) for kind in RESPONSES if layout_of(kind).fixed]
)
"""Any answer but a 96."""
