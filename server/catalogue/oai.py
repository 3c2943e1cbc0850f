"""The catalogue for other systems by OAI-PMH 2.0: what the records are and where their copies are at home.

Nothing is told of a copy's being in or lent, and of what was harvested from others nothing at all: they give it
themselves.

Every answer reads one page of the store in the order of the datestamps and is held by nothing; how many records there
are does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError
from sqlalchemy import Engine, Select, and_, func, select
from sqlalchemy.orm import Session

from library.catalogue.reading.originals import marc_of_original
from library.catalogue.record import CatalogueRecord
from library.catalogue.writing import dublin_core, marcxml
from library.catalogue.writing.marc_fields import has_copies, marc_of_record, with_copies
from library.catalogue.writing.xml_text import around, element
from server.catalogue.columns import record_of_columns
from server.catalogue.entries import Held, held_of
from server.catalogue.oai_requests import PREFIXES, ListingFrom, OaiCode, OaiError, OaiRequest, read_request
from server.clock import Clock
from server.store.catalogue_models import Datestamp, Description
from server.store.engine import for_reading, transaction
from server.store.harvest_models import HarvestSource
from server.store.models import Record

RECORDS_AT_A_TIME: Final = 100
HEADERS_AT_A_TIME: Final = 1_000
_ROWS_AT_A_TIME: Final = 20
LONGEST_ANSWER: Final = 2_000_000
"""Characters after which a list goes on in the next answer; one record alone may be longer."""
SETTLED_AFTER: Final = timedelta(seconds=60)
"""An answer says to be of so long ago: whoever asks next time from there gets what was being committed meanwhile."""
_NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
_ATTRIBUTES: Final = {
    "xmlns": _NAMESPACE,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{_NAMESPACE} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
}
_FORMATS: Final = {
    "oai_dc": (dublin_core.SCHEMA, dublin_core.NAMESPACE),
    "marcxml": (marcxml.SCHEMA, marcxml.NAMESPACE),
}
_HIGHEST_ID: Final = (1 << 31) - 1
_DIGITS_OF_AN_ID: Final = 10


@dataclass(frozen=True, slots=True)
class Repository:
    """Who gives the records."""

    name: str
    public_url: str
    """How harvesters reach it, with the path."""
    admin_email: str
    library_code: str = ""
    """Whose copies they are."""

    @property
    def id_prefix(self) -> str:
        """What the identifiers of its records begin with."""
        return f"oai:{urlsplit(self.public_url).hostname}:"


class OaiProvider:
    """Answers requests; only reads."""

    def __init__(
        self, engine: Engine, repository: Repository, clock: Clock, longest_answer: int = LONGEST_ANSWER
    ) -> None:
        self._longest = longest_answer
        self._engine = for_reading(engine)
        self._repository = repository
        self._clock = clock

    def answer(self, pairs: Sequence[tuple[str, str]]) -> bytes:
        """Give the XML that answers the arguments of a request, an error of the protocol among it."""
        now = self._clock()
        asked: dict[str, str] = {}
        try:
            request = read_request(pairs)
            asked = {"verb": request.verb, **request.arguments}
            with transaction(self._engine) as session:
                inside = around(request.verb, self._inside(session, request))
        except OaiError as error:
            if error.code in {OaiCode.BAD_VERB, OaiCode.BAD_ARGUMENT}:
                asked = {}
            elif not asked:
                asked = dict(pairs)
            inside = element("error", str(error), {"code": error.code})
        head = element("responseDate", _written(now - SETTLED_AFTER))
        head += element("request", self._repository.public_url, asked)
        xml = '<?xml version="1.0" encoding="UTF-8"?>\n' + around("OAI-PMH", head + inside, _ATTRIBUTES)
        return xml.encode()

    def _inside(self, session: Session, request: OaiRequest) -> str:
        match request.verb:
            case "Identify":
                return self._identify(session)
            case "ListMetadataFormats":
                if "identifier" in request.arguments:
                    self._row(session, request.arguments["identifier"])
                return "".join(_format(prefix) for prefix in PREFIXES)
            case "GetRecord":
                row = self._row(session, request.arguments["identifier"])
                return self._records(session, [row], request.arguments["metadataPrefix"])[0]
            case _:
                listing = request.listing or ListingFrom(PREFIXES[0])
                return self._list(session, listing, whole=request.verb == "ListRecords")

    def _identify(self, session: Session) -> str:
        first = session.scalar(select(func.min(Datestamp.at)))
        told = (
            ("repositoryName", self._repository.name),
            ("baseURL", self._repository.public_url),
            ("protocolVersion", "2.0"),
            ("adminEmail", self._repository.admin_email),
            ("earliestDatestamp", _written(datetime.fromtimestamp(first or 0, UTC))),
            ("deletedRecord", "transient"),
            ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
            ("compression", "gzip"),
        )
        return "".join(element(name, text) for name, text in told)

    def _row(self, session: Session, identifier: str) -> Any:
        number = identifier.removeprefix(self._repository.id_prefix)
        is_number = number.isascii() and number.isdigit() and len(number) <= _DIGITS_OF_AN_ID and number[0] != "0"
        row = None
        if number != identifier and is_number and int(number) <= _HIGHEST_ID:
            row = session.execute(_rows(whole=True).where(Datestamp.record_id == int(number))).one_or_none()
        if row is None:
            raise OaiError(OaiCode.NO_ID, "no record has this identifier")
        return row

    def _list(self, session: Session, listing: ListingFrom, *, whole: bool) -> str:
        at_most = RECORDS_AT_A_TIME if whole else HEADERS_AT_A_TIME
        at_a_time = _ROWS_AT_A_TIME if whole else HEADERS_AT_A_TIME
        written: list[str] = []
        length = 0
        rest: ListingFrom | None = listing
        while rest is not None and len(written) < at_most and length < self._longest:
            rows, more = _page(session, rest, at_a_time, whole=whole)
            texts = self._records(session, rows, listing.prefix) if whole else map(self._header, rows)
            for row, one in zip(rows, texts, strict=True):
                if length >= self._longest:
                    more = True
                    break
                written.append(one)
                length += len(one)
                rest = listing.after(row.at, row.number)
            if not more:
                rest = None
        if not written:
            raise OaiError(OaiCode.NO_RECORDS, "no record changed in this time")
        if rest is not None:
            written.append(element("resumptionToken", str(rest)))
        elif listing.is_resumed:
            written.append(element("resumptionToken"))
        return "".join(written)

    def _records(self, session: Session, rows: Sequence[Any], prefix: str) -> list[str]:
        there = [row.number for row in rows if row.there is not None]
        held = held_of(session, there) if prefix == "marcxml" else {}
        return [self._record(row, prefix, held.get(row.number)) for row in rows]

    def _record(self, row: Any, prefix: str, held: Held | None) -> str:
        if row.Record is None:
            return around("record", self._header(row))
        record = _as_told(row) or record_of_columns(row.Record)
        if prefix == "oai_dc":
            said = dublin_core.dublin_core_of(record)
        else:
            kept = None if row.original is None else marc_of_original(row.original, row.form)
            marc = kept or marc_of_record(record)
            if held is not None and held.holdings and (held.is_ours or not has_copies(marc)):
                marc = with_copies(marc, held.holdings, self._repository.library_code)
            said = marcxml.marcxml_of(marc)
        return around("record", self._header(row) + around("metadata", said))

    def _header(self, row: Any) -> str:
        identifier = element("identifier", f"{self._repository.id_prefix}{row.number}")
        stamp = element("datestamp", _written(datetime.fromtimestamp(row.at, UTC)))
        return around("header", identifier + stamp, {"status": "deleted"} if row.there is None else None)


def _rows(*, whole: bool) -> Select[Any]:
    columns: list[Any] = [Datestamp.at, Datestamp.record_id.label("number"), Record.id.label("there")]
    ours = and_(Record.id == Datestamp.record_id, Record.source.not_in(select(HarvestSource.source)))
    if not whole:
        return select(*columns).select_from(Datestamp).outerjoin(Record, ours)
    columns += [Record, Description.content, Description.form, Description.original]
    joined = select(*columns).select_from(Datestamp).outerjoin(Record, ours)
    return joined.outerjoin(Description, Description.record_id == Record.id)


def _page(session: Session, listing: ListingFrom, at_most: int, *, whole: bool) -> tuple[Sequence[Any], bool]:
    """Give the next rows, and whether more come behind them.

    The rest of a second and what is later are asked for apart: a bound for both together lets SQLite walk through all
    records of that second, and a migration stamps every record at once.
    """
    at, number = max((listing.since, 0), (listing.after_at, listing.after_id))
    same_second = (Datestamp.at == at, Datestamp.at <= listing.until, Datestamp.record_id > number)
    later = (Datestamp.at > at, Datestamp.at <= listing.until)
    rows: list[Any] = []
    for bounds in (same_second, later):
        wanted = _rows(whole=whole).where(*bounds).order_by(Datestamp.at, Datestamp.record_id)
        if len(rows) <= at_most:
            rows += session.execute(wanted.limit(at_most + 1 - len(rows))).all()
    return rows[:at_most], len(rows) > at_most


def _as_told(row: Any) -> CatalogueRecord | None:
    if row.content is None:
        return None
    try:
        return CatalogueRecord.model_validate_json(row.content)
    except ValidationError:
        return None


def _format(prefix: str) -> str:
    schema, namespace = _FORMATS[prefix]
    told = element("metadataPrefix", prefix) + element("schema", schema) + element("metadataNamespace", namespace)
    return around("metadataFormat", told)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
