"""A library system behind SIP2: one connection, one message under way, and no loan made twice or lost silently."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence

from kiosk.ils.accounts import Accounts
from kiosk.ils.answers import finding_from
from kiosk.ils.conversation import Conversation
from kiosk.ils.lending import Lending
from kiosk.ils.lists import Standing
from kiosk.ils.noted import LibraryJournal, NotedLoans, NotedReturns, PendingLoan, PendingReturn
from kiosk.ils.profiles import Profile, Replay
from kiosk.ils.replayed import ReplayedAlone
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.taking_back import TakingBack
from kiosk.ils.tending import Tending
from kiosk.ils.told import ToldAlone
from kiosk.ils.told_alarms import ToldAlarms
from kiosk.ils.wire import LineError
from kiosk.ils.words import Words
from kiosk.ports import Clock, FeeAsked, Refused, Unanswered
from kiosk.session.hold_values import PlacedHold
from kiosk.session.values import (
    Account,
    Candidate,
    Finding,
    ItemId,
    Language,
    Loan,
    Patron,
    PatronId,
    Pin,
    Returned,
    TagUid,
    TransactionId,
)
from library.lending.overrides import Override
from sip2.messages import ItemInformationResponse


class Sip2LibrarySystem:
    """A ``ports.LibrarySystem`` over SIP2 2.00.

    ``watch`` is to run beside the other methods; without it they open the line themselves when they need it.
    """

    def __init__(
        self,
        settings: Sip2Settings,
        *,
        profile: Profile,
        journal: LibraryJournal,
        clock: Clock,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        loans, returns = NotedLoans(journal), NotedReturns(journal)
        self._settings = settings
        self._profile = profile
        self._words = Words(settings, profile, clock)
        self._conversation = Conversation(settings, profile, self._words, pause)
        self._accounts = Accounts(self._conversation, clock)
        self._lending = Lending(self._conversation, loans)
        self._taking_back = TakingBack(self._conversation, returns)
        self._tending = Tending(self._conversation, self._lending, self._taking_back, loans, returns)

    async def identify(
        self, patron_id: PatronId, pin: Pin | None = None, language: Language = Language.VIETNAMESE
    ) -> Patron | Refused | Unanswered:
        """Say who holds the card; ends within twice the limit of one message, or within ``give_up_s``."""
        self._words.speak(language)
        return await self._accounts.identify(patron_id, pin)

    async def account(self, patron_id: PatronId, language: Language = Language.VIETNAMESE) -> Account | Unanswered:
        """Tell what is on loan, on hold and owed; ends within ``give_up_s``, with what was learned until then."""
        self._words.speak(language)
        return await self._accounts.account(patron_id)

    async def find(self, candidates: Sequence[Candidate]) -> tuple[Finding, ...]:
        """Say which of these items are known, by a 17 for each; ends within ``give_up_s``.

        After the first that has no answer the others are not asked about: the patron waits.
        """
        found: list[Finding] = []
        with contextlib.suppress(TimeoutError, LineError):
            async with asyncio.timeout(self._settings.give_up_s), self._conversation.turn:
                for candidate in candidates:
                    found.append(await self._finding(candidate))  # noqa: PERF401 - what was found before a failure counts
        return (*found, *(Finding(candidate, known=None) for candidate in candidates[len(found) :]))

    async def lend(
        self,
        transaction_id: TransactionId,
        patron_id: PatronId,
        item_id: ItemId,
        *,
        fee_agreed: bool = False,
        override: Override | None = None,
    ) -> Loan | Refused | FeeAsked | Unanswered:
        """Lend exactly once, however often the line breaks meanwhile; ends within ``give_up_s``."""
        return await self._lending.lend(transaction_id, patron_id, item_id, fee_agreed=fee_agreed, override=override)

    async def take_back(
        self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid] = ()
    ) -> Returned | Refused | Unanswered:
        """Take back, journalled before the first byte; ends within ``give_up_s``."""
        return await self._taking_back.take_back(transaction_id, item_id, tags)

    async def is_on_loan(self, item_id: ItemId) -> bool | None:
        """Tell by a 17 whether the item is on loan to anybody now; ``None``: nobody says. Ends within ``give_up_s``."""
        try:
            async with asyncio.timeout(self._settings.give_up_s), self._conversation.turn:
                return await self._taking_back.is_on_loan(item_id)
        except (TimeoutError, LineError):
            return None

    async def renew(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> Loan | Refused | Unanswered:
        """Renew; what was not answered is not sent again."""
        return await self._lending.renew(transaction_id, patron_id, item_id)

    async def place_hold(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId, *, fee_agreed: bool = False
    ) -> PlacedHold | Refused | Unanswered:
        """Place a hold that is to be fetched here; ends within ``give_up_s``."""
        return await self._lending.place_hold(
            transaction_id, patron_id, item_id, lambda: self._accounts.here, fee_agreed=fee_agreed
        )

    async def cancel_hold(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> bool | Refused | Unanswered:
        """End a hold; what was not answered is not sent again."""
        return await self._lending.cancel_hold(transaction_id, patron_id, item_id)

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Keep the line open until cancelled; tell each time it is lost or there, the first time included."""
        await self._tending.watch(on_change)

    async def recover(
        self, pending: Iterable[PendingLoan], returns: Iterable[PendingReturn] = ()
    ) -> dict[TransactionId, Standing]:
        """Find out about loans and returns that a crash left open; ends within ``give_up_s``."""
        return await self._tending.recover(pending, returns)

    @property
    def conversation(self) -> Conversation:
        """The line, for whoever else has something to say over it: in a turn of its own."""
        return self._conversation

    @property
    def honours_override(self) -> bool:
        """Whether staff may override a no here."""
        return self._profile.honours_override and self._profile.sends_xt

    @property
    def told(self) -> ToldAlone | None:
        """Who hears of what the kiosk did alone; ``None``: such a system is not told over the line."""
        return ToldAlone(self._conversation) if self._profile.replay is Replay.OWN else None

    @property
    def replayed(self) -> ReplayedAlone | None:
        """Who carries out what the kiosk did alone in a system that knows no such events; ``None``: it is told else."""
        if self._profile.replay not in {Replay.NO_BLOCK, Replay.PLAIN}:
            return None
        no_block = self._profile.replay is Replay.NO_BLOCK
        return ReplayedAlone(self._conversation, self._lending.standing, no_block=no_block)

    @property
    def alarm_listener(self) -> ToldAlarms | None:
        """Who hears of items that still alarm; ``None``: such a system has no list for them."""
        return ToldAlarms(self._conversation) if self._profile.replay is Replay.OWN else None

    def close(self) -> None:
        """Give the line up."""
        self._conversation.terminal.close()

    async def _finding(self, candidate: Candidate) -> Finding:
        request = self._words.item(candidate.item_id)
        if not self._words.can_say(request):
            return Finding(candidate, known=False)
        answer = await self._conversation.question(request, ItemInformationResponse)
        return finding_from(answer, candidate, self._profile)
