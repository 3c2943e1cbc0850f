"""What may go wrong during the play, and what must then be true all the same."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from deploy.demo.recording import NotShownError

if TYPE_CHECKING:
    from deploy.demo.play import Play


_HAND_S = 1.0
"""A hand does not lift a book and lay it down again faster."""
_PATIENCE_S = 10.0
_TIMES = 3
"""So often the screen is obeyed that asks for a book once more."""
_UNSETTLED = frozenset({"waiting", "busy", "attention"})


class Fault:
    """Nothing goes wrong; the others override the moments at which they strike."""

    name: ClassVar[str] = ""
    all_done: ClassVar[bool] = True
    """Every loan or return that the server's rows allow must be made."""
    all_written: ClassVar[bool] = True
    """Every item's tag must say in the end what its loan or return wants it to."""
    prints: ClassVar[bool] = True
    """The receipt must come out."""
    strikes_at_a_loan: ClassVar[bool] = True
    """Where no loan or return is due, it cannot strike."""
    needs_line: ClassVar[bool] = False
    """The kiosk reaches the server through a line that can be cut."""
    unsettled_marks: ClassVar[frozenset[str]] = frozenset({"attention"})
    """Marks on the list that the patron must still do something about, and does."""

    def before_visit(self, play: Play) -> None:
        """Strike before the patron comes."""

    def before_laying(self, play: Play) -> None:
        """Strike before the books are laid down."""

    def while_lending(self, play: Play) -> None:
        """Strike while the books are being lent or taken back."""

    def before_finish(self, play: Play) -> None:
        """Strike when every book is done with."""

    def after_visit(self, play: Play) -> None:
        """Mend what the visit was not to need."""


class CablePulled(Fault):
    """The pad's cable is pulled after the first book and put back once the screen says that the pad is gone."""

    name = "cable-pulled"

    @override
    def while_lending(self, play: Play) -> None:
        if play.due:
            _pull_after_the_first(play)
            play.site.pad.plug_cable()
            play.wait("the return of the pad", lambda: "pad" not in play.site.lost_devices())


class CableStaysOut(Fault):
    """The pad's cable is pulled after the first book and stays out until the patron has gone."""

    name = "cable-stays-out"
    all_done = False
    all_written = False
    unsettled_marks = frozenset()

    @override
    def while_lending(self, play: Play) -> None:
        if play.due:
            _pull_after_the_first(play)

    @override
    def after_visit(self, play: Play) -> None:
        if play.struck:
            play.shown("the home page, without loans", lambda shown: "borrow" not in shown.targets)
            play.site.pad.plug_cable()
            play.shown("the home page, with the pad back", lambda shown: "borrow" in shown.targets)


class ServerKilled(Fault):
    """The server dies after it committed the first loan or return and before its answer arrives, and starts again."""

    name = "server-killed"
    needs_line = True

    @override
    def before_laying(self, play: Play) -> None:
        if play.due:
            play.make_line_sure()
            play.site.hold_server_answers()

    @override
    def while_lending(self, play: Play) -> None:
        if play.due:
            play.wait("the first commit", play.begun_at_server)
            play.struck = play.site.kill_and_restart_server()


class TagLifted(Fault):
    """The first book is lifted while its tag is being written, and laid back when the screen asks for it."""

    name = "tag-lifted"

    @override
    def before_laying(self, play: Play) -> None:
        if play.due:
            play.site.pad.lift_at_next_write()

    @override
    def while_lending(self, play: Play) -> None:
        if not play.due:
            return
        play.shown("a book that is asked back", lambda shown: "attention" in shown.marks.values())
        play.struck = True
        for _ in range(_TIMES):
            asked = [key for key, mark in play.marks().items() if mark == "attention" and key in play.pile]
            if not asked:
                return
            play.lift(asked)
            time.sleep(_HAND_S)
            play.lay(asked)
            _await_rest(play, asked)


class BrokerAway(Fault):
    """The MQTT broker is away during the whole visit; the visit is counted when it is back."""

    name = "broker-away"
    strikes_at_a_loan = False

    @override
    def before_visit(self, play: Play) -> None:
        play.site.stop_broker()
        play.page("the loss of the broker on the admin's page", lambda page: page.broker_up is False)
        play.struck = True

    @override
    def after_visit(self, play: Play) -> None:
        play.site.start_broker()
        play.page("the broker back on the admin's page", lambda page: page.broker_up is True)


class PaperOut(Fault):
    """The paper runs out before the receipt: none is offered, the screen shows the due dates instead."""

    name = "paper-out"
    prints = False

    @override
    def before_finish(self, play: Play) -> None:
        if play.due:
            play.site.printer.paper("out")
            play.wait("word that the paper is out", lambda: play.site.printer_says() == "paper_out")
            play.struck = True

    @override
    def after_visit(self, play: Play) -> None:
        play.site.printer.paper("ok")
        play.wait("word of new paper", lambda: play.site.printer_says() == "none")


def _await_rest(play: Play, items: list[str]) -> None:
    with contextlib.suppress(NotShownError):
        play.site.recording.wait(
            "the book at rest", lambda shown: not {shown.marks[item] for item in items} & _UNSETTLED, _PATIENCE_S
        )


def _pull_after_the_first(play: Play) -> None:
    play.shown("the first book", lambda shown: "done" in shown.marks.values() or shown.page != play.list_page)
    play.site.pad.pull_cable()
    play.wait("the loss of the pad", lambda: "pad" in play.site.lost_devices())
    play.struck = True


FAULTS: dict[str, type[Fault]] = {
    fault.name: fault for fault in (CablePulled, CableStaysOut, ServerKilled, TagLifted, BrokerAway, PaperOut)
}
