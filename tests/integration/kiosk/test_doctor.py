"""``kiosk doctor`` before emulated devices: each is found by what it says, tried with help, or named as a trouble."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import cast

import pytest

from drivers.barcode.base import BarcodeScanner
from drivers.card.base import CardReader
from drivers.errors import DeviceUrlError
from drivers.registry import Registry, installed_registry
from drivers.rfid.m100_messages import Command as ModuleCommand
from drivers.rfid.tagdata.content import TagContent, TagFormat
from drivers.rfid.tagdata.encode import encode
from drivers.rfid.uhfreader18_messages import Command as ReaderCommand
from kiosk.doctor.host import Host, Port, PortKind
from kiosk.doctor.program import Doctor
from kiosk.session.values import Language
from kiosk.texts import load_texts
from tests.support.emulators import ROOT, RunningEmulator, emulator
from tests.support.waiting import in_time

TEXTS = load_texts()[Language.ENGLISH]
A_SILENT_PORT_S = 90.0
"""How long a port of this very machine may keep silent in all the languages in which it is asked."""
BOOK = encode(TagContent(TagFormat.ISO_28560_3, "TVX.000001", country="VN", library="QN01"))


class FakeHost(Host):
    """A machine with these ports and nothing wrong."""

    def __init__(self, ports: Sequence[Port], meddlers: Sequence[str] = (), groups: Sequence[str] = ()) -> None:
        super().__init__(Path("/nowhere"))
        self._ports = tuple(ports)
        self._meddlers = tuple(meddlers)
        self._groups = tuple(groups)

    def ports(self) -> tuple[Port, ...]:
        return self._ports

    def meddlers(self) -> tuple[str, ...]:
        return self._meddlers

    def missing_groups(self) -> tuple[str, ...]:
        return self._groups


class FakePerson:
    """Does what is asked; ``deeds``: words of a question -> what is done, and answered."""

    def __init__(self, **deeds: Callable[[], Awaitable[object]] | str) -> None:
        self.heard: list[str] = []
        self._deeds = deeds

    def say(self, words: str) -> None:
        self.heard.append(words)

    async def ask(self, words: str) -> str | None:
        self.heard.append(words)
        for part, deed in self._deeds.items():
            if part in words:
                if isinstance(deed, str):
                    return deed
                await deed()
                return ""
        return None

    @property
    def lines(self) -> list[str]:
        """The proposed lines."""
        return self.heard[self.heard.index("[devices]") + 1 : -1] if "[devices]" in self.heard else []


def serial(device: RunningEmulator) -> Port:
    return Port(PortKind.SERIAL, str(device.link), str(device.link))


class OpenedAndUsed:
    """A scanner under which somebody holds a label as soon as it is open, or a card reader and a card."""

    def __init__(self, inner: BarcodeScanner | CardReader, use: Callable[[], Awaitable[object]]) -> None:
        self._inner = inner
        self._use = use

    async def __aenter__(self) -> BarcodeScanner | CardReader:
        opened = await self._inner.__aenter__()
        await self._use()
        return opened

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._inner.__aexit__(kind, error, trace)


@dataclass(frozen=True, slots=True)
class SomebodyScans(Registry):
    """The installed drivers, and a person with a label or a card at one device."""

    emulated: RunningEmulator | None = None

    @classmethod
    def at(cls, emulated: RunningEmulator) -> "SomebodyScans":
        return cls(installed_registry().targets, emulated)

    def scanner(self, url: str) -> BarcodeScanner:
        made, device = installed_registry().scanner(url), self.emulated
        if device is None or device.name != "scanner" or str(device.link) not in url:
            return made
        return cast("BarcodeScanner", OpenedAndUsed(made, lambda: device.do("scan", text="TVX.000001")))

    def card_reader(self, url: str) -> CardReader:
        made, device = installed_registry().card_reader(url), self.emulated
        if device is None or device.name != "rdm6300" or not url.startswith("rdm6300:"):
            return made
        return cast("CardReader", OpenedAndUsed(made, lambda: device.do("present", uid="67003b51c6", ms=5000)))


async def examine(
    host: Host,
    person: FakePerson,
    config: Path | None = None,
    *,
    questions: bool = True,
    registry: Registry | None = None,
) -> int:
    doctor = Doctor(host, registry or installed_registry(), TEXTS, person, wait=3.0, patience=8.0)
    return await doctor.examine(config, questions=questions)


async def test_a_pad_a_printer_and_a_scanner_are_found_tried_and_proposed() -> None:
    async with emulator("threem") as pad, emulator("escpos") as printer, emulator("scanner") as scanner:

        async def lay() -> None:
            await pad.do("lay", tags=[{"uid": "E004010000000001", "memory": BOOK.hex(), "afi": 7, "dsfid": 0x3E}])

        person = FakePerson(book=lay, scan="", slip="y")
        host = FakeHost([serial(pad), serial(printer), serial(scanner)])
        status = await examine(host, person, registry=SomebodyScans.at(scanner))
        printed = await printer.do("printed")

    assert status == 0
    assert sorted(person.lines) == [
        f'barcode = "serial://{scanner.link}"',
        f'printer = "escpos://{printer.link}"',
        f'rfid = "threem://{pad.link}"',
    ]
    assert any("number TVX.000001, library VN-QN01" in words for words in person.heard)
    assert "Tiếng Việt" in str(printed)


async def test_a_card_reader_that_only_speaks_is_heard_when_a_card_is_shown() -> None:
    async with emulator("rdm6300") as reader:
        registry = SomebodyScans.at(reader)
        person = FakePerson(card="", barcode="")
        status = await examine(FakeHost([serial(reader)]), person, registry=registry)

    assert status == 0
    assert person.lines == [f'card = "rdm6300://{reader.link}"']


@pytest.mark.parametrize(
    ("name", "asked", "regions"),
    [
        ("m100", ModuleCommand.VERSION, "cn900, us, eu, cn800, kr"),
        ("uhfreader18", ReaderCommand.INFORMATION, "cn900, us, kr, eu, cn800, as_set"),
        ("uhfreader288", ReaderCommand.INFORMATION, "cn900, us, kr, eu, cn800, as_set"),
    ],
)
async def test_a_uhf_pad_sends_nothing_before_a_person_has_named_a_region(name: str, asked: int, regions: str) -> None:
    async with emulator(name) as pad:
        await pad.do("lay", tags=[{"uid": "3034257BF400B78000000001"}])
        before = await pad.do("state")
        person = FakePerson(book="", barcode="", card="")
        status = await examine(FakeHost([serial(pad)]), person)
        after = await pad.do("state")

    assert status == 0
    assert person.lines == [f'rfid = "{pad.url_with("region=")}"']
    assert any(regions in words and "no book was tried" in words for words in person.heard)
    assert not any("put a book" in words for words in person.heard)
    assert {**before, "asked": [asked]} == after
    with pytest.raises(DeviceUrlError):
        installed_registry().pad(pad.url_with("region="))


async def test_a_line_that_is_whole_stands_before_one_that_must_be_filled_in() -> None:
    async with emulator("m100") as unfinished, emulator("threem") as whole:
        person = FakePerson()
        await examine(FakeHost([serial(unfinished), serial(whole)]), person, questions=False)

    assert person.lines == [f'rfid = "threem://{whole.link}"', f'# rfid = "m100://{unfinished.link}?region="']


async def test_a_pad_that_kiosk_toml_names_is_tried_with_a_book(tmp_path: Path) -> None:
    async with emulator("m100") as pad:

        async def lay() -> None:
            await pad.do("lay", tags=[{"uid": "3034257BF400B78000000001"}])

        person = FakePerson(book=lay)
        config = kiosk_toml(tmp_path, f'rfid = "{pad.url()}"\nbarcode = "serial:///nowhere/scanner"\n')
        await examine(FakeHost([]), person, config)

    assert f"kiosk.toml, rfid: {pad.url()} works." in person.heard
    assert any("The tag can be read" in words for words in person.heard)


async def test_a_feig_reader_in_scan_mode_is_called_by_its_name() -> None:
    async with emulator("feig") as reader:
        await reader.misbehave("scan_mode")
        person = FakePerson()
        status = await examine(FakeHost([serial(reader)]), person, questions=False)

    assert status == 1
    assert any("scan mode" in words and "ISOStart" in words for words in person.heard)


async def test_a_port_that_is_held_or_forbidden_is_told_with_what_to_do() -> None:
    held = Port(PortKind.SERIAL, "/dev/held", "/dev/held", holder="ModemManager")
    forbidden = Port(PortKind.SERIAL, "/dev/no", "/dev/no", allowed=False)
    camera = Port(PortKind.CAMERA, "/dev/video0", "/dev/video0", allowed=False)
    person = FakePerson()
    host = FakeHost([held, forbidden, camera], ["ModemManager"], ["dialout"])
    status = await examine(host, person, questions=False)
    troubles = [words for words in person.heard if words.startswith("!")]

    assert status == 1
    assert [words.split(":")[0] for words in troubles[2:]] == ["! /dev/held", "! /dev/no", "! /dev/video0"]
    assert "sudo apt purge modemmanager" in troubles[0]
    assert "usermod -aG dialout" in troubles[1]
    assert "group dialout" in troubles[3]
    assert "group video" in troubles[4]


async def test_a_printer_without_vietnamese_is_sent_to_another_profile() -> None:
    async with emulator("escpos") as printer:
        person = FakePerson(slip="n", scan="")
        status = await examine(FakeHost([serial(printer)]), person)

    assert status == 1
    assert any("prints text as pictures" in words for words in person.heard)


def kiosk_toml(folder: Path, devices: str) -> Path:
    """Write a configuration with these devices."""
    file = folder / "kiosk.toml"
    file.write_text(
        'schema_version = 1\nkiosk_id = "k-one"\nsite_name = "Thư viện"\nstate_folder = "."\n'
        f'[library_system]\nurl = "sip2://127.0.0.1:6001"\n[devices]\n{devices}'
        '[tags]\nowners = ["VN-QN01"]\n[agent]\nsocket = "agent.sock"\n',
        encoding="utf-8",
    )
    return file


async def test_what_kiosk_toml_names_is_tried(tmp_path: Path) -> None:
    async with emulator("threem") as pad:
        devices = f'rfid = "threem://{pad.link}"\nbarcode = "serial:///nowhere/scanner"\n'
        config = kiosk_toml(tmp_path, devices)
        person = FakePerson()
        status = await examine(FakeHost([]), person, config, questions=False)

    assert status == 1
    assert f"kiosk.toml, rfid: threem://{pad.link} works." in person.heard
    assert (
        "! kiosk.toml, barcode: serial:///nowhere/scanner does not work (nothing is plugged in there)." in person.heard
    )


async def test_a_wrong_kiosk_toml_is_told(tmp_path: Path) -> None:
    person = FakePerson()
    await examine(FakeHost([]), person, tmp_path / "absent.toml", questions=False)

    assert any("absent.toml: cannot be read" in words for words in person.heard)


async def test_the_program_says_something_on_any_machine() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "kiosk", "doctor", "--no-questions"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    out, _ = await in_time(process.communicate(), A_SILENT_PORT_S)

    assert process.returncode in (0, 1)
    assert out.decode().strip()
