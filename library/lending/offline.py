"""What a kiosk may lend while it has no line: the policy that the server signs for it, and the decisions by it."""

import hashlib
import hmac
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from library.lending.opening import DueDate, OpeningDays, due_date
from library.lending.patterns import NumberKind, NumberPatterns
from library.text import nfc

KEY_BYTES: Final = 32
DIGEST_BYTES: Final = 16
"""Of a card; two cards of the same digest do not happen."""
CLOCK_BEHIND_AT_MOST: Final = timedelta(minutes=5)
"""How much earlier than the making of its policy a good clock may be."""


class OfflineRefusal(StrEnum):
    """Why a kiosk without its line does not lend."""

    LENDS_NOTHING = "lends_nothing"
    """The library wants no loans without a line here."""
    POLICY_TOO_OLD = "policy_too_old"
    CLOCK_WRONG = "clock_wrong"
    """The present is before the policy was made."""
    CARD_FORM = "card_form"
    """This is no card of the library."""
    CARD_BARRED = "card_barred"
    TOO_MANY = "too_many"
    ITEM_RESERVED = "item_reserved"


@dataclass(frozen=True, slots=True)
class CardCost:
    """What it costs to ask about a card (scrypt)."""

    cost: int = 1 << 14
    block: int = 8
    lanes: int = 1

    @property
    def memory(self) -> int:
        """Give the bytes that one question may take: what it needs, and as much again."""
        return 256 * self.cost * self.block * self.lanes + (1 << 20)


@dataclass(frozen=True, slots=True)
class OfflinePolicy:
    """What one kiosk may lend without its line, as long as it is good."""

    terminal_id: str
    serial: int
    """Grows with each policy of this kiosk."""
    made_at: datetime
    good_until: datetime
    zone: tzinfo
    loan_days: int
    opening: OpeningDays
    numbers: NumberPatterns
    max_items: int
    """That a patron may take without a line; 0: nothing is lent."""
    lends_undated: bool
    """Whether to lend while the clock is not set; no due date is promised then."""
    reserved_items: frozenset[str] = field(repr=False)
    cost: CardCost
    card_key: bytes = field(repr=False)
    """For the digests of cards; of this kiosk alone."""
    barred: tuple[bytes, ...] = field(repr=False)
    """Digests of the cards that may not borrow, sorted, some of them nobody's."""


def card_key_of(key: bytes) -> bytes:
    """Give what a kiosk's key means for the digests of cards."""
    return hmac.digest(key, b"library-kiosk offline cards 1", "sha256")


def signing_key_of(key: bytes) -> bytes:
    """Give what a kiosk's key means for signatures."""
    return hmac.digest(key, b"library-kiosk offline policy 1", "sha256")


def card_digest(card_key: bytes, card_number: str, cost: CardCost) -> bytes:
    """Give the digest of a card; slow on purpose: who has a kiosk's files must try each number at this price."""
    return hashlib.scrypt(
        nfc(card_number).encode("utf-8", "surrogatepass"),
        salt=card_key,
        n=cost.cost,
        r=cost.block,
        p=cost.lanes,
        maxmem=cost.memory,
        dklen=DIGEST_BYTES,
    )


def padded(digests: Iterable[bytes], padding: bytes) -> tuple[bytes, ...]:
    """Sort digests among others that are nobody's, up to a power of two of at least 64: the length tells little.

    ``padding`` is a secret that the kiosk does not have; the same gives the same others, so that two lists of one
    kiosk do not give them away.
    """
    real = set(digests)
    room = 64
    while room < len(real):
        room *= 2
    others = (
        hmac.digest(padding, number.to_bytes(4, "big"), "sha256")[:DIGEST_BYTES] for number in range(room - len(real))
    )
    return tuple(sorted(real | set(others)))


def is_barred(policy: OfflinePolicy, card_number: str) -> bool:
    """Say whether a card is among those that may not borrow; takes as long as one digest."""
    wanted = card_digest(policy.card_key, card_number, policy.cost)
    place = bisect_left(policy.barred, wanted)
    return place < len(policy.barred) and policy.barred[place] == wanted


def against_policy(policy: OfflinePolicy, now: datetime) -> OfflineRefusal | None:
    """Say what speaks against lending by this policy now (aware), whoever wants what."""
    if policy.max_items <= 0:
        return OfflineRefusal.LENDS_NOTHING
    if now < policy.made_at - CLOCK_BEHIND_AT_MOST:
        return OfflineRefusal.CLOCK_WRONG
    if now > policy.good_until:
        return OfflineRefusal.POLICY_TOO_OLD
    return None


def may_use_card_offline(policy: OfflinePolicy, card_number: str) -> OfflineRefusal | None:
    """Say what speaks against a card; takes as long as one digest where the form is right."""
    if policy.numbers.classify(card_number) is not NumberKind.CARD:
        return OfflineRefusal.CARD_FORM
    return OfflineRefusal.CARD_BARRED if is_barred(policy, card_number) else None


def may_borrow_offline(
    policy: OfflinePolicy, card_number: str, item_number: str, taken_already: int, now: datetime
) -> DueDate | OfflineRefusal:
    """Give the due date of a loan without a line at ``now`` (aware), or the first reason against it.

    ``taken_already``: the items that this card was lent without a line and that are not told yet.
    """
    refusal = against_policy(policy, now) or may_borrow_undated(policy, card_number, item_number, taken_already)
    return refusal or due_date(now, policy.loan_days, policy.opening, policy.zone)


def may_borrow_undated(
    policy: OfflinePolicy, card_number: str, item_number: str, taken_already: int
) -> OfflineRefusal | None:
    """Say what speaks against a loan, whatever the time is; the caller asks ``lends_undated`` where it has none."""
    if policy.max_items <= 0:
        return OfflineRefusal.LENDS_NOTHING
    if nfc(item_number) in policy.reserved_items:
        return OfflineRefusal.ITEM_RESERVED
    if taken_already >= policy.max_items:
        return OfflineRefusal.TOO_MANY
    return may_use_card_offline(policy, card_number)
