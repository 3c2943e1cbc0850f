"""``kiosk tag`` as a process, with an emulated pad and scanner: a librarian's morning."""

import asyncio
import os
import signal
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from drivers.rfid.tagdata.content import TagContent, TagFormat
from drivers.rfid.tagdata.detect import detect
from drivers.rfid.tagdata.encode import encode
from tests.support.emulators import ROOT, RunningEmulator, emulator
from tests.support.waiting import in_time

CONFIG = """
schema_version = 1
kiosk_id = "k-tags"
site_name = "Thư viện xã"
state_folder = "."
language = "en"
[library_system]
url = "sip2://127.0.0.1:6001"
[devices]
rfid = "threem://{pad}"
barcode = "serial://{scanner}"
[tags]
owners = ["VN-QN01"]
[agent]
socket = "agent.sock"
"""
TITLE_AND_READER = "Tắt đèn|Nguyễn Văn A".encode()


@dataclass
class Station:
    """The program at work."""

    process: asyncio.subprocess.Process
    pad: RunningEmulator
    scanner: RunningEmulator
    folder: Path

    async def hears(self, words: str) -> str:
        """Wait for a line with these words."""
        if self.process.stdout is None:
            raise AssertionError("no output")
        while True:
            line = (await in_time(self.process.stdout.readline())).decode()
            if words in line:
                return line
            if not line:
                raise AssertionError(f"it ended without {words!r}")

    def types(self, line: str) -> None:
        if self.process.stdin is None:
            raise AssertionError("no input")
        self.process.stdin.write(line.encode() + b"\n")

    async def lays(self, uid: str, **more: Any) -> None:
        await self.pad.do("lay", tags=[{"uid": uid, **more}])

    async def tag(self, uid: str) -> dict[str, Any]:
        tags = (await self.pad.do("tags"))["tags"]
        assert isinstance(tags, list)
        return next(tag for tag in tags if isinstance(tag, dict) and tag["uid"] == uid)

    async def content(self, uid: str) -> TagContent:
        tag = await self.tag(uid)
        found = detect(bytes.fromhex(tag["memory"]), tag["dsfid"])
        assert isinstance(found, TagContent)
        return found

    def record(self) -> list[str]:
        lines = (self.folder / "tagging.csv").read_text(encoding="utf-8").splitlines()[1:]
        return [",".join(line.split(",")[1:6]) for line in lines]


@pytest.fixture
async def devices() -> AsyncIterator[tuple[RunningEmulator, RunningEmulator]]:
    async with emulator("threem") as pad, emulator("scanner") as scanner:
        yield pad, scanner


async def started(folder: Path, *words: str, limit: str = "") -> asyncio.subprocess.Process:
    """Start the program; ``limit``: what the shell's ``ulimit`` is told first."""
    command = [sys.executable, "-m", "kiosk", "tag", "--config", str(folder / "kiosk.toml"), *words]
    environment = dict(os.environ)
    if limit:  # the coverage of this process could not be written either
        command = ["bash", "-c", f'ulimit {limit}; exec "$@"', "bash", *command]
        environment = {name: value for name, value in environment.items() if not name.startswith("COV")}
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, env=environment
    )


def configure(folder: Path, pad: object, scanner: object) -> None:
    """Write the configuration of these devices."""
    (folder / "kiosk.toml").write_text(CONFIG.format(pad=pad, scanner=scanner), encoding="utf-8")


async def left(folder: Path, numbers: Path) -> list[str]:
    """Ask what is still to be done."""
    status, said, wrong = await asked(folder, "--list", str(numbers), "--left")
    assert (status, wrong) == (0, "")
    return said.split()


async def asked(folder: Path, *words: str) -> tuple[int | None, str, str]:
    """Start the program with nobody there; give its status, what it says, and what of what is wrong."""
    process = await started(folder, *words)
    said, wrong = await in_time(process.communicate())
    return process.returncode, said.decode(), wrong.decode()


@asynccontextmanager
async def station(
    devices: tuple[RunningEmulator, RunningEmulator], folder: Path, *options: str
) -> AsyncIterator[Station]:
    pad, scanner = devices
    configure(folder, pad.link, scanner.link)
    process = await started(folder, *options)
    running = Station(process, pad, scanner, folder)
    try:
        await running.hears("The pad is ready")
        yield running
        running.types("quit")
        await running.hears("Stopped")
        assert await in_time(process.wait()) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


