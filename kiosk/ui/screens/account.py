"""Account: what is on loan, on hold and owed, one list at a time; renewals and cancelled holds."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.paying_events import PayByBankTouched
from kiosk.session.touches import FinishTouched, RenewTouched, ServiceTouched
from kiosk.session.values import Service
from kiosk.ui.screens.lists import ListsPage
from kiosk.ui.screens.page import OnAsk, OnWish
from kiosk.ui.view_types import AccountView


class AccountPage(ListsPage):
    """Shows an ``AccountView``."""

    page_name = "account"
    events: ClassVar[Mapping[str, Event]] = {
        "borrow": ServiceTouched(Service.BORROW),
        "leave": FinishTouched(),
        "pay": PayByBankTouched(),
    }
    greeting = StringProperty("")
    renew_label = StringProperty("")
    borrow_label = StringProperty("")
    pay_label = StringProperty("")
    finish_label = StringProperty("")
    picture = StringProperty("")

    def __init__(self, on_wish: OnWish, on_ask: OnAsk, may_turn: Callable[[str], bool], **kwargs: Any) -> None:
        self._renew: RenewTouched | None = None
        self._all_renewed = self._pay_label = ""
        super().__init__(on_wish, on_ask, may_turn, **kwargs)

    def show(self, view: AccountView) -> None:
        """Show the view."""
        self.greeting, self.notice, self.picture = view.greeting, view.notice, view.picture
        self.borrow_label, self.finish_label = view.borrow_label, view.finish_label
        self._renew, self._all_renewed, self._pay_label = view.renew, view.renew_label, view.pay_label
        self.show_lists(view.sections, view.prompt)

    def clear(self) -> None:
        """Forget the visit."""
        self.greeting = self.picture = self._all_renewed = self._pay_label = ""
        self._renew = None
        super().clear()

    def all_renewed(self) -> None:
        """Tell that every loan is to go on."""
        if self._renew is not None:
            self._on_wish("renew-all", self._renew)

    def show_open(self) -> None:
        """Show the rows of the open list; loans can be renewed, and fees be paid, where they are listed."""
        super().show_open()
        self.renew_label = self._all_renewed if self._open == "loans" else ""
        self.pay_label = self._pay_label if self._open == "card" else ""
