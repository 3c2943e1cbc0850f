"""An answer of an OAI-PMH server taken apart: what it says about itself, and its records one by one. Pure.

The records are cut out of the bytes and read each by itself, as those of a file are, so a broken one costs no other and
nothing is ever expanded or fetched. What stands around them is read as one small tree: when that is not whole, the
answer was cut on its way.
"""

import codecs
import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from library.catalogue.reading import xml_pieces
from library.catalogue.reading.draft import Draft
from library.catalogue.reading.dublin_core import header_id, is_deleted, is_dublin_core, take_dublin_core
from library.catalogue.reading.marc_record import take_marc
from library.catalogue.reading.marcxml import is_marcxml, marc_of
from library.catalogue.reading.results import Fault, Form, ReadRecord
from library.catalogue.record import LONGEST_SOURCE_ID
from library.catalogue.tidying.lines import line

_FIRST: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,40}:)?record(?=[\s/>])")
_LAST: Final = re.compile(
    rb"</(?:[A-Za-z_][\w.-]{0,40}:)?record\s*>|<(?:[A-Za-z_][\w.-]{0,40}:)?record(?:\s[^<>]{0,400})?/>"
)
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARATION: Final = re.compile(rb"\A\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,300}\?>)?")
_IDENTIFIER: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,40}:)?identifier>\s*([^<\s]{1,128})\s*<")
_LONGEST_ENVELOPE: Final = 256 * 1024
"""Bytes of what stands around the records: a description of a repository has some thousand."""
LONGEST_TOKEN: Final = 4_000
_LONGEST_WORDS: Final = 200


class AnswerBrokenError(ValueError):
    """This is no whole answer of an OAI-PMH server; the words say why."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an answer says beside its records."""

    at: datetime | None
    """The server's time, where it tells one that can be read."""
    errors: dict[str, str] = field(default_factory=dict)
    """The protocol's codes with the server's words."""
    token: str = ""
    """Where the list goes on; empty: nowhere."""
    granularity: str = ""
    deleted_record: str = ""
    name: str = ""
    """These of ``Identify``."""


@dataclass(frozen=True, slots=True)
class HarvestedRecord:
    """A record of an answer: what became of it, or what keeps it from being read."""

    identifier: str
    """Of the protocol; empty where there is none."""
    datestamp: str
    deleted: bool
    read: ReadRecord | Fault | None
    """``None`` of one that is deleted."""


def in_utf8(body: bytes) -> bytes:
    """Give an answer in UTF-8 and without its declaration; what is UTF-8 is taken for that whatever is declared."""
    if not body.startswith(_UTF16):
        with contextlib.suppress(UnicodeDecodeError):
            body.decode("utf-8")
            return _DECLARATION.sub(b"", body, count=1)
    return _DECLARATION.sub(b"", b"".join(xml_pieces.in_utf8(io.BytesIO(body))), count=1)


def envelope(body: bytes) -> Envelope:
    """Read what stands around the records of an answer in UTF-8; raise :class:`AnswerBrokenError` where it is cut."""
    first = _FIRST.search(body)
    last = 0
    if first is not None:
        last = max((found.end() for found in _LAST.finditer(body, first.start())), default=0)
        if not last:
            raise AnswerBrokenError("is cut in the middle of a record")
    around = body if first is None else body[: first.start()] + body[last:]
    if len(around) > _LONGEST_ENVELOPE:
        raise AnswerBrokenError("says too much around its records")
    try:
        tree, _ = xml_pieces.parse(around.strip() or b"<nothing/>")
    except xml_pieces.NoXmlError as error:
        raise AnswerBrokenError(str(error)) from None
    if tree.name != "OAI-PMH":
        raise AnswerBrokenError("is no answer of an OAI-PMH server")
    token = _text(tree, "resumptionToken")
    if len(token) > LONGEST_TOKEN:
        raise AnswerBrokenError("has a resumption token that is too long")
    return Envelope(
        at=read_datestamp(_text(tree, "responseDate")),
        errors={
            line(each.attributes.get("code", ""))[:_LONGEST_WORDS]: line(each.text)[:_LONGEST_WORDS]
            for each in tree.named("error")
        },
        token=token,
        granularity=_text(tree, "granularity"),
        deleted_record=_text(tree, "deletedRecord"),
        name=_text(tree, "repositoryName")[:_LONGEST_WORDS],
    )


def records(body: bytes, source: str) -> Iterator[HarvestedRecord]:
    """Read the records of an answer in UTF-8, one by one; each has its identifier for its id in ``source``."""
    for number, piece in enumerate(xml_pieces.pieces(io.BytesIO(body)), 1):
        yield _record(piece, source, number)


def read_datestamp(text: str) -> datetime | None:
    """Read a day or a moment of the protocol; ``None`` where it is neither."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def _text(tree: xml_pieces.Element, name: str) -> str:
    return next((each.text.strip() for each in tree.named(name)), "")


def _record(piece: xml_pieces.XmlPiece, source: str, number: int) -> HarvestedRecord:
    position = f"record {number}"
    if piece.fault:
        return HarvestedRecord("", "", deleted=False, read=Fault(position, piece.fault))
    try:
        tree, notes = xml_pieces.parse(piece.data)
    except xml_pieces.NoXmlError as error:
        named = _IDENTIFIER.search(piece.data)
        identifier = "" if named is None else line(named[1].decode("utf-8", errors="replace"))
        return HarvestedRecord(identifier, "", deleted=False, read=Fault(f"{position}, {identifier}", str(error)))
    identifier = header_id(tree)
    datestamp = next((line(each.text) for header in tree.named("header") for each in header.named("datestamp")), "")
    if not identifier or len(identifier) > LONGEST_SOURCE_ID:
        fault = Fault(position, "has no identifier" if not identifier else "has an identifier that is too long")
        return HarvestedRecord("", datestamp, deleted=False, read=fault)
    if is_deleted(tree):
        return HarvestedRecord(identifier, datestamp, deleted=True, read=None)
    read = _described(tree, piece.data, Draft(source, number, notes=notes), f"{position}, {identifier}")
    if isinstance(read, ReadRecord):
        known = read.record.model_copy(update={"source": source, "source_id": identifier})
        read = replace(read, record=known)
    return HarvestedRecord(identifier, datestamp, deleted=False, read=read)


def _described(tree: xml_pieces.Element, data: bytes, draft: Draft, position: str) -> ReadRecord | Fault:
    if is_marcxml(tree):
        take_marc(marc_of(tree), draft)
        return draft.finished(data, Form.MARCXML, position)
    if is_dublin_core(tree):
        take_dublin_core(tree, draft)
        return draft.finished(data, Form.DUBLIN_CORE, position)
    return Fault(position, "holds neither MARCXML nor Dublin Core")
