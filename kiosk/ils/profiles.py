"""What differs between library systems that speak SIP2, as data (observed behaviour: docs/sip2.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sip2.agreement import Agreement
from sip2.codec import DEFAULT
from sip2.fields import PatronFlag


class Listed(StrEnum):
    """What stands in the lists of a 64 (AS, AT, AU, CD)."""

    IDS = "ids"
    TITLES = "titles"
    EITHER = "either"
    """A setting of the system, or not known: each text is judged by what the library's item numbers look like."""


class Replay(StrEnum):
    """How the system is told of what a kiosk did while there was no line."""

    OWN = "own"
    """As events with a transaction id, each exactly once: our own server."""
    NO_BLOCK = "no_block"
    """11 and 09 with "no block", whose dates the system keeps."""
    PLAIN = "plain"
    """Ordinary 11 and 09, dated when they are sent."""
    KOC = "koc"
    """Not over the line: a file in Koha's format for offline circulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one kind of library system is spoken to."""

    agreement: Agreement = DEFAULT
    logs_in: bool = True
    """A 93 opens the line."""
    asks_status: bool = True
    """A 99 follows it and keeps the line alive; without, an idle line is left alone."""
    status_first: bool = False
    """The 99 goes before the 93; what its 98 allows is not judged then, for nobody has logged in yet."""
    believes_status: bool = True
    """A 98 that denies "on line" or "checkout" is true: such a system is out of service."""
    login_s: float = 0.0
    """A login may take so long whatever the limit for one message is."""
    language: str = "000"
    """Language of the words in AF: 000 is the system's own (spec p. 28), whose table has no number for Vietnamese."""
    english: str = "001"
    """What a 63 says while the patron reads English; empty: the same as ``language``."""
    empty_pin: bool = False
    """AD stands in a 63, empty, also where no PIN was typed: some systems demand the field."""
    reads_xr: bool = False
    """Refusals carry our own server's field XR, a value of ``library.lending.refusals.Refusal``."""
    honours_override: bool = False
    """A no that staff override, in our own server's field XV of an 11, is looked at anew."""
    sends_xt: bool = False
    """What changes something carries its transaction id in our own server's field XT."""
    repeats_checkin: bool = False
    """An identical 09 is done once and answered again, so it may be repeated after its answer was lost."""
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
    currency: str = ""
    """Of amounts that come without BH; ISO 4217."""
    lists: Listed = Listed.EITHER
    list_page: int = 20
    """Items asked for in one 63 (3M asks for 10 at a time); 0 asks without BP and BQ."""
    list_extra: int = 0
    """So many items more than BQ asks for are given (Koha: 1)."""
    not_on_loan_is_refused: bool = False
    """A 10 that says no and wants the item resensitized means: it was not on loan."""
    hangs_up_at_checkin: bool = False
    """The line ends instead of some refusals of a 09, so its end says nothing about the return."""
    names_pickup: bool = True
    """Where a hold is to be fetched is said in BS, by the place's code; without, it is the terminal's own place."""
    cancel_honoured: bool = False
    """BI=Y in a 09 undoes the loan, and is no return that fills a stranger's hold."""
    replay: Replay = Replay.PLAIN
    sends: int = 3
    """How often the same loan may be sent, the first time included."""


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "own": Profile(
            reads_xr=True,
            honours_override=True,
            sends_xt=True,
            repeats_checkin=True,
            trusts_supported_messages=True,
            may_leave_when_found=True,
            currency="VND",
            lists=Listed.IDS,
            names_pickup=False,
            cancel_honoured=True,
            replay=Replay.OWN,
        ),
        "koha": Profile(
            # The first login may wait 10 s for a worker process.
            login_s=15.0,
            card_number_may_change=True,
            may_leave_when_found=True,
            pipe_as_entity=True,
            lists=Listed.IDS,
            list_extra=1,
            not_on_loan_is_refused=True,
            hangs_up_at_checkin=True,
            replay=Replay.KOC,
        ),
        "evergreen": Profile(
            # Titles by default, item numbers where msg64_summary_datatype and msg64_hold_datatype say so. It hangs up
            # where the first message is not a 93, and answers identifiers as they are on the card.
            login_s=10.0,
            card_number_may_change=True,
        ),
        "generic": Profile(login_s=10.0),
    }
)
"""By the name in ``kiosk.toml``."""
