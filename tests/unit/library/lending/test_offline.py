"""What a kiosk may lend while it has no line."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.lending.offline import (
    DIGEST_BYTES,
    CardCost,
    OfflinePolicy,
    OfflineRefusal,
    against_policy,
    card_digest,
    card_key_of,
    may_borrow_offline,
    may_borrow_undated,
    padded,
    signing_key_of,
)
from library.lending.opening import DueDate, OpeningDays
from library.lending.patterns import NumberPatterns

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MADE = datetime(2026, 7, 28, 12, 0, tzinfo=ZONE)
KEY = bytes(range(32))
CHEAP = CardCost(cost=2, block=1)
GOOD, BARRED = "23529000000001", "23529000000003"
ITEM = "VNM.000001"
DIGESTS = st.sets(st.binary(min_size=DIGEST_BYTES, max_size=DIGEST_BYTES), max_size=200)


def policy(**changed: Any) -> OfflinePolicy:
    made = OfflinePolicy(
        terminal_id="kiosk-hub",
        serial=7,
        made_at=MADE,
        good_until=MADE + timedelta(days=3),
        zone=ZONE,
        loan_days=14,
        opening=OpeningDays(frozenset({6}), frozenset({date(2026, 8, 11)}), time(17, 0)),
        numbers=NumberPatterns(),
        max_items=2,
        lends_undated=False,
        reserved_items=frozenset({"VNM.000009"}),
        cost=CHEAP,
        card_key=card_key_of(KEY),
        barred=padded([card_digest(card_key_of(KEY), BARRED, CHEAP)], b"secret"),
    )
    return replace(made, **changed)


def test_the_due_date_is_an_open_day_at_closing_time() -> None:
    due = may_borrow_offline(policy(), GOOD, ITEM, 0, MADE)

    assert due == DueDate(datetime(2026, 8, 12, 17, 0, tzinfo=ZONE))


@pytest.mark.parametrize(
    ("card", "item", "taken", "after", "refusal"),
    [
        (BARRED, ITEM, 0, timedelta(), OfflineRefusal.CARD_BARRED),
        ("VNM.000001", ITEM, 0, timedelta(), OfflineRefusal.CARD_FORM),
        ("", ITEM, 0, timedelta(), OfflineRefusal.CARD_FORM),
        (GOOD, "VNM.000009", 0, timedelta(), OfflineRefusal.ITEM_RESERVED),
        (GOOD, ITEM, 2, timedelta(), OfflineRefusal.TOO_MANY),
        (GOOD, ITEM, 0, timedelta(days=3, seconds=1), OfflineRefusal.POLICY_TOO_OLD),
        (GOOD, ITEM, 0, timedelta(minutes=-6), OfflineRefusal.CLOCK_WRONG),
        (GOOD, ITEM, 0, timedelta(days=-20000), OfflineRefusal.CLOCK_WRONG),
    ],
)
def test_each_reason_against_a_loan(
    card: str, item: str, taken: int, after: timedelta, refusal: OfflineRefusal
) -> None:
    assert may_borrow_offline(policy(), card, item, taken, MADE + after) is refusal


@pytest.mark.parametrize("after", [timedelta(minutes=-5), timedelta(days=3)])
def test_a_policy_is_good_from_its_making_to_its_end(after: timedelta) -> None:
    assert isinstance(may_borrow_offline(policy(), GOOD, ITEM, 1, MADE + after), DueDate)


def test_a_kiosk_that_may_lend_nothing_alone_lends_nothing() -> None:
    nothing = policy(max_items=0)

    assert may_borrow_offline(nothing, GOOD, ITEM, 0, MADE) is OfflineRefusal.LENDS_NOTHING
    assert may_borrow_undated(nothing, GOOD, ITEM, 0) is OfflineRefusal.LENDS_NOTHING
    assert against_policy(nothing, MADE) is OfflineRefusal.LENDS_NOTHING


def test_without_a_clock_everything_but_the_dates_is_looked_at() -> None:
    assert may_borrow_undated(policy(), GOOD, ITEM, 0) is None
    assert may_borrow_undated(policy(), BARRED, ITEM, 0) is OfflineRefusal.CARD_BARRED
    assert against_policy(policy(), MADE) is None


@given(DIGESTS)
def test_the_list_is_sorted_hides_its_length_and_holds_every_card(digests: set[bytes]) -> None:
    listed = padded(digests, b"secret")

    assert list(listed) == sorted(set(listed))
    assert digests <= set(listed)
    assert len(listed) in {64, 128, 256}
    assert padded(digests, b"secret") == listed


@pytest.mark.parametrize(("cards", "length"), [(0, 64), (64, 64), (65, 128), (129, 256)])
def test_the_length_of_the_list_is_a_power_of_two(cards: int, length: int) -> None:
    assert len(padded([number.to_bytes(DIGEST_BYTES, "big") for number in range(cards)], b"secret")) == length


def test_two_lists_of_a_kiosk_do_not_tell_which_digests_are_nobodys() -> None:
    one, two = (set(padded([bytes([number]) * 16], b"secret")) for number in (1, 2))

    assert one ^ two == {b"\x01" * 16, b"\x02" * 16}


def test_digests_and_signatures_have_keys_of_their_own() -> None:
    one, other = card_key_of(KEY), card_key_of(bytes(32))

    assert len({one, other, signing_key_of(KEY), KEY}) == 4
    assert card_digest(one, GOOD, CHEAP) != card_digest(other, GOOD, CHEAP)
    assert card_digest(one, GOOD, CHEAP) != card_digest(one, BARRED, CHEAP)


def test_a_digest_is_what_the_documentation_says() -> None:
    assert card_digest(card_key_of(KEY), GOOD, CardCost(cost=1 << 4)).hex() == "1c4c82d6399d959fc734d0e05255b6b2"


def test_times_of_any_zone_are_the_same_moment() -> None:
    assert may_borrow_offline(policy(), GOOD, ITEM, 0, MADE.astimezone(UTC)) == may_borrow_offline(
        policy(), GOOD, ITEM, 0, MADE
    )
