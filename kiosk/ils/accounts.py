"""Patrons as the library system knows them: who shows a card, and what stands on their account."""

import asyncio
import contextlib
from dataclasses import replace

from kiosk.ils.account_answers import Learned, account_from, wanted_lists
from kiosk.ils.conversation import Conversation
from kiosk.ils.lists import Gathered, item_in, items_in
from kiosk.ils.patrons import patron_from
from kiosk.ils.profiles import Listed
from kiosk.ils.wire import AnswerLostError, LineError, Lost
from kiosk.ports import Clock, Refused, Unanswered
from kiosk.session.values import Account, ItemId, Patron, PatronId, Pin, PinStanding
from library.lending.refusals import Refusal
from sip2.fields import Summary
from sip2.messages import ItemInformationResponse, PatronInformationResponse


class Accounts:
    """Only asks; nothing is changed and nothing is kept."""

    def __init__(self, conversation: Conversation, clock: Clock) -> None:
        self._conversation = conversation
        self._settings = conversation.settings
        self._profile = conversation.profile
        self._words = conversation.words
        self._clock = clock

    async def identify(self, patron_id: PatronId, pin: Pin | None) -> Patron | Refused | Unanswered:
        """Say who holds the card and what is on loan to them; ends within twice the limit of one message.

        A PIN is sent once: of a lost answer nobody knows whether it counted, and systems lock cards.
        """
        if not self._words.can_say(self._words.patron(patron_id)):
            return Refused(Refusal.PATRON_UNKNOWN)
        if pin is not None and not (pin.text and self._words.can_say(self._words.patron(patron_id, pin=pin))):
            bare = await self.identify(patron_id, None)
            return replace(bare, pin=PinStanding.WRONG) if isinstance(bare, Patron) else bare
        patron: Patron | Refused | None = None
        with contextlib.suppress(TimeoutError, LineError):
            async with asyncio.timeout(self._limit_s), self._conversation.turn:
                answer = await self._ask(patron_id, pin)
                patron = patron_from(answer, patron_id, self._profile, pin_given=pin is not None)
                if isinstance(patron, Patron) and patron.pin is not PinStanding.WRONG:
                    patron = replace(patron, charged=await self._charged(patron_id, answer))
        return patron or Unanswered()

    async def account(self, patron_id: PatronId) -> Account | Unanswered:
        """Tell what is on loan, on hold and owed; ends within ``give_up_s``, with what was learned until then.

        Each question is a turn of its own: whoever comes next waits for one of them, not for all.
        """
        if not self._words.can_say(self._words.patron(patron_id)):
            return Unanswered()
        learned = Learned()
        with contextlib.suppress(TimeoutError, LineError):
            async with asyncio.timeout(self._settings.give_up_s):
                await self._learn(patron_id, learned)
        now = self._clock.wall()
        return account_from(learned, self._profile, self._settings.zone, self.here, now) or Unanswered()

    @property
    def _limit_s(self) -> float:
        return min(self._settings.give_up_s, 2 * self._settings.answer_s)

    @property
    def here(self) -> frozenset[str]:
        """What this place is called: as it is configured, otherwise as the library system says."""
        configured = self._settings.location.strip().casefold()
        return self._conversation.terminal.places | ({configured} if configured else set())

    async def _ask(self, patron_id: PatronId, pin: Pin | None) -> PatronInformationResponse:
        summary = None if self._profile.lists is Listed.TITLES else Summary.CHARGED
        request = self._words.patron(patron_id, summary, pin=pin)
        if pin is not None:
            return await self._conversation.once(request, PatronInformationResponse)
        return await self._conversation.question(request, PatronInformationResponse)

    async def _charged(self, patron_id: PatronId, first: PatronInformationResponse) -> tuple[ItemId, ...] | None:
        """Give what is on loan to the patron; ``None`` where the list names titles, breaks off or takes too long."""
        if self._profile.lists is Listed.TITLES:
            return None
        gathered = Gathered(Summary.CHARGED)
        gathered.add(first)
        with contextlib.suppress(TimeoutError, LineError):
            async with asyncio.timeout(self._settings.list_s):
                while not gathered.ended:
                    await self._conversation.page(patron_id, gathered)
        return items_in(gathered, self._settings.numbers, self._profile.lists)

    async def _learn(self, patron_id: PatronId, learned: Learned) -> None:
        charged = learned.lists[Summary.CHARGED] = Gathered(Summary.CHARGED)
        first = await self._page(patron_id, charged)
        if isinstance(patron_from(first, patron_id, self._profile), Refused):
            return
        learned.first = first
        everything = True
        for summary in wanted_lists(first):
            gathered = learned.lists.setdefault(summary, Gathered(summary))
            everything &= await self._read_whole(patron_id, gathered)
        for text in learned.worth_asking():
            item_id = item_in(text, self._settings.numbers, self._profile.lists)
            if item_id is not None:
                answer = await self._item(item_id)
                everything &= answer is not None
                if answer is not None:
                    learned.items[text] = answer
        learned.everything = everything

    async def _page(self, patron_id: PatronId, gathered: Gathered) -> PatronInformationResponse:
        async with self._conversation.turn:
            return await self._conversation.page(patron_id, gathered)

    async def _read_whole(self, patron_id: PatronId, gathered: Gathered) -> bool:
        """Read a list to its end; a system that hangs up at one list may give the others."""
        try:
            while not gathered.ended:
                await self._page(patron_id, gathered)
        except AnswerLostError as error:
            if error.reason is Lost.TIME_LIMIT:
                raise
            return False
        return True

    async def _item(self, item_id: ItemId) -> ItemInformationResponse | None:
        request = self._words.item(item_id)
        if not self._words.can_say(request):
            return None
        try:
            async with self._conversation.turn:
                return await self._conversation.question(request, ItemInformationResponse)
        except AnswerLostError as error:
            if error.reason is Lost.TIME_LIMIT:
                raise
            return None
