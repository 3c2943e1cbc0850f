"""The listener for other systems of the real program: off unless wanted, and nothing beside the catalogue on it."""

import asyncio
from pathlib import Path

import httpx
from lxml import etree

from tests.integration.server.test_kiosk_api import PROGRAM
from tests.support.programs import Program

WANTED = '\n[oai]\npublic_url = "https://oai.example"\nadmin_email = "desk@oai.example"\nport = 0\n[[lending.rules]]'


async def test_other_systems_reach_the_catalogue_and_nothing_else(installed: Path) -> None:
    text = installed.read_text(encoding="utf-8").replace("[[lending.rules]]", WANTED, 1)
    installed.write_text(text, encoding="utf-8")

    async with Program([*PROGRAM, str(installed)], installed.parent / "log") as program:
        address = f"http://127.0.0.1:{program.ready['oai_port']}"
        listed, page, health = await asyncio.to_thread(
            lambda: [
                httpx.get(address + path)
                for path in ("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc", "/", "/healthz")
            ]
        )

    root = etree.fromstring(listed.content)
    assert root.findtext("{*}request") == "https://oai.example/oai"
    assert (root.findtext(".//{*}identifier") or "").startswith("oai:oai.example:")
    assert (page.status_code, health.status_code) == (404, 404)
