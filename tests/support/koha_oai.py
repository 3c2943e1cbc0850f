"""A Koha as harvesters see it: its OAI-PMH server with its ways, able to misbehave as such servers do.

Its ways are read in Koha's ``Koha/OAI/Server``: identifiers of archive and number, deleted records before the others,
tokens that write out the whole question, items in field 952 where its configuration has ``include_items``, a record
that it cannot write given as an empty one.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from server.exchange.fetching import BusyError, LostError

ARCHIVE: Final = "KOHA-OAI-TEST"
ADDRESS: Final = "https://koha.example/cgi-bin/koha/oai.pl"
BOMB: Final = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


class Trick(Enum):
    """What goes wrong with one answer."""

    BUSY = auto()
    BUSY_FOR_HOURS = auto()
    LOST = auto()
    CUT = auto()
    EXPIRED = auto()
    LATIN1 = auto()
    """Declared as ISO 8859-1, and UTF-8."""
    NO_UTF8 = auto()
    """Declared as UTF-8, and Windows-1258."""
    DOUBLED = auto()
    BROKEN_RECORD = auto()
    BOMB = auto()
    BOMB_IN_RECORD = auto()
    SAME_TOKEN = auto()
    NO_OAI = auto()


@dataclass(slots=True)
class Biblio:
    """A record of the catalogue; of one that is deleted Koha has only its number."""

    number: int
    stamp: str
    title: str = "Đất rừng phương Nam"
    author: str = "Đoàn Giỏi"
    isbn: str = ""
    items: tuple[tuple[str, str, str], ...] = ()
    """Branch, barcode, and when it was lent or nothing."""
    deleted: bool = False
    empty: bool = False

    def xml(self) -> str:
        """Write it as ListRecords does."""
        status = ' status="deleted"' if self.deleted else ""
        said = f"<identifier>{ARCHIVE}:{self.number}</identifier><datestamp>{self.stamp}</datestamp>"
        header = f"<header{status}>{said}</header>"
        if self.deleted:
            return f"<record>{header}</record>"
        inside = "" if self.empty else self._fields()
        return (
            f'<record>{header}<metadata><record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500'
            f"</leader>{inside}</record></metadata></record>"
        )

    def _fields(self) -> str:
        fields = f'<controlfield tag="001">{self.number}</controlfield><controlfield tag="003">OSt</controlfield>'
        if self.isbn:
            fields += _field("020", a=self.isbn)
        fields += _field("100", a=self.author) + _field("245", a=self.title) + _field("260", b="Kim Đồng", c="1999")
        for branch, barcode, lent in self.items:
            fields += _field("952", a=branch, b=branch, c="GEN", o="895.922", p=barcode, q=lent, y="BK")
        return fields + _field("999", c=str(self.number), d=str(self.number))


def _field(tag: str, **subfields: str) -> str:
    inside = "".join(f'<subfield code="{code}">{escape(text)}</subfield>' for code, text in subfields.items() if text)
    return f'<datafield tag="{tag}" ind1=" " ind2=" ">{inside}</datafield>'


@dataclass(slots=True)
class KohaOai:
    """The server; ``fetch`` answers as ``server.exchange.fetching.Fetcher.get`` does."""

    biblios: list[Biblio] = field(default_factory=list)
    max_count: int = 2
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    now: Callable[[], datetime] | None = None
    tricks: dict[int, Trick] = field(default_factory=dict)
    """By the number of the request, from 1."""
    always: Trick | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def fetch(self, url: str) -> bytes:
        """Answer a request."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.asked.append(asked)
        trick = self.tricks.get(len(self.asked), self.always)
        match trick:
            case Trick.BUSY:
                raise BusyError(7)
            case Trick.BUSY_FOR_HOURS:
                raise BusyError(7_200)
            case Trick.LOST:
                raise LostError("broke off")
            case Trick.NO_OAI:
                return b"<html><body>Koha is being upgraded</body></html>"
            case _:
                return self._spoilt(self._answer(asked, trick), trick)

    def lists(self) -> list[dict[str, str]]:
        """Give what was asked of lists."""
        return [{k: v for k, v in each.items() if k != "verb"} for each in self.asked if each["verb"] == "ListRecords"]

    def _answer(self, asked: dict[str, str], trick: Trick | None) -> str:
        stamp = "2026-07-28T05:00:00Z" if self.now is None else self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        head = f"<responseDate>{stamp}</responseDate><request>{ADDRESS}</request>"
        if asked["verb"] == "Identify":
            inside = (
                "<Identify><repositoryName>Thư viện tỉnh</repositoryName><protocolVersion>2.0</protocolVersion>"
                f"<deletedRecord>persistent</deletedRecord><granularity>{self.granularity}</granularity></Identify>"
            )
        elif trick is Trick.EXPIRED:
            inside = '<error code="badResumptionToken">token is over</error>'
        else:
            inside = self._list(asked, trick)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n{BOMB if trick is Trick.BOMB else ""}'
            f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{head}{inside}</OAI-PMH>'
        )

    def _list(self, asked: dict[str, str], trick: Trick | None) -> str:
        token = asked.get("resumptionToken")
        if token:
            prefix, offset, since, set_spec = token.split("/")
        else:
            prefix, offset, since, set_spec = asked["metadataPrefix"], "0", asked.get("from", ""), asked.get("set", "")
        if set_spec == "empty":
            return '<error code="noRecordsMatch"/>'
        wanted = [each for each in self._in_order() if each.stamp >= since]
        if not wanted:
            return '<error code="noRecordsMatch">nothing</error>'
        start = int(offset)
        page = [each.xml() for each in wanted[start : start + self.max_count]]
        if trick is Trick.DOUBLED:
            page += page
        if trick is Trick.BROKEN_RECORD:
            page[0] = page[0].replace("</datafield>", "", 1)
        if trick is Trick.BOMB_IN_RECORD:
            page[0] = page[0].replace("<metadata>", f"<metadata>{BOMB}").replace("Đất", "&b;")
        rest = ""
        if start + self.max_count < len(wanted):
            rest = f"{prefix}/{start + self.max_count}/{since}/{set_spec}"
        if trick is Trick.SAME_TOKEN:
            rest = token or "x/0//"
        return f"<ListRecords>{''.join(page)}<resumptionToken>{rest}</resumptionToken></ListRecords>"

    def _in_order(self) -> Iterable[Biblio]:
        return sorted(self.biblios, key=lambda each: (not each.deleted, each.number))

    @staticmethod
    def _spoilt(text: str, trick: Trick | None) -> bytes:
        match trick:
            case Trick.CUT:
                return text.encode()[: len(text) * 2 // 3]
            case Trick.LATIN1:
                return text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode()
            case Trick.NO_UTF8:
                return text.replace("Đất", "\x80\x81\x82").encode("latin-1", errors="replace")
            case _:
                return text.encode()


@contextmanager
def served(koha: KohaOai) -> Iterator[str]:
    """Serve it over HTTP on loopback; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                body = koha.fetch(self.path)
            except BusyError as error:
                self.send_response(503)
                self.send_header("Retry-After", str(int(error.wait_s)))
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = False
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/cgi-bin/koha/oai.pl"
        finally:
            server.shutdown()
            thread.join()
