"""The kiosk as a SIP2 terminal: one line, logged in and in service, opened again when it is needed and lost."""

import asyncio
import contextlib
import math
import ssl

from kiosk.ils.profiles import Profile
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.wire import AnswerLostError, LineError, Lost, NoLine, NoLineError, Sip2Line
from kiosk.ils.words import Words
from sip2.errors import LocalProtocolError
from sip2.messages import AcsStatus, LoginResponse

_NO = "N"
_PLACE = "XP"
"""Our own server's field with the code of a place."""
_PATRON_INFORMATION_IN_BX = 7
"""BX names the messages in a fixed order: 23 11 09 01 99 97 93 63 ... (specification, field BX)."""


class Terminal:
    """Not for two users at a time: the caller holds a lock around each conversation."""

    def __init__(self, settings: Sip2Settings, profile: Profile, words: Words) -> None:
        self._settings = settings
        self._profile = profile
        self._words = words
        self._line: Sip2Line | None = None
        self._heard_at = -math.inf
        self.places: frozenset[str] = frozenset()
        """What the library system calls the place where this terminal stands, as far as it has said so."""
        self.lists_loans = True
        """``False``: the library system denies in its 98 that it answers a 63, and is to be believed."""

    def close(self) -> None:
        """Give the line up."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def heard(self) -> None:
        """Note that the line answered just now."""
        self._heard_at = asyncio.get_running_loop().time()

    async def idle(self) -> bool:
        """Return ``False`` when the line is lost, ``True`` when it was idle so long that it should be asked."""
        if self._line is None:
            return False
        try:
            async with asyncio.timeout(self._settings.keep_alive_s):
                await self._line.lost.wait()
        except TimeoutError:
            return True
        return False

    async def check(self) -> None:
        """Make sure that there is a line with a library system behind it.

        Raises:
            NoLineError: there is none. A line that was idle ends easily: it is lost only if a new one cannot be had.

        """
        if self._line is not None and not self._line.lost.is_set() and self._profile.asks_status:
            with contextlib.suppress(LineError):
                await self._ask_status(self._line)
        await self.line_up()

    async def sure_line(self) -> Sip2Line:
        """Return a line that answered just now, for what may be sent only once.

        Raises:
            NoLineError: there is none; nothing was sent that changes anything.

        """
        line = self._line
        stale = asyncio.get_running_loop().time() - self._heard_at >= self._settings.sure_for_s
        if line is not None and not line.lost.is_set() and stale and self._profile.asks_status:
            with contextlib.suppress(LineError):
                await self._ask_status(line)
        return await self.line_up()

    async def line_up(self) -> Sip2Line:
        """Return the line; open it, log in and ask for the status where that is needed.

        Raises:
            NoLineError: that was not possible within the limits; nothing was sent that changes anything.

        """
        if self._line is not None and not self._line.lost.is_set():
            return self._line
        self._line = None
        line = await self._connect()
        try:
            logs_in = self._profile.logs_in and bool(self._settings.login)
            if self._profile.asks_status and self._profile.status_first:
                await self._ask_status(line, judged=not logs_in)
            if logs_in:
                await self._log_in(line)
            if self._profile.asks_status and not self._profile.status_first:
                await self._ask_status(line)
        except AnswerLostError as error:
            raise NoLineError(NoLine.TIME_LIMIT if error.reason is Lost.TIME_LIMIT else NoLine.HUNG_UP) from None
        except LocalProtocolError:  # a login with a sign that SIP2 cannot carry
            line.close()
            raise NoLineError(NoLine.LOGIN_REFUSED) from None
        except BaseException:
            line.close()
            raise
        self._line = line
        return line

    async def _connect(self) -> Sip2Line:
        try:
            async with asyncio.timeout(self._settings.answer_s):
                _, line = await asyncio.get_running_loop().create_connection(
                    lambda: Sip2Line(self._profile.agreement),
                    self._settings.host,
                    self._settings.port,
                    ssl=self._settings.tls,
                )
        except TimeoutError:
            raise NoLineError(NoLine.TIME_LIMIT) from None
        except ssl.SSLError:
            raise NoLineError(NoLine.NOT_TRUSTED) from None
        except (OSError, UnicodeError):  # a host name that can be none is a UnicodeError
            raise NoLineError(NoLine.UNREACHABLE) from None
        return line

    async def _log_in(self, line: Sip2Line) -> None:
        answer = await line.ask(self._words.login(), LoginResponse, max(self._settings.answer_s, self._profile.login_s))
        if not answer.ok:
            raise NoLineError(NoLine.LOGIN_REFUSED)

    async def _ask_status(self, line: Sip2Line, *, judged: bool = True) -> None:
        status = await line.ask(self._words.status(), AcsStatus, self._settings.answer_s)
        works = status.online_status and status.checkout_ok
        if judged and self._profile.believes_status and not works:
            line.close()
            raise NoLineError(NoLine.OUT_OF_SERVICE)
        self.heard()
        named = (status.terminal_location, status.extension(_PLACE))
        said = named if any(named) else (status.institution_id,)
        self.places = frozenset(text.strip().casefold() for text in said if text and text.strip())
        supported = status.supported_messages or ""
        denied = supported[_PATRON_INFORMATION_IN_BX : _PATRON_INFORMATION_IN_BX + 1] == _NO
        self.lists_loans = not (self._profile.trusts_supported_messages and denied)
