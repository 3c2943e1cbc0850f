"""Turns a snapshot into the page and its parts, in every language."""

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from urllib.parse import urlencode

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, PackageLoader, StrictUndefined

from library.api.records import FoundRecord, RecordsAnswer
from library.catalogue.asking import MOST_RESULTS
from server.catalogue.condition import Condition
from server.circulation.receipts import KeptReceipt
from server.circulation.refusals import money
from server.fleet.alert_list import AlertsView
from server.fleet.one_kiosk import KioskDetails
from server.fleet.statistics import Statistics
from server.web import catalogue_view, fees_view, kiosk_view, labels, new_readers_view, staff_labels, statistics_view
from server.web.catalogue_view import Asked
from server.web.moments import Moments
from server.web.reading import KioskReading, ListingReading
from server.web.runbook import RUNBOOK
from server.web.site import Site
from server.web.snapshot import Snapshot
from server.web.staff_reading import ActsReading
from server.web.wording import DEFAULT_LANGUAGE, LANGUAGES, Wording, load_wordings

_LONGEST_S = 10 * 365 * 86_400.0

Parts = Mapping[str, str]
"""Key of a part -> its markup, in the order of the page."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A part as last written, and what it was written from: a large fleet is not written anew twice a second."""

    basis: tuple[date, Mapping[str, object]]
    markup: str


@dataclass(frozen=True, slots=True)
class _Last:
    """All parts of the newest snapshot in one language, shared by all who watch."""

    snapshot: Snapshot
    written: Mapping[str, _Written]
    parts: Parts


