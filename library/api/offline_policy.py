"""The offline policy as it travels: a signed text of JSON, and back with every fault as an error of its own."""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from library.lending.offline import DIGEST_BYTES, CardCost, OfflinePolicy, card_key_of, signing_key_of
from library.lending.opening import OpeningDays
from library.lending.patterns import LONGEST_NUMBER, NumberPatterns
from library.lending.rules import LONGEST_LOAN_DAYS

LONGEST_POLICY: Final = 8 * 1024 * 1024
"""Bytes of a policy, not compressed: some 200,000 cards. More is no policy."""
MOST_RESERVED: Final = 100_000
POLICY_PATH: Final = "/kiosk/v1/offline-policy"
_LONGEST_PATTERN: Final = 500
_LARGEST_COST: Final = 1 << 18
_MOST_MEMORY: Final = 128 * 1024 * 1024
"""Bytes for a question about a card: a kiosk has half a gigabyte."""


class PolicyFault(StrEnum):
    """What is wrong with a policy."""

    UNREADABLE = "unreadable"
    SIGNATURE = "signature"
    OTHER_KIOSK = "other_kiosk"
    OLDER = "older"
    """One with a higher serial number was there before."""
    DATES = "dates"
    """It is over, or it comes from the future, or ends before it begins."""


class PolicyError(ValueError):
    """This is no policy that a kiosk may go by."""

    def __init__(self, fault: PolicyFault) -> None:
        super().__init__(f"no usable offline policy: {fault.value}")
        self.fault = fault


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class SignedPolicy(_Part):
    """The body of the answer."""

    schema_version: Literal[1] = 1
    payload: Annotated[str, Field(max_length=LONGEST_POLICY)]
    """A :class:`PolicyPayload` as JSON; the signature is of exactly this text in UTF-8."""
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """HMAC-SHA256 with the kiosk's signing key, in hexadecimal digits."""


class BarredCards(_Part):
    """The cards that may not borrow."""

    cost: Annotated[int, Field(ge=2, le=_LARGEST_COST)]
    """scrypt's n, a power of two."""
    block: Annotated[int, Field(ge=1, le=32)]
    lanes: Annotated[int, Field(ge=1, le=4)]
    digests: str = Field(repr=False)
    """Base64 of all digests, 16 bytes each, sorted."""


class PolicyPayload(_Part):
    """What is signed."""

    schema_version: Literal[1] = 1
    terminal_id: Annotated[str, Field(min_length=1, max_length=64)]
    serial: Annotated[int, Field(ge=1, lt=2**53)]
    made_at: AwareDatetime
    good_until: AwareDatetime
    time_zone: Annotated[str, Field(max_length=64)]
    loan_days: Annotated[int, Field(ge=0, le=LONGEST_LOAN_DAYS)]
    closed_weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = ()
    """Monday 0."""
    holidays: Annotated[tuple[date, ...], Field(max_length=5000)] = ()
    closes_at: time
    """Local time at which a loan is due."""
    card_patterns: Annotated[tuple[Annotated[str, Field(max_length=_LONGEST_PATTERN)], ...], Field(min_length=1)]
    item_patterns: Annotated[tuple[Annotated[str, Field(max_length=_LONGEST_PATTERN)], ...], Field(min_length=1)]
    max_items: Annotated[int, Field(ge=0, le=1000)]
    lends_undated: bool = False
    reserved_items: Annotated[
        tuple[Annotated[str, Field(max_length=LONGEST_NUMBER)], ...], Field(max_length=MOST_RESERVED, repr=False)
    ] = ()
    barred: BarredCards


@dataclass(frozen=True, slots=True)
class Expected:
    """What a kiosk expects of a policy."""

    terminal_id: str
    now: datetime | None
    """Aware; ``None`` while the clock is not set: then no date is looked at."""
    newest_serial: int = 0
    """Of the policies that it has had."""


