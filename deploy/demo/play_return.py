"""Somebody who brings books back: no card, a pile on the pad, a bin for each; every return looked up at its sources."""

from datetime import datetime
from random import Random

from typing_extensions import override

from deploy.demo import evidence_services as evidence
from deploy.demo.evidence import AdminPage
from deploy.demo.people import HUB
from deploy.demo.play import Play
from deploy.demo.recording import Shown
from deploy.demo.rows import VisitRow
from deploy.demo.tags import Tag, lent_tag

NEIGHBOUR = "VN-DEMO1-TH"
"""The place to which one of the books belongs; somebody waits for another."""
WAITING = ("holder", "second", "senior", "with_pin")
"""One of these waits for the first book."""
_OF_EVERY_KIND = 3


class ReturnPlay(Play):
    """Brings back books that are on loan: most of the hub, one of a school, and one that is waited for."""

    list_page = "returning"
    _ended_for_sure = 0

    @override
    def begun_at_server(self) -> bool:
        return self._ended() > self._ended_for_sure

    @override
    def make_line_sure(self) -> None:
        self.lay([next(iter(self.pile))])
        self.shown("the first return", lambda shown: "done" in shown.marks.values())
        self._ended_for_sure = self._ended()

    @override
    def tag(self, item_id: str) -> Tag:
        return lent_tag(item_id)

    @override
    def visit(self) -> None:
        site, part = self.site, self.part
        self._lend_before()
        self.due = len(self.pile)
        before, visits = self.online(), len(site.fleet.visits())
        part.fault.before_visit(self)
        self.begin("return", "returning")
        shown = self.lay_pile()
        self.finish("finish" if self.pile else "cancel")
        self.go_home()
        part.fault.after_visit(self)
        self._prove(before, visits, shown)

    def _lend_before(self) -> None:
        site, now = self.site, datetime.now(self.site.zone)
        chance = Random(self.part.seed)  # noqa: S311 - chance for a demo, no secret
        kinds = self.part.items >= _OF_EVERY_KIND
        books = chance.sample(site.rows.lendable(HUB.code), self.part.items - kinds)
        if kinds:
            books.append(chance.choice(site.rows.lendable(NEIGHBOUR)))
        self.pile = dict(books)
        self.newest_loan_before = site.rows.newest_loan()
        with site.desk() as desk:
            for item in self.pile:
                desk.lend(self.part.card, item, now)
            if kinds:
                desk.reserve(site.card_called(chance.choice(WAITING)), books[0][0], now)

    def _ended(self) -> int:
        return sum(not loan.open for loan in self.site.rows.loans_after(self.newest_loan_before))

    def _prove(self, before: AdminPage, visits: int, shown: Shown) -> None:
        site, fault = self.site, self.part.fault
        with self.step("look everything up"):
            after = self.page("the visit on the admin's page", lambda page: page.visits_today > before.visits_today)
            (told,) = self.new_visits(visits, 1)
            loans = site.rows.loans_after(self.newest_loan_before)
            copies = {item: site.rows.copy(item) for item in self.pile}
        back = {loan.item_id for loan in loans if not loan.open}
        owed = evidence.alarms_to_set(site.journal)
        self.checks += evidence.return_checks(loans, self.pile, self.due, all_made=fault.all_done)
        self.checks += evidence.secured_checks(self.afis(list(self.pile)), back, owed, all_on=fault.all_written)
        if fault.all_written:
            expected = {item: evidence.bin_of(copy) for item, copy in copies.items()}
            self.checks.append(evidence.bin_checks(shown.bins, expected))
            self.checks.append(evidence.journal_check(site.journal))
        titles = [self.pile[item] for item in sorted(back)] if fault.prints else []
        self.checks += evidence.paper_checks(self.printed(), titles, self.part.card, whole=fault.prints)
        self.checks += evidence.page_checks(before, after, visits=1, loans=0)
        outcome = VisitRow(
            ending="done" if self.pile else "cancelled",
            service="return",
            returned=len(back),
            alarms_still_off=len(owed),
            receipt="printed" if fault.prints and self.pile else "not_asked",
        )
        self.checks.append(evidence.fleet_check([outcome], [told]))
