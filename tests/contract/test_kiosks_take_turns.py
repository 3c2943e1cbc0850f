"""Two kiosks alone with one item: in whatever order they come back, another system ends as it happened."""

import itertools
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from sqlalchemy import select

from kiosk.alone.replaying import Replaying
from kiosk.ils.profiles import PROFILES
from kiosk.ils.replay_turns import TurnsOfServer
from kiosk.journal.journal import Journal
from kiosk.journal.rows import KeptEntry, KeptKind, KeptState
from kiosk.session.values import ItemId, PatronId, TransactionId
from library.api.replaying import REPLAY_PATH, ReplayTurns, read_question
from server.circulation.replay_desk import ReplayDesk
from server.circulation.replay_order import GATHER, PATIENCE
from server.circulation.values import Counter
from server.store.engine import transaction
from server.store.offline_models import Matter, MatterKind
from server.store.writer import WriterQueue
from tests.support.acs import Again, FakeAcs
from tests.support.alone import FakeTime
from tests.support.offline_oracle import Deed, Happening, expected
from tests.support.sip2_kiosk import HANOI, system_for
from tests.support.small_library import (
    HUB_TERMINAL,
    NOON,
    SCHOOL_TERMINAL,
    SmallLibrary,
    build_library,
    open_library,
)

AT = NOON.astimezone(HANOI) - timedelta(hours=3)
DUE = datetime(2026, 12, 6, 23, 59, tzinfo=HANOI)
PLAIN = PROFILES["generic"]
Came = Literal["hub first", "school first", "together"]


@dataclass
class DirectServer:
    """Our server, asked without a wire."""

    library: SmallLibrary
    counter: Counter
    queue: WriterQueue
    there: bool = True

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        question = read_question(body)
        assert (method, path) == ("POST", REPLAY_PATH)
        assert question is not None
        if not self.there:
            return 503, b""
        with transaction(self.library.engine) as session:
            turns = ReplayDesk(self.queue, self.library.clock).turns(session, self.counter, question.events)
        return 200, ReplayTurns(turns=turns).model_dump_json().encode()


@dataclass
class Machine:
    """One kiosk with its journal and its line."""

    journal: Journal
    replaying: Replaying

    async def states(self) -> list[KeptState]:
        return [each.state for each in await self.journal.kept()]


def entry(one: Happening) -> KeptEntry:
    lends = one.deed == "lend"
    return KeptEntry(
        transaction_id=TransactionId(f"v-{one.number}"),
        kind=KeptKind.LEND if lends else KeptKind.RETURN,
        patron_id=PatronId(one.card) if lends else None,
        item_id=ItemId(one.item),
        tags=(),
        at=one.at,
        boot_id="boot-1",
        monotonic=0.0,
        due=DUE if lends else None,
    )


async def machine(stack: AsyncExitStack, acs: FakeAcs, server: DirectServer, deeds: Sequence[Happening]) -> Machine:
    folder = Path(stack.enter_context(TemporaryDirectory()))
    journal = await stack.enter_async_context(Journal(folder / "journal.sqlite3", lambda: 0.0))
    for each in deeds:
        await journal.keep(entry(each))
    system = system_for(acs, profile=PLAIN)
    stack.callback(system.close)
    assert system.replayed is not None
    turns, time = TurnsOfServer(server), FakeTime(now=NOON)
    return Machine(
        journal,
        Replaying(journal, system.replayed, turns, time, lambda: True, lambda at: at + timedelta(days=200)),
    )


async def played(library: SmallLibrary, happened: Sequence[Happening], holder: str, came: Came) -> dict[str, str]:
    """Let both kiosks come back in this order and tell all; give what is on loan at the end, and to whom."""
    library.clock.now = NOON
    queue = WriterQueue(library.engine, "turns")
    held = {each.item: holder for each in happened if holder}
    async with FakeAcs(loans=held, again=Again.REFUSES) as acs, AsyncExitStack() as stack:
        acs.desk.repeats = False
        machines = []
        for counter in (library.hub, library.school):
            deeds = [each for each in happened if each.terminal == counter.terminal_id]
            machines.append(await machine(stack, acs, DirectServer(library, counter, queue), deeds))
        first = machines if came == "together" else machines[:1] if came == "hub first" else machines[1:]
        for those in (first, machines):
            await told_by(those, library)
        ended = [state for each in machines for state in await each.states()]

        assert not {KeptState.KEPT, KeptState.SENDING} & set(ended), "each event has ended"
        return acs.loans


