"""Plays a borrower by real touches and real bytes on the emulated wires, and looks at every source."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

from deploy.demo import evidence
from deploy.demo.evidence import AdminPage, Check
from deploy.demo.faults import Fault
from deploy.demo.people import HUB
from deploy.demo.recording import NotShownError, Shown
from deploy.demo.site import KIOSK_ID, Site
from deploy.demo.tags import tag_of
from drivers.emulators.control import ControlError

WAIT_S = 60.0
"""How long the script waits for anything: far more than it takes, so that only what never comes fails."""
_LOOK_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be played."""

    items: int
    card: str
    seed: int
    language: str
    fault: Fault


class PlayError(Exception):
    """Something that the play waits for did not come."""


@dataclass(slots=True)
class Play:
    """One visit, from the home page to the home page, and its proof."""

    site: Site
    part: Part
    folder: Path
    pile: dict[str, str] = field(default_factory=dict)
    """Item number -> title of what is laid on the pad."""
    newest_loan_before: int = 0
    due: int = 0
    """How many of them the server must lend, by its rows."""
    struck: bool = False
    """The fault came to pass; where no loan is due, one that strikes at a loan cannot."""
    checks: list[Check] = field(default_factory=list)
    steps: list[tuple[str, float]] = field(default_factory=list)
    failure: str = ""
    """What the play waited for in vain."""

    def run(self) -> bool:
        """Play, look everything up, leave ``summary.json``, ``receipt.txt`` and the pictures; say whether all holds."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        try:
            self._visit()
        except (PlayError, NotShownError, ControlError, OSError) as error:
            self.failure = f"{type(error).__name__}: {error}"
        holds = not self.failure and all(check.holds for check in self.checks)
        self._leave_files(holds=holds)
        return holds

    # For faults

    def wait(self, what: str, fits: Callable[[], bool]) -> None:
        """Wait until something outside the screen is true."""
        end = time.monotonic() + WAIT_S
        while not fits():
            if time.monotonic() > end:
                raise PlayError(f"{what} did not come within {WAIT_S:.0f} s")
            time.sleep(_LOOK_AGAIN_S)

    def shown(self, what: str, fits: Callable[[Shown], bool]) -> Shown:
        """Wait until the kiosk's screen shows something."""
        return self.site.recording.wait(what, fits, WAIT_S)

    def lay(self, items: list[str]) -> None:
        """Lay items on the pad; a tag that lay there before keeps its memory."""
        self.site.pad.lay(tag_of(item) for item in items)

    def page(self, what: str, fits: Callable[[AdminPage], bool]) -> AdminPage:
        """Wait until the admin's page says something."""
        found: list[AdminPage] = []

        def look() -> bool:
            page = evidence.admin_page(self.site.admin_url, KIOSK_ID)
            if page is not None and fits(page):
                found.append(page)
            return bool(found)

        self.wait(what, look)
        return found[-1]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        began = time.monotonic()
        yield
        self.steps.append((name, (time.monotonic() - began) * 1e3))

    # The visit

    def _visit(self) -> None:
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
        before = self.page("the kiosk on the admin's page", lambda page: page.status == "online")
        part.fault.before_visit(self)
        self._to_the_card()
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
            self._borrow()
        with self.step("home again"):
            if answer.page == "identify" and not answer.refused:
                self._touch("cancel")  # the label was no card at all: nobody was asked about it
            self.shown("the end of the visit", lambda shown: shown.page == self._resting_page)
        self.site.pad.lift()
        part.fault.after_visit(self)
        self._prove(before, accepted=answer.page == "borrow", asked=answer.refused or answer.page == "borrow")

    def _to_the_card(self) -> None:
        with self.step("home page"):
            home = self.shown("the home page", lambda shown: shown.page == "home")
        if home.language != self.part.language:
            with self.step("language"):
                self._touch(f"lang-{self.part.language}")
                self.shown("the language", lambda shown: shown.language == self.part.language)
        with self.step("start"):
            self._touch("borrow")
            self.shown("the question for a card", lambda shown: shown.page == "identify")

    def _borrow(self) -> None:
        self.part.fault.before_laying(self)
        with self.step("pile"):
            if self.pile:
                self.lay(list(self.pile))
            self.part.fault.while_lending(self)
            self.shown("the end of every loan", self._all_settled)
        self.part.fault.before_finish(self)
        with self.step("finish"):
            self._touch("finish")
            last = self.shown("the last page", lambda shown: shown.page in {"finished", self._resting_page})
        if "print" in last.targets:
            with self.step("receipt"):
                self._touch("print")
                self.shown(
                    "an answer about the receipt",
                    lambda shown: shown.page != "finished" or not ("no-receipt" in shown.targets or shown.busy),
                )
        done = self.site.recording.last()
        if done is not None and done.page == "finished" and "done" in done.targets:
            self._touch("done")

    def _all_settled(self, shown: Shown) -> bool:
        return (
            shown.page == "borrow"
            and not shown.busy
            and set(self.pile) <= set(shown.marks)
            and not {"waiting", "busy", *self.part.fault.unsettled_marks} & set(shown.marks.values())
        )

    def _touch(self, name: str) -> None:
        shown = self.shown(f"something to touch called {name}", lambda shown: name in shown.targets)
        self.site.touch(*shown.targets[name].middle)

    # The proof

    @property
    def _resting_page(self) -> str:
        return self.part.fault.ends_on if self.struck else "home"

    def _prove(self, before: AdminPage, *, accepted: bool, asked: bool) -> None:
        site, fault = self.site, self.part.fault
        with self.step("look everything up"):
            after = self.page(
                "the visit on the admin's page", lambda page: not asked or page.visits_today > before.visits_today
            )
            loans = site.rows.loans_after(self.newest_loan_before)
            uids = {tag_of(item).uid: item for item in self.pile}
            afis = {uids[uid]: afi for uid, afi in site.pad.tags().items() if uid in uids}
            printed = site.printer.printed()
        self.checks += evidence.loan_checks(loans, self.part.card, self.pile, self.due, all_made=fault.all_lent)
        self.checks += evidence.tag_checks(
            afis, {loan.item_id for loan in loans}, evidence.open_alarms(site.journal), all_off=fault.all_off
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
        if fault.name:
            strikes = self.due > 0 or not fault.strikes_at_a_loan
            self.checks.append(Check(f"{fault.name} came to pass", "the demo itself", strikes, self.struck))

    def _may_enter(self) -> bool:
        """Say by the server's rows whether the card lets its holder in, whether or not there is anything to lend."""
        patron = self.site.rows.patron(self.part.card)
        return evidence.loans_due(patron, lambda _: 1_000_000, 1, datetime.now(self.site.zone).date()) > 0

    def _leave_files(self, *, holds: bool) -> None:
        for shown in self.site.recording.shown():
            shutil.copyfile(shown.picture, self.folder / shown.picture.name)
        receipts = self.site.printer.printed().receipts
        (self.folder / "receipt.txt").write_text("\n".join(receipts), encoding="utf-8")
        summary = {
            "holds": holds,
            "failure": self.failure,
            "items": self.part.items,
            "card": self.part.card,
            "seed": self.part.seed,
            "language": self.part.language,
            "fault": self.part.fault.name,
            "checks": [check.as_json() for check in self.checks],
            "steps": [{"name": name, "milliseconds": round(ms, 1)} for name, ms in self.steps],
        }
        path = self.folder / "summary.json"
        path.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
