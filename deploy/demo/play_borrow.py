"""A borrower: card, pile, receipt; every loan looked up at its sources."""

from datetime import datetime
from random import Random

from typing_extensions import override

from deploy.demo import evidence
from deploy.demo.evidence import AdminPage, Check
from deploy.demo.people import HUB
from deploy.demo.play import Play


class BorrowPlay(Play):
    """Lends a pile of books that anybody may have."""

    list_page = "borrow"

    @override
    def begun_at_server(self) -> bool:
        return self.site.rows.newest_loan() > self.newest_loan_before

    @override
    def visit(self) -> None:
        site, part = self.site, self.part
        self.newest_loan_before = site.rows.newest_loan()
        shelf = site.rows.lendable(HUB.code)
        self.pile = dict(Random(part.seed).sample(shelf, part.items))  # noqa: S311 - chance for a demo, no secret
        patron = site.rows.patron(part.card)
        self.due = evidence.loans_due(
            patron,
            lambda category: evidence.most_items(site.server_configuration, category),
            part.items,
            datetime.now(site.zone).date(),
        )
        before = self.online()
        part.fault.before_visit(self)
        self.begin("borrow", "identify")
        with self.step("card"):
            asking = self.shown("the question for a card", lambda shown: shown.page == "identify").number
            site.scanner.scan(part.card)
            answer = self.shown(
                "an answer to the card",
                lambda shown: (
                    shown.page == "borrow"
                    or shown.refused
                    or (shown.number > asking and not shown.busy and shown.page == "identify")
                ),
            )
        if answer.page == "borrow":
            self.lay_pile()
            self.finish()
        elif not answer.refused:
            self.touch("cancel")  # the label was no card at all: nobody was asked about it
        self.go_home()
        part.fault.after_visit(self)
        self._prove(before, accepted=answer.page == "borrow", asked=answer.refused or answer.page == "borrow")

    def _prove(self, before: AdminPage, *, accepted: bool, asked: bool) -> None:
        site, fault = self.site, self.part.fault
        with self.step("look everything up"):
            after = self.page(
                "the visit on the admin's page", lambda page: not asked or page.visits_today > before.visits_today
            )
            loans = site.rows.loans_after(self.newest_loan_before)
            afis = self.afis(list(self.pile))
            printed = self.printed()
        self.checks += evidence.loan_checks(loans, self.part.card, self.pile, self.due, all_made=fault.all_done)
        self.checks += evidence.tag_checks(
            afis, {loan.item_id for loan in loans}, evidence.open_alarms(site.journal), all_off=fault.all_written
        )
        self.checks += evidence.receipt_checks(
            printed, loans if fault.prints else [], language=self.part.language, whole=fault.prints
        )
        self.checks += evidence.visit_checks(
            before, after, len(loans), evidence.open_loans(site.journal), visits=int(asked)
        )
        self.checks.append(
            Check("the card was accepted", "the kiosk's screen and the server's rows", self._may_enter(), accepted)
        )

    def _may_enter(self) -> bool:
        """Say by the server's rows whether the card lets its holder in, whether or not there is anything to lend."""
        patron = self.site.rows.patron(self.part.card)
        return evidence.loans_due(patron, lambda _: 1_000_000, 1, datetime.now(self.site.zone).date()) > 0
