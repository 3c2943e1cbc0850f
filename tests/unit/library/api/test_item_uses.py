"""What travels between kiosk and server about items read in place."""

from datetime import UTC, datetime

import pytest

from library.api.item_uses import LONGEST_USES, MOST_USES, ItemUse, ItemUses, UsesTaken, read_taken, read_uses
from library.lending.offline_events import ClockCertainty

USE = ItemUse(use_id="a.1", item="VNM.000001", at=datetime(2026, 7, 28, 5, 0, tzinfo=UTC), clock=ClockCertainty.SURE)


def test_both_are_read_as_they_were_written_and_show_no_number() -> None:
    told = ItemUses(uses=(USE, USE.model_copy(update={"at": None, "clock": ClockCertainty.UNKNOWN})))

    assert read_uses(told.model_dump_json().encode()) == told
    assert read_taken(UsesTaken(new=2).model_dump_json().encode()) == UsesTaken(new=2)
    assert "VNM" not in repr(told)


def test_the_most_that_is_told_at_once_fits() -> None:
    long = USE.model_copy(update={"use_id": "x" * 64, "item": "\N{EARTH GLOBE ASIA-AUSTRALIA}" * 64})

    assert len(ItemUses(uses=(long,) * MOST_USES).model_dump_json().encode()) <= LONGEST_USES


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"uses":[]}',
        b'{"new":-1}',
        ItemUses(uses=(USE,)).model_dump_json().replace("VNM.000001", "").encode(),
        ItemUses(uses=(USE,)).model_dump_json().replace("a.1", "a 1").encode(),
        ItemUses(uses=(USE,)).model_dump_json().replace("sure", "certainly").encode(),
        ItemUses(uses=(USE,)).model_dump_json().replace("05:00:00Z", "05:00:00").encode(),
        ItemUses(uses=(USE,)).model_dump_json().replace('"at"', '"card":"23529000000001","at"').encode(),
    ],
)
def test_anything_else_is_neither(body: bytes) -> None:
    assert (read_uses(body), read_taken(body)) == (None, None)


def test_more_than_a_hundred_at_once_are_too_many() -> None:
    one = USE.model_dump_json()
    body = f'{{"uses":[{",".join([one] * (MOST_USES + 1))}]}}'.encode()

    assert read_uses(body) is None