def write_policy(policy: OfflinePolicy, time_zone: str, key: bytes) -> str:
    """Write and sign a policy; the same policy gives the same text."""
    payload = PolicyPayload(
        terminal_id=policy.terminal_id,
        serial=policy.serial,
        made_at=policy.made_at.astimezone(UTC),
        good_until=policy.good_until.astimezone(UTC),
        time_zone=time_zone,
        loan_days=policy.loan_days,
        closed_weekdays=tuple(sorted(policy.opening.closed_weekdays)),
        holidays=tuple(sorted(policy.opening.holidays)),
        closes_at=policy.opening.closes_at,
        card_patterns=tuple(pattern.pattern for pattern in policy.numbers.cards),
        item_patterns=tuple(pattern.pattern for pattern in policy.numbers.items),
        max_items=policy.max_items,
        lends_undated=policy.lends_undated,
        reserved_items=tuple(sorted(policy.reserved_items)),
        barred=BarredCards(
            cost=policy.cost.cost,
            block=policy.cost.block,
            lanes=policy.cost.lanes,
            digests=base64.b64encode(b"".join(policy.barred)).decode("ascii"),
        ),
    ).model_dump_json()
    return SignedPolicy(payload=payload, signature=_signature(payload, key)).model_dump_json()


def read_policy(text: str | bytes, key: bytes, expected: Expected) -> OfflinePolicy:
    """Read a policy, check signature, kiosk, serial number and dates; raise :class:`PolicyError` and nothing else."""
    if len(text) > 2 * LONGEST_POLICY:
        raise PolicyError(PolicyFault.UNREADABLE)
    try:
        signed = SignedPolicy.model_validate_json(text)
    except ValidationError:
        raise PolicyError(PolicyFault.UNREADABLE) from None
    if not hmac.compare_digest(_signature(signed.payload, key), signed.signature):
        raise PolicyError(PolicyFault.SIGNATURE)
    try:
        payload = PolicyPayload.model_validate_json(signed.payload)
        policy = _policy_of(payload, key)
    except (ValueError, re.error, OverflowError, RecursionError):  # pydantic's ValidationError is a ValueError
        raise PolicyError(PolicyFault.UNREADABLE) from None
    if policy.terminal_id != expected.terminal_id:
        raise PolicyError(PolicyFault.OTHER_KIOSK)
    if policy.serial < expected.newest_serial:
        raise PolicyError(PolicyFault.OLDER)
    if policy.good_until <= policy.made_at or (expected.now is not None and expected.now > policy.good_until):
        raise PolicyError(PolicyFault.DATES)
    return policy


def _policy_of(payload: PolicyPayload, key: bytes) -> OfflinePolicy:
    barred = payload.barred
    cost = CardCost(barred.cost, barred.block, barred.lanes)
    if barred.cost & (barred.cost - 1) or cost.memory > 2 * _MOST_MEMORY:
        raise ValueError("cost")
    try:
        digests = base64.b64decode(barred.digests, validate=True)
    except binascii.Error:
        raise ValueError("digests") from None
    if len(digests) % DIGEST_BYTES:
        raise ValueError("digests")
    parts = tuple(digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES))
    if any(one >= other for one, other in pairwise(parts)):
        raise ValueError("digests")
    return OfflinePolicy(
        terminal_id=payload.terminal_id,
        serial=payload.serial,
        made_at=payload.made_at,
        good_until=payload.good_until,
        zone=_zone(payload.time_zone),
        loan_days=payload.loan_days,
        opening=OpeningDays(
            frozenset(payload.closed_weekdays), frozenset(payload.holidays), payload.closes_at.replace(tzinfo=None)
        ),
        numbers=NumberPatterns(
            cards=tuple(re.compile(pattern) for pattern in payload.card_patterns),
            items=tuple(re.compile(pattern) for pattern in payload.item_patterns),
        ),
        max_items=payload.max_items,
        lends_undated=payload.lends_undated,
        reserved_items=frozenset(payload.reserved_items),
        cost=cost,
        card_key=card_key_of(key),
        barred=parts,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("time zone") from None


def _signature(payload: str, key: bytes) -> str:
    return hmac.digest(signing_key_of(key), payload.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()
