"""Paying by bank: the code, the amount and the reference, and honest words about what happens next."""

from kiosk.session.paying_values import BankTransfer, Paying, PayingStage
from kiosk.session.state import AtAccount
from kiosk.texts import Texts
from kiosk.ui.view_paying_types import PayingView
from kiosk.ui.view_words import notice_words
from library.text.forms import printable
from library.text.width import shorten

_LONGEST = 60


def paying_page(state: AtAccount, paying: Paying, texts: Texts) -> PayingView:
    """Give the page that stands over the account."""
    transfer = paying.transfer
    stage = paying.stage
    return PayingView(
        title=texts.say(_TITLE[stage]),
        hint=texts.say(_HINT[stage]),
        amount="" if transfer is None else texts.money(transfer.amount),
        lines=() if transfer is None else _lines(transfer, texts),
        code="" if transfer is None else transfer.code,
        busy=stage is PayingStage.OPENING,
        notice=notice_words(state.notice, texts),
        back_label=texts.say("paying.back"),
        finish_label=texts.say("borrow.finish"),
    )


_TITLE = {
    PayingStage.OPENING: "paying.opening",
    PayingStage.SHOWN: "paying.title",
    PayingStage.FAILED: "paying.failed",
}
_HINT = {
    PayingStage.OPENING: "paying.hint_opening",
    PayingStage.SHOWN: "paying.hint",
    PayingStage.FAILED: "paying.hint_failed",
}


def _lines(transfer: BankTransfer, texts: Texts) -> tuple[str, ...]:
    def short(text: str) -> str:
        return shorten(printable(text), _LONGEST)

    return (
        texts.say("paying.reference", reference=short(transfer.reference)),
        texts.say("paying.account", bank=short(transfer.bank), account=short(transfer.account)),
    )
