"""Visits as the black box writes them."""

from kiosk.blackbox.masking import Mask
from kiosk.blackbox.visit_codec import first_line, line
from kiosk.session.events import CardPresented, Event
from kiosk.session.state import Idle
from kiosk.session.touches import FinishTouched, ReceiptTouched
from kiosk.session.values import VisitId
from tests.support.session_play import MINH, Play, best_answer, pad_of


class Recording:
    """A played session whose every event becomes a line."""

    def __init__(self) -> None:
        self.play = Play().open()
        self._mask = Mask()
        assert isinstance(self.play.state, Idle)
        self.lines = [first_line(self._mask.masked(self.play.state), "0.1.0", "2026-11-22T09:00:00+07:00")]

    def tell(self, *events: Event) -> None:
        """Let these happen."""
        for event in events:
            effects = self.play.tell(event)
            self.lines.append(line(self._mask.masked(event), self.play.state, effects))

    def answer_all(self) -> None:
        """Answer everything that is asked, as well as can be."""
        while self.play.pending:
            self.tell(best_answer(self.play.pending[0]))


def two_books() -> list[str]:
    """Give the lines of a visit in which two books are lent and a receipt is printed."""
    recording = Recording()
    recording.tell(CardPresented(VisitId("v1"), MINH.patron_id))
    recording.answer_all()
    recording.tell(pad_of(1, 2))
    recording.answer_all()
    recording.tell(FinishTouched(), ReceiptTouched(wanted=True))
    recording.answer_all()
    recording.tell(ReceiptTouched(wanted=False))
    return recording.lines