UID = "E004010000000001"
OTHER = "E004010000000002"


async def test_a_blank_tag_gets_number_owner_format_and_alarm_and_nothing_else(
    devices: tuple[RunningEmulator, RunningEmulator], tmp_path: Path
) -> None:
    async with station(devices, tmp_path) as running:
        await running.scanner.do("scan", text="TVX.000001")
        await running.hears("TVX.000001: put the book on the pad")
        await running.lays(UID, memory=bytes(112).hex(), afi=0)
        await running.hears("TVX.000001: done")
        tag, content = await running.tag(UID), await running.content(UID)

    assert (content.format, content.item_id, content.owner) == (TagFormat.ISO_28560_3, "TVX.000001", "VN-QN01")
    assert (tag["afi"], tag["dsfid"]) == (0x07, 0x3E)
    assert content.extensions == ()
    assert running.record() == [f"TVX.000001,1,1,{UID},written"]


async def test_an_old_title_and_reader_behind_the_number_are_wiped(
    devices: tuple[RunningEmulator, RunningEmulator], tmp_path: Path
) -> None:
    old = encode(TagContent(TagFormat.ISO_28560_3, "TVX.000009", country="VN", library="QN01")) + TITLE_AND_READER
    async with station(devices, tmp_path) as running:
        await running.lays(UID, memory=old.hex(), afi=0xC2, dsfid=0x3E)
        await running.hears("The tag on the pad says TVX.000009")
        running.types("TVX.000001")
        await running.hears("The cover says TVX.000001, the tag says TVX.000009")
        running.types("TVX.000001")
        await running.hears("TVX.000001: done")
        tag = await running.tag(UID)

    memory = bytes.fromhex(tag["memory"])
    assert memory[36:] == bytes(len(memory) - 36)
    assert tag["afi"] == 0x07


async def test_the_work_goes_on_where_it_was_stopped(
    devices: tuple[RunningEmulator, RunningEmulator], tmp_path: Path
) -> None:
    numbers = tmp_path / "numbers.txt"
    numbers.write_text("TVX.000001\nTVX.000002\n", encoding="utf-8")
    async with station(devices, tmp_path, "--list", str(numbers)) as running:
        running.types("TVX.000001")
        await running.lays(UID, memory=bytes(112).hex())
        await running.hears("1 done, 1 to go")
        await running.pad.do("lift")
    async with station(devices, tmp_path, "--list", str(numbers)) as running:
        running.types("TVX.000003")
        await running.hears("TVX.000003 is not on the list")
        running.types("TVX.000001")
        await running.hears("TVX.000001 has a tag already")
        await running.lays(UID)
        await running.hears("TVX.000001: the tag was right already")

    assert await left(tmp_path, numbers) == ["TVX.000002"]


async def test_a_set_a_foreign_tag_a_locked_alarm_and_a_lifted_book(
    devices: tuple[RunningEmulator, RunningEmulator], tmp_path: Path
) -> None:
    foreign = encode(TagContent(TagFormat.ISO_28560_3, "TVX.000001", country="DK", library="718500"))
    async with station(devices, tmp_path) as running:
        running.types("set 2")
        await running.hears("2 parts")
        running.types("TVX.000001")
        await running.lays(UID, memory=bytes(112).hex())
        await running.hears("part 1 of 2 done")
        await running.lays(OTHER, memory=bytes(112).hex())
        await running.hears("TVX.000001: done")
        parts = [
            (content.part, content.parts) for content in (await running.content(UID), await running.content(OTHER))
        ]
        await running.pad.do("lift")
        running.types("TVX.000002")
        await running.lays("E004010000000003", memory=foreign.hex())
        await running.hears("another library (DK-718500)")
        await running.pad.do("lift")
        await running.lays("E004010000000004", memory=bytes(112).hex(), afi_locked=True)
        await running.hears("the alarm of this tag is locked")
        await running.pad.do("lift")
        await running.pad.misbehave("lift_in_write", after=3)
        await running.lays("E004010000000005", memory=bytes(112).hex())
        await running.hears("TVX.000002: the book was lifted")
        await running.lays("E004010000000005")
        await running.hears("TVX.000002: done")
        untouched = await running.tag("E004010000000003")

    assert parts == [(1, 2), (2, 2)]
    assert untouched["memory"].startswith(foreign.hex())
    assert [line.rsplit(",", 1)[1] for line in running.record()] == [
        "written",
        "written",
        "foreign",
        "alarm_locked",
        "written",
    ]


