"""The server is down: what still works is said, books are taken back and lent alone, and told once when it is back."""

from datetime import datetime
from pathlib import Path
from random import Random

from typing_extensions import override

from deploy.demo import evidence_services as evidence
from deploy.demo.evidence import Check, loan_checks, undated
from deploy.demo.installation import BINS
from deploy.demo.people import HUB
from deploy.demo.play import Part, Play
from deploy.demo.rows import VisitRow
from deploy.demo.site import KIOSK_ID, Site
from deploy.demo.tags import Tag, lent_tag, tag_of

DAYS_AGO = 5
"""Since when what is brought back was on loan."""
LENT_ALONE = 2
"""Fewer than the server lets a kiosk lend alone to one card."""


class OfflinePlay(Play):
    """One visit that brings books back and one that borrows, both without the server."""

    list_page = "returning"

    def __init__(self, site: Site, part: Part, folder: Path) -> None:
        super().__init__(site, part, folder)
        self._lent: dict[str, str] = {}

    @override
    def begun_at_server(self) -> bool:
        return bool(self.site.rows.told(KIOSK_ID))

    @override
    def tag(self, item_id: str) -> Tag:
        return tag_of(item_id) if item_id in self._lent else lent_tag(item_id)

    @override
    def visit(self) -> None:
        site, now = self.site, datetime.now(self.site.zone)
        before, visits, matters = self.online(), len(site.fleet.visits()), site.rows.open_matters()
        books = Random(self.part.seed).sample(site.rows.lendable(HUB.code), self.part.items + LENT_ALONE)  # noqa: S311 - chance for a demo, no secret
        returned, self._lent = dict(books[LENT_ALONE:]), dict(books[:LENT_ALONE])
        loan_before = site.rows.newest_loan()
        with site.desk() as desk:
            for item in returned:
                desk.lent(site.card_called("ordinary"), item, DAYS_AGO, now)
        self.newest_loan_before = site.rows.newest_loan()
        self.wait("the kiosk's rules", site.files.kiosk_rules.exists)
        self._lose_the_server()
        self.pile = returned
        self._bring_back()
        self.pile, self.list_page = self._lent, "borrow"
        self._borrow()
        kept = evidence.open_in_journal(site.journal)
        with self.step("server back"):
            site.start_server()
            self.shown("everything that can be done", lambda shown: "account" in shown.targets)
        with self.step("told"):
            self.wait("the end of what is to be told", lambda: not evidence.open_in_journal(site.journal))
            after = self.page("both visits", lambda page: page.visits_today >= before.visits_today + 2)
        self.checks.append(Check("kept alone", "the kiosk's journal", {"not told": len(books)}, kept))
        told, loans = site.rows.told(KIOSK_ID), site.rows.loans_after(self.newest_loan_before)
        self.checks += evidence.told_checks(told, LENT_ALONE, len(returned), site.rows.open_matters() - matters)
        ended = [loan for loan in site.rows.loans_after(loan_before) if loan.loan_id <= self.newest_loan_before]
        self.checks += evidence.return_checks(ended, returned, len(returned), all_made=True)
        self.checks += loan_checks(loans, self.part.card, self._lent, LENT_ALONE, all_made=True)
        afis = self.afis([*returned, *self._lent])
        back = {item: afi for item, afi in afis.items() if item in returned}
        self.checks += evidence.secured_checks(back, set(returned), set(), all_on=True)
        quiet = [item for item in self._lent if afis[item] == lent_tag(item).afi]
        self.checks.append(
            Check('lent items whose tag says "on loan"', "tag memory", sorted(self._lent), sorted(quiet))
        )
        self.checks.append(undated(self.printed(), loans, language=self.part.language))
        self.checks += evidence.page_checks(before, after, visits=2, loans=LENT_ALONE)
        outcomes = [
            VisitRow("done", "return", returned=len(returned), offline=len(returned), receipt="printed"),
            VisitRow("done", "borrow", lent=LENT_ALONE, offline=LENT_ALONE, receipt="printed"),
        ]
        self.checks.append(evidence.fleet_check(outcomes, self.new_visits(visits, 2)))

    def _lose_the_server(self) -> None:
        self.shown("everything that can be done", lambda shown: "account" in shown.targets)
        killed = self.site.kill_server()
        with self.step("word that the line is lost"):
            home = self.shown("what still works", lambda shown: shown.page == "home" and "account" not in shown.targets)
        services = sorted({"borrow", "return", "account"} & set(home.targets))
        self.checks.append(Check("what still works", "the kiosk's screen", ["borrow", "return"], services))
        self.checks.append(Check("the server was killed", "the demo itself", True, killed))

    def _bring_back(self) -> None:
        self.begin("return", "returning")
        shown = self.lay_pile()
        bins = dict.fromkeys(self.pile, BINS["exception"])
        self.checks.append(
            evidence.bin_checks(shown.bins, bins)
        )  # somebody may wait for it, which the kiosk cannot know
        self.finish()
        self.go_home()

    def _borrow(self) -> None:
        self.begin("borrow", "identify")
        self.site.scanner.scan(self.part.card)
        self.shown("the list of loans", lambda shown: shown.page == "borrow")
        self.lay_pile()
        self.finish()
        self.go_home()
