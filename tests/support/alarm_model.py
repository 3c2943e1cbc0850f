"""A library in memory, a kiosk of its real parts, and histories in which either may end at any boundary of an effect.

Real are the journal on its disk, the tag alarm, what is put right at rest, the session and the performer; the library
system keeps loans exactly once by transaction, and loses answers; tags keep their memory.
"""

import random
from collections.abc import Awaitable, Callable
from pathlib import Path

from kiosk.journal import AlarmWanted, KeptKind, KeptState
from kiosk.session.values import (
    ItemId,
    PatronId,
    TransactionId,
)
from tests.support.alarm_kiosk import Kiosk, Parts, World
from tests.support.alarm_world import ITEMS, PATRONS, STAYS, tags_of
from tests.support.tag_memory import ON_LOAN, SECURED, Fuse, PowerCutError

Act = Callable[[Kiosk], Awaitable[None]]


def acts(luck: random.Random) -> list[Act]:
    """Choose what happens: visits, the line, and the desk, which lends, takes back and arms without the kiosk."""
    chosen: list[Act] = []
    for _ in range(luck.choice((2, 3, 4))):
        items = luck.sample(ITEMS, luck.choice((1, 2, 3)))
        patron = luck.choice(PATRONS)
        kinds = ("borrow", "return", "line", "desk lends", "desk returns", "staff lend", "staff take back")
        kind = luck.choices(kinds, (8, 8, 4, 2, 2, 4, 3))[0]
        chosen.append(_act(kind, patron, items, there=luck.random() < 0.5))
    return chosen


def _act(kind: str, patron: PatronId, items: list[ItemId], *, there: bool) -> Act:
    async def act(kiosk: Kiosk) -> None:
        world, first = kiosk.world, items[0]
        match kind:
            case "borrow":
                await kiosk.borrow(patron, items)
            case "return":
                await kiosk.give_back(items)
            case "staff lend":
                await kiosk.staff_lend(patron, items)
            case "staff take back":
                await kiosk.staff_take_back(items)
            case "line":
                await kiosk.set_line(there=there)
            case "desk lends" if first not in world.ledger.loans and first != STAYS:
                world.ledger.lend(TransactionId(f"desk-{world.next_visit()}"), patron, first)
                world.pad.afi |= dict.fromkeys(tags_of(first), ON_LOAN)
            case "desk returns" if first in world.ledger.loans:
                world.ledger.take_back(TransactionId(f"desk-{world.next_visit()}"), first)
                world.pad.afi |= dict.fromkeys(tags_of(first), SECURED)
            case _:
                pass

    return act


async def history(folder: Path, seed: str, crash_at: int | None, parts: Parts | None = None) -> tuple[int, list[str]]:
    """Play one history with at most one power cut, recover, and give the boundaries passed and what is not true."""
    world, parts = World(folder, seed), parts or Parts()
    fuse = Fuse(crash_at)
    todo = acts(random.Random(f"acts of {seed}"))  # noqa: S311 - chooses a history
    path = folder / "journal.sqlite3"
    line = True
    try:
        async with parts.journal(path, world.wall, fuse) as journal:
            kiosk = Kiosk(world, journal, fuse, parts)
            await kiosk.start(line=True)
            while todo:
                act = todo.pop(0)
                await act(kiosk)
                line = kiosk.library_system.line
    except PowerCutError:
        line = world.luck.random() < 0.7
    wrong = await _afterwards(world, path, todo, parts, line=line)
    return fuse.passed, wrong


async def _afterwards(world: World, path: Path, todo: list[Act], parts: Parts, *, line: bool) -> list[str]:
    """Start anew on the same files, go on, and look at every tag once all can be reached."""
    async with parts.journal(path, world.wall, Fuse()) as journal:
        kiosk = Kiosk(world, journal, Fuse(), parts)
        await kiosk.start(line=line)
        wrong = await untrue(kiosk, "after the start")
        for act in todo:
            await act(kiosk)
        wrong += await untrue(kiosk, "after the rest")
        await kiosk.set_line(there=True)
        world.calm = True
        for item_id in ITEMS:
            kiosk.lay([item_id])
            await kiosk.owed.put_right()
            kiosk.lay(())
        wrong += await untrue(kiosk, "after every tag was seen", seen=True)
    wrong += [f"{item_id}: the last page of its visit did not tell" for item_id in world.silent_ends]
    return wrong


async def untrue(kiosk: Kiosk, when: str, *, seen: bool = False) -> list[str]:
    """Compare tags, library and journal, and name each thing that is not as it must be.

    ``seen``: the library system answers and every tag lay on the pad, so nothing may be excused by a list any more but
    what only a patron's visit may heal, or what nobody can say.
    """
    journal, world = kiosk.journal, kiosk.world
    alarms = await journal.open_alarms()
    to_be_off = {each.item_id for each in alarms if each.wanted is AlarmWanted.OFF}
    to_be_on = {each.item_id for each in alarms if each.wanted is AlarmWanted.ON}
    in_doubt = {each.item_id for each in await journal.open_loans()}
    doubtful_returns = {each.item_id for each in await journal.open_returns()}
    lent = set(world.ledger.loans)
    for kept in await journal.kept():
        unsent = kept.state in {KeptState.KEPT, KeptState.SENDING, KeptState.NEEDS_STAFF}
        if unsent and not world.ledger.knows_newer(kept.entry):
            lent = lent | {kept.entry.item_id} if kept.entry.kind is KeptKind.LEND else lent - {kept.entry.item_id}
    wrong: list[str] = []
    (by_staff,) = await journal.read("SELECT count(*) FROM kept WHERE staff_id IS NOT NULL")
    (noted,) = await journal.read("SELECT count(*) FROM staff_act WHERE kind IN ('lent_alone', 'took_back_alone')")
    if by_staff != noted:
        wrong.append(f"{when}: {by_staff} things were done alone by staff, {noted} are noted as theirs")
    wrong += [f"{when}: {each} was asked for before it was noted" for each in kiosk.library_system.unnoted]
    for item_id in ITEMS:
        values = {world.pad.afi[uid] for uid in tags_of(item_id)}
        quiet, loud = ON_LOAN in values, SECURED in values
        if quiet and item_id not in lent and (seen or item_id not in to_be_on | doubtful_returns):
            wrong.append(f"{when}: {item_id.text} is on no loan and does not alarm")
        excused = to_be_off | in_doubt | {STAYS}
        if loud and item_id in lent and item_id not in excused:
            wrong.append(f"{when}: {item_id.text} is lent, alarms, and stands on no list")
        if seen and item_id in to_be_on - doubtful_returns:
            wrong.append(f"{when}: {item_id.text} is still to be armed although it lay there")
        if seen and item_id in to_be_off - lent - in_doubt:
            wrong.append(f"{when}: {item_id.text} stands on the list as lent, and is not")
    return wrong
