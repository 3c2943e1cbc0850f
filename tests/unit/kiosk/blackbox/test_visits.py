"""The black box's files: one a visit, private, never in the way, and forgotten in time."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.blackbox.visit_codec import read
from kiosk.blackbox.visits import ENDING, FOLDER, BlackBox, recorded
from kiosk.replay.steps import play
from kiosk.session.answers import PatronAccepted
from kiosk.session.effects import Effect
from kiosk.session.events import CardPresented, Event, Ticked
from kiosk.session.limits import Limits
from kiosk.session.machine import step
from kiosk.session.staff_events import DeskRead, StaffCardPresented, StaffPinChecked
from kiosk.session.touches import (
    CancelTouched,
    DoneTouched,
    EnterTouched,
    FinishTouched,
    KeyTouched,
    StartTouched,
    TypeCardTouched,
)
from kiosk.session.values import Patron, PatronId, PinStanding, VisitId
from tests.support.session_play import MINH, Play, best_answer, pad_of
from tests.support.staff_play import LAN, desk_of, staff_play
from tests.support.waiting import eventually

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Kept(Play):
    """A session whose every step the black box sees."""

    def __init__(self, box: BlackBox) -> None:
        super().__init__()
        self._box = box

    def tell(self, *events: Event) -> tuple[Effect, ...]:
        for event in events:
            before = self.state
            after, effects = step(before, event)
            self._box.note(before, event, after, effects)
            super().tell(event)
        return ()

    def visit(self, name: str) -> None:
        self.tell(CardPresented(VisitId(name), MINH.patron_id))
        self.answer()
        self.tell(pad_of(1))
        self.answer()
        for _ in range(20):
            self.tell(Ticked(self.state.around.now + 0.25))
        self.tell(FinishTouched())
        self.answer()
        self.tell(Ticked(self.state.around.now + 100.0), pad_of())

    def answer(self) -> None:
        while self.pending:
            self.tell(best_answer(self.pending[0]))


@asynccontextmanager
async def kept(folder: Path, keep_days: int = 30, now: datetime = NOON) -> AsyncIterator[Kept]:
    moments = iter(range(1000))
    box = BlackBox(folder, keep_days, "0.1.0", lambda: now + timedelta(microseconds=next(moments)))
    running = asyncio.create_task(box.run())
    await asyncio.sleep(0)
    try:
        yield Kept(box)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def files(folder: Path) -> list[Path]:
    return recorded(folder / FOLDER)


async def test_each_visit_is_a_file_of_its_own_that_only_the_kiosk_may_read(tmp_path: Path) -> None:
    async with kept(tmp_path) as session:
        session.open()
        session.visit("v1")
        session.visit("v2")
    written = files(tmp_path)

    assert len(written) == 2
    assert [path.stat().st_mode & 0o777 for path in written] == [0o600, 0o600]
    assert (tmp_path / FOLDER).stat().st_mode & 0o777 == 0o700


async def test_what_was_written_goes_the_same_way_again_without_every_tick(tmp_path: Path) -> None:
    async with kept(tmp_path) as session:
        session.open()
        session.visit("v1")
    (path,) = files(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    played = list(play(read(lines)))

    assert all(each.same for each in played)
    assert type(played[-1].state).__name__ == "Idle"
    assert sum('"Ticked"' in line for line in lines) < 6


@pytest.mark.parametrize("number", ["2904007153", "TV-000123"])
async def test_of_a_typed_card_number_only_its_length_is_kept_and_its_visit_plays_again(
    tmp_path: Path, number: str
) -> None:
    pin = "864213"
    patron = Patron(PatronId(number), "N.T.M.", loans=0, pin=PinStanding.RIGHT)
    async with kept(tmp_path) as session:
        session.state = Play(Limits(types_card=True, card_letters="TV-")).open().state
        session.tell(StartTouched(), TypeCardTouched(VisitId("v1")), *map(KeyTouched, number), EnterTouched())
        session.tell(*map(KeyTouched, pin), EnterTouched(), PatronAccepted(VisitId("v1"), patron), FinishTouched())
    (path,) = files(tmp_path)
    text = path.read_text(encoding="utf-8")
    keys = [json.loads(line)["data"]["key"] for line in text.splitlines() if '"KeyTouched"' in line]
    played = list(play(read(text.splitlines())))

    assert keys == ["0"] * (len(number) + len(pin))
    assert [word for word in (number, pin, "N.T.M.") if word in text] == []
    assert all(each.same for each in played)
    assert "Borrowing" in {type(each.state).__name__ for each in played}


async def test_a_visit_is_written_while_it_goes_on(tmp_path: Path) -> None:
    async with kept(tmp_path) as session:
        session.open()
        session.tell(StartTouched())
        await eventually(lambda: len(files(tmp_path)) == 1)

        assert read(files(tmp_path)[0].read_text(encoding="utf-8").splitlines()).happened


async def test_without_days_nothing_is_kept(tmp_path: Path) -> None:
    async with kept(tmp_path, keep_days=0) as session:
        session.open()
        session.visit("v1")

    assert files(tmp_path) == []


async def test_what_is_too_old_is_forgotten_and_nothing_else_is(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    for name in ("20261020T120000.0", "20261101T120000.0"):
        (folder / f"{name}{ENDING}").write_text("{}", encoding="utf-8")
    (folder / "20200101T000000.note").write_text("a person's own", encoding="utf-8")
    async with kept(tmp_path):
        await eventually(lambda: len(files(tmp_path)) == 1)

    assert files(tmp_path)[0].name.startswith("20261101")
    assert (folder / "20200101T000000.note").exists()


async def test_a_disk_that_cannot_be_written_costs_the_record_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FOLDER).write_text("a file where the folder should be", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        async with kept(tmp_path) as session:
            session.open()
            session.visit("v1")
            session.visit("v2")

    assert [record.getMessage() for record in caplog.records] == ["visits are not kept: File exists"]
    assert (tmp_path / FOLDER).is_file()


async def test_what_staff_do_is_no_visit(tmp_path: Path) -> None:
    async with kept(tmp_path) as session:
        session.state = staff_play().state
        session.tell(StaffCardPresented(LAN), KeyTouched("1"), EnterTouched(), StaffPinChecked(LAN))
        session.tell(DeskRead(desk_of()), DoneTouched())
        session.tell(StaffCardPresented(LAN), CancelTouched())

    assert files(tmp_path) == []
