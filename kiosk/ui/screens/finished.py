"""Finished: what was lent until when, and whether a receipt is wanted."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import BooleanProperty, StringProperty

from kiosk.session.events import Event
from kiosk.session.receipt_rules import ReceiptKind
from kiosk.session.touches import DoneTouched, ReceiptTouched
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_types import FinishedView


class FinishedPage(KioskPage):
    """Shows a ``FinishedView``."""

    page_name = "finished"
    events: ClassVar[Mapping[str, Event]] = {
        "print": ReceiptTouched(wanted=True),
        "share": ReceiptTouched(wanted=True, kind=ReceiptKind.QR),
        "mail": ReceiptTouched(wanted=True, kind=ReceiptKind.EMAIL),
        "no-receipt": ReceiptTouched(wanted=False),
        "done": DoneTouched(),
    }
    title = StringProperty("")
    hint = StringProperty("")
    picture = StringProperty("")
    print_label = StringProperty("")
    share_label = StringProperty("")
    mail_label = StringProperty("")
    code = StringProperty("")
    decline_label = StringProperty("")
    done_label = StringProperty("")
    empty = BooleanProperty(True)

    def show(self, view: FinishedView) -> None:
        """Show the view."""
        self.title, self.hint = view.title, view.hint
        self.print_label, self.decline_label, self.done_label = view.print_label, view.decline_label, view.done_label
        self.share_label, self.mail_label, self.code = view.share_label, view.mail_label, view.code
        self.ids.rows.show(view.rows)
        self.empty = not view.rows
        self.picture = _picture(view)

    def clear(self) -> None:
        """Forget the visit."""
        self.title = self.hint = self.picture = self.code = ""
        self.ids.rows.show(())
        self.empty = True


def _picture(view: FinishedView) -> str:
    wishes = [label for label in (view.print_label, view.share_label, view.mail_label) if label]
    if view.code or len(wishes) > 1:
        return ""  # the code, or a third button, stands there
    if view.busy:
        return "busy"
    if view.printer_stopped:
        return "printer_empty"
    if wishes:
        return "receipt"
    return "farewell" if view.rows else ""
