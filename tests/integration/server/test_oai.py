"""The real program between other systems: it harvests them by itself, and tells them its own catalogue alone."""

import asyncio
from pathlib import Path

import httpx
from lxml import etree

from tests.integration.server.test_kiosk_api import PROGRAM
from tests.support.koha_oai import Biblio, KohaOai, served
from tests.support.programs import Program
from tests.support.waiting import until

HARVEST = '\n[[harvest]]\nsource = "tinh"\nurl = "{url}"\nlibrary = "VN-T"\nname = "Thư viện tỉnh"\npause_s = 0\n'
WANTED = '\n[oai]\npublic_url = "https://oai.example"\nadmin_email = "desk@oai.example"\nport = 0\n[[lending.rules]]'


async def test_other_systems_reach_the_catalogue_and_nothing_else_and_are_harvested(installed: Path) -> None:
    koha = KohaOai([Biblio(1, "2026-07-01T00:00:00Z", "Giông tố", "Vũ Trọng Phụng")])
    with served(koha) as url:
        text = installed.read_text(encoding="utf-8").replace("[[lending.rules]]", WANTED, 1) + HARVEST.format(url=url)
        installed.write_text(text, encoding="utf-8")
        await reach(installed)


async def reach(installed: Path) -> None:
    async with Program([*PROGRAM, str(installed)], installed.parent / "log") as program:
        address = f"http://127.0.0.1:{program.ready['oai_port']}"
        listed, page, health = await asyncio.to_thread(
            lambda: [
                httpx.get(address + path)
                for path in ("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc", "/", "/healthz")
            ]
        )
        found = f"http://127.0.0.1:{program.ready['web_port']}/api/v1/records?q=giong+to"
        await asyncio.to_thread(until, lambda: "Thư viện tỉnh" in httpx.get(found).text)

    root = etree.fromstring(listed.content)
    assert root.findtext("{*}request") == "https://oai.example/oai"
    assert (root.findtext(".//{*}identifier") or "").startswith("oai:oai.example:")
    assert (page.status_code, health.status_code) == (404, 404)
