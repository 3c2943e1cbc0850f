"""A hold is placed once over any line, with the pickup place that the system understands."""

from datetime import date

import pytest

from kiosk.ils.profiles import PROFILES
from kiosk.ports import Refused, Unanswered
from kiosk.session.hold_values import PlacedHold
from kiosk.session.values import ItemId
from library.lending.refusals import Refusal
from sip2.messages import HoldRequest
from tests.support import acs_acts as acts
from tests.support.acs import Act, FakeAcs
from tests.support.sip2_kiosk import BOOK, LOAN, MAI, named, system_for
from tests.support.waiting import in_time

LOST = [acts.hang_up, acts.commit_and_be_silent, acts.cut_answer]


@pytest.mark.parametrize(("name", "place"), [("own", None), ("koha", "HUB"), ("evergreen", "HUB"), ("generic", "HUB")])
async def test_a_hold_is_placed_on_any_copy_of_the_title_and_fetched_here(name: str, place: str | None) -> None:
    async with FakeAcs() as acs:
        acs.overrides = {"ok": True, "queue_position": "003", "expiration_date": "20261224    235900"}
        system = system_for(acs, profile=PROFILES[name], location="HUB")
        outcome = await in_time(system.place_hold(LOAN, MAI, BOOK, fee_agreed=True))
        system.close()
        (sent,) = [message for message in acs.seen if isinstance(message, HoldRequest)]

    assert outcome == PlacedHold(position=3, until=date(2026, 12, 24))
    assert (sent.hold_mode, sent.hold_type, sent.pickup_location) == ("+", "2", place)
    assert (sent.item_id, sent.fee_acknowledged) == (BOOK.text, "Y")


@pytest.mark.parametrize(
    ("told", "hold"),
    [
        ({}, PlacedHold()),
        ({"queue_position": "first"}, PlacedHold()),
        ({"queue_position": "0"}, PlacedHold()),
        ({"available": True, "pickup_location": "hub "}, PlacedHold(ready=True, place="hub")),
        ({"pickup_location": "TH1"}, PlacedHold(here=False, place="TH1")),
    ],
)
async def test_what_the_system_does_not_tell_is_not_known(told: dict[str, object], hold: PlacedHold) -> None:
    async with FakeAcs() as acs:
        acs.overrides = {"ok": True, **told}
        system = system_for(acs, profile=PROFILES["koha"], location="HUB")
        outcome = await in_time(system.place_hold(LOAN, MAI, BOOK))
        system.close()

    assert outcome == hold


async def test_a_hold_that_is_not_placed_is_said_why_not() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs)
        refused = await in_time(system.place_hold(LOAN, MAI, BOOK))
        unsaid = await in_time(system.place_hold(LOAN, MAI, ItemId("a|b")))
        system.close()

    assert refused == Refused(Refusal.OTHER, "Không có yêu cầu giữ chỗ")
    assert unsaid == Refused(Refusal.ITEM_UNKNOWN)


@pytest.mark.parametrize("act", LOST, ids=named)
async def test_a_hold_whose_answer_was_lost_is_not_sent_again_to_a_system_that_would_place_it_twice(act: Act) -> None:
    async with FakeAcs() as acs:
        acs.plan("15", act)
        system = system_for(acs, profile=PROFILES["koha"])
        outcome = await in_time(system.place_hold(LOAN, MAI, BOOK))
        system.close()

    assert outcome == Unanswered()
    assert acs.count(HoldRequest) == 1


async def test_our_own_server_is_told_of_the_same_hold_once_more() -> None:
    async with FakeAcs() as acs:
        acs.overrides = {"ok": True}
        acs.plan("15", acts.hang_up)
        system = system_for(acs)
        outcome = await in_time(system.place_hold(LOAN, MAI, BOOK))
        system.close()
        sent = {message.extension("XT") for message in acs.seen if isinstance(message, HoldRequest)}

    assert outcome == PlacedHold()
    assert (acs.count(HoldRequest), sent) == (2, {LOAN})
