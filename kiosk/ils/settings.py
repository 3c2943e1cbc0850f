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
    give_up_s: float = 25.0
    """One loan, with all that is asked about it."""
    owes_alarms: bool = True
    """The kiosk has a pad: a loan owes the tag's alarm until it was seen to be off."""
    keep_alive_s: float = 60.0
    """An idle line is asked for its status so often: some servers hang up after five minutes, routers earlier."""