class Renderer:
    """Writes the pages."""

    def __init__(self, site: Site) -> None:
        """Read catalogues and templates; raises ``OSError`` when the installation lacks one."""
        self._site = site
        self._environments = {code: _environment(wording) for code, wording in load_wordings().items()}
        self._last: dict[str, _Last] = {}
        self._writing = threading.Lock()
        self.build = _build()
        """Changes with every change of what a browser is given."""

    def parts(self, snapshot: Snapshot, language: str) -> Parts:
        """Write everything that changes while somebody watches, each part one element.

        May be called from several threads; a large fleet takes a second, so it belongs into one.
        """
        with self._writing:
            last = self._last.get(language)
            if last is None or last.snapshot is not snapshot:
                last = self._last[language] = self._write(snapshot, language, {} if last is None else last.written)
            return last.parts

    def present(self, snapshot: Snapshot, language: str) -> str:
        """Write the snapshot's own time."""
        return self._moments(snapshot, language).present()

    def page(self, snapshot: Snapshot, language: str) -> str:
        """Write the whole page."""
        moments = self._moments(snapshot, language)
        return self._render(
            "kiosks.html", language, parts=self.parts(snapshot, language), moments=moments, here="kiosks"
        )

    def kiosk(self, details: KioskDetails, now: datetime, language: str, *, span: str) -> str:
        """Write the page of one kiosk; ``span`` is a key of ``kiosk_view.SPANS``."""
        return self._render(
            "one_kiosk.html",
            language,
            here="kiosks",
            kept="" if span == "day" else f"span={span}&",
            moments=Moments(now, self._site.time_zone, language),
            date=partial(format_date, format="dd/MM"),
            details=details,
            kiosk=details.kiosk,
            span=span,
            begin=now - kiosk_view.SPANS[span],
            duration=lambda seconds: timedelta(seconds=min(seconds, _LONGEST_S)),
            charts=kiosk_view.charts(details.readings, now, kiosk_view.SPANS[span]),
            SPAN=kiosk_view.SPAN,
            DOES=kiosk_view.DOES,
            PLAIN_LINE=kiosk_view.PLAIN_LINE,
        )

    def alerts(self, found: AlertsView, now: datetime, language: str, *, kiosk: str) -> str:
        """Write the page of alerts, of all kiosks or of one."""
        return self._render(
            "alerts.html",
            language,
            here="alerts",
            kept=f"{urlencode({'kiosk': kiosk})}&" if kiosk else "",
            moments=Moments(now, self._site.time_zone, language),
            found=found,
            kiosk=kiosk,
            RUNBOOK=RUNBOOK,
            PLAIN_LINE=kiosk_view.PLAIN_LINE,
        )

    def runbook(self, language: str) -> str:
        """Write what to do about each alert."""
        return self._render("runbook.html", language, here="alerts", RUNBOOK=RUNBOOK)

    def statistics(self, found: Statistics, now: datetime, language: str, asked: Mapping[str, object]) -> str:
        """Write the page of statistics; ``asked`` holds ``kiosk``, ``span`` and whether the days were ``wrong``."""
        days = {"from": str(found.first), "to": str(found.last)} if not asked["span"] else {"span": asked["span"]}
        query = urlencode({**days, **({"kiosk": asked["kiosk"]} if asked["kiosk"] else {})})
        return self._render(
            "statistics.html",
            language,
            here="statistics",
            kept=f"{query}&",
            query=query,
            moments=Moments(now, self._site.time_zone, language),
            found=found,
            bars=statistics_view.bars(found),
            day=partial(format_date, format="dd/MM/yyyy"),
            percent=partial(format_percent, format="#,##0.0%", locale=language),
            decimal=partial(format_decimal, format="#,##0.#", locale=language),
            SPANS=statistics_view.SPAN,
            ENDING=statistics_view.ENDING,
            SERVICE=statistics_view.SERVICE,
            REFUSAL=statistics_view.REFUSAL,
            LANGUAGES=LANGUAGES,
            **asked,
        )

    def matters(self, listing: ListingReading, now: datetime, language: str, *, kind: str | None, settled: bool) -> str:
        """Write the page of things to settle."""
        values = {"listing": listing, "kind": kind, "settled": settled, "here": "matters"}
        return self._render("matters.html", language, moments=Moments(now, self._site.time_zone, language), **values)

    def staff_acts(self, page: ActsReading, now: datetime, language: str, *, kiosk: str | None) -> str:
        """Write the page of what staff did."""
        moments = Moments(now, self._site.time_zone, language)
        words = {
            "STAFF_ACT": staff_labels.STAFF_ACT,
            "STAFF_REASON": staff_labels.STAFF_REASON,
            "STAFF_REFUSAL": staff_labels.STAFF_REFUSAL,
            "STAFF_OUTCOME": staff_labels.STAFF_OUTCOME,
        }
        asked = {"kiosk": kiosk, "page": page.number} if page.number > 1 else {"kiosk": kiosk}
        kept = urlencode({name: value for name, value in asked.items() if value})
        return self._render(
            "staff_acts.html",
            language,
            moments=moments,
            here="staff-acts",
            page=page,
            kiosk=kiosk,
            kept=f"{kept}&" if kept else "",
            **words,
        )

    def catalogue(self, asked: Asked, answer: RecordsAnswer | None, condition: Condition, language: str) -> str:
        """Write the search page; without an answer there is no index yet."""
        shown = self._found(asked, answer, condition, language)
        return self._render("catalogue.html", language, here="catalogue", kept=asked.kept, **shown)

    def found(self, asked: Asked, answer: RecordsAnswer | None, condition: Condition, language: str) -> str:
        """Write the part of the search page that changes as one types."""
        return self._render("parts/found.html", language, **self._found(asked, answer, condition, language))

    def record(self, record: FoundRecord, cover: str, language: str) -> str:
        """Write a record's page; ``cover`` is an address of ours, or empty."""
        shown = {"record": record, "cover": cover, "places": catalogue_view.shelves(record)}
        return self._render("record.html", language, here="catalogue", **shown)

    def _found(
        self, asked: Asked, answer: RecordsAnswer | None, condition: Condition, language: str
    ) -> dict[str, object]:
        groups = [] if answer is None else catalogue_view.groups(asked, answer, language)
        return {
            "asked": asked,
            "answer": answer,
            "condition": condition,
            "groups": groups,
            "number": partial(format_decimal, locale=language),
            "most": MOST_RESULTS,
        }

    def fees(self, template: str, now: datetime, language: str, values: Mapping[str, object]) -> str:
        """Write a page of readers' fees."""
        moments = Moments(now, self._site.time_zone, language)
        shown = {
            "money": partial(money, language="vi" if language == "vi" else "en"),
            "grouped": partial(format_decimal, locale=language),
            "date": partial(format_date, format="dd/MM/yyyy"),
            "FEE_REASON": fees_view.FEE_REASON,
            "ACT": fees_view.ACT,
            "TROUBLE": fees_view.TROUBLE,
            "TRANSFER_TROUBLE": fees_view.TRANSFER_TROUBLE,
            "ARRIVED": fees_view.ARRIVED,
        }
        return self._render(template, language, here="fees", moments=moments, **shown, **values)

    def new_readers(self, now: datetime, language: str, values: Mapping[str, object]) -> str:
        """Write the page of new readers."""
        shown = {
            "date": partial(format_date, format="dd/MM/yyyy"),
            "TROUBLE": new_readers_view.TROUBLE,
            "PURPOSE": new_readers_view.PURPOSE,
        }
        moments = Moments(now, self._site.time_zone, language)
        return self._render("new_readers.html", language, here="new-readers", moments=moments, **shown, **values)

    def receipt(self, kept: KeptReceipt | None, style: str) -> str:
        """Write a reader's receipt in the language of the visit; the same words for all that are not there."""
        language = DEFAULT_LANGUAGE if kept is None else kept.receipt.language
        zone = self._site.time_zone

        def moment(when: datetime) -> str:
            return f"{when.astimezone(zone):%H:%M %d/%m/%Y}"

        def day(when: datetime) -> str:
            return f"{when.astimezone(zone):%d/%m/%Y}"

        return self._render("receipt.html", language, kept=kept, style=style, moment=moment, day=day)

    def message(self, heading: str, words: str, language: str) -> str:
        """Write a page that says one thing; both texts are English messages of the catalogues."""
        return self._render("message.html", language, heading=heading, words=words)

    def _write(self, snapshot: Snapshot, language: str, before: Mapping[str, _Written]) -> _Last:
        moments = self._moments(snapshot, language)
        written: dict[str, _Written] = {}
        for key, template, values in _plan(snapshot):
            old, basis = before.get(key), (moments.today, values)
            if old is None or old.basis != basis:
                shown = {"key": key, "moments": moments, **values}
                markup = self._environments[language].get_template(f"parts/{template}.html").render(shown)
                old = _Written(basis, markup)
            written[key] = old
        return _Last(snapshot, written, {key: part.markup for key, part in written.items()})

    def _render(self, template: str, language: str, **values: object) -> str:
        frame = {
            "site": self._site,
            "language": language,
            "languages": LANGUAGES,
            "build": self.build,
            "here": "",
            "kept": "",
        }
        return self._environments[language].get_template(template).render({**frame, **values})

    def _moments(self, snapshot: Snapshot, language: str) -> Moments:
        return Moments(snapshot.at, self._site.time_zone, language)


