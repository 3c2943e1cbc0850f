"""The workbench as the demo starts it, with the emulators in processes of their own."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from drivers.emulators.control import EmulatorControl
from kiosk.workbench.bench import MISDEEDS
from tests.support.browser import BROWSER, NO_BROWSER, browser
from tests.support.markup import Markup
from tests.support.programs import Program
from tests.unit.kiosk.workbench.fakes import STOCK, uid

EMULATORS = {"pad": "threem", "scanner": "scanner", "printer": "escpos"}


@dataclass(frozen=True, slots=True)
class Running:
    """The workbench and its emulators."""

    url: str
    pid: int
    controls: dict[str, EmulatorControl]
    folder: Path


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with AsyncExitStack() as stack:
        sockets = {role: tmp_path / f"{role}.sock" for role in EMULATORS}
        for role, name in EMULATORS.items():
            wires = ["--control", str(sockets[role]), "--link", str(tmp_path / f"{role}.tty")]
            await stack.enter_async_context(
                Program(["-m", "drivers.emulators", name, *wires], tmp_path / f"{role}.log")
            )
        (tmp_path / "demo.json").write_text(STOCK.model_dump_json())
        config = {"devices": {role: str(path) for role, path in sockets.items()}, "stock": str(tmp_path / "demo.json")}
        (tmp_path / "workbench.json").write_text(json.dumps(config))
        program = Program(
            ["-m", "kiosk.workbench", "--config", str(tmp_path / "workbench.json"), "--port", "0"], tmp_path / "log"
        )
        await stack.enter_async_context(program)
        controls = {role: EmulatorControl(path) for role, path in sockets.items()}
        yield Running(str(program.ready["url"]), int(program.ready["pid"]), controls, tmp_path)


async def test_books_are_laid_and_lifted_on_the_real_emulator(running: Running) -> None:
    async with httpx.AsyncClient(base_url=running.url) as client:
        token = re.findall(r'name="token" value="([^"]+)"', (await client.get("/")).text)[0]
        laid = await client.post("/do/pile", data={"token": token, "number": "2"})
        tags = (await running.controls["pad"].call("tags"))["tags"]
        await client.post("/do/lift", data={"token": token, "uid": uid(1)})
        page = Markup((await client.get("/?lang=en")).text)

    assert laid.status_code == 303
    assert isinstance(tags, list)
    assert [tag["uid"] for tag in tags if isinstance(tag, dict)] == [uid(1), uid(2)]
    assert "On the pad 1 Tôi là Bêtô" in page.one(data_part="pad").text


async def test_cable_paper_and_label_reach_their_emulators(running: Running) -> None:
    async with httpx.AsyncClient(base_url=running.url) as client:
        token = re.findall(r'name="token" value="([^"]+)"', (await client.get("/")).text)[0]
        await client.post("/do/card", data={"token": token, "card": "ordinary"})
        await client.post("/do/cable", data={"token": token, "role": "pad", "plugged": "no"})
        await client.post("/do/paper", data={"token": token, "paper": "out"})
        page = Markup((await client.get("/?lang=en")).text)

    assert (await running.controls["scanner"].call("state"))["scans"] == 1
    assert (await running.controls["pad"].call("state"))["cable"] is False
    assert (await running.controls["printer"].call("state"))["paper"] == "out"
    assert not (running.folder / "pad.tty").is_symlink()
    assert "RFID pad cable is out" in page.one(data_part="devices").text


async def test_every_misdeed_of_the_page_is_known_to_its_emulator(running: Running) -> None:
    refused = []
    async with httpx.AsyncClient(base_url=running.url) as client:
        token = re.findall(r'name="token" value="([^"]+)"', (await client.get("/")).text)[0]
        for role, misdeeds in MISDEEDS.items():
            for what in (*misdeeds, "normal"):
                answer = await client.post("/do/misbehave", data={"token": token, "role": role, "what": what})
                if answer.status_code != 303:
                    refused.append((role, what))

    assert refused == []


async def test_it_listens_on_loopback_alone(running: Running) -> None:
    listening = [line.laddr for line in psutil.Process(running.pid).net_connections() if line.status == "LISTEN"]

    assert [address.ip for address in listening] == ["127.0.0.1"]


@pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER)
async def test_the_page_follows_hands_and_devices_without_reload(running: Running, tmp_path: Path) -> None:
    async with browser(tmp_path) as page:
        await page.go(f"{running.url}?lang=en")
        await page.evaluate("window.sameDocument = true")
        await page.evaluate(f"document.getElementById('lay-{uid(1)}').click()")
        await page.until("document.querySelectorAll('.pad li').length === 1")
        await running.controls["pad"].call("lay", tags=[{"uid": uid(1), "afi": 0xC2}])
        await page.until("document.querySelector('.pad .on_loan')")
        await running.controls["printer"].call("cable", **{"in": False})
        await page.until("document.getElementById('devices-heading').parentElement.querySelector('.gone')")
        await page.evaluate("document.querySelector('.scan button').click()")
        await page.until("document.getElementById('problem').textContent === 'There is nothing to scan.'")

        assert await page.evaluate("window.sameDocument")


async def test_a_wrong_file_is_named_and_ends_it(tmp_path: Path) -> None:
    (tmp_path / "workbench.json").write_text("{}")
    program = Program(["-m", "kiosk.workbench", "--config", str(tmp_path / "workbench.json")], tmp_path / "log")

    with pytest.raises(AssertionError, match="ended before it was ready"):
        await program.start()

    assert "workbench.json" in program.log()
    assert await program.status() == 2
