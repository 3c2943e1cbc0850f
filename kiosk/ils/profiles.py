"""What differs between library systems that speak SIP2, as data (observed behaviour: docs/sip2.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sip2.agreement import Agreement
from sip2.codec import DEFAULT
from sip2.fields import PatronFlag


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one kind of library system is spoken to."""

    agreement: Agreement = DEFAULT
    logs_in: bool = True
    """A 93 opens the line."""
    asks_status: bool = True
    """A 99 follows it and keeps the line alive; without, an idle line is left alone."""
    login_s: float = 0.0
    """A login may take so long whatever the limit for one message is."""
    language: str = "000"
    """Language of the words in AF: 000 is the system's own (spec p. 28)."""
    reads_xr: bool = False
    """Refusals carry our own server's field XR, a value of ``library.lending.refusals.Refusal``."""
    stop_flags: frozenset[PatronFlag] = frozenset()
    """Denied privileges that end a visit; none by default, for systems set them loosely: BL=N alone ends it."""
    trusts_supported_messages: bool = False
    """BX in the 98 is true, so a message it denies is not tried."""
    card_number_may_change: bool = False
    """AA of an answer may be another number of the same patron."""
    may_leave_when_found: bool = False
    """A loan found in the patron's list, without the 12 that would have said so, may have its alarm switched off."""
    pipe_as_entity: bool = False
    """``|`` in titles and words comes as ``&#124;``."""
    day_first: bool | None = None
    """How 03/04/2026 is to be read; ``None`` does not read it."""
    list_page: int = 20
    """Items asked for in one 63 (3M asks for 10 at a time; Koha gives one more than asked)."""
    sends: int = 3
    """How often the same loan may be sent, the first time included."""


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "own": Profile(reads_xr=True, trusts_supported_messages=True, may_leave_when_found=True),
        "koha": Profile(
            # The first login may wait 10 s for a worker process.
            login_s=15.0,
            card_number_may_change=True,
            may_leave_when_found=True,
            pipe_as_entity=True,
        ),
        "generic": Profile(login_s=10.0),
    }
)
"""By the name in ``kiosk.toml``."""
