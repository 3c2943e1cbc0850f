"""Plays a visit by real touches and real bytes on the emulated wires, and looks at every source."""

import json
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.demo import evidence
from deploy.demo.devices import Printed
from deploy.demo.evidence import AdminPage, Check
from deploy.demo.faults import Fault
from deploy.demo.recording import NotShownError, Shown
from deploy.demo.rows import VisitRow
from deploy.demo.site import KIOSK_ID, Site
from deploy.demo.tags import Tag, tag_of
from drivers.emulators.control import ControlError
from drivers.rfid.presence import PresenceLimits

WAIT_S = 60.0
"""How long the script waits for anything: far more than it takes, so that only what never comes fails."""
_LOOK_AGAIN_S = 0.05
_GONE: Final = PresenceLimits()


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


class Play(ABC):
    """Visits from the home page to the home page, and their proof."""

    list_page: str
    """The page with the list of items."""

    def __init__(self, site: Site, part: Part, folder: Path) -> None:
        self.site = site
        self.part = part
        self.folder = folder
        self.pile: dict[str, str] = {}
        """Item number -> title of what is laid on the pad."""
        self.newest_loan_before = 0
        self.due = 0
        """With how many of them the server must do what is wanted, by its rows."""
        self.struck = False
        """The fault came to pass; where nothing is due, one that strikes at a loan or a return cannot."""
        self.checks: list[Check] = []
        self.steps: list[tuple[str, float]] = []
        self.failure = ""
        """What the play waited for in vain."""

    def run(self) -> bool:
        """Play, look everything up, leave ``summary.json``, ``receipt.txt`` and the pictures; say whether all holds."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._shown_before = len(self.site.recording.shown())
        self._printed_before = self.site.printer.printed()
        try:
            self._clear_pad()
            self.visit()
            self._add_fault_check()
        except (PlayError, NotShownError, ControlError, OSError) as error:
            self.failure = f"{type(error).__name__}: {error}"
        holds = not self.failure and all(check.holds for check in self.checks)
        self._leave_files(holds=holds)
        return holds

    @abstractmethod
    def visit(self) -> None:
        """Play and collect the checks."""

    @abstractmethod
    def begun_at_server(self) -> bool:
        """Say whether the server has done what is wanted with the first item, after the line was made sure."""

    def make_line_sure(self) -> None:  # noqa: B027 - a card that was accepted has done so
        """See to it that the kiosk need not ask whether its line is there before it sends what is wanted."""

    def tag(self, item_id: str) -> Tag:
        """Give the tag of an item of the pile as it is before the visit."""
        return tag_of(item_id)

    def _clear_pad(self) -> None:
        """Take away what the patron before left, and wait until the pad has missed it as often and long as it must."""
        self.site.pad.lift()
        lifted = self.site.pad.inventories()
        self.wait("a look at the empty pad", lambda: self.site.pad.inventories() > lifted + 1)
        missed_since = time.monotonic()
        self.wait(
            "the look that tells the books as gone",
            lambda: (
                time.monotonic() - missed_since > _GONE.absence
                and self.site.pad.inventories() > lifted + 1 + _GONE.misses
            ),
        )
        told = self.site.pad.inventories()
        self.wait("the look after it", lambda: self.site.pad.inventories() > told + 1)

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
        self.site.pad.lay(self.tag(item) for item in items)

    def lift(self, items: list[str]) -> None:
        """Lift items."""
        self.site.pad.lift(tag_of(item).uid for item in items)

    def marks(self) -> dict[str, str]:
        """Give the mark of each item on the screen now."""
        last = self.site.recording.last()
        return {} if last is None else last.marks

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

    # Parts of a visit

    def touch(self, name: str) -> None:
        """Touch something as soon as it is there."""
        shown = self.shown(f"something to touch called {name}", lambda shown: name in shown.targets)
        self.site.touch(*shown.targets[name].middle)

    def online(self) -> AdminPage:
        """Wait for the kiosk on the admin's page, and until it offers all that it is for."""
        self.shown("every service", lambda shown: {"borrow", "return", "account"} <= set(shown.targets))
        return self.page("the kiosk on the admin's page", lambda page: page.status == "online")

    def begin(self, service: str, page: str) -> None:
        """Choose the language on the home page, and touch what is wanted."""
        with self.step("home page"):
            home = self.shown("the home page", lambda shown: shown.page == "home")
        if home.language != self.part.language:
            with self.step("language"):
                self.touch(f"lang-{self.part.language}")
                self.shown("the language", lambda shown: shown.language == self.part.language)
        with self.step("start"):
            self.touch(service)
            self.shown(f"the page {page}", lambda shown: shown.page == page)

    def lay_pile(self) -> Shown:
        """Lay the pile, let the fault strike, and wait until nothing more is to be done about any item."""
        self.part.fault.before_laying(self)
        with self.step("pile"):
            if self.pile:
                self.lay(list(self.pile))
            self.part.fault.while_lending(self)
            shown = self.shown("the end of every item", self._all_settled)
        self.part.fault.before_finish(self)
        return shown

    def finish(self, button: str = "finish") -> None:
        """Say that this was all, take the books, have the receipt printed where one is offered, and go."""
        with self.step("finish"):
            self.touch(button)
            last = self.shown("the last page", lambda shown: shown.page in {"finished", "home"})
        self.site.pad.lift()
        if "print" in last.targets:
            with self.step("receipt"):
                self.touch("print")
                self.shown(
                    "an answer about the receipt",
                    lambda shown: shown.page != "finished" or not ("no-receipt" in shown.targets or shown.busy),
                )
        done = self.site.recording.last()
        if done is not None and done.page == "finished" and "done" in done.targets:
            self.touch("done")

    def go_home(self) -> None:
        """Wait for the home page."""
        with self.step("home again"):
            self.shown("the end of the visit", lambda shown: shown.page == "home")

    def _all_settled(self, shown: Shown) -> bool:
        return (
            shown.page == self.list_page
            and not shown.busy
            and set(self.pile) <= set(shown.marks)
            and not {"waiting", "busy", *self.part.fault.unsettled_marks} & set(shown.marks.values())
        )

    # The proof

    def new_visits(self, before: int, number: int) -> list[VisitRow]:
        """Wait until the fleet's store has so many visits more than before."""
        self.wait("the visit in the fleet's store", lambda: len(self.site.fleet.visits()) >= before + number)
        return self.site.fleet.visits()[before:]

    def afis(self, items: list[str]) -> dict[str, int]:
        """Look into the tags' memory: item number -> AFI."""
        uids = {tag_of(item).uid: item for item in items}
        return {uids[uid]: afi for uid, afi in self.site.pad.tags().items() if uid in uids}

    def printed(self) -> Printed:
        """Give what was printed since the play began."""
        old, now = self._printed_before, self.site.printer.printed()
        return Printed(
            receipts=now.receipts[len(old.receipts) :], cuts=now.cuts - old.cuts, hex=now.hex.removeprefix(old.hex)
        )

    def _add_fault_check(self) -> None:
        fault = self.part.fault
        if fault.name:
            strikes = self.due > 0 or not fault.strikes_at_a_loan
            self.checks.append(Check(f"{fault.name} came to pass", "the demo itself", strikes, self.struck))

    def _leave_files(self, *, holds: bool) -> None:
        for shown in self.site.recording.shown()[self._shown_before :]:
            shutil.copyfile(shown.picture, self.folder / shown.picture.name)
        (self.folder / "receipt.txt").write_text("\n".join(self.printed().receipts), encoding="utf-8")
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