async def test_a_pad_that_comes_back_goes_on(devices: tuple[RunningEmulator, RunningEmulator], tmp_path: Path) -> None:
    async with station(devices, tmp_path) as running:
        await running.pad.cable(plugged=False)
        await running.hears("The pad is disconnected")
        running.types("TVX.000001")
        await running.pad.cable(plugged=True)
        await running.hears("The pad is ready")
        await running.lays(UID, memory=bytes(112).hex())
        await running.hears("TVX.000001: done")


async def test_what_it_needs_is_said_where_it_is_not_there(tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    text = CONFIG.format(pad="/dev/null", scanner="/dev/zero")
    config.write_text(
        text.replace('rfid = "threem:///dev/null"\n', "").replace('owners = ["VN-QN01"]', 'owners = [""]')
    )
    assert "rfid" not in tomllib.loads(config.read_text())["devices"]
    status, _, wrong = await asked(tmp_path)

    assert status == 2
    assert "a pad and a first owner" in wrong


async def test_what_cannot_begin_is_said_in_words(tmp_path: Path) -> None:
    configure(tmp_path, "/dev/null", "/dev/zero")
    (tmp_path / "list").write_bytes(b"\xff\xfe")

    assert (await asked(tmp_path, "--left"))[0] == 2
    for words, expected, part in (
        (("--list", "/nowhere"), 2, "kiosk tag: /nowhere: No such file or directory\n"),
        (("--list", str(tmp_path / "list")), 2, "is no text in UTF-8"),
        (("--owner", "VN-" + "9" * 40), 2, "does not fit a tag"),
        (("--record", str(tmp_path)), 1, "Is a directory"),
    ):
        status, _, wrong = await asked(tmp_path, *words)
        assert (status, part in wrong) == (expected, True)


async def test_a_set_that_is_not_complete_is_still_to_be_done(
    devices: tuple[RunningEmulator, RunningEmulator], tmp_path: Path
) -> None:
    numbers = tmp_path / "numbers.txt"
    numbers.write_text("TVX.000001\nTVX.000002\n", encoding="utf-8")
    async with station(devices, tmp_path, "--list", str(numbers)) as running:
        running.types("set 200")
        await running.hears("1 to 99 parts")
        running.types("set 2")
        running.types("TVX.000001")
        await running.lays(UID, memory=bytes(112).hex())
        await running.hears("part 1 of 2 done")
        running.types("skip")
        await running.pad.do("lift")
        running.types("TVX.000002")
        await running.lays(OTHER, memory=bytes(112).hex())
        await running.hears("1 done, 1 to go")

    assert await left(tmp_path, numbers) == ["TVX.000001"]


async def test_a_record_that_cannot_be_written_ends_the_work_in_words(
    devices: tuple[RunningEmulator, RunningEmulator], tmp_path: Path
) -> None:
    pad, scanner = devices
    configure(tmp_path, pad.link, scanner.link)
    header = "time,item_id,part,parts,uid,outcome,found\n"
    (tmp_path / "tagging.csv").write_text(header + "\n" * (1020 - len(header)), encoding="utf-8")
    process = await started(tmp_path, limit="-f 1")
    running = Station(process, pad, scanner, tmp_path)
    await running.hears("The pad is ready")
    running.types("TVX.000001")
    await running.lays(UID, memory=bytes(112).hex())
    _, said = await in_time(process.communicate())

    assert process.returncode == 1
    assert "The record cannot be written" in said.decode()
    assert "Traceback" not in said.decode()


async def test_ctrl_c_ends_the_work_in_words(devices: tuple[RunningEmulator, RunningEmulator], tmp_path: Path) -> None:
    pad, scanner = devices
    configure(tmp_path, pad.link, scanner.link)
    process = await started(tmp_path)
    await Station(process, pad, scanner, tmp_path).hears("The pad is ready")
    process.send_signal(signal.SIGINT)
    out, said = await in_time(process.communicate())

    assert (process.returncode, said) == (130, b"")
    assert "Stopped" in out.decode()
