"""The one conversation with the library system: whose turn it is, what is asked twice, and what only once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from kiosk.ils.lists import Gathered
from kiosk.ils.patrons import patron_from
from kiosk.ils.profiles import Profile
from kiosk.ils.pulse import Pulse
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.terminal import Terminal
from kiosk.ils.wire import AnswerLostError, LineError, Lost, ResponseT, Sip2Line
from kiosk.ils.words import Words
from kiosk.session.values import PatronId
from sip2.layout import Request
from sip2.messages import PatronInformationResponse


class SomebodyElseError(AnswerLostError):
    """A list was of another patron than was asked about."""


class Turn(asyncio.Lock):
    """Who holds it speaks; whoever has to wait for it is not forgotten by the pulse."""

    def __init__(self, pulse: Pulse) -> None:
        super().__init__()
        self._pulse = pulse

    async def acquire(self) -> Literal[True]:
        """Wait for the turn."""
        if self.locked():
            self._pulse.awaited()
        return await super().acquire()


class Conversation:
    """Everything that is said goes through here, by whoever holds ``turn``."""

    def __init__(
        self, settings: Sip2Settings, profile: Profile, words: Words, pause: Callable[[float], Awaitable[None]]
    ) -> None:
        self.settings = settings
        self.profile = profile
        self.words = words
        self.pause = pause
        self.terminal = Terminal(settings, profile, words)
        self.pulse = Pulse(settings.silence_s)
        self.turn = Turn(self.pulse)

    async def line_up(self) -> Sip2Line:
        """Return the line, opened where that is needed.

        Raises:
            NoLineError: there is none; nothing was sent that changes anything.

        """
        self.pulse.begun()
        return await self.terminal.line_up()

    async def ask(self, line: Sip2Line, request: Request, expected: type[ResponseT]) -> ResponseT:
        """Ask on this line, once.

        Raises:
            NoLineError: the line was gone before anything was sent.
            AnswerLostError: the line is closed now; the request may have been executed.

        """
        self.pulse.begun()
        try:
            answer = await line.ask(request, expected, self.settings.answer_s)
        except AnswerLostError:
            self.pulse.unanswered()
            raise
        self.pulse.answered()
        self.terminal.heard()
        return answer

    async def question(self, request: Request, expected: type[ResponseT]) -> ResponseT:
        """Ask on the line that is there, and once more on a new one if that was lost: a question changes nothing.

        What nobody waits for is asked once: others wait for their turn, and it is asked again another time.
        """
        line = await self.line_up()
        try:
            return await self.ask(line, request, expected)
        except LineError:
            if self.pulse.is_aside:
                raise
            return await self.ask(await self.line_up(), request, expected)

    async def once(self, request: Request, expected: type[ResponseT]) -> ResponseT:
        """Ask what may not be asked again by itself, on a line that is known to be alive."""
        self.pulse.begun()
        return await self.ask(await self.terminal.sure_line(), request, expected)

    async def page(self, patron_id: PatronId, gathered: Gathered) -> PatronInformationResponse:
        """Ask for the next page of a patron's list and add it.

        Raises:
            SomebodyElseError: the answer was about another patron; the line is closed.

        """
        request = self.words.patron(patron_id, gathered.summary, first=gathered.next_place)
        page = await self.question(request, PatronInformationResponse)
        if patron_from(page, patron_id, self.profile) is None:
            self.terminal.close()
            raise SomebodyElseError(Lost.UNEXPECTED)
        gathered.add(page)
        return page
