"""What a harvester may ask by OAI-PMH 2.0, read from the arguments of its request; pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

PREFIXES: Final = ("oai_dc", "marcxml")
_HIGHEST: Final = (1 << 63) - 1
_REQUIRED: Final = {
    "Identify": frozenset[str](),
    "ListMetadataFormats": frozenset[str](),
    "ListSets": frozenset[str](),
    "GetRecord": frozenset({"identifier", "metadataPrefix"}),
    "ListIdentifiers": frozenset({"metadataPrefix"}),
    "ListRecords": frozenset({"metadataPrefix"}),
}
_SPAN: Final = frozenset({"from", "until", "set"})
_ALLOWED: Final = {
    "Identify": frozenset[str](),
    "ListMetadataFormats": frozenset({"identifier"}),
    "ListSets": frozenset[str](),
    "GetRecord": frozenset[str](),
    "ListIdentifiers": _SPAN,
    "ListRecords": _SPAN,
}
_LISTS: Final = frozenset({"ListSets", "ListIdentifiers", "ListRecords"})
_TOKEN: Final = "resumptionToken"  # noqa: S105 - an argument's name
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")
_WRITTEN: Final = re.compile(r"(oai_dc|marcxml)\.([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})")
_DAY: Final = timedelta(days=1)
_LENGTH_OF_A_DAY: Final = len("2026-11-23")


class OaiCode(StrEnum):
    """The protocol's words for what is wrong."""

    BAD_ARGUMENT = "badArgument"
    BAD_TOKEN = "badResumptionToken"  # noqa: S105 - an error's name
    BAD_VERB = "badVerb"
    NO_FORMAT = "cannotDisseminateFormat"
    NO_ID = "idDoesNotExist"
    NO_RECORDS = "noRecordsMatch"
    NO_SETS = "noSetHierarchy"


class OaiError(Exception):
    """A request that cannot be answered; the words are for whoever asked."""

    def __init__(self, code: OaiCode, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class ListingFrom:
    """A list of records in the order of their datestamps, from somewhere on; written as a resumption token.

    It names a place between two records, not a list that somebody keeps: no token is ever over. What changes in the
    meantime moves behind it and comes once more, or later.
    """

    prefix: str
    since: int = 0
    until: int = _HIGHEST // 10
    """Seconds since 1970, both included."""
    after_at: int = 0
    after_id: int = 0
    """Datestamp and number of the last record that was given."""

    @property
    def is_resumed(self) -> bool:
        """Tell whether there was a part before."""
        return self.after_id > 0

    def after(self, at: int, record_id: int) -> Self:
        """Give the rest of the list behind a record."""
        return type(self)(self.prefix, self.since, self.until, at, record_id)

    def __str__(self) -> str:
        return f"{self.prefix}.{self.since}.{self.until}.{self.after_at}.{self.after_id}"

    @classmethod
    def read(cls, token: str) -> Self:
        """Read a token; raise :class:`OaiError` where it is none of ours."""
        found = _WRITTEN.fullmatch(token)
        if found is None or not int(found[5]):
            raise OaiError(OaiCode.BAD_TOKEN, "this token was not given here")
        return cls(found[1], *(int(part) for part in found.groups()[1:]))


@dataclass(frozen=True, slots=True)
class OaiRequest:
    """A request that is in order."""

    verb: str
    arguments: dict[str, str]
    """All of it but the verb."""
    listing: ListingFrom | None = None
    """What part of which list, where one is asked for."""


def read_request(pairs: Sequence[tuple[str, str]]) -> OaiRequest:
    """Read the arguments of a request; raise :class:`OaiError` where they are not as the protocol wants."""
    counted = Counter(name for name, _ in pairs)
    given = dict(pairs)
    verb = given.pop("verb", "")
    if verb not in _REQUIRED or counted["verb"] > 1:
        raise OaiError(OaiCode.BAD_VERB, "one verb is wanted, of the six of OAI-PMH 2.0")
    if any(count > 1 for count in counted.values()):
        raise OaiError(OaiCode.BAD_ARGUMENT, "an argument is there twice")
    if _TOKEN in given:
        return _resumed(verb, given)
    if given.keys() - _REQUIRED[verb] - _ALLOWED[verb]:
        raise OaiError(OaiCode.BAD_ARGUMENT, f"there is an argument that {verb} does not have")
    missing = sorted(_REQUIRED[verb] - given.keys())
    if missing:
        raise OaiError(OaiCode.BAD_ARGUMENT, f"{verb} needs {' and '.join(missing)}")
    listing = _listing(given) if verb in {"ListIdentifiers", "ListRecords"} else None
    if verb == "ListSets" or "set" in given:
        raise OaiError(OaiCode.NO_SETS, "there are no sets here")
    if given.get("metadataPrefix", PREFIXES[0]) not in PREFIXES:
        raise OaiError(OaiCode.NO_FORMAT, f"records are given as {' and '.join(PREFIXES)}")
    return OaiRequest(verb, given, listing)


def _resumed(verb: str, given: dict[str, str]) -> OaiRequest:
    if verb not in _LISTS or len(given) > 1:
        raise OaiError(OaiCode.BAD_ARGUMENT, "a resumption token stands alone beside the verb of a list")
    if verb == "ListSets":
        raise OaiError(OaiCode.BAD_TOKEN, "there are no sets here")
    return OaiRequest(verb, given, ListingFrom.read(given[_TOKEN]))


def _listing(given: dict[str, str]) -> ListingFrom:
    since, until = given.get("from"), given.get("until")
    if since is not None and until is not None and len(since) != len(until):
        raise OaiError(OaiCode.BAD_ARGUMENT, "from and until are not of one granularity")
    whole = ListingFrom(given["metadataPrefix"])
    first = whole.since if since is None else max(_moment(since), 0)
    last = whole.until if until is None else _moment(until, to_its_end=True)
    if first > last and since is not None and until is not None:
        raise OaiError(OaiCode.BAD_ARGUMENT, "from is later than until")
    return ListingFrom(whole.prefix, first, max(last, 0))


def _moment(text: str, *, to_its_end: bool = False) -> int:
    """Give the second at which a day or a moment begins, or the last one of it."""
    found = _DATE.fullmatch(text)
    try:
        at = datetime.fromisoformat(text if found else "").replace(tzinfo=UTC)
    except ValueError:
        raise OaiError(OaiCode.BAD_ARGUMENT, "a date is YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ") from None
    begin = int(at.timestamp())
    return begin + int(_DAY.total_seconds()) - 1 if to_its_end and len(text) == _LENGTH_OF_A_DAY else begin
