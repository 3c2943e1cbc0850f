"""The alarm tells the truth: at every boundary of an effect the kiosk may end, and after its start nothing is false.

What must hold, of every tag that the reader can reach: a tag that this kiosk switched off belongs to a loan that stands
in the library system or in the kiosk's journal; an item that is lent and alarms stands on the alarm list, and the last
page of its visit told so; what is out of reach stands on the list.
"""

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kiosk.alarm.pad import PadTagAlarm
from kiosk.journal import AlarmWanted
from kiosk.ports import AlarmOff, AlarmOn
from kiosk.session.values import ItemId, TagUid, TransactionId
from tests.support.alarm_kiosk import Parts
from tests.support.alarm_model import history
from tests.support.alarm_world import CutJournal
from tests.support.unmeasured import unmeasured

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one: what a sync costs is no matter here
SEEDS = (*range(36), 102, 132, 161)
"""The last are histories in which something was false once."""
GROUPS = 10


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    where = Path(tempfile.mkdtemp(dir=MEMORY)) if MEMORY.is_dir() else tmp_path
    yield where
    shutil.rmtree(where)


async def played(folder: Path, seed: str, crash_at: int | None, parts: Parts | None = None) -> tuple[int, list[str]]:
    own = folder / f"{seed}-{crash_at}"
    own.mkdir()
    passed, wrong = await history(own, seed, crash_at, parts)
    shutil.rmtree(own)
    return passed, [f"seed {seed}, cut at {crash_at}: {each}" for each in wrong]


async def every_cut(folder: Path, seed: str, parts: Parts | None = None) -> tuple[int, list[str]]:
    """Play a history once whole and once for each boundary at which it may end; give how many and what is false."""
    boundaries, wrong = await played(folder, seed, None, parts)
    with unmeasured():
        for boundary in range(boundaries):
            wrong += (await played(folder, seed, boundary, parts))[1]
    return boundaries + 1, wrong


@pytest.mark.parametrize("group", range(GROUPS))
async def test_wherever_the_kiosk_ends_what_its_tags_say_is_true_after_its_start(folder: Path, group: int) -> None:
    histories, wrong = 0, []
    for seed in SEEDS[group::GROUPS]:
        number, false = await every_cut(folder, str(seed))
        histories += number
        wrong += false

    assert wrong == []
    assert histories > len(SEEDS[group::GROUPS]) * 10


@pytest.mark.parametrize("group", range(2))
async def test_so_it_is_in_long_chains_of_chance(folder: Path, group: int) -> None:
    luck, wrong = random.Random(group), []  # noqa: S311 - chooses where the power goes
    with unmeasured():
        for number in range(60):
            wrong += (await played(folder, f"chance {group} {number}", luck.randrange(80)))[1]

    assert wrong == []


class Forgetful(CutJournal):
    """A journal that forgets the alarm of a loan."""

    async def settled(self, transaction_id: TransactionId, *, alarm_owed: bool) -> None:
        del alarm_owed
        await super().settled(transaction_id, alarm_owed=False)


class ForgetfulOfReturns(CutJournal):
    """A journal that forgets the alarm of a return."""

    async def return_settled(self, transaction_id: TransactionId, *, arm: bool, stands: bool | None = None) -> None:
        del arm
        await super().return_settled(transaction_id, arm=False, stands=stands)


class Unnoted(CutJournal):
    """A journal in which no return stands before its first byte."""

    async def returning(self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid]) -> None:
        del transaction_id, item_id, tags


class Hasty(PadTagAlarm):
    """A tag alarm that strikes its intent off before it writes."""

    async def switch_off(self, item_id: ItemId, tags: Sequence[TagUid]) -> AlarmOff:
        await self._journal.alarm_settled(item_id, AlarmWanted.OFF)
        await super().switch_off(item_id, tags)
        await self._journal.alarm_settled(item_id, AlarmWanted.OFF)
        return AlarmOff()


class Careless(PadTagAlarm):
    """A tag alarm that believes what it wrote."""

    async def switch_on(self, item_id: ItemId, tags: Sequence[TagUid]) -> AlarmOn:
        await super().switch_on(item_id, tags)
        await self._journal.alarm_settled(item_id, AlarmWanted.ON)
        return AlarmOn()


@pytest.mark.parametrize(
    "parts",
    [
        Parts(journal=Forgetful),
        Parts(journal=ForgetfulOfReturns),
        Parts(journal=Unnoted),
        Parts(alarm=Hasty),
        Parts(alarm=Careless),
    ],
    ids=["loans forgotten", "returns forgotten", "returns not noted before", "intents struck off", "unverified"],
)
async def test_a_kiosk_with_one_wrong_part_is_found_out(folder: Path, parts: Parts) -> None:
    wrong: list[str] = []
    for seed in range(30):
        wrong += (await every_cut(folder, str(seed), parts))[1]
        if wrong:
            break

    assert wrong != []
