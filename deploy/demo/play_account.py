"""A reader who looks at what is on loan and keeps it longer: card, PIN, list, new dates, receipt."""

from datetime import datetime
from random import Random

from typing_extensions import override

from deploy.demo import evidence_services as evidence
from deploy.demo.evidence import Check, undated
from deploy.demo.people import HUB, PIN
from deploy.demo.play import Play
from deploy.demo.recording import Shown
from deploy.demo.rows import VisitRow

DAYS_AGO = 5
_DOT = "\u2022"


class AccountPlay(Play):
    """Renews everything on the list; the books were lent some days ago."""

    list_page = "account"

    @override
    def begun_at_server(self) -> bool:
        return any(loan.renewals for loan in self.site.rows.loans_after(self.newest_loan_before))

    @override
    def visit(self) -> None:
        site, part = self.site, self.part
        shelf = site.rows.lendable(HUB.code)
        self.pile = dict(Random(part.seed).sample(shelf, part.items))  # noqa: S311 - chance for a demo, no secret
        self.newest_loan_before = site.rows.newest_loan()
        with site.desk() as desk:
            for item in self.pile:
                desk.lent(part.card, item, DAYS_AGO, datetime.now(site.zone))
        lent = site.rows.loans_after(self.newest_loan_before)
        before, visits = self.online(), len(site.fleet.visits())
        self.begin("account", "identify")
        with self.step("card"):
            site.scanner.scan(part.card)
            self.shown("the question for the PIN", lambda shown: shown.page == "pin")
        with self.step("PIN"):
            self._type(PIN)
            listed = self.shown("the list", lambda shown: shown.page == "account" and bool(shown.marks))
        with self.step("renewal"):
            self.touch("renew-all")
            renewed = self.shown("the end of every renewal", self._renewed)
        self.finish("leave")
        self.go_home()
        with self.step("look everything up"):
            after = self.page("the visit on the admin's page", lambda page: page.visits_today > before.visits_today)
            told = self.new_visits(visits, 1)
        loans = site.rows.loans_after(self.newest_loan_before)
        on_list = {key for key in listed.marks if key in self.pile}
        self.checks.append(Check("items on the list", "the kiosk's screen", sorted(self.pile), sorted(on_list)))
        self.checks.append(
            Check("marks after it", "the kiosk's screen", ["done"], sorted({renewed.marks[item] for item in self.pile}))
        )
        self.checks += evidence.renewal_checks(lent, loans)
        self.checks += evidence.paper_checks(self.printed(), list(self.pile.values()), part.card, whole=True)
        self.checks.append(undated(self.printed(), loans, language=part.language))
        self.checks.append(evidence.journal_check(site.journal))
        self.checks += evidence.page_checks(before, after, visits=1, loans=0)
        outcome = VisitRow(ending="done", service="account", renewed=len(self.pile), receipt="printed")
        self.checks.append(evidence.fleet_check([outcome], told))

    def _type(self, digits: str) -> None:
        for number, digit in enumerate(digits, start=1):
            self.touch(f"key-{digit}")
            dots = _DOT * number
            self.shown(f"{number} digits", lambda shown, dots=dots: dots in shown.texts)  # type: ignore[misc]  # a default binds the dots
        self.touch("enter")

    def _renewed(self, shown: Shown) -> bool:
        marks = {shown.marks.get(item) for item in self.pile}
        return shown.page == "account" and not shown.busy and not marks & {None, "waiting", "busy", "book"}
