"""Where a library system is, who the kiosk is to it, and how long things may take."""

import ssl
from dataclasses import dataclass, field
from datetime import tzinfo

from library.lending.patterns import NumberPatterns


@dataclass(frozen=True, slots=True, kw_only=True)
class Sip2Settings:
    """Where the library system is, who we are to it, and how long things may take (seconds)."""

    host: str
    port: int
    zone: tzinfo
    tls: ssl.SSLContext | None = None
    """With the kiosk's certificate in it; ``None`` is plain TCP."""
    login: str = ""
    password: str = field(default="", repr=False)
    institution: str = ""
    location: str = ""
    numbers: NumberPatterns = field(default_factory=NumberPatterns)
    """What the library's item numbers look like: a list of loans may name titles instead."""
    answer_s: float = 5.0
    """One message, from its first byte to its answer's last."""
    give_up_s: float = 10.0
    """One loan, with all that is asked about it: nobody waits longer before a screen where the line is dead."""
    list_s: float = 3.0
    """The further pages of a list of loans, when a card is shown: it is better to go on without the list."""
    owes_alarms: bool = True
    """The kiosk has a pad: a loan owes the tag's alarm until it was seen to be off."""
    keep_alive_s: float = 4.0
    """An idle line is asked for its status so often: some servers hang up after five minutes, routers earlier, and a
    half-open line is to be found before a patron finds it."""
    sure_for_s: float = 1.0
    """A line that answered so recently is not asked again before something that may be sent only once."""
    lost_after_s: float = 5.5
    """A library system that leaves what it is asked unanswered for so long is told lost, whatever else is tried
    meanwhile; with ``keep_alive_s`` within ten seconds, also of a line that nobody uses."""

    @property
    def silence_s(self) -> float:
        """How long the silence may last; a message that may still be answered in time is no silence."""
        return max(self.lost_after_s, min(self.answer_s + 0.5, 9.5))