def _plan(snapshot: Snapshot) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Say which parts the page has: key, template and values of each."""
    fleet = snapshot.fleet.value
    kiosks = () if fleet is None else tuple(fleet.kiosks)
    needing = sorted(filter(labels.needs_attention, kiosks), key=labels.urgency)
    working = [kiosk for kiosk in kiosks if not labels.needs_attention(kiosk)]
    links = {} if fleet is None else {"ingest": fleet.ingest, "broker": fleet.broker}
    lost = {"fleet_lost_since": snapshot.fleet.lost_since, "loans_lost_since": snapshot.loans.lost_since}
    yield "notices", "notices", {"links": links, **lost}
    shown = None if fleet is None else kiosks
    figures = {"loans": snapshot.loans.value, "kiosks": shown, "needing": len(needing)}
    figures["alerts"] = 0 if fleet is None else fleet.open_alerts
    current = snapshot.fleet.lost_since is None and all(link.up for link in links.values())
    yield "today", "today", {"links": links, "current": current, **figures}
    if fleet is not None and not kiosks:
        yield "empty", "empty", {}
    yield from _group("needing", needing, current=current)
    yield from _group("working", working, current=current)


def _group(name: str, kiosks: Sequence[KioskReading], *, current: bool) -> Iterator[tuple[str, str, dict[str, object]]]:
    if kiosks:
        yield f"group-{name}", "group", {"group": name, "count": len(kiosks), "current": current}
    for kiosk in kiosks:
        yield f"kiosk/{kiosk.kiosk_id}", "kiosk", {"kiosk": kiosk, "current": current}


@cache
def _environment(wording: Wording) -> Environment:
    environment = Environment(
        loader=PackageLoader("server.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    install = environment.install_gettext_translations  # type: ignore[attr-defined]  # because the extension adds it
    install(wording.catalogue, newstyle=True)
    environment.globals.update(
        say=wording.say,
        tone=labels.tone,
        link_tone=labels.link_tone,
        STATUS=labels.STATUS,
        STATUS_HINT=labels.STATUS_HINT,
        condition=labels.condition,
        ROLE=labels.ROLE,
        CONDITION=labels.CONDITION,
        MATTER=labels.MATTER,
        MATTER_ADVICE=labels.MATTER_ADVICE,
        MATTER_REASON=labels.MATTER_REASON,
        KIND=catalogue_view.KIND,
        FACET=catalogue_view.FACET,
        AUDIENCE=catalogue_view.AUDIENCE,
        ROLE_OF_NAME=catalogue_view.ROLE_OF_NAME,
        shelves=catalogue_view.shelves,
        searched=catalogue_view.searched,
        language_name=catalogue_view.language_name,
    )
    return environment


def _build() -> str:
    digest = hashlib.sha256()
    for folder in ("static", "templates", "locale"):
        for content in _contents(files(__package__).joinpath(folder)):
            digest.update(content)
    return digest.hexdigest()[:12]


def _contents(folder: Traversable) -> Iterator[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _contents(entry)
        else:
            yield entry.read_bytes()