async def told_by(machines: Sequence[Machine], library: SmallLibrary) -> None:
    """Let these look at their journals, one after the other, as long as it takes."""
    for _ in range(8):
        done = [await each.replaying.tell_all() for each in machines]
        library.clock.advance(GATHER)
        if all(done):
            return


BOTH: tuple[Deed, Deed] = ("return", "lend")
ORDERS = [order for length in (2, 3) for order in itertools.product(BOTH, repeat=length) if set(order) == set(BOTH)]


def happenings() -> list[Happening]:
    """Give an item for each order of what was done with it: returned at the one kiosk, lent at the other."""
    found = []
    for number, order in enumerate(ORDERS):
        for place, deed in enumerate(order, start=1):
            terminal, card = (HUB_TERMINAL, "") if deed == "return" else (SCHOOL_TERMINAL, "P1")
            due = DUE if deed == "lend" else None
            at = AT + timedelta(minutes=place)
            found.append(Happening(at, terminal, deed, f"I{number}", card, due, number=place * 100 + number))
    return sorted(found, key=lambda each: each.number)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the path of a filled database, to be copied."""
    return build_library(tmp_path_factory.mktemp("built"))


@pytest.fixture
def library(built: Path, tmp_path: Path) -> Iterator[SmallLibrary]:
    """Give a library of its own."""
    found = open_library(Path(shutil.copy(built, tmp_path / "library.db")))
    yield found
    found.engine.dispose()


@pytest.mark.parametrize("came", ["hub first", "school first", "together"])
@pytest.mark.parametrize("holder", ["", "P2"])
async def test_returned_at_one_and_lent_at_the_other_ends_as_it_happened_in_every_order(
    library: SmallLibrary, holder: str, came: Came
) -> None:
    happened = happenings()
    long_ago = AT - timedelta(days=3)
    before = [Happening(long_ago, HUB_TERMINAL, "lend", each.item, holder, DUE, line=True) for each in happened]
    known = [*before[: len(ORDERS)], *happened] if holder else happened
    wanted = {stay.item: stay.card for stay in expected(known) if stay.ended_at is None}

    assert await played(library, happened, holder, came) == wanted


async def test_without_our_server_none_of_several_kiosks_tells_anything(library: SmallLibrary) -> None:
    async with FakeAcs() as acs, AsyncExitStack() as stack:
        server = DirectServer(library, library.school, WriterQueue(library.engine, "turns"), there=False)
        kiosk = await machine(stack, acs, server, happenings()[:1])
        done = await kiosk.replaying.tell_all()
        states = await kiosk.states()

    assert (done, states, acs.seen) == (False, [KeptState.KEPT], [])


async def test_what_somebody_else_has_waits_a_day_for_another_kiosks_return_and_is_then_for_staff(
    library: SmallLibrary,
) -> None:
    async with FakeAcs(loans={"I0": "P2"}) as acs, AsyncExitStack() as stack:
        server = DirectServer(library, library.school, WriterQueue(library.engine, "turns"))
        lent = [each for each in happenings() if each.item == "I0" and each.deed == "lend"]
        kiosk = await machine(stack, acs, server, lent)
        await told_by([kiosk], library)
        waits = await kiosk.states()
        library.clock.advance(PATIENCE)
        await told_by([kiosk], library)
        ends = await kiosk.states()
    with transaction(library.engine) as session:
        matters = [(matter.kind, matter.item_number) for matter in session.scalars(select(Matter))]

    assert (waits, ends, acs.loans) == ([KeptState.KEPT], [KeptState.NEEDS_STAFF], {"I0": "P2"})
    assert matters == [(MatterKind.NOT_TOLD, "I0")]
