"""The part of the walk that changes something: the test item is lent to the test card, renewed, and brought back."""

from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.ils.answers import loan_from, renewal_from
from kiosk.ils.due_dates import read_due_date
from kiosk.ils.lists import ChargedList, Standing
from kiosk.ils.profiles import Replay
from kiosk.ils.returns import still_on_loan
from kiosk.ports import FeeAsked
from kiosk.probe.line import Answer
from kiosk.probe.walk import Walk
from kiosk.session.values import Loan, TransactionId
from sip2.fields import Summary
from sip2.messages import (
    CheckinRequest,
    CheckinResponse,
    CheckoutResponse,
    ItemInformationResponse,
    PatronInformationResponse,
    RenewResponse,
)

_YES = "Y"
_LENT_AGO = timedelta(days=2)
_DUE_IN = timedelta(days=5)


class Trials:
    """Each trial on a line of its own; at the end the item is on loan to nobody, or it is said that it is."""

    def __init__(self, walk: Walk, run: str) -> None:
        """``run`` makes the transactions' numbers of this probe its own."""
        self._walk = walk
        self._findings = walk.findings
        self._run = run
        self._steps = 0
        self._usual_due: datetime | None = None

    async def all(self) -> None:
        """Try everything; nothing where the item is on loan already, or where that is not said."""
        if await self._on_loan() is not False:
            self._findings.missing("--write: the test item is on loan, or its status does not say; nothing was changed")
            return
        try:
            if await self._lend():
                await self._listed()
                await self._again()
                await self._renew()
        finally:
            if await self._on_loan() is not False:
                await self._bring_back()
        await self._bring_back_again()
        if self._findings.is_enough:
            await self._undo()
            await self._no_block()
        if await self._on_loan() is not False:
            self._findings.missing("the test item may still be on loan to the test card: return it at the desk")

    def _transaction(self) -> TransactionId:
        self._steps += 1
        return TransactionId(f"{self._run}-{self._steps}")

    async def _lend(self) -> bool:
        answer, outcome = await self._checkout(agreed=False)
        if isinstance(outcome, FeeAsked):
            self._findings.note("11: asks for a fee (BV); lent with BO Y")
            answer, outcome = await self._checkout(agreed=True)
        lent = isinstance(outcome, Loan)
        self._findings.answered["11"] = isinstance(answer.message, CheckoutResponse)
        words = f"11 checkout: {'lent' if lent else answer.silence or 'refused'}, {answer.milliseconds} ms"
        self._findings.need("a loan of the test item to the test card", there=lent, words=words)
        if isinstance(outcome, Loan):
            self._usual_due = outcome.due
            due = "read" if outcome.due is not None else "NOT READ: its form is not known"
            leaves = "yes" if outcome.may_leave else "no"
            self._findings.note(f"12: due date {due}, alarm may go off (desensitize): {leaves}")
        return lent

    async def _checkout(self, *, agreed: bool) -> tuple[Answer, object]:
        task, walk = self._walk.task, self._walk
        request = walk.words.checkout(task.patron_id, task.item_id, self._transaction(), fee_agreed=agreed)
        answer = await walk.ask(request)
        if not isinstance(answer.message, CheckoutResponse):
            return answer, None
        profile, zone = self._findings.profile, task.settings.zone
        return answer, loan_from(answer.message, task.item_id, profile, zone, fee_agreed=agreed)

    async def _listed(self) -> None:
        """See whether a loan whose answer was lost could be found again."""
        task, walk = self._walk.task, self._walk
        charged = ChargedList(task.item_id, task.settings.numbers, self._findings.profile.lists)
        while charged.verdict is None:
            request = walk.words.patron(task.patron_id, Summary.CHARGED, first=charged.next_place)
            answer = await walk.ask(request)
            if not isinstance(answer.message, PatronInformationResponse):
                break
            charged.add(answer.message)
        if charged.verdict is Standing.STANDS:
            self._findings.works("the loan is in the patron's list: a lost answer can be made good")
        else:
            self._findings.missing("the loan is not found in the patron's list: after a lost answer nobody can say")

    async def _again(self) -> None:
        """Send a new 11 of the same loan, as a patron does who lays the item down twice."""
        answer, _ = await self._checkout(agreed=False)
        if not isinstance(answer.message, CheckoutResponse):
            self._findings.note(f"11 of an own loan: {answer.silence}")
            return
        said = (
            "renews it" if answer.message.ok and answer.message.renewal_ok else "ok" if answer.message.ok else "refused"
        )
        self._findings.note(f"11 of an own loan: {said}")

    async def _renew(self) -> None:
        task, walk = self._walk.task, self._walk
        answer = await walk.ask(walk.words.renew(task.patron_id, task.item_id, self._transaction()))
        self._findings.answered["29"] = isinstance(answer.message, RenewResponse)
        if not isinstance(answer.message, RenewResponse):
            self._findings.missing(f"29 renew: {answer.silence}")
            return
        message = answer.message
        outcome = renewal_from(message, task.item_id, self._findings.profile, task.settings.zone)
        flags = f"ok {int(message.ok)}, renewal {_YES if message.renewal_ok else 'N'}"
        said = "renewed" if isinstance(outcome, Loan) else "not renewed"
        self._findings.note(f"29 renew: {said} ({flags}), {answer.milliseconds} ms")

    async def _bring_back(self) -> None:
        answer = await self._checkin()
        message = answer.message
        self._findings.answered["09"] = isinstance(message, CheckinResponse)
        if not isinstance(message, CheckinResponse):
            self._findings.need("a return", there=False, words=f"09 checkin: {answer.silence}")
            return
        fields = {
            "CV": message.alert_type,
            "CT": message.destination_location,
            "CL": message.sort_bin,
            "CK": message.media_type,
            "CY": message.hold_patron_id,
            "DA": message.hold_patron_name,
        }
        told = " ".join(name for name, value in fields.items() if value) or "nothing more"
        words = f"09 checkin: ok {int(message.ok)}, {answer.milliseconds} ms, tells {told}"
        self._findings.need("a return", there=message.ok, words=words)
        self._findings.note(f"10: the alarm is to be switched on (resensitize): {_YES if message.resensitize else 'N'}")

    async def _bring_back_again(self) -> None:
        """Return what is on no loan."""
        answer = await self._checkin()
        if not isinstance(answer.message, CheckinResponse):
            self._findings.note(f"09 of an item that is not on loan: {answer.silence}")
            self._findings.learn(hangs_up_at_checkin=True)
            return
        ok, arm = answer.message.ok, answer.message.resensitize
        self._findings.note(f"09 of an item that is not on loan: ok {int(ok)}, resensitize {_YES if arm else 'N'}")
        self._findings.learn(not_on_loan_is_refused=not ok and arm)

    async def _undo(self) -> None:
        """Lend, undo the loan (09 with BI Y), and undo a return (11 with BI Y) that there was none of.

        Who takes BI for nothing makes a return of the one and a loan of the other.
        """
        task, walk = self._walk.task, self._walk
        _, lent = await self._checkout(agreed=True)
        if not isinstance(lent, Loan):
            return
        undone = await self._checkin(cancel=True)
        if await self._on_loan() is not False:
            self._findings.note(f"09 with BI Y: {undone.silence or 'refused'}; the loan stands")
            self._findings.learn(cancel_honoured=False)
            await self._checkin()
            return
        request = walk.words.checkout(task.patron_id, task.item_id, self._transaction(), fee_agreed=True)
        answer = await walk.ask(replace(request, cancel=_YES))
        honoured = isinstance(answer.message, CheckoutResponse) and not answer.message.ok
        self._findings.note(f"BI Y (undo): {'honoured' if honoured else 'NOT honoured, 09 is a return like any other'}")
        self._findings.learn(cancel_honoured=honoured)
        if await self._on_loan() is not False:
            await self._checkin()

    async def _no_block(self) -> None:
        """Lend as if two days ago, with a due date of our own, and see which date stands."""
        task, walk = self._walk.task, self._walk
        now = self._now()
        due = (now + _DUE_IN).replace(hour=23, minute=59, second=0)
        if self._usual_due is not None and due.date() == self._usual_due.date():
            due += timedelta(days=1)
        plain = walk.words.checkout(task.patron_id, task.item_id, fee_agreed=True)
        request = replace(plain, no_block=True, transaction_date=now - _LENT_AGO, nb_due_date=due)
        answer = await walk.ask(request)
        if not isinstance(answer.message, CheckoutResponse) or not answer.message.ok:
            self._findings.note(f"11 with no block: {answer.silence or 'refused'}")
            return
        kept = await self._due_date()
        keeps = kept is not None and kept.date() == due.date()
        self._findings.note(f"11 with no block: lent, and its due date is {'kept' if keeps else 'NOT kept'}")
        if self._findings.profile.replay is not Replay.OWN:
            self._findings.learn(replay=Replay.NO_BLOCK if keeps else self._without_no_block())
        await self._checkin()

    def _without_no_block(self) -> Replay:
        now = self._findings.profile.replay
        return Replay.PLAIN if now is Replay.NO_BLOCK else now

    async def _due_date(self) -> datetime | None:
        message = await self._about_item()
        return None if message is None else read_due_date(message.due_date, self._walk.task.settings.zone)

    async def _checkin(self, *, cancel: bool = False) -> Answer:
        walk = self._walk
        request: CheckinRequest = walk.words.checkin(walk.task.item_id, self._transaction())
        return await walk.ask(replace(request, cancel=_YES) if cancel else request)

    async def _on_loan(self) -> bool | None:
        message = await self._about_item()
        return None if message is None else still_on_loan(message, self._walk.task.item_id)

    async def _about_item(self) -> ItemInformationResponse | None:
        walk = self._walk
        answer = await walk.ask(walk.words.item(walk.task.item_id))
        return answer.message if isinstance(answer.message, ItemInformationResponse) else None

    def _now(self) -> datetime:
        local = self._walk.clock.wall().astimezone(self._walk.task.settings.zone)
        return local.replace(microsecond=0, tzinfo=None)
