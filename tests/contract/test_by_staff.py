"""What staff do for readers at the kiosk, told to our own server over a real line."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.alone.lending import ByStaff, LendingAlone
from kiosk.alone.telling import Telling
from kiosk.journal import Journal
from kiosk.journal.rows import KeptState
from kiosk.journal.staff import StaffRecords
from kiosk.performer import Performer
from kiosk.ports import Refused
from kiosk.session.answers import LoanMade, LoanRefused
from kiosk.session.effects import LendItem
from kiosk.session.staff_values import ActKind, ActResult, StaffId
from kiosk.session.values import ItemId, Loan, Patron, PatronId, TagUid, TransactionId, VisitId
from library.lending.overrides import Override, OverrideReason
from library.lending.patterns import NumberPatterns
from library.lending.refusals import Refusal
from server.store.account_models import LoanOverride
from server.store.engine import transaction
from server.store.offline_models import OfflineEvent
from tests.support.alarm_world import Clock, Fleet, ModelOffline, ModelStaff, Paper
from tests.support.alone import FakeRules, FakeTime
from tests.support.kiosk_at_server import kiosk_at
from tests.support.sip2_lines import serving
from tests.support.small_library import DE_MEN, DICTIONARY, MAI, NAM, TAT_DEN, SmallLibrary, build_library, open_library
from tests.support.waiting import in_time

LAN = StaffId("quay-1")
STUDY = Override(LAN, OverrideReason.STUDY, (Refusal.ITEM_NOT_FOR_LOAN,))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_library(tmp_path_factory.mktemp("built"))


@pytest.fixture
def library(built: Path, tmp_path: Path) -> Iterator[SmallLibrary]:
    opened = open_library(Path(shutil.copy(built, tmp_path)))
    yield opened
    opened.engine.dispose()


def lend(number: int, override: Override | None = None) -> LendItem:
    return LendItem(VisitId("v1"), TransactionId(f"v1-{number}"), PatronId(MAI), ItemId(DICTIONARY), override=override)


async def test_a_no_that_staff_override_becomes_a_loan_and_stands_in_both_records(
    library: SmallLibrary, tmp_path: Path
) -> None:
    async with serving(library) as port, Journal(tmp_path / "j.sqlite3", lambda: 0.0) as journal:
        system = kiosk_at(port)
        performer = Performer(
            library_system=system,
            offline=ModelOffline(journal, None, ""),  # type: ignore[arg-type] # nothing is done alone here
            alarm=None,  # type: ignore[arg-type] # nor is any alarm switched
            printer=Paper(),
            telemetry=Fleet(journal),
            clock=Clock(),
            staff=ModelStaff(journal),
        )
        refused = await in_time(performer.perform(lend(1)))
        lent = await in_time(performer.perform(lend(2, STUDY)))
        (act,) = await StaffRecords(journal, lambda: 0.0).acts(9)
        system.close()

    assert isinstance(refused, LoanRefused)
    assert refused.refusal is Refusal.ITEM_NOT_FOR_LOAN
    assert isinstance(lent, LoanMade)
    assert (act.staff_id, act.act.kind, act.act.reason) == (LAN, ActKind.OVERRODE, OverrideReason.STUDY)
    assert (act.act.refusal, act.result) == (Refusal.ITEM_NOT_FOR_LOAN, ActResult.DONE)
    with transaction(library.engine) as session:
        (noted,) = session.scalars(select(LoanOverride))
        assert (noted.staff_id, noted.reason) == (LAN, OverrideReason.STUDY)


async def test_what_cannot_be_noted_is_not_overridden(library: SmallLibrary, tmp_path: Path) -> None:
    async with serving(library) as port, Journal(tmp_path / "j.sqlite3", lambda: 0.0) as journal:
        system = kiosk_at(port)
        performer = Performer(
            library_system=system,
            offline=ModelOffline(journal, None, ""),  # type: ignore[arg-type] # nothing is done alone here
            alarm=None,  # type: ignore[arg-type] # nor is any alarm switched
            printer=Paper(),
            telemetry=Fleet(journal),
            clock=Clock(),
        )
        answer = await in_time(performer.perform(lend(1, STUDY)))
        system.close()

    assert isinstance(answer, LoanRefused)
    assert library.open_items(MAI) == []


async def test_what_staff_did_at_the_emergency_desk_is_told_once_with_who_did_it(
    library: SmallLibrary, tmp_path: Path
) -> None:
    async with serving(library) as port, Journal(tmp_path / "j.sqlite3", lambda: 0.0) as journal:
        records = StaffRecords(journal, lambda: 0.0)
        by_staff = ByStaff(lambda staff_id, act: records.noted(staff_id, act)[1], beyond_rules=True)
        alone = LendingAlone(
            journal,
            FakeRules(there=False),
            FakeTime(),
            NumberPatterns(),
            has_pad=True,
            with_unset_clock=False,
            by_staff=by_staff,
        )
        patron = await alone.identify(PatronId(MAI), staff_id=LAN)
        stranger = await alone.identify(PatronId("no card"), staff_id=LAN)
        loan = await alone.lend(TransactionId("v1-1"), PatronId(MAI), ItemId(DE_MEN), 0, staff_id=LAN)
        await alone.take_back(TransactionId("v2-1"), ItemId(TAT_DEN), (TagUid("E004"),), staff_id=LAN)
        by_patron = await alone.lend(TransactionId("v3-1"), PatronId(NAM), ItemId(DE_MEN), 0)
        acts = [each.act.kind for each in await records.acts(9)]
        system = kiosk_at(port)
        for _ in range(2):
            assert system.told is not None
            await in_time(Telling(journal, system.told, FakeTime(), lambda: True).tell_all())
        kept = await journal.kept()
        system.close()

    assert isinstance(patron, Patron)
    assert stranger == Refused(Refusal.PATRON_UNKNOWN)
    assert loan == Loan(ItemId(DE_MEN), "", None, may_leave=True, offline=True)
    assert by_patron == Refused(Refusal.OTHER)
    assert acts == [ActKind.TOOK_BACK_ALONE, ActKind.LENT_ALONE]
    assert [(each.state, each.entry.staff_id) for each in kept] == [(KeptState.APPLIED, LAN)] * 2
    assert library.open_items(MAI) == [DE_MEN]
    with transaction(library.engine) as session:
        assert list(session.scalars(select(OfflineEvent.staff_id))) == [LAN, LAN]


async def test_the_rules_give_the_due_date_that_staff_promise_beyond_them(tmp_path: Path) -> None:
    time = FakeTime()
    async with Journal(tmp_path / "j.sqlite3", lambda: 0.0) as journal:
        by_staff = ByStaff(lambda _staff_id, _act: (), beyond_rules=True)
        rules = FakeRules(most=0)
        alone = LendingAlone(
            journal, rules, time, NumberPatterns(), has_pad=True, with_unset_clock=False, by_staff=by_staff
        )
        told = await alone.lend(TransactionId("v1-1"), PatronId(MAI), ItemId(DE_MEN), 0, staff_id=LAN)
        time.set = False
        untold = await alone.lend(TransactionId("v1-2"), PatronId(MAI), ItemId(TAT_DEN), 1, staff_id=LAN)
        patron = await alone.lend(TransactionId("v1-3"), PatronId(MAI), ItemId(TAT_DEN), 0)

    assert isinstance(told, Loan)
    assert isinstance(untold, Loan)
    assert told.due == rules.due(time.now)
    assert untold.due is None
    assert isinstance(patron, Refused)
