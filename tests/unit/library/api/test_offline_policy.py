"""The offline policy as it travels: what is signed is what is read, and anything else is an error of its own."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.api.offline_policy import (
    LONGEST_POLICY,
    Expected,
    PolicyError,
    PolicyFault,
    SignedPolicy,
    read_policy,
    write_policy,
)
from library.api.offline_policy import _signature as sign
from tests.unit.library.lending.test_offline import KEY, MADE, policy

EXPECTED = Expected("kiosk-hub", MADE, 7)
WRITTEN = write_policy(policy(), "Asia/Ho_Chi_Minh", KEY)


def fault(text: str | bytes, expected: Expected = EXPECTED, key: bytes = KEY) -> PolicyFault:
    with pytest.raises(PolicyError) as error:
        read_policy(text, key, expected)
    return error.value.fault


def signed(payload: str) -> str:
    return SignedPolicy(payload=payload, signature=sign(payload, KEY)).model_dump_json()


def changed(**values: Any) -> str:
    payload = json.loads(json.loads(WRITTEN)["payload"])
    return signed(json.dumps({**payload, **values}))


def test_what_is_written_is_read() -> None:
    assert read_policy(WRITTEN, KEY, EXPECTED) == policy()
    assert read_policy(WRITTEN.encode(), KEY, EXPECTED) == policy()


def test_the_same_policy_is_written_the_same() -> None:
    assert write_policy(policy(), "Asia/Ho_Chi_Minh", KEY) == WRITTEN


def test_a_later_server_may_say_more() -> None:
    assert read_policy(changed(something_new=[1]), KEY, EXPECTED) == policy()


def test_another_key_another_kiosk_an_older_one_and_other_days_are_told_apart() -> None:
    assert fault(WRITTEN, key=bytes(32)) is PolicyFault.SIGNATURE
    assert fault(WRITTEN, Expected("kiosk-school", MADE)) is PolicyFault.OTHER_KIOSK
    assert fault(WRITTEN, Expected("kiosk-hub", MADE, 8)) is PolicyFault.OLDER
    assert fault(WRITTEN, Expected("kiosk-hub", MADE + timedelta(days=4))) is PolicyFault.DATES
    assert fault(changed(good_until="2026-07-28T05:00:00Z"), Expected("kiosk-hub", None)) is PolicyFault.DATES


def test_a_kiosk_without_a_clock_looks_at_no_date() -> None:
    assert read_policy(WRITTEN, KEY, Expected("kiosk-hub", None)).serial == 7


def test_one_changed_letter_breaks_the_signature() -> None:
    body = json.loads(WRITTEN)
    body["payload"] = body["payload"].replace('"max_items":2', '"max_items":9')

    assert fault(json.dumps(body)) is PolicyFault.SIGNATURE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        b"\xff\xfe",
        "[" * 100_000,
        signed(""),
        signed("{}"),
        signed("[" * 100_000),
        changed(schema_version=2),
        changed(serial=0),
        changed(serial=2**70),
        changed(made_at="2026-07-28T12:00:00"),
        changed(made_at="yesterday"),
        changed(time_zone="../../etc/passwd"),
        changed(time_zone="Nowhere/At_All"),
        changed(time_zone=""),
        changed(loan_days=-1),
        changed(loan_days=10**9),
        changed(closed_weekdays=[7]),
        changed(card_patterns=[]),
        changed(card_patterns=["("]),
        changed(max_items=-1),
        changed(barred={"cost": 3, "block": 8, "lanes": 1, "digests": ""}),
        changed(barred={"cost": 1 << 18, "block": 32, "lanes": 4, "digests": ""}),
        changed(barred={"cost": 2, "block": 8, "lanes": 1, "digests": "AAAA"}),
        changed(barred={"cost": 2, "block": 8, "lanes": 1, "digests": "?"}),
        changed(barred={"cost": 2, "block": 8, "lanes": 1, "digests": "AA" * 22}),
        changed(barred={"cost": 2, "block": 8, "lanes": 1, "digests": "A" * 43 + "="}),
        changed(barred={"cost": 2, "block": 8, "lanes": 1, "digests": "A" * 42 + "=="}),
        changed(reserved_items=["x" * 65]),
        " " * (2 * LONGEST_POLICY + 1),
    ],
    ids=lambda text: str(len(text)),
)
def test_what_is_no_policy_is_unreadable(text: str | bytes) -> None:
    assert fault(text) is PolicyFault.UNREADABLE


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.binary() | st.text())
def test_any_bytes_are_a_policy_or_an_error_of_its_own(data: bytes | str) -> None:
    with pytest.raises(PolicyError):
        read_policy(data, KEY, EXPECTED)


@settings(max_examples=500)
@given(st.sampled_from(sorted(json.loads(json.loads(WRITTEN)["payload"]))), _JSON)
def test_any_value_that_is_signed_is_taken_or_an_error_of_its_own(name: str, value: object) -> None:
    payload = {**json.loads(json.loads(WRITTEN)["payload"]), name: value}
    try:
        taken = read_policy(signed(json.dumps(payload)), KEY, EXPECTED)
    except PolicyError:
        return

    assert taken.terminal_id == "kiosk-hub"
    assert taken.serial >= 7


def test_an_error_does_not_show_what_was_in_it() -> None:
    with pytest.raises(PolicyError) as error:
        read_policy(changed(reserved_items=["23529000000001" * 9]), KEY, EXPECTED)

    assert "23529" not in repr(error.value)
    assert error.value.__context__ is None or error.value.__suppress_context__
