"""The harvester's end of OAI-PMH 2.0: asks politely, tries again where that helps, says what is wrong where not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from library.catalogue.reading.harvested import AnswerBrokenError, Envelope, envelope, in_utf8
from server.exchange.fetching import BusyError, FetchError, LostError

LONGEST_WAIT_S: Final = 600.0
"""Who wants to be asked later than that is asked in the next run."""
_WAITS_S: Final = (5.0, 30.0, 120.0)
"""After an answer that was lost; the fourth time it counts."""
_MOST_BUSY: Final = 10
_SECONDS: Final = "YYYY-MM-DDThh:mm:ssZ"
_NOTHING: Final = "noRecordsMatch"
_TOKEN_OVER: Final = "badResumptionToken"  # noqa: S105 - an error's name


class LeavingError(Exception):
    """The program was told to end while it waited."""


class TokenOverError(FetchError):
    """The list cannot be gone on with from here; it can from its beginning."""

    def __init__(self) -> None:
        super().__init__("does not know where its list goes on any more")


class LaterError(FetchError):
    """The system wants to be asked so much later that this run ends."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"wants to be asked again in {wait_s:.0f} s")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list."""

    envelope: Envelope
    body: bytes
    """In UTF-8, for ``library.catalogue.reading.harvested.records``."""

    @property
    def is_nothing(self) -> bool:
        """Tell whether the server says that no record is asked for."""
        return _NOTHING in self.envelope.errors


class OaiClient:
    """Asks one server."""

    def __init__(
        self, url: str, fetch: Callable[[str], bytes], pause: Callable[[float], bool], pause_s: float = 1.0
    ) -> None:
        """``pause`` waits so many seconds and says whether the program is to end."""
        self._url = url
        self._fetch = fetch
        self._pause = pause
        self._pause_s = pause_s
        self._has_asked = False

    def identify(self) -> Envelope:
        """Ask who it is."""
        return self._ask({"verb": "Identify"}).envelope

    def records(self, arguments: Mapping[str, str]) -> Page:
        """Ask for a part of a list; raise :class:`TokenOverError` where its token counts no more."""
        return self._ask({"verb": "ListRecords", **arguments})

    def _ask(self, arguments: Mapping[str, str]) -> Page:
        between = "&" if "?" in self._url else "?"
        url = f"{self._url}{between}{urlencode(arguments)}"
        if self._has_asked:
            self._wait(self._pause_s)
        self._has_asked = True
        page = self._patiently(url)
        codes = page.envelope.errors
        if _TOKEN_OVER in codes:
            raise TokenOverError
        if codes and not page.is_nothing:
            code, words = next(iter(codes.items()))
            raise FetchError(f"answers {ascii(code)[:60]}: {ascii(words)[:200]}")
        return page

    def _patiently(self, url: str) -> Page:
        lost, busy = iter(_WAITS_S), 0
        while True:
            try:
                body = in_utf8(self._fetch(url))
                return Page(envelope(body), body)
            except BusyError as error:
                busy += 1
                if error.wait_s > LONGEST_WAIT_S or busy > _MOST_BUSY:
                    raise LaterError(error.wait_s) from error
                self._wait(error.wait_s)
            except (LostError, AnswerBrokenError) as error:
                wait = next(lost, None)
                if wait is None:
                    raise error if isinstance(error, FetchError) else FetchError(str(error)) from error
                self._wait(wait)

    def _wait(self, seconds: float) -> None:
        if self._pause(seconds):
            raise LeavingError


def written(since: int, granularity: str) -> str:
    """Write a moment as the server wants it, to the second or to the day."""
    moment = datetime.fromtimestamp(since, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if granularity == _SECONDS else "%Y-%m-%d")
