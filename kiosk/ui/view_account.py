"""The account page: what is on loan, on hold and owed, how far each renewal has come, and what can be touched."""

from typing import assert_never

from kiosk.session.paying import may_pay
from kiosk.session.renewals import Cancelling, CancellingStatus, Renewal, RenewalStatus
from kiosk.session.state import AtAccount
from kiosk.session.touches import CancelHoldTouched, RenewTouched
from kiosk.session.values import Account, FeeLine, Hold, HoldStage, ItemId, OwnLoan, Service
from kiosk.texts import Texts, plain_title
from kiosk.ui.view_paying import paying_page
from kiosk.ui.view_paying_types import PayingView
from kiosk.ui.view_rows import renewal_standing
from kiosk.ui.view_types import AccountView, ActionView, Asked, Mark, QuestionView, RowView, SectionView
from kiosk.ui.view_words import LONGEST_WORDS, is_had_now, notice_words
from library.text.forms import printable
from library.text.width import shorten

_UNDER_WAY = frozenset({RenewalStatus.WAITING, RenewalStatus.RENEWING})
_NOT_AGAIN = _UNDER_WAY | {RenewalStatus.RENEWED, RenewalStatus.REFUSED}
"""A renewal in one of these standings is not offered once more."""
_LONGEST_PLACE = 80
_STAGE = {
    HoldStage.READY_HERE: ("hold.ready_here", "hold.ready_here_at", Mark.DONE),
    HoldStage.READY_ELSEWHERE: ("hold.ready_elsewhere", "hold.ready_elsewhere_at", Mark.BOOK),
    HoldStage.WAITING: ("hold.waiting", "hold.waiting_at", Mark.WAITING),
}


def at_account(state: AtAccount, texts: Texts) -> AccountView | PayingView:
    """Give the page; paying by bank stands over it."""
    if state.paying is not None:
        return paying_page(state, state.paying, texts)
    visit, around = state.visit, state.around
    account = visit.account
    renewals = {each.item_id: each for each in visit.renewals}
    cancelled = {each.item_id: each for each in visit.cancelled}
    sections = () if account is None else _sections(account, renewals, cancelled, texts)
    open_ids = () if account is None else _renewable(account, renewals)
    initials = printable(visit.patron.initials)
    return AccountView(
        greeting=texts.say("borrow.greeting", initials=initials) if initials else texts.say("borrow.greeting_nameless"),
        prompt=_prompt(state, texts),
        notice=notice_words(state.notice, texts),
        sections=sections,
        renew_label=texts.count("account.renew_all", len(open_ids)) if len(open_ids) > 1 else "",
        renew=RenewTouched(open_ids) if len(open_ids) > 1 else None,
        borrow_label=texts.say("service.borrow") if is_had_now(around, Service.BORROW) else "",
        finish_label=texts.say("borrow.finish"),
        busy=state.reading or any(each.status in _UNDER_WAY for each in visit.renewals),
        picture="" if account is not None else "busy" if state.reading else "desk",
        pay_label=texts.say("account.pay") if may_pay(state) else "",
    )


def _prompt(state: AtAccount, texts: Texts) -> str:
    visit = state.visit
    if state.reading and visit.account is None:
        return texts.say("account.reading")
    if visit.account is None or not state.around.library_system:
        return texts.say("account.unread")
    done = sum(each.status not in _UNDER_WAY for each in visit.renewals)
    if done < len(visit.renewals):
        return texts.say("account.renewing", number=str(done + 1), of=str(len(visit.renewals)))
    if visit.renewals:
        renewed = sum(each.status is RenewalStatus.RENEWED for each in visit.renewals)
        result = texts.count("account.renewed", renewed)
        missed = done - renewed
        return f"{result} {texts.count('account.not_renewed', missed)}" if missed else result
    if state.unread:
        return texts.say("account.unread")
    return "" if visit.account.complete else texts.say("account.incomplete")


def _sections(
    account: Account, renewals: dict[ItemId, Renewal], cancelled: dict[ItemId, Cancelling], texts: Texts
) -> tuple[SectionView, ...]:
    loans = tuple(_loan_row(loan, renewals.get(loan.item_id), texts) for loan in account.loans)
    holds = tuple(_hold_row(number, hold, cancelled, texts) for number, hold in enumerate(account.holds))
    no_loans = RowView("no loans", texts.say("account.no_loans"), "", Mark.NOTE)
    no_holds = RowView("no holds", texts.say("account.no_holds"), "", Mark.NOTE)
    seen = texts.say("account.hint_seen")
    return (
        SectionView(
            "loans",
            texts.say("account.loans", n=str(len(loans))),
            texts.say("account.hint_loans") if loans else seen,
            loans or (no_loans,),
        ),
        SectionView(
            "holds",
            texts.say("account.holds", n=str(len(holds))),
            texts.say("account.hint_holds") if holds else seen,
            holds or (no_holds,),
        ),
        SectionView("card", texts.say("account.card"), seen, _card_rows(account, texts)),
    )


