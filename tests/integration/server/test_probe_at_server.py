"""``kiosk probe`` and the server, each a process of its own."""

import asyncio
import sys
import tomllib
from pathlib import Path

from tests.support.programs import ROOT, Program
from tests.support.small_library import DE_MEN, HUB_TERMINAL, MAI, PASSWORD
from tests.support.waiting import in_time


async def test_our_server_is_probed_and_what_is_pasted_is_its_own_profile(installed: Path) -> None:
    folder = installed.parent
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o600)
    server = Program(["-m", "server", "run", "--config", str(installed)], folder / "server.log")
    async with server:
        words = [f"sip2://127.0.0.1:{server.ready['sip2_port']}", "--card", MAI, "--item", DE_MEN, "--profile", "own"]
        words += ["--login", f"{HUB_TERMINAL}-login", "--password-file", str(secret), "--write"]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kiosk", "probe", *words, stdout=asyncio.subprocess.PIPE, cwd=ROOT
        )
        said, _ = await in_time(process.communicate(), 120.0)
    report = said.decode()

    assert process.returncode == 0
    assert "note     BI Y (undo): honoured" in report
    assert tomllib.loads(report[report.index("[library_system]") :]) == {"library_system": {"profile": "own"}}
    assert not any(private in report for private in (MAI, DE_MEN, PASSWORD, "Dế Mèn"))
