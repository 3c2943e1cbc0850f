"""The list of things to settle in a real browser: the button works, and everything fits a phone."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from library.lending.refusals import Refusal
from server.circulation.offline_list import StaffList
from server.circulation.offline_matters import Case, note_matter
from server.store.engine import open_engine, transaction
from server.store.models import Record
from server.store.offline_models import Matter, MatterKind
from server.store.writer import WriterQueue
from server.web.app import create_app
from server.web.site import Site
from tests.support.browser import BROWSER, NO_BROWSER, browser
from tests.support.fleet_pages import FakeFleet, FakeLoans
from tests.support.http_server import make_server, serving
from tests.support.small_library import DE_MEN, KIEU, MAI, NOON, ZONE, SmallLibrary, build_library, open_library

pytestmark = pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER)

LONG_TITLE = "Nghiên cứu về đời sống văn hóa và tín ngưỡng dân gian của cư dân ven biển miền Trung " * 3
ALL_SETTLED = "document.querySelector('.empty') !== null"


def _filled(folder: Path) -> SmallLibrary:
    library = open_library(build_library(folder))
    with transaction(library.engine) as session:
        session.scalars(select(Record).where(Record.source_id == "r3")).one().title = LONG_TITLE
        for minutes, kind in enumerate(MatterKind):
            item = KIEU if minutes % 2 else DE_MEN
            reason = Refusal.PATRON_EXPIRED if kind is MatterKind.CARD_BARRED else None
            case = Case(NOON - timedelta(hours=minutes * 5), item, MAI, f"a-{minutes}", reason)
            note_matter(session, library.hub, kind, case, NOON)
    library.clock.now = NOON
    return library


async def test_a_press_settles_and_nothing_is_wider_than_a_phone(tmp_path: Path) -> None:
    library = _filled(tmp_path)
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        server = make_server(
            create_app(
                fleet=FakeFleet(),
                loans=FakeLoans(),
                clock=library.clock,
                site=Site("Thư viện xã Quảng Nghiệp", ZONE),
                matters=StaffList(library.engine, queue),
            )
        )
        async with serving(server) as port, browser(tmp_path) as page:
            for language, width in (("vi", 1280), ("en", 1280), ("vi", 360), ("en", 360)):
                await page.go(f"http://127.0.0.1:{port}/to-settle?lang={language}", width, 800)
                overflow = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                low = await page.evaluate(
                    "Math.min(...[...document.querySelectorAll('.matter button, .matter input, .chips a')]"
                    ".map(part => part.getBoundingClientRect().height))"
                )
                await page.picture(tmp_path / f"{language}-{width}.png")

                assert overflow <= 0, (language, width)
                assert low >= 40, (language, width)
            await page.go(f"http://127.0.0.1:{port}/to-settle?lang=en&kind=alarm_on", 360, 800)
            await page.evaluate("document.querySelector('.matter input[name=note]').value = 'seen'")
            await page.evaluate("document.querySelector('.matter button').click()")
            await page.until(ALL_SETTLED)

    with transaction(library.engine) as session:
        alarm = session.scalars(select(Matter).where(Matter.kind == MatterKind.ALARM_ON)).one()
    library.engine.dispose()
    assert (alarm.settled_by, alarm.note) == ("desk", "seen")