def _renewable(account: Account, renewals: dict[ItemId, Renewal]) -> tuple[ItemId, ...]:
    return tuple(loan.item_id for loan in account.loans if _may_ask(renewals.get(loan.item_id)))


def _may_ask(renewal: Renewal | None) -> bool:
    return renewal is None or renewal.status not in _NOT_AGAIN


def _loan_row(loan: OwnLoan, renewal: Renewal | None, texts: Texts) -> RowView:
    number = plain_title(loan.item_id.text)
    if renewal is not None:
        detail, mark = renewal_standing(renewal, texts)
    elif loan.due is None:
        detail, mark = texts.say("row.lent"), Mark.BOOK
    else:
        key = "account.overdue" if loan.overdue else "row.due"
        detail, mark = texts.say(key, date=texts.due(loan.due)), Mark.ATTENTION if loan.overdue else Mark.BOOK
    action = ActionView(texts.say("account.renew"), RenewTouched((loan.item_id,))) if _may_ask(renewal) else None
    title = plain_title(loan.title) or texts.say("row.untitled", item=number)
    return RowView(f"item {loan.item_id.text}", title, detail, mark, action=action)


def _hold_row(number: int, hold: Hold, cancelled: dict[ItemId, Cancelling], texts: Texts) -> RowView:
    title = plain_title(hold.title) or texts.say("row.untitled", item=plain_title(hold.item_id.text))
    key = f"hold {number} {hold.item_id.text}"
    gone = cancelled.get(hold.item_id)
    if gone is not None:
        detail, mark = _cancelling(gone, texts)
        return RowView(key, title, detail, mark)
    question = QuestionView(
        asked=Asked.CANCEL_HOLD,
        title=texts.say("hold.really"),
        words=title,
        large="",
        yes_label=texts.say("hold.cancel_yes"),
        no_label=texts.say("hold.cancel_no"),
        yes=CancelHoldTouched(hold.item_id),
        no=None,
    )
    detail, mark = _stage(hold, texts)
    action = ActionView(texts.say("hold.cancel"), CancelHoldTouched(hold.item_id), question)
    return RowView(key, title, detail, mark, action=action)


def _stage(hold: Hold, texts: Texts) -> tuple[str, Mark]:
    plain, named, mark = _STAGE[hold.stage]
    place = shorten(printable(hold.place), _LONGEST_PLACE)
    words = texts.say(named, place=place) if place else texts.say(plain)
    if hold.until is not None and hold.stage is not HoldStage.WAITING:
        words = texts.say("hold.until", words=words, date=texts.day(hold.until))
    return words, mark


def _cancelling(gone: Cancelling, texts: Texts) -> tuple[str, Mark]:
    match gone.status:
        case CancellingStatus.CANCELLING:
            return texts.say("hold.cancelling"), Mark.BUSY
        case CancellingStatus.CANCELLED:
            return texts.say("hold.cancelled"), Mark.DONE
        case CancellingStatus.KEPT:
            return shorten(printable(gone.words), LONGEST_WORDS) or texts.say("hold.kept"), Mark.ATTENTION
        case _:
            assert_never(gone.status)


def _card_rows(account: Account, texts: Texts) -> tuple[RowView, ...]:
    rows = []
    if account.owed is not None and account.owed.amount:
        total = texts.say("fee.total", amount=texts.money(account.owed))
        where = texts.say("fee.where_or_bank" if account.by_bank else "fee.where")
        rows.append(RowView("owed", total, where, Mark.MONEY))
    elif not account.fees:
        rows.append(RowView("owed", texts.say("fee.none"), "", Mark.DONE))
    rows += [_fee_row(number, fee, texts) for number, fee in enumerate(account.fees)]
    words = shorten(printable(account.words), LONGEST_WORDS)
    if words:
        rows.append(RowView("words", texts.say("account.words"), words, Mark.NOTE))
    if account.expires is not None:
        expires = texts.say("account.expires", date=texts.day(account.expires, year=True))
        rows.append(RowView("expires", expires, "", Mark.NOTE))
    return tuple(rows)


def _fee_row(number: int, fee: FeeLine, texts: Texts) -> RowView:
    words = shorten(printable(fee.words), LONGEST_WORDS) or texts.say("fee.nameless")
    return RowView(f"fee {number}", words, "" if fee.amount is None else texts.money(fee.amount), Mark.MONEY)
