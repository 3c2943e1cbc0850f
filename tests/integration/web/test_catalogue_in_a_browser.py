"""The search page in a real browser: results come as one types, and everything fits a phone."""

from pathlib import Path

import pytest

from library.catalogue.asking import Reading
from server.web.app import create_app
from server.web.site import Site
from tests.support.browser import BROWSER, NO_BROWSER, browser
from tests.support.fleet_pages import LIBRARY_ZONE, FakeClock, FakeFleet, FakeLoans
from tests.support.http_server import make_server, serving
from tests.unit.server.web.test_catalogue import ODD, SOUTH, FakeFinder

pytestmark = pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER)

LONG = "Nghiên cứu về đời sống văn hóa và tín ngưỡng dân gian của cư dân ven biển miền Trung " * 3
LOWEST = "Math.min(...[...document.querySelectorAll('%s')].map(part => part.getBoundingClientRect().height))"


async def test_results_come_as_one_types_and_nothing_is_wider_than_a_phone(tmp_path: Path) -> None:
    long = SOUTH.model_copy(update={"key": 9, "record": SOUTH.record.model_copy(update={"title": LONG})})
    finder = FakeFinder(entries=(SOUTH, ODD, long), total=57, reading=Reading.CORRECTED, searched_for=LONG)
    site = Site("Thư viện xã Quảng Nghiệp", LIBRARY_ZONE)
    server = make_server(create_app(fleet=FakeFleet(), loans=FakeLoans(), clock=FakeClock(), site=site, finder=finder))
    async with serving(server) as port, browser(tmp_path) as page:
        for language, width in (("vi", 1280), ("en", 360), ("vi", 360)):
            for path in ("/catalogue?q=a&narrow=place:VN-QN", "/catalogue/9?"):
                await page.go(f"http://127.0.0.1:{port}{path}&lang={language}", width, 800)
                assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
                await page.picture(tmp_path / f"{language}-{width}-{path[10] == '?'}.png")
            await page.go(f"http://127.0.0.1:{port}/catalogue?lang={language}", width, 800)
            assert await page.evaluate(LOWEST % ".ask button, .ask input, .facets a, .pages a") >= 40
        asked = len(finder.asked)
        for query in ("d", "dat rung"):
            await page.evaluate(f"document.getElementById('q').value = '{query}', 0")
            await page.evaluate("document.getElementById('q').dispatchEvent(new Event('input')) && 0")
        await page.until("location.search === '?q=dat+rung'")

        words = await page.read()

    assert finder.asked[-1].text == "dat rung"
    assert finder.asked[-1].typing
    assert len(finder.asked) <= asked + 2
    assert words.one(class_="hits").text.startswith("Đất rừng phương Nam")
    assert words.one(id="q").attributes["type"] == "search"
